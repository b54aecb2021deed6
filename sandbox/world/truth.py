"""The true figures: a plain pass over the ledger's own objects, checked against the plan it was generated from.

A dossier counts in a period when
- it was received (accepted, or applied where acceptance was not noted) on a day of the window in Viet Nam;
- its status at `now` is neither registered nor refused;
- it was entered in the system at or before `now`;
- its level at submission is one of the online levels.
A missing channel is "in person". Postal dossiers are in the total and are not online. Withdrawn and stopped ones
count as received.
Carried over: received before the window and not finished before it. Pending: received up to the window's end and not
finished by it. Resolved and withdrawn: finished within the window, by their ending. Hence
carried over + received = resolved + withdrawn + pending.
Procedures are distinct by national code. Stocks of the catalogue are those at `now`, which is all the systems can
still tell, or those at the window's last day with `stocks_at_cut_off`. Levels of one era are 0 in the other.
A document counts by the day it was issued, when it is outgoing, not confidential and issued at or before `now`;
it is electronic when it left wholly electronically and signed.
How dossiers of every level are settled (`all_…`) is in `truth_resolving`.
With predecessors, what was received by the units that merged into this one counts as its own.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import chain

from sandbox.world.data_sets import DataSet
from sandbox.world.data_sets import data_set as find_data_set
from sandbox.world.ledger import Channel, Dossier, Level, Payment, Procedure, SendingForm, Status
from sandbox.world.periods import local_day, window
from sandbox.world.planned import planned_figures
from sandbox.world.truth_forms import true_cells_from
from sandbox.world.truth_resolving import count_resolving
from sandbox.world.typed import typed_figures

_ONLINE_LEVELS = frozenset({Level.FULL, Level.PARTIAL, Level.LEVEL_3, Level.LEVEL_4})
_UNCOUNTED = frozenset({Status.REGISTERED, Status.REFUSED})
_ENDINGS = {
    Status.DONE: "resolved",
    Status.RETURNED: "resolved",
    Status.WITHDRAWN: "withdrawn",
    Status.STOPPED: "withdrawn",
}
Days = tuple[date, date]


class TruthError(AssertionError):
    """The generated rows do not carry the figures that were planned: a fault of the sandbox itself."""


def true_figures(
    data_set: str,
    unit_code: str,
    period_code: str,
    now: datetime | None = None,
    *,
    stocks_at_cut_off: bool = False,
    with_predecessors: bool = False,
) -> dict[str, Decimal | None]:
    """Every counted indicator of a unit and period, as it can be known at `now` (the data set's own by default)."""
    chosen = find_data_set(data_set)
    if unit_code not in chosen.unit_codes:
        raise LookupError(f"no unit {unit_code!r} in {data_set!r}; there are: {', '.join(chosen.unit_codes)}")
    units = (unit_code, *(chosen.unit(unit_code).predecessors if with_predecessors else ()))
    return dict(_figures(data_set, units, period_code, now or chosen.now, stocks_at_cut_off))


@lru_cache(maxsize=512)
def _figures(
    name: str, units: tuple[str, ...], period_code: str, now: datetime, at_cut_off: bool
) -> dict[str, Decimal | None]:
    chosen = find_data_set(name)
    days = window(period_code)
    stock_on = min(days[1], local_day(int(now.timestamp()))) if at_cut_off else local_day(int(now.timestamp()))
    counted = _count(units, chosen, days, int(now.timestamp()), stock_on)
    if now == chosen.now and not at_cut_off and len(units) == 1:
        _compare(counted, planned_figures(chosen.plan, units[0], period_code), f"{name} {units[0]} {period_code}")
    return {code: Decimal(value) for code, value in sorted(counted.items())}


def true_province_figures(data_set: str, period_code: str, now: datetime | None = None) -> dict[str, Decimal]:
    """Every counted indicator over all reporting units together: records added up, procedures told apart once."""
    chosen = find_data_set(data_set)
    at = int((now or chosen.now).timestamp())
    counted = _count(chosen.unit_codes, chosen, window(period_code), at, local_day(at))
    return {code: Decimal(value) for code, value in sorted(counted.items())}


def _count(units: tuple[str, ...], chosen: DataSet, days: Days, now: int, stock_on: date) -> dict[str, int]:
    return (
        _count_dossiers(chosen, units, days, now)
        | count_resolving(chosen, units, days, now)
        | _count_documents(chosen, units, days, now)
        | _count_procedures(chosen, stock_on)
    )


def _compare(counted: dict[str, int], planned: dict[str, int] | None, where: str) -> None:
    wrong = {code: (value, counted[code]) for code, value in (planned or {}).items() if value != counted[code]}
    if wrong:
        raise TruthError(f"{where}: (planned, generated) differ: {wrong}")


def _visible(chosen: DataSet, units: tuple[str, ...], now: int) -> Iterator[tuple[Dossier, Status]]:
    for dossier in chain.from_iterable(chosen.ledger.dossiers[code] for code in units):
        if dossier.entered_at <= now and dossier.level in _ONLINE_LEVELS:
            status = dossier.status_at(now)
            if status not in _UNCOUNTED:
                yield dossier, status


def _count_dossiers(chosen: DataSet, units: tuple[str, ...], days: Days, now: int) -> dict[str, int]:
    received: Counter[tuple[Level, Channel]] = Counter()
    stock: Counter[str] = Counter()
    codes: dict[tuple[Level, bool], set[str]] = {}
    for dossier, status in _visible(chosen, units, now):
        received_on = local_day(dossier.received_at)
        if received_on > days[1]:
            continue
        ended_on = _ended_on(dossier, status)
        stock.update(_stocks(received_on, ended_on, status, days))
        if received_on >= days[0]:
            channel = dossier.channel or Channel.IN_PERSON
            received[dossier.level, channel] += 1
            codes.setdefault((dossier.level, channel is Channel.ONLINE), set()).add(dossier.procedure.code)
    stocks = ("carried_over", "resolved", "withdrawn", "pending")
    figures = {f"dossiers_{name}_count": stock[name] for name in stocks}
    return figures | _sum_received(received) | _sum_codes(codes, _older_levels(chosen))


def _ended_on(dossier: Dossier, status: Status) -> date | None:
    return local_day(dossier.finished_at) if dossier.finished_at is not None and status in _ENDINGS else None


def _stocks(received_on: date, ended_on: date | None, status: Status, days: Days) -> Iterator[str]:
    if received_on < days[0] and (ended_on is None or ended_on >= days[0]):
        yield "carried_over"
    if ended_on is None or ended_on > days[1]:
        yield "pending"
    elif ended_on >= days[0]:
        yield _ENDINGS[status]


def _sum_received(received: Counter[tuple[Level, Channel]]) -> dict[str, int]:
    figures = {
        "dossiers_received_count": received.total(),
        "dossiers_online_count": sum(n for (_, c), n in received.items() if c is Channel.ONLINE),
        "dossiers_in_person_count": sum(n for (_, c), n in received.items() if c is Channel.IN_PERSON),
        "dossiers_postal_count": sum(n for (_, c), n in received.items() if c is Channel.POSTAL),
    }
    for level, word in ((Level.FULL, "full"), (Level.PARTIAL, "partial")):
        figures[f"dossiers_{word}_count"] = sum(n for (at, _), n in received.items() if at is level)
        figures[f"dossiers_{word}_online_count"] = received[level, Channel.ONLINE]
    return figures


def _sum_codes(codes: dict[tuple[Level, bool], set[str]], older: dict[str, Level]) -> dict[str, int]:
    online = codes.get((Level.FULL, True), set()) | codes.get((Level.PARTIAL, True), set())
    other = codes.get((Level.FULL, False), set()) | codes.get((Level.PARTIAL, False), set())
    return {
        "procedures_with_dossier_count": len(online | other),
        "procedures_with_online_dossier_count": len(online),
        "procedures_level_3_online_dossier_count": len(codes.get((older["level_3"], True), ())),
        "procedures_level_4_online_dossier_count": len(codes.get((older["level_4"], True), ())),
    }


def _count_documents(chosen: DataSet, units: tuple[str, ...], days: Days, now: int) -> dict[str, int]:
    outgoing = [
        document
        for document in chain.from_iterable(chosen.ledger.documents[code] for code in units)
        if document.outgoing
        and document.secrecy == "Thường"
        and document.issued_at <= now
        and days[0] <= document.issued_on <= days[1]
    ]
    electronic = [d for d in outgoing if d.sending is SendingForm.ELECTRONIC and d.signed]
    return {"documents_outgoing_count": len(outgoing), "documents_electronic_count": len(electronic)}


def _count_procedures(chosen: DataSet, on: date) -> dict[str, int]:
    procedures = [procedure for procedure in chosen.ledger.procedures if procedure.is_listed(on)]
    with_fee = [p for p in procedures if p.has_fee]
    figures = {
        "procedures_fee_count": len(with_fee),
        "procedures_payment_national_count": sum(p.payment is Payment.NATIONAL for p in with_fee),
        "procedures_payment_any_count": sum(p.payment is not Payment.NONE for p in with_fee),
        "procedures_online_count": sum(p.level_on(on) in _ONLINE_LEVELS for p in procedures),
        "procedures_published_national_count": sum(
            p.published and p.level_on(on) in _ONLINE_LEVELS for p in procedures
        ),
    }
    for word, level in ({"full": Level.FULL} | _older_levels(chosen)).items():
        figures[f"procedures_{word}_count"] = sum(p.level_on(on) is level for p in procedures)
        figures[f"procedures_{word}_eligible_count"] = sum(_is_eligible(p, level, on) for p in procedures)
    figures["procedures_level_3_eligible_count"] = sum(_is_below_4(p, chosen, on) for p in procedures)
    return figures


def _is_below_4(procedure: Procedure, chosen: DataSet, on: date) -> bool:
    """Eligible for level 3 or 4 and not offered at 4: one eligible for 4 meets what 3 asks for."""
    third, fourth = _older_levels(chosen).values()
    eligible = _is_eligible(procedure, third, on) or _is_eligible(procedure, fourth, on)
    return eligible and procedure.level_on(on) is not fourth


def _older_levels(chosen: DataSet) -> dict[str, Level]:
    """What the older form's levels are in this data set."""
    if chosen.plan.both_eras:
        return {"level_3": Level.PARTIAL, "level_4": Level.FULL}
    return {"level_3": Level.LEVEL_3, "level_4": Level.LEVEL_4}


def _is_eligible(procedure: Procedure, level: Level, on: date) -> bool:
    """A procedure whose level was raised was eligible for the new one only from then on."""
    is_raised_later = len(procedure.levels) > 1 and procedure.level_on(on) is not procedure.eligible
    return procedure.level_on(on) is level if is_raised_later else procedure.eligible is level


def true_cells(
    data_set: str, unit_code: str, form_code: str, period_code: str, now: datetime | None = None
) -> dict[str, str]:
    """What each row of a form must show, by printed number; see `truth_forms`."""
    typed = {code: Decimal(value) for code, value in typed_figures(data_set, unit_code, period_code).items()}
    return true_cells_from(true_figures(data_set, unit_code, period_code, now) | typed, form_code)
