"""Which units are in for a period, by the store alone: a whole form, known after the cut-off, no source missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from baocao.errors import SourceError
from baocao.store import FormKey, Store
from reporting.plan import Plan

SOURCE_CODES = range(SourceError.exit_code, SourceError.exit_code + 4)


@dataclass(frozen=True)
class Absence:
    """A unit that is not in, and what is known of why."""

    unit_code: str
    reason: str


def find_absences(store: Store, plans: Iterable[Plan]) -> tuple[Absence, ...]:
    """In the order of the plans: a unit is in when all its forms are."""
    reasons: dict[str, dict[str, None]] = {}
    for plan in plans:
        reasons.setdefault(plan.unit.unit_code, {})
        if reason := find_reason(store, plan):
            reasons[plan.unit.unit_code][reason] = None
    return tuple(Absence(unit_code, "; ".join(said)) for unit_code, said in reasons.items() if said)


def find_reason(store: Store, plan: Plan) -> str:
    """Why the unit's form is not in; "" where it is."""
    vintages = store.vintages.list(FormKey(plan.unit.unit_code, plan.form.form_code, plan.period))
    if not vintages:
        return "chưa lập lần nào"
    whole = [vintage for vintage in vintages if vintage.is_whole]
    latest = whole[-1] if whole else None
    if latest is not None and latest.known_at is not None and latest.known_at >= plan.window.end_at:
        if latest.exit_code not in SOURCE_CODES:
            return ""
        failures = sorted({failure.source_code for failure in store.contents.failures(latest.key)})
        return f"chưa thu thập được từ {', '.join(failures)}"
    if vintages[-1].is_under_way:
        return "đang lập dở"
    return vintages[-1].reason or "mới có số liệu lập trước khi chốt kỳ"
