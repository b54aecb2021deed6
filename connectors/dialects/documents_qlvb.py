"""Documents from VNPT QLVBĐH / iOffice: advanced search over the documents issued in the period.

Interface: the vendor's mobile client (`/qlvb/api/…`). Every answer is `{status: {code, message}, data}`, every
value a string. Listings say how many pages there are, never how many rows. Assumed, since no public document
shows it: the search's rows carry `isSign`, `hinhThucGuiCode` and `doMat` as the detail view does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
import pandas as pd

from baocao.domain import RawPayload, Window
from baocao.messages import show_name
from baocao.records import build_frame, join_frames
from baocao.source_text import SourceText
from connectors.asking.gateway import open_client
from connectors.asking.http import SourceClient
from connectors.asking.listing import Listing, read_keys, read_rows, read_total
from connectors.asking.narrowing import DAY_OF_NOTHING_VI, NO_DAYS, NarrowingParameter, nobody_of, prove_narrowings
from connectors.asking.request import Answer, Request
from connectors.asking.resuming import Page, PagedListing, page_payload
from connectors.asking.signing_in import Token, TokenSession
from connectors.assumptions import (
    AS_SHOWN,
    CODE_TYPES,
    DAY_BOUNDS,
    DAY_FILTER,
    FILTER_DATE,
    LAST_PAGE,
    LEFT_OUT,
    PAGE_SIZE,
    UNIT_FILTER,
    Assumption,
)
from connectors.contract import UNIT_MARK, Assignment, Connector, ParseResult
from connectors.declaration import Declaration, Pages
from connectors.reading.instants import read_days
from connectors.reading.minimising import Fields
from connectors.reading.narrowed import BY_DAYS, BY_UNIT
from connectors.reading.quick_pages import PageDecoder, QuickPage, RowDecoder
from connectors.reading.strict import Reader

API = "/qlvb/api"
SEARCH = f"{API}/document/lookupdocument/"
SEARCH_PAGES = f"{API}/document/paginglookupdocument/"
PART = "documents"
OK = "0"
DEAD_TOKEN_CODES = frozenset({"401", "-1"})
USUAL_ROWS = 10
DAY_FORM = "%d/%m/%Y"
ASSUMPTIONS = (
    PAGE_SIZE,
    LAST_PAGE,
    CODE_TYPES,
    LEFT_OUT,
    UNIT_FILTER,
    DAY_BOUNDS,
    DAY_FILTER,
    FILTER_DATE,
    Assumption("yes_and_no", (AS_SHOWN, "booleans", "bits"), "how isSign says yes and no"),
    Assumption("post", ("of_session", "of_account"), "whose the post acted for is: another session may change it"),
    Assumption(
        "page_count", ("by_asked_size", "by_own_size", "list_by_own_size"), "the size of the pages that are counted"
    ),
)

DIRECTIONS = {"1": "incoming", "2": "outgoing"}
FORMS_OF_SENDING = {"DT": "electronic", "GIAY": "paper", "CA_HAI": "both"}
YES_NO = {"TRUE": True, 1: True, "FALSE": False, 0: False, "none": False}
CONFIDENTIALITY = {"Thường": "normal", "Mật": "confidential", "Tối mật": "confidential", "Tuyệt mật": "confidential"}

FIELDS = Fields(
    kept={"id": {}, "congVanDenDi": {}, "ngayVanBan": {}, "hinhThucGuiCode": {}, "isSign": {}, "doMat": {}},
    known=frozenset({
        "trichYeu", "soKihieu", "coQuanBanHanh", "doKhan", "processDefinitionId", "processInstanceId", "hasFile",
        "ngayNhan", "isRead", "isCheck", "isChuTri", "hinhThucGui",
    }),
    words=frozenset(CONFIDENTIALITY),
    numbers=frozenset({"id"}),
)  # fmt: skip
SITE = Declaration(
    {
        "api": f"{API}/", "login": f"{API}/login/", "switch": f"{API}/switch/", "search": SEARCH, "pages": SEARCH_PAGES,
    },
    frozenset({*FIELDS.kept, "data", "status", "pageNo", "token"}),
    {"congVanDenDi": DIRECTIONS, "hinhThucGuiCode": FORMS_OF_SENDING, "isSign": YES_NO, "doMat": CONFIDENTIALITY},
    expects={
        "login": "status.code 0, data.token", "switch": "status.code 0", "search": "status.code 0, data [...]",
        "pages": "status.code 0, data.pageNo",
    },
    rows={"search": FIELDS},
    rows_under="data",
    dates={"ngayVanBan": DAY_FORM},
    parameters=frozenset({"pageNo", "pageRec", "startDateBanHanh", "endDateBanHanh", "fieldSort", "sort"}),
    asked_dates={"startDateBanHanh": DAY_FORM, "endDateBanHanh": DAY_FORM},
    bounds=(("startDateBanHanh", "endDateBanHanh", "ngayVanBan"),),
    pages=Pages("pageNo", "pageRec", 1),
    options=frozenset({"switch"}),
    choices={"switch": (True, False)},
)  # fmt: skip


MANY = 30
"""Documents of a period of which some are sent, wherever people work."""


class _Status(msgspec.Struct):
    """The answer's own status; `code` is text."""

    code: str


