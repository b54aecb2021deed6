"""Whether a form somebody hands in can be taken: what it says of itself beside what it is given for, what is open."""

from collections.abc import Iterator, Mapping, Sequence

from baocao.catalogue import Catalogue, Unit
from baocao.documents.file_marks import FileMark
from baocao.domain import CheckResult, Outcome, Severity
from baocao.errors import ConfigError
from baocao.forms.recognise import ReadForm
from baocao.handed_in import ExplainedFinding
from baocao.messages import list_names
from baocao.store import HandIn
from reporting.intake.linting import NOT_A_FIGURE
from reporting.intake.unit_names import OTHER_UNIT, find_other_named, is_named, say_other_unit
from reporting.plan import Plan

SUITE = "hand_in"
OTHER_PERIOD, NOT_OWED = f"{SUITE}.other_period", f"{SUITE}.not_owed"
UNIT_UNSURE = f"{SUITE}.unit_unsure"
OLDER_FILE = f"{SUITE}.older_file"
OF_ANOTHER = frozenset({OTHER_UNIT, OTHER_PERIOD, NOT_OWED, "document.another_period", "document.mark_contradicted"})
"""No reason makes these good: the form is another one than it is handed in as."""
_SCANNED = ("document.scan", "document.from_scan", "document.read_from_scan")


def check_identity(read: ReadForm, mark: FileMark | None, plan: Plan, catalogue: Catalogue) -> Iterator[CheckResult]:
    """The unit and period the form names itself, or its mark does, beside those it is handed in for."""
    yield from _check_unit(read, mark, plan.unit, catalogue)
    stated = read.head.stated_period or (mark.period if mark else None)
    if stated is not None and stated != plan.period:
        yield _finding(
            OTHER_PERIOD,
            plan.unit,
            f"Biểu mẫu là của {stated.label_vi}; kỳ đang nộp là {plan.period.label_vi}.",
            f"the form is of {stated.code}, it is handed in for {plan.period.code}",
            f"Nộp biểu mẫu của {plan.period.label_vi}, hoặc nộp lại cho đúng kỳ {stated.code}.",
        )


def say_not_owed(read: ReadForm, plans: Sequence[Plan]) -> CheckResult:
    """The form is one we know, and none this unit owes for this period."""
    owed = ", ".join(f"{plan.form.appendix} ({plan.form.form_code})" for plan in plans)
    return _finding(
        NOT_OWED,
        plans[0].unit,
        f"Tệp là {read.form.appendix} ({read.form.form_code}); kỳ này đơn vị phải nộp: {owed}.",
        f"{read.form.form_code} is not owed",
        f"Nộp đúng biểu mẫu: {owed}.",
    )


def check_older_file(before: Sequence[HandIn], plan: Plan, sha256: str) -> Iterator[CheckResult]:
    """The file was accepted once, and another one for the same form since: to take it again is a step back."""
    accepted = [one for one in before if one.is_accepted and one.form_code == plan.form.form_code]
    same = [one for one in accepted if one.payloads[0].sha256 == sha256]
    if same and same[-1] is not accepted[-1]:
        yield _finding(
            OLDER_FILE,
            plan.unit,
            f"Tệp này đã được nhận ở lần nộp {same[-1].number}; sau đó đã nhận tệp khác, "
            f"lần nộp {accepted[-1].number}: nhận lại tệp này là quay về số liệu cũ.",
            f"handed in as no. {same[-1].number}, replaced by no. {accepted[-1].number}",
            "Nộp tệp mới nhất; nếu đúng là cần quay về tệp này thì nêu lý do.",
        )


def list_to_explain(findings: Sequence[CheckResult]) -> list[CheckResult]:
    """The findings a form cannot be taken with unless somebody says why it is right all the same.

    Critical ones; and wherever a figure could not be read for certain, or was read from a picture.
    """
    return [one for one in findings if one.outcome is Outcome.FAIL and _must_be_explained(one)]


