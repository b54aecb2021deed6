"""A unit that owes several forms: its sources asked once, each form whole, provable and chased by itself."""

from collections import Counter

import pytest

from baocao.catalogue.owed import list_owed
from baocao.domain import CellStatus, Period
from baocao.errors import ConfigError
from reporting.history.rerunning import PAYLOADS, SOURCES, rerun_all
from reporting.outcome import ReportSet
from reporting.pipeline import make_reports
from reporting.plan import make_plan, make_plans
from reporting.release.verifying import verify
from reporting.status.grid import read_grid
from reporting.status.words import next_step
from reporting.upkeep.doctor.report import look_at_reports
from reporting.watch.daily import watch_day
from sandbox.server import RunningSandbox
from tests.reporting.conftest import PERIOD, UNIT, Office

STEERING = """\
appendix: Biểu mẫu 2
title: [BIỂU MẪU CHỈ ĐẠO, ĐIỀU HÀNH]
attached_to: (Kèm theo Báo cáo số {number}/BC-UBND của {issuer})
signature_block: false
valid_from: 2019-01-01
rows:
  - {number: "1.", label: Số báo cáo phải gửi, unit: Báo cáo, indicator: periodic_reports_due_count}
  - {number: "2.", label: Số văn bản đi, unit: Văn bản, indicator: documents_outgoing_count}
"""
SERVICES = """\
appendix: Biểu mẫu 9
title: [BIỂU MẪU DỊCH VỤ CÔNG]
attached_to: (Kèm theo Báo cáo số {number}/BC-UBND của {issuer})
signature_block: false
valid_from: 2019-01-01
rows:
  - {number: "1.", label: Số TTHC đủ điều kiện, unit: Thủ tục, indicator: procedures_full_eligible_count}
  - {number: "2.", label: Số hồ sơ đã nhận, unit: Hồ sơ, indicator: dossiers_received_count}
"""


@pytest.fixture
def owing(small_office: Office) -> Office:
    """The unit's Biểu mẫu 7, one of documents and typed-in figures, one of procedures and dossiers."""
    forms = small_office.config_dir / "forms"
    (forms / "2019-bieu-mau-2.yaml").write_text(STEERING, encoding="utf-8")
    (forms / "2019-bieu-mau-9.yaml").write_text(SERVICES, encoding="utf-8")
    return small_office


def run(office: Office, form: str | None = None, sandbox_url: str | None = None) -> ReportSet:
    with office.open(sandbox_url=sandbox_url) as workspace:
        plans = make_plans(workspace.catalogue, UNIT, PERIOD, form, workspace.settings.now())
        return ReportSet(make_reports(workspace, plans))


def figures(made: ReportSet) -> dict[str, dict[str, str]]:
    return {
        one.plan.form.form_code: {key: cell.display for key, cell in one.report.filled.cells.items()}
        for one in made.results
    }


