"""What stands behind a form: its checks, the passports of its cells, earlier figures, and the words for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from baocao.catalogue import Indicator
from baocao.coverage import Coverage
from baocao.documents.passport import Passport
from baocao.documents.printed import PrintedForm
from baocao.domain import CellStatus, CheckResult, Outcome, Period, Severity
from baocao.vocabulary import OUTCOMES, SEVERITIES

SEVERITY_LABELS = {severity: word.capitalize() for severity, word in SEVERITIES.items()}
OUTCOME_LABELS = {outcome: word.capitalize() for outcome, word in OUTCOMES.items()}
_OUTCOME_ORDER = (Outcome.FAIL, Outcome.NOT_EVALUABLE, Outcome.PASS)


@dataclass(frozen=True, slots=True)
class PastFigure:
    """One figure of an earlier period; `value` is None where there was none."""

    period: Period
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it optional. Passports and history are by row number without its final dot.

    `indicators` and `owners` are the catalogue's; with them ratios become formulas and owners have names. `coverages`
    are by the label of the source.
    """

    checks: Sequence[CheckResult] = ()
    passports: Mapping[str, Passport] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    history: Mapping[str, Sequence[PastFigure]] = field(default_factory=dict)
    coverages: Mapping[str, Coverage] = field(default_factory=dict)

    def owner_name(self, owner: str) -> str:
        return self.owners.get(owner, owner)

    def findings_of(self, key: str) -> list[CheckResult]:
        """The failed checks that name a row, the gravest first."""
        return [check for check in by_gravity(self.checks) if check.outcome is Outcome.FAIL and key in check.cells]


def applying(checks: Iterable[CheckResult], page: PrintedForm) -> list[CheckResult]:
    """Without those that say nothing because a cell they need is not one of this unit's."""
    others = {row.key for row in page.rows if row.cell.status is CellStatus.NOT_APPLICABLE}
    return [one for one in checks if one.outcome is not Outcome.NOT_EVALUABLE or not others.intersection(one.cells)]


def by_gravity(checks: Iterable[CheckResult]) -> list[CheckResult]:
    """Failed before not evaluable before passed, and the gravest first; otherwise as they came."""
    severities = list(Severity)
    return sorted(checks, key=lambda check: (_OUTCOME_ORDER.index(check.outcome), severities.index(check.severity)))
