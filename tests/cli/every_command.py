"""Every command of the tree with words it can be typed with: for what must hold of all of them."""

from collections.abc import Iterator

import click

from cli.main import cli
from tests.reporting.conftest import PERIOD, UNIT

WHOLE = ("--unit", UNIT)
REASON = ("--reason", "một hai ba")
WORDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "run": ((PERIOD, *WHOLE, "--on", "here"),),
    "explain": ((PERIOD, "4.2", *WHOLE), (PERIOD, "4.3.1", *WHOLE, "--records")),
    "checks": ((PERIOD, *WHOLE), (PERIOD, "--province")),
    "rules": ((),),
    "what-if": (("{yaml}", PERIOD, *WHOLE),),
    "status": ((), (PERIOD,)),
    "lint": (("{form}",), ("{form}", "--period", PERIOD, *WHOLE)),
    "compare": (("{form}", "{form}"),),
    "form draft": (("{form}", "--into", "moi"),),
    "form check": (("2025-bieu-mau-7",),),
    "form preview": (("2025-bieu-mau-7", "--period", PERIOD, *WHOLE), ("2025-bieu-mau-7",)),
    "form blank": (("2025-bieu-mau-7", "--period", PERIOD, *WHOLE, "--to", "mau"),),
    "hand-in": (("{form}", "--period", PERIOD, *WHOLE),),
    "take-in": ((),),
    "show": ((PERIOD, *WHOLE), (PERIOD, *WHOLE, "--history")),
    "rerun": ((PERIOD, *WHOLE, "--from", "payloads"),),
    "backfill": ((f"{PERIOD}..{PERIOD}", *WHOLE, "--dry-run"), (PERIOD, *WHOLE, "--dry-run")),
    "capture": ((PERIOD, *WHOLE),),
    "correct": ((PERIOD, "4.2", *WHOLE, "--from", "1", "--to", "2", *REASON, "--evidence", "sổ theo dõi"),),
    **{
        f"release {step}": ((step, PERIOD, *WHOLE, *REASON),)
        for step in ("prepare", "approve", "publish", "restate", "withdraw", "send-back", "unlock", "stamp", "status")
    },
    "verify": ((), ("--replay",)),
    "incidents list": ((),),
    "incidents show": (("1",),),
    "incidents history": (("1",),),
    "incidents ack": (("1", "--until", "31/12/2025"),),
    "alerts test": ((),),
    "alerts send": ((),),
    "alerts status": ((),),
    "watch": ((), ("--period", PERIOD, *WHOLE)),
    "sign-in": (("lan",),),
    "sign-out": ((),),
    "people list": ((),),
    "people add": (("lan", "--name", "Lan", "--role", "officer", *WHOLE),),
    "people role": (("lan", "--role", "officer", *WHOLE),),
    "people lock": (("lan", *REASON),),
    "people reset": (("lan",),),
    "doctor": ((), ("--period", PERIOD, *WHOLE)),
    "probe": (("one_stop_igate", *WHOLE),),
    "health": ((),),
    "metrics": ((),),
    "backup": (("sao-luu",),),
    "restore": (("khong-co",),),
    "database status": ((),),
    "database migrate": ((),),
    "database downgrade": (("0011", "--yes"),),
    "database roles": ((),),
}
"""`{form}` and `{yaml}` are files that are there."""
LIVES_LONG = {"desk", "serve", "deploy", "worker", "sandbox"}
"""Asked for their help alone."""


def list_paths(group: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """By the words they are typed with; the steps of a release each by itself."""
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from list_paths(command, (*path, name))
        return
    step = next((one for one in group.params if one.name == "step"), None)
    if step is not None and isinstance(step.type, click.Choice):
        yield from ((" ".join((*path, str(choice))), group) for choice in step.type.choices)
    else:
        yield " ".join(path), group


def typed(path: str) -> Iterator[tuple[str, ...]]:
    """The command lines of one command."""
    first = path.split()
    for words in WORDS.get(path, ()):
        yield (*first[:1], *words) if first[0] == "release" else (*first, *words)
