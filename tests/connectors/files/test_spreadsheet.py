"""Exports dropped into a folder, as vendors and officers make them: what is read, what is left out, what is refused."""

import io
import os
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwt

from baocao.catalogue import Source
from baocao.catalogue.sources import Sources
from baocao.catalogue.yaml_files import read_yaml
from baocao.domain import System, Window
from baocao.errors import ConfigError, SourceContractError, SourceUnavailableError
from baocao.settings import CHECKOUT_DIR
from baocao.source_text import make_group_mark, make_mark
from connectors.contract import Assignment, ParseResult
from connectors.files.column_mapping import ColumnMapping, read_options
from connectors.files.exports import SpreadsheetOptions
from connectors.files.spreadsheet import Spreadsheet
from connectors.files.sql_view import SqlViewOptions
from sandbox.world.ledger import PLANTED_PATTERNS, invent_person

WINDOW = Window(date(2025, 9, 15), date(2025, 12, 14))
OPTIONS: dict[str, Any] = {
    "kind": "dossiers",
    "columns": {
        "dossier_code": ["Mã hồ sơ", "Số hồ sơ"],
        "procedure_code": "Mã TTHC",
        "service_level": ["Mức độ DVC"],
        "channel": ["Kênh tiếp nhận"],
        "status": ["Trạng thái"],
        "submitted_at": ["Ngày nộp"],
        "received_at": ["Ngày tiếp nhận"],
    },
    "values": {
        "service_level": {"Toàn trình": "full", "Một phần": "partial"},
        "channel": {"Trực tuyến": "online", "Trực tiếp": "in_person", "BCCI": "postal"},
        "status": {"Đang xử lý": "processing", "Đã trả kết quả": "returned", "9": "done"},
    },
    "absent": ["finished_at"],
    "ignored": ["STT", "Chủ hồ sơ"],
}
SHEET_DAY = datetime(2025, 10, 15)  # noqa: DTZ001 - as a spreadsheet has it
TITLES = [
    ["ỦY BAN NHÂN DÂN XÃ MẪU", None, None],
    ["DANH SÁCH HỒ SƠ TIẾP NHẬN", None, None],
    ["(Từ ngày 15/09/2025 đến ngày 14/12/2025)"],
    [],
]
HEADER = [
    "STT", "Mã hồ sơ", "Mã TTHC", "Chủ hồ sơ", "Mức độ DVC", "Kênh tiếp nhận", "Trạng thái", "Ngày nộp", "Ngày tiếp nhận",
]  # fmt: skip
NUMBERS = ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"]


def row(number: int, *, submitted: Any = "14/10/2025 08:30", received: Any = "15/10/2025", **changed: Any) -> list[Any]:
    cells = {
        "STT": number,
        "Mã hồ sơ": f"H98.51-251014-{number:04d}",
        "Mã TTHC": "1.003560.000.00.00.H98",
        "Chủ hồ sơ": invent_person(number).full_name,
        "Mức độ DVC": "Toàn trình",
        "Kênh tiếp nhận": "Trực tuyến",
        "Trạng thái": "Đang xử lý",
        "Ngày nộp": submitted,
        "Ngày tiếp nhận": received,
    }
    return list({**cells, **changed}.values())


TABLE = [*TITLES, HEADER, NUMBERS, row(1), row(2), ["Cộng lĩnh vực Đất đai", None, 2], ["II", "Hộ tịch"], row(3),
         ["Tổng cộng", 3, None, None, None, 3], [], [None, "Người lập biểu", None, None, None, None, "Thủ trưởng"],
         [None, None, None, None, None, "An Mẫu, ngày 14 tháng 12 năm 2025"],
         [None, invent_person(7).full_name, None, None, None, None, invent_person(8).full_name]]  # fmt: skip


