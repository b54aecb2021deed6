"""A person stands where none should: in every field, in lists, in titles and names of files. Nothing keeps or shows it."""

import itertools
import re
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import orjson
import pytest

from baocao.catalogue import Catalogue, Source
from baocao.domain import RawPayload, System
from baocao.errors import SourceError
from baocao.records import MORE
from connectors.contract import Assignment, Connector
from connectors.registry import connector_of
from sandbox.server import RunningSandbox
from sandbox.world.planted import PLANTED_PATTERNS, invent_person
from tests.connectors.files.test_whole_tables import as_ods, as_page, as_xml_spreadsheet
from tests.connectors.suite import ENTRIES, WINDOW, Entry, assignment, connector
from tests.flows.conftest import Installation, install
from tests.flows.test_privacy import engine_home, found_in, texts_of

__all__ = ["engine_home"]

NOT_SHOWN = {
    **{name: pattern for name, pattern in PLANTED_PATTERNS.items() if name != "token"},
    "part of a name": re.compile(r"(?i)(?:văn|thị) mẫu|giả định|mau\.invalid"),
}
FIELDS = {
    "documents_qlvb": ("id", "congVanDenDi", "ngayVanBan", "hinhThucGuiCode", "isSign", "doMat"),
    "one_stop_igate": ("code", "id", "name", "appliedDate", "acceptedDate", "completedDate", "appointmentDate"),
    "portal_dvcqg": ("MATTHC", "MUCDO", "MUCDODUDIEUKIEN", "CONGKHAI", "SOTIEN", "DUOCTHANHTOANTRUCTUYEN"),
    "one_stop_igate_lgsp": ("code", "id", "acceptedDate"),
    "one_stop_igate_statistics": ("id", "code", "name", "received", "agency_name", "phatsinh_1phan_quantity"),
    "one_stop_opencps": ("govAgencyCode", "domainCode", "dossierOnline4Count", "overdueCount", "undueCount"),
    "one_stop_tandan": (
        "maHoSo",
        "maTTHC",
        "mucDo",
        "trangThaiHoSoId",
        "ngayNopHoSo",
        "ngayTiepNhan",
        "soLieu",
        "nam",
        "ngayHenTra",
        "linhVuc",
        "donViId",
    ),
    "documents_axis": ("senderDocId", "fromCode", "messageType", "sentTime", "receiveStatus", "organDomain", "sent"),
    "portal_evaluation": ("departmentId", "fullCount", "totalFeeFormality"),
}
EVERY_FIELD = frozenset(name for columns in MORE.values() for name in columns)
"""What only some forms need of an answer: the appointment, the field, the receiving unit."""
CASES = [(entry, field) for entry in ENTRIES for field in (None, *FIELDS[entry.source_code])]


def shown(text: str) -> set[str]:
    return {name for name, pattern in NOT_SHOWN.items() if pattern.search(text)}


def left_behind(one: Connector, asked: Assignment) -> Iterator[str]:
    """All that a collection leaves: what it keeps, what it notices, its records, its error with the traceback."""
    payloads: list[RawPayload] = []
    try:
        with suppress(SourceError):
            for payload in one.fetch(asked):
                payloads.append(payload)
                yield payload.body.decode() + orjson.dumps(dict(payload.request)).decode()
        parsed = one.parse(payloads, source_code=asked.source.source_code, unit_code=asked.unit_code)
        yield repr(parsed.notices)
        yield from (frame.to_csv() for frame in parsed.frames.values())
        list(one.fetch(asked))
    except SourceError as error:
        behind = (error.__cause__, error.__context__)
        yield "".join(traceback.format_exception(error)) + repr(error) + error.reason + repr(behind)


