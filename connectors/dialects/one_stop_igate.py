"""Dossiers from VNPT iGate 2 ("digo"): the paged dossier search, one unit and one range of days at a time.

Interface: public client code of several provinces. The search filters by local days written with a `Z`, which some
servers honour as UTC; a day is therefore added on both sides and the period is cut by each dossier's own
time stamp. Where the filter by acceptedDate shows no dossier without one, it may leave such out: the same days are
then asked by appliedDate too, and a dossier in both lists counts once. Assumed: `applyMethod.id` 0 online, 1 in person,
2 postal; the ids of `dossierStatus`. Only for reports that need them `appointmentDate` (when the result was promised),
`procedure.sector` (the field) and `agency` (the receiving unit, and
the one it is part of) are kept, of the last two the ids alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any

import pandas as pd

from baocao.domain import RawPayload, Window
from baocao.errors import SourceContractError
from baocao.messages import show_name
from baocao.records import build_frame, join_frames
from connectors.asking.connection import write_query
from connectors.asking.gateway import open_client
from connectors.asking.http import SourceClient
from connectors.asking.listing import read_keys, read_rows, read_total
from connectors.asking.most_shown import is_round
from connectors.asking.narrowing import (
    DAY_OF_NOTHING_VI,
    NO_DAYS,
    NarrowingParameter,
    count_at_ends,
    nobody_of,
    prove_round,
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
from connectors.declaration import Declaration, Pages, field_names
from connectors.dialects.igate_statuses import PARAMETER, STATUSES_UNASKED, ask_statuses, judge_statuses, watch_statuses
from connectors.reading.codes import procedure_code
from connectors.reading.instants import read_usual
from connectors.reading.minimising import Fields, Shape, more_shape, note_more
from connectors.reading.narrowed import BY_DAYS, BY_UNIT
from connectors.reading.quick_pages import MoreDecoder, PageDecoder, QuickPage
from connectors.reading.strict import UNPROVED_PART, Reader

TOKEN_PATH = "/sso/auth/realms/digo/protocol/openid-connect/token"  # noqa: S105
SEARCH = "/igate/pa/dossier/search"
PART = "dossiers"
BY_RECEIPT, BY_APPLICATION = "accepted", "applied"
LISTINGS = {BY_RECEIPT: "hồ sơ theo ngày tiếp nhận", BY_APPLICATION: "hồ sơ theo ngày nộp"}
CODES_A_ROW = 2
INSTANT_FORM, BOUND_FORM = "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S.%fZ"
UNDATED_VI = "hồ sơ chưa ghi ngày tiếp nhận có thể thiếu, vì hệ thống chỉ cho hỏi theo ngày tiếp nhận"
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
    Assumption("empty_dates", ("kept", "dropped"), "whether a filter by acceptedDate leaves out dossiers without one"),
    STATUSES_UNASKED,
    APPOINTMENTS,
    Assumption("filter_by_application", ("works", "ignored", "refused"), "applied-from and applied-to of the search"),
)

FIELDS = Fields(
    kept={
        "code": {},
        "procedure": {"code": {}},
        "procedureLevel": {"id": {}},
        "applyMethod": {"id": {}},
        "dossierStatus": {"id": {}},
        "appliedDate": {},
        "acceptedDate": {},
        "completedDate": {},
    },
    known=frozenset({
        "id", "nationCode", "appointmentDate", "createdDate", "updatedDate", "applicant", "dossierTaskStatus",
        "dossierReceivingKind", "paymentMethod", "agency",
    }),
)  # fmt: skip
MORE: Mapping[str, Shape] = {
    "appointment_at": {"appointmentDate": {}},
    "field_key": {"procedure": {"sector": {"id": {}}}},
    "receiving_unit_key": {"agency": {"id": {}, "parent": {"id": {}}}},
}
LEVELS = {
    "5f5b2c2b4e1bd312a6f3ae25": "full",
    "5f5b2c4b4e1bd312a6f3ae24": "partial",
    "5f5b2c2b4e1bd312a6f3ae23": "information",
}
CHANNELS = {0: "online", 1: "in_person", 2: "postal"}
STATUSES = {
    0: "registered",
    1: "supplement_requested",
    2: "processing",
    3: "payment_requested",
    4: "done",
    5: "returned",
    6: "stopped",
    8: "accepted",
    12: "withdrawn",
    13: "refused",
}
SITE = Declaration(
    {"token": TOKEN_PATH, "search": SEARCH},
    frozenset({
        *field_names(FIELDS.with_more(more_shape(MORE, MORE)).kept), "content", "totalElements", "last", "access_token",
        "expires_in",
    }),
    {"procedureLevel.id": LEVELS, "applyMethod.id": CHANNELS, "dossierStatus.id": STATUSES},
    expects={"token": "access_token, expires_in", "search": "content [...], totalElements, last"},
    rows={"search": FIELDS},
    rows_under="content",
    dates=dict.fromkeys(("appliedDate", "acceptedDate", "completedDate", "appointmentDate"), INSTANT_FORM),
    parameters=frozenset({
        "page", "size", "spec", "sort", "ancestor-agency-id", PARAMETER, "accepted-from", "accepted-to", "applied-from",
        "applied-to",
    }),
    asked_dates=dict.fromkeys(("accepted-from", "accepted-to", "applied-from", "applied-to"), BOUND_FORM),
    bounds=(("accepted-from", "accepted-to", "acceptedDate"), ("applied-from", "applied-to", "appliedDate")),
    pages=Pages("page", "size", 0),
    unit="ancestor-agency-id",
)  # fmt: skip


class QuestionRefusedError(SourceContractError):
    """The search does not take one of the filters."""


class OneStopIgate:
    """The connector `one_stop_igate`; option `page_size`."""

    code = "one_stop_igate"
    kinds = ("dossiers",)
    assumptions = ASSUMPTIONS

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        lookback = assignment.source.lookback_days
        window = assignment.window.widened(before=lookback + 1, after=1)
        with open_client(assignment, SITE) as client:
            api = sign_in(client)
            shows_undated, total = False, 0
            listed = make_listing(client, api, window).payloads()
            for payload in with_narrowing(client, listed, _narrowings(client, api, window)):
                shows_undated = shows_undated or _has_undated(payload)
                total = total or payload.request.get("total", 0)
                yield payload
            if total:
                count = partial(_count_days, client, api, window)
                yield from ask_statuses(client, SEARCH, lambda codes: count(statuses=codes), total, STATUSES)
            if not shows_undated:
                yield from _list_by_application(client, api, window)

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code, optional=frozenset({"completedDate", "appointmentDate", "agency"}))
        noted: list[Mapping[str, Any]] = []
        watched = watch_statuses(payloads, noted)
        frames = (_read_rows(reader, rows) for rows in reader.blocks(watched, PART, MoreDecoder(FIELDS, MORE)))
        dossiers = join_frames(PART, frames)
        result = reader.finish({PART: dossiers})
        judge_statuses(result.notices, noted, dossiers["status"])
        return result


CONNECTOR: Connector = OneStopIgate()


def _has_undated(payload: RawPayload) -> bool:
    """Whether a page shows a dossier without a day of receipt: then the filter does not leave such out."""
    body = payload.body
    return body.count(b'"acceptedDate":"2') < body.count(b'"code":') // CODES_A_ROW


def _list_by_application(client: SourceClient, api: TokenSession, window: Window) -> Iterator[RawPayload]:
    """The same days by application, for what a filter by receipt may have left out; where that cannot be asked, it is
    told.
    """
    count, total = partial(_count_days, client, api, by=BY_APPLICATION), 0
    try:
        for payload in make_listing(client, api, window, by=BY_APPLICATION).payloads():
            total = payload.request["total"]
            yield payload
        if is_round(total):
            yield from prove_round(client, SEARCH, window, count, total, count(NO_DAYS))
    except QuestionRefusedError:
        request = Request("GET", SEARCH, noted={"part": UNPROVED_PART, "what": UNDATED_VI})
        yield client.payload({"unknown_fields": [], "rows": []}, Answer(HTTPStatus.BAD_REQUEST, b""), request)


def _read_rows(reader: Reader, rows: Sequence[Any]) -> pd.DataFrame:
    codes = reader.required("procedure.code", reader.column(rows, "procedure", "code"))
    return build_frame(PART, {
        **_read_more(reader, rows),
        "dossier_code": reader.required("code", reader.column(rows, "code")),
        "procedure_code": [procedure_code(code) for code in codes],
        "service_level": reader.codes("procedureLevel.id", reader.column(rows, "procedureLevel", "id"), LEVELS),
        "channel": reader.codes("applyMethod.id", reader.column(rows, "applyMethod", "id"), CHANNELS),
        "status": reader.codes("dossierStatus.id", reader.column(rows, "dossierStatus", "id"), STATUSES),
        "submitted_at": reader.dates("appliedDate", reader.column(rows, "appliedDate"), _read_instants),
        "received_at": reader.worked("acceptedDate", reader.column(rows, "acceptedDate"), _read_instants),
        "finished_at": reader.dates("completedDate", reader.column(rows, "completedDate"), _read_instants),
    })  # fmt: skip


def _read_more(reader: Reader, rows: Sequence[Any]) -> dict[str, Any]:
    """The columns only some reports need, where they were kept."""
    more: dict[str, Any] = {}
    if reader.gives(rows, "appointmentDate"):
        more["appointment_at"] = reader.dates("appointmentDate", reader.column(rows, "appointmentDate"), _read_instants)
    if reader.gives(rows, "procedure", "sector"):
        more["field_key"] = reader.column(rows, "procedure", "sector", "id")
    if reader.gives(rows, "agency"):
        ids = reader.column(rows, "agency", "id"), reader.column(rows, "agency", "parent", "id")
        more["receiving_unit_key"] = ["/".join(filter(None, pair)) or None for pair in zip(*ids, strict=True)]
    return more


def sign_in(client: SourceClient) -> TokenSession:
    """Asks with the client's own token, renewed in time."""
    return TokenSession(client, lambda: _fetch_token(client), _is_refused)


