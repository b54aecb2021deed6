"""What was known of many units over many periods at one time, in few queries whatever their number."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from baocao.domain import CellStatus, FilledForm, Observation, Period
from baocao.store.database.opening import Database
from baocao.store.keys import FormKey, VintageKey, VintageStatus
from baocao.store.release_log import list_entries_of
from baocao.store.runs.contents import load_checked
from baocao.store.tables.content_rows import FilledFormRow, ObservationRow
from baocao.store.tables.rows import VintageRow

# Databases limit how many values one question may name.
AT_ONCE = 500


@dataclass(frozen=True)
class HistoryQuery:
    """Which units and periods, as known when.

    `release_kinds` are the kinds of log entries that release a vintage, `unlock_kind` takes it out of force again;
    `other_forms` are forms a unit owes beside the one asked about, which are no part of its history; `only` are the
    figures asked about, by default all.
    """

    unit_codes: Collection[str]
    periods: Collection[Period]
    as_of: datetime
    release_kinds: Collection[str]
    unlock_kind: str
    other_forms: Collection[str] = ()
    only: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class PastFigures:
    """What was known of one unit's period at some time: from which vintage, and its figures by indicator code."""

    key: VintageKey
    is_released: bool
    figures: Mapping[str, Observation]


@dataclass(frozen=True, slots=True)
class GivenForm:
    """The form a unit gave for a period as known at some time; `known_ats` are of all its whole vintages, in order."""

    key: VintageKey
    is_released: bool
    filled: FilledForm
    known_ats: tuple[datetime, ...]


class StoredHistories:
    """Of the whole vintages of a unit's period the released one counts, else the one learnt last."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def figures(self, asked: HistoryQuery) -> dict[str, dict[Period, PastFigures]]:
        """By unit and period; without the steps and payloads each figure came from."""
        with self._database.reading() as session:
            chosen = _choose(session, asked)
            known = _read_figures(session, [vintage.row.vintage_id for vintage in chosen], asked.only)
        found: dict[str, dict[Period, PastFigures]] = {}
        for one in chosen:
            past = PastFigures(one.key, one.is_released, known.get(one.row.vintage_id, {}))
            found.setdefault(one.key.unit_code, {})[one.key.period] = past
        return found

    def given_forms(self, asked: HistoryQuery) -> dict[VintageKey, GivenForm]:
        """Raise FormDamagedError where a form was changed."""
        with self._database.reading() as session:
            chosen = _choose(session, asked)
            forms = _read_forms(session, {one.row.vintage_id: one.key for one in chosen})
        return {
            one.key: GivenForm(one.key, one.is_released, forms[one.row.vintage_id], tuple(sorted(one.known_ats)))
            for one in chosen
        }


@dataclass(slots=True)
class _VintageChoice:
    """The vintage that counts, among those known."""

    key: VintageKey
    row: Row[*tuple[Any, ...]]
    is_released: bool
    known_ats: list[datetime]

    @property
    def rank(self) -> tuple[bool, datetime, int]:
        return self.is_released, self.row.known_at, self.row.number


def _choose(session: Session, asked: HistoryQuery) -> list[_VintageChoice]:
    released = _find_released(session, asked)
    found: dict[tuple[str, Period], _VintageChoice] = {}
    for row in _find_whole(session, asked):
        key = VintageKey(row.unit_code, row.form_code, Period.parse(row.period_code), row.number)
        one = _VintageChoice(key, row, key in released, [row.known_at])
        before = found.get((key.unit_code, key.period))
        if before is None:
            found[key.unit_code, key.period] = one
            continue
        best = max(before, one, key=lambda vintage: vintage.rank)
        best.known_ats = [*before.known_ats, row.known_at]
        found[key.unit_code, key.period] = best
    return list(found.values())


def _find_whole(session: Session, asked: HistoryQuery) -> Iterator[Row[*tuple[Any, ...]]]:
    columns = (VintageRow.vintage_id, VintageRow.unit_code, VintageRow.form_code, VintageRow.period_code)
    periods = [period.code for period in asked.periods]
    for codes in _in_blocks(sorted(asked.unit_codes)):
        yield from session.execute(
            select(*columns, VintageRow.number, VintageRow.known_at)
            .where(VintageRow.unit_code.in_(codes), VintageRow.period_code.in_(periods))
            .where(VintageRow.status == VintageStatus.WHOLE, VintageRow.known_at <= asked.as_of)
            .where(VintageRow.form_code.not_in(sorted(asked.other_forms)))
            .order_by(VintageRow.vintage_id)
        )


def _find_released(session: Session, asked: HistoryQuery) -> set[VintageKey]:
    """The vintages in force as released then: the last release of each form, unless it was unlocked since."""
    found: dict[FormKey, VintageKey] = {}
    periods = [period.code for period in asked.periods]
    for codes in _in_blocks(sorted(asked.unit_codes)):
        for entry in list_entries_of(session, codes, periods, (*asked.release_kinds, asked.unlock_kind)):
            key = entry.form_key
            if entry.at > asked.as_of:
                continue
            if entry.kind == asked.unlock_kind:
                found.pop(key, None)
            else:
                found[key] = VintageKey(key.unit_code, key.form_code, key.period, int(entry.content["vintage"]))
    return set(found.values())


def _read_figures(
    session: Session, vintage_ids: Sequence[int], only: Collection[str] | None
) -> dict[int, dict[str, Observation]]:
    found: dict[int, dict[str, Observation]] = {}
    of = ObservationRow
    columns = (of.vintage_id, of.indicator_code, of.unit_code, of.period_code, of.value, of.status, of.known_at)
    for block in _in_blocks(sorted(vintage_ids)):
        rows = select(*columns).where(of.vintage_id.in_(block)).order_by(of.vintage_id, of.position)
        if only is not None:
            rows = rows.where(of.indicator_code.in_(only))
        for vintage_id, code, unit, period, value, status, known_at in session.execute(rows):
            one = Observation(code, unit, Period.parse(period), value, CellStatus(status), known_at)
            found.setdefault(vintage_id, {})[code] = one
    return found


def _read_forms(session: Session, keys: Mapping[int, VintageKey]) -> dict[int, FilledForm]:
    found: dict[int, FilledForm] = {}
    for block in _in_blocks(sorted(keys)):
        for row in session.scalars(select(FilledFormRow).where(FilledFormRow.vintage_id.in_(block))):
            found[row.vintage_id] = load_checked(row, keys[row.vintage_id])
    return found


def _in_blocks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