def as_xlsx(rows: Sequence[Sequence[Any]], merge: Sequence[str] = (), sheet: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for cells in rows:
        page.append(list(cells))
    for place in merge:
        page.merge_cells(place)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_xls(rows: Sequence[Sequence[Any]]) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("Sheet1")
    style = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for y, cells in enumerate(rows):
        for x, cell in enumerate(cells):
            page.write(y, x, cell, *([style] if isinstance(cell, datetime) else []))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_text(rows: Sequence[Sequence[Any]], mark: str = ",") -> str:
    def quote(cell: Any) -> str:
        text = "" if cell is None else str(cell)
        return f'"{text}"' if mark in text else text

    return "\r\n".join(mark.join(map(quote, cells)) for cells in rows)


Read = Callable[..., ParseResult]


def assign(place: Path, **options: Any) -> Assignment:
    return Assignment(
        source=Source(
            source_code="export_one_stop", label="Tệp xuất", system=System.ONE_STOP, connector="spreadsheet",
            options={**OPTIONS, "folder": str(place), **options},
        ),
        base_url="", unit_code="xa", unit_key="H98.51", window=WINDOW, secret="",
        clock=lambda: datetime(2026, 12, 15, tzinfo=UTC),
    )  # fmt: skip


def collect(assignment: Assignment) -> ParseResult:
    payloads = list(Spreadsheet().fetch(assignment))
    for payload in payloads:
        assert not any(pattern.search(payload.body.decode()) for pattern in PLANTED_PATTERNS.values())
    return Spreadsheet().parse(payloads, source_code="export_one_stop", unit_code="xa")


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def make(content: bytes, name: str = "ho-so.xlsx", **options: Any) -> ParseResult:
        (tmp_path / name).write_bytes(content)
        return collect(assign(tmp_path, **options))

    return make


def codes(parsed: ParseResult) -> list[str]:
    return list(parsed.frames["dossiers"]["dossier_code"])


THREE = ["H98.51-251014-0001", "H98.51-251014-0002", "H98.51-251014-0003"]
AS_IT_IS = {
    "xlsx": ("a.xlsx", as_xlsx(TABLE)),
    "xls": ("a.xls", as_xls(TABLE)),
    "utf-8": ("a.csv", as_text(TABLE).encode()),
    "utf-8 with mark, semicolons": ("a.csv", as_text(TABLE, ";").encode("utf-8-sig")),
    "utf-16, tabs (Excel's Unicode text)": ("a.csv", as_text(TABLE, "\t").encode("utf-16")),
    "utf-16 without mark": ("a.csv", as_text(TABLE, ";").encode("utf-16-le")),
    "decomposed": ("a.csv", unicodedata.normalize("NFD", as_text(TABLE)).encode()),
    "shouted, with spaces": ("a.CSV", as_text([*TITLES, [f"  {h.upper()} \u00a0(*)" for h in HEADER], *TABLE[5:]]).encode()),
}  # fmt: skip


@pytest.mark.parametrize("way", AS_IT_IS)
def test_the_same_table_in_any_file_gives_the_same_records(read: Read, way: str) -> None:
    name, content = AS_IT_IS[way]
    parsed = read(content, name)
    frame = parsed.frames["dossiers"]
    assert codes(parsed) == THREE
    assert set(frame["procedure_code"]) == {"1.003560"}
    assert set(frame["service_level"]) == {"full"}
    assert set(frame["received_at"]) == {pd.Timestamp("2025-10-14T17:00Z")}
    assert set(frame["submitted_at"]) == {pd.Timestamp("2025-10-14T01:30Z")}
    assert frame["finished_at"].isna().all()
    assert not parsed.notices.unknown_fields
    assert not parsed.notices.unknown_values


def test_windows_1258_is_read_with_its_separate_tone_marks(read: Read) -> None:
    def as_1258(text: str) -> bytes:
        """As the keyboard drivers of the time stored it: letters whole, tones apart."""
        tones = "\u0300\u0301\u0303\u0309\u0323"
        parts = unicodedata.normalize("NFD", text)
        apart = [c if c in tones else unicodedata.normalize("NFC", c) for c in _letters(parts, tones)]
        return "".join(apart).encode("cp1258")

    assert codes(read(as_1258(as_text(TABLE, ";")), "a.csv")) == THREE


def _letters(decomposed: str, tones: str) -> list[str]:
    found: list[str] = []
    for character in decomposed:
        if unicodedata.combining(character) and character not in tones and found:
            place = -1 if found[-1] not in tones else -2
            found[place] += character
        else:
            found.append(character)
    return found


def test_the_two_spellings_of_a_tone_are_one(read: Read) -> None:
    header = ["Mã hoá" if h == "Mã hồ sơ" else h for h in HEADER]
    columns = {**OPTIONS["columns"], "dossier_code": "Mã hóa"}
    assert codes(read(as_xlsx([header, row(1)]), columns=columns)) == THREE[:1]


@pytest.mark.parametrize(
    "written",
    ["15/10/2025", "15-10-2025", "15.10.2025", "5/10/2025", "2025-10-15", "2025-10-15T00:00:00.000+07:00", "20251015",
     "00:00 15/10/2025", "15/10/25", "15/10/2025 12:00 SA", "2025/10/15", "00:00:00 ngày 15/10/2025", "20251015000000", 45945, 45945.0, "45945", SHEET_DAY],
)  # fmt: skip
def test_a_day_is_the_same_however_it_is_written(read: Read, written: Any) -> None:
    day = "2025-10-05" if written == "5/10/2025" else "2025-10-15"
    frame = read(as_xlsx([HEADER, row(1, received=written)])).frames["dossiers"]
    assert frame["received_at"][0].tz_convert("Asia/Ho_Chi_Minh") == pd.Timestamp(day, tz="Asia/Ho_Chi_Minh")


@pytest.mark.parametrize("written", ["31/02/2025", "10/14/2025", "2025-13-01", "hôm qua", 7, "25/10/15", "15/10/0205"])
def test_an_impossible_date_names_field_column_and_row_and_no_value(read: Read, written: Any) -> None:
    with pytest.raises(SourceContractError, match=r"received_at \(cột 'Ngày tiếp nhận'\): 1/2") as caught:
        read(as_xlsx([HEADER, row(1), row(2, received=written)]))
    assert "dòng 3" in str(caught.value)
    assert str(written) not in str(caught.value).partition("Ngày tiếp nhận")[2].replace("dd/mm", "") or written == 7


def test_a_column_that_is_not_there_is_named_beside_those_that_are(read: Read) -> None:
    header = ["Ngày nhận" if h == "Ngày tiếp nhận" else h for h in HEADER]
    with pytest.raises(SourceContractError) as caught:
        read(as_xlsx([*TITLES, header, row(1)], sheet="Hồ sơ"), "quy-4.xlsx")
    text = str(caught.value)
    assert "quy-4.xlsx, trang tính 'Hồ sơ': không có cột 'Ngày tiếp nhận'" in text
    assert "'Ngày nhận'" in text
    assert "'Chủ hồ sơ'" in text
    assert not any(pattern.search(text) for pattern in PLANTED_PATTERNS.values())


def test_a_wrong_file_lists_its_headers_and_a_file_without_header_quotes_nothing(read: Read) -> None:
    with pytest.raises(SourceContractError, match="the columns there: 'STT', 'Tên xe', 'Số khung'"):
        read(as_xlsx([["STT", "Tên xe", "Số khung"], [1, "a", "b"]]))
    person = invent_person(5)
    with pytest.raises(SourceContractError, match="no row that looks like a header") as caught:
        read(as_xlsx([[person.full_name, person.address, person.phone]] * 5))
    assert person.full_name not in str(caught.value)


def test_cells_merged_downwards_count_for_every_row_and_a_header_may_have_two_rows(read: Read) -> None:
    top = ["STT", "Mã hồ sơ", "Mã TTHC", "Chủ hồ sơ", "Mức độ DVC", "Kênh tiếp nhận", "Trạng thái", "Ngày", None]
    low = [None] * 7 + ["nộp", "tiếp nhận"]
    second = row(2)
    second[2] = None
    merged = read(as_xlsx([top, low, row(1), second], ["A1:A2", "B1:B2", "C1:C2", "H1:I1", "C3:C4"]))
    assert list(merged.frames["dossiers"]["procedure_code"]) == ["1.003560", "1.003560"]


def test_a_new_column_is_reported_by_name_and_a_hidden_sheet_is_not_read(read: Read) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([[*HEADER, "Cột mới"], [*row(1), "x"]])))
    hidden = book.create_sheet("Cũ")
    for cells in (HEADER, row(9)):
        hidden.append(cells)
    hidden.sheet_state = "hidden"
    book.create_sheet("Hướng dẫn").append(["Đọc kỹ hướng dẫn"])
    file = io.BytesIO()
    book.save(file)
    parsed = read(file.getvalue())
    assert codes(parsed) == THREE[:1]
    assert dict(parsed.notices.unknown_fields) == {"Cột mới": 1}