def test_each_source_is_asked_once_however_many_forms_there_are(owing: Office, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.requests.clear()
    alone = figures(run(owing, "2025-bieu-mau-7"))
    once = Counter(served.path for served in tiny_sandbox.requests)
    tiny_sandbox.requests.clear()
    made = run(owing)
    assert Counter(served.path for served in tiny_sandbox.requests) == once
    assert list(figures(made)) == ["2019-bieu-mau-2", "2019-bieu-mau-9", "2025-bieu-mau-7"]
    assert figures(made)["2025-bieu-mau-7"] == alone["2025-bieu-mau-7"]
    assert figures(made)["2019-bieu-mau-9"]["1"] == alone["2025-bieu-mau-7"]["4.1.1"]
    assert made.exit_code == 0


def test_one_form_named_asks_only_what_it_needs(owing: Office, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.requests.clear()
    run(owing, "2019-bieu-mau-2")
    assert {served.system for served in tiny_sandbox.requests} == {"documents"}


def test_every_form_is_made_again_and_proved_by_itself(owing: Office, tiny_sandbox: RunningSandbox) -> None:
    run(owing)
    tiny_sandbox.requests.clear()
    with owing.open() as workspace:
        plans = make_plans(workspace.catalogue, UNIT, PERIOD, None, workspace.settings.now())
        done = rerun_all(workspace, plans, PAYLOADS)
        assert [one.other_files for one in done] == [(), (), ()]
        assert not tiny_sandbox.requests
        again = rerun_all(workspace, plans, SOURCES)
        assert [one.changed for one in again] == [(), (), ()]
        assert Counter(served.system for served in tiny_sandbox.requests)["documents"] > 0
        assert verify(workspace.store, workspace.settings.out_dir).findings == ()


def test_a_dead_source_leaves_only_the_cells_that_come_from_it_empty(
    owing: Office, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("one_stop", "down")
    made = run(owing)
    cells = {one.plan.form.form_code: one.report.filled.cells for one in made.results}
    assert {one.plan.form.form_code: one.exit_code for one in made.results} == {
        "2019-bieu-mau-2": 0, "2019-bieu-mau-9": 11, "2025-bieu-mau-7": 11,
    }  # fmt: skip
    assert cells["2019-bieu-mau-9"]["1"].status is CellStatus.REPORTED
    assert cells["2019-bieu-mau-9"]["2"].status is CellStatus.NOT_COLLECTED
    assert made.exit_code == 11


def test_a_command_about_one_form_names_them_all(owing: Office) -> None:
    with owing.open() as workspace, pytest.raises(ConfigError, match=r"phải nộp 3 biểu mẫu.*2019-bieu-mau-9"):
        make_plan(workspace.catalogue, UNIT, PERIOD, None, workspace.settings.now())


def test_the_grid_has_a_row_for_each_form_and_says_which(owing: Office) -> None:
    run(owing, "2019-bieu-mau-2")
    with owing.open() as workspace:
        rows = [row for row in read_grid(workspace, PERIOD) if row.unit.unit_code == UNIT]
    assert [(row.title, row.stage.value) for row in rows] == [
        ("UBND đặc khu Sao Mẫu · Biểu mẫu 2", "ready"),
        ("UBND đặc khu Sao Mẫu · Biểu mẫu 9", "open"),
        ("UBND đặc khu Sao Mẫu · Biểu mẫu 7", "open"),
    ]
    assert str(next_step(rows[0])).endswith(f"baocao release prepare {PERIOD} --unit {UNIT} --form 2019-bieu-mau-2")


def test_the_watch_chases_each_form_and_names_a_missing_figure_once(owing: Office) -> None:
    (owing.config_dir / "manual" / UNIT / f"{PERIOD}.yaml").unlink()
    run(owing, "2025-bieu-mau-7")
    with owing.open() as workspace:
        said = [one.text_vi for one in watch_day(workspace, PERIOD, UNIT, only_look=True).missing]
    assert [one for one in said if one.startswith("Chưa lập")] == [
        "Chưa lập Biểu mẫu 2 của kỳ này.",
        "Chưa lập Biểu mẫu 9 của kỳ này.",
    ]
    assert said.count("Chưa có số liệu “Số báo cáo định kỳ phải gửi trong kỳ”.") == 1


def test_a_form_of_other_days_is_asked_for_by_itself(owing: Office) -> None:
    rules = """\
owed:
  chinh-quyen-so: {series: xay-dung-chinh-quyen-so}
  chi-dao: {series: 2019-bieu-mau-2, regime: calendar, units: [dac-khu]}
"""
    (owing.config_dir / "owed.yaml").write_text(rules, encoding="utf-8")
    with owing.open() as workspace:
        unit = workspace.catalogue.unit(UNIT)
        days = {one.form.form_code: one.window for one in list_owed(workspace.catalogue, unit, Period(2025, "Q4"))}
    assert (f"{days['2019-bieu-mau-2'].start_on}", f"{days['2025-bieu-mau-7'].start_on}") == (
        "2025-10-01",
        "2025-09-15",
    )
    made = figures(run(owing))
    assert int(made["2019-bieu-mau-2"]["2"]) > 0
    with owing.open() as workspace:
        plans = make_plans(workspace.catalogue, UNIT, PERIOD, None, workspace.settings.now())
        says = [one.says for one in look_at_reports(workspace.settings, workspace.catalogue, plans)]
    assert any("Biểu mẫu 2: chốt số liệu 31/12/2025" in one for one in says)
