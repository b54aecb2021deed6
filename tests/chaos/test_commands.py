"""That no command that writes is forgotten: the registry beside what `make chaos` kills."""

from collections.abc import Iterator

import click

from cli.main import COMMANDS, LOOKING
from tests.chaos.commands import COMMANDS as KILLED
from tests.chaos.commands import ELSEWHERE

WRITES_WITH_AN_OPTION = {"checks", "lint"}
"""They look, but for an option that makes files."""


def registered() -> Iterator[str]:
    for command in COMMANDS:
        if isinstance(command, click.Group):
            yield from (f"{command.name} {name}" for name in command.commands)
        elif command.name == "release":
            (step,) = (one for one in command.params if one.name == "step")
            assert isinstance(step.type, click.Choice)
            yield from (f"release {name}" for name in step.type.choices)
        else:
            yield str(command.name)


def test_every_command_that_writes_is_killed_or_it_is_said_where() -> None:
    every = set(registered())
    killed, only_looks = {command.registered for command in KILLED}, {name for name in every if name in LOOKING}
    assert killed <= every
    assert set(ELSEWHERE) <= every
    assert every - killed - set(ELSEWHERE) - (only_looks - WRITES_WITH_AN_OPTION) == set()
    assert not killed & set(ELSEWHERE)
