"""Exports that are not what they seem: cut, filtered, empty, overlapping, dated another way. Right, or told."""

import io
import os
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from baocao.catalogue import Catalogue
from baocao.counting import CountingContext, SourceRecords, observe
from baocao.domain import Outcome, Period, System, Window
from baocao.errors import SourceContractError, SourceUnavailableError
from baocao.notices import Notices
from connectors.contract import ParseResult
from expectations.records.suite import check_notices
from tests.connectors.files.test_spreadsheet import HEADER, TITLES, as_text, as_xlsx, assign, codes, collect, row

FIRST_DAY = date(2025, 9, 15)


def day(number: int) -> date:
    """Days all over the window of Quý IV năm 2025, 91 of them."""
    return FIRST_DAY + timedelta(days=number * 7 % 91)


def rows(count: int, first: int = 1, **changed: Any) -> list[list[Any]]:
    return [
        row(n, submitted=f"{day(n):%d/%m/%Y}", received=f"{day(n):%d/%m/%Y}", **changed)
        for n in range(first, first + count)
    ]


def put(folder: Path, name: str, content: bytes, age_s: int = 0) -> None:
    (folder / name).write_bytes(content)
    os.utime(folder / name, (1_765_000_000 - age_s,) * 2)


def whole(notices: Notices) -> tuple[Outcome, str]:
    found = check_notices(notices, System.ONE_STOP, "xa")[2]
    return found.outcome, found.message_vi if found.outcome is Outcome.FAIL else found.reason


TABLE = [*TITLES, HEADER, *rows(40)]