def test_an_unknown_word_is_counted_and_a_wrongly_mapped_column_is_refused(read: Read) -> None:
    odd = read(as_xlsx([HEADER, row(1), row(2), row(3, **{"Trạng thái": "Chờ bổ sung"})]))
    assert odd.notices.unknown_values["status"] == {make_mark("Chờ bổ sung"): 1}
    assert odd.frames["dossiers"]["status"].eq("unknown").sum() == 1
    columns = {**OPTIONS["columns"], "status": "Mã TTHC"}
    with pytest.raises(SourceContractError, match=r"3/3 giá trị không có trong values.status") as caught:
        read(as_xlsx([HEADER, row(1), row(2), row(3)]), columns=columns)
    assert "1.003560" not in str(caught.value)


def test_a_record_without_its_key_is_refused_and_never_dropped(read: Read) -> None:
    with pytest.raises(SourceContractError, match=r"dossier_code \(cột 'Mã hồ sơ / Số hồ sơ'\): 1/2 giá trị để trống"):
        read(as_xlsx([HEADER, row(1), row(2, **{"Mã hồ sơ": None})]))


def test_of_two_exports_the_newer_one_counts(tmp_path: Path) -> None:
    for age, (name, status) in enumerate([("z.xlsx", "Đã trả kết quả"), ("a.xlsx", "Đang xử lý")]):
        path = tmp_path / name
        path.write_bytes(as_xlsx([HEADER, row(1, **{"Trạng thái": status})]))
        os.utime(path, (1_760_000_000 - age * 1000,) * 2)
    parsed = collect(assign(tmp_path))
    assert list(parsed.frames["dossiers"]["status"]) == ["returned"]
    payloads = list(Spreadsheet().fetch(assign(tmp_path)))
    backwards = Spreadsheet().parse(payloads[::-1], source_code="export_one_stop", unit_code="xa")
    pd.testing.assert_frame_equal(backwards.frames["dossiers"], parsed.frames["dossiers"])
    assert payloads[0].fetched_at == datetime.fromtimestamp(1_759_999_000, UTC)


