"""What a report makes of exports that are not what they seem: the printed cell, the exit code, the sentence."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from baocao.domain import CellStatus, Outcome
from tests.connectors.files.test_spreadsheet import HEADER, TITLES, as_text, as_xlsx
from tests.connectors.files.test_whole_tables import american, as_page, rows
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
