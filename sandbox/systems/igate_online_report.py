"""iGate's online report: by the day of application, with the agencies' names and no codes.

Public: the path, its parameters, the names of the counts. ASSUMED: that it counts whatever was handed in online,
accepted or not; that names carry " - tỉnh …"; that the zone in its dates is read as in the other calls.
"""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.systems.answers import answer_json
from sandbox.systems.igate_queries import QueryError, Span, read_span
from sandbox.world.ledger import Channel, LedgerUnit, Level, Status
from sandbox.world.state import World
from sandbox.world.units import PROVINCE_NAME

_LEVELS = {
    Level.FULL: "phatsinh_toanphan_quantity",
    Level.LEVEL_4: "phatsinh_toanphan_quantity",
    Level.PARTIAL: "phatsinh_1phan_quantity",
    Level.LEVEL_3: "phatsinh_1phan_quantity",
}
_STATUSES = {
    Status.REGISTERED: "chotiepnhan_quantity",
    Status.REFUSED: "tuchoi_quantity",
    Status.DONE: "hoanthanh_quantity",
    Status.RETURNED: "hoanthanh_quantity",
}
_COUNTS = (*dict.fromkeys(_LEVELS.values()), *dict.fromkeys(_STATUSES.values()), "datiepnhan_quantity", "total")


def build_router(world: World) -> APIRouter:
    """The one call."""
    router = APIRouter(prefix="/igate/pa/kgg-dossier-statistic")

    def report(request: Request) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or world.sessions["one_stop"].find_owner(token) is None:
            return answer_json({"error": "invalid_token", "error_description": "Invalid access token"}, 401)
        asked = request.query_params
        try:
            span = read_span(asked, "from-applied-date", "to-applied-date", world.options)
        except QueryError as error:
            return answer_json({"status": 400, "error": "Bad Request", "message": str(error)}, 400)
        span = span or (float("-inf"), float("inf"))
        return answer_json([_count(world, unit, span) for unit in world.ledger.units])

    router.add_api_route("/--kgg-dossier-report-online", report, methods=["GET"], response_model=None)
    return router


def _count(world: World, unit: LedgerUnit, span: Span) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    for dossier in world.visible_dossiers(unit):
        is_asked = dossier.channel is Channel.ONLINE and span[0] <= dossier.applied_at <= span[1]
        if is_asked and dossier.level in _LEVELS:
            status = dossier.status_at(world.now)
            counts.update((_LEVELS[dossier.level], _STATUSES.get(status, "datiepnhan_quantity"), "total"))
    name = f"{unit.name} - {PROVINCE_NAME.removeprefix('UBND ')}"
    return {"agency_name": name, **{one: counts[one] for one in _COUNTS}, "onlinepaid_quantity": counts["total"] // 4}
