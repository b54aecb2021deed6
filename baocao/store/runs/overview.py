"""How many units stand, asked in a few questions whatever their number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from baocao.domain import Outcome, Period, Severity, SourceFailure
from baocao.store.keys import FormKey, VintageStatus
from baocao.store.serial.forms import load_failure
from baocao.store.tables.content_rows import CheckResultRow
from baocao.store.tables.rows import CollectionRow, VintageRow

MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class FormState:
    """How the last run of a form stands, and what the last whole one found.

    `collected` says of every source asked by the last run how it ended (None: well); `blocking` are the critical
    checks that failed in the last whole vintage, whose number is `whole`.
    """

    form_key: FormKey
    last_status: VintageStatus
    whole: int | None
    collected: dict[str, SourceFailure | None]
    blocking: tuple[str, ...]


def list_states(
    session: Session, periods: Iterable[Period], unit_codes: Collection[str] | None = None
) -> tuple[FormState, ...]:
    """Every form of the periods (of some units, or of all) that was ever begun, in three questions."""
    of = VintageRow
    rows = select(of.vintage_id, of.unit_code, of.form_code, of.period_code, of.number, of.status)
    rows = rows.where(of.period_code.in_([period.code for period in periods]))
    if unit_codes is not None and len(unit_codes) <= MOST_NAMED:
        rows = rows.where(of.unit_code.in_(unit_codes))
    last: dict[FormKey, Row[*tuple[Any, ...]]] = {}
    whole: dict[FormKey, Row[*tuple[Any, ...]]] = {}
    for row in session.execute(rows.order_by(of.number)):
        form_key = FormKey(row.unit_code, row.form_code, Period.parse(row.period_code))
        last[form_key] = row
        if row.status == VintageStatus.WHOLE:
            whole[form_key] = row
    collected = _collected(session, [row.vintage_id for row in last.values()])
    blocking = _blocking(session, [row.vintage_id for row in whole.values()])
    return tuple(
        FormState(
            form_key=form_key,
            last_status=VintageStatus(row.status),
            whole=whole[form_key].number if form_key in whole else None,
            collected=collected.get(row.vintage_id, {}),
            blocking=blocking.get(whole[form_key].vintage_id, ()) if form_key in whole else (),
        )
        for form_key, row in last.items()
    )


def _collected(session: Session, vintage_ids: list[int]) -> dict[int, dict[str, SourceFailure | None]]:
    of = CollectionRow
    rows = select(of.vintage_id, of.source_code, of.failure).where(of.vintage_id.in_(vintage_ids)).order_by(of.attempt)
    found: dict[int, dict[str, SourceFailure | None]] = {}
    for vintage_id, source_code, failure in session.execute(rows):
        found.setdefault(vintage_id, {})[source_code] = load_failure(failure) if failure else None
    return found


def _blocking(session: Session, vintage_ids: list[int]) -> dict[int, tuple[str, ...]]:
    rows = (
        select(CheckResultRow.vintage_id, CheckResultRow.check)
        .where(CheckResultRow.vintage_id.in_(vintage_ids), CheckResultRow.outcome == Outcome.FAIL)
        .where(CheckResultRow.severity == Severity.CRITICAL)
        .distinct()
        .order_by(CheckResultRow.check)
    )
    found: dict[int, tuple[str, ...]] = {}
    for vintage_id, check in session.execute(rows):
        found[vintage_id] = (*found.get(vintage_id, ()), check)
    return found
