"""Why messages were not sent, or not to all: for those who look at the installation every minute."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from baocao.store.database.statements import read_clock
from baocao.store.tables.incident_rows import OutboxRow

REFUSED_OF_LATE = timedelta(days=7)


def list_undelivered(session: Session) -> tuple[str, ...]:
    """One reason for each message set aside, and for each sent of late that a recipient refused for good."""
    since = read_clock(session) - REFUSED_OF_LATE
    of_late = (OutboxRow.sent_at >= since) & (OutboxRow.sent_by != "")
    is_named = or_(OutboxRow.sent_at.is_(None), of_late)
    rows = select(OutboxRow.set_aside).where(OutboxRow.set_aside.is_not(None), is_named)
    return tuple(reason for reason in session.scalars(rows) if reason is not None)