@pytest.mark.parametrize("planted", [{}, {"as_list": True}, {"every": 4}], ids=["one value", "a list", "some rows"])
@pytest.mark.parametrize(("entry", "field"), CASES, ids=[f"{e.source_code}-{field or 'all'}" for e, field in CASES])
def test_a_person_in_a_field_is_not_kept_and_not_shown(
    catalogue: Catalogue,
    tiny_sandbox: RunningSandbox,
    credentials: None,
    entry: Entry,
    field: str | None,
    planted: dict[str, int],
) -> None:
    """In some rows only, a collection goes on to its last question; in all, it is told at the first page."""
    tiny_sandbox.set_fault(entry.system, "person_in_fields", field=field, **planted)
    asked = assignment(catalogue, entry, tiny_sandbox.url)
    with_all_fields = replace(asked, source=asked.source.asked_for(EVERY_FIELD))
    texts = list(left_behind(connector(catalogue, entry), with_all_fields))
    assert texts
    assert {found for text in texts for found in shown(text)} == set()


HEADERS = {
    "dossier_code": "Mã hồ sơ", "procedure_code": "Mã TTHC", "service_level": "Mức độ", "channel": "Kênh",
    "status": "Trạng thái", "submitted_at": "Ngày nộp", "received_at": "Ngày tiếp nhận", "finished_at": "Ngày trả",
}  # fmt: skip
GOOD = ("H98.51-251014-0001", "1.003560.000.00.00.H98", "4", "1", "2", "14/10/2025", "15/10/2025 08:30", "16/10/2025")
PERSON = invent_person(4)


PLACES: list[int | str] = [*range(len(GOOD)), "file", "sheet", "header", "everywhere"]
WRITTEN = {
    "ods.ods": as_ods, "html.xls": as_page, "xml.xls": as_xml_spreadsheet, "ods.xlsx": as_ods, "html.csv": as_page,
    "tabs.xls": lambda rows: "".join("\t".join(row) + "\n" for row in rows).encode("utf-16"),
    "cut.xlsx": lambda rows: as_ods(rows)[:-40],
    "cut.html": lambda rows: as_page(rows)[:-30],
    "other code page.csv": lambda rows: "".join(";".join(row) + "\n" for row in rows).encode("cp1258", "replace"),
}  # fmt: skip
"""Exports that are what their name says, that are not, and that cannot be read to their end."""


@pytest.mark.parametrize("value", PERSON[:5])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".html"])
def test_a_person_in_an_export_is_not_kept_and_not_shown(
    tmp_path: Path, place: int | str, value: str, ending: str
) -> None:
    rows, stem = planted_table(place, value)
    write_table(tmp_path / f"{stem}{ending}", rows, value[:25] if place == "sheet" else "Sheet1")
    look_at_exports(tmp_path)


@pytest.mark.parametrize("value", [PERSON.full_name, PERSON.phone])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("written", WRITTEN)
def test_a_person_in_any_kind_of_export_is_not_kept_and_not_shown(
    tmp_path: Path, place: int | str, value: str, written: str
) -> None:
    rows, stem = planted_table(place, value)
    content = WRITTEN[written](rows)
    if place == "sheet":
        content = content.replace("Hồ sơ".encode(), value.encode())
    (tmp_path / f"{stem}.{written.rpartition('.')[2]}").write_bytes(content)
    look_at_exports(tmp_path)


@pytest.mark.parametrize("value", [*PERSON[:5], None], ids=[*PERSON._fields[:5], "all"])
@pytest.mark.parametrize("place", [*range(len(GOOD)), "other column", "everywhere"])
def test_a_person_in_a_view_is_not_kept_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int | str, value: str | None
) -> None:
    """In a column that is mapped, in one that is not and in its name."""
    names = [*HEADERS.values(), *(PERSON[:5] if place in {"other column", "everywhere"} else ("Ghi chú",))]
    rows = [
        [next(given) if place in {column, "everywhere"} else cell for column, cell in enumerate(GOOD)]
        + [value or one for one in PERSON[: len(names) - len(GOOD)]]
        for given in [itertools.cycle([value] if value else PERSON[:5])] * 3
    ]
    with closing(sqlite3.connect(tmp_path / "mot-cua.db")) as connection, connection:
        columns = ", ".join(f'"{name}" text' for name in names)
        connection.execute(f"CREATE TABLE v_ho_so ({columns})")
        connection.executemany(f"INSERT INTO v_ho_so VALUES ({', '.join('?' * len(names))})", rows)
    monkeypatch.setenv("BAOCAO_TEST_VIEW", f"sqlite:///{tmp_path / 'mot-cua.db'}")
    look_at_source("sql_view", {"url": "env:BAOCAO_TEST_VIEW", "view": "v_ho_so"})


