"""From open to restated: what is allowed, what is refused and how, and that the very bytes come back."""

import hashlib
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from baocao.domain import FormStage, Outcome, Severity
from baocao.errors import ConfigError, ReleaseError
from baocao.store import LogMovedError, VintageKey
from reporting.history.correcting import CorrectionRequest, write_correction
from reporting.history.rerunning import PAYLOADS, accept_rerun, rerun
from reporting.history.showing import VintageChoice, find_shown, write_shown
from reporting.release.entries import SeenForm, StepRequest
from reporting.release.releasing import accept, approve, prepare, publish, restate, send_back, unlock, withdraw
from reporting.release.verifying import verify
from reporting.standing import find_standing
from sandbox.server import RunningSandbox
from tests.reporting.conftest import NOW, UNIT, Office, form_key, plan_of

LAN, MINH = StepRequest("lan"), StepRequest("minh")


def release(office: Office) -> None:
    with office.open() as workspace:
        prepare(workspace, form_key(workspace), LAN)
        approve(workspace, form_key(workspace), MINH)
        publish(workspace, form_key(workspace), MINH)


def test_a_form_goes_from_open_to_released_in_order(office: Office) -> None:
    with office.open() as workspace:
        assert find_standing(workspace.store, form_key(workspace)).stage is FormStage.OPEN
    office.run()
    with office.open() as workspace:
        key = form_key(workspace)
        assert find_standing(workspace.store, key).stage is FormStage.READY
        assert prepare(workspace, key, LAN).stage is FormStage.SUBMITTED
        assert approve(workspace, key, MINH).stage is FormStage.APPROVED
        standing = publish(workspace, key, MINH)
        assert (standing.stage, standing.revision, standing.released_vintage) == (FormStage.RELEASED, 0, 1)
        assert standing.release is not None
        content = standing.release.content
        assert (content["prepared_by"]["by"], content["approved_by"]["by"]) == ("lan", "minh")
        assert content["inputs"] == sorted({p.sha256 for p in workspace.store.collections.list_payloads(find_shown(
            workspace.store, key, VintageChoice()).vintage.key)})  # fmt: skip
        assert content["config_hash"] == workspace.catalogue.content_hash


def test_what_was_released_comes_back_to_the_byte_even_if_out_is_lost(made: Office) -> None:
    release(made)
    files = {path.name: path.read_bytes() for path in made.out.iterdir()}
    with made.open() as workspace:
        shown = find_shown(workspace.store, form_key(workspace), VintageChoice(as_released=True))
        written = write_shown(workspace, shown, made.home / "again")
        assert shown.release is not None
        assert {"form.docx", "form.pdf", "form.json", "checks.json", "manifest.json"} <= set(written)
        for name, kept in shown.release.content["files"].items():
            again = (made.home / "again" / name).read_bytes()
            assert again == files[name]
            assert hashlib.sha256(again).hexdigest() == kept["sha256"]
    assert json.loads(files["form.json"])["status"] == "released"


def test_what_was_approved_is_what_is_released_whatever_lies_under_out(made: Office) -> None:
    with made.open() as workspace:
        proposal = prepare(workspace, form_key(workspace), LAN).proposal
        approve(workspace, form_key(workspace), MINH)
        (made.out / "form.docx").write_bytes(b"another document")
        publish(workspace, form_key(workspace), MINH)
    assert proposal is not None
    digest = hashlib.sha256((made.out / "form.docx").read_bytes()).hexdigest()
    assert digest == proposal.content["files"]["form.docx"]["sha256"]


@pytest.mark.parametrize(
    ("steps", "rule", "says"),
    [
        ((approve,), "release.order", "sẵn sàng trình ký"),
        ((publish,), "release.order", "baocao release prepare"),
        ((prepare, publish), "release.order", "baocao release approve"),
        ((prepare, restate), "release.order", "baocao release approve"),
        ((prepare, approve), "release.two_persons", "lan đã trình biểu mẫu này lúc 07:00 15/12/2025"),
    ],
)
def test_a_refusal_names_the_rule_since_when_and_who_can_lift_it(
    made: Office, steps: tuple[Any, ...], rule: str, says: str
) -> None:
    with made.open() as workspace:
        for step in steps[:-1]:
            step(workspace, form_key(workspace), LAN)
        with pytest.raises(ReleaseError) as refused:
            steps[-1](workspace, form_key(workspace), LAN)
    text = str(refused.value)
    assert refused.value.exit_code == 21
    assert f"Quy tắc: {rule}" in text
    assert says in text
    assert re.search(r"có từ (\d|khi)", text)
    assert "Người có quyền gỡ: " in text


