"""Looking at a database without changing it: nothing is made, migrated or mended."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from baocao.incidents import EventKind
from baocao.private_files import is_open_to_others
from baocao.store.database.addresses import is_sqlite, parse_address, print_address
from baocao.store.database.engines import make_engine, refuse_other_encoding
from baocao.store.database.schema import list_revisions, read_schema
from baocao.store.database.statements import read_clock
from baocao.store.database.trouble import explain_database_error
from baocao.store.errors import StoreUnavailableError
from baocao.store.tables.incident_rows import IncidentEventRow, OutboxRow

REFUSED_OF_LATE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DatabaseInspection:
    """How a database was found. `found` is its schema's version, `known` the code's; `pending` migrations in order.

    `exists` is False for an SQLite file that the first run will make. `clock_ahead_s` is how far its clock is before
    ours. `is_newer` where a later baocao has been there. `undelivered` is why messages could not be sent to all,
    `unreadable` the incidents set aside because their rows could not be read.
    """

    name: str
    kind: str
    exists: bool
    found: str | None = None
    known: str | None = None
    pending: tuple[str, ...] = ()
    is_newer: bool = False
    clock_ahead_s: float = 0.0
    open_to_others: bool = False
    undelivered: tuple[str, ...] = ()
    unreadable: tuple[int, ...] = ()

    @property
    def is_current(self) -> bool:
        return self.found is not None and self.found == self.known


def inspect_database(url: str) -> DatabaseInspection:
    """Raise ConfigError where the address is of no use, StoreUnavailableError where the database does not answer."""
    address = parse_address(url)
    name, kind = print_address(address), address.get_backend_name()
    file = Path(str(address.database)) if is_sqlite(address) else None
    if file is not None and not file.exists():
        return DatabaseInspection(name, kind, exists=False)
    engine = make_engine(address)
    try:
        refuse_other_encoding(engine)
        with Session(engine) as session:
            ahead_s = (read_clock(session) - datetime.now(UTC)).total_seconds()
            found, known, pending, is_newer = _read_schema(session.connection())
            undelivered = _list_undelivered(session) if found == known else ()
            unreadable = _list_unreadable(session) if found == known else ()
    except DBAPIError as error:
        raise StoreUnavailableError(f"{name}: không mở được: {explain_database_error(error.orig)}") from error
    finally:
        engine.dispose()
    opened = file is not None and is_open_to_others(file)
    return DatabaseInspection(
        name, kind, True, found, known, pending, is_newer, ahead_s, opened, undelivered, unreadable
    )


def _read_schema(connection: Connection) -> tuple[str | None, str | None, tuple[str, ...], bool]:
    found, known = read_schema(connection), list_revisions()
    if found is not None and found not in known:
        return found, known[-1], (), True
    done = known.index(found) + 1 if found else 0
    return found, known[-1], known[done:], False


def _list_unreadable(session: Session) -> tuple[int, ...]:
    numbers = select(IncidentEventRow.number).where(IncidentEventRow.kind == EventKind.SET_ASIDE).distinct()
    return tuple(session.scalars(numbers.order_by(IncidentEventRow.number)))


def _list_undelivered(session: Session) -> tuple[str, ...]:
    """One reason for each message set aside, and for each sent of late that a recipient refused for good."""
    since = read_clock(session) - REFUSED_OF_LATE
    of_late = (OutboxRow.sent_at >= since) & (OutboxRow.sent_by != "")
    is_named = or_(OutboxRow.sent_at.is_(None), of_late)
    rows = select(OutboxRow.set_aside).where(OutboxRow.set_aside.is_not(None), is_named)
    return tuple(reason for reason in session.scalars(rows) if reason is not None)
