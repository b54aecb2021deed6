"""Vintages: opening one, how far it has come, ending it, and finding the one that was known at a time."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from baocao.coverage import Coverage
from baocao.domain import CheckResult, FilledForm, Observation, Period, SourceFailure
from baocao.store.database.opening import Database
from baocao.store.keys import UNDER_WAY, FormKey, Vintage, VintageKey, VintageStatus
from baocao.store.leasing.holders import print_holder
from baocao.store.leasing.leases import Lease, assert_held
from baocao.store.runs.contents import has_form, write_failures, write_found
from baocao.store.runs.overview import FormState, list_states
from baocao.store.runs.vintage_rows import find_vintage, find_writable_vintage, select_vintages
from baocao.store.serial.translation import vintage_of
from baocao.store.tables.rows import VintageRow


class StoredVintages:
    """The vintages of one installation; what they hold is read by `StoredContents`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(
        self,
        lease: Lease,
        *,
        opened_at: datetime,
        code_version: str,
        config_hash: str,
        replayed_from: int | None = None,
    ) -> VintageKey:
        """Begin the form's next vintage: 1, 2, 3, …; what an earlier run left unfinished is marked as failed.

        The lease's row is locked until the end of the transaction: two at once never see the same last number.
        """
        with self._database.writing() as session:
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

    def mark_collected(self, key: VintageKey) -> None:
        """Say that all sources were asked."""
        with self._database.writing() as session:
            find_writable_vintage(session, key).status = VintageStatus.COLLECTED

    def finish(
        self,
        key: VintageKey,
        *,
        observations: Iterable[Observation],
        filled_form: FilledForm,
        check_results: Iterable[CheckResult],
        failures: Iterable[SourceFailure] = (),
        coverages: Iterable[Coverage] = (),
        known_at: datetime,
        exit_code: int,
    ) -> None:
        """Write all a run found out in one transaction. Twice the same is as good as once.

        Raise LeaseLostError or VintageFinishedError, having written nothing, where the run may not write.
        """
        _refuse_other_form(key, filled_form)
        with self._database.writing() as session:
            if has_form(session, key, filled_form):
                return
            row = find_writable_vintage(session, key)
            write_found(session, row.vintage_id, observations, filled_form, check_results, failures, coverages)
            row.status, row.known_at, row.exit_code = VintageStatus.WHOLE, known_at, exit_code

    def fail(self, key: VintageKey, *, exit_code: int, reason: str, failures: Iterable[SourceFailure] = ()) -> None:
        """Close a vintage whose run came to no form."""
        with self._database.writing() as session:
            row = find_writable_vintage(session, key)
            write_failures(session, row.vintage_id, failures)
            row.status, row.exit_code, row.reason = VintageStatus.FAILED, exit_code, reason

    def find(self, key: VintageKey) -> Vintage:
        """Raise NotInStoreError where there is none."""
        with self._database.reading() as session:
            return vintage_of(find_vintage(session, key))

    def list(self, form_key: FormKey) -> tuple[Vintage, ...]:
        """All of a form, whatever became of them, the first first."""
        with self._database.reading() as session:
            rows = session.scalars(select_vintages(form_key).order_by(VintageRow.number))
            return tuple(vintage_of(row) for row in rows)

    def find_latest(self, form_key: FormKey, as_of: datetime | None = None) -> Vintage | None:
        """The last whole vintage, or the last of those known at `as_of`; None where there is none."""
        whole = select_vintages(form_key).where(VintageRow.status == VintageStatus.WHOLE)
        known = whole if as_of is None else whole.where(VintageRow.known_at <= as_of)
        with self._database.reading() as session:
            row = session.scalars(known.order_by(VintageRow.number.desc())).first()
            return vintage_of(row) if row else None

    def latest_numbers(self, form_code: str, period: Period) -> dict[str, int]:
        """The number of the last whole vintage of every unit that has one, by unit code."""
        rows = (
            select(VintageRow.unit_code, func.max(VintageRow.number).label("number"))
            .where(VintageRow.form_code == form_code, VintageRow.period_code == period.code)
            .where(VintageRow.status == VintageStatus.WHOLE)
            .group_by(VintageRow.unit_code)
        )
        with self._database.reading() as session:
            return {row.unit_code: row.number for row in session.execute(rows)}

    def list_states(
        self, periods: Iterable[Period], unit_codes: Collection[str] | None = None
    ) -> tuple[FormState, ...]:
        """How every form of the periods stands, in as many questions for one unit as for thousands."""
        with self._database.reading() as session:
            return list_states(session, periods, unit_codes)


def _refuse_other_form(key: VintageKey, form: FilledForm) -> None:
    if (form.unit_code, form.form_code, form.period) != (key.unit_code, key.form_code, key.period):
        raise ValueError(f"{key}: given the form {form.unit_code}/{form.form_code}/{form.period}")


def _next_key(session: Session, form_key: FormKey) -> VintageKey:
    last = session.scalar(select_vintages(form_key).with_only_columns(func.max(VintageRow.number)))
    return VintageKey(form_key.unit_code, form_key.form_code, form_key.period, (last or 0) + 1)


def _fail_abandoned(session: Session, lease: Lease) -> None:
    """Whoever holds the lease knows that no earlier run can still write."""
    abandoned = select_vintages(lease.form_key).where(
        VintageRow.status.in_(UNDER_WAY), VintageRow.lease_token < lease.token
    )
    for row in session.scalars(abandoned):
        row.status = VintageStatus.FAILED
        row.reason = f"its run ({print_holder(row.holder)}) stopped without finishing it"