@pytest.mark.parametrize("places_cut", [1, 9, 25, 60, 95])
@pytest.mark.parametrize("mark", [",", ";"])
def test_a_text_cut_off_in_mid_line_is_refused_wherever_it_was_cut(tmp_path: Path, places_cut: int, mark: str) -> None:
    text = as_text([*TITLES, HEADER, *rows(40)], mark) + "\r\n"
    lines = text.splitlines(keepends=True)
    at = len("".join(lines[:-9])) + places_cut
    last_line = text[:at].splitlines()[-1]
    assert last_line.count(mark) < len(HEADER) - 1
    put(tmp_path, "quy-4.csv", text[:at].encode())
    with pytest.raises(SourceContractError, match=r"không đọc được quy-4.csv: tệp bị cắt giữa dòng cuối"):
        collect(assign(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_cut_off_within_a_letter_is_refused(tmp_path: Path, encoding: str) -> None:
    content = as_text(TABLE).encode(encoding)
    at = content.rindex("Đ".encode("utf-16-le" if encoding == "utf-16" else "utf-8"))
    put(tmp_path, "quy-4.csv", content[: at + 1])
    with pytest.raises(SourceContractError, match="tệp bị cắt"):
        collect(assign(tmp_path))


def test_a_text_that_ends_within_quotes_is_refused(tmp_path: Path) -> None:
    text = as_text([HEADER, *rows(3)])
    put(tmp_path, "quy-4.csv", f'{text},"ghi chú chưa'.encode())
    with pytest.raises(SourceContractError, match="tệp bị cắt"):
        collect(assign(tmp_path))


def test_a_whole_last_line_without_its_end_is_told(tmp_path: Path) -> None:
    put(tmp_path, "quy-4.csv", as_text(TABLE).encode())
    assert collect(assign(tmp_path)).notices.doubts_vi == ["quy-4.csv: dòng cuối chưa kết thúc, tệp có thể bị cắt"]
    put(tmp_path, "quy-4.csv", (as_text(TABLE) + "\n").encode())
    assert collect(assign(tmp_path)).notices.doubts_vi == []


def in_order(count: int, *, newest_first: bool = False, first_day: date = FIRST_DAY) -> list[list[Any]]:
    """Records of one day after the other, two a day."""
    days = [first_day + timedelta(days=n // 2) for n in range(count)]
    written = [f"{one:%d/%m/%Y}" for one in (reversed(days) if newest_first else days)]
    return [row(n, submitted=text, received=text) for n, text in enumerate(written, start=1)]


WHOLE, CUT = 2 * 91, 2 * 50


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (in_order(WHOLE), ""),
        (in_order(WHOLE)[:CUT], "xếp từ cũ đến mới, dừng ở 03/11/2025"),
        (in_order(WHOLE)[: WHOLE - 8], ""),
        (in_order(WHOLE, newest_first=True), ""),
        (in_order(WHOLE, newest_first=True)[:CUT], "xếp từ mới đến cũ, dừng ở 26/10/2025"),
        (rows(40), "không chứng minh được quy-4.csv là đủ: không có dòng tổng cộng, bản ghi không xếp theo ngày"),
    ],
    ids=["whole", "cut", "quiet for days", "newest first", "newest first, cut", "no order"],
)
def test_a_text_that_may_be_cut_at_the_end_of_a_line_is_told_beside_its_figures(
    tmp_path: Path, catalogue: Catalogue, records: list[list[Any]], told: str
) -> None:
    put(tmp_path, "quy-4.csv", (as_text([HEADER, *records]) + "\n").encode())
    found = collect(assign(tmp_path))
    context = CountingContext(
        catalogue.unit("dac-khu"),
        Period.parse("2025-Q4"),
        Window(FIRST_DAY, date(2025, 12, 14)),
        datetime(2025, 12, 15, tzinfo=UTC),
        {System.ONE_STOP: SourceRecords(System.ONE_STOP, found.frames, notices=found.notices)},
    )
    note = observe(catalogue.indicators, context)["dossiers_received_count"].note
    assert (told in note) if told else ("tổng cộng" not in note)


@pytest.mark.parametrize("way", ["a total row", "a workbook"])
def test_what_says_itself_how_long_it_is_needs_no_order(tmp_path: Path, way: str) -> None:
    cut = in_order(WHOLE)[:CUT]
    if way == "a workbook":
        put(tmp_path, "quy-4.xlsx", as_xlsx([HEADER, *cut]))
    else:
        put(tmp_path, "quy-4.csv", (as_text([HEADER, *cut, ["Tổng cộng", CUT]]) + "\n").encode())
    assert collect(assign(tmp_path)).notices.unproved_vi == []


def test_a_file_a_month_ends_well_where_the_next_begins(tmp_path: Path) -> None:
    months = [in_order(60), in_order(122, first_day=FIRST_DAY + timedelta(days=30))]
    for number, records in enumerate(months):
        numbered = [[one[0], f"H98.5{number}-251014-{n:04d}", *one[2:]] for n, one in enumerate(records)]
        put(tmp_path, f"quy-4-{number}.csv", (as_text([HEADER, *numbered]) + "\n").encode())
    assert collect(assign(tmp_path)).notices.unproved_vi == []
    (tmp_path / "quy-4-1.csv").unlink()
    (said,) = collect(assign(tmp_path)).notices.unproved_vi
    assert "dừng ở 14/10/2025" in said


@pytest.mark.parametrize(
    ("total", "outcome"),
    [
        (["Tổng cộng", 40], Outcome.PASS),
        (["Tổng cộng: 40 hồ sơ"], Outcome.PASS),
        ([None, "Tổng số", None, None, None, None, None, None, "40"], Outcome.PASS),
        (["Tổng cộng", 41], Outcome.FAIL),
        (["Tổng cộng: 1.040 hồ sơ"], Outcome.FAIL),
        (["TỔNG CỘNG", 39], Outcome.FAIL),
        (["Tổng cộng"], Outcome.NOT_EVALUABLE),
        (["Tổng cộng", 12, 27], Outcome.NOT_EVALUABLE),
        (["Tổng cộng", 55, 40], Outcome.NOT_EVALUABLE),
        (["Tổng cộng", 40, 12], Outcome.PASS),
        (["Cộng lĩnh vực", 12], Outcome.NOT_EVALUABLE),
        ([None, "Cộng", None, None, None, None, None, None, "41"], Outcome.FAIL),
        (["Cộng:", 40], Outcome.PASS),
    ],
)
def test_a_total_row_is_what_the_records_are_held_against(tmp_path: Path, total: list[Any], outcome: Outcome) -> None:
    put(tmp_path, "quy-4.xlsx", as_xlsx([*TABLE, total]))
    parsed = collect(assign(tmp_path))
    assert len(codes(parsed)) == 40
    found, says = whole(parsed.notices)
    assert found is outcome
    assert "quy-4.xlsx" in says or outcome is Outcome.PASS
    if total == ["Tổng cộng: 1.040 hồ sơ"]:
        assert "1.040, nhận được 40" in says


def test_rows_filled_as_records_whose_code_is_a_name_are_not_lost_without_a_word(tmp_path: Path) -> None:
    named = [[one[0], "Nguyễn Thị Mẫu Hai Ba 0999000001", *one[2:]] for one in rows(3, first=41)]
    put(tmp_path, "quy-4.xlsx", as_xlsx([*TABLE, HEADER, *named, ["Người lập biểu", None, "Lê Thị Mẫu"]]))
    parsed = collect(assign(tmp_path))
    assert len(codes(parsed)) == 40
    outcome, says = whole(parsed.notices)
    assert outcome is Outcome.FAIL
    assert "3 dòng có dữ liệu nhưng cột mã không phải mã" in says
    assert "Nguyễn" not in says


def test_a_record_that_stands_twice_in_one_file_otherwise_is_told(tmp_path: Path) -> None:
    again = [list(one) for one in rows(2)]
    put(tmp_path, "quy-4.xlsx", as_xlsx([*TABLE, *again]))
    assert not any("dòng khác nội dung" in doubt for doubt in collect(assign(tmp_path)).notices.doubts_vi)
    for one in again:
        one[HEADER.index("Ngày tiếp nhận")] = "01/11/2025"
    put(tmp_path, "quy-4.xlsx", as_xlsx([*TABLE, *again]))
    told = collect(assign(tmp_path)).notices
    for said in (told.doubts_vi, told.unproved_vi):
        assert any("2 lần một mã bản ghi có thêm dòng khác nội dung" in one for one in said)


def test_an_export_without_a_record_is_not_taken_for_none(tmp_path: Path) -> None:
    put(tmp_path, "quy-4.xlsx", as_xlsx([*TITLES, HEADER]))
    with pytest.raises(SourceContractError, match="có tiêu đề mà không có bản ghi nào, cũng không có dòng tổng bằng 0"):
        collect(assign(tmp_path))
    assert codes(collect(assign(tmp_path, may_be_empty=True))) == []
    put(tmp_path, "quy-4.xlsx", as_xlsx([*TITLES, HEADER, ["Tổng cộng", 0]]))
    none = collect(assign(tmp_path))
    assert codes(none) == []
    assert whole(none.notices)[0] is Outcome.PASS


def test_an_empty_table_beside_full_ones_is_told(tmp_path: Path) -> None:
    put(tmp_path, "thang-10.xlsx", as_xlsx([HEADER, *rows(5)]))
    put(tmp_path, "thang-11.xlsx", as_xlsx([HEADER]))
    assert collect(assign(tmp_path)).notices.doubts_vi == [
        "thang-11.xlsx, trang tính 'Sheet1': có tiêu đề nhưng không có bản ghi nào"
    ]


def test_files_that_overlap_and_differ_are_told_and_those_that_agree_are_not(tmp_path: Path) -> None:
    put(tmp_path, "b.xlsx", as_xlsx([HEADER, *rows(6)]), age_s=500)
    put(tmp_path, "a.xlsx", as_xlsx([HEADER, *rows(2), *rows(3, 5, **{"Kênh tiếp nhận": "Trực tiếp"})]))
    parsed = collect(assign(tmp_path))
    assert len(codes(parsed)) == 7
    both = "b.xlsx, trang tính 'Sheet1' và a.xlsx, trang tính 'Sheet1'"
    said = f"2 bản ghi có trong cả {both} với nội dung khác nhau; lấy theo a.xlsx, trang tính 'Sheet1' (lưu sau)"
    assert parsed.notices.doubts_vi == [said]


def test_a_longer_period_needs_the_file_of_each_of_its_quarters(tmp_path: Path) -> None:
    half_year = Window(date(2024, 12, 15), date(2025, 6, 14))
    given = assign(tmp_path, files=["*{year}-Q{quarter}*.xlsx"])
    given = given.__class__(**{**given.__dict__, "window": half_year})
    put(tmp_path, "ho-so-2025-Q2.xlsx", as_xlsx([HEADER, *rows(20)]))
    with pytest.raises(SourceUnavailableError, match=r"chưa có tệp \*2025-Q1\*.xlsx cho quý 1/2025"):
        collect(given)
    put(tmp_path, "ho-so-2025-Q1.xlsx", as_xlsx([HEADER, *rows(30, 21)]))
    put(tmp_path, "ho-so-2024-Q4.xlsx", as_xlsx([HEADER, *rows(7, 60)]))
    assert len(codes(collect(given))) == 50
    for period, quarters in (("2025", "1234"), ("9M", "123")):
        end = date(2025, 12 if period == "2025" else 9, 14)
        longer = given.__class__(**{**given.__dict__, "window": Window(date(2024, 12, 15), end)})
        with pytest.raises(SourceUnavailableError, match=f"cho quý {quarters[2]}/2025"):
            collect(longer)


def american(count: int) -> list[list[Any]]:
    """Dates month first, none with a day above 12: read day first, two thirds of them lie elsewhere."""
    days = [date(2025, month, number) for month in (10, 11, 12) for number in range(1, 13)]
    return [row(n, submitted=f"{d:%m/%d/%Y} 8:30 AM", received=f"{d:%m/%d/%Y}") for n, d in enumerate(days[:count], 1)]


def test_american_dates_are_refused_with_the_reason_and_read_once_declared(tmp_path: Path) -> None:
    put(tmp_path, "quy-4.xlsx", as_xlsx([HEADER, *american(36)]))
    with pytest.raises(SourceContractError, match="không có ngày nào trên 12; đọc ngày/tháng") as caught:
        collect(assign(tmp_path))
    assert "day_order: month_first" in str(caught.value)
    frame = collect(assign(tmp_path, day_order="month_first")).frames["dossiers"]
    local = frame["received_at"].dt.tz_convert("Asia/Ho_Chi_Minh")
    assert set(local.dt.month) == {10, 11, 12}
    assert set(frame["submitted_at"].dt.tz_convert("Asia/Ho_Chi_Minh").dt.strftime("%H:%M")) == {"08:30"}


def test_days_up_to_twelve_written_our_way_are_no_doubt(tmp_path: Path) -> None:
    days = [date(2025, month, number) for month in (10, 11, 12) for number in range(1, 13)]
    ours = [row(n, submitted=f"{d:%d/%m/%Y}", received=f"{d:%d/%m/%Y}") for n, d in enumerate(days, 1)]
    put(tmp_path, "quy-4.xlsx", as_xlsx([HEADER, *ours]))
    assert len(codes(collect(assign(tmp_path)))) == 36


@pytest.mark.parametrize(
    ("written", "hour"),
    [("15/10/2025 02:05 CH", 14), ("15/10/2025 12:05 SA", 0), ("15/10/2025 12:05 PM", 12), ("2:05 pm 15/10/2025", 14)],
)
def test_hours_of_half_a_day_are_read(tmp_path: Path, written: str, hour: int) -> None:
    put(tmp_path, "a.xlsx", as_xlsx([HEADER, row(1, submitted=written)]))
    at = collect(assign(tmp_path)).frames["dossiers"]["submitted_at"][0].tz_convert("Asia/Ho_Chi_Minh")
    assert (at.hour, at.day) == (hour, 15)


def since_1904(count: int) -> list[list[Any]]:
    zero = date(1904, 1, 1)
    return [row(n, submitted=(day(n) - zero).days, received=(day(n) - zero).days) for n in range(1, count + 1)]


def test_day_numbers_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for cells in (HEADER, *since_1904(12)):
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    put(tmp_path, "a.xlsx", file.getvalue())
    local = collect(assign(tmp_path)).frames["dossiers"]["received_at"].dt.tz_convert("Asia/Ho_Chi_Minh")
    assert [at.date() for at in local] == [day(n) for n in range(1, 13)]


def test_day_numbers_that_fit_the_period_only_from_1904_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "a.xlsx", as_xlsx([HEADER, *since_1904(12)]))
    with pytest.raises(SourceContractError, match="số ngày tính từ 1900 thì 0 ngày nằm trong kỳ, từ 1904"):
        collect(assign(tmp_path))


def test_rows_nobody_sees_are_counted_and_told(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([*TITLES, HEADER, *rows(10)])))
    for number in (2, 7, 9, 11):
        book.active.row_dimensions[number].hidden = True
    file = io.BytesIO()
    book.save(file)
    put(tmp_path, "a.xlsx", file.getvalue())
    parsed = collect(assign(tmp_path))
    assert len(codes(parsed)) == 10
    assert parsed.notices.doubts_vi == ["a.xlsx, trang tính 'Sheet1': 3 dòng đang ẩn (lọc) trong tệp vẫn được tính"]


