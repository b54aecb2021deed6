"""One report without any engine: the steps it tells, what a failing source leaves, what is refused beforehand."""

import json
import logging

import pytest

from baocao.domain import CellStatus
from baocao.errors import ConfigError
from reporting.gathering import gather_from_payloads
from reporting.pipeline import compute, make_reports
from reporting.progress import PROGRESS
from sandbox.credentials import ENVIRONMENT
from tests.reporting.conftest import Office, form_key, plan_of

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(PROGRESS, "propagate", True)
    caplog.set_level(logging.INFO, logger=PROGRESS.name)
    return caplog


def test_a_report_tells_its_steps_in_order_and_leaves_the_form(
    small_office: Office, told: pytest.LogCaptureFixture
) -> None:
    with small_office.open() as workspace:
        result = make_reports(workspace, (plan_of(workspace),))[0]
        kept = workspace.store.contents.filled_form(result.vintage)
    said = [record.getMessage() for record in told.records if record.name == PROGRESS.name]
    steps = ["Tính số liệu và điền biểu mẫu", "Kiểm tra chất lượng số liệu", "Ghi các tệp kết quả"]
    assert said[0].startswith("Lập báo cáo: ")
    assert [text for text in said if text in steps] == steps
    form = json.loads((small_office.out / "form.json").read_text(encoding="utf-8"))
    assert {key: cell["display"] for key, cell in form["cells"].items()} == {
        key: cell.display for key, cell in kept.cells.items()
    }


def test_sources_that_do_not_answer_leave_their_cells_empty_and_a_form_all_the_same(small_office: Office) -> None:
    with small_office.open(sandbox_url=NOWHERE) as workspace:
        result = make_reports(workspace, (plan_of(workspace),))[0]
        assert workspace.store.vintages.find(result.vintage).exit_code == 11
    assert result.exit_code == 11
    assert {failure.source_code for failure in result.failures} == {
        source.source_code for source in result.plan.sources.values()
    }
    cells = result.report.filled.cells
    assert {cells[key].status for key in ("3.2.2", "4.1.1", "4.3.1")} == {CellStatus.NOT_COLLECTED}
    assert (small_office.out / "form.docx").is_file()


def test_a_source_set_up_wrongly_is_refused_before_anybody_is_asked(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name)
    with small_office.open() as workspace:
        with pytest.raises(ConfigError, match="|".join(ENVIRONMENT)):
            make_reports(workspace, (plan_of(workspace),))[0]
        assert workspace.store.vintages.list(form_key(workspace)) == ()


@pytest.mark.usefixtures("credentials")
def test_all_mistakes_in_sites_are_told_before_anybody_is_asked(small_office: Office) -> None:
    small_office.change_config("sources.yaml", "options: {page_size: 50}", "options: {site: {codes: {isSing: {1: 1}}}}")
    small_office.change_config("sources.yaml", "options: {page_size: 500}", "options: {site: {parameters: {sise: so}}}")
    with small_office.open() as workspace:
        with pytest.raises(ConfigError) as caught:
            make_reports(workspace, (plan_of(workspace),))
        assert workspace.store.vintages.list(form_key(workspace)) == ()
    assert "documents_qlvb.options.site.codes" in str(caught.value)
    assert "one_stop_igate.options.site.parameters" in str(caught.value)
    text = (small_office.config_dir / "sources.yaml").read_text("utf-8").splitlines()
    lines = [number for number, line in enumerate(text, start=1) if "isSing" in line or "sise" in line]
    assert [f"sources.yaml, dòng {number}: " in str(caught.value) for number in lines] == [True, True]


def test_a_report_counted_once_more_from_its_payloads_is_the_one_that_was_kept(made: Office) -> None:
    with made.open() as workspace:
        latest = workspace.store.vintages.find_latest(form_key(workspace))
        assert latest is not None
        plan, key, contents = plan_of(workspace), latest.key, workspace.store.contents
        again = compute(workspace, plan, gather_from_payloads(workspace, plan, key), key.vintage)
        assert again.filled == contents.filled_form(key)
        assert {*again.observations.values()} == {*contents.observations(key)}
        assert [(one.check, one.outcome, one.message_vi) for one in again.checks] == [
            (one.check, one.outcome, one.message_vi) for one in contents.check_results(key)
        ]
