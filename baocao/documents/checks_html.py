"""The checks of a form as one self-contained web page: the form coloured by its gravest findings, then each of them.

Findings stand under who answers for them, with what to do; every coloured cell leads to its findings and back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from baocao.catalogue import Form
from baocao.documents.evidence import SEVERITY_LABELS, Evidence, applying, by_gravity
from baocao.documents.files import write_file
from baocao.documents.printed import PrintedForm, print_form
from baocao.documents.printed_row import PrintedRow
from baocao.documents.texts import clean_text
from baocao.documents.web_page import page_facts, page_template
from baocao.domain import CheckResult, FilledForm, Outcome, Severity
from baocao.vocabulary import SUITES

NOBODY = "Chưa rõ đầu mối"


@dataclass(frozen=True, slots=True)
class NumberedCheck:
    """A failed check with its number on the page."""

    number: int
    check: CheckResult

    @property
    def anchor(self) -> str:
        return f"loi-{self.number}"


@dataclass(frozen=True, slots=True)
class ChecksRow:
    """One row of the form, its findings the gravest first; `unclear` says that no check of it could be evaluated."""

    printed: PrintedRow
    findings: list[NumberedCheck]
    unclear: bool

    @property
    def colour(self) -> str:
        if self.findings:
            return self.findings[0].check.severity.value
        return "unclear" if self.unclear else ""


@dataclass(frozen=True, slots=True)
class OwnerGroup:
    """What one owner has to look at."""

    owner: str
    findings: list[NumberedCheck]


@dataclass(frozen=True, slots=True)
class UnclearGroup:
    """The checks that could not be evaluated for one reason."""

    reason: str
    checks: list[CheckResult]


@dataclass(frozen=True, slots=True)
class SuiteCounts:
    """How the checks of one suite ended."""

    label: str
    passed: int
    failed: int
    unclear: int


def write_checks_html(filled: FilledForm, form: Form, path: Path, evidence: Evidence, *, draft: bool) -> str:
    """Write `checks.html`; give its SHA-256."""
    return write_file(path, render_checks_html(print_form(filled, form, draft=draft), evidence))


def render_checks_html(page: PrintedForm, evidence: Evidence) -> bytes:
    """The page's bytes: equal for equal input on every machine."""
    ordered = by_gravity(applying(evidence.checks, page))
    failed = [check for check in ordered if check.outcome is Outcome.FAIL]
    findings = [NumberedCheck(number, check) for number, check in enumerate(failed, start=1)]
    unclear = [check for check in ordered if check.outcome is Outcome.NOT_EVALUABLE]
    text = page_template("checks.html.j2").render(
        page=page,
        facts=page_facts(page),
        known=page.cell_names or {row.key: row.key for row in page.rows},
        rows=_rows(page, findings, ordered),
        owners=_by_owner(findings, evidence),
        unclear=_by_reason(unclear),
        coverages=evidence.coverages,
        suites=_count_suites(ordered),
        severities=SEVERITY_LABELS,
        totals=[(SEVERITY_LABELS[severity], severity.value, _count(failed, severity)) for severity in Severity],
        passed_count=sum(check.outcome is Outcome.PASS for check in ordered),
        unclear_count=len(unclear),
        not_applied_count=len(evidence.checks) - len(ordered),
        verdict=_verdict(failed),
    )
    return clean_text(text).encode()


def _rows(page: PrintedForm, findings: Sequence[NumberedCheck], checks: Sequence[CheckResult]) -> list[ChecksRow]:
    """Every row of a list form; of a matrix the cells something was found of: it may have thousands."""
    told = {key for found in findings for key in found.check.cells}
    return [_row(row, findings, checks) for row in page.rows if page.table is None or row.key in told]


def _row(row: PrintedRow, findings: Sequence[NumberedCheck], checks: Sequence[CheckResult]) -> ChecksRow:
    mine = [found for found in findings if row.key in found.check.cells]
    outcomes = {check.outcome for check in checks if row.key in check.cells}
    return ChecksRow(row, mine, outcomes == {Outcome.NOT_EVALUABLE})


def _by_owner(findings: Iterable[NumberedCheck], evidence: Evidence) -> list[OwnerGroup]:
    """The owner of the gravest finding first."""
    groups: dict[str, list[NumberedCheck]] = {}
    for found in findings:
        groups.setdefault(evidence.owner_name(found.check.owner) or NOBODY, []).append(found)
    return [OwnerGroup(owner, mine) for owner, mine in groups.items()]


def _by_reason(unclear: Iterable[CheckResult]) -> list[UnclearGroup]:
    groups: dict[str, list[CheckResult]] = {}
    for check in unclear:
        groups.setdefault(check.reason, []).append(check)
    return [UnclearGroup(reason, checks) for reason, checks in groups.items()]


def _count_suites(checks: Sequence[CheckResult]) -> list[SuiteCounts]:
    counts = []
    for suite, label in SUITES.items():
        mine = [check.outcome for check in checks if check.check.split(".")[0] == suite]
        if mine:
            ends = (mine.count(outcome) for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.NOT_EVALUABLE))
            counts.append(SuiteCounts(label, *ends))
    return counts


def _count(failed: Iterable[CheckResult], severity: Severity) -> int:
    return sum(check.severity is severity for check in failed)


def _verdict(failed: Sequence[CheckResult]) -> tuple[str, str]:
    """A colour and a sentence: may the form be released."""
    critical = _count(failed, Severity.CRITICAL)
    if critical:
        return "critical", f"Chưa phát hành được: còn {critical} lỗi nghiêm trọng phải sửa."
    if failed:
        return "warning", f"Phát hành được; có {len(failed)} điểm cần người phụ trách xem lại."
    return "pass", "Phát hành được: không kiểm tra nào không đạt."