def planted_table(place: int | str, value: str) -> tuple[list[list[str]], str]:
    """The rows of an export with the value in a column, in a title or everywhere; and the file's name."""
    everywhere = place == "everywhere"
    titles = [*HEADERS.values(), value if everywhere or place == "header" else "Ghi chú"]
    rows = [
        [value if everywhere or place == column else cell for column, cell in enumerate(GOOD)] + ["x"]
        for _ in range(1 if everywhere else 2)
    ] + [[GOOD[0] + "9", *GOOD[1:], "x"]] * 3
    return [titles, *rows], re.sub(r"[/,]", "", value) if everywhere or place == "file" else "ho-so"


def look_at_exports(folder: Path) -> None:
    look_at_source("spreadsheet", {"folder": str(folder), "files": ["*.*"]})


def look_at_source(dialect: str, options: dict[str, object]) -> None:
    source = Source(
        source_code="export", label="Tệp xuất", system=System.ONE_STOP, connector=dialect,
        options={
            **options, "kind": "dossiers", "columns": HEADERS,
            "values": {
                "service_level": {"4": "full"}, "channel": {"1": "online"}, "status": {"2": "done"},
            },
        },
    )  # fmt: skip
    asked = Assignment(source, "", "xa", "H98.51", WINDOW, secret="", clock=lambda: datetime(2026, 12, 15, tzinfo=UTC))
    texts = list(left_behind(connector_of(source), asked))
    assert texts
    assert {found for text in texts for found in shown(text)} == set()


def write_table(path: Path, rows: list[list[str]], sheet: str) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.active.title = sheet
        for row in rows:
            book.active.append(row)
        book.save(path)
    elif path.suffix == ".csv":
        path.write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")
    else:
        lines = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        path.write_text(f"<html><meta charset=utf-8><table>{''.join(lines)}</table></html>", encoding="utf-8")


RUNS = {
    "codes": (("one_stop", "id"), ("documents", "hinhThucGuiCode"), ("portal", "MUCDO")),
    "dates": (("one_stop", "acceptedDate"), ("documents", "ngayVanBan"), ("portal", "MATTHC")),
    "everything": (("one_stop", None), ("documents", None), ("portal", None)),
}


@pytest.fixture
def tiny(tmp_path: Path, tiny_sandbox: RunningSandbox, engine_home: tuple[Path, str]) -> Installation:
    return install(tmp_path, tiny_sandbox, tiny_sandbox.now, "dac-khu", engine_home[1])


@pytest.mark.parametrize("fields", RUNS)
def test_a_run_on_sources_full_of_persons_leaves_none(
    tiny: Installation,
    engine_home: tuple[Path, str],
    tiny_sandbox: RunningSandbox,
    fields: str,
) -> None:
    """Files, both databases, the engine's log and artifacts, the screen."""
    for system, field in RUNS[fields]:
        tiny_sandbox.set_fault(system, "person_in_fields", field=field)
    home, _ = engine_home
    ended = tiny.report("2025-Q4")
    assert ended.code in {0, 13, 20}, ended.err
    probed = tiny.run("probe", "one_stop_igate", "--days", "30")
    examined = tiny.run("doctor", "--unit", "dac-khu")
    said = [text for one in (ended, probed, examined) for text in (one.out, one.err)]
    assert {found for text in said for found in shown(text)} == set()
    files = [path for place in (tiny.home, home) for path in place.rglob("*") if path.is_file()]
    assert {where for path in files for where in found_in(texts_of(path))} == set()
