"""Days and changes from which a series begins anew: known, named, and never taken for a jump."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from baocao.catalogue import Catalogue, Form, Unit
from baocao.catalogue.checks import DeclaredBreak
from baocao.catalogue.owed import find_regime
from baocao.domain import Period, Window
from expectations.form.parts import rows_by_indicator

Named = tuple[date, str]


@dataclass(frozen=True)
class BreakFinder:
    """Looks up the breaks in one form's series; remembers what it found, since thousands of units ask the same."""

    catalogue: Catalogue
    form: Form | None = None
    _windows: dict[tuple[str, Period], Window | None] = field(default_factory=dict)
    _days: dict[str, tuple[Named, ...]] = field(default_factory=dict)
    _found: dict[tuple[str, str, Period, Period], str] = field(default_factory=dict)

    def of_unit(self, unit: Unit | None, code: str, periods: tuple[Period, Period]) -> str:
        """Why the figures of two periods, the earlier first, do not compare; empty where they do."""
        if unit is None or not (self._declares or self._days_of(unit)):
            return ""
        asked = (unit.unit_code, code if code in self._named else "", *periods)
        if asked not in self._found:
            self._found[asked] = self._look_up(unit, code, periods)
        return self._found[asked]

    def of_form(self, code: str, form_code: str, form: Form | None) -> str:
        """Why an earlier form does not have a figure, by the crosswalk; empty where the form is the same."""
        if form is None or form.form_code == form_code or form_code not in self.catalogue.forms:
            return ""
        before, row = self.catalogue.forms[form_code], rows_by_indicator(form).get(code)
        change = f"mẫu đổi từ {before.appendix} sang {form.appendix}"
        key = row.crosswalk.get(form_code) if row else None
        if key is None:
            return f"{change}: mẫu trước không có số liệu này"
        return f"{change}: ô {key} trước đây tính theo chỉ tiêu khác"

    def _look_up(self, unit: Unit, code: str, periods: tuple[Period, Period]) -> str:
        regime = find_regime(self.catalogue, unit, self.form)
        earlier, later = (self._window(regime, period) for period in periods)
        if earlier is None or later is None:
            return ""
        named = [*self._days_of(unit), *(_say(known) for known in self._declared(unit, code))]
        return next((said for day, said in named if earlier.start_on < day <= later.end_on), "")

    def _window(self, regime: str, period: Period) -> Window | None:
        asked = (regime, period)
        if asked not in self._windows:
            parts = self.catalogue.calendar.regimes[regime].part_codes
            has = (period.part or "year") in parts
            self._windows[asked] = self.catalogue.calendar.window(regime, period) if has else None
        return self._windows[asked]

    def _days_of(self, unit: Unit) -> tuple[Named, ...]:
        """From when the unit is what it is: its own validity, and that of the units it took over."""
        if unit.unit_code not in self._days:
            self._days[unit.unit_code] = tuple(_beginnings(unit, self.catalogue))
        return self._days[unit.unit_code]

    @cached_property
    def _declares(self) -> bool:
        return bool(self.catalogue.limits.history.breaks)

    @cached_property
    def _named(self) -> frozenset[str]:
        """The indicators some break is about alone."""
        return frozenset(code for known in self.catalogue.limits.history.breaks for code in known.indicators)

    def _declared(self, unit: Unit, code: str) -> list[DeclaredBreak]:
        return [
            known
            for known in self.catalogue.limits.history.breaks
            if (not known.tiers or unit.tier in known.tiers)
            and (not known.units or unit.unit_code in known.units)
            and (not known.indicators or code in known.indicators)
        ]


def _beginnings(unit: Unit, catalogue: Catalogue) -> list[Named]:
    merged = [catalogue.units[code] for code in unit.predecessors if code in catalogue.units]
    names = ", ".join(one.name for one in merged)
    days: list[Named] = []
    if unit.valid_from:
        how = f" từ việc sáp nhập {names}" if merged else ""
        days.append((unit.valid_from, f"{unit.name} thành lập ngày {unit.valid_from:%d/%m/%Y}{how}"))
    for one in merged:
        if one.valid_to:
            day = date.fromordinal(one.valid_to.toordinal() + 1)
            days.append((day, f"{unit.name} nhận sáp nhập {one.name} từ ngày {day:%d/%m/%Y}"))
    return days


def _say(known: DeclaredBreak) -> Named:
    return known.since, f"chuỗi số liệu gián đoạn từ ngày {known.since:%d/%m/%Y}: {known.label}"
