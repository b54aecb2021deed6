"""The document system, VNPT QLVBĐH / iOffice, as its own applications call it.

Public: paths, the header X-Authentication-Token, the envelope, everything in strings, `pageNo` of the count call
meaning the number of pages, the row's fields, `documentreport` without any dates.
ASSUMED: the fields isSign, hinhThucGui, hinhThucGuiCode and doMat in rows of the advanced search (elsewhere they
are in the waiting list or the detail); codes DT, GIAY, CA_HAI; `type` and `confidential` as filters; at most 50
rows a page; that switching to another post gives a new token, in `data.token`, which sees that post's documents,
while the token of the integration account itself sees none; rows ordered by date and id, newest first; code "-1"
for a token that has ended when the answer is HTTP 200.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.credentials import DOCUMENTS_USERNAME, ENVIRONMENT
from sandbox.faults.dialects import FAILED_VI, Dialect, PagingStyle, describe
from sandbox.faults.habits import LEFT_OUT, PAGED, code_types, day_bounds, day_filter, filter_date
from sandbox.systems.answers import answer_json, read_json
from sandbox.world.ledger import Document, SendingForm, invent_person
from sandbox.world.periods import ZONE, local_time
from sandbox.world.state import World, cut_page, hints

_SENDING = {
    SendingForm.ELECTRONIC: ("Điện tử", "DT"),
    SendingForm.PAPER: ("Giấy", "GIAY"),
    SendingForm.BOTH: ("Điện tử và giấy", "CA_HAI"),
}
_SIGNED = {True: "TRUE", False: "FALSE", None: "none"}
_ABOUT = (
    "V/v trả lời đơn của ông (bà) {0.full_name}, CCCD {0.identity_number}, ĐT {0.phone}",
    "Quyết định cấp giấy phép cho hộ {0.full_name}, {0.address}",
    "Thông báo kết quả giải quyết hồ sơ của {0.full_name} ({0.email})",
)
_URGENCY = ("Thường", "Thường", "Khẩn", "Thường", "Hỏa tốc")
_MAX_ROWS = 50
_FILTERS = ("startDateBanHanh", "endDateBanHanh", "type", "confidential", "sort")
_PUBLIC_PATH = "/qlvb/api"


def wrap(data: Any, code: str = "0", message: str = "Thành công") -> dict[str, Any]:
    """The envelope around every answer."""
    return {"status": {"code": code, "message": message}, "data": data}


describe(
    "documents",
    Dialect(
        mounts=("/qlvb/",),
        rows=(("data",),),
        needed=("congVanDenDi", "loaiCongVan"),
        error=(1, lambda code: {"status": {"code": code, "message": FAILED_VI}, "data": None}),
        strange=("hinhThucGuiCode", "KHAC9"),
        impossible=("ngayVanBan", "31/02/2025"),
        turning=PagingStyle("pageNo", 1),
        habits={
            **PAGED,
            "post": {"of_session": None, "of_account": ("post_of_account", {})},
            "page_count": {
                "by_asked_size": None,
                "by_own_size": ("own_page_size", {"rows": 10}),
                "list_by_own_size": ("own_page_size", {"rows": 10, "counting": False}),
            },
            "unit_filter": {
                "honoured": None,
                "ignored": ("switch_unheeded", {"unit": "5101"}),
                "refuses_unknown": None,
            },
            "day_bounds": day_bounds("startDateBanHanh", "endDateBanHanh"),
            "day_filter": day_filter({"startDateBanHanh": "01/01/1990", "endDateBanHanh": "01/01/2100"}),
            "filter_date": filter_date("startDateBanHanh", "endDateBanHanh"),
            "empty_fields": LEFT_OUT,
            "code_types": code_types("congVanDenDi"),
            "yes_and_no": {
                "as_shown": None,
                "booleans": ("codes_retyped", {"fields": ("isSign",), "to": "booleans"}),
                "bits": ("codes_retyped", {"fields": ("isSign",), "to": "bits"}),
            },
        },
    ),
)


def build_router(world: World) -> APIRouter:
    """All calls of the document system."""
    router = APIRouter(prefix=_PUBLIC_PATH)
    system = _DocumentSystem(world)
    router.add_api_route("/login/", system.log_in, methods=["POST"], response_model=None)
    router.add_api_route("/switch/{userid}/", system.switch, methods=["GET", "POST"], response_model=None)
    router.add_api_route("/document/lookupdocument/", system.look_up, methods=["POST"], response_model=None)
    router.add_api_route("/document/paginglookupdocument/", system.count_pages, methods=["POST"], response_model=None)
    router.add_api_route("/report/documentreport/", system.report, methods=["GET"], response_model=None)
    return router


class _DocumentSystem:
    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions = world.sessions["documents"]
        self._post_of_account = ""

    async def log_in(self, request: Request) -> Response:
        body = await read_json(request) or {}
        known = (DOCUMENTS_USERNAME, ENVIRONMENT["BAOCAO_DOCUMENTS_PASSWORD"])
        if hints(request).refuse_login or (body.get("username"), body.get("password")) != known:
            return answer_json(wrap(None, "401", "Tên đăng nhập hoặc mật khẩu không đúng"), 401)
        return answer_json(wrap(self._describe_user("", "Tài khoản tích hợp báo cáo")))

    def _describe_user(self, unit_code: str, name: str) -> dict[str, Any]:
        posts = [{"userid": u.document_userid, "name": f"Văn thư {u.name}"} for u in self._world.ledger.units]
        return {
            "username": DOCUMENTS_USERNAME,
            "fullName": name,
            "unitName": name,
            "token": self._sessions.issue(unit_code),
            "kho": [],
            "switchUser": posts,
        }

    async def switch(self, request: Request, userid: str) -> Response:
        if self._find_owner(request) is None:
            return _refuse()
        unit = self._world.find_unit(userid, lambda one: one.document_userid)
        self._post_of_account = unit.code if unit is not None else "nobody"
        if unit is None and hints(request).post_is_the_accounts:
            return answer_json(wrap(self._describe_user(self._post_of_account, "")))
        if unit is None:
            return answer_json(wrap(None, "400", "Không tìm thấy tài khoản chuyển đổi"), 400)
        return answer_json(wrap(self._describe_user(unit.code, unit.name)))

    async def look_up(self, request: Request) -> Response:
        found = await self._search(request)
        if isinstance(found, Response):
            return found
        rows, page, size = found
        chosen = cut_page(rows, (page - 1) * size, size, hints(request))
        return answer_json(wrap([_write_row(document) for document in chosen]))

    async def count_pages(self, request: Request) -> Response:
        found = await self._search(request)
        if isinstance(found, Response):
            return found
        rows, _, size = found
        pages = 1_000_000 if hints(request).endless else -(-len(rows) // size)
        return answer_json(wrap({"pageNo": str(pages), "pageRec": str(size)}))

    async def report(self, request: Request) -> Response:
        """Counts of "now" for the signed-in post, without dates; made up from the number of documents."""
        owner = self._find_owner(request)
        if owner is None:
            return _refuse()
        counts: dict[str, str] = {}
        for word, outgoing in (("den", False), ("di", True)):
            number = sum(d.outgoing is outgoing for d in self._visible(owner))
            shares = (("ChoXuLy", 40), ("QuaHan", 120), ("DaXuLy", 2), ("BanHanh", 1))
            counts |= {word + name: str(number // share) for name, share in shares}
        return answer_json(wrap(counts))

    async def _search(self, request: Request) -> tuple[Sequence[Document], int, int] | Response:
        owner = self._find_owner(request)
        if owner is None:
            return _refuse()
        body = await read_json(request)
        try:
            asked = {key: str(value) for key, value in (body or {}).items()}
            page, size = int(asked["pageNo"]), min(int(asked.get("pageRec", "10")), _MAX_ROWS)
            wanted = _read_filters(asked)
        except (KeyError, ValueError):
            return answer_json(wrap(None, "400", "Tham số không hợp lệ"), 400)
        if page < 1 or size < 1:
            return answer_json(wrap(None, "400", "Tham số không hợp lệ"), 400)
        key = ("documents", owner, *(asked.get(name) for name in _FILTERS))
        return self._world.remember(key, lambda: self._select(owner, wanted, asked.get("sort", "desc"))), page, size

    def _select(self, owner: str, wanted: Callable[[Document], bool], way: str) -> list[Document]:
        rows = [document for document in self._visible(owner) if wanted(document)]
        rows.sort(key=lambda document: (document.issued_on, document.sequence), reverse=way.lower() != "asc")
        return rows

    def _visible(self, owner: str) -> list[Document]:
        return [d for d in self._world.ledger.documents.get(owner, []) if d.issued_at <= self._world.now]

    def _find_owner(self, request: Request) -> str | None:
        owner = self._owner_of_session(request)
        return self._post_of_account if owner and hints(request).post_is_the_accounts else owner

    def _owner_of_session(self, request: Request) -> str | None:
        return self._sessions.find_owner(request.headers.get("X-Authentication-Token", ""))


def _refuse() -> Response:
    return answer_json(wrap(None, "401", "Phiên đăng nhập không hợp lệ hoặc đã hết hạn"), 401)


def _read_filters(asked: dict[str, str]) -> Callable[[Document], bool]:
    first = _read_day(asked.get("startDateBanHanh", ""), date.min)
    last = _read_day(asked.get("endDateBanHanh", ""), date.max)
    direction = asked.get("type", "")
    secrecy = asked.get("confidential", "")

    def is_wanted(document: Document) -> bool:
        return (
            first <= document.issued_on <= last
            and direction in ("", "2" if document.outgoing else "1")
            and secrecy in ("", document.secrecy)
        )

    return is_wanted


def _read_day(text: str, default: date) -> date:
    return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=ZONE).date() if text else default


def _write_row(document: Document) -> dict[str, str]:
    number = document.sequence
    text, code = _SENDING[document.sending]
    issuer = document.unit.name if document.outgoing else f"Cơ quan gửi mẫu số {number % 40:02d}"
    moment = local_time(document.issued_at)
    return {
        "id": str(9_000_000 + number),
        "trichYeu": _ABOUT[number % 3].format(invent_person(number % 1_000_000)),
        "soKihieu": f"{number % 5_000 + 1}/{'UBND-VP' if document.outgoing else 'CV'}",
        "coQuanBanHanh": issuer,
        "ngayVanBan": moment.strftime("%d/%m/%Y"),
        "doKhan": _URGENCY[number % 5],
        "congVanDenDi": "2" if document.outgoing else "1",
        "processDefinitionId": "VanBanDi:7:48211" if document.outgoing else "VanBanDen:9:51307",
        "processInstanceId": str(4_000_000 + number),
        "hasFile": "TRUE",
        "ngayNhan": moment.strftime("%d/%m/%Y %H:%M:%S"),
        "isRead": "TRUE" if number % 9 else "FALSE",
        "isCheck": "FALSE",
        "isChuTri": "TRUE" if number % 2 else "FALSE",
        "isSign": _SIGNED[document.signed],
        "hinhThucGui": text,
        "hinhThucGuiCode": code,
        "doMat": document.secrecy,
    }
