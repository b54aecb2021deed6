"""Every example of README and docs is typed, and prints what stands there.

A block ```console is a command after `$ ` and what it prints. White space does not matter, `…` stands for what is left
out. The examples tell one story of one unit in the training data, in the order of STORY.
"""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import click
import pytest

from baocao.settings import CHECKOUT_DIR
from baocao.store import open_store
from cli.main import cli
from sandbox.credentials import ENVIRONMENT
from sandbox.server import start
from tests.cli.busy import without_engine
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.flows.conftest import Installation
from tests.signed_in import sign_in_to

PAGES = ("README.md", "DEVELOPERS.md", *(f"docs/{path.name}" for path in sorted((CHECKOUT_DIR / "docs").glob("*.md"))))
REAL = CHECKOUT_DIR / "tests" / "conformance" / "real"
OFFICER, APPROVER = "nguyen.thi.lan", "tran.van.minh"
APPROVERS = ("baocao release approve", "baocao release publish")
HANDED_IN = {"2024-phu-luc-8.txt": "xa-2024-q1.txt", "2025-bieu-mau-7.txt": "dac-khu-2025-q4.txt"}
STORY: tuple[tuple[str, str], ...] = (
    ("2025-12-14T23:59:59", "baocao backfill 2025-Q2..2025-Q4 --unit dac-khu --unit xa --dry-run"),
    ("2025-12-14T23:59:59", "baocao capture 2025-Q4"),
    ("2025-12-15T07:00:00", "baocao run 2025-Q4 --on here"),
    ("2025-12-15T08:00:00", "baocao release prepare 2025-Q4"),
    ("2025-12-15T09:00:00", "baocao release approve 2025-Q4"),
    ("2025-12-15T10:00:00", "baocao release publish 2025-Q4"),
    ("2025-12-15T11:00:00", "baocao show 2025-Q4 --as-released --files da-ky"),
    ("2025-12-15T11:00:00", "baocao verify"),
    ("2025-12-15T11:00:00", "baocao explain 2025-Q4 4.2 --unit dac-khu"),
    ("2025-12-15T11:00:00", "baocao explain 2025-Q4 4.2 --vintage 1"),
    ("2025-12-15T11:00:00", "baocao explain 2025-Q4 4.1.2 --vintage 1"),
    ("2026-01-14T07:00:00", "baocao rerun 2025-Q4 --from sources"),
    ("2026-01-14T07:00:00", "baocao show 2025-Q4 --vintage 2"),
    ("2026-01-14T07:00:00", "baocao rerun 2025-Q4 --from payloads"),
    ("2026-01-14T07:00:00", "baocao lint 2024-phu-luc-8.txt"),
    ("2026-01-14T07:00:00", "baocao lint 2025-bieu-mau-7.txt"),
    ("2026-01-14T07:00:00", "baocao lint 2024-phu-luc-8.txt 2025-bieu-mau-7.txt"),
    ("2026-01-14T07:00:00", ('baocao correct 2025-Q4 4.3.1 --from 16736 --to 16738 --reason "Hai hồ sơ giấy chưa nhập vào '
     'hệ thống" --evidence "Sổ tiếp nhận số 12, dòng 481 và 482"')),
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A block of a page: the command, on one line, and what it prints."""

    page: str
    command: str
    prints: str


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """The kind of every block, and what stands in it."""
    text = (CHECKOUT_DIR / page).read_text(encoding="utf-8")
    yield from re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def examples() -> list[Example]:
    found = []
    for page in PAGES:
        for kind, body in blocks(page):
            if kind == "console":
                command, _, prints = body.replace("\\\n", " ").partition("\n")
                found.append(Example(page, " ".join(command.removeprefix("$ ").split()), prints))
    return found


EXAMPLES = examples()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What each command of the story printed."""
    home = tmp_path_factory.mktemp("examples")
    shutil.copytree(ONE_FORM_CONFIG_DIR, home / "config")
    for name, real in HANDED_IN.items():
        shutil.copy(REAL / real, home / name)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BAOCAO_", "PREFECT_"))}
    told = {}
    with start("dac-khu-2025") as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        unit = {"BAOCAO_UNIT": "dac-khu", "BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(home / "config")}
        settings = {**kept, **ENVIRONMENT, **unit, "BAOCAO_SANDBOX_URL": sandbox.url, "COLUMNS": "100"}
        database_url = f"sqlite:///{home}/var/baocao.db"
        with open_store(database_url, str(home / "var" / "payloads")) as store:
            people = {code: sign_in_to(store, database_url, home, code, "dac-khu") for code in (OFFICER, APPROVER)}
        for clock, command in STORY:
            who = people[APPROVER if command.startswith(APPROVERS) else OFFICER]
            at = f"{clock}+07:00"
            sandbox.move_clock(datetime.fromisoformat(at))
            with without_engine():
                ended = Installation(home, settings).run(*shlex.split(command)[1:], BAOCAO_NOW=at, **who)
            assert "Traceback" not in ended.err
            told[command] = ended.out.replace(str(home), "") or ended.err
        yield told


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.page}: {example.command[:50]}")
def test_an_example_prints_what_stands_there(example: Example, printed: dict[str, str]) -> None:
    assert example.command in printed, "no part of the story"
    pieces = (re.escape(" ".join(piece.split())) for piece in example.prints.split("…"))
    shown = " ".join(printed[example.command].split())
    assert re.fullmatch(r"\s*" + r".*?".join(f"{piece}\\s*" for piece in pieces), shown, re.DOTALL), shown


def test_there_are_examples_and_only_whole_ones() -> None:
    """A block with a command and its output is a console block; one without output says what may be typed."""
    assert len(EXAMPLES) > 8
    for page in PAGES:
        for kind, body in blocks(page):
            assert kind == "console" or not body.startswith("$ "), (page, body[:60])


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_can_be_typed(page: str) -> None:
    """Read by the command line, not run."""
    for _, body in blocks(page):
        for line in body.replace("\\\n", " ").splitlines():
            typed = line.removeprefix("$ ").split(" #")[0]
            if typed.startswith("baocao ") and not re.search(r"[\[\]|<>]|\b[A-Z]{3,}\b|\.\.\.|  +\S", typed):
                read(shlex.split(typed)[1:], page)


def read(words: list[str], page: str) -> None:
    command: click.Command = cli
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    try:
        command.make_context("baocao", words)
    except click.exceptions.Exit:
        return
    except click.UsageError as error:
        raise AssertionError(f"{page}: {words}: {error.message}") from None
