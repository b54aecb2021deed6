"""What `explain` quotes is checked first."""

import re
import sqlite3
from pathlib import Path

import openpyxl

from tests.baocao.store.tampering import change
from tests.cli.test_checks_and_rules import command
from tests.reporting.conftest import PERIOD, Office
from tests.reporting.release.test_verifying import flip

CELL = "4.2"


def test_an_altered_answer_is_never_quoted(made: Office) -> None:
    explained = command(made, "explain", PERIOD, CELL)
    assert (explained.code, "sha256" in explained.out) == (0, True), explained.out
    for path in Path(made.payloads).rglob("*.zst"):
        flip(path)
    ended = command(made, "explain", PERIOD, CELL)
    assert (ended.code, "Dữ liệu gốc" in ended.out) == (14, False), ended.err


def test_a_figure_is_told_from_its_own_system_alone(made: Office) -> None:
    """Also where another system gave an answer of the same bytes, as each does for a unit that is none."""
    change(
        made.database_url,
        "UPDATE observation SET payload_hashes = (SELECT json_group_array(sha256) FROM payload"
        " WHERE source_code <> 'typed_in') WHERE value IS NOT NULL",
    )
    for cell, system in (("4.2", "one_stop_igate"), ("3.2.2", "documents_qlvb"), ("4.1", "portal_dvcqg")):
        explained = command(made, "explain", PERIOD, cell)
        assert re.findall(r"^Hệ thống: +(\w+):", explained.out, re.MULTILINE) == [system], explained.out
        told = command(made, "explain", PERIOD, cell, "--json").json["payloads"]
        assert {one["source"] for one in told} == {system}


def test_an_altered_request_is_never_quoted(made: Office) -> None:
    with sqlite3.connect(made.database_url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT count(*) FROM payload").fetchone() != (0,)
    change(made.database_url, "UPDATE payload SET fetched_at = '2025-12-16T00:00:00.000000+00:00'")
    ended = command(made, "explain", PERIOD, CELL)
    assert (ended.code, "Đã hỏi" in ended.out) == (14, False), ended.err


def test_the_records_behind_a_ratio_are_as_many_as_its_two_counts(made: Office, tmp_path: Path) -> None:
    file = tmp_path / "records.xlsx"
    explained = command(made, "explain", PERIOD, CELL, "--records", "--xlsx", str(file), "--json")
    assert explained.code == 0, explained.err
    inputs = {one["indicator"]: one["value"] for one in explained.json["inputs"]}
    lists = {one["indicator_code"]: one for one in explained.json["records"]}
    assert {code: str(len(one["rows"])) for code, one in lists.items()} == {c: str(v) for c, v in inputs.items()}
    book = openpyxl.load_workbook(file)
    assert [len(list(sheet.rows)) - 3 for sheet in book] == [len(one["rows"]) for one in lists.values()]
    shown = command(made, "explain", PERIOD, CELL, "--records").out
    assert all(row[0] in shown for one in lists.values() for row in one["rows"])