def as_page(table: Sequence[Sequence[Any]]) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{'' if c is None else c}</td>" for c in cells) + "</tr>" for cells in table)
    return f'<html><head><meta charset="utf-8"></head><body><table border=1>{body}</table></body></html>'.encode()


def as_xml_spreadsheet(table: Sequence[Sequence[Any]]) -> bytes:
    def cell(place: int, value: Any) -> str:
        kind = "Number" if isinstance(value, int) else "String"
        return f'<Cell ss:Index="{place}"><Data ss:Type="{kind}">{value}</Data></Cell>'

    body = "".join(
        "<Row>" + "".join(cell(p, v) for p, v in enumerate(cells, 1) if v is not None) + "</Row>" for cells in table
    )
    name = (
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    )
    return f'<?xml version="1.0"?><Workbook {name}><Worksheet ss:Name="Hồ sơ"><Table>{body}</Table></Worksheet></Workbook>'.encode()


def as_ods(table: Sequence[Sequence[Any]], hidden: Sequence[int] = ()) -> bytes:
    def line(number: int, cells: Sequence[Any]) -> str:
        look = ' table:visibility="filter"' if number in hidden else ""
        inside = "".join(
            "<table:table-cell/>" if value is None
            else f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
            if isinstance(value, int)
            else f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
            for value in cells
        )  # fmt: skip
        return f"<table:table-row{look}>{inside}</table:table-row>"

    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text", "style")
    )
    body = "".join(line(number, cells) for number, cells in enumerate(table))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Hồ sơ">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
        parts.writestr("META-INF/manifest.xml", "<?xml version='1.0'?><manifest/>")
    return file.getvalue()