def _fetch_token(client: SourceClient) -> Token:
    account = client.assignment.source.auth.username
    form = {"grant_type": "client_credentials", "client_id": account, "client_secret": client.assignment.secret}
    content, answer = client.ask(Request("POST", TOKEN_PATH, form=form))
    if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
        raise client.rejected(f"từ chối đăng nhập của '{show_name(account)}': sai mã bí mật, hoặc tài khoản đã bị khoá")
    if not isinstance(content, dict) or "access_token" not in content:
        raise client.broken("câu trả lời đăng nhập thiếu trường access_token")
    return Token(str(content["access_token"]), float(content.get("expires_in") or 60))


def make_listing(
    client: SourceClient,
    api: TokenSession,
    window: Window,
    *,
    by: str = BY_RECEIPT,
    part: str = PART,
    fields: Fields | None = None,
    unit_key: str | None = None,
    statuses: str = "",
) -> PagedListing:
    """The dossiers whose day of receipt, or of application, is in the window; of another unit where it is given."""
    kept_too = note_more(client.assignment.source.more if fields is None else ())
    fields = fields or FIELDS.with_more(more_shape(MORE, client.assignment.source.more))
    decode = PageDecoder(fields, "content", {"totalElements": int, "last": bool})

    def question(page: int, size: int, token: str = "") -> Request:
        narrower = {PARAMETER: statuses} if statuses else {}
        asked = {**_span(window, by), **narrower, "page": str(page), "size": str(size)}
        found = _question(asked, unit_key or client.assignment.unit_key, part, token)
        return replace(found, noted={**found.noted, **kept_too})

    def ask(page: int, size: int) -> Page:
        content, answer, request = api.ask(lambda token: replace(question(page, size, token), decode=decode))
        if answer.status == HTTPStatus.NO_CONTENT:
            content = {"content": [], "totalElements": 0, "last": True}
        keys, minimised, total, is_last = _cut_page(client, content, fields, answer)
        return Page(keys, total, is_last, page_payload(client, minimised, answer, request, page=page, total=total))

    return PagedListing(
        client=client,
        part=part,
        ask=ask,
        question=lambda page, size: question(page, size).evidence,
        key="code",
        page_size=client.page_size(100),
        first=0,
    )


