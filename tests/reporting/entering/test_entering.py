"""Figures typed in at the desk: refused as a file would be, kept with their evidence, counted in the next run."""

import json
from datetime import timedelta

import pytest
import yaml

from baocao.errors import ConfigError
from baocao.remarks import RemarkKind
from baocao.store import FigureMovedError
from reporting.entering.figures import FigureRequest, enter_figure, export_figures
from reporting.entering.remarks import add_remark
from reporting.history.proving import prove_releases
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.pipeline import run_from_payloads
from reporting.release.entries import StepRequest
from reporting.release.releasing import prepare, send_back
from reporting.release.verifying import verify
from reporting.standing import find_standing
from tests.reporting.conftest import NOW, Office, form_key, plan_of
from tests.reporting.release.test_releasing import release

MANUAL = "manual/dac-khu/2025-Q4.yaml"
CODE = "architecture_updated_code"
LABEL = "Cập nhật Kiến trúc chính quyền điện tử phiên bản mới nhất"
LATER = NOW + timedelta(days=3)


def wish(value: str, based_on: int = 0, code: str = CODE, **more: object) -> FigureRequest:
    given = {"given_by": "Phòng VH-XH", "evidence": "Quyết định 12", "account": "lan", **more}
    return FigureRequest(code, value, based_on=based_on, **given)  # type: ignore[arg-type]


def test_a_figure_typed_in_at_the_desk_is_in_the_next_form_with_who_and_on_what_evidence(made: Office) -> None:
    with made.open(LATER) as workspace:
        plan = plan_of(workspace)
        enter_figure(workspace, plan, wish("0", file_name="C:\\\\a\\\\qd 12.pdf", file_content=b"%PDF-1.7"))
        latest = workspace.store.vintages.find_latest(plan.form_key)
        assert latest is not None
        result = run_from_payloads(workspace, plan, latest.key, typed_today=True)
    cell = result.report.filled.cells["1"]
    assert (cell.display, cell.note) == ("0", "Phòng VH-XH nhập ngày 18/12/2025")
    manifest = json.loads((made.out / "manifest.json").read_bytes())["typed_in"]
    assert manifest["entered"][CODE]["account"] == "lan"
    assert manifest["figures"][CODE]["evidence"].startswith("Quyết định 12 [qd 12.pdf, sha256 ")


def test_a_release_from_typed_in_figures_is_proved_whatever_is_typed_in_afterwards(made: Office) -> None:
    with made.open(LATER) as workspace:
        plan = plan_of(workspace)
        enter_figure(workspace, plan, wish("0"))
        latest = workspace.store.vintages.find_latest(plan.form_key)
        assert latest is not None
        run_from_payloads(workspace, plan, latest.key, typed_today=True)
    release(made)
    with made.open(LATER) as workspace:
        enter_figure(workspace, plan_of(workspace), wish("1", based_on=1))
        proof = prove_releases(workspace, verify(workspace.store, workspace.settings.out_dir))
        assert (proof.findings, proof.replayed_count) == ((), 1)
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
    assert done.changed == ()
    assert done.typed_since == (f"số nhập tay “{LABEL}”: 0 → 1 (Phòng VH-XH nhập 18/12/2025)",)


def test_the_file_changed_behind_the_desk_s_back_is_named_and_neither_figure_taken(made: Office) -> None:
    """As long as the file says what was seen at the desk, the desk's figure counts."""
    with made.open(LATER) as workspace:
        enter_figure(workspace, plan_of(workspace), wish("0"))
    made.change_config(MANUAL, "value: 1\n", "value: 2\n")
    with made.open(LATER) as workspace:
        with pytest.raises(ConfigError) as told:
            export_figures(workspace, "dac-khu", plan_of(workspace).period)
        assert "tệp ghi 2 (Phòng Văn hoá - Xã hội, 12/12/2025), còn số nhập trên trang là 0 (lan, " in str(told.value)
        assert told.value.exit_code == 2


