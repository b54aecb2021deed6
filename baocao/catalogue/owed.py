"""Which unit owes which form for which period, and until when: the file `owed.yaml`, and what follows from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from baocao.catalogue.forms import Form
from baocao.catalogue.model import Day as WrittenDay
from baocao.catalogue.model import YamlModel
from baocao.catalogue.units import Unit
from baocao.domain import Period, Tier, Window
from baocao.regimes import YEAR_PART, Day, require_part

if TYPE_CHECKING:
    from baocao.calendar import Calendar
    from baocao.catalogue.loading import Catalogue

Part = Annotated[str, AfterValidator(require_part)]


class Obligation(YamlModel):
    """One series of forms and who owes it: versions of a form are one series, and follow each other by validity.

    All units of `tiers`, or only `units`; under `regime`, else each unit's own; for `parts` of the year, else all of
    the regime; `due` says another due day than the regime's, by part of the year and tier.
    """

    series: str
    tiers: tuple[Tier, ...] = tuple(Tier)
    units: tuple[str, ...] = ()
    regime: str | None = None
    parts: tuple[Part, ...] = ()
    due: dict[Part, dict[str, Day]] = Field(default_factory=dict)
    valid_from: WrittenDay | None = None
    valid_to: WrittenDay | None = None

    def concerns(self, unit: Unit) -> bool:
        return unit.unit_code in self.units if self.units else unit.tier in self.tiers

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def regime_of(self, unit: Unit) -> str:
        return self.regime or unit.regime


class Obligations(YamlModel):
    """The file `owed.yaml`. Without it every unit owes every form in force, under its own regime."""

    owed: dict[str, Obligation]


@dataclass(frozen=True)
class OwedReport:
    """One form a unit owes for a period: the days it covers, and the day it is due."""

    unit: Unit
    period: Period
    form: Form
    regime: str
    window: Window
    due_on: date


def list_owed(catalogue: "Catalogue", unit: Unit, period: Period) -> tuple[OwedReport, ...]:
    """The forms the unit owes for the period, in the order of owed.yaml; none where it owes none.

    A unit that ended before the period's last day still owes it: `Unit.exists_in` says whether it was there at all.
    """
    found = (_owed(catalogue, one, unit, period) for one in catalogue.obligations)
    return tuple(report for report in found if report is not None and unit.exists_in(report.window))


def list_periods(catalogue: "Catalogue", unit: Unit, years: Iterable[int]) -> tuple[Period, ...]:
    """Every period of the years the unit may owe a form for, each once, in order."""
    parts = {part for one in catalogue.obligations if one.concerns(unit) for part in _parts(catalogue, one, unit)}
    return tuple(sorted(Period(year, "" if part == YEAR_PART else part) for year in years for part in parts))


def parts_by_series(catalogue: "Catalogue", unit: Unit) -> dict[str, tuple[str, ...]]:
    """For each series the unit owes, the parts of the year it owes it for."""
    found: dict[str, tuple[str, ...]] = {}
    for one in catalogue.obligations:
        if one.concerns(unit):
            found[one.series] = tuple(dict.fromkeys((*found.get(one.series, ()), *_parts(catalogue, one, unit))))
    return found


def regimes_of(catalogue: "Catalogue", unit: Unit) -> frozenset[str]:
    """Every regime the unit owes some form under."""
    return frozenset(one.regime_of(unit) for one in catalogue.obligations if one.concerns(unit))


def find_regime(catalogue: "Catalogue", unit: Unit, form: Form | None) -> str:
    """The regime the unit owes the form under; its own where it owes no such form."""
    for one in catalogue.obligations:
        if form is not None and one.series == form.series_code and one.concerns(unit):
            return one.regime_of(unit)
    return unit.regime


def list_other_forms(catalogue: "Catalogue", series: str) -> tuple[str, ...]:
    """The codes of the forms that are not of a series."""
    return tuple(form.form_code for form in catalogue.forms.values() if form.series_code != series)


def report_of(catalogue: "Catalogue", unit: Unit, period: Period, form: Form) -> OwedReport:
    """The form as the unit would owe it for the period, whether or not it does. ValueError: no such period."""
    for one in catalogue.obligations:
        owed = _owed(catalogue, one, unit, period) if one.series == form.series_code else None
        if owed is not None:
            return OwedReport(unit, period, form, owed.regime, owed.window, owed.due_on)
    regime = find_regime(catalogue, unit, form)
    calendar = catalogue.calendar
    window, due_on = calendar.window(regime, period), calendar.due_on(regime, period, unit.tier)
    return OwedReport(unit, period, form, regime, window, due_on)


def _owed(catalogue: "Catalogue", one: Obligation, unit: Unit, period: Period) -> OwedReport | None:
    if not one.concerns(unit) or (period.part or YEAR_PART) not in _parts(catalogue, one, unit):
        return None
    regime = one.regime_of(unit)
    window = catalogue.calendar.window(regime, period)
    form = catalogue.series_on(one.series, window.end_on)
    if form is None or not one.holds_on(window.end_on):
        return None
    return OwedReport(unit, period, form, regime, window, _due_on(catalogue, one, unit, period, regime))


def _due_on(catalogue: "Catalogue", one: Obligation, unit: Unit, period: Period, regime: str) -> date:
    own = one.due.get(period.part or YEAR_PART, {})
    day = own.get(unit.tier, own.get("default"))
    if day is None:
        return catalogue.calendar.due_on(regime, period, unit.tier)
    return catalogue.calendar.next_working_day(day.in_year(period.year))


def _parts(catalogue: "Catalogue", one: Obligation, unit: Unit) -> tuple[str, ...]:
    return one.parts or catalogue.calendar.regimes[one.regime_of(unit)].part_codes


def find_overlaps(forms: Mapping[str, Form]) -> Iterator[tuple[str, str]]:
    """Of two versions of a series in force on one day the code of the earlier, and what is wrong with its end."""
    ordered = sorted(forms.items(), key=lambda one: (one[1].series or one[0], one[1].valid_from))
    for (code, before), (other, after) in pairwise(ordered):
        same = (before.series or code) == (after.series or other)
        if same and (before.valid_to is None or after.valid_from <= before.valid_to):
            since = f"{after.valid_from:%d/%m/%Y}"
            says = (
                f"mẫu này và {other} cùng một loạt mẫu (series) mà cùng có hiệu lực từ {since}; mẫu trước phải hết "
                "hiệu lực ngày liền trước, hoặc ghi series khác cho một trong hai"
            )
            yield code, says


def find_owed_twice(
    owed: Mapping[str, Obligation], units: Mapping[str, Unit], calendar: "Calendar"
) -> Iterator[tuple[str, str]]:
    """The key of an obligation that says again what another says for a unit and part of the year, and which."""
    for code, unit in units.items():
        seen: dict[tuple[str, str], tuple[str, Obligation]] = {}
        for key, one in owed.items():
            regime = calendar.regimes.get(one.regime_of(unit))
            if regime is None or not one.concerns(unit.model_copy(update={"unit_code": code})):
                continue
            for part in one.parts or regime.part_codes:
                other_key, other = seen.setdefault((one.series, part), (key, one))
                if other is not one and _meet(other, one):
                    yield key, f"{code} phải nộp loạt mẫu {one.series} hai lần cho kỳ {part} (còn ở {other_key})"


def _meet(one: Obligation, other: Obligation) -> bool:
    """Whether there is a day on which both hold."""
    first = max((day for day in (one.valid_from, other.valid_from) if day), default=date.min)
    last = min((day for day in (one.valid_to, other.valid_to) if day), default=date.max)
    return first <= last
