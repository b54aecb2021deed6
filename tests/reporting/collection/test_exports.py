"""What a report makes of exports that are not what they seem: the printed cell, the exit code, the sentence."""

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from baocao.domain import CellStatus, Outcome
from tests.connectors.files.test_spreadsheet import HEADER, TITLES, as_text, as_xlsx
from tests.connectors.files.test_whole_tables import american, as_page, rows, since_1904
from tests.reporting.collection.test_covered import use_export
from tests.reporting.conftest import NOW, Office

WHOLE = [*TITLES, HEADER, *rows(40)]
TOTALLED = [*WHOLE, ["Tổng cộng", 40]]


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    (folder / "quy-4.xlsx").unlink()
    for age, (name, content) in enumerate(files.items()):
        (folder / name).write_bytes(content)
        os.utime(folder / name, (NOW.timestamp() - age * 60,) * 2)


REFUSED = {
    "a text cut off in mid-line": (
        {"quy-4.csv": (as_text(WHOLE) + "\r\n").encode()[:-60]},
        "không đọc được quy-4.csv: tệp bị cắt giữa dòng cuối; hãy xuất lại",
    ),
    "a table without a record": (
        {"quy-4.xlsx": as_xlsx([*TITLES, HEADER])},
        "quy-4.xlsx: có tiêu đề mà không có bản ghi nào, cũng không có dòng tổng bằng 0",
    ),
    "dates written month first": (
        {"quy-4.xlsx": as_xlsx([HEADER, *american(36)])},
        "không có ngày nào trên 12; đọc ngày/tháng",
    ),
    "day numbers that fit the period only from 1904": (
        {"quy-4.xlsx": as_xlsx([HEADER, *since_1904(12)])},
        "số ngày tính từ 1900 thì 0 ngày nằm trong kỳ, từ 1904",
    ),
    "a page cut off": ({"quy-4.xls": as_page(WHOLE)[:4_000]}, "bị cắt trước khi hết bảng"),
}


@pytest.mark.parametrize("way", REFUSED)
def test_an_export_that_cannot_be_whole_gives_no_figure_and_says_why(
    small_office: Office, tmp_path: Path, way: str
) -> None:
    use_export(small_office, tmp_path / "xuat")
    files, says = REFUSED[way]
    put(tmp_path / "xuat", files)
    result = small_office.run()
    cells = result.report.filled.cells
    assert (result.exit_code, cells["4.3.1"].status, cells["4.3.1"].display) == (13, CellStatus.NOT_COLLECTED, "")
    (failure,) = result.failures
    assert says in failure.reason


TOLD = {
    "a page named .xls with its total": ({"quy-4.xls": as_page(TOTALLED)}, 0, ""),
    "a total row that names more": ({"quy-4.xlsx": as_xlsx([*WHOLE, ["Tổng cộng", 909]])}, 20, "909, nhận được 40"),
    "two files that differ": (
        {
            "moi.xlsx": as_xlsx([*WHOLE, ["Tổng cộng", 40]]),
            "cu.xlsx": as_xlsx([HEADER, *rows(3, **{"Kênh tiếp nhận": "Trực tiếp"}), ["Tổng cộng", 3]]),
        },
        0,
        "3 bản ghi có trong cả cu.xlsx, trang tính 'Sheet1' và moi.xlsx, trang tính 'Sheet1' với nội dung khác nhau",
    ),
}


def with_hidden_rows(table: Sequence[Sequence[Any]], *numbers: int) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(table)))
    for number in numbers:
        book.active.row_dimensions[number].hidden = True
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


TOLD["rows a filter hides"] = (
    {"quy-4.xlsx": with_hidden_rows(TOTALLED, 9, 11, 12)},
    0,
    "3 dòng đang ẩn (lọc) trong tệp vẫn được tính",
)
TOLD["a record twice in one file, otherwise each time"] = (
    {"quy-4.xlsx": as_xlsx([*WHOLE, *rows(2, **{"Kênh tiếp nhận": "Trực tiếp"}), ["Tổng cộng", 42]])},
    0,
    "2 lần một mã bản ghi có thêm dòng khác nội dung; lấy dòng sau",
)


@pytest.mark.parametrize("way", TOLD)
def test_what_an_export_says_of_itself_stands_beside_its_figure(small_office: Office, tmp_path: Path, way: str) -> None:
    use_export(small_office, tmp_path / "xuat")
    files, exit_code, says = TOLD[way]
    put(tmp_path / "xuat", files)
    result = small_office.run()
    assert result.report.filled.cells["4.3.1"].display == "40"
    assert result.exit_code == exit_code
    found = [one for one in result.failed_checks if one.check in {"records.proved_whole", "records.read_plainly"}]
    assert len(found) == bool(says)
    assert all(says in one.message_vi and one.outcome is Outcome.FAIL for one in found)


def test_a_half_year_of_which_one_quarter_has_no_file_is_not_collected_and_names_it(
    small_office: Office, tmp_path: Path
) -> None:
    use_export(small_office, tmp_path / "xuat")
    path = small_office.config_dir / "sources.yaml"
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))
    sources["sources"]["one_stop_export"]["options"]["files"] = ["*{year}-Q{quarter}*.xlsx"]
    path.write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")
    put(tmp_path / "xuat", {"hs-2025-Q4.xlsx": as_xlsx(TOTALLED)})
    result = small_office.run(period="2025-H2")
    cell = result.report.filled.cells["4.3.1"]
    assert (result.exit_code, cell.status, cell.display) == (11, CellStatus.NOT_COLLECTED, "")
    assert "cho quý 3/2025" in result.failures[0].reason