def test_one_person_suffices_where_the_province_says_so(made: Office) -> None:
    made.change_config("release.yaml", "two_persons: true", "two_persons: false")
    with made.open() as workspace:
        prepare(workspace, form_key(workspace), LAN)
        approve(workspace, form_key(workspace), LAN)


def test_only_the_accounts_of_a_role_may_do_its_steps(made: Office) -> None:
    made.change_config("release.yaml", "Phó Chủ tịch UBND}", "Phó Chủ tịch UBND, accounts: [minh]}")
    with made.open() as workspace:
        prepare(workspace, form_key(workspace), LAN)
        with pytest.raises(ReleaseError, match=r"Quy tắc: release\.role"):
            approve(workspace, form_key(workspace), StepRequest("hoa"))
        approve(workspace, form_key(workspace), MINH)


def test_a_released_form_is_locked_and_a_later_run_leaves_its_files_alone(
    made: Office, tiny_sandbox: RunningSandbox, credentials: None
) -> None:
    release(made)
    before = {path.name: path.read_bytes() for path in made.out.iterdir() if path.is_file()}
    made.run(sandbox_url=tiny_sandbox.url)
    assert {path.name: path.read_bytes() for path in made.out.iterdir() if path.is_file()} == before
    assert (made.out / "v2" / "form.docx").is_file()
    with made.open() as workspace, pytest.raises(ReleaseError, match=r"đã khóa.*release\.locked"):
        prepare(workspace, form_key(workspace), LAN)


def test_provisional_figures_are_released_only_early_and_with_a_reason(small_office: Office) -> None:
    small_office.run(now=NOW - timedelta(days=10))
    with small_office.open() as workspace:
        key = form_key(workspace)
        for request in (LAN, StepRequest("lan", early=True), StepRequest("lan", "họp tỉnh uỷ")):
            with pytest.raises(ReleaseError, match=r"release\.provisional"):
                prepare(workspace, key, request)
        standing = prepare(workspace, key, StepRequest("lan", "Tỉnh yêu cầu nộp trước", early=True))
        assert standing.stage is FormStage.SUBMITTED


def test_a_draft_is_never_released_not_even_early(made: Office) -> None:
    from baocao.domain import FormMark
    from reporting.release.files import read_report
    from reporting.vintages import opened_vintage

    with made.open() as workspace:
        key = form_key(workspace)
        with opened_vintage(workspace, plan_of(workspace)) as vintage:
            report = read_report(workspace.store, replace(vintage, vintage=1))
            broken = replace(report.checks[0], outcome=Outcome.FAIL, severity=Severity.CRITICAL)
            workspace.store.vintages.finish(
                vintage,
                observations=list(report.observations.values()),
                filled_form=replace(report.filled, vintage=vintage.vintage, status=FormMark.DRAFT),
                check_results=[broken],
                known_at=NOW,
                exit_code=20,
            )
        with pytest.raises(ReleaseError, match=r"release\.checks.*không ai") as refused:
            prepare(workspace, key, StepRequest("lan", "gấp", early=True))
        assert broken.check in str(refused.value)
        assert prepare(workspace, key, LAN, number=1).stage is FormStage.SUBMITTED


def test_what_is_withdrawn_can_be_put_forward_again_and_both_are_in_the_log(made: Office) -> None:
    with made.open() as workspace:
        key = form_key(workspace)
        prepare(workspace, key, LAN)
        with pytest.raises(ConfigError, match="--reason"):
            withdraw(workspace, key, MINH)
        assert withdraw(workspace, key, StepRequest("minh", "thiếu số liệu")).stage is FormStage.READY
        prepare(workspace, key, LAN)
        assert [entry.kind for entry in workspace.store.releases.list(key)] == ["prepare", "withdraw", "prepare"]


