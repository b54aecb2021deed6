"""A report before it is stored or written, and what forbids its release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from baocao.coverage import Coverage
from baocao.domain import CheckResult, FilledForm, FormMark, Observation, Outcome, Severity


@dataclass(frozen=True)
class Report:
    """Its figures, the form, what the checks say, what its sources' answers cover."""

    observations: Mapping[str, Observation]
    filled: FilledForm
    checks: tuple[CheckResult, ...]
    coverages: tuple[Coverage, ...] = ()

    @property
    def known_at(self) -> datetime:
        assert self.filled.known_at is not None
        return self.filled.known_at

    @property
    def is_releasable(self) -> bool:
        return self.filled.status is not FormMark.DRAFT


def is_blocking(result: CheckResult) -> bool:
    """Whether a result forbids a release: a critical check that failed."""
    return result.outcome is Outcome.FAIL and result.severity is Severity.CRITICAL