NAMED_OTHERWISE = {
    "a page named .xls": ("a.xls", as_page(TABLE)),
    "a page named .xlsx": ("a.xlsx", as_page(TABLE)),
    "tabs named .xls": ("a.xls", (as_text(TABLE, "\t") + "\n").encode("utf-16")),
    "a text named .xls": ("a.xls", (as_text(TABLE, ";") + "\n").encode("utf-8-sig")),
    "a workbook named .csv": ("a.csv", as_xlsx(TABLE)),
    "an XML spreadsheet named .xls": ("a.xls", as_xml_spreadsheet(TABLE)),
    "a page of its own name": ("a.html", as_page(TABLE)),
    "OpenDocument": ("a.ods", as_ods(TABLE)),
}


@pytest.mark.parametrize("way", NAMED_OTHERWISE)
def test_a_table_is_read_for_what_it_is_and_not_for_its_name(tmp_path: Path, way: str) -> None:
    name, content = NAMED_OTHERWISE[way]
    put(tmp_path, name, content)
    parsed: ParseResult = collect(assign(tmp_path, files=["a.*"]))
    assert len(codes(parsed)) == 40
    local = parsed.frames["dossiers"]["received_at"].dt.tz_convert("Asia/Ho_Chi_Minh")
    assert [at.date() for at in local] == [day(n) for n in range(1, 41)]