def test_put_forward_twice_alike_it_stays_at_that_and_otherwise_it_is_withdrawn_first(made: Office) -> None:
    with made.open() as workspace:
        key = form_key(workspace)
        for request in (LAN, LAN):
            prepare(workspace, key, request)
        for request in (StepRequest("hoa"), StepRequest("lan", "đã kiểm tra lại")):
            with pytest.raises(ReleaseError, match=r"đang ở trạng thái “đã trình.*rút về trước.*release withdraw"):
                prepare(workspace, key, request)
        approve(workspace, key, MINH)
        for request in (LAN, StepRequest("hoa")):
            with pytest.raises(ReleaseError, match=r"“đã duyệt.*rút về trước, kèm lý do"):
                prepare(workspace, key, request)
        withdraw(workspace, key, StepRequest("lan", "thiếu phụ lục"))
        prepare(workspace, key, StepRequest("hoa", "đã kiểm tra lại"))
        said = [(entry.kind, entry.content["by"]) for entry in workspace.store.releases.list(key)]
    assert said == [("prepare", "lan"), ("approve", "minh"), ("withdraw", "lan"), ("prepare", "hoa")]


def test_a_second_vintage_does_not_take_the_place_of_the_one_that_waits(made: Office) -> None:
    with made.open() as workspace:
        key = form_key(workspace)
        prepare(workspace, key, LAN)
        rerun(workspace, plan_of(workspace), PAYLOADS)
        with pytest.raises(ReleaseError, match="lần lập 1 đang ở trạng thái"):
            prepare(workspace, key, LAN)
        assert approve(workspace, key, MINH).vintage == 1


def test_a_form_is_not_put_forward_without_what_was_typed_in_since_it_was_made(made: Office) -> None:
    made.change_config("manual/dac-khu/2025-Q4.yaml", "value: 1\n", "value: 0\n")
    with made.open(NOW + timedelta(days=1)) as workspace:
        key = form_key(workspace)
        with pytest.raises(ReleaseError, match=r"số nhập tay “.*”: 1 → 0.*Lập lại.*release\.current.*baocao run"):
            prepare(workspace, key, LAN)
        assert workspace.store.releases.list(key) == ()
        rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
        assert prepare(workspace, key, LAN).vintage == 2


def test_a_form_is_not_put_forward_without_a_correction_signed_since_it_was_made(made: Office) -> None:
    with made.open() as workspace:
        figures = {o.indicator_code: o for o in workspace.store.contents.observations(VintageKey(
            UNIT, form_key(workspace).form_code, form_key(workspace).period, 1))}  # fmt: skip
        code = next(c for c, o in figures.items() if workspace.catalogue.indicators[c].count and o.value)
        was = figures[code].value
        assert was is not None
        wish = CorrectionRequest(code, f"{was:f}", f"{was + 1:f}", "sót sổ giấy", "Sổ số 12", "lan")
        write_correction(workspace, plan_of(workspace), wish)
    with made.open() as workspace, pytest.raises(ReleaseError, match=r"đính chính do lan ký .*release\.current"):
        prepare(workspace, form_key(workspace), LAN)


def test_a_step_decided_by_what_no_longer_stands_there_is_refused_and_nothing_is_done(made: Office) -> None:
    with made.open() as workspace:
        key = form_key(workspace)
        first = SeenForm(1, "")
        rerun(workspace, plan_of(workspace), PAYLOADS)
        with pytest.raises(
            LogMovedError, match=r"khi biểu mẫu ở lần lập 1; từ đó nay là lần lập 2.*Chưa có gì thay đổi"
        ):
            prepare(workspace, key, replace(LAN, seen=first))
        seen = SeenForm(2, prepare(workspace, key, replace(LAN, seen=SeenForm(2, ""))).last_sha256)
        withdraw(workspace, key, StepRequest("lan", "sửa"))
        rerun(workspace, plan_of(workspace), PAYLOADS)
        prepare(workspace, key, LAN)
        before = workspace.store.releases.list(key)
        for step in (approve, send_back, publish):
            with pytest.raises(LogMovedError, match="lần lập 3"):
                step(workspace, key, replace(MINH, reason="xem lại", seen=seen))
        assert workspace.store.releases.list(key) == before


def test_a_release_without_words_of_its_own_keeps_the_reason_it_was_put_forward_with(made: Office) -> None:
    with made.open() as workspace:
        key = form_key(workspace)
        prepare(workspace, key, StepRequest("lan", "đã kiểm tra lại"))
        approve(workspace, key, MINH)
        released = publish(workspace, key, MINH).release
    assert released is not None
    assert released.content["reason"] == "đã kiểm tra lại"


