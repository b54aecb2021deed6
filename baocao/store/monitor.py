"""What monitoring asks of the store: a handful of counts in one reading transaction, never a figure of a form."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from baocao.store.canonical import load_tagged
from baocao.store.database.opening import Database
from baocao.store.database.statements import read_clock
from baocao.store.keys import VintageStatus
from baocao.store.tables.content_rows import SourceFailureRow
from baocao.store.tables.incident_rows import IncidentRow, OutboxRow
from baocao.store.tables.rows import CollectionRow, LeaseRow, PayloadRow, VintageRow

RECENT_COLLECTIONS = 2000


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """One look at the store. `at` is its own clock; keys are codes: units, forms, sources, kinds of error.

    `successes` is when each form of each unit was last ready to sign; `collect_s` how long each source took of late.
    `waiting_letters` is when each message was queued that is not sent.
    """

    at: datetime
    successes: Mapping[tuple[str, str], datetime]
    vintages: Mapping[str, int]
    failures: Mapping[tuple[str, str], int]
    collect_s: Mapping[str, tuple[float, ...]]
    held_leases: int
    lapsed_leases: int
    payload_count: int
    payload_bytes: int
    open_incidents: Mapping[str, int]
    waiting_letters: tuple[datetime, ...]


class Monitor:
    """Counts of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self) -> StoreFigures:
        """Raise StoreUnavailableError where the database does not answer."""
        with self._database.reading() as session:
            at = read_clock(session)
            held, lapsed = _count_leases(session, at)
            payload_count, payload_bytes = session.execute(
                select(func.count(), func.coalesce(func.sum(PayloadRow.body_bytes), 0)).select_from(PayloadRow)
            ).one()
            return StoreFigures(
                at=at,
                successes=_find_successes(session),
                vintages=_count_vintages(session),
                failures=_count_failures(session),
                collect_s=_time_collections(session),
                held_leases=held,
                lapsed_leases=lapsed,
                payload_count=payload_count,
                payload_bytes=int(payload_bytes),
                open_incidents=_count_incidents(session),
                waiting_letters=_list_waiting(session),
            )


def _find_successes(session: Session) -> dict[tuple[str, str], datetime]:
    rows = session.execute(
        select(VintageRow.unit_code, VintageRow.form_code, func.max(VintageRow.known_at))
        .where(VintageRow.status == VintageStatus.WHOLE, VintageRow.exit_code == 0)
        .group_by(VintageRow.unit_code, VintageRow.form_code)
    )
    return {(unit_code, form_code): at for unit_code, form_code, at in rows if at is not None}


def _count_vintages(session: Session) -> dict[str, int]:
    rows = session.execute(select(VintageRow.status, func.count()).group_by(VintageRow.status))
    counted = {status: count for status, count in rows}  # noqa: C416 - rows, not pairs
    return {status.value: counted.get(status.value, 0) for status in VintageStatus}


def _count_failures(session: Session) -> dict[tuple[str, str], int]:
    key = (SourceFailureRow.source_code, SourceFailureRow.kind)
    rows = session.execute(select(*key, func.count()).group_by(*key))
    return {(source_code, kind): count for source_code, kind, count in rows}


def _time_collections(session: Session) -> dict[str, tuple[float, ...]]:
    rows = session.execute(
        select(CollectionRow.source_code, CollectionRow.started_at, CollectionRow.ended_at)
        .where(CollectionRow.failure.is_(None))
        .order_by(CollectionRow.collection_id.desc())
        .limit(RECENT_COLLECTIONS)
    )
    seconds: dict[str, list[float]] = defaultdict(list)
    for source_code, started_at, ended_at in rows:
        seconds[source_code].append((ended_at - started_at).total_seconds())
    return {source_code: tuple(each) for source_code, each in seconds.items()}


def _count_leases(session: Session, now: datetime) -> tuple[int, int]:
    """Those in force, and those whose holder died and that nobody has taken over."""
    ends = session.scalars(select(LeaseRow.expires_at).where(LeaseRow.holder.is_not(None))).all()
    held = sum(end > now for end in ends)
    return held, len(ends) - held


def _count_incidents(session: Session) -> dict[str, int]:
    bodies = session.scalars(select(IncidentRow.body).where(IncidentRow.recovered_at.is_(None)))
    return dict(Counter(str(load_tagged(body).get("severity", "")) for body in bodies))


def _list_waiting(session: Session) -> tuple[datetime, ...]:
    return tuple(
        session.scalars(select(OutboxRow.queued_at).where(OutboxRow.sent_at.is_(None), OutboxRow.set_aside.is_(None)))
    )
