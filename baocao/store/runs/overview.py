"""How many units stand, asked in a few questions whatever their number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from baocao.domain import Outcome, Period, Severity, SourceFailure
from baocao.store.keys import FormKey, Vintage, VintageStatus
from baocao.store.serial.forms import load_failure
from baocao.store.serial.translation import vintage_of
from baocao.store.tables.content_rows import CheckResultRow
from baocao.store.tables.rows import CollectionRow, VintageRow

MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class FormState:
    """The last run of a form, and what the last whole one found.

    `collected` says of every source asked by the last run how it ended (None: well); `blocking` are the critical
    checks that failed in the last whole vintage, whose number is `whole`.
    """

    last: Vintage
    whole: int | None
    collected: dict[str, SourceFailure | None]
    blocking: tuple[str, ...]

    @property
    def form_key(self) -> FormKey:
        return self.last.key.form_key


def list_states(
    session: Session, periods: Iterable[Period], unit_codes: Collection[str] | None = None
) -> tuple[FormState, ...]:
    """Every form of the periods (of some units, or of all) that was ever begun, in three questions."""
    rows = select(VintageRow).where(VintageRow.period_code.in_([period.code for period in periods]))
    if unit_codes is not None and len(unit_codes) <= MOST_NAMED:
        rows = rows.where(VintageRow.unit_code.in_(unit_codes))
    last: dict[FormKey, VintageRow] = {}
    whole: dict[FormKey, VintageRow] = {}
    for row in session.scalars(rows.order_by(VintageRow.number)):
        form_key = vintage_of(row).key.form_key
        last[form_key] = row
        if row.status == VintageStatus.WHOLE:
            whole[form_key] = row
    collected = _collected(session, [row.vintage_id for row in last.values()])
    blocking = _blocking(session, [row.vintage_id for row in whole.values()])
    return tuple(
        FormState(
            last=vintage_of(row),
            whole=whole[form_key].number if form_key in whole else None,
            collected=collected.get(row.vintage_id, {}),
            blocking=blocking.get(whole[form_key].vintage_id, ()) if form_key in whole else (),
        )
        for form_key, row in last.items()
    )


def _collected(session: Session, vintage_ids: list[int]) -> dict[int, dict[str, SourceFailure | None]]:
    rows = select(CollectionRow).where(CollectionRow.vintage_id.in_(vintage_ids)).order_by(CollectionRow.attempt)
    found: dict[int, dict[str, SourceFailure | None]] = {}
    for row in session.scalars(rows):
        failure = load_failure(row.failure) if row.failure else None
        found.setdefault(row.vintage_id, {})[row.source_code] = failure
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
