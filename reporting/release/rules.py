"""The rules of release: each refusal names its rule, since when it holds, and who may lift it."""

from collections.abc import Callable

from baocao.catalogue.release import ReleaseRules, Role
from baocao.domain import CellStatus, FilledForm, FormMark, FormStage
from baocao.errors import ReleaseError
from baocao.figures import print_instant
from baocao.hints import hint
from baocao.store import LogMovedError, Store, VintageKey
from baocao.vocabulary import FORM_STAGES, RELEASE_STEPS
from reporting.release.entries import StepRequest
from reporting.report import is_blocking
from reporting.standing import Standing, Step, accept_hint

Names = Callable[[str], str]
"""What people are called who have an account here."""


def require_order(standing: Standing, step: Step, rules: ReleaseRules, names: Names = str) -> None:
    """Refuse a step the state machine does not have from here."""
    if standing.allows(step):
        return
    if standing.is_locked and step in (Step.PREPARE, Step.PUBLISH):
        raise _locked(standing, rules, names)
    if standing.proposal is not None and step in (Step.PREPARE, Step.ACCEPT):
        raise _put_forward(standing, step)
    since = _since(standing)
    stage = FORM_STAGES[standing.stage]
    said = f"{standing.form_key}: không {RELEASE_STEPS[step]} được, biểu mẫu đang ở trạng thái “{stage}”."
    raise ReleaseError.by_rule("release.order", said, since, f"không ai; bước tiếp theo là {_next(standing)}")


def require_seen(standing: Standing, request: StepRequest, vintage: int) -> None:
    """Refuse a step decided by a page that no longer shows what it would be about: `vintage`, and no later entry."""
    if request.seen is None or (request.seen.vintage, request.seen.last_sha256) == (vintage, standing.last_sha256):
        return
    moved = f"nay là lần lập {vintage}" if vintage != request.seen.vintage else "đã có bước mới"
    raise LogMovedError(
        f"{standing.form_key}: trang này mở từ trước, khi biểu mẫu ở lần lập {request.seen.vintage}; từ đó {moved}, "
        f"trạng thái “{FORM_STAGES[standing.stage]}”. Chưa có gì thay đổi. Mở lại trang, đọc lại rồi quyết định."
    )


def require_role(rules: ReleaseRules, step: Step, person: str, names: Names = str) -> None:
    """Refuse a person who is not among the accounts of the role."""
    role = _role_of(rules, step)
    if step is Step.WITHDRAW or role.includes(person):
        return
    theirs = ", ".join(names(code) for code in role.accounts)
    said = f"{names(person)} không có quyền {RELEASE_STEPS[step]}; quyền này của {role.label} ({theirs})."
    raise ReleaseError.by_rule(
        "release.role", said, f"{rules.since:%d/%m/%Y}", f"{rules.roles.administrator.label} (release.yaml)"
    )


def require_two_persons(rules: ReleaseRules, standing: Standing, person: str, names: Names = str) -> None:
    """Refuse an approval by the one who put the form forward."""
    assert standing.proposal is not None
    if not rules.two_persons or standing.proposal.content["by"] != person:
        return
    at = print_instant(standing.proposal.at)
    said = (
        f"{names(person)} đã trình biểu mẫu này lúc {at} nên không được tự duyệt: người trình và người duyệt là hai "
        "người."
    )
    raise ReleaseError.by_rule(
        "release.two_persons", said, f"{rules.since:%d/%m/%Y}", f"{rules.roles.administrator.label}"
    )


def require_checked(store: Store, key: VintageKey) -> None:
    """Refuse, whatever is said, a draft: a critical check failed."""
    failed = [result for result in store.contents.check_results(key) if is_blocking(result)]
    if not failed and store.contents.filled_form(key).status is not FormMark.DRAFT:
        return
    known_at = store.vintages.find(key).known_at
    names = "; ".join(f"{result.check} ({', '.join(result.cells)})" for result in failed)
    said = f"{key} là bản nháp, chưa đạt kiểm tra bắt buộc: {names}."
    since = print_instant(known_at) if known_at else "lần lập này"
    raise ReleaseError.by_rule("release.checks", said, since, "không ai; chủ số liệu sửa tại nguồn rồi chạy lại")


def require_closed(filled: FilledForm, rules: ReleaseRules, *, early: bool, reason: str) -> None:
    """Refuse provisional figures, unless they are released early, with a reason."""
    if not is_provisional(filled) or (early and reason and rules.early_release):
        return
    day = f"{filled.window.end_on:%d/%m/%Y}" if filled.window else "ngày chốt"
    said = f"Số liệu lấy trước khi kỳ khép lại (hết ngày {day}) nên còn là số tạm tính."
    way = f"{rules.roles.preparer.label}, bằng --early --reason “lý do”" if rules.early_release else "không ai"
    raise ReleaseError.by_rule(
        "release.provisional", said, f"{rules.since:%d/%m/%Y}", f"{way}; hoặc chạy lại sau ngày {day}"
    )


def is_provisional(filled: FilledForm) -> bool:
    """Whether any figure was taken before the period closed."""
    provisional = any(cell.status is CellStatus.PROVISIONAL for cell in filled.cells.values())
    return provisional or filled.status is FormMark.PROVISIONAL


def _role_of(rules: ReleaseRules, step: Step) -> Role:
    if step is Step.UNLOCK:
        return rules.roles.administrator
    return rules.roles.preparer if step in (Step.PREPARE, Step.ACCEPT) else rules.roles.approver


def _locked(standing: Standing, rules: ReleaseRules, names: Names) -> ReleaseError:
    release = standing.release
    assert release is not None
    by = names(release.content["by"])
    said = f"{standing.form_key} đã phát hành (bản {standing.revision}, {by}) nên đã khóa."
    key = standing.form_key
    unlocking = hint("release unlock", key.period, unit=key.unit_code, form=key.form_code, reason="lý do")
    way = f"{rules.roles.approver.label}, qua bản điều chỉnh ({accept_hint(key)}); hoặc "
    way += f"{rules.roles.administrator.label}, bằng {unlocking}"
    return ReleaseError.by_rule("release.locked", said, print_instant(release.at), way)


def _put_forward(standing: Standing, step: Step) -> ReleaseError:
    """What waits for its approval, or for its release, is not put in the shade by the next one."""
    key, proposal = standing.form_key, standing.proposal
    assert proposal is not None
    said = (
        f"{key}: không {RELEASE_STEPS[step]} được, lần lập {proposal.content['vintage']} đang ở trạng thái "
        f"“{FORM_STAGES[standing.stage]}”. Muốn thay bản này thì rút về trước, kèm lý do."
    )
    withdrawing = hint("release withdraw", key.period, unit=key.unit_code, form=key.form_code, reason="lý do")
    way = f"người trình, bằng cách rút về ({withdrawing}); người duyệt, bằng cách trả lại"
    return ReleaseError.by_rule("release.order", said, _since(standing), way)


def _next(standing: Standing) -> str:
    first = "sửa số liệu chưa đạt, rồi " if standing.stage is FormStage.DRAFTED else ""
    return f"{first}{standing.next_command}"


def _since(standing: Standing) -> str:
    entry = standing.approval or standing.proposal or standing.release or standing.unlocking
    return print_instant(entry.at) if entry else "khi mở kỳ"
