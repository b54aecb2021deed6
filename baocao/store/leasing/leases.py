"""Leases: at most one run at a time writes about a form, whatever dies and whatever the clocks do.

A lease runs out unless renewed, by the database's clock alone, so the death of its holder frees the form; where that
can be seen from here, at once. Each
taking has a greater token, and every write checks its own (`assert_held`) in its own transaction: a run that
was thought dead can no longer write. A lease that seems to have run out may have done so because the clock jumped:
unless its holder is known to be dead, it is watched for longer than a beat, by a clock that cannot jump, before
it is taken.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from baocao.store.database.opening import Database
from baocao.store.database.statements import insert_new, read_clock
from baocao.store.errors import LeaseHeldError, LeaseLostError
from baocao.store.keys import FormKey
from baocao.store.leasing.holders import is_dead, print_holder
from baocao.store.tables.rows import LeaseRow

DEFAULT_TTL = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write about a form, for as long as nobody holds a greater token."""

    form_key: FormKey
    holder: str
    token: int
    ttl: timedelta


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A lease that seems to have run out: when it was last renewed, and how long to watch whether it is again."""

    renewed_at: datetime
    watch_s: float


def acquire_lease(database: Database, form_key: FormKey, holder: str, ttl: timedelta = DEFAULT_TTL) -> Lease:
    """Raise LeaseHeldError while another lease runs, even one of the same holder.

    A lease that ran out, but whose holder is not known to be dead, is first watched for half its time.
    """
    watched: datetime | None = None
    while True:
        found = _take_unless_doubtful(database, form_key, holder, ttl, watched)
        if isinstance(found, Lease):
            return found
        time.sleep(found.watch_s)
        watched = found.renewed_at


def renew_lease(database: Database, lease: Lease) -> None:
    """Let the lease run for its whole time from now; LeaseLostError where it was given back or taken over."""
    with database.writing() as session:
        row = _lock_held_row(session, lease.form_key, lease.token)
        row.renewed_at = read_clock(session)
        row.expires_at = row.renewed_at + lease.ttl


def release_lease(database: Database, lease: Lease) -> None:
    """Give the lease back. Nothing happens where it was lost already."""
    with database.writing() as session:
        row = _lock_row(session, lease.form_key)
        if row.token == lease.token:
            row.holder = None


def assert_held(session: Session, form_key: FormKey, token: int) -> None:
    """Raise LeaseLostError unless the token is still the form's; nobody can take it until the transaction ends.

    A lease that ran out while nobody wanted it is still good: only a greater token bars the way.
    """
    _lock_held_row(session, form_key, token)


def _lock_held_row(session: Session, form_key: FormKey, token: int) -> LeaseRow:
    row = _lock_row(session, form_key)
    if row.token != token:
        raise LeaseLostError(
            f"{form_key}: quyền ghi của lần chạy này (số {token}) đã hết hạn và lần chạy khác đã nhận (số {row.token}, "
            f"{print_holder(row.holder) if row.holder else 'nay đã xong'}). Chưa ghi gì; chạy lại."
        )
    if row.holder is None:
        raise LeaseLostError(f"{form_key}: quyền ghi của lần chạy này (số {token}) đã trả lại")
    return row


def _lock_row(session: Session, form_key: FormKey) -> LeaseRow:
    """The form's row, made where there is none, which nobody else reads to write before the transaction ends."""
    now = read_clock(session)
    key = {"unit_code": form_key.unit_code, "form_code": form_key.form_code, "period_code": form_key.period.code}
    insert_new(session, LeaseRow, key, {"token": 0, "acquired_at": now, "renewed_at": now, "expires_at": now})
    return session.get_one(LeaseRow, key, with_for_update=True)


def _take_unless_doubtful(
    database: Database, form_key: FormKey, holder: str, ttl: timedelta, watched: datetime | None
) -> Lease | _Doubt:
    with database.writing() as session:
        row = _lock_row(session, form_key)
        now = read_clock(session)
        _mend_clock_jump(row, now)
        refusal = _refusal(form_key, row, now)
        doubt = _doubt(row, watched)
        if refusal is None and doubt is None:
            _take(row, holder, now, ttl)
        lease = Lease(form_key, holder, row.token, ttl)
    if refusal is not None:
        raise refusal
    return doubt or lease


def _doubt(row: LeaseRow, watched: datetime | None) -> _Doubt | None:
    """None where nobody holds it, the holder is dead, or it was watched and not renewed meanwhile."""
    if row.holder is None or row.renewed_at == watched or is_dead(row.holder):
        return None
    return _Doubt(row.renewed_at, max(row.expires_at - row.renewed_at, timedelta(0)).total_seconds() / 2)


def _mend_clock_jump(row: LeaseRow, now: datetime) -> None:
    """A clock set back must not make a dead holder's lease longer than it was given for."""
    if row.renewed_at > now:
        row.renewed_at, row.expires_at = now, now + (row.expires_at - row.renewed_at)


def _refusal(form_key: FormKey, row: LeaseRow, now: datetime) -> LeaseHeldError | None:
    if row.holder is None or row.expires_at <= now or is_dead(row.holder):
        return None
    return LeaseHeldError(str(form_key), print_holder(row.holder), row.acquired_at, row.expires_at)


def _take(row: LeaseRow, holder: str, now: datetime, ttl: timedelta) -> None:
    row.token += 1
    row.holder = holder
    row.acquired_at, row.renewed_at, row.expires_at = now, now, now + ttl