class DocumentsQlvb:
    """The connector `documents_qlvb`.

    Options `page_size` (at most 50), `switch` (false where the account is the unit's own and acts for no post).
    """

    code = "documents_qlvb"
    kinds = ("documents",)
    assumptions = ASSUMPTIONS

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        with open_client(assignment, SITE) as client:
            api = TokenSession(client, lambda: _sign_in(client), _is_refused)
            page_size = client.page_size(50)
            listing, first = _listing(client, api, page_size), None
            for payload in listing.payloads():
                first = first or payload
                yield payload
            total = int(first.request["total"]) if first is not None else 0
            yield from prove_narrowings(client, _narrowings(client, api, page_size), total)
            _prove_post(client, page_size, listing.keys_of(first) if first is not None else [])

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code)
        frames = (_read_rows(reader, rows) for rows in reader.blocks(payloads, PART, RowDecoder(FIELDS.kept)))
        documents = join_frames(PART, frames)
        if len(documents) >= MANY and not (documents["direction"] == "outgoing").any():
            reader.notices.note_unproved(
                f"trong {len(documents)} văn bản không có văn bản đi nào; nguồn có thể không trả văn bản đi"
            )
        return reader.finish({PART: documents})


CONNECTOR: Connector = DocumentsQlvb()


def _read_rows(reader: Reader, rows: Sequence[Any]) -> pd.DataFrame:
    return build_frame(PART, {
        "document_key": reader.required("id", reader.column(rows, "id")),
        "direction": reader.codes("congVanDenDi", reader.column(rows, "congVanDenDi"), DIRECTIONS),
        "issued_on": reader.dates("ngayVanBan", reader.column(rows, "ngayVanBan"), _read_days),
        "form_of_sending": reader.codes("hinhThucGuiCode", reader.column(rows, "hinhThucGuiCode"), FORMS_OF_SENDING),
        "is_signed": reader.codes("isSign", reader.column(rows, "isSign"), YES_NO),
        "confidentiality": reader.codes("doMat", reader.column(rows, "doMat"), CONFIDENTIALITY),
    })  # fmt: skip


def _sign_in(client: SourceClient, post: str | None = None) -> Token:
    """Sign in with the integration account, then act for the unit's own post, or another."""
    post = post or client.assignment.unit_key
    account = client.assignment.source.auth.username
    login = {"username": account, "password": client.assignment.secret, "tokenFireBase": ""}
    content, answer = client.ask(Request("POST", f"{API}/login/", json=login))
    if answer.status == HTTPStatus.UNAUTHORIZED or _status_code(client, content) != OK:
        raise client.rejected(f"từ chối đăng nhập của '{show_name(account)}': sai mật khẩu, hoặc tài khoản bị khoá")
    token = _token(client, content)
    if not client.assignment.source.options.get("switch", True):
        return Token(token)
    switch = Request("GET", f"{API}/switch/{UNIT_MARK}/", unit=post, headers=_headers(token))
    content, answer = client.ask(switch)
    if answer.status == HTTPStatus.UNAUTHORIZED or _status_code(client, content) != OK:
        raise client.rejected(
            f"tài khoản '{show_name(account)}' không được chuyển sang vị trí của đơn vị (source_keys trong units.yaml)"
        )
    return Token(_token(client, content, default=token))


def _token(client: SourceClient, content: Any, default: str | None = None) -> str:
    data = content.get("data")
    token = data.get("token", default) if isinstance(data, dict) else default
    if not token:
        raise client.broken("câu trả lời đăng nhập thiếu trường data.token")
    return str(token)


def _listing(client: SourceClient, api: TokenSession, page_size: int, window: Window | None = None) -> PagedListing:
    total = _count_pages(client, api, 1, window)
    decode = PageDecoder(FIELDS, "data", {"status": _Status})

    def question(page: int, size: int, token: str = "") -> Request:
        return replace(_question(SEARCH, client, size, page, token, window), decode=decode)

    def ask(page: int, size: int) -> Page:
        content, answer, request = api.ask(partial(question, page, size))
        keys, minimised = _cut_page(client, content)
        payload = page_payload(client, minimised, answer, request, page=page, total=total)
        return Page(keys, total, page * size >= total, payload)

    return PagedListing(
        client=client,
        part=PART,
        ask=ask,
        question=lambda page, size: question(page, size).evidence,
        key="id",
        page_size=page_size,
        first=1,
        make_listing=partial(_DocumentListing, api),
    )


