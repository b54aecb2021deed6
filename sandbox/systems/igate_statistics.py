"""iGate's statistic by agency, counted its own way from the same dossiers."""

from collections import Counter
from typing import Any

from starlette.datastructures import QueryParams

from sandbox.systems.igate_codes import LEVEL_IDS
from sandbox.systems.igate_queries import Span, read_span
from sandbox.world.ledger import Channel, Dossier, LedgerUnit, Status
from sandbox.world.periods import DAY_S
from sandbox.world.state import World

_LEFT_OUT = (Status.REGISTERED, Status.REFUSED)
_CANCELLED = (Status.WITHDRAWN, Status.STOPPED)
_RESOLVED = (Status.DONE, Status.RETURNED)


def count_agency(world: World, unit: LedgerUnit, asked: QueryParams) -> dict[str, Any]:
    """One row of the statistic."""
    span = read_span(asked, "from-date", "to-date", world.options) or (float("-inf"), float("inf"))
    levels = {asked[name] for name in ("procedureLevel4", "procedureLevel3", "procedureLevel2") if asked.get(name)}
    counts: Counter[str] = Counter()
    for dossier in world.visible_dossiers(unit):
        status = dossier.status_at(world.now)
        is_cancelled = status in _CANCELLED and asked.get("suppended-cancelled") != "true"
        if status in _LEFT_OUT or is_cancelled or (levels and LEVEL_IDS[dossier.level] not in levels):
            continue
        counts.update(_tally(dossier, status, span))
    names = (
        "received",
        "receivedOnline",
        "receivedDirect",
        "resolved",
        "resolvedEarly",
        "resolvedOverdue",
        "cancelled",
    )
    agency = {"id": unit.agency_key, "code": unit.official_code, "name": unit.name}
    return {"agency": agency} | {name: counts[name] for name in names}


def _tally(dossier: Dossier, status: Status, span: Span) -> list[str]:
    found: list[str] = []
    if dossier.accepted_at is not None and span[0] <= dossier.accepted_at <= span[1]:
        found += ["received", "receivedOnline" if dossier.channel is Channel.ONLINE else "receivedDirect"]
        found += ["cancelled"] if status in _CANCELLED else []
    if status in _RESOLVED and dossier.finished_at is not None and span[0] <= dossier.finished_at <= span[1]:
        is_late = dossier.finished_at > dossier.received_at + (5 + dossier.sequence % 11) * DAY_S
        found += ["resolved", "resolvedOverdue" if is_late else "resolvedEarly"]
    return found