def _must_be_explained(one: CheckResult) -> bool:
    return one.severity is Severity.CRITICAL or one.check in NOT_A_FIGURE or one.check.startswith(_SCANNED)


def say_what_to_do(findings: Sequence[CheckResult]) -> str:
    """What is to be done about what is open: no reason is asked for where none helps."""
    wrong = list(dict.fromkeys(one.check for one in findings if one.check in OF_ANOTHER))
    may = list(dict.fromkeys(one.check for one in findings if one.check not in OF_ANOTHER))
    said = []
    if wrong:
        said.append(f"Không giải trình được {', '.join(wrong)}: nộp đúng biểu mẫu của đơn vị và kỳ này.")
    if may:
        named = ", ".join(may)
        said.append(f'Sửa rồi nộp lại; nếu số liệu vẫn đúng, nộp kèm --explain "TÊN=lý do" cho: {named}')
    return "\n".join(said)


def explain_findings(
    findings: Sequence[CheckResult], explanations: Mapping[str, str]
) -> tuple[list[ExplainedFinding], list[CheckResult]]:
    """What is explained, and what stays open. An explanation names a check, or `check:cell` where several are open.

    Raise ConfigError for one that names nothing that is open, or several findings at once.
    """
    explained: dict[int, ExplainedFinding] = {}
    for name, reason in explanations.items():
        check, _, cell = name.partition(":")
        found = [at for at, one in enumerate(findings) if one.check == check and (not cell or cell in one.cells)]
        _require_one(name, [findings[at] for at in found], findings)
        if not reason.strip():
            raise ConfigError(f'--explain {name}: chưa ghi lý do; ghi như {name}="lý do"')
        explained[found[0]] = ExplainedFinding(check, findings[found[0]].cells, reason.strip())
    return list(explained.values()), [one for at, one in enumerate(findings) if at not in explained]


def _require_one(name: str, found: Sequence[CheckResult], findings: Sequence[CheckResult]) -> None:
    if any(one.check in OF_ANOTHER for one in found):
        raise ConfigError(f"--explain {name}: không giải trình được lỗi này; nộp đúng biểu mẫu của đơn vị và kỳ")
    if len(found) > 1:
        named = list_names(f"{one.check}:{one.cells[0]}" if one.cells else one.check for one in found)
        raise ConfigError(f"--explain {name}: có {len(found)} phát hiện như vậy; giải trình từng cái: {named}")
    if not found:
        named = list_names(dict.fromkeys(one.check for one in findings), nothing="không có gì cần giải trình")
        raise ConfigError(f"--explain {name}: không có phát hiện này; cần giải trình: {named}")


def _check_unit(read: ReadForm, mark: FileMark | None, unit: Unit, catalogue: Catalogue) -> Iterator[CheckResult]:
    """Another unit the page names is found with the rest of what stands in the file."""
    issuer, made_for = read.head.issuer, catalogue.units.get(mark.unit_code) if mark else None
    if find_other_named(catalogue, unit, issuer):
        return
    if made_for is not None and made_for is not unit:
        yield say_other_unit(unit, made_for.name)
    elif issuer and made_for is None and not is_named(unit, issuer):
        yield _finding(
            UNIT_UNSURE,
            unit,
            f"Cơ quan ghi trên biểu mẫu không giống tên “{unit.name}” trong cấu hình.",
            "the issuer is not written as in units.yaml",
            "Xem lại tên cơ quan ở phần đầu biểu mẫu.",
            severity=Severity.WARNING,
        )


def _finding(
    check: str, unit: Unit, says_vi: str, says_en: str, mend_vi: str, severity: Severity = Severity.CRITICAL
) -> CheckResult:
    return CheckResult(
        check=check,
        severity=severity,
        outcome=Outcome.FAIL,
        unit_code=unit.unit_code,
        cells=(),
        message_vi=says_vi,
        message_en=says_en,
        mend_vi=mend_vi,
    )
