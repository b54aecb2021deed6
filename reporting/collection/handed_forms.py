"""The form a unit handed in, as what its report is made from: the last one accepted, kept with the vintage, read back.

Who has it in hand is `reporting/intake/handing_in.py`; here it is a source like any other.
"""

from collections.abc import Iterable

from baocao.handed_in import FIGURES, HANDED_IN, HandedFigure, HandedIn, parse_handed
from baocao.store import Collection, FormKey, HandIn, Store, VintageKey
from reporting.plan import Plan
from reporting.workspace import Workspace


def find_accepted(store: Store, form_key: FormKey) -> HandIn | None:
    """The unit's last accepted form for the period; None where there is none."""
    given = store.hand_ins.list(form_key.unit_code, form_key.period)
    accepted = [one for one in given if one.is_accepted and one.form_code == form_key.form_code]
    return accepted[-1] if accepted else None


def find_given(store: Store, form_key: FormKey) -> HandedIn | None:
    """What that form says."""
    given = find_accepted(store, form_key)
    for kept in given.payloads if given else ():
        if kept.request["part"] == FIGURES:
            return parse_handed(kept.request, kept.fetched_at, kept.sha256, store.files.get(kept.sha256))
    return None


def keep_handed(workspace: Workspace, plan: Plan, vintage: VintageKey) -> HandedIn | None:
    """Make the last accepted form the vintage's own, in the place of the one it has."""
    given = find_accepted(workspace.store, plan.form_key)
    if given is None:
        return None
    at = given.received_at
    collection = Collection(HANDED_IN, plan.unit.unit_code, plan.period, given.payloads, started_at=at, ended_at=at)
    workspace.store.collections.keep(vintage, collection)
    return find_handed(workspace.store, [collection])


def find_handed(store: Store, collections: Iterable[Collection]) -> HandedIn | None:
    """The handed-in form a vintage was made from."""
    for one in collections:
        for kept in one.payloads if one.source_code == HANDED_IN else ():
            if kept.request["part"] == FIGURES:
                return parse_handed(kept.request, kept.fetched_at, kept.sha256, store.files.get(kept.sha256))
    return None


def describe_handed_change(code: str, was: HandedIn | None, now: HandedIn | None) -> str:
    """`đơn vị báo cáo 120 (biểu nộp lần 1 …) → 128 (biểu nộp lần 2 …)`."""
    return f"đơn vị báo cáo {' → '.join(_say(code, form) for form in (was, now))}"


def _say(code: str, form: HandedIn | None) -> str:
    if form is None:
        return "(chưa nộp)"
    cell: HandedFigure | None = form.figures.get(code)
    value = "để trống" if cell is None or cell.value is None else f"{cell.value:f}".replace(".", ",")
    return f"{value} ({form.says_vi})"
