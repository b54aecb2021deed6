"""Dossiers from VNPT iGate 2 ("digo"): the paged dossier search, one unit and one range of days at a time.

Interface: public client code of several provinces. The search filters by local days written with a `Z`, which some
servers honour as UTC; a day is therefore added on both sides and the period is cut by each dossier's own
time stamp. Assumed: `applyMethod.id` 0 online, 1 in person, 2 postal; the ids of `dossierStatus`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import pandas as pd

from baocao.domain import RawPayload, Window
from baocao.records import INSTANT, build_frame, join_frames
from connectors.asking.connection import write_query
from connectors.asking.gateway import open_client
from connectors.asking.http import Answer, Request, SourceClient
from connectors.asking.listing import Listing
from connectors.asking.resuming import Page, PagedListing, page_payload
from connectors.asking.signing_in import SignedIn, Token
from connectors.contract import Assignment, Parsed
from connectors.reading.minimising import Fields
from connectors.reading.quick_pages import PageDecoder, QuickPage, RowDecoder
from connectors.reading.strict import Reader, procedure_code

TOKEN_PATH = "/sso/auth/realms/digo/protocol/openid-connect/token"  # noqa: S105
SEARCH = "/igate/pa/dossier/search"
PART = "dossiers"
BAD_REQUEST, UNAUTHORISED = 400, 401

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


class OneStopIgate:
    """The connector `one_stop_igate`; option `page_size`."""

    code = "one_stop_igate"
    kinds = ("dossiers",)

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        lookback = assignment.source.lookback_days
        window = assignment.window.widened(before=lookback + 1, after=1)
        with open_client(assignment) as client:
            yield from _listing(client, sign_in(client), window).payloads()

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> Parsed:
        reader = Reader(source_code, unit_code)
        frames = (_read_rows(reader, rows) for rows in reader.blocks(payloads, PART, RowDecoder(FIELDS.kept)))
        return Parsed({PART: join_frames(PART, frames)}, reader.notices)


def _read_rows(reader: Reader, rows: Sequence[Any]) -> pd.DataFrame:
    codes = reader.required("procedure.code", reader.column(rows, "procedure", "code"))
    return build_frame(PART, {
        "dossier_code": reader.required("code", reader.column(rows, "code")),
        "procedure_code": [procedure_code(code) for code in codes],
        "service_level": reader.codes("procedureLevel.id", reader.column(rows, "procedureLevel", "id"), LEVELS),
        "channel": reader.codes("applyMethod.id", reader.column(rows, "applyMethod", "id"), CHANNELS),
        "status": reader.codes("dossierStatus.id", reader.column(rows, "dossierStatus", "id"), STATUSES),
        "submitted_at": reader.dates("appliedDate", reader.column(rows, "appliedDate"), _read_instants),
        "received_at": reader.dates("acceptedDate", reader.column(rows, "acceptedDate"), _read_instants),
        "finished_at": reader.dates("completedDate", reader.column(rows, "completedDate"), _read_instants),
    })  # fmt: skip


def sign_in(client: SourceClient) -> SignedIn:
    """Asks with the client's own token, renewed in time."""
    return SignedIn(client, lambda: _fetch_token(client), _is_refused)


def _fetch_token(client: SourceClient) -> Token:
    account = client.assignment.source.auth.username
    form = {"grant_type": "client_credentials", "client_id": account, "client_secret": client.assignment.secret}
    content, answer = client.ask(Request("POST", TOKEN_PATH, form=form))
    if answer.status in (BAD_REQUEST, UNAUTHORISED):
        raise client.rejected(f"sign-in refused for client '{account}': wrong secret, or the client is disabled")
    if not isinstance(content, dict) or "access_token" not in content:
        raise client.broken("field access_token is missing from the sign-in's answer")
    return Token(str(content["access_token"]), float(content.get("expires_in", 60)))


Listed = tuple[list[dict[str, Any]], Answer, Request]


def _listing(client: SourceClient, api: SignedIn, window: Window) -> PagedListing:
    decode = PageDecoder(FIELDS, "content", {"totalElements": int, "last": bool})

    def ask(page: int) -> Page:
        content, answer, request = api.ask(lambda token: replace(_question(client, window, page, token), decode=decode))
        keys, minimised, total, is_last = _cut_page(client, content)
        return Page(keys, total, is_last, page_payload(client, minimised, answer, request, page=page, total=total))

    return PagedListing(
        client=client,
        part=PART,
        ask=ask,
        question=lambda page: _question(client, window, page, "").evidence,
        key="code",
        page_size=_page_size(client),
        first=0,
    )


def _cut_page(client: SourceClient, content: Any) -> tuple[list[str], dict[str, Any] | bytes, int, bool]:
    """The keys, what is kept of the rows, the total, and whether this is the last page."""
    if isinstance(content, QuickPage):
        envelope = content.envelope
        return content.keys("code"), content.minimised(), envelope["totalElements"], envelope["last"]
    rows, total = _read_page(client, content)
    keys = [str(row.get("code")) for row in rows]
    return keys, FIELDS.minimise(rows), total, content.get("last") is True


def list_dossiers(client: SourceClient, api: SignedIn, window: Window) -> Iterator[Listed]:
    """Every page of a listing, and none twice; the rows must add up to the total the source names."""
    listing = Listing(client, PART)
    for page in count():
        content, answer, request = api.ask(partial(_question, client, window, page))
        rows, total = _read_page(client, content)
        listing.add(page, (row.get("code") for row in rows), total)
        if rows:
            yield rows, answer, request
        if not rows or content.get("last") is True:
            listing.check_whole()
            return


def _question(client: SourceClient, window: Window, page: int, token: str) -> Request:
    params = {
        "page": str(page),
        "size": str(_page_size(client)),
        "spec": "page",
        "sort": "createdDate,asc",
        "accepted-from": f"{window.start_on:%Y-%m-%d}T00:00:00.000Z",
        "accepted-to": f"{window.end_on:%Y-%m-%d}T23:59:59.999Z",
        "ancestor-agency-id": client.assignment.unit_key,
    }
    noted = {"part": PART, "query": write_query(params)}
    return Request("GET", SEARCH, params=params, headers={"Authorization": f"bearer {token}"}, noted=noted)


def _page_size(client: SourceClient) -> int:
    return int(client.assignment.source.options.get("page_size", 100))


def _read_page(client: SourceClient, content: Any) -> tuple[list[dict[str, Any]], int]:
    if not isinstance(content, dict) or not isinstance(content.get("content"), list):
        raise client.broken("field content is missing: not a page of dossiers")
    total = content.get("totalElements")
    if not isinstance(total, int):
        raise client.broken("field totalElements is missing from the page")
    return content["content"], total


def _is_refused(_: Any, answer: Answer) -> bool:
    return answer.status == UNAUTHORISED


def _read_instants(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts, format="%Y-%m-%dT%H:%M:%S.%f%z", utc=True).astype(INSTANT)
