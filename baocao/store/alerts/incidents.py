"""Incidents in the store: an incident never changes without the messages about the change, nor they without it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from baocao.hints import hint
from baocao.incidents import EventKind, Incident, IncidentChange, IncidentEvent, Message
from baocao.mishaps import Mishap, attempt, attempt_each
from baocao.store.alerts.outbox import lock_head, queue_messages
from baocao.store.database.opening import Database
from baocao.store.database.statements import read_clock
from baocao.store.errors import DamagedError, NotInStoreError
from baocao.store.serial.incidents import dump_incident, load_incident
from baocao.store.tables.incident_rows import IncidentEventRow, IncidentHeadRow, IncidentRow

Decide = Callable[[tuple[Incident, ...]], Iterable[IncidentChange]]
Compose = Callable[[Sequence[IncidentChange]], Iterable[Message]]


class StoredIncidents:
    """The incidents of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def change(self, decide: Decide, compose: Compose) -> tuple[IncidentChange, ...]:
        """Decide from the open incidents what changes, compose the messages about it, keep both in one transaction.

        Nobody else changes incidents meanwhile. Both functions are pure and may take no long time.
        """
        with self._database.writing() as session:
            head = lock_head(session)
            _set_unreadable_aside(session)
            changes = tuple(_keep(session, head, change) for change in decide(read_open(session)))
            queue_messages(session, compose(changes))
            return changes

    def open(self) -> tuple[Incident, ...]:
        """Those that have not recovered, the first first."""
        with self._database.reading() as session:
            return read_open(session)

    def all(self) -> tuple[Incident, ...]:
        """Those of all times, the first first."""
        with self._database.reading() as session:
            rows = session.scalars(select(IncidentRow).order_by(IncidentRow.number))
            return tuple(_readable(rows))

    def list_unreadable(self) -> tuple[int, ...]:
        """The numbers of those that cannot be read, or could not when they were set aside."""
        with self._database.reading() as session:
            return list_unreadable(session)

    def find(self, number: int) -> Incident:
        """Raise NotInStoreError where there is none of that number, DamagedError where it cannot be read."""
        with self._database.reading() as session:
            row = session.get(IncidentRow, number)
            if row is None:
                raise NotInStoreError(f"không có sự cố số {number}; xem: {hint('incidents list', all=True)}")
            found = attempt(lambda: load_incident(row.body, number))
            if isinstance(found, Mishap):
                raise DamagedError(f"sự cố {number}: dòng trong cơ sở dữ liệu không đọc được; đối chiếu bản sao lưu")
            return found

    def history(self, number: int) -> tuple[IncidentEvent, ...]:
        """What happened to an incident, in order."""
        with self._database.reading() as session:
            rows = select(IncidentEventRow).where(IncidentEventRow.number == number)
            found = session.scalars(rows.order_by(IncidentEventRow.position))
            return tuple(IncidentEvent(EventKind(row.kind), row.at, row.detail, row.by) for row in found)


def read_open(session: Session) -> tuple[Incident, ...]:
    rows = select(IncidentRow).where(IncidentRow.recovered_at.is_(None)).order_by(IncidentRow.number)
    return tuple(_readable(session.scalars(rows)))


def list_unreadable(session: Session) -> tuple[int, ...]:
    """Of the open ones and of those set aside: the rest is not looked at."""
    aside = session.scalars(select(IncidentEventRow.number).where(IncidentEventRow.kind == EventKind.SET_ASIDE))
    return tuple(sorted({*aside, *(row.number for row in _unreadable(session))}))


def _readable(rows: Iterable[IncidentRow]) -> Iterator[Incident]:
    """One damaged row keeps nobody from the others."""
    return attempt_each(rows, lambda row: (load_incident(row.body, row.number),), lambda row: str(row.number), [])


def _unreadable(session: Session) -> list[IncidentRow]:
    rows = session.scalars(select(IncidentRow).where(IncidentRow.recovered_at.is_(None)).order_by(IncidentRow.number))
    loaded = ((row, attempt(lambda row=row: load_incident(row.body, row.number))) for row in rows)  # type: ignore[misc]
    return [row for row, found in loaded if isinstance(found, Mishap)]


def _set_unreadable_aside(session: Session) -> None:
    """A row that cannot be read counts as open no more, so that its trouble, if it lasts, is told as a new incident."""
    for row in _unreadable(session):
        row.recovered_at = at = read_clock(session)
        session.flush()
        _append(session, row.number, IncidentEvent(EventKind.SET_ASIDE, at, "dòng trong cơ sở dữ liệu không đọc được"))


def _keep(session: Session, head: IncidentHeadRow, change: IncidentChange) -> IncidentChange:
    """Write one change; a new incident gets the next number."""
    incident = change.incident
    row = session.get(IncidentRow, incident.number) if incident.number else None
    if row is None:
        head.last_number += 1
        incident = replace(incident, number=head.last_number)
        row = IncidentRow(number=incident.number, fingerprint=incident.fingerprint, opened_at=incident.opened_at)
        session.add(row)
    row.recovered_at, row.body = incident.recovered_at, dump_incident(incident)
    session.flush()
    if change.event is not None:
        _append(session, incident.number, change.event)
    return replace(change, incident=incident)


def _append(session: Session, number: int, event: IncidentEvent) -> None:
    last = session.scalar(select(func.max(IncidentEventRow.position)).where(IncidentEventRow.number == number))
    row = IncidentEventRow(
        number=number, position=(last or 0) + 1, kind=event.kind, at=event.at, by=event.by, detail=event.detail_vi
    )
    session.add(row)
    session.flush()