def test_the_folder_and_the_pattern_may_name_unit_and_period(tmp_path: Path) -> None:
    (tmp_path / "H98.51").mkdir()
    (tmp_path / "H98.51" / "2025-Q4.xlsx").write_bytes(as_xlsx([HEADER, row(1)]))
    (tmp_path / "H98.51" / "2025-Q3.xlsx").write_bytes(as_xlsx([HEADER, row(2)]))
    given = assign(tmp_path, folder=f"{tmp_path}/{{unit_key}}", files=["{year}-Q{quarter}.xlsx"])
    assert codes(collect(given)) == THREE[:1]


def test_no_export_yet_is_waited_for_and_says_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "anh.png").write_bytes(b"")
    with pytest.raises(
        SourceUnavailableError, match=r"chưa có tệp \*.xlsx, \*.xls, \*.ods, \*.csv trong .*; đang có: anh.png"
    ):
        collect(assign(tmp_path))
    with pytest.raises(SourceUnavailableError, match="không có thư mục này"):
        collect(assign(tmp_path / "x"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a file", as_xlsx([HEADER])[:3000], b"not a workbook"])
def test_a_damaged_file_is_named(read: Read, content: bytes) -> None:
    with pytest.raises(SourceContractError, match=r"không đọc được quy-4.xlsx: tệp hỏng"):
        read(content, "quy-4.xlsx")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"absent": []}, "options.finished_at: phải nằm ở đúng một trong: columns, constants, absent"),
        ({"kind": "dossier"}, "options.kind"),
        ({"values": {}}, "values.service_level: ghi từ nào của bảng nghĩa là gì trong: full"),
        (
            {"values": {**OPTIONS["values"], "channel": {"Web": "internet"}}},
            "không có nghĩa “internet”; được dùng: online",
        ),
        ({"colums": {}}, "options.colums"),
        ({"columns": {**OPTIONS["columns"], "status": "Chủ hồ sơ"}}, "columns.status: “Chủ hồ sơ” là dữ liệu cá nhân"),
        ({"folder": "/x/{period}"}, "trong dấu ngoặc nhọn chỉ được dùng: {unit_code}"),
    ],
)
def test_a_mapping_that_can_be_seen_to_be_wrong_is_a_mistake_in_the_configuration(
    tmp_path: Path, changed: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigError, match=r"sources\.yaml:\s+sources\.export_one_stop") as caught:
        collect(assign(tmp_path, **changed))
    assert says in str(caught.value)


