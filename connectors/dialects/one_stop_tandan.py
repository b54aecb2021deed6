"""Dossiers and the quarterly statistic of a TanDan one-stop system ("TD.DichVuCongApi").

Interface: public server code of 2025 (sign-in with a tenant header, paged records, the search's filters, the code
lists, the statistic by calendar quarter whose rows hold JSON inside a string). The search by day of receipt leaves out
dossiers without one, so those are asked for by their day of submission; where that filter finds none, all of those days
are. Assumed: the paths below `/api/v1/hosos`;
`donViQuanLy` takes the unit's official code; the answer of the sign-in is `{token}` or `{data: {token}}`; days as
`2025-12-14`; instants without a zone are local; an empty SecurityCode is accepted from an integration account. Only for
reports that need them `ngayHenTra` (when the result was promised), `linhVuc` (the field, by its name or a code) and
`donViId` (the receiving unit) are kept; a name is kept as a mark, which is compared and never shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

import pandas as pd

from baocao.domain import RawPayload, Window
from baocao.messages import show_name
from baocao.records import build_frame, join_frames
from connectors.asking.beside import ask_beside
from connectors.asking.gateway import open_client
from connectors.asking.http import SourceClient
from connectors.asking.listing import read_keys, read_total
from connectors.asking.narrowing import (
    DAY_OF_NOTHING_VI,
    NO_DAYS,
    NarrowingParameter,
    count_at_ends,
    nobody_of,
    with_narrowing,
)
from connectors.asking.request import Answer, Request
from connectors.asking.resuming import Page, PagedListing, page_payload
from connectors.asking.signing_in import Token, TokenSession
from connectors.assumptions import (
    APPOINTMENTS,
    CODE_TYPES,
    DAY_BOUNDS,
    DAY_FILTER,
    FILTER_DATE,
    INSTANTS,
    LAST_PAGE,
    LEFT_OUT,
    PAGE_SIZE,
    UNIT_FILTER,
    Assumption,
)
from connectors.contract import Assignment, Connector, ParseResult
from connectors.declaration import Declaration, Pages
from connectors.dialects.tandan_figures import STATISTIC_FIELDS, read_statistic, unpack_figures
from connectors.reading.codes import procedure_code
from connectors.reading.instants import read_usual
from connectors.reading.minimising import Fields, Shape, more_shape, note_more, show_names
from connectors.reading.narrowed import BY_DAYS, BY_UNIT
from connectors.reading.strict import Reader
from connectors.reading.tallying import Quarter, quarters_of, read_beside, set_aside

TOKENS, SEARCH = "/api/tokens", "/api/v1/hosos/search"
STATISTIC = "/api/v1/soLieuBaoCaos/SearchSoLieuBaoCaoTheoKy"
PART, STATISTIC_PART = "dossiers", "statistic"
INSTANT_FORM = "%Y-%m-%dT%H:%M:%S"
ASSUMPTIONS = (
    PAGE_SIZE,
    LAST_PAGE,
    CODE_TYPES,
    LEFT_OUT,
    INSTANTS,
    UNIT_FILTER,
    DAY_BOUNDS,
    DAY_FILTER,
    FILTER_DATE,
    APPOINTMENTS,
    Assumption("field_as", ("name", "code"), "whether linhVuc is a field's name or its code"),
    Assumption("filter_of_undated", ("works", "ignored", "gives_nothing"), "coNgayTiepNhan of the search"),
)

FIELDS = Fields(
    kept={
        "maHoSo": {}, "maTTHC": {}, "mucDo": {}, "kenhThucHien": {}, "trangThaiHoSoId": {}, "ngayNopHoSo": {},
        "ngayTiepNhan": {}, "ngayKetThucXuLy": {},
    },
    known=frozenset({
        "id", "tenTTHC", "linhVuc", "ngayHenTra", "ngayTra", "chuHoSo", "soGiayToChuHoSo", "soDienThoaiChuHoSo",
        "emailChuHoSo", "diaChiChuHoSo", "trichYeuHoSo", "donViId", "tenDonVi", "createdOn",
    }),
)  # fmt: skip
MORE: Mapping[str, Shape] = {
    "appointment_at": {"ngayHenTra": {}},
    "field_key": {"linhVuc": {}},
    "receiving_unit_key": {"donViId": {}},
}
LEVELS = {"4": "full", "3": "partial", "2": "information"}
CHANNELS = {"1": "in_person", "2": "online", "3": "postal"}
STATUSES = {
    "1": "registered", "2": "accepted", "3": "refused", "4": "processing", "5": "supplement_requested",
    "6": "payment_requested", "7": "withdrawn", "8": "stopped", "9": "done", "10": "returned",
}  # fmt: skip
SITE = Declaration(
    {"token": TOKENS, "search": SEARCH, "statistic": STATISTIC},
    frozenset({*FIELDS.kept, "ngayHenTra", "linhVuc", "donViId", "data", "totalCount", "hasNextPage", "token"}),
    {"mucDo": LEVELS, "kenhThucHien": CHANNELS, "trangThaiHoSoId": STATUSES},
    expects={
        "token": "token", "search": "data [...], totalCount, hasNextPage",
        "statistic": "data [...] with SoLieu; options.statistic: false where this system has none",
    },
    rows={"search": FIELDS},
    rows_under="data",
    dates=dict.fromkeys(("ngayNopHoSo", "ngayTiepNhan", "ngayKetThucXuLy", "ngayHenTra"), INSTANT_FORM),
    parameters=frozenset({
        "pageNumber", "pageSize", "orderBy", "donViQuanLy", "coNgayTiepNhan",
        "tiepNhanFrom", "tiepNhanTo", "nopHoSoTuNgay", "nopHoSoDenNgay",
    }),
    asked_dates=dict.fromkeys(("tiepNhanFrom", "tiepNhanTo", "nopHoSoTuNgay", "nopHoSoDenNgay"), "%Y-%m-%d"),
    bounds=(("tiepNhanFrom", "tiepNhanTo", "ngayTiepNhan"), ("nopHoSoTuNgay", "nopHoSoDenNgay", "ngayNopHoSo")),
    pages=Pages("pageNumber", "pageSize", 1),
    unit="donViQuanLy",
    options=frozenset({"security_code", "statistic", "tenant"}),
    choices={"statistic": (True, False)},
)  # fmt: skip


class OneStopTandan:
    """The connector `one_stop_tandan`; options `tenant` (required), `page_size`, `security_code`.

    Option `statistic`: false where the system has no statistic by calendar quarter; it is only held beside the records.
    """

    code = "one_stop_tandan"
    kinds = ("dossiers", "tallies")
    assumptions = ASSUMPTIONS

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        window = assignment.window.widened(before=assignment.source.lookback_days + 1, after=1)
        with open_client(assignment, SITE) as client:
            api = TokenSession(client, lambda: _sign_in(client), _is_refused)
            yield from _list_dossiers(client, api, window)
            quarters = quarters_of(assignment.window) if assignment.source.options.get("statistic", True) else ()
            statistics = (_fetch_statistic(client, api, quarter) for quarter in quarters)
            yield from ask_beside(client, STATISTIC, statistics)

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code, optional=frozenset({"ngayKetThucXuLy", "ngayHenTra", "linhVuc"}))
        statistics: list[RawPayload] = []
        listed = set_aside(payloads, (STATISTIC_PART,), statistics)
        dossiers = join_frames(PART, (_read_dossiers(reader, rows) for rows in reader.blocks(listed, PART)))
        tallies = read_beside(reader, lambda apart: read_statistic(apart, list(apart.rows(statistics, STATISTIC_PART))))
        return reader.finish({PART: dossiers, "tallies": tallies})


CONNECTOR: Connector = OneStopTandan()


def _tenant(client: SourceClient) -> dict[str, str]:
    return {"tenant": str(client.assignment.source.options.get("tenant", "root"))}


def _sign_in(client: SourceClient) -> Token:
    source = client.assignment.source
    login = {
        "userName": source.auth.username,
        "password": client.assignment.secret,
        "securityCode": str(source.options.get("security_code", "")),
    }
    content, answer = client.ask(Request("POST", TOKENS, headers=_tenant(client), json=login))
    if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
        raise client.rejected(
            f"từ chối đăng nhập của '{show_name(source.auth.username)}': sai mật khẩu hoặc sai tenant"
        )
    inner = content.get("data", content) if isinstance(content, dict) else None
    if not isinstance(inner, dict) or not inner.get("token"):
        raise client.broken("câu trả lời đăng nhập thiếu trường token")
    return Token(str(inner["token"]))


def _received(window: Window) -> dict[str, Any]:
    return {"tiepNhanFrom": f"{window.start_on}", "tiepNhanTo": f"{window.end_on}"}


def _submitted(window: Window) -> dict[str, Any]:
    return {"nopHoSoTuNgay": f"{window.start_on}", "nopHoSoDenNgay": f"{window.end_on}"}


def _list_dossiers(client: SourceClient, api: TokenSession, window: Window) -> Iterator[RawPayload]:
    """By receipt, then those without one by submission; where none are found so, all by submission."""
    yield from with_narrowing(
        client, _listing(client, api, _received(window)).payloads(), _narrowings(client, api, window)
    )
    found = False
    for payload in _listing(client, api, {"coNgayTiepNhan": False, **_submitted(window)}).payloads():
        found = True
        yield payload
    if not found:
        yield from _listing(client, api, _submitted(window)).payloads()


def _narrowings(client: SourceClient, api: TokenSession, window: Window) -> Iterator[NarrowingParameter]:
    """By the unit, and by the days of receipt."""
    nobody = nobody_of(client.assignment.unit_key)

    def count(filters: dict[str, Any]) -> int:
        return count_at_ends(_listing(client, api, filters))

    of_nobody = partial(count, {**_received(window), "donViQuanLy": nobody})
    yield NarrowingParameter(BY_UNIT, SEARCH, "donViQuanLy", nobody, of_nobody, "dossier_code")
    of_no_day = partial(count, _received(NO_DAYS))
    yield NarrowingParameter(
        BY_DAYS,
        SEARCH,
        "tiepNhanFrom",
        DAY_OF_NOTHING_VI,
        of_no_day,
        "received_at",
        window,
        lambda days: count(_received(days)),
        lambda days: _listing(client, api, _received(days)).some_keys(),
        "dossier_code",
    )


def _listing(client: SourceClient, api: TokenSession, filters: dict[str, Any]) -> PagedListing:
    fields = FIELDS.with_more(more_shape(MORE, client.assignment.source.more))

    def ask(page: int, size: int) -> Page:
        content, answer, request = api.ask(_question(client, page, size, filters))
        if answer.status == HTTPStatus.NO_CONTENT:
            content = {"data": [], "totalCount": 0, "hasNextPage": False}
        rows, total = _rows(client, content, answer), read_total(client, "totalCount", content.get("totalCount"))
        keys, is_last = read_keys(client, "maHoSo", rows), content.get("hasNextPage") is False
        payload = page_payload(client, fields.minimise(rows), answer, request, page=page, total=total)
        return Page(keys, total, is_last, payload)

    return PagedListing(
        client=client,
        part=PART,
        ask=ask,
        question=lambda page, size: _question(client, page, size, filters)("").evidence,
        key="maHoSo",
        page_size=client.page_size(200),
        first=1,
    )


def _question(client: SourceClient, page: int, size: int, filters: dict[str, Any]) -> Callable[[str], Request]:
    body = {
        "pageNumber": page,
        "pageSize": size,
        "orderBy": [client.site.called("maHoSo", "MaHoSo")],
        "donViQuanLy": client.assignment.unit_key,
        **filters,
    }
    by = "tiếp nhận" if "tiepNhanFrom" in filters else "nộp"
    undated = ", chưa ghi ngày tiếp nhận" if "coNgayTiepNhan" in filters else ""
    kept_too = note_more(client.assignment.source.more)
    noted = {"part": PART, "listing": f"hồ sơ theo ngày {by}{undated}", "body": body, **kept_too}
    return lambda token: Request("POST", SEARCH, headers=_signed(client, token), json=body, noted=noted)


def _signed(client: SourceClient, token: str) -> dict[str, str]:
    return {**_tenant(client), "Authorization": f"Bearer {token}"}


def _fetch_statistic(client: SourceClient, api: TokenSession, quarter: Quarter) -> RawPayload:
    content, answer, request = api.ask(partial(_statistic_question, client, quarter))
    ours = (None, client.assignment.unit_key)
    rows = [row for row in _rows(client, content, answer) if row.get("maDinhDanh") in ours]
    return client.payload(STATISTIC_FIELDS.minimise(unpack_figures(rows)), answer, request)


def _statistic_question(client: SourceClient, quarter: Quarter, token: str) -> Request:
    params = {
        "LoaiThoiGian": "Quý",
        "Ky": str(quarter.number),
        "Nam": str(quarter.year),
        "LoaiThongKe": "DonVi",
        "MaDinhDanh": client.assignment.unit_key,
    }
    noted = {"part": STATISTIC_PART, "query": params}
    return Request("GET", STATISTIC, params=params, headers=_signed(client, token), noted=noted)


def _rows(client: SourceClient, content: Any, answer: Answer) -> list[dict[str, Any]]:
    """The rows of a page; an error in the system's own envelope is the system's, not ours."""
    if isinstance(content, dict) and (
        content.get("succeeded") is False or ("messages" in content and "data" not in content)
    ):
        if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise client.broken(f"từ chối câu hỏi bằng HTTP {answer.status}: tên tham số hoặc dạng ngày ở đây khác")
        raise client.unavailable(f"trả thông báo lỗi trong HTTP {answer.status}")
    rows = content.get("data") if isinstance(content, dict) else None
    if rows is None and isinstance(content, dict) and content.get("totalCount") == 0:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        there = f"; các trường đang có: {', '.join(show_names(content))}" if isinstance(content, dict) else ""
        raise client.broken(f"thiếu trường data: không phải một trang bản ghi{there}")
    return rows


def _is_refused(_: Any, answer: Answer) -> bool:
    return answer.status == HTTPStatus.UNAUTHORIZED


def _read_dossiers(reader: Reader, rows: list[dict[str, Any]]) -> pd.DataFrame:
    def dates(name: str) -> pd.Series:
        return reader.dates(name, reader.column(rows, name), _read_instants)

    codes = reader.required("maTTHC", reader.column(rows, "maTTHC"))
    more: dict[str, Any] = {"appointment_at": dates("ngayHenTra")} if reader.gives(rows, "ngayHenTra") else {}
    for column, name in (("field_key", "linhVuc"), ("receiving_unit_key", "donViId")):
        if reader.gives(rows, name):
            more[column] = reader.column(rows, name)
    return build_frame(PART, {
        **more,
        "dossier_code": reader.required("maHoSo", reader.column(rows, "maHoSo")),
        "procedure_code": [procedure_code(code) for code in codes],
        "service_level": reader.codes("mucDo", reader.column(rows, "mucDo"), LEVELS),
        "channel": reader.codes("kenhThucHien", reader.column(rows, "kenhThucHien"), CHANNELS),
        "status": reader.codes("trangThaiHoSoId", reader.column(rows, "trangThaiHoSoId"), STATUSES),
        "submitted_at": dates("ngayNopHoSo"),
        "received_at": reader.worked("ngayTiepNhan", reader.column(rows, "ngayTiepNhan"), _read_instants),
        "finished_at": dates("ngayKetThucXuLy"),
    })  # fmt: skip


def _read_instants(texts: pd.Series) -> pd.Series:
    return read_usual(texts, INSTANT_FORM)
