"""What is wrong with a form somebody filled by hand: read, then checked as the pipeline does and as a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baocao.catalogue import Catalogue
from baocao.documents.form_json import plain_decimal
from baocao.documents.reading import read_form_file
from baocao.domain import CheckResult, Outcome, Period, Severity, Tier
from baocao.errors import ChecksFailedError, UnreadableFormError
from baocao.forms.handmade import check_handmade
from baocao.forms.recognise import ReadForm

BLANK = "form.blank"
NOT_A_FIGURE = frozenset({
    "document.ambiguous_number", "document.formula_left", "document.placeholder_left", "document.text_in_figure",
    "document.unreadable_number",
})  # fmt: skip
GRAVITY = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True)
class LintResult:
    """One file: the form in it and its findings, gravest first; or why it could not be read."""

    path: Path
    read: ReadForm | None
    findings: tuple[CheckResult, ...]
    refusal: str = ""

    @property
    def exit_code(self) -> int:
        if self.read is None:
            return UnreadableFormError.exit_code
        critical = any(finding.severity is Severity.CRITICAL for finding in self.findings)
        return ChecksFailedError.exit_code if critical else 0

    def as_json(self) -> dict[str, Any]:
        """The shape a program reads; `form` is null where the file is no form we know."""
        if self.read is None:
            return {"file": str(self.path), "form": None, "refusal": self.refusal, "cells": {}, "findings": []}
        return {
            "file": str(self.path),
            "form": self.read.form.form_code,
            "tier": self.read.tier,
            "period": self.read.filled.period.code if self.read.filled.period else None,
            "cells": {
                key: {"text": cell.text, "value": plain_decimal(cell.value), "how_read": cell.how_read}
                for key, cell in self.read.filled.cells.items()
            },
            "findings": [_finding_json(finding) for finding in self.findings],
        }


def lint_files(
    paths: Sequence[Path],
    catalogue: Catalogue,
    *,
    form_code: str | None = None,
    tier: Tier | None = None,
    period: Period | None = None,
) -> list[LintResult]:
    """Every file read, then all of them checked together: by the plain evaluator, for somebody waits."""
    from expectations.engine import plain
    from expectations.form.suite import check_forms

    read: dict[Path, ReadForm] = {}
    refused: dict[Path, str] = {}
    for number, path in enumerate(paths):
        try:
            read[path] = read_form_file(
                path, catalogue, form_code=form_code, tier=tier, period=period, unit_code=f"{number}"
            )
        except UnreadableFormError as error:
            refused[path] = str(error)
    forms = [found.filled for found in read.values()]
    tiers = {found.filled.unit_code: found.tier for found in read.values()}
    judged = check_forms(forms, catalogue, as_read=True, tiers=tiers, judge=plain.judge) if read else []
    return [
        LintResult(path, None, (), refused[path]) if path in refused else _linted(path, read[path], judged, catalogue)
        for path in paths
    ]


def _linted(path: Path, read: ReadForm, judged: Sequence[CheckResult], catalogue: Catalogue) -> LintResult:
    """A cell that holds no figure is one finding: what stands there, not also that it is blank."""
    mine = [result for result in judged if result.unit_code == read.filled.unit_code]
    written = check_handmade(read, catalogue)
    unread = {key for finding in written if finding.check in NOT_A_FIGURE for key in finding.cells}
    failed = [
        result
        for result in mine
        if result.outcome is Outcome.FAIL and not (result.check == BLANK and unread.issuperset(result.cells))
    ]
    order = {row.key: place for place, row in enumerate(read.form.rows)}
    findings = sorted(
        (*failed, *written),
        key=lambda f: (GRAVITY.index(f.severity), min((order.get(key, 99) for key in f.cells), default=99), f.check),
    )
    return LintResult(path, read, tuple(findings))


def _finding_json(finding: CheckResult) -> dict[str, Any]:
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "cells": list(finding.cells),
        "observed": finding.observed,
        "expected": finding.expected,
        "message_vi": finding.message_vi,
        "message_en": finding.message_en,
        "mend_vi": finding.mend_vi,
    }
