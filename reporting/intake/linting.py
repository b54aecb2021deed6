"""What is wrong with forms somebody filled by hand: read, then checked as the pipeline does and as documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from baocao.catalogue import Catalogue
from baocao.documents.file_marks import FileMark
from baocao.documents.reading import read_form_files
from baocao.domain import CheckResult, Outcome, Severity
from baocao.errors import ChecksFailedError, UnreadableFormError
from baocao.forms.handmade import Released, check_handmade
from baocao.forms.recognise import ReadForm, Wishes
from reporting.intake.marked_files import ABOUT_LOCKED_TEXT, check_mark, find_mark, tell_by_mark, wishes_by
from reporting.intake.understanding import finding_json, understood_json
from reporting.intake.unit_names import check_named_unit

BLANK = "form.blank"
ROW_MISSING = "document.row_missing"
NOT_A_FIGURE = frozenset({
    "document.ambiguous_number", "document.formula_left", "document.formula_error", "document.formula_without_result",
    "document.placeholder_left", "document.text_in_figure", "document.unreadable_number",
})  # fmt: skip
ABOUT_WHAT_IS_MISSING = frozenset({BLANK, "form.ratio_without_evidence", "form.no_denominator"})
GRAVITY = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True)
class LintResult:
    """One form of a file and its findings, gravest first; or why no figure of it could be taken.

    `read` is there as well where the form was recognised but a doubt stands in the way of its figures. `mark` is what
    the file says it was made for, if it is a blank form of ours.
    """

    path: Path
    read: ReadForm | None
    findings: tuple[CheckResult, ...]
    refusal: str = ""
    mark: FileMark | None = None

    @property
    def exit_code(self) -> int:
        if self.refusal:
            return UnreadableFormError.exit_code
        critical = any(finding.severity is Severity.CRITICAL for finding in self.findings)
        return ChecksFailedError.exit_code if critical else 0

    def as_json(self) -> dict[str, Any]:
        """The shape a program reads; `form` is null where the file is no form we know."""
        understood = understood_json(self.read) if self.read else {"form": None, "cells": {}}
        findings = [finding_json(finding) for finding in self.findings]
        return {"file": str(self.path), "refusal": self.refusal or None, **understood, "findings": findings}


def lint_files(
    paths: Sequence[Path],
    catalogue: Catalogue,
    wishes: Wishes | None = None,
    *,
    with_misprints: bool = False,
    released: Released | None = None,
) -> list[LintResult]:
    """Every form of every file read, then all checked together: by the plain evaluator, for somebody waits.

    `released` tells what was released for an earlier period, for forms that repeat its figures in a column.
    """
    from expectations.engine import plain
    from expectations.form.matrix import tell_of_lines
    from expectations.form.suite import check_forms

    results = [one for path in paths for one in _read(path, catalogue, wishes or Wishes())]
    read = {f"{at}": one.read for at, one in enumerate(results) if one.read is not None and not one.refusal}
    forms = [replace(form.filled, unit_code=at) for at, form in read.items()]
    tiers = {at: form.tier for at, form in read.items()}
    judged = check_forms(forms, catalogue, as_read=True, tiers=tiers, judge=plain.judge) if forms else []
    for at, form in read.items():
        mine = [result for result in judged if result.unit_code == at and result.outcome is Outcome.FAIL]
        today = wishes.today if wishes else None
        written = check_handmade(form, catalogue, with_misprints=with_misprints, today=today, released=released)
        mine, written = tell_of_lines(mine, form.form), tell_of_lines(written, form.form)
        unit = catalogue.units.get(wishes.unit_code) if wishes else None
        if unit is not None:
            written = [*written, *check_named_unit(catalogue, unit, form.head.issuer)]
        findings = _together(form, mine, _check_by_mark(form, results[int(at)].mark, written, catalogue))
        results[int(at)] = replace(results[int(at)], findings=findings)
    return results


def _read(path: Path, catalogue: Catalogue, wishes: Wishes) -> Iterator[LintResult]:
    mark = find_mark(path)
    try:
        forms = read_form_files(path, catalogue, wishes_by(mark, wishes, catalogue))
    except UnreadableFormError as error:
        yield LintResult(path, None, (), str(error), mark)
        return
    for form in forms:
        yield LintResult(path, tell_by_mark(form, mark, wishes), (), form.understood.doubt, mark)


def _check_by_mark(
    read: ReadForm, mark: FileMark | None, written: Sequence[CheckResult], catalogue: Catalogue
) -> list[CheckResult]:
    """What was found in the document; in one that bears our mark, what the mark makes good or contradicts."""
    if mark is None:
        return list(written)
    return [*check_mark(read, mark, catalogue), *(one for one in written if one.check not in ABOUT_LOCKED_TEXT)]


def _together(read: ReadForm, judged: Sequence[CheckResult], written: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """One finding of a cell without a figure: what stands there, or its row is missing; not also that it is blank."""
    unread = {key for finding in written if finding.check in {*NOT_A_FIGURE, ROW_MISSING} for key in finding.cells}
    failed = [
        result for result in judged if not (result.check in ABOUT_WHAT_IS_MISSING and unread.intersection(result.cells))
    ]
    order = {row.key: place for place, row in enumerate(read.form.rows)}
    return tuple(
        sorted(
            (*failed, *written),
            key=lambda f: (
                GRAVITY.index(f.severity),
                min((order.get(key, 99) for key in f.cells), default=99),
                f.check,
            ),
        )
    )
