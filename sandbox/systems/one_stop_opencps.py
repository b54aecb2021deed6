"""The dossier statistic of OpenCPS, at /opencps.

Public: `GET /statistics/dossiers`, its parameters, `{total, data}`, the names of the counts, that denied ones are left
out, that received ones are those of the period and remaining ones older and unfinished.
ASSUMED: HTTP Basic and a groupId header; rows with empty codes as subtotals; that it counts every service level, an
unnoted channel as "onegate", and by the day of application where receipt was not noted; which states wait; that
dossiers are held against the day of their appointment, those under way against the last day asked for.
"""

import base64
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.credentials import ENVIRONMENT, OPENCPS_USERNAME
from sandbox.faults.dialects import FAILED_VI, Dialect, PagingStyle, describe
from sandbox.faults.habits import day_bounds, day_filter
from sandbox.systems.answers import answer_json
from sandbox.world.ledger import Channel, Dossier, LedgerUnit, Level, Status
from sandbox.world.periods import ZONE, day_end, local_day
from sandbox.world.state import World, cut_page, hints

_UNCOUNTED = (Status.REGISTERED, Status.REFUSED)
_DONE = (Status.DONE, Status.RETURNED)
_CANCELLED = (Status.WITHDRAWN, Status.STOPPED)
_CHANNELS = {
    Channel.ONLINE: "onlineCount",
    Channel.IN_PERSON: "onegateCount",
    None: "onegateCount",
    Channel.POSTAL: "viaPostalCount",
}
_ONLINE_LEVELS = {
    Level.FULL: "dossierOnline4Count",
    Level.LEVEL_4: "dossierOnline4Count",
    Level.PARTIAL: "dossierOnline3Count",
    Level.LEVEL_3: "dossierOnline3Count",
}
_COUNTS = (
    "totalCount", "deniedCount", "cancelledCount", "processCount", "remainingCount", "receivedCount", "onlineCount",
    "onegateCount", "viaPostalCount", "releaseCount", "doneCount", "processingCount", "waitingCount",
    "dossierOnline3Count", "dossierOnline4Count", "betimesCount", "ontimeCount", "overtimeCount", "undueCount",
    "overdueCount",
)  # fmt: skip
_ENDLESS_TOTAL = 100_000_000
Days = tuple[date, date]


describe(
    "opencps",
    Dialect(
        mounts=("/opencps/",),
        rows=(("data",),),
        needed=("receivedCount", "receiveCount"),
        error=(500, lambda code: {"code": code, "message": FAILED_VI, "description": ""}),
        turning=PagingStyle("start", 0, end="end"),
        signs_each=True,
        habits={
            "day_filter": day_filter({"fromStatisticDate": "01/01/1990", "toStatisticDate": "01/01/2100"}),
            "day_bounds": day_bounds("fromStatisticDate", "toStatisticDate"),
            "on_time": {"by_day": None, "by_hour": ("hours_counted", {})},
            "days_counted": {"as_asked": None, "whole_months": ("months_counted", {})},
            "page_size": {
                "honoured": None,
                "at_most_2": ("own_page_size", {"rows": 2, "always": False}),
                "always_7": ("own_page_size", {"rows": 7}),
            },
        },
    ),
)


def build_router(world: World) -> APIRouter:
    """The one call."""
    router = APIRouter(prefix="/opencps")
    system = _OpenCps(world)
    router.add_api_route("/statistics/dossiers", system.count, methods=["GET"], response_model=None)
    return router


