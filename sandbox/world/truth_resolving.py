"""The true figures of how dossiers are settled, whatever their service level: a plain pass over the ledger's dossiers.

Against the appointment, by days in Viet Nam: settled on an earlier day is early, on that day on time, on a later one
overdue; unsettled at the period's end it is overdue where that day is before the period's last, else not due; without
an appointment it is neither. Settled are done and returned ones, by the day they ended; withdrawn and stopped ones are
apart. Working days are Monday to Friday but for the days off announced, and Saturdays worked in exchange.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from statistics import median

from sandbox.world.data_sets import DataSet
from sandbox.world.data_sets import data_set as find_data_set
from sandbox.world.ledger import Channel, Dossier, Status
from sandbox.world.periods import local_day, window

Days = tuple[date, date]
_RESOLVED, _WITHDRAWN = (Status.DONE, Status.RETURNED), (Status.WITHDRAWN, Status.STOPPED)
_UNCOUNTED = (Status.REGISTERED, Status.REFUSED)
NAMES = (
    "received", "received_online", "received_direct", "carried_over", "resolved", "resolved_early", "resolved_on_time",
    "resolved_overdue", "resolved_no_appointment", "withdrawn", "pending", "pending_not_due", "pending_overdue",
    "pending_no_appointment",
)  # fmt: skip
_IN_II_06A = {
    "ii_06a_resolved_on_time": ("resolved_on_time", "resolved_no_appointment"),
    "ii_06a_pending_in_time": ("pending_not_due", "pending_no_appointment"),
}
"""Its columns 9 and 12 take in what nobody promised a day for: no day was missed."""
_OFF = {
    2023: "01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04",
    2024: "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03",
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
}
_WORKED = {date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}
_SATURDAY = 5


def count_resolving(chosen: DataSet, units: tuple[str, ...], days: Days, now: int) -> dict[str, int]:
    """Every figure `all_…_count` over some units."""
    counted = Counter(name for one in _known(chosen, units, now) for name in _names_of(one, days, now))
    in_form = {f"{name}_count": sum(counted[part] for part in parts) for name, parts in _IN_II_06A.items()}
    return {f"all_{name}_count": counted[name] for name in NAMES} | in_form


def true_field_figures(data_set: str, unit_code: str, period_code: str) -> dict[str, dict[str, int]]:
    """The same of one unit by the name of the procedure's field; of a field without any dossier nothing."""
    chosen, days = find_data_set(data_set), window(period_code)
    now = int(chosen.now.timestamp())
    fields: dict[str, Counter[str]] = {}
    for one in _known(chosen, (unit_code,), now):
        for name in _names_of(one, days, now):
            fields.setdefault(one.procedure.sector, Counter())[f"all_{name}_count"] += 1
    return {field: dict(counted) for field, counted in sorted(fields.items())}


def true_days(data_set: str, unit_code: str, period_code: str) -> dict[str, Decimal | None]:
    """Mean (two places, half-up) and median of the working days the settled ones took."""
    chosen, days = find_data_set(data_set), window(period_code)
    now = int(chosen.now.timestamp())
    took = sorted(
        _working_days(local_day(one.received_at), ended_on)
        for one in _known(chosen, (unit_code,), now)
        if one.status_at(now) in _RESOLVED
        if (ended_on := _ended_on(one, now)) is not None and days[0] <= ended_on <= days[1]
    )
    if not took:
        return {"all_resolved_days_mean": None, "all_resolved_days_median": None}
    mean = (Decimal(sum(took)) / len(took)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return {"all_resolved_days_mean": mean, "all_resolved_days_median": Decimal(str(median(took)))}


def _known(chosen: DataSet, units: Iterable[str], now: int) -> Iterator[Dossier]:
    for one in chain.from_iterable(chosen.ledger.dossiers[code] for code in units):
        if one.entered_at <= now and one.status_at(now) not in _UNCOUNTED:
            yield one


def _ended_on(one: Dossier, now: int) -> date | None:
    is_over = one.finished_at is not None and one.status_at(now) in _RESOLVED + _WITHDRAWN
    return local_day(one.finished_at) if is_over and one.finished_at is not None else None


def _names_of(one: Dossier, days: Days, now: int) -> Iterator[str]:
    """The figures one dossier is counted in."""
    received_on, ended_on, status = local_day(one.received_at), _ended_on(one, now), one.status_at(now)
    due_on = None if one.appointment_at is None else local_day(one.appointment_at)
    if days[0] <= received_on <= days[1]:
        yield from ("received", "received_online" if one.channel is Channel.ONLINE else "received_direct")
    if received_on < days[0] and (ended_on is None or ended_on >= days[0]):
        yield "carried_over"
    if received_on <= days[1] and (ended_on is None or ended_on > days[1]):
        late = "overdue" if due_on is not None and due_on < days[1] else "not_due"
        yield from ("pending", "pending_no_appointment" if due_on is None else f"pending_{late}")
    if ended_on is not None and days[0] <= ended_on <= days[1]:
        yield from _ended_as(status, ended_on, due_on)


def _ended_as(status: Status, ended_on: date, due_on: date | None) -> Iterator[str]:
    if status in _WITHDRAWN:
        yield "withdrawn"
        return
    yield "resolved"
    if due_on is None:
        yield "resolved_no_appointment"
    elif ended_on == due_on:
        yield "resolved_on_time"
    else:
        yield "resolved_early" if ended_on < due_on else "resolved_overdue"


def _working_days(first: date, last: date) -> int:
    """Those after the first day, up to the last and with it."""
    return sum(_is_worked(first + timedelta(days=number)) for number in range(1, (last - first).days + 1))


def _is_worked(day: date) -> bool:
    if day.weekday() >= _SATURDAY:
        return day in _WORKED
    return f"{day:%m-%d}" not in _OFF[day.year].split()