def test_of_two_who_move_a_form_at_once_one_is_told(made: Office) -> None:
    with made.open() as workspace:
        key = form_key(workspace)
        last = prepare(workspace, key, LAN).last_sha256
        workspace.store.releases.append(key, "approve", NOW, {"by": "minh"}, after=last)
        with pytest.raises(LogMovedError):
            workspace.store.releases.append(key, "withdraw", NOW, {"by": "lan"}, after=last)


def test_a_restatement_keeps_the_first_release_and_lists_what_changed(made: Office) -> None:
    release(made)
    first = {path.name: path.read_bytes() for path in made.out.iterdir()}
    made.change_config("manual/dac-khu/2025-Q4.yaml", "value: 1\n", "value: 0\n")
    with made.open(NOW + timedelta(days=30)) as workspace:
        key = form_key(workspace)
        done = rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
        accepted = accept_rerun(workspace, done, StepRequest("lan", "Kiến trúc chưa được phê duyệt")).accepted
        assert accepted is not None
        assert (accepted.stage, accepted.is_locked) == (FormStage.SUBMITTED, True)
        approve(workspace, key, MINH)
        with pytest.raises(ReleaseError, match=r"release\.locked"):
            publish(workspace, key, MINH)
        standing = restate(workspace, key, MINH)
        assert (standing.stage, standing.revision, standing.released_vintage) == (FormStage.RESTATED, 1, 2)
        note = (made.out / "restatement.md").read_text(encoding="utf-8")
        assert "Điều chỉnh lần 1" in note
        assert "Kiến trúc chưa được phê duyệt" in note
        assert "số nhập tay “Cập nhật Kiến trúc chính quyền điện tử phiên bản mới nhất”: 1 → 0" in note
        form = json.loads((made.out / "form.json").read_text(encoding="utf-8"))
        changed = done.changed[0].cell.number
        assert (form["status"], form["revision"]) == ("restated", 1)
        listed = f"Điều chỉnh lần 1: ô {changed} (1 → 0). Lý do: Kiến trúc chưa được phê duyệt."
        assert form["restatement_note"] == listed
        assert form["cells"][changed]["note"].startswith("Điều chỉnh lần 1: trước là 1")
        shown = find_shown(workspace.store, key, VintageChoice(as_released=True, revision=0))
        write_shown(workspace, shown, made.home / "first")
        assert (made.home / "first" / "form.docx").read_bytes() == first["form.docx"]


def test_a_restatement_needs_a_reason_and_a_difference(made: Office) -> None:
    release(made)
    with made.open() as workspace:
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
        with pytest.raises(ReleaseError, match=r"release\.changed"):
            accept(workspace, done.result.vintage, StepRequest("lan", "thử"), (), 1)
        with pytest.raises(ConfigError, match="phải có lý do"):
            accept_rerun(workspace, done, LAN)


def test_a_re_run_accepted_twice_in_the_same_words_stands_once_in_the_log(made: Office) -> None:
    release(made)
    made.change_config("manual/dac-khu/2025-Q4.yaml", "value: 1\n", "value: 0\n")
    with made.open() as workspace:
        for reason in ("nhập nhầm", "nhập nhầm"):
            done = rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
            accept_rerun(workspace, done, StepRequest("lan", reason))
        with pytest.raises(ReleaseError, match="rút về trước"):
            accept_rerun(workspace, done, StepRequest("lan", "nhập nhầm, đã đối chiếu"))
        said = [entry.content["reason"] for entry in workspace.store.releases.list() if entry.kind == "accept"]
    assert said == ["nhập nhầm"]


def test_a_rerun_compared_with_an_older_release_is_not_accepted(made: Office) -> None:
    release(made)
    made.change_config("manual/dac-khu/2025-Q4.yaml", "value: 1\n", "value: 0\n")
    with made.open() as workspace:
        key = form_key(workspace)
        late = rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
        accept_rerun(
            workspace,
            rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True),
            StepRequest("lan", "số nhập sai"),
        )
        approve(workspace, key, MINH)
        restate(workspace, key, MINH)
        with pytest.raises(LogMovedError, match="nay không còn là bản phát hành"):
            accept_rerun(workspace, late, StepRequest("lan", "số nhập sai"))