def _cut_page(
    client: SourceClient, content: Any, fields: Fields, answer: Answer
) -> tuple[list[str], dict[str, Any] | bytes, int, bool]:
    """The keys, what is kept of the rows, the total, and whether this is the last page."""
    if isinstance(content, QuickPage):
        envelope = content.envelope
        return content.keys("code"), content.minimised(), envelope["totalElements"], envelope["last"]
    if answer.status == HTTPStatus.BAD_REQUEST:
        raise QuestionRefusedError(client.assignment.source.source_code, client.assignment.unit_code, "HTTP 400")
    rows, total = _read_page(client, content)
    keys = read_keys(client, "code", rows)
    return keys, fields.minimise(rows), total, content.get("last") is True


def _span(window: Window, by: str) -> dict[str, str]:
    first, last = f"{window.start_on:%Y-%m-%d}T00:00:00.000Z", f"{window.end_on:%Y-%m-%d}T23:59:59.999Z"
    return {f"{by}-from": first, f"{by}-to": last}


def _narrowings(client: SourceClient, api: TokenSession, window: Window) -> Iterator[NarrowingParameter]:
    """By the unit, and by the days of receipt."""
    nobody = nobody_of(client.assignment.unit_key)
    of_nobody = make_listing(client, api, window, unit_key=nobody)
    count_days = partial(_count_days, client, api, by=BY_RECEIPT)
    yield NarrowingParameter(
        BY_UNIT, SEARCH, "ancestor-agency-id", nobody, partial(count_at_ends, of_nobody), "dossier_code"
    )
    yield NarrowingParameter(
        BY_DAYS,
        SEARCH,
        "accepted-from",
        DAY_OF_NOTHING_VI,
        partial(count_days, NO_DAYS),
        "received_at",
        window,
        count_days,
        lambda days: make_listing(client, api, days).some_keys(),
        "dossier_code",
    )


