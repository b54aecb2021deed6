"""Figures typed in at the desk: entries that are only added, each upon the one its writer saw."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from baocao.domain import Period
from baocao.store.database.opening import Database
from baocao.store.database.statements import wait_in_line
from baocao.store.errors import FigureMovedError
from baocao.store.tables.desk_rows import TypedEntryRow
from baocao.typed_figures import TypedEntry

MOST_NAMED = 500
_SAME_NAMES = (
    "unit_code", "indicator_code", "revision", "based_on", "value", "given_by", "given_on", "evidence", "file_name",
    "file_sha256", "overrules", "account", "at",
)  # fmt: skip


class StoredTypedEntries:
    """The typed-in figures of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: TypedEntry) -> TypedEntry:
        """Add the next revision, provided that `based_on` is the last one (0 for none).

        The same again by the same person is the revision there is; other evidence for their own figure is the next
        one, whatever they saw. Raise FigureMovedError where somebody else was faster: the entry is then kept beside
        the revisions.
        """
        with self._database.writing() as session:
            wait_in_line(session, f"figure {entry.unit_code} {entry.period.code} {entry.indicator_code}")
            last = _find_last(session, entry)
            if last is not None and last.says_all_of(entry):
                return last
            number = last.revision or 0 if last else 0
            is_next = number == entry.based_on or (last is not None and last.has_figure_of(entry))
            kept = replace(entry, revision=number + 1 if is_next else None)
            session.add(_row(kept))
        if is_next:
            return kept
        raise FigureMovedError(entry, self.list_current(entry.unit_code, entry.period)[entry.indicator_code])

    def list_current(self, unit_code: str, period: Period) -> dict[str, TypedEntry]:
        """The last revision of every figure of a unit's period, by indicator; one taken back has no value."""
        with self._database.reading() as session:
            rows = session.scalars(_revisions(unit_code, period).order_by(TypedEntryRow.revision))
            return {row.indicator_code: _entry(row) for row in rows}

    def list_given(self, unit_codes: Collection[str], periods: Collection[Period]) -> dict[tuple[str, str], set[str]]:
        """By unit and period the indicators that have a figure: one question however many units there are."""
        of = TypedEntryRow
        rows = select(of.unit_code, of.period_code, of.indicator_code, of.value.is_(None))
        rows = rows.where(of.period_code.in_({period.code for period in periods}), of.revision.is_not(None))
        if len(unit_codes) <= MOST_NAMED:
            rows = rows.where(of.unit_code.in_(unit_codes))
        found: dict[tuple[str, str], set[str]] = {}
        with self._database.reading() as session:
            for unit_code, period_code, indicator_code, is_taken_back in session.execute(rows.order_by(of.revision)):
                if unit_code in unit_codes:
                    given = found.setdefault((unit_code, period_code), set())
                    (given.discard if is_taken_back else given.add)(indicator_code)
        return found

    def list_figures(self) -> tuple[tuple[str, str, str], ...]:
        """Every figure there is now, of all units and periods, as unit, period and indicator."""
        rows = select(TypedEntryRow).where(TypedEntryRow.revision.is_not(None)).order_by(TypedEntryRow.revision)
        found: dict[tuple[str, str, str], bool] = {}
        with self._database.reading() as session:
            for row in session.scalars(rows):
                found[row.unit_code, row.period_code, row.indicator_code] = row.value is not None
        return tuple(sorted(place for place, is_given in found.items() if is_given))

    def list_files(self) -> tuple[str, ...]:
        """The files that are evidence of a figure, by their sha256."""
        rows = select(TypedEntryRow.file_sha256).where(TypedEntryRow.file_sha256 != "").distinct()
        with self._database.reading() as session:
            return tuple(session.scalars(rows.order_by(TypedEntryRow.file_sha256)))

    def history(self, unit_code: str, period: Period, indicator_code: str) -> tuple[TypedEntry, ...]:
        """Everything anybody typed in for one figure, those too late as well, the first first."""
        rows = select(TypedEntryRow).where(
            TypedEntryRow.unit_code == unit_code,
            TypedEntryRow.period_code == period.code,
            TypedEntryRow.indicator_code == indicator_code,
        )
        with self._database.reading() as session:
            return tuple(_entry(row) for row in session.scalars(rows.order_by(TypedEntryRow.entry_id)))


def _revisions(unit_code: str, period: Period) -> Select[TypedEntryRow]:
    return select(TypedEntryRow).where(
        TypedEntryRow.unit_code == unit_code,
        TypedEntryRow.period_code == period.code,
        TypedEntryRow.revision.is_not(None),
    )


def _find_last(session: Session, entry: TypedEntry) -> TypedEntry | None:
    of_figure = _revisions(entry.unit_code, entry.period).where(TypedEntryRow.indicator_code == entry.indicator_code)
    row = session.scalar(of_figure.order_by(TypedEntryRow.revision.desc()).limit(1))
    return _entry(row) if row is not None else None


def _row(entry: TypedEntry) -> TypedEntryRow:
    return TypedEntryRow(period_code=entry.period.code, **{name: getattr(entry, name) for name in _SAME_NAMES})


def _entry(row: TypedEntryRow) -> TypedEntry:
    same = {name: getattr(row, name) for name in _SAME_NAMES}
    return TypedEntry(period=Period.parse(row.period_code), **same)
