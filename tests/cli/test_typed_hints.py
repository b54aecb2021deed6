"""Every command a sentence tells somebody to type works as it is printed: those of real situations are typed."""

import shlex
from pathlib import Path

import pytest

from baocao import hints
from cli.main import cli
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox
from tests.cli.busy import Busy, make_busy
from tests.reporting.conftest import PERIOD, UNIT

OTHER, ITS_PERIOD = "xa", "2025-Q1"
SITUATIONS: tuple[tuple[str, ...], ...] = (
    ("status",),
    ("status", PERIOD),
    ("incidents", "list"),
    ("incidents", "show", "99"),
    ("explain", ITS_PERIOD, "6.1", "--unit", OTHER),
    ("show", ITS_PERIOD, "--unit", OTHER),
    ("checks", ITS_PERIOD, "--unit", OTHER),
    ("checks", PERIOD, "--province"),
    ("rerun", ITS_PERIOD, "--unit", OTHER, "--from", "payloads"),
    ("release", "prepare", PERIOD, "--unit", UNIT),
    ("release", "approve", PERIOD, "--unit", UNIT),
    ("release", "prepare", ITS_PERIOD, "--unit", OTHER),
    ("watch", "--on", "2025-12-16"),
    ("doctor",),
    ("verify",),
    ("database", "status"),
    ("deploy",),
    ("alerts", "status"),
    ("correct", PERIOD, "dossiers_full_count", "--unit", UNIT, "--from", "1", "--to", "2", "--reason", "a",
     "--evidence", "b"),
    ("release", "publish", PERIOD, "--unit", UNIT),
    ("run", ITS_PERIOD, "--unit", OTHER, "--on", "here"),
)  # fmt: skip
"""In each somebody is told what to type next; nothing is connected."""
NOT_TYPED_HERE = {"serve", "worker", "sandbox", "alerts"}
"""They end when they are stopped, or come after a file was written: only read."""


@pytest.fixture(scope="module")
def here(made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Busy:
    """To be changed."""
    return make_busy(made_once, tmp_path_factory.mktemp("typed") / "home")


@pytest.fixture(scope="module")
def printed(here: Busy) -> dict[str, str]:
    """The commands told in all situations, one of each shape, and the situation it was told in."""
    told: dict[frozenset[str], tuple[str, str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for situation in SITUATIONS:

            def note(words: list[str]) -> str:
                shape = frozenset(word for n, word in enumerate(words) if n < 3 or word.startswith("--"))
                told.setdefault(shape, (shlex.join(words), " ".join(situation)))  # noqa: B023
                return shlex.join(words)

            patch.setattr(hints, "join_words", note)
            ended = here.command(*situation, **(ENVIRONMENT if situation[0] == "run" else {}))
            assert "Traceback" not in ended.err, ended.err
    return dict(told.values())


def test_a_form_nobody_made_is_told_how_to_make(here: Busy) -> None:
    for question in (("explain", ITS_PERIOD, "6.1"), ("show", ITS_PERIOD), ("checks", ITS_PERIOD)):
        ended = here.command(*question, "--unit", "don-vi-khong-co")
        assert ended.code == 2
        ended = here.command(*question, "--unit", OTHER)
        assert f"baocao run {ITS_PERIOD} --unit {OTHER}" in ended.err


def test_what_is_told_can_be_typed(here: Busy, printed: dict[str, str], tiny_sandbox: RunningSandbox) -> None:
    assert len(printed) > 8
    for typed, situation in printed.items():
        words = shlex.split(typed)[1:]
        if words[0] in NOT_TYPED_HERE:
            cli.commands[words[0]].make_context(words[0], words[1:])
            continue
        ended = here.command(*words, sandbox_url=tiny_sandbox.url, **ENVIRONMENT)
        assert ended.code != 2, (situation, typed, ended.err)
