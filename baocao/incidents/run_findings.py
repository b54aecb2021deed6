"""A report as its run left it, and what its cells and checks are about."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from baocao.catalogue import Catalogue, Form, Indicator, Unit
from baocao.check_comparison import check_key
from baocao.domain import UNCOLLECTED, CheckResult, FilledForm, Outcome, Severity, SourceFailure, Topic
from baocao.incidents.model import GRAVITY
from baocao.vocabulary import IT_OWNER

NOT_TOLD = frozenset({Topic.OWED, Topic.DRAFTS_BELOW, Topic.DAYS_OFF})
"""Told otherwise: by the watch, by the incidents of the unit below whose report is a draft, and by the doctor."""


@dataclass(frozen=True)
class RunFindings:
    """A report as its run left it."""

    catalogue: Catalogue
    unit: Unit
    form: Form
    filled: FilledForm
    checks: Sequence[CheckResult]
    failures: Sequence[SourceFailure]

    @property
    def period_code(self) -> str:
        assert self.filled.period is not None
        return self.filled.period.code

    @cached_property
    def failing(self) -> tuple[CheckResult, ...]:
        """The failed checks an incident may come from."""
        found = (one for one in self.checks if one.outcome is Outcome.FAIL and one.severity is not Severity.INFO)
        return tuple(one for one in found if one.topic not in NOT_TOLD)

    @property
    def unclear(self) -> frozenset[str]:
        """The checks that could not be evaluated."""
        return frozenset(check_key(one) for one in self.checks if one.outcome is Outcome.NOT_EVALUABLE)

    def indicator(self, cell: str) -> Indicator | None:
        row = next((row for row in self.form.rows if row.key == cell), None)
        return self.catalogue.indicators.get(row.indicator) if row and row.indicator else None

    def system(self, cell: str) -> str:
        """The kind of system a cell comes from; of a ratio, that of its first input that has one."""
        found = self.indicator(cell)
        family = [found, *(self.catalogue.indicators[code] for code in found.inputs)] if found else []
        return next((one.system for one in family if one and one.system), "")

    def lost(self, system: str) -> tuple[str, ...]:
        """The cells that a system gave no figure for."""
        cells = self.filled.cells.items()
        return tuple(key for key, cell in cells if cell.status in UNCOLLECTED and self.system(key) == system)

    def sharing(self, source_code: str) -> tuple[str, ...]:
        """All units that are connected to a source in the period, the report's own first."""
        window = self.filled.window
        units = self.catalogue.units.values()
        users = [one.unit_code for one in units if source_code in one.source_keys and window and one.exists_in(window)]
        return tuple(dict.fromkeys((self.unit.unit_code, *users)))

    def owner(self, results: Iterable[CheckResult]) -> str:
        """The code of whoever answers for the gravest of the results."""
        return max(results, key=lambda one: GRAVITY[one.severity]).owner or IT_OWNER

    def system_of(self, result: CheckResult) -> str:
        """The system a result speaks of: as it says, by its cells, by its balance, else by who answers for it."""
        if result.evidence.get("system"):
            return str(result.evidence["system"])
        by_cells = next((found for found in map(self.system, result.cells) if found), "")
        if by_cells:
            return by_cells
        every = self.catalogue.indicators
        balance = self.catalogue.balances.get(str(result.evidence.get("balance")))
        owner = self.owner([result])
        near = [every[code] for code in balance.left] if balance else [i for i in every.values() if i.owner == owner]
        systems = Counter(one.system for one in near if one.system)
        return systems.most_common(1)[0][0] if systems else ""