def _count_days(
    client: SourceClient, api: TokenSession, days: Window, *, by: str = BY_RECEIPT, statuses: str = ""
) -> int:
    listing = make_listing(client, api, days, by=by, statuses=statuses)
    return listing.ask(listing.first, 1).total


def _question(asked: Mapping[str, str], unit_key: str, part: str, token: str) -> Request:
    params = {
        **asked,
        "spec": "page",
        "sort": "createdDate,asc",
        "ancestor-agency-id": unit_key,
    }
    listing = next(name for key, name in LISTINGS.items() if f"{key}-from" in asked)
    noted = {"part": part, "listing": listing, "query": write_query(params)}
    return Request("GET", SEARCH, params=params, headers={"Authorization": f"bearer {token}"}, noted=noted)


def _read_page(client: SourceClient, content: Any) -> tuple[list[dict[str, Any]], int]:
    if not isinstance(content, dict):
        raise client.broken("thiếu trường content: không phải một trang hồ sơ")
    total = content.get("totalElements")
    return read_rows(client, "content", content.get("content"), total), read_total(client, "totalElements", total)


def _is_refused(_: Any, answer: Answer) -> bool:
    return answer.status == HTTPStatus.UNAUTHORIZED


def _read_instants(texts: pd.Series) -> pd.Series:
    return read_usual(texts, INSTANT_FORM)