def test_what_was_typed_in_is_exported_as_the_file_it_could_have_been(made: Office) -> None:
    with made.open(LATER) as workspace:
        plan = plan_of(workspace)
        enter_figure(workspace, plan, wish("11", code="periodic_reports_sent_count", given_on="13/12/2025"))
        text = export_figures(workspace, "dac-khu", plan.period)
        (made.config_dir / MANUAL).write_text(text, encoding="utf-8")
        again = workspace.catalogue.manual_figures("dac-khu", plan.period)
    assert again["periodic_reports_sent_count"].value == 11
    assert f"{again['periodic_reports_sent_count'].given_on:%d/%m/%Y}" == "13/12/2025"
    assert yaml.safe_load(text)["figures"][CODE]["value"] == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (wish("12.000", code="periodic_reports_sent_count"), "không rõ là hàng nghìn hay phần lẻ"),
        (wish("12,5", code="periodic_reports_sent_count"), "phải là số nguyên"),
        (wish("một"), "không phải số"),
        (wish("7"), "không có mã 7; các mã:"),
        (wish("1", evidence=" "), "ghi căn cứ"),
        (wish("1", given_on="31/02/2025"), "không phải ngày có thật"),
        (wish("5", code="dossiers_full_count"), "không nhập tay"),
        (wish("1", file_name="a.pdf", file_content=b"0" * (10 * 1024 * 1024 + 1)), "lớn hơn 10 MB"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_and_nothing_kept(
    made: Office, given: FigureRequest, says: str
) -> None:
    with made.open(LATER) as workspace:
        with pytest.raises(ConfigError, match=says):
            enter_figure(workspace, plan_of(workspace), given)
        assert workspace.store.typed_entries.list_current("dac-khu", plan_of(workspace).period) == {}


def test_the_second_of_two_officers_is_told_who_was_faster(made: Office) -> None:
    with made.open(LATER) as workspace:
        plan = plan_of(workspace)
        enter_figure(workspace, plan, wish("1"))
        with pytest.raises(FigureMovedError, match="lan vừa ghi 1 lúc"):
            enter_figure(workspace, plan, wish("0", account="hoa"))


def test_a_form_sent_back_says_which_cells_and_why_until_it_is_put_forward_again(made: Office) -> None:
    with made.open(LATER) as workspace:
        key = form_key(workspace)
        prepare(workspace, key, StepRequest("lan"))
        with pytest.raises(ConfigError, match="phải có lý do"):
            send_back(workspace, key, StepRequest("minh"), {"4.2": "  "})
        with pytest.raises(ConfigError, match="không có ô"):
            send_back(workspace, key, StepRequest("minh"), {"99": "sai"})
        standing = send_back(workspace, key, StepRequest("minh"), {"4.2": "thấp hơn quý trước"})
        assert standing.stage.value == "sent_back"
        assert standing.returned is not None
        assert standing.returned.content["cells"] == {"4.2": "thấp hơn quý trước"}
        assert prepare(workspace, key, StepRequest("lan")).returned is None


def test_the_explanation_of_a_finding_goes_with_the_form_to_who_approves(made: Office) -> None:
    with made.open(LATER) as workspace:
        key = form_key(workspace)
        for text in ("gõ nhầm", "Tháng 11 nghỉ bão"):
            add_remark(workspace, key, RemarkKind.EXPLANATION, text, "lan", cell="4.2", check="history.jump")
        proposal = prepare(workspace, key, StepRequest("lan")).proposal
        assert proposal is not None
        (explained,) = proposal.content["explanations"]
        assert (explained["check"], explained["cell"], explained["text"]) == (
            "history.jump",
            "4.2",
            "Tháng 11 nghỉ bão",
        )
        assert find_standing(workspace.store, key).stage.value == "submitted"


def test_a_question_goes_to_the_owner_of_the_cell_and_only_a_question_is_answered(made: Office) -> None:
    with made.open(LATER) as workspace:
        key = form_key(workspace)
        asked = add_remark(workspace, key, RemarkKind.QUESTION, "Sao thấp?", "lan", cell="4.2")
        assert (
            asked.owner
            == workspace.catalogue.indicator(workspace.catalogue.form(key.form_code).row("4.2").indicator or "").owner
        )
        answer = add_remark(workspace, key, RemarkKind.ANSWER, "Do nghỉ bão", "hoa", answers=asked.number)
        assert answer.cell == "4.2"
        with pytest.raises(ConfigError, match="Không thấy câu hỏi"):
            add_remark(workspace, key, RemarkKind.ANSWER, "?", "hoa", answers=answer.number)
        with pytest.raises(ConfigError, match="không có ô"):
            add_remark(workspace, key, RemarkKind.COMMENT, "?", "hoa", cell="99")