class _OpenCps:
    def __init__(self, world: World) -> None:
        self._world = world

    def count(self, request: Request) -> Response:
        if hints(request).refuse_login or not _is_known(request):
            return answer_json({"code": 401, "message": "User is not authenticated", "description": ""}, 401)
        asked, hint = request.query_params, hints(request)
        try:
            days = _read_day(asked["fromStatisticDate"]), _read_day(asked["toStatisticDate"])
            start, end = int(asked.get("start", "0")), int(asked.get("end", "100"))
        except (KeyError, ValueError):
            return Response("Bad Request", status_code=400)
        agency = asked.get("agency", "")
        rows = list(self._write_rows(agency, days, to_the_hour=hint.to_the_hour))
        total = _ENDLESS_TOTAL if hint.endless else len(rows) - (hint.shift if start else 0)
        return answer_json({"total": total, "data": cut_page(rows, start, end - start, hint)})

    def _write_rows(self, agency: str, days: Days, *, to_the_hour: bool) -> Iterator[dict[str, Any]]:
        """The grand total first, then each agency's subtotal and its rows by domain."""
        units = [u for u in self._world.ledger.units if agency in ("", u.official_code)]
        counted = {unit.official_code: self._count_domains(unit, days, to_the_hour) for unit in units}
        yield _row("", "", [one for domains in counted.values() for one in domains.values()])
        for code, domains in counted.items():
            yield _row(code, "", list(domains.values()))
            for domain, counts in domains.items():
                yield _row(code, domain, [counts])

    def _count_domains(self, unit: LedgerUnit, days: Days, to_the_hour: bool) -> dict[str, Counter[str]]:
        domains: dict[str, Counter[str]] = {}
        for dossier in sorted(self._world.visible_dossiers(unit), key=lambda d: d.procedure.sector):
            counts = domains.setdefault(dossier.procedure.sector, Counter())
            counts.update(_tally(dossier, dossier.status_at(self._world.now), days, to_the_hour))
        return domains


def _tally(dossier: Dossier, status: Status, days: Days, to_the_hour: bool) -> Iterator[str]:
    received_on = local_day(dossier.received_at)
    if status in _UNCOUNTED:
        if status is Status.REFUSED and days[0] <= received_on <= days[1]:
            yield "deniedCount"
        return
    ended_on = local_day(dossier.finished_at) if dossier.finished_at and status in _DONE + _CANCELLED else None
    if received_on > days[1] or (ended_on is not None and ended_on < days[0]):
        return
    yield from ("totalCount", "receivedCount" if received_on >= days[0] else "remainingCount")
    if received_on >= days[0]:
        yield _CHANNELS[dossier.channel]
        if dossier.channel is Channel.ONLINE and dossier.level in _ONLINE_LEVELS:
            yield _ONLINE_LEVELS[dossier.level]
    if ended_on is None or ended_on > days[1]:
        yield "waitingCount" if status is Status.SUPPLEMENT else "processingCount"
        yield from _under_way(dossier, day_end(days[1]), to_the_hour)
    elif status in _DONE:
        yield from ("doneCount", "releaseCount", "processCount")
        yield from _settled(dossier, to_the_hour)
    else:
        yield "cancelledCount"


def _settled(dossier: Dossier, to_the_hour: bool) -> Iterator[str]:
    if dossier.appointment_at is None or dossier.finished_at is None:
        return
    if _is_late(dossier.appointment_at, dossier.finished_at, to_the_hour):
        yield "overtimeCount"
    else:
        is_same_day = local_day(dossier.finished_at) == local_day(dossier.appointment_at)
        yield "ontimeCount" if is_same_day else "betimesCount"


def _under_way(dossier: Dossier, end: int, to_the_hour: bool) -> Iterator[str]:
    if dossier.appointment_at is not None:
        yield "overdueCount" if _is_late(dossier.appointment_at, end, to_the_hour) else "undueCount"


def _is_late(appointed: int, at: int, to_the_hour: bool) -> bool:
    return at > appointed if to_the_hour else local_day(at) > local_day(appointed)


def _row(agency: str, domain: str, parts: list[Counter[str]]) -> dict[str, Any]:
    summed: Counter[str] = Counter()
    for part in parts:
        summed.update(part)
    codes = {"month": 0, "year": 0, "govAgencyCode": agency, "domainCode": domain}
    return {**codes, **{name: summed[name] for name in _COUNTS}}


def _read_day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=ZONE).date()


def _is_known(request: Request) -> bool:
    pair = f"{OPENCPS_USERNAME}:{ENVIRONMENT['BAOCAO_OPENCPS_PASSWORD']}"
    return request.headers.get("Authorization") == f"Basic {base64.b64encode(pair.encode()).decode()}"
