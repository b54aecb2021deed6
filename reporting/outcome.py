"""How a run ended: its exit code, and everything a person or a program wants to know of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from baocao.catalogue.cell_names import name_cells
from baocao.domain import UNCOLLECTED, CellStatus, CheckResult, Outcome, SourceFailure
from baocao.errors import ChecksFailedError, SourceUnavailableError
from baocao.store import VintageKey
from baocao.vocabulary import FORM_MARKS
from reporting.checking.comparison import ChecksComparison
from reporting.log.run_log import note
from reporting.plan import Plan
from reporting.report import Report, is_blocking


def exit_code_of(failures: Sequence[SourceFailure], report: Report) -> int:
    """The gravest: a changed answer (13), a refused access (12), a source down or days missing (11), a failed check
    (20), else 0.
    """
    if failures:
        return max(failure.exit_code for failure in failures)
    if any(cell.status is CellStatus.INCOMPLETE for cell in report.filled.cells.values()):
        return SourceUnavailableError.exit_code
    return ChecksFailedError.exit_code if any(is_blocking(result) for result in report.checks) else 0


@dataclass(frozen=True)
class RunResult:
    """What a run made. `files` maps file name to path.

    `against_last` compares its checks with those of the form's run before; None where there was none, or nobody asked.
    """

    plan: Plan
    report: Report
    vintage: VintageKey
    failures: tuple[SourceFailure, ...]
    files: dict[str, str]
    against_last: ChecksComparison | None = None

    @property
    def exit_code(self) -> int:
        return exit_code_of(self.failures, self.report)

    @property
    def missing(self) -> tuple[str, ...]:
        """The cells not collected, not wholly collected or not given."""
        absent = {*UNCOLLECTED, CellStatus.BLANK}
        return tuple(key for key, cell in self.report.filled.cells.items() if cell.status in absent)

    @property
    def missing_named(self) -> str:
        """The same as people call them."""
        lines = ((line.key, line.label) for line in self.report.filled.lines)
        return name_cells(self.plan.form, self.missing, {}, lines)

    @property
    def failed_checks(self) -> tuple[CheckResult, ...]:
        return tuple(result for result in self.report.checks if result.outcome is Outcome.FAIL)

    @property
    def summary(self) -> str:
        """One line: what was made, what is missing."""
        made = (
            f"{self.plan.unit.unit_code} {self.plan.period} {self.plan.form.form_code}, lần lập {self.vintage.vintage}"
        )
        faults = f"{len(self.failed_checks)} kiểm tra không đạt, {len(self.missing)} ô chưa có số liệu"
        down = f"; không lấy được từ: {', '.join(f.source_code for f in self.failures)}" if self.failures else ""
        return f"{made}: {FORM_MARKS[self.report.filled.status]}; {faults}{down}"

    def as_json(self) -> dict[str, Any]:
        """The result for a program."""
        return {
            "unit": self.plan.unit.unit_code,
            "period": self.plan.period.code,
            "form": self.plan.form.form_code,
            "window": [self.plan.window.start_on.isoformat(), self.plan.window.end_on.isoformat()],
            "vintage": self.vintage.vintage,
            "status": self.report.filled.status.value,
            "exit_code": self.exit_code,
            "cells": {
                key: {"display": cell.display, "status": cell.status.value, "note": cell.note}
                for key, cell in self.report.filled.cells.items()
            },
            "missing": list(self.missing),
            "coverage": [one.as_json() for one in self.report.coverages],
            "against_last_run": self.against_last.name_changed() if self.against_last else None,
            "series_breaks": [one.as_json() for one in self.plan.breaks],
            "failures": [
                {"source": f.source_code, "kind": f.kind, "exit_code": f.exit_code, "reason": f.reason}
                for f in self.failures
            ],
            "failed_checks": [
                {"check": c.check, "severity": c.severity.value, "cells": list(c.cells), "message_vi": c.message_vi}
                for c in self.failed_checks
            ],
            "files": self.files,
        }


GRAVITY = (14, 13, 12, 11, 10, 2, 40, 1, 21, 20)
"""Exit codes, the one that time heals least first."""


def gravest(codes: Iterable[int]) -> int:
    """Of several, the exit code of all together."""
    found = set(codes)
    return next((code for code in GRAVITY if code in found), 0)


@dataclass(frozen=True)
class ReportSet:
    """What a run made for a unit's period: one result for each form."""

    results: tuple[RunResult, ...]

    @property
    def exit_code(self) -> int:
        return gravest(result.exit_code for result in self.results)

    @property
    def summary(self) -> str:
        return " | ".join(result.summary for result in self.results)

    def as_json(self) -> dict[str, Any]:
        """Of one form its own result."""
        if len(self.results) == 1:
            return self.results[0].as_json()
        return {"exit_code": self.exit_code, "forms": [result.as_json() for result in self.results]}


def note_end(result: RunResult) -> RunResult:
    """Say in the log how the run ended; gives the result on."""
    note(
        "run ended",
        exit_code=result.exit_code,
        status=result.report.filled.status.value,
        failed_checks=len(result.failed_checks),
        missing_cells=len(result.missing),
    )
    return result
