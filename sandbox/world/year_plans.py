"""The plan behind "years" and "years:N": a province of N units over three years, with the merger of 01/7/2025.

- Periods: 2024-Q1 to 2026-Q4 and the half-years, nine months and years among them; 2023-Q4 lies before, to be carried
  over from. Legal windows (decree 09/2019), which are those of the administrative-reform regime too.
- Units: N - 2 communes and wards throughout (`don-vi-01` …), with a new official code from 01/7/2025; `xa` and `xa-gio`
  to 30/6/2025, with every dossier settled by then; from 01/7/2025 `xa-an-gio` in their place and the special zone
  `dac-khu`. N report at any time. 2025-Q3 begins before the merger: its first two weeks are with `xa` and `xa-gio`.
- Each quarter two to four dossiers of a unit are keyed in one to four weeks after the window's end: on the morning
  after they are unknown, a month later they are there. Not so where a unit ends within those weeks.
- The catalogue grows (`ADDED`) and one procedure changes its level on 20/10/2025, so that a stock asked for late is not
  that of the cut-off.
- 60 to 150 dossiers a unit and quarter, more of them online from year to year.

"quiet:N" is the same province in which nothing happens by itself: every record is keyed on its day but those of
`don-vi-01` in 2025-Q2, and volumes hardly change. What goes wrong there is what somebody has planted.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sandbox.world.ledger import LedgerUnit, Level
from sandbox.world.periods import ZONE, window
from sandbox.world.plans import CataloguePlan, DataSetPlan, DocumentPlan, LevelFlow, PeriodPlan, UnitPlan
from sandbox.world.units import DAC_KHU, merging_units, steady_unit

FEWEST_UNITS, MOST_UNITS = 3, 32
ADDED = (
    (date(2024, 5, 6), Level.FULL),
    (date(2024, 11, 11), Level.PARTIAL),
    (date(2025, 8, 4), Level.FULL),
    (date(2026, 2, 9), Level.FULL),
    (date(2026, 9, 21), Level.PARTIAL),
)
_CHANGES_ON = date(2025, 10, 20)
_LATE_IN_QUIET = ("don-vi-01", "2025-Q2")
_YEARS = (2024, 2025, 2026)
_QUARTERS = ("2023-Q4", *(f"{year}-Q{quarter}" for year in _YEARS for quarter in (1, 2, 3, 4)))
_CUMULATIVE = tuple(f"{year}{part}" for year in _YEARS for part in ("-H1", "-9M", "-H2", ""))
_CATALOGUE = CataloguePlan(
    offered={Level.FULL: 14, Level.PARTIAL: 8, Level.INFORMATION: 3},
    fee=20,
    payment_national=14,
    payment_provincial=3,
    published_online=24,
    free_with_payment=1,
    changes_on=_CHANGES_ON,
    added=ADDED,
)


def plan_years(name: str, units: int, *, quiet: bool = False) -> DataSetPlan:
    """So many units at any time; see the module."""
    first, second, merged = merging_units()
    reporting = [steady_unit(number) for number in range(1, units - 1)]
    reporting += [first, second, merged, DAC_KHU]
    return DataSetPlan(
        name,
        datetime(2026, 12, 15, 7, tzinfo=ZONE),
        "2026-Q4",
        _CATALOGUE,
        tuple(_plan_unit(unit, place, quiet=quiet) for place, unit in enumerate(reporting)),
        period_codes=(*_QUARTERS[1:], *_CUMULATIVE),
        both_eras=True,
    )


def _plan_unit(unit: LedgerUnit, place: int, *, quiet: bool) -> UnitPlan:
    periods: list[PeriodPlan] = []
    carried = 0
    for number, code in enumerate(_QUARTERS):
        first_on, last_on = window(code)
        days = max(first_on, unit.valid_from), min(last_on, unit.valid_to or date.max)
        if days[0] <= days[1]:
            stretch = _plan_stretch(unit, days, (place, number), carried, quiet=quiet)
            if quiet and (unit.code, code) != _LATE_IN_QUIET:
                stretch = replace(stretch, entered_weeks_later=0)
            periods.append(stretch)
            carried = periods[-1].carry(carried)
    return UnitPlan(unit, tuple(periods))


def _plan_stretch(
    unit: LedgerUnit, days: tuple[date, date], place: tuple[int, int], carried: int, *, quiet: bool
) -> PeriodPlan:
    """All that was carried over is settled within the stretch; of what it brings, so much is left."""
    is_last = days[1] == unit.valid_to
    is_newest = days[1] == window(_QUARTERS[-1])[1]
    usual = 100 + (7 * place[0] + 5 * place[1]) % 20 if quiet else 60 + (17 * place[0] + 11 * place[1]) % 90
    received = 16 + place[0] % 5 if is_last else usual
    withdrawn = received // 40
    return PeriodPlan(
        *days,
        flows=_plan_flows(received, days, place[1], late=int(is_newest)),
        documents=DocumentPlan(received // 3, received // 3 - (place[0] + place[1]) % 4, 2, received // 2),
        resolved=received - withdrawn if is_last else received * 4 // 5,
        withdrawn=withdrawn,
        carried_resolved=carried - carried // 10,
        carried_withdrawn=carried // 10,
        entered_weeks_later=0 if is_newest or _ends_soon(unit, days[1]) else 2 + sum(place) % 3,
        registered=2,
        refused=1,
        information=1,
    )


def _ends_soon(unit: LedgerUnit, day: date) -> bool:
    return unit.valid_to is not None and unit.valid_to - day < timedelta(weeks=4)


def _plan_flows(received: int, days: tuple[date, date], quarter: int, late: int) -> tuple[LevelFlow, LevelFlow]:
    full = received * 13 // 20
    partial = received - full
    return (
        _plan_flow(Level.FULL, full, full * (45 + 3 * quarter) // 100, 11, late, changing=days[1] >= _CHANGES_ON),
        _plan_flow(
            Level.PARTIAL,
            partial,
            partial * (25 + 2 * quarter) // 100,
            6,
            late,
            changing=days[0] < _CHANGES_ON - timedelta(days=1),
        ),
    )


def _plan_flow(level: Level, total: int, online: int, most: int, late: int, *, changing: bool) -> LevelFlow:
    with_online = min(most - 2, online)
    return LevelFlow(
        level,
        total,
        online,
        with_dossier=min(most, with_online + total - online),
        with_online=with_online,
        changing=changing and with_online > 0,
        postal=(total - online) // 12,
        channel_missing=(total - online) // 15,
        late=late,
    )
