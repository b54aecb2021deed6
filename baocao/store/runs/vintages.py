"""Vintages: opening one, how far it has come, and finding the one that was known at a time."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from baocao.store.errors import NotInStoreError, VintageFinishedError
from baocao.store.keys import FormKey, Vintage, VintageKey, VintageStatus
from baocao.store.leasing.leases import Lease, assert_held
from baocao.store.serial.translation import vintage_of
from baocao.store.tables.rows import VintageRow

_OPEN = (VintageStatus.RUNNING, VintageStatus.COLLECTED)


def open_vintage(
    session: Session,
    lease: Lease,
    opened_at: datetime,
    code_version: str,
    config_hash: str,
    replayed_from: int | None = None,
) -> VintageKey:
    """Allot the form's next number; what an earlier run left unfinished is marked as failed.

    The lease's row is locked until the end of the transaction: two at once never see the same last number.
    """
    assert_held(session, lease.form_key, lease.token)
    _fail_abandoned(session, lease)
    key = _next_key(session, lease.form_key)
    session.add(
        VintageRow(
            unit_code=key.unit_code,
            form_code=key.form_code,
            period_code=key.period.code,
            number=key.vintage,
            status=VintageStatus.RUNNING,
            opened_at=opened_at,
            code_version=code_version,
            config_hash=config_hash,
            holder=lease.holder,
            lease_token=lease.token,
            reason="",
            replayed_from=replayed_from,
        )
    )
    return key


def find_vintage(session: Session, key: VintageKey) -> VintageRow:
    """Raise NotInStoreError where there is no such vintage."""
    row = session.scalar(select_vintages(key.form_key).where(VintageRow.number == key.vintage))
    if row is None:
        raise NotInStoreError(f"{key}: there is no such vintage")
    return row


def find_writable_vintage(session: Session, key: VintageKey) -> VintageRow:
    """The row of a vintage that its own run may still write.

    Raise LeaseLostError where the lease it was opened under is no longer held, VintageFinishedError where it
    has ended.
    """
    row = find_vintage(session, key)
    assert_held(session, key.form_key, row.lease_token)
    session.refresh(row)
    if row.status not in _OPEN:
        raise VintageFinishedError(f"{key} has ended ({row.status}) and never changes; open a new vintage")
    return row


def list_vintages(session: Session, form_key: FormKey) -> tuple[Vintage, ...]:
    """All of them, the first first."""
    rows = session.scalars(select_vintages(form_key).order_by(VintageRow.number))
    return tuple(vintage_of(row) for row in rows)


def find_latest(session: Session, form_key: FormKey, as_of: datetime | None) -> VintageRow | None:
    """The whole vintage of the greatest number, of those known at `as_of` if given."""
    rows = _only_whole(select_vintages(form_key), as_of)
    return session.scalars(rows.order_by(VintageRow.number.desc())).first()


def select_vintages(form_key: FormKey) -> Select[tuple[VintageRow]]:
    """All vintages of a form, in no order."""
    return select(VintageRow).where(
        VintageRow.unit_code == form_key.unit_code,
        VintageRow.form_code == form_key.form_code,
        VintageRow.period_code == form_key.period.code,
    )


def _only_whole(rows: Select[tuple[VintageRow]], as_of: datetime | None) -> Select[tuple[VintageRow]]:
    whole = rows.where(VintageRow.status == VintageStatus.CHECKED)
    return whole if as_of is None else whole.where(VintageRow.known_at <= as_of)


def _next_key(session: Session, form_key: FormKey) -> VintageKey:
    last = session.scalar(select_vintages(form_key).with_only_columns(func.max(VintageRow.number)))
    return VintageKey(form_key.unit_code, form_key.form_code, form_key.period, (last or 0) + 1)


def _fail_abandoned(session: Session, lease: Lease) -> None:
    """Whoever holds the lease knows that no earlier run can still write."""
    abandoned = select_vintages(lease.form_key).where(
        VintageRow.status.in_(_OPEN), VintageRow.lease_token < lease.token
    )
    for row in session.scalars(abandoned):
        row.status = VintageStatus.FAILED
        row.reason = f"its run ({row.holder}) stopped without finishing it"
