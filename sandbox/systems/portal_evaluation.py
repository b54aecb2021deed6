"""The national portal's public evaluation, at the portal's own address.

Public: the paths, the body, `{code, message, data}`, both shapes of `data`, the names of the counts, calendar quarters,
that the site's Referer and Origin are needed.
ASSUMED: that the counts by channel are of online services, received in the quarter, neither refused nor merely
registered, an unnoted channel as direct.
"""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.faults.dialects import FAILED_VI, Dialect, describe
from sandbox.faults.habits import COUNT_TYPES, day_filter
from sandbox.systems.answers import answer_json, read_json
from sandbox.world.ledger import Channel, LedgerUnit, Level, Payment, Procedure, Status
from sandbox.world.periods import local_day
from sandbox.world.state import World
from sandbox.world.units import PROVINCE_CODE, PROVINCE_KEY, PROVINCE_NAME

_SITE = "https://dichvucong.gov.vn"
_FULL = (Level.FULL, Level.LEVEL_4)
_PARTIAL = (Level.PARTIAL, Level.LEVEL_3)
_UNCOUNTED = (Status.REGISTERED, Status.REFUSED)
_CHANNELS = {
    Channel.ONLINE: "channelOnlineSum",
    Channel.IN_PERSON: "channelDirectSum",
    None: "channelDirectSum",
    Channel.POSTAL: "channelPostalSum",
}
_SUMS = (*dict.fromkeys(_CHANNELS.values()), "channelTotalSum")


describe(
    "evaluation",
    Dialect(
        mounts=("/api/v1/reporting/",),
        rows=(("data", "children"), ("data", "evaluation")),
        needed=("fullCount", "countFull"),
        error=("ERROR", lambda code: {"code": str(code), "message": FAILED_VI, "data": None}),
        habits={"count_types": COUNT_TYPES, "day_filter": day_filter({"year": "2025", "quarter": "4"})},
    ),
)


def build_router(world: World) -> APIRouter:
    """One path for each group of the evaluation."""
    router = APIRouter(prefix="/api/v1/reporting/evaluation")
    system = _Evaluation(world)
    router.add_api_route("/{group}", system.evaluate, methods=["POST"], response_model=None)
    return router


def department_id(agency_key: str) -> str:
    """The UUID under which the portal knows a unit."""
    return f"019d2bfd-0000-7000-8000-{agency_key[-12:]}"


class _Evaluation:
    def __init__(self, world: World) -> None:
        self._world = world

    async def evaluate(self, request: Request, group: str) -> Response:
        headers = request.headers
        if headers.get("Origin") != _SITE or not headers.get("Referer", "").startswith(f"{_SITE}/"):
            return Response("<html><body>Request blocked</body></html>", 403, media_type="text/html")
        body = await read_json(request) or {}
        if body.get("timeType") != "quarter" or body.get("rootDepartmentId") != department_id(PROVINCE_KEY):
            return answer_json({"code": "BAD_REQUEST", "message": "Tham số không hợp lệ", "data": None}, 400)
        year, quarter = int(body["year"]), int(body["quarter"])
        children = [self._describe(unit, group, year, quarter) for unit in self._world.ledger.units]
        total: Counter[str] = Counter()
        for child in children:
            total.update({name: value for name, value in child.items() if isinstance(value, int)})
        root = _head(PROVINCE_KEY, PROVINCE_CODE, PROVINCE_NAME) | total
        names = ("parent", "children") if group.endswith("-tree") else ("overview", "evaluation")
        return answer_json({"code": "OK", "message": "Thành công", "data": {names[0]: root, names[1]: children}})

    def _describe(self, unit: LedgerUnit, group: str, year: int, quarter: int) -> dict[str, Any]:
        head = _head(unit.agency_key, unit.official_code, unit.name)
        if group == "provide-online-tree":
            return head | self._count_procedures() | self._count_channels(unit, year, quarter)
        if group == "formality-online-payment-tree":
            return head | _count_fees(self._world.listed_procedures())
        return head | {"metrics": []}

    def _count_procedures(self) -> dict[str, int]:
        today = local_day(self._world.now)
        levels = [procedure.level_on(today) for procedure in self._world.listed_procedures()]
        return {
            "authorityCount": len(levels),
            "partialCount": sum(level in _PARTIAL for level in levels),
            "fullCount": sum(level in _FULL for level in levels),
        }

    def _count_channels(self, unit: LedgerUnit, year: int, quarter: int) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for dossier in self._world.visible_dossiers(unit):
            day = local_day(dossier.received_at)
            is_asked = (day.year, (day.month + 2) // 3) == (year, quarter) and dossier.level in _FULL + _PARTIAL
            if is_asked and dossier.status_at(self._world.now) not in _UNCOUNTED:
                sums.update((_CHANNELS[dossier.channel], "channelTotalSum"))
        return {name: sums[name] for name in _SUMS}


def _count_fees(procedures: list[Procedure]) -> dict[str, int]:
    with_fee = [procedure for procedure in procedures if procedure.has_fee]
    paid = [procedure for procedure in with_fee if procedure.payment is not Payment.NONE]
    return {"totalFeeFormality": len(with_fee), "totalFeeDossierFormality": len(paid)}


def _head(agency_key: str, code: str, name: str) -> dict[str, Any]:
    group = "AGENCY" if code == PROVINCE_CODE else "COMMUNE"
    return {
        "departmentId": department_id(agency_key),
        "departmentCode": code,
        "departmentName": name,
        "childGroup": group,
        "totalScore": 0.0,
        "scoreDelta": None,
    }