class _DocumentListing(Listing):
    """Whole where the rows listed are as many as the pages of one row each, or fill as many pages as the system counts.

    A system that always gives pages of its own size counts those, whatever it is asked: then their number is that of
    the pages listed, or of pages of `USUAL_ROWS`.
    """

    def __init__(self, api: TokenSession, client: SourceClient, what: str) -> None:
        super().__init__(client, what)
        self._api = api

    def is_whole(self) -> bool:
        """See `Listing.is_whole`; the pages are counted again where one row a page did not come out."""
        return super().is_whole() or self._fills_pages()

    def _fills_pages(self) -> bool:
        sizes = (self.longest, USUAL_ROWS)
        if all(-(-self.count // size) != self.most for size in sizes):
            return False
        return all(_count_pages(self.client, self._api, size) == self.most for size in sizes)


def _cut_page(client: SourceClient, content: Any) -> tuple[list[str], dict[str, Any] | bytes]:
    """The keys and what is kept of the rows."""
    if isinstance(content, QuickPage) and _code(content) == OK:
        return content.keys("id"), content.minimised()
    rows = read_rows(client, "data", _data(client, content))
    return read_keys(client, "id", rows), FIELDS.minimise(rows)


def _count_pages(client: SourceClient, api: TokenSession, size: int, window: Window | None = None) -> int:
    """The system counts pages, never rows: with one row a page it counts rows, if it honours the size."""
    content, _, _ = api.ask(lambda token: _question(SEARCH_PAGES, client, size, 1, token, window))
    data = _data(client, content)
    return read_total(client, "data.pageNo", data.get("pageNo") if isinstance(data, dict) else None)


def _asked_days(client: SourceClient) -> Window:
    """A day more at both ends, which some systems leave out; each document's own day chooses."""
    return client.assignment.window.widened(before=1, after=1)


def _narrowings(client: SourceClient, api: TokenSession, page_size: int) -> Iterator[NarrowingParameter]:
    """By the days of issue, and by the post acted for: another session is asked to act for one that does not exist.

    Behind the listing, the post last: it may be the account's, not the session's.
    """
    count = partial(_count_pages, client, api, 1)
    yield NarrowingParameter(
        BY_DAYS,
        SEARCH_PAGES,
        "startDateBanHanh",
        DAY_OF_NOTHING_VI,
        partial(count, NO_DAYS),
        "issued_on",
        _asked_days(client),
        count,
        lambda days: _listing(client, api, page_size, days).some_keys(),
        "document_key",
    )
    if client.assignment.source.options.get("switch", True):
        nobody = nobody_of(client.assignment.unit_key)
        of_nobody = TokenSession(client, lambda: _sign_in(client, nobody), _is_refused)
        yield NarrowingParameter(BY_UNIT, SEARCH_PAGES, "switch", nobody, lambda: _count_pages(client, of_nobody, 1))


def _prove_post(client: SourceClient, page_size: int, listed: Sequence[str]) -> None:
    """Where the post is the account's, another unit's collection may have changed it before this one was listed: the
    documents that were first then must be first for a new session too. Two units may well have as many.
    """
    if client.assignment.source.options.get("switch", True):
        anew = TokenSession(client, lambda: _sign_in(client), _is_refused)
        own = _listing(client, anew, page_size).some_keys()
        first = set(listed[: len(own)])
        if bool(own) != bool(listed) or 2 * len(first.intersection(own)) < len(first):
            raise client.unavailable(
                "đăng nhập lại thì nguồn trả văn bản khác hẳn văn bản đã nhận: tài khoản đang được dùng cho đơn vị "
                "khác, và hệ thống đổi vị trí ở mọi phiên cùng lúc; mỗi đơn vị một tài khoản, hoặc không lấy số liệu "
                "cùng lúc"
            )


def _question(
    path: str, client: SourceClient, page_size: int, page: int, token: str, window: Window | None = None
) -> Request:
    window = window or _asked_days(client)
    body = {
        "pageNo": str(page),
        "pageRec": str(page_size),
        "startDateBanHanh": f"{window.start_on:%d/%m/%Y}",
        "endDateBanHanh": f"{window.end_on:%d/%m/%Y}",
        "fieldSort": "id",
        "sort": "asc",
    }
    noted = {"part": PART, "listing": "văn bản theo ngày ban hành", "body": body}
    return Request("POST", path, headers=_headers(token), json=body, noted=noted)


def _headers(token: str) -> dict[str, str]:
    return {"X-Authentication-Token": token}


def _code(content: Any) -> str | None:
    if isinstance(content, QuickPage):
        return str(content.envelope["status"].code)
    status = content.get("status") if isinstance(content, dict) else None
    return str(status.get("code")) if isinstance(status, dict) else None


def _is_refused(content: Any, answer: Answer) -> bool:
    return answer.status == HTTPStatus.UNAUTHORIZED or _code(content) in DEAD_TOKEN_CODES


def _status_code(client: SourceClient, content: Any) -> str:
    code = _code(content)
    if code is None:
        raise client.broken("câu trả lời thiếu trường status.code")
    return code


def _data(client: SourceClient, content: Any) -> Any:
    code = _status_code(client, content)
    if code != OK:
        raise client.unavailable(f"trả mã trạng thái {SourceText(code).as_code()}")
    if not isinstance(content, dict) or "data" not in content:
        raise client.broken("câu trả lời thiếu trường data")
    return content["data"]


def _read_days(texts: pd.Series) -> pd.Series:
    return read_days(texts, DAY_FORM)