def test_a_restated_form_names_its_revision_and_what_it_changes_in_every_format(made: Office) -> None:
    release(made)
    made.change_config("manual/dac-khu/2025-Q4.yaml", "value: 1\n", "value: 0\n")
    with made.open() as workspace:
        key = form_key(workspace)
        accept_rerun(
            workspace,
            rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True),
            StepRequest("lan", "số nhập sai"),
        )
        approve(workspace, key, MINH)
        restate(workspace, key, MINH)
    for name, note in {"docx": True, "html": True, "pdf": True, "xlsx": False}.items():
        text = re.sub(r"\s+", " ", read_text(made.out / f"form.{name}"))
        assert "(ĐIỀU CHỈNH LẦN 1)" in text, name
        assert name == "pdf" or "Điều chỉnh lần 1: trước là 1" in text, name
        assert not note or "Điều chỉnh lần 1: ô 1 (1 → 0). Lý do: số nhập sai." in text, name
    assert json.loads((made.out / "manifest.json").read_bytes())["revision"] == 1


def read_text(path: Path) -> str:
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8")
    if path.suffix == ".pdf":
        with pdfplumber.open(path) as pdf:
            return "\n".join(page.extract_text() for page in pdf.pages)
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode() for name in package.namelist() if name.endswith(".xml")]
    return re.sub(r"<[^>]+>", " ", " ".join(parts))


def test_an_unlocked_form_is_open_again_and_nothing_of_its_release_is_lost(made: Office) -> None:
    release(made)
    first = (made.out / "form.docx").read_bytes()
    made.change_config("manual/dac-khu/2025-Q4.yaml", "value: 1\n", "value: 0\n")
    with made.open(NOW + timedelta(days=1)) as workspace:
        key = form_key(workspace)
        with pytest.raises(ConfigError, match="phải có lý do"):
            unlock(workspace, key, StepRequest("quantri"))
        standing = unlock(workspace, key, StepRequest("quantri", "Ký nhầm bản"))
        assert (standing.stage, standing.is_locked, standing.next_revision) == (FormStage.READY, False, 1)
        with pytest.raises(ReleaseError, match=r"release\.order"):
            unlock(workspace, key, StepRequest("quantri", "lần nữa"))
        assert verify(workspace.store, workspace.settings.out_dir).findings == ()
        rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
        assert json.loads((made.out / "form.json").read_bytes())["vintage"] == 2
        proposal = prepare(workspace, key, LAN).proposal
        assert proposal is not None
        assert (proposal.content["revision"], proposal.content["reason"]) == (1, "Ký nhầm bản")
        assert [one["cell"] for one in proposal.content["changes"]] == ["1"]
        approve(workspace, key, MINH)
        again = publish(workspace, key, MINH)
        assert (again.stage, again.revision, again.unlocking) == (FormStage.RESTATED, 1, None)
        assert again.release is not None
        kinds = [entry.kind for entry in workspace.store.releases.list(key)]
        assert kinds == ["prepare", "approve", "publish", "unlock", "prepare", "approve", "publish"]
        before = find_shown(workspace.store, key, VintageChoice(as_released=True, revision=0))
        assert before.release is not None
        assert again.release.content["supersedes"] == before.release.sha256
        write_shown(workspace, before, made.home / "first")
        assert (made.home / "first" / "form.docx").read_bytes() == first
        assert verify(workspace.store, workspace.settings.out_dir).findings == ()


def test_only_the_administrator_unlocks_and_the_refusal_of_a_locked_form_says_so(made: Office) -> None:
    release(made)
    made.change_config("release.yaml", "hệ thống của tỉnh}", "hệ thống của tỉnh, accounts: [quantri]}")
    with made.open() as workspace:
        key = form_key(workspace)
        with pytest.raises(ReleaseError, match=r"minh không có quyền mở khóa.*\(quantri\).*release\.role"):
            unlock(workspace, key, StepRequest("minh", "Ký nhầm bản"))
        with pytest.raises(ReleaseError, match=r"quản trị hệ thống của tỉnh, bằng baocao release unlock 2025-Q4"):
            prepare(workspace, key, LAN)
        assert find_standing(workspace.store, key).is_locked
