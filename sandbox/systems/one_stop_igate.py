"""The one-stop shop, VNPT iGate 2 ("digo"), behind its Keycloak.

Public: the token endpoint, `/pa/dossier/search` with its parameters and Spring pages (`spec=slice` without totals),
rows' fields, `/ba/agency/name+code`, `/pa/dossier-statistic/--statistic-agency-kgg`, dates "…+0000", local days
sent as "…Z".
ASSUMED: ids of dossierStatus and applyMethod; that date filters look at acceptedDate and, where it is null, at
appliedDate; `applied-from/to` and `completed-from/to` beside `accepted-from/to`; that completedDate is also set when
a dossier is withdrawn or stopped; at most 1 000 rows a page, silently; that a password grant takes the client's name
and secret; that an unknown sort field is ignored. The statistic counts by acceptedDate alone, leaves withdrawn and
stopped ones out unless `suppended-cancelled=true`, and puts post and unknown channels under "direct": it need not
agree with the listing (ASSUMED).
"""

import base64
from dataclasses import astuple, replace
from typing import Any
from urllib.parse import parse_qs

import orjson
from fastapi import APIRouter, Request, Response

from sandbox.credentials import ENVIRONMENT, ONE_STOP_CLIENT
from sandbox.faults.dialects import FAILED_VI, Dialect, PagingStyle, describe
from sandbox.faults.habits import (
    COUNT_TYPES,
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
from sandbox.systems.answers import answer_bytes, answer_json
from sandbox.systems.igate_queries import DossierQuery, QueryError, read_query
from sandbox.systems.igate_rows import agency_part, has_centre, write_row
from sandbox.systems.igate_statistics import count_agency
from sandbox.world.ledger import Dossier
from sandbox.world.state import Hints, World, cut_page, hints
from sandbox.world.units import PROVINCE_KEY

_TOKEN_PATH = "/sso/auth/realms/digo/protocol/openid-connect/token"  # noqa: S105 - an address


def igate(*mounts: str) -> Dialect:
    """What iGate answers under these paths."""
    return Dialect(
        mounts=mounts,
        rows=(("content",),),
        needed=("acceptedDate", "ngayTiepNhan"),
        error=(500, lambda code: {"code": code, "message": FAILED_VI}),
        strange=("dossierStatus", {"id": 77, "name": [{"languageId": 228, "name": "Trạng thái chưa biết"}]}),
        impossible=("acceptedDate", "2025-02-30T08:00:00.000+0000"),
        turning=PagingStyle("page", 0),
    )


_APPLIED = ("applied-from", "applied-to")
describe(
    "one_stop",
    replace(
        igate("/igate/", "/sso/"),
        habits={
            **PAGED,
            "unit_filter": unit_filter("ancestor-agency-id"),
            "day_bounds": day_bounds("accepted-from", "accepted-to"),
            "day_filter": day_filter(dict.fromkeys(("accepted-from", "accepted-to", "from-date", "to-date"))),
            "filter_date": filter_date("accepted-from", "accepted-to"),
            "cancelled_toggle": {
                "honoured": None,
                "ignored": ("parameters_unheeded", {"values": {"suppended-cancelled": None}}),
            },
            "level_filter": {
                "honoured": None,
                "ignored": ("parameters_unheeded", {"values": {"procedureLevel4": None, "procedureLevel3": None}}),
            },
            "empty_dates": {"kept": None, "dropped": ("empty_dates_dropped", {})},
            "filter_by_application": {
                "works": None,
                "ignored": ("filter_unknown", {"parameters": _APPLIED, "how": "ignored"}),
                "refused": ("filter_unknown", {"parameters": _APPLIED, "how": "refused"}),
            },
            "statuses_unasked": {
                "all": None,
                "finished_left_out": ("statuses_hidden", {"hidden": "4,5"}),
                "returned_left_out": ("statuses_hidden", {"hidden": "5"}),
                "finished_never": ("statuses_hidden", {"hidden": "4,5", "heeds": False}),
                "returned_never": ("statuses_hidden", {"hidden": "5", "heeds": False}),
            },
            "empty_fields": LEFT_OUT,
            "count_types": COUNT_TYPES,
            "code_types": code_types("applyMethod.id", "dossierStatus.id", "procedureLevel.id"),
            "instants": instants("appliedDate", "acceptedDate", "completedDate", "appointmentDate"),
            "appointments": appointments("appointmentDate"),
        },
    ),
)


def build_router(world: World) -> APIRouter:
    """Keycloak and the gateway."""
    router = APIRouter()
    system = _OneStop(world)
    router.add_api_route(_TOKEN_PATH, system.issue_token, methods=["POST"], response_model=None)
    router.add_api_route("/igate/pa/dossier/search", system.search, methods=["GET"], response_model=None)
    router.add_api_route("/igate/ba/agency/name+code", system.list_agencies, methods=["GET"], response_model=None)
    router.add_api_route(
        "/igate/pa/dossier-statistic/--statistic-agency-kgg",
        system.count_agencies,
        methods=["GET"],
        response_model=None,
    )
    return router


class _OneStop:
    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions = world.sessions["one_stop"]

    async def issue_token(self, request: Request) -> Response:
        form = {key: values[-1] for key, values in parse_qs((await request.body()).decode()).items()}
        form |= _read_basic(request.headers.get("Authorization", ""))
        grant = form.get("grant_type")
        if grant not in ("client_credentials", "password"):
            return answer_json({"error": "unsupported_grant_type", "error_description": "Unsupported grant_type"}, 400)
        names = ("client_id", "client_secret") if grant == "client_credentials" else ("username", "password")
        known = (ONE_STOP_CLIENT, ENVIRONMENT["BAOCAO_ONE_STOP_SECRET"])
        if hints(request).refuse_login or tuple(form.get(name) for name in names) != known:
            return answer_json(_REFUSALS[grant], 401)
        life_s = int(self._world.options.one_stop_token_life_s)
        return answer_json(_TOKEN_ANSWER | {"access_token": self._sessions.issue(), "expires_in": life_s})

    async def search(self, request: Request) -> Response:
        if (refusal := self._refuse(request)) is not None:
            return refusal
        try:
            query = read_query(request.query_params, self._world.options)
        except QueryError as error:
            return _answer_bad_request(str(error), request.url.path)
        hint = hints(request)
        query = replace(query, drops_empty_dates=hint.drops_empty_dates)
        pages = self._world.kept_pages
        if pages is None or hint != Hints():
            return answer_bytes(self._write_page(query, hint))
        return answer_bytes(pages.read(astuple(query), lambda: self._write_page(query, hint)))

    def _write_page(self, query: DossierQuery, hint: Hints) -> bytes:
        rows = self._world.remember(("dossiers", query.key), lambda: self._select(query))
        now = self._world.now
        content = [write_row(dossier, now) for dossier in cut_page(rows, query.page * query.size, query.size, hint)]
        total = len(rows) - (hint.shift if query.page else 0)
        return _join_page(content, _describe_page(query, len(content), total, endless=hint.endless))

    def _select(self, query: DossierQuery) -> list[Dossier]:
        now, key = self._world.now, query.agency_key
        chosen = [
            dossier
            for unit in self._world.ledger.units
            if key in ("", PROVINCE_KEY, unit.agency_key, unit.centre_key)
            for dossier in self._world.visible_dossiers(unit)
            if (key != unit.centre_key or has_centre(dossier)) and query.matches(dossier, now)
        ]
        return query.sort(chosen, now)

    async def list_agencies(self, request: Request) -> Response:
        if (refusal := self._refuse(request)) is not None:
            return refusal
        try:
            query = read_query(request.query_params, self._world.options)
        except QueryError as error:
            return _answer_bad_request(str(error), request.url.path)
        above = request.query_params.get("ancestor-id") or PROVINCE_KEY
        parts = [
            part
            for unit in self._world.ledger.units
            for part in ([agency_part(unit, is_centre=False)] if above == PROVINCE_KEY else [])
            + [agency_part(unit, is_centre=True)]
            if above in (PROVINCE_KEY, unit.agency_key)
        ]
        content = cut_page(parts, query.page * query.size, query.size, hints(request))
        description = _describe_page(query, len(content), len(parts), endless=False)
        return answer_bytes(_join_page(content, description))

    async def count_agencies(self, request: Request) -> Response:
        if (refusal := self._refuse(request)) is not None:
            return refusal
        above = request.query_params.get("agency-id") or PROVINCE_KEY
        units = [unit for unit in self._world.ledger.units if above in (PROVINCE_KEY, unit.agency_key)]
        try:
            rows = [count_agency(self._world, unit, request.query_params) for unit in units]
        except QueryError as error:
            return _answer_bad_request(str(error), request.url.path)
        return answer_json(rows)

    def _refuse(self, request: Request) -> Response | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return answer_json(_UNAUTHORISED, 401)
        if self._sessions.find_owner(token) is None:
            description = f"Invalid access token: {token}"
            return answer_json({"error": "invalid_token", "error_description": description}, 401)
        return None


_TOKEN_ANSWER: dict[str, Any] = {
    "access_token": "",
    "expires_in": 300,
    "refresh_expires_in": 0,
    "token_type": "Bearer",
    "not-before-policy": 0,
    "scope": "email profile",
}
_REFUSALS = {
    "client_credentials": {"error": "unauthorized_client", "error_description": "Invalid client secret"},
    "password": {"error": "invalid_grant", "error_description": "Invalid user credentials"},
}
_UNAUTHORISED = {
    "error": "unauthorized",
    "error_description": "Full authentication is required to access this resource",
}


def _read_basic(header: str) -> dict[str, str]:
    """Client name and secret given by HTTP Basic, which Keycloak also takes."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": name, "client_secret": secret}


def _join_page(content: list[bytes], description: dict[str, Any]) -> bytes:
    return b'{"content":[' + b",".join(content) + b"]," + orjson.dumps(description)[1:]


def _describe_page(query: DossierQuery, count: int, total: int, *, endless: bool) -> dict[str, Any]:
    start = query.page * query.size
    order = {"sorted": bool(query.order), "unsorted": not query.order, "empty": not query.order}
    pageable = {
        "sort": order,
        "pageNumber": query.page,
        "pageSize": query.size,
        "offset": start,
        "paged": True,
        "unpaged": False,
    }
    totals = {"totalElements": total, "totalPages": -(-total // query.size)} if query.has_totals else {}
    return {
        "pageable": pageable,
        "last": not endless and start + count >= total,
        **totals,
        "first": query.page == 0,
        "size": query.size,
        "number": query.page,
        "numberOfElements": count,
        "sort": order,
        "empty": count == 0,
    }


def _answer_bad_request(message: str, path: str) -> Response:
    return answer_json({"status": 400, "error": "Bad Request", "message": message, "path": path}, 400)
