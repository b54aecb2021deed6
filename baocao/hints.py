"""The commands that sentences tell people to type: each is made here, of a command's name and what it is given.

So that it works as it stands, whatever stands in a name. A test holds every call against the commands there are.
"""

import shlex


def hint(command: str, *arguments: object, **options: object) -> str:
    """`baocao run 2025-Q4 --unit dac-khu`. An option that is None, False or empty is left out, True is a switch.

    `from_` stands for `--from`.
    """
    words = ["baocao", *command.split(), *map(str, arguments)]
    for name, value in options.items():
        if value:
            switch = f"--{name.strip('_').replace('_', '-')}"
            words += [switch] if value is True else [switch, str(value)]
    return join_words(words)


def join_words(words: list[str]) -> str:
    """As typed into a shell."""
    return shlex.join(words)