def test_filtered_rows_of_open_document_are_told(tmp_path: Path) -> None:
    put(tmp_path, "a.ods", as_ods(TABLE, hidden=(2, 6, 8)))
    assert collect(assign(tmp_path)).notices.doubts_vi == [
        "a.ods, trang tính 'Hồ sơ': 2 dòng đang ẩn (lọc) trong tệp vẫn được tính"
    ]


@pytest.mark.parametrize("count", [10, 900], ids=["in small sectors", "in large ones"])
def test_filtered_rows_of_an_old_workbook_are_told(tmp_path: Path, count: int) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("Hồ sơ")
    for y, cells in enumerate([HEADER, *rows(count)]):
        for x, cell in enumerate(cells):
            page.write(y, x, cell)
        page.row(y).hidden = y in {2, 7, count}
    file = io.BytesIO()
    book.save(file)
    put(tmp_path, "a.xls", file.getvalue())
    assert collect(assign(tmp_path)).notices.doubts_vi == [
        "a.xls, trang tính 'Hồ sơ': 3 dòng đang ẩn (lọc) trong tệp vẫn được tính"
    ]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_page_cut_off_before_its_table_ends_is_refused(tmp_path: Path, share: float) -> None:
    content = as_page(TABLE)
    put(tmp_path, "a.xls", content[: int(len(content) * share)])
    with pytest.raises(SourceContractError, match="bị cắt trước khi hết bảng"):
        collect(assign(tmp_path))


def test_a_web_archive_says_what_to_do(tmp_path: Path) -> None:
    put(tmp_path, "a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n")
    with pytest.raises(SourceContractError, match=r"mở và lưu thành \.xlsx"):
        collect(assign(tmp_path))


def test_a_file_is_read_as_of_its_own_time_whatever_its_name(tmp_path: Path) -> None:
    put(tmp_path, "a.xls", as_page(TABLE))
    assert collect(assign(tmp_path)).frames["dossiers"].shape[0] == 40
    assert datetime.fromtimestamp((tmp_path / "a.xls").stat().st_mtime, UTC).year == 2025
