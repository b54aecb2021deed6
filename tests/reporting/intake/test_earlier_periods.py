"""The column “Kỳ trước” of a form somebody filled, beside what this installation released for that period."""

import json
from pathlib import Path

import pytest

from baocao.domain import FilledForm, Measure
from baocao.figures import print_figure
from reporting.history.showing import VintageChoice, find_shown
from tests.conformance.clerks import word
from tests.conformance.made import NEW_FORM, MadeForm, MadeRow, make_clean, read_catalogue
from tests.flows.conftest import Ended, Installation
from tests.reporting.conftest import NOW, Office, form_key
from tests.reporting.release.test_releasing import release

LATER = "2026-03-20T08:00:00+07:00"
NAMED, UNNAMED = "Quý IV/2025", "Kỳ trước"


def _made() -> MadeForm:
    """The form of the quarter after the one that was released."""
    made = make_clean(read_catalogue(), NEW_FORM)
    head = "\n".join(made.head).replace("15 tháng 12 năm 2025", "16 tháng 3 năm 2026")
    return MadeForm(made.form_code, tuple(head.split("\n")), made.rows, made.foot)


def _lint(office: Office, path: Path) -> Ended:
    environment = {"BAOCAO_HOME": str(office.home), "BAOCAO_NOW": LATER, "COLUMNS": "400"}
    return Installation(office.home, environment).run("lint", str(path), "--unit", "dac-khu", "--json")


def _earlier(office: Office) -> FilledForm:
    with office.open(NOW) as workspace:
        return find_shown(workspace.store, form_key(workspace), VintageChoice()).filled


def _write(path: Path, earlier: dict[str, str], head: str) -> Path:
    heads = (("STT", "Chỉ tiêu thống kê", "Đơn vị tính", head, "Quý I/2026", "Ghi chú"),)

    def cells(row: MadeRow) -> tuple[str, ...]:
        return row.number, row.label, row.unit, earlier.get(row.key, ""), row.figure, row.note

    path.write_bytes(word(_made(), heads, cells))
    return path


def _printed(filled: FilledForm) -> dict[str, str]:
    return {
        key: print_figure(cell.value, cell.measure or Measure.CODE)
        for key, cell in filled.cells.items()
        if cell.value is not None
    }


def _findings(ended: Ended) -> list[tuple[str, ...]]:
    told = json.loads(ended.out)
    return [tuple(one["cells"]) for one in told["findings"] if one["check"] == "document.earlier_differs"]


@pytest.mark.parametrize("head", [NAMED, UNNAMED])
def test_what_was_released_and_is_repeated_otherwise_is_told_with_both_figures(
    head: str, made: Office, tmp_path: Path
) -> None:
    release(made)
    earlier = _printed(_earlier(made))
    assert _findings(_lint(made, _write(tmp_path / "same.docx", earlier, head))) == []
    wrong = earlier | {"4.1.1": "12.345", "4.2": "1,11"}
    ended = _lint(made, _write(tmp_path / "wrong.docx", wrong, head))
    assert _findings(ended) == [("4.1.1", "4.2")]
    said = next(one for one in json.loads(ended.out)["findings"] if one["check"] == "document.earlier_differs")
    assert f"dòng 4.1.1 ghi “12.345”, đã phát hành {earlier['4.1.1']}" in said["message_vi"]
    assert "Quý IV năm 2025" in said["message_vi"]


def test_a_column_of_another_period_is_not_held_against_the_one_before(made: Office, tmp_path: Path) -> None:
    release(made)
    wrong = _printed(_earlier(made)) | {"4.1.1": "12.345"}
    assert _findings(_lint(made, _write(tmp_path / "a.docx", wrong, "Cùng kỳ năm trước"))) == []
    assert _findings(_lint(made, _write(tmp_path / "b.docx", wrong, "Quý III/2025"))) == []


def test_what_was_never_released_is_no_measure(made: Office, tmp_path: Path) -> None:
    wrong = _printed(_earlier(made)) | {"4.1.1": "12.345"}
    assert _findings(_lint(made, _write(tmp_path / "a.docx", wrong, UNNAMED))) == []


def test_looking_where_nothing_was_ever_made_makes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    path = _write(tmp_path / "a.docx", {"4.1.1": "12.345"}, UNNAMED)
    environment = {"BAOCAO_HOME": str(home), "BAOCAO_NOW": LATER}
    ended = Installation(home, environment).run("lint", str(path), "--json")
    assert _findings(ended) == []
    assert not any((home / "var").glob("*.db"))
