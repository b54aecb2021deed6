"""The row of a vintage: found, and made sure that its run may still write it."""

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from baocao.hints import hint
from baocao.store.errors import NotInStoreError, VintageFinishedError
from baocao.store.keys import UNDER_WAY, FormKey, VintageKey
from baocao.store.leasing.leases import assert_held
from baocao.store.tables.rows import VintageRow


def find_vintage(session: Session, key: VintageKey) -> VintageRow:
    """Raise NotInStoreError where there is no such vintage."""
    row = session.scalar(select_vintages(key.form_key).where(VintageRow.number == key.vintage))
    if row is None:
        raise NotInStoreError(
            f"{key}: không có lần lập này; xem: {hint('show', key.period, unit=key.unit_code, history=True)}"
        )
    return row


def of_vintage(key: VintageKey) -> tuple[ColumnElement[bool], ...]:
    """What picks the vintage out, for a question that joins its row."""
    row, form = VintageRow, key.form_key
    where = (row.unit_code == form.unit_code, row.form_code == form.form_code, row.period_code == form.period.code)
    return (*where, row.number == key.vintage)


def find_writable_vintage(session: Session, key: VintageKey) -> VintageRow:
    """The row of a vintage that its own run may still write.

    Raise LeaseLostError where the lease it was opened under is no longer held, VintageFinishedError where it
    has ended.
    """
    row = find_vintage(session, key)
    assert_held(session, key.form_key, row.lease_token)
    session.refresh(row)
    if row.status not in UNDER_WAY:
        raise VintageFinishedError(f"{key}: lần lập này đã xong và không bao giờ đổi; lập lần mới")
    return row


def select_vintages(form_key: FormKey) -> Select[VintageRow]:
    """All vintages of a form, in no order."""
    return select(VintageRow).where(
        VintageRow.unit_code == form_key.unit_code,
        VintageRow.form_code == form_key.form_code,
        VintageRow.period_code == form_key.period.code,
    )
