"""Whether adding up once more would give what the latest form of the unit above says already."""

from baocao.catalogue import MissingMode
from baocao.store import VintageKey
from reporting.plan import Plan
from reporting.roll_up.arrivals import SOURCE_CODES
from reporting.roll_up.children import find_children, missing_of
from reporting.roll_up.payloads import find_collection, unpack
from reporting.workspace import Workspace


def find_same(workspace: Workspace, plan: Plan, mode: MissingMode | None = None) -> VintageKey | None:
    """The latest vintage, where it was added up after the cut-off from the very forms that count today.

    None where anything has changed since: a form or a release below, who is missing, the configuration; or where a
    source of the unit itself failed.
    """
    latest = workspace.store.vintages.find_latest(plan.form_key)
    if latest is None or latest.known_at is None or latest.known_at < plan.window.end_at:
        return None
    if latest.config_hash != workspace.catalogue.content_hash or latest.exit_code in SOURCE_CODES:
        return None
    kept = find_collection(workspace.store.collections.list(latest.key))
    if kept is None:
        return None
    overview = unpack(workspace.store, kept)
    children = find_children(workspace.store, workspace.catalogue, plan)
    now = {(one.unit.unit_code, one.vintage.vintage, one.revision) for one in children if one.vintage is not None}
    then = {(one.unit_code, one.vintage, one.revision) for one in overview.brought}
    wanted = (missing_of(children), mode or plan.unit.roll_up.missing)
    return latest.key if (now, *wanted) == (then, overview.missing, overview.mode) else None