PROCEDURES: dict[str, Any] = {
    "kind": "procedures",
    "columns": {
        "procedure_code": "Mã TTHC", "service_level": "Mức độ", "eligible_level": "Mức độ đủ điều kiện",
        "is_published": "Công khai", "has_fee": "Phí, lệ phí",
    },
    "values": {"service_level": {"TT": "full"}, "eligible_level": {"TT": "full"}},
    "amounts": ["has_fee"], "constants": {"payment_gateway": "national"}, "absent": [], "ignored": [],
}  # fmt: skip
PROCEDURE_HEADER = ["Mã TTHC", "Mức độ", "Mức độ đủ điều kiện", "Công khai", "Phí, lệ phí"]


@pytest.mark.parametrize(
    ("fee", "has_fee"), [("8.000", True), ("16.736,5 đ", True), ("0", False), (0, False), (None, None)]
)
def test_amounts_are_read_the_vietnamese_way(read: Read, fee: Any, has_fee: bool | None) -> None:
    rows = [PROCEDURE_HEADER, ["1.003560", "TT", "TT", "Có", fee]]
    frame = read(as_xlsx(rows), **PROCEDURES).frames["procedures"]
    assert (None if pd.isna(frame["has_fee"][0]) else bool(frame["has_fee"][0])) is has_fee
    assert frame["is_published"].tolist() == [True]
    assert frame["payment_gateway"].tolist() == ["national"]


def test_an_amount_that_can_be_two_is_refused(read: Read) -> None:
    with pytest.raises(SourceContractError, match=r"has_fee .*: 1/1 giá trị không phải số tiền"):
        read(as_xlsx([PROCEDURE_HEADER, ["1.003560", "TT", "TT", "Có", "1,234.5"]]), **PROCEDURES)


@pytest.mark.parametrize(("name", "options"), [("spreadsheet", SpreadsheetOptions), ("sql_view", SqlViewOptions)])
def test_the_example_is_one_that_loads(name: str, options: type[ColumnMapping]) -> None:
    path = CHECKOUT_DIR / "config" / "examples" / f"sources-{name.replace('_', '-')}.yaml"
    source = read_yaml(path, Sources).sources[name]
    assert read_options(source, options).kind == "dossiers"


def test_what_only_some_reports_need_is_kept_of_a_table_for_those_alone(tmp_path: Path) -> None:
    header = [*HEADER, "Ngày hẹn trả", "Lĩnh vực"]
    rows = [header, [*row(1), "20/10/2025 17:00", "Hộ tịch"], [*row(2), None, "LV03"]]
    (tmp_path / "ho-so.xlsx").write_bytes(as_xlsx(rows))
    columns = {**OPTIONS["columns"], "appointment_at": "Ngày hẹn trả", "field_key": "Lĩnh vực"}
    asked = assign(tmp_path, columns=columns)
    more = frozenset({"appointment_at", "field_key"})
    needed = collect(replace(asked, source=asked.source.asked_for(more))).frames["dossiers"]
    assert [str(at)[:16] for at in needed["appointment_at"]] == ["2025-10-20 10:00", "NaT"]
    assert list(needed["field_key"]) == [make_group_mark("Hộ tịch"), "LV03"]
    plain = collect(asked)
    assert not more & set(plain.frames["dossiers"])
    assert not plain.notices.unknown_fields
    assert needed[list(plain.frames["dossiers"])].equals(plain.frames["dossiers"])
