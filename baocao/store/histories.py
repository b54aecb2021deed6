"""The figures of many units over many periods, as known at one time, in few queries whatever their number."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from baocao.domain import CellStatus, Observation, Period
from baocao.store.content_rows import ObservationRow
from baocao.store.keys import FormKey, PastFigures, VintageKey, VintageStatus
from baocao.store.release_log import list_entries_of
from baocao.store.rows import VintageRow

# Databases limit how many values one question may name.
AT_ONCE = 500
Histories = dict[str, dict[Period, PastFigures]]


def read_histories(
    session: Session,
    unit_codes: Collection[str],
    periods: Collection[Period],
    as_of: datetime,
    release_kinds: Collection[str],
) -> Histories:
    """By unit and period: of the whole vintages known at `as_of` the released one, else the one learnt last."""
    released = _find_released(session, unit_codes, periods, as_of, release_kinds)
    chosen: dict[tuple[str, str], Row[Any]] = {}
    for row in _find_whole(session, unit_codes, periods, as_of):
        at = (row.unit_code, row.period_code)
        if at not in chosen or _rank(row, released) > _rank(chosen[at], released):
            chosen[at] = row
    figures = _read_figures(session, [row.vintage_id for row in chosen.values()])
    found: Histories = {}
    for row in chosen.values():
        key, known = _key(row), figures.get(row.vintage_id, {})
        found.setdefault(key.unit_code, {})[key.period] = PastFigures(key, key in released, known)
    return found


def _find_whole(
    session: Session, unit_codes: Collection[str], periods: Collection[Period], as_of: datetime
) -> Iterator[Row[Any]]:
    columns = (VintageRow.vintage_id, VintageRow.unit_code, VintageRow.form_code, VintageRow.period_code)
    for codes in _in_blocks(sorted(unit_codes)):
        yield from session.execute(
            select(*columns, VintageRow.number, VintageRow.known_at)
            .where(VintageRow.unit_code.in_(codes), VintageRow.period_code.in_([period.code for period in periods]))
            .where(VintageRow.status == VintageStatus.CHECKED, VintageRow.known_at <= as_of)
            .order_by(VintageRow.vintage_id)
        )


def _find_released(
    session: Session,
    unit_codes: Collection[str],
    periods: Collection[Period],
    as_of: datetime,
    release_kinds: Collection[str],
) -> set[VintageKey]:
    """The vintages in force as released then; a restatement takes the place of what was released before."""
    found: dict[FormKey, VintageKey] = {}
    for codes in _in_blocks(sorted(unit_codes)):
        for entry in list_entries_of(session, codes, [period.code for period in periods], release_kinds):
            if entry.at <= as_of:
                key = entry.form_key
                found[key] = VintageKey(key.unit_code, key.form_code, key.period, int(entry.content["vintage"]))
    return set(found.values())


def _rank(row: Row[Any], released: set[VintageKey]) -> tuple[bool, datetime, int]:
    return _key(row) in released, row.known_at, row.number


def _key(row: Row[Any]) -> VintageKey:
    return VintageKey(row.unit_code, row.form_code, Period.parse(row.period_code), row.number)


def _read_figures(session: Session, vintage_ids: Sequence[int]) -> dict[int, dict[str, Observation]]:
    """The figures of the vintages by indicator code, without what each was counted from."""
    found: dict[int, dict[str, Observation]] = {}
    of = ObservationRow
    columns = (of.vintage_id, of.indicator_code, of.unit_code, of.period_code, of.value, of.status, of.known_at)
    for block in _in_blocks(sorted(vintage_ids)):
        rows = session.execute(select(*columns).where(of.vintage_id.in_(block)).order_by(of.vintage_id, of.position))
        for vintage_id, code, unit, period, value, status, known_at in rows:
            one = Observation(code, unit, Period.parse(period), value, CellStatus(status), known_at)
            found.setdefault(vintage_id, {})[code] = one
    return found


def _in_blocks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
