"""The one-stop shop of TanDan ("TD.DichVuCongApi"), at /tandan.

Public: `POST api/tokens` with a tenant header, `hosos` and `soLieuBaoCaos` below `api/v1`, paged answers, the error
object with `messages`, the code lists, the filters of the search, the statistic by calendar quarter with its figures
as JSON in a string and its rule (received on a day of the quarter, any status but 1).
ASSUMED: the path of the search; the sign-in's answer; days as yyyy-MM-dd; local instants without a zone; the tenant
"bienmau"; at most 1 000 rows a page.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from sandbox.credentials import ENVIRONMENT, TANDAN_TENANT, TANDAN_USERNAME
from sandbox.faults.dialects import FAILED_VI, Dialect, PagingStyle, describe
from sandbox.faults.habits import (
    LEFT_OUT,
    PAGED,
    appointments,
    code_types,
    day_bounds,
    day_filter,
    filter_date,
    instants,
    unit_filter,
)
from sandbox.systems.answers import answer_json, read_json
from sandbox.systems.igate_rows import write_code
from sandbox.systems.tandan_rows import LEVELS, is_accepted, write_row
from sandbox.world.ledger import Channel, Dossier, LedgerUnit, Status
from sandbox.world.periods import local_day
from sandbox.world.state import World, cut_page, hints

_MOST_ROWS = 1_000
_MOST_PAGES = 1_000_000
_PAGING = ("pageNumber", "pageSize")


describe(
    "tandan",
    Dialect(
        mounts=("/tandan/",),
        rows=(("data",),),
        needed=("ngayTiepNhan", "ngayNhan"),
        error=(500, lambda code: {"succeeded": False, "messages": [FAILED_VI], "statusCode": code}),
        strange=("trangThaiHoSoId", "77"),
        impossible=("ngayTiepNhan", "2025-02-30T08:00:00"),
        turning=PagingStyle("pageNumber", 1),
        habits={
            **PAGED,
            "filter_of_undated": {
                "works": None,
                "ignored": ("filter_unknown", {"parameters": ("coNgayTiepNhan",), "how": "ignored"}),
                "gives_nothing": ("undated_filter_gives_nothing", {}),
            },
            "unit_filter": unit_filter("donViQuanLy"),
            "day_bounds": day_bounds("tiepNhanFrom", "tiepNhanTo"),
            "day_filter": day_filter({"tiepNhanFrom": "1990-01-01", "tiepNhanTo": "2100-01-01"}),
            "filter_date": filter_date("tiepNhanFrom", "tiepNhanTo"),
            "empty_fields": LEFT_OUT,
            "code_types": code_types("mucDo", "kenhThucHien", "trangThaiHoSoId"),
            "instants": instants("ngayNopHoSo", "ngayTiepNhan", "ngayKetThucXuLy", "ngayHenTra"),
            "appointments": appointments("ngayHenTra"),
            "field_as": {"name": None, "code": ("field_as_code", {"field": "linhVuc"})},
        },
    ),
)


def build_router(world: World) -> APIRouter:
    """Sign-in, the search, the statistic."""
    router = APIRouter(prefix="/tandan/api")
    system = _TanDan(world)
    router.add_api_route("/tokens", system.issue_token, methods=["POST"], response_model=None)
    router.add_api_route("/v1/hosos/search", system.search, methods=["POST"], response_model=None)
    router.add_api_route(
        "/v1/soLieuBaoCaos/SearchSoLieuBaoCaoTheoKy", system.tell_quarter, methods=["GET"], response_model=None
    )
    return router


class _TanDan:
    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions = world.sessions["tandan"]

    async def issue_token(self, request: Request) -> Response:
        body = await read_json(request) or {}
        known = (TANDAN_USERNAME, ENVIRONMENT["BAOCAO_TANDAN_PASSWORD"], TANDAN_TENANT)
        given = (body.get("userName"), body.get("password"), request.headers.get("tenant"))
        if hints(request).refuse_login or given != known:
            return _fail(401, "Tên đăng nhập hoặc mật khẩu không đúng")
        token = {"token": self._sessions.issue(), "refreshToken": "", "refreshTokenExpiryTime": "2030-01-01T00:00:00"}
        return answer_json(token)

    async def search(self, request: Request) -> Response:
        if self._is_unknown(request):
            return _fail(401, "Authentication Failed.")
        body = await read_json(request) or {}
        units = [u for u in self._world.ledger.units if body.get("donViQuanLy", u.official_code) == u.official_code]
        try:
            page, size = int(body["pageNumber"]), min(int(body["pageSize"]), _MOST_ROWS)
            wanted = _read_filters(body)
        except (KeyError, ValueError):
            page = size = 0
        if page < 1 or size < 1:
            return Response("Input string was not in a correct format.", status_code=400)
        hint, now = hints(request), self._world.now
        key = ("tandan", *sorted((name, str(value)) for name, value in body.items() if name not in _PAGING))
        rows = self._world.remember(key, lambda: [d for d in self._visible(units) if wanted(d, now)])
        chosen = cut_page(rows, (page - 1) * size, size, hint)
        total = len(rows) - (hint.shift if page > 1 else 0)
        pages = _MOST_PAGES if hint.endless else -(-total // size)
        return _answer_page([write_row(d, now) for d in chosen], page, size, total, pages)

    def _visible(self, units: list[LedgerUnit]) -> list[Dossier]:
        """Of one unit; of all where none is named."""
        return sorted((d for unit in units for d in self._world.visible_dossiers(unit)), key=write_code)

    async def tell_quarter(self, request: Request) -> Response:
        if self._is_unknown(request):
            return _fail(401, "Authentication Failed.")
        asked = request.query_params
        unit = self._world.find_unit(asked.get("MaDinhDanh", ""), lambda one: one.official_code)
        if unit is None or asked.get("LoaiThoiGian") != "Quý" or not (asked.get("Ky", "") + asked.get("Nam", "")):
            return _answer_page([], 1, 100_000, 0, 0)
        year, number = int(asked["Nam"]), int(asked["Ky"])
        row = {
            "id": f"{unit.code}-{year}-{number}",
            "loaiThoiGian": "Quý",
            "ky": number,
            "nam": year,
            "loaiThongKe": asked.get("LoaiThongKe"),
            "maDinhDanh": unit.official_code,
            "soLieu": orjson.dumps(self._count(unit, year, number)).decode(),
        }
        return _answer_page([row], 1, 100_000, 1, 1)

    def _count(self, unit: LedgerUnit, year: int, number: int) -> dict[str, int]:
        """Received on a day of the calendar quarter, whatever became of it later, but for the merely registered."""
        now, months = self._world.now, range(3 * number - 2, 3 * number + 1)
        received = [
            d
            for d in self._world.visible_dossiers(unit)
            if is_accepted(d, now) and d.status_at(now) is not Status.REGISTERED and _falls_in(d, year, months)
        ]
        online = [d for d in received if d.channel is Channel.ONLINE]
        offered = [d for d in received if LEVELS[d.level] in "34"]
        return {
            "TiepNhanTrongKy": len(received),
            "TiepNhanTrucTuyen": len(online),
            "TiepNhanTrucTiep": sum(d.channel is Channel.IN_PERSON for d in received),
            "TiepNhanBCCI": sum(d.channel is Channel.POSTAL for d in received),
            "TiepNhanThuTucTrucTuyen": len(offered),
            "TiepNhanTrucTuyenThuTucTrucTuyen": sum(d.channel is Channel.ONLINE for d in offered),
            "ThuTucPhatSinhHoSo": len({d.procedure.code for d in received}),
            "ThuTucTrucTuyenPhatSinhHoSo": len({d.procedure.code for d in online}),
        }

    def _is_unknown(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return scheme != "Bearer" or self._sessions.find_owner(token) is None


def _falls_in(dossier: Dossier, year: int, months: range) -> bool:
    day = local_day(dossier.received_at)
    return day.year == year and day.month in months


def _read_filters(body: dict[str, Any]) -> Callable[[Dossier, int], bool]:
    if body.get("coNgayTiepNhan") is False:
        first, last = date.fromisoformat(body["nopHoSoTuNgay"]), date.fromisoformat(body["nopHoSoDenNgay"])
        return lambda d, now: not is_accepted(d, now) and first <= local_day(d.applied_at) <= last
    if "tiepNhanFrom" not in body:
        first, last = date.fromisoformat(body["nopHoSoTuNgay"]), date.fromisoformat(body["nopHoSoDenNgay"])
        return lambda d, _: first <= local_day(d.applied_at) <= last
    first, last = date.fromisoformat(body["tiepNhanFrom"]), date.fromisoformat(body["tiepNhanTo"])
    return lambda d, now: is_accepted(d, now) and first <= local_day(d.accepted_at or 0) <= last


def _answer_page(rows: list[dict[str, Any]], page: int, size: int, total: int, pages: int) -> Response:
    return answer_json(
        {
            "data": rows,
            "currentPage": page,
            "totalPages": pages,
            "totalCount": total,
            "pageSize": size,
            "hasPreviousPage": page > 1,
            "hasNextPage": page < pages,
        }
    )


def _fail(status: int, message: str) -> Response:
    content = {"messages": [message], "source": None, "exception": message, "errorId": "", "statusCode": status}
    return answer_json(content, status)
