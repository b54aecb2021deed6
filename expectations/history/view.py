"""The figures of one unit beside its own earlier ones and its peers': what the checks of history are tried on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from baocao.catalogue import Catalogue, Form
from baocao.catalogue.checks import HistoryLimits
from baocao.domain import Observation, Period
from baocao.vocabulary import STATUSES
from expectations.form.figures_view import Figures, FiguresView
from expectations.history.breaks import BreakFinder
from expectations.history.peers import Peers, is_as_long
from expectations.rule import Obstacle

Step = Callable[[Period], Period]


@dataclass(frozen=True)
class PastPeriod:
    """What a unit's form said for one earlier period, as known then: the form's version, and the figures by code."""

    form_code: str
    figures: Figures


Past = Mapping[Period, PastPeriod]


@dataclass(frozen=True, kw_only=True)
class HistoryView(FiguresView):
    """`past` are the unit's earlier periods; `peers` how the units of its tier usually change."""

    past: Past = field(default_factory=dict)
    peers: Peers
    breaks: BreakFinder

    @property
    def limits(self) -> HistoryLimits:
        return self.catalogue.limits.history

    @cached_property
    def now(self) -> Period:
        assert self.period is not None
        return self.period

    def earlier(self, code: str, period: Period) -> Decimal | Obstacle:
        """The figure of an earlier period, or why it cannot stand beside this one."""
        found = self.past.get(period)
        broken = self.breaks.of_unit(self.unit, code, (period, self.now))
        if broken:
            return Obstacle(broken)
        if found is None:
            return Obstacle(f"không có số liệu của {period.label_vi}")
        return self._given(code, period, found)

    def _given(self, code: str, period: Period, found: PastPeriod) -> Decimal | Obstacle:
        observation: Observation | None = found.figures.get(code)
        if observation is None:
            changed = self.breaks.of_form(code, found.form_code, self.form)
            return Obstacle(changed or f"không có số liệu “{self.label(code)}” của {period.label_vi}")
        if observation.value is None:
            return Obstacle(f"“{self.label(code)}” của {period.label_vi}: {STATUSES[observation.status]}")
        return observation.value

    def value_in(self, code: str, period: Period) -> Decimal | None:
        """The figure of an earlier period where it can stand beside this one."""
        found = self.earlier(code, period)
        return None if isinstance(found, Obstacle) else found

    @cached_property
    def _comparable(self) -> dict[str, dict[Period, float]]:
        return {}

    def comparable(self, code: str) -> dict[Period, float]:
        """The earlier figures that can stand beside this one, of periods as long as this."""
        if code not in self._comparable:
            as_long = (period for period in self.past if period < self.now and is_as_long(period, self.now))
            found = ((period, self.value_in(code, period)) for period in as_long)
            self._comparable[code] = {period: float(value) for period, value in found if value is not None}
        return self._comparable[code]

    def changes(self, code: str, step: Step) -> Iterator[tuple[float, float]]:
        """The unit's own earlier changes of one kind, as (reference, value)."""
        values = self.comparable(code)
        for period, value in values.items():
            reference = values.get(step(period))
            if reference is not None:
                yield reference, value


def make_views(
    observations: Mapping[str, Figures], past: Mapping[str, Past], catalogue: Catalogue, form: Form | None
) -> list[HistoryView]:
    """A view per unit of `observations`; the other units of `past` are peers only."""
    breaks = BreakFinder(catalogue, form)
    figures = {code: {period: one.figures for period, one in periods.items()} for code, periods in past.items()}
    now = next((one.period for figures_now in observations.values() for one in figures_now.values()), None)
    for code, current in observations.items():
        figures[code] = {**figures.get(code, {}), **({now: current} if now and current else {})}
    peers = Peers(figures, catalogue, breaks, now)
    return [
        HistoryView(code, current, catalogue, form, past=past.get(code, {}), peers=peers, breaks=breaks)
        for code, current in observations.items()
    ]
