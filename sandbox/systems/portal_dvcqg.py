"""The national public-service portal's integration channel (DVCQG, `mapi`).

Public: the login path with `dstcode`, the body {session, madonvi, service, …}, error_code as number or text beside
HTTP 200, the names of the services, UPPERCASE catalogue fields, PascalCase dossier fields, dates yyyyMMddHHmmss.
ASSUMED: that data calls go to `/forward/mapi/g`; in the catalogue MUCDO (level offered), MUCDODUDIEUKIEN (level the
procedure is eligible for), both "4"/"3"/"2", CONGKHAI ("1" published), NGAYCAPNHAT; in the detail
DUOCTHANHTOANTRUCTUYEN ("1" national portal, "2" provincial portal, "3" no); error codes "3" bad credentials, "-3"
session ended, "-1" anything else; sessions of 30 minutes.
In 2024 MUCDO "4" and "3" are levels 4 and 3; from 2025 they are "toàn trình" and "một phần". A procedure counts as
fee-bearing when any SOTIEN is above 0; free ones list nothing or "0". MATTHC carries the province's suffix in one
row of three. A few free procedures are flagged as payable online all the same.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.credentials import ENVIRONMENT, PORTAL_USERNAME
from sandbox.faults.dialects import FAILED_VI, Dialect, describe
from sandbox.faults.habits import code_types, unit_filter
from sandbox.systems.answers import answer_json, read_json
from sandbox.systems.portal_dossiers import find_dossier
from sandbox.world.ledger import Level, Payment, Procedure
from sandbox.world.periods import local_day
from sandbox.world.state import World, hints
from sandbox.world.units import PROVINCE_CODE, PROVINCE_NAME

_PATH = "/dvcqg/XrdAdapter/RestService/forward/mapi"
_PROVIDER = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
_LEVELS = {
    Level.FULL: "4",
    Level.LEVEL_4: "4",
    Level.PARTIAL: "3",
    Level.LEVEL_3: "3",
    Level.INFORMATION: "2",
}
_PAYMENTS = {Payment.NATIONAL: "1", Payment.PROVINCIAL: "2", Payment.NONE: "3"}
Rows = list[dict[str, Any]]


describe(
    "portal",
    Dialect(
        mounts=("/dvcqg/",),
        rows=(("result",),),
        needed=("MUCDO", "MUC_DO"),
        error=(-1, lambda code: {"error_code": code, "message": FAILED_VI, "result": []}),
        strange=("MUCDO", "9"),
        impossible=("NGAYCAPNHAT", "20250230080000"),
        habits={
            "unit_filter": unit_filter("madonvi", PROVINCE_CODE),
            "code_types": code_types("MUCDO", "MUCDODUDIEUKIEN", "CONGKHAI", "DUOCTHANHTOANTRUCTUYEN"),
            "levels_in": {"catalogue": None, "details": ("levels_in_details", {})},
            "result_as": {"list": None, "text": ("result_as_text", {}), "object": ("result_as_object", {})},
            "gateway_of_free_procedures": {"named": None, "empty": ("free_without_gateway", {})},
            "amount_of_free_procedures": {"zero": None, "empty": ("free_without_amount", {})},
        },
    ),
)


def build_router(world: World) -> APIRouter:
    """Login and the one data call."""
    router = APIRouter(prefix=_PATH)
    portal = _Portal(world)
    router.add_api_route("/login", portal.log_in, methods=["POST"], response_model=None)
    router.add_api_route("/g", portal.call, methods=["POST"], response_model=None)
    return router


class _Portal:
    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions = world.sessions["portal"]
        self._services: Mapping[str, Callable[[dict[str, Any]], Rows]] = {
            "LayDanhSachTTHC": self._list_procedures,
            "LayThuTuc": self._describe_procedure,
            "LayDanhMucCoQuan": self._list_agencies,
            "TraCuuHoSo": lambda body: find_dossier(world, str(body.get("mahoso", ""))),
        }

    async def log_in(self, request: Request) -> Response:
        body = await read_json(request) or {}
        if request.query_params.get("dstcode") != _PROVIDER:
            return _fail("-1", "Không xác định được hệ thống đích", session="")
        known = (PORTAL_USERNAME, ENVIRONMENT["BAOCAO_PORTAL_PASSWORD"])
        if hints(request).refuse_login or (body.get("username"), body.get("password")) != known:
            return _fail("3", "Sai tên đăng nhập hoặc mật khẩu", session="")
        return answer_json({"error_code": 0, "message": "Thành công", "session": self._sessions.issue()})

    async def call(self, request: Request) -> Response:
        body = await read_json(request)
        if body is None or request.query_params.get("dstcode") != _PROVIDER:
            return _fail("-1", "Yêu cầu không hợp lệ", result=[])
        if self._sessions.find_owner(str(body.get("session", ""))) is None:
            return _fail("-3", "Phiên làm việc không tồn tại hoặc đã hết hạn", result=[])
        service = self._services.get(str(body.get("service")))
        if service is None:
            return _fail("-1", "Dịch vụ không tồn tại", result=[])
        if not self._knows_agency(str(body.get("madonvi", ""))):
            return _fail("-1", "Mã đơn vị không hợp lệ", result=[])
        rows = service(body)
        if hints(request).levels_in_details:
            rows = [_with_levels_in_details(row, self._levels_of(row)) for row in rows]
        if hints(request).shift:
            rows = rows[: -hints(request).shift]
        ok: int | str = "0" if body["service"] == "LayDanhSachTTHC" else 0
        return answer_json({"error_code": ok, "message": "Thành công", "result": rows})

    def _knows_agency(self, key: str) -> bool:
        return key == PROVINCE_CODE or self._world.find_unit(key, lambda unit: unit.official_code) is not None

    def _levels_of(self, row: dict[str, Any]) -> dict[str, str]:
        today = local_day(self._world.now)
        codes = {_write_code(place, one): one for place, one in enumerate(self._world.listed_procedures())}
        return _write_levels(codes[row["MATTHC"]], today)

    def _list_procedures(self, body: dict[str, Any]) -> Rows:
        today = local_day(self._world.now)
        return [
            {
                "MATTHC": _write_code(place, procedure),
                "TENTTHC": procedure.name,
                "LINHVUCTHUCHIEN": _write_sector(procedure),
                "MADONVI": body["madonvi"],
                "CAPDONVI": "1" if body["madonvi"] == PROVINCE_CODE else "2",
                **_write_levels(procedure, today),
                "NGAYCAPNHAT": f"{procedure.levels[-1][0]:%Y%m%d}080000",
            }
            for place, procedure in enumerate(self._world.listed_procedures())
        ]

    def _describe_procedure(self, body: dict[str, Any]) -> Rows:
        wanted = ".".join(str(body.get("maTTHC", "")).split(".")[:2])
        return [
            {
                "MATTHC": _write_code(place, procedure),
                "TENTTHC": procedure.name,
                "LINHVUCTHUCHIEN": _write_sector(procedure),
                "CACHTHUCTHUCHIEN": _write_ways(procedure),
                "COQUANTHUCHIEN": [{"MADONVI": body["madonvi"], "TENDONVI": self._name_agency(body["madonvi"])}],
                "DUOCTHANHTOANTRUCTUYEN": _PAYMENTS[procedure.payment],
            }
            for place, procedure in enumerate(self._world.listed_procedures())
            if procedure.code == wanted
        ]

    def _list_agencies(self, _: dict[str, Any]) -> Rows:
        province = {"MADONVI": PROVINCE_CODE, "TENDONVI": PROVINCE_NAME, "CAPDONVI": "1", "MADONVICHA": ""}
        return [province] + [
            {"MADONVI": unit.official_code, "TENDONVI": unit.name, "CAPDONVI": "2", "MADONVICHA": PROVINCE_CODE}
            for unit in self._world.ledger.units
        ]

    def _name_agency(self, key: str) -> str:
        unit = self._world.find_unit(key, lambda one: one.official_code)
        return PROVINCE_NAME if unit is None else unit.name


def _write_levels(procedure: Procedure, today: date) -> dict[str, str]:
    return {
        "MUCDO": _LEVELS[procedure.level_on(today)],
        "MUCDODUDIEUKIEN": _LEVELS[_eligible(procedure, procedure.level_on(today))],
        "CONGKHAI": "1" if procedure.published else "0",
    }


def _with_levels_in_details(row: dict[str, Any], levels: dict[str, str]) -> dict[str, Any]:
    """A catalogue without them; the description of a procedure has them."""
    if "CACHTHUCTHUCHIEN" in row:
        return {**row, **levels}
    return {name: value for name, value in row.items() if name not in levels}


def _eligible(procedure: Procedure, offered: Level) -> Level:
    """Before a procedure is raised, it is listed as eligible for what it offers."""
    return offered if len(procedure.levels) > 1 else procedure.eligible


def _write_code(place: int, procedure: Procedure) -> str:
    return procedure.code if place % 3 else f"{procedure.code}.000.00.00.{PROVINCE_CODE}"


def _write_sector(procedure: Procedure) -> Rows:
    return [{"MALINHVUC": f"{PROVINCE_CODE}-{len(procedure.sector):02d}", "TENLINHVUC": procedure.sector}]


def _write_ways(procedure: Procedure) -> Rows:
    """Channel 2 is online, 1 at the counter, 3 by post; the amounts are dealt out among them."""
    return [
        {
            "KENH": channel,
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": str(3 + len(procedure.name) % 12),
                    "DONVITINH": "Ngày làm việc",
                    "PHILEPHI": [
                        {"SOTIEN": amount, "DONVI": "Đồng", "MOTA": "Lệ phí" if procedure.has_fee else "Không thu phí"}
                        for amount in procedure.amounts[offset::3]
                    ],
                }
            ],
        }
        for offset, channel in enumerate("213")
    ]


def _fail(code: str, message: str, **rest: Any) -> Response:
    return answer_json({"error_code": code, "message": message} | rest)
