"""Every table of every command keeps what names its rows, in any window and through a pipe, and cuts nothing."""

import ast
import io
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click
import pytest
from rich.console import Console
from rich.text import Text

from baocao.settings import CHECKOUT_DIR
from cli import tables
from cli.main import cli
from cli.tables import Column, print_table
from sandbox.server import RunningSandbox
from tests.cli.busy import Busy
from tests.reporting.conftest import PERIOD, UNIT
from tests.reporting.history.test_what_if import ALL_CHANNELS

PRINTERS = {"print_table", "show_form", "show_result", "show_results"}
REAL = CHECKOUT_DIR / "tests" / "conformance" / "real"
WIDTHS = (40, 60, 80, 120)
SITUATIONS: dict[str, tuple[str, ...]] = {
    "run": ("run", "2025-Q3", "--unit", UNIT, "--on", "here"),
    "show": ("show", PERIOD, "--unit", UNIT),
    "show --history": ("show", PERIOD, "--unit", UNIT, "--history"),
    "rerun": ("rerun", PERIOD, "--unit", UNIT, "--from", "payloads"),
    "backfill": ("backfill", "2025-Q3..2025-Q4", "--unit", UNIT, "--dry-run"),
    "capture": ("capture", PERIOD, "--unit", UNIT),
    "rules": ("rules",),
    "status": ("status",),
    "incidents list": ("incidents", "list"),
    "people list": ("people", "list"),
    "compare": ("compare", "BEFORE", "AFTER"),
    "form draft": ("form", "draft", "BLANK", "--into", "DRAFT", "--again"),
    "form check": ("form", "check", "DRAFT"),
    "form preview": ("form", "preview", "2025-bieu-mau-7"),
    "what-if": ("what-if", "PROPOSAL", PERIOD, "--unit", UNIT),
    "lint": ("lint", str(REAL / "xa-2024-q1.txt"), str(REAL / "dac-khu-2025-q4.txt")),
}
"""Each prints a table or more."""


@dataclass(frozen=True)
class Printed:
    columns: Sequence[Column]
    cells: Sequence[Sequence[Text]]

    @property
    def keys(self) -> set[str]:
        at = [n for n, column in enumerate(self.columns) if column.is_key]
        return {row[n].plain for row in self.cells for n in at}


def command_paths(group: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from command_paths(command, (*path, name))
    else:
        yield " ".join(path), group


def test_only_one_module_makes_tables() -> None:
    """So that none is made in another way."""
    making = set()
    for folder in ("cli", "reporting", "flows", "baocao", "connectors", "expectations"):
        for path in (CHECKOUT_DIR / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rich.table"):
                    making.add(path.relative_to(CHECKOUT_DIR).as_posix())
    assert making == {"cli/tables.py"}


def test_every_command_that_can_print_a_table_is_tried() -> None:
    printing = {
        command.callback.__module__
        for _, command in command_paths()
        if command.callback and PRINTERS & set(vars(sys.modules[command.callback.__module__]))
    }
    tried = {
        command.callback.__module__ for path, command in command_paths() if path in SITUATIONS and command.callback
    }
    assert printing == tried
    assert len(printing) > 8


def named(busy: Busy) -> dict[str, str]:
    """The files the situations speak of."""
    proposal = busy.office.home / "thu.yaml"
    proposal.write_text(ALL_CHANNELS, encoding="utf-8")
    blank, draft = str(busy.office.out / "form.docx"), str(busy.office.home / "draft")
    return {"BEFORE": busy.before, "AFTER": busy.after, "PROPOSAL": str(proposal), "BLANK": blank, "DRAFT": draft}


@pytest.fixture(scope="module")
def printed(busy: Busy, _tiny_server: RunningSandbox) -> dict[str, list[Printed]]:
    """What each situation prints, as it is handed over to be laid out."""
    from sandbox.credentials import ENVIRONMENT

    found: dict[str, list[Printed]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        plain = tables.choose_widths
        for name, arguments in SITUATIONS.items():
            mine: list[Printed] = []

            def record(columns: Sequence[Column], cells: Sequence[Sequence[Text]], window: int) -> list[int] | None:
                mine.append(Printed(columns, cells))  # noqa: B023
                return plain(columns, cells, window)

            patch.setattr(tables, "choose_widths", record)
            files = named(busy)
            words = [files.get(word, word) for word in arguments]
            ended = busy.command(*words, sandbox_url=_tiny_server.url)
            assert mine, (name, ended.err)
            found[name] = mine
    return found


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_names_a_row_is_whole_at_every_width(printed: dict[str, list[Printed]], situation: str) -> None:
    assert printed[situation], f"{situation} printed no table"
    for table in printed[situation]:
        assert table.keys - {""}, "no column names the rows"
        for width in (*WIDTHS, tables.ENDLESS):
            shown = lay_out(table, width)
            lines = shown.splitlines()
            for key in table.keys:
                assert any(key in line for line in lines), (width, key, shown)
            assert shown.count("…") == count_of(table, "…")
            assert words_of(shown) >= words_of(" ".join(cell.plain for row in table.cells for cell in row), width)
            if width >= 80:
                assert max(Text(line).cell_len for line in lines) <= width


def lay_out(table: Printed, width: int) -> str:
    out = io.StringIO()
    print_table(Console(file=out, width=width, soft_wrap=True, highlight=False), table.columns, table.cells)
    return out.getvalue()


def count_of(table: Printed, text: str) -> int:
    return sum(cell.plain.count(text) for row in table.cells for cell in row)


def words_of(text: str, width: int = tables.ENDLESS) -> set[str]:
    """The words that need not be folded."""
    return {word for word in text.split() if len(word) <= min(width // 4, tables.LONGEST_WORD)}


@pytest.mark.parametrize("situation", ["show --history", "status", "incidents list", "compare"])
def test_through_a_pipe_every_row_is_one_line(
    busy: Busy, printed: dict[str, list[Printed]], situation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    words = [named(busy).get(word, word) for word in SITUATIONS[situation]]
    out = busy.command(*words).out
    for table in printed[situation]:
        for row in table.cells:
            assert any(all(cell.plain.strip() in line for cell in row) for line in out.splitlines()), row


def test_combining_and_double_width_letters_take_the_room_they_take() -> None:
    wide, composed = "漢字" * 3, unicodedata.normalize("NFD", "Tỷ lệ hồ sơ")
    table = Printed(
        (Column("Ô", is_key=True), Column("Nội dung")), [[Text(wide), Text("x")], [Text(composed), Text("y")]]
    )
    lines = lay_out(table, 80).splitlines()
    assert len({Text(line).cell_len for line in lines}) == 1
    assert {sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in line)
            for line in lines} == {Text(lines[0]).cell_len}  # fmt: skip
