"""A form while it is being filled: a figure typed in shows at once in its cell, its ratio and the findings."""

import shutil
from datetime import timedelta

from baocao.domain import CellStatus, FormMark
from reporting.entering.figures import FigureRequest, enter_figure
from reporting.entering.sheet import read_sheet
from reporting.history.showing import VintageChoice, find_shown
from reporting.pipeline import run_from_payloads
from tests.reporting.conftest import NOW, Office, plan_of

LATER = NOW + timedelta(days=3)


def type_in(office: Office, code: str, value: str, based_on: int = 0) -> None:
    with office.open(LATER) as workspace:
        wish = FigureRequest(code, value, "Văn phòng", "Sổ theo dõi số 3", "lan", based_on)
        enter_figure(workspace, plan_of(workspace), wish)


def test_nothing_typed_in_since_shows_the_form_as_the_last_run_made_it(made: Office) -> None:
    with made.open(LATER) as workspace:
        plan = plan_of(workspace)
        sheet = read_sheet(workspace, plan)
        shown = find_shown(workspace.store, plan.form_key, VintageChoice())
    assert (sheet.changed, sheet.findings) == (frozenset(), ())
    assert sheet.filled.cells == shown.filled.cells


def test_a_typed_in_figure_shows_in_its_ratio_and_a_wrong_one_beside_the_cell_at_once(made: Office) -> None:
    type_in(made, "periodic_reports_sent_count", "9")
    with made.open(LATER) as workspace:
        sheet = read_sheet(workspace, plan_of(workspace))
    assert (sheet.filled.cells["2"].display, sheet.filled.status) == ("75,00", FormMark.UNMARKED)
    type_in(made, "periodic_reports_sent_count", "13", based_on=1)
    with made.open(LATER) as workspace:
        sheet = read_sheet(workspace, plan_of(workspace))
    assert sheet.filled.status is FormMark.DRAFT
    assert any("2" in finding.cells and finding.mend_vi for finding in sheet.findings)


def test_what_was_shown_is_what_the_next_run_makes(made: Office) -> None:
    type_in(made, "periodic_reports_sent_count", "9")
    with made.open(LATER) as workspace:
        plan = plan_of(workspace)
        sheet = read_sheet(workspace, plan)
        assert sheet.vintage is not None
        made_then = run_from_payloads(workspace, plan, sheet.vintage.key, typed_today=True).report.filled
        assert {key: cell.display for key, cell in sheet.filled.cells.items()} == {
            key: cell.display for key, cell in made_then.cells.items()
        }


def test_before_the_first_run_typed_in_figures_show_and_the_others_wait(small_office: Office) -> None:
    shutil.rmtree(small_office.config_dir / "manual")
    type_in(small_office, "architecture_updated_code", "1")
    with small_office.open(LATER) as workspace:
        sheet = read_sheet(workspace, plan_of(workspace))
    assert sheet.filled.cells["1"].display == "1"
    assert sheet.filled.cells["4.2"].status is CellStatus.NOT_COLLECTED
    assert (sheet.vintage, sheet.findings) == (None, ())


def test_before_the_first_run_a_system_is_said_not_to_have_been_asked_not_to_be_undeclared(
    small_office: Office,
) -> None:
    with small_office.open(LATER) as workspace:
        cells = read_sheet(workspace, plan_of(workspace)).filled.cells
    notes = {cell.note for cell in cells.values() if cell.status is CellStatus.NOT_COLLECTED}
    assert notes == {
        "Chưa thu thập được: hệ thống quản lý văn bản chưa được hỏi lần nào",
        "Chưa thu thập được: hệ thống một cửa chưa được hỏi lần nào",
        "Chưa thu thập được: Cổng Dịch vụ công chưa được hỏi lần nào",
    }
