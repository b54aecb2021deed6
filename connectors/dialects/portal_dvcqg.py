"""Procedures from the national portal's integration channel (DVCQG `mapi`): the catalogue, then each procedure.

Interface: XrdAdapter `/forward/mapi/…` as public client code calls it: one session in every body, HTTP 200 even on
an error, `error_code` as a number or as text. Assumed: the data path `/forward/mapi/g`; the catalogue's `MUCDO`,
`MUCDODUDIEUKIEN`, `CONGKHAI`; the detail's `DUOCTHANHTOANTRUCTUYEN` (coded as in dossiers); code "-3" for a dead
session and "3" for a refused sign-in. What the catalogue lacks is taken from each procedure, and the other way round.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

import orjson

from baocao.domain import RawPayload
from baocao.messages import show_name
from baocao.notices import USUAL_PAGE_SIZES
from baocao.records import UNKNOWN, build_frame, join_frames
from baocao.source_text import SourceText, is_mark
from connectors.asking.gateway import open_client
from connectors.asking.http import SourceClient
from connectors.asking.narrowing import NarrowingParameter, nobody_of, prove_narrowings
from connectors.asking.request import Answer, Request
from connectors.asking.signing_in import Token, TokenSession
from connectors.assumptions import CODE_TYPES, UNIT_FILTER, Assumption
from connectors.contract import Assignment, Connector, ParseResult
from connectors.declaration import Declaration
from connectors.reading.codes import procedure_code
from connectors.reading.minimising import Fields, Shape
from connectors.reading.narrowed import BY_UNIT
from connectors.reading.strict import Reader

ADAPTER = "/dvcqg/XrdAdapter/RestService/forward/mapi"
PROVIDER = {"dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider"}
CATALOGUE, DETAIL = "LayDanhSachTTHC", "LayThuTuc"
OK, DEAD_SESSION = SourceText("0"), "-3"

GATEWAY = "DUOCTHANHTOANTRUCTUYEN"
EITHER: Shape = {"MUCDO": {}, "MUCDODUDIEUKIEN": {}, "CONGKHAI": {}, GATEWAY: {}}
"""Fields that stand in the catalogue, or in each procedure: the gateway usually there, the others here."""
CATALOGUE_FIELDS = Fields(
    kept={"MATTHC": {}, **EITHER},
    known=frozenset({"TENTTHC", "LINHVUCTHUCHIEN", "MADONVI", "CAPDONVI", "NGAYCAPNHAT"}),
)
DETAIL_FIELDS = Fields(
    kept={
        "MATTHC": {},
        "CACHTHUCTHUCHIEN": {"THOIGIAN": {"PHILEPHI": {"SOTIEN": {}}}},
        **EITHER,
    },
    known=frozenset({"TENTTHC", "LINHVUCTHUCHIEN", "MADONVI", "CAPDONVI", "COQUANTHUCHIEN", "NGAYCAPNHAT"}),
    numbers=frozenset({"SOTIEN"}),
)
LEVELS = {"4": "full", "3": "partial", "2": "information"}
PUBLISHED = {"1": True, "0": False}
GATEWAYS = {"1": "national", "2": "provincial", "3": "none"}

ASSUMPTIONS = (
    CODE_TYPES,
    UNIT_FILTER,
    Assumption("levels_in", ("catalogue", "details"), "where a procedure's levels and publication stand"),
    Assumption("result_as", ("list", "text", "object"), "how `result` holds its rows; an object where it is one row"),
    Assumption("gateway_of_free_procedures", ("named", "empty"), "DUOCTHANHTOANTRUCTUYEN of what costs nothing"),
    Assumption("amount_of_free_procedures", ("zero", "empty"), "SOTIEN of what costs nothing"),
)


def _names(fields: Fields) -> frozenset[str]:
    return frozenset(fields.kept) | fields.known


SITE = Declaration(
    {"adapter": ADAPTER, "login": f"{ADAPTER}/login", "call": f"{ADAPTER}/g"},
    frozenset({*CATALOGUE_FIELDS.kept, *DETAIL_FIELDS.kept, "result", "error_code", "session"}),
    {"MUCDO": LEVELS, "MUCDODUDIEUKIEN": LEVELS, "CONGKHAI": PUBLISHED, "DUOCTHANHTOANTRUCTUYEN": GATEWAYS},
    expects={"login": "error_code 0, session", "call": "error_code 0, result [...]"},
    rows={"call": Fields({"MATTHC": {}}, _names(CATALOGUE_FIELDS) | _names(DETAIL_FIELDS))},
    rows_under="result",
    parameters=frozenset({"madonvi", "service", "maTTHC", "session"}),
    unit="madonvi",
)


class PortalDvcqg:
    """The connector `portal_dvcqg`: the catalogue as it stands at the moment of asking (a stock)."""

    code = "portal_dvcqg"
    kinds = ("procedures",)
    assumptions = ASSUMPTIONS

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        with open_client(assignment, SITE) as client:
            api = TokenSession(client, lambda: _sign_in(client), _is_refused)
            rows, payload = _ask(client, api, CATALOGUE, CATALOGUE_FIELDS, {})
            if not rows:
                raise client.broken(
                    "danh mục không có thủ tục nào: mã đơn vị (source_keys trong units.yaml) khác ở hệ thống này, hoặc "
                    "tài khoản không được xem đơn vị"
                )
            yield payload
            yield from prove_narrowings(client, [_narrowing(client, api)], len(rows))
            for row in CATALOGUE_FIELDS.minimise(rows)["rows"]:
                code = row.get("MATTHC")
                if not code or is_mark(code):
                    raise client.broken(f"danh mục: trường MATTHC {'không phải mã' if code else 'bị thiếu'}")
                yield _ask_detail(client, api, str(code))

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code)
        kept = list(payloads)
        rows = list(reader.rows(kept, CATALOGUE))
        codes = [procedure_code(code) for code in reader.required("MATTHC", reader.column(rows, "MATTHC"))]
        if len(rows) in USUAL_PAGE_SIZES:
            reader.notices.note_doubt(
                f"danh mục có đúng {len(rows)} thủ tục: nguồn có thể chỉ cho xem {len(rows)} dòng đầu"
            )
        details = list(reader.rows(kept, DETAIL))
        fees = _read_fees(reader, details)
        read = partial(_read_either, reader, rows, details, codes)
        frame = build_frame("procedures", {
            "procedure_code": codes,
            "service_level": read("MUCDO", LEVELS),
            "eligible_level": read("MUCDODUDIEUKIEN", LEVELS),
            "is_published": read("CONGKHAI", PUBLISHED),
            "has_fee": [fees.get(code) for code in codes],
            "payment_gateway": read(GATEWAY, GATEWAYS),
        })  # fmt: skip
        return reader.finish({"procedures": join_frames("procedures", [frame])})


CONNECTOR: Connector = PortalDvcqg()


def _sign_in(client: SourceClient) -> Token:
    account = client.assignment.source.auth.username
    login = {"username": account, "password": client.assignment.secret}
    content, _ = client.ask(Request("POST", f"{ADAPTER}/login", params=PROVIDER, json=login))
    code = _error_code(client, content)
    if code != OK:
        raise client.rejected(f"từ chối đăng nhập của '{show_name(account)}' (error_code {code.as_code()})")
    if not content.get("session"):
        raise client.broken("câu trả lời đăng nhập thiếu trường session")
    return Token(str(content["session"]))


def _narrowing(client: SourceClient, api: TokenSession) -> NarrowingParameter:
    """By the unit: the catalogue of one that does not exist has no procedures."""
    nobody = nobody_of(client.assignment.unit_key)

    def count() -> int:
        return len(_ask(client, api, CATALOGUE, CATALOGUE_FIELDS, {"madonvi": nobody})[0])

    return NarrowingParameter(BY_UNIT, f"{ADAPTER}/g", "madonvi", nobody, count)


def _ask_detail(client: SourceClient, api: TokenSession, code: str) -> RawPayload:
    """One procedure; the answer must be about this one."""
    rows, payload = _ask(client, api, DETAIL, DETAIL_FIELDS, {"maTTHC": code})
    if any(procedure_code(str(row.get("MATTHC", code))) != procedure_code(code) for row in rows):
        raise client.broken(f"hỏi thủ tục {code}, nhận thủ tục khác: hệ thống không theo parameters.maTTHC")
    return payload


def _ask(
    client: SourceClient, api: TokenSession, service: str, fields: Fields, asked: dict[str, str]
) -> tuple[list[dict[str, Any]], RawPayload]:
    body = {"madonvi": client.assignment.unit_key, "service": service, **asked}

    def make_request(session: str) -> Request:
        noted = {"part": service, "body": body}
        return Request("POST", f"{ADAPTER}/g", params=PROVIDER, json={"session": session, **body}, noted=noted)

    content, answer, request = api.ask(make_request)
    code = _error_code(client, content)
    if code != OK:
        raise client.unavailable(f"{service} trả error_code {code.as_code()} trong HTTP {answer.status}")
    rows = _unpack(content.get("result"))
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise client.broken(f"trường result của {service} không phải danh sách")
    return rows, client.payload(fields.minimise(rows), answer, request)


def _unpack(result: Any) -> Any:
    """A list, JSON inside a text, or an object that stands alone."""
    if isinstance(result, str) and result.lstrip().startswith(("[", "{")):
        try:
            result = orjson.loads(result)
        except orjson.JSONDecodeError:
            return result
    return [result] if isinstance(result, dict) else result


def _error_code(client: SourceClient, content: Any) -> SourceText:
    if not isinstance(content, dict) or "error_code" not in content:
        raise client.broken("câu trả lời thiếu trường error_code")
    return SourceText(content["error_code"])


def _is_refused(content: Any, _: Answer) -> bool:
    return isinstance(content, dict) and str(content.get("error_code")) == DEAD_SESSION


def _read_either(
    reader: Reader,
    rows: list[dict[str, Any]],
    details: list[dict[str, Any]],
    codes: list[str],
    name: str,
    meanings: Mapping[str, Any],
) -> list[Any]:
    """By the catalogue's codes, from where the field stands: the catalogue or the details."""
    usual, other = (details, rows) if name == GATEWAY else (rows, details)
    chosen = usual if any(name in row for row in usual) or not any(name in row for row in other) else other
    if chosen is rows:
        return _read_listed(reader, rows, codes, name, meanings)
    own = [procedure_code(code) for code in reader.required("MATTHC", reader.column(details, "MATTHC"))]
    said = dict(zip(own, reader.codes(name, reader.column(details, name), meanings), strict=True))
    return [said.get(code) for code in codes]


def _read_listed(
    reader: Reader, rows: list[dict[str, Any]], codes: list[str], name: str, meanings: Mapping[str, Any]
) -> list[Any]:
    """A field of the catalogue; of a procedure listed more than once, otherwise each time, it is not known."""
    values = reader.codes(name, reader.column(rows, name), meanings)
    said: dict[str, set[Any]] = {}
    for code, value in zip(codes, values, strict=True):
        said.setdefault(code, set()).add(value)
    differing = {code for code, found in said.items() if len(found) > 1}
    if not differing:
        return values
    reader.notices.note_doubt(
        f"danh mục nêu {len(differing)} thủ tục hơn một lần với {name} khác nhau: coi là chưa rõ "
        f"({', '.join(sorted(differing)[:5])})"
    )
    nothing_known = None if meanings is PUBLISHED else UNKNOWN
    return [nothing_known if code in differing else value for code, value in zip(codes, values, strict=True)]


def _read_fees(reader: Reader, rows: list[dict[str, Any]]) -> dict[str, bool | None]:
    """By procedure code: whether any listed fee is above 0, None where that is not said.

    A fee listed without its amount is none where the portal gives amounts elsewhere, and that is told; where it gives
    none at all, it is not known.
    """
    codes = [procedure_code(code) for code in reader.required("MATTHC", reader.column(rows, "MATTHC"))]
    ways = reader.column(rows, "CACHTHUCTHUCHIEN")
    amounts = [list(_amounts(reader, way)) for way in ways]
    gives_amounts = any(amount for listed in amounts for amount in listed)
    fees = [_has_fee(listed, way, gives_amounts=gives_amounts) for listed, way in zip(amounts, ways, strict=True)]
    empty = [code for code, listed in zip(codes, amounts, strict=True) if None in listed and not any(listed)]
    if empty and gives_amounts:
        shown = ", ".join(sorted(empty)[:5])
        reader.notices.note_doubt(
            f"{len(empty)} thủ tục có mục phí, lệ phí để trống số tiền (SOTIEN): coi là không thu ({shown})"
        )
    return dict(zip(codes, fees, strict=True))


def _has_fee(amounts: list[Decimal | None], ways: Any, *, gives_amounts: bool) -> bool | None:
    """A procedure without a way of performing it leaves it open."""
    if any(amounts):
        return True
    return False if ways and (gives_amounts or None not in amounts) else None


def _amounts(reader: Reader, ways: Any) -> Iterator[Decimal | None]:
    for way in reader.objects("CACHTHUCTHUCHIEN", ways):
        for duration in reader.objects("CACHTHUCTHUCHIEN.THOIGIAN", way.get("THOIGIAN")):
            for fee in reader.objects("CACHTHUCTHUCHIEN.THOIGIAN.PHILEPHI", duration.get("PHILEPHI")):
                yield _amount(reader, fee.get("SOTIEN"))


def _amount(reader: Reader, text: Any) -> Decimal | None:
    """`8.000` is eight thousand đồng: a dot parts thousands, money has no decimals here."""
    if text in (None, ""):
        return None
    try:
        return max(Decimal(0), Decimal(str(text).replace(".", "").replace(",", ".")))
    except InvalidOperation:
        raise reader.broken("trường PHILEPHI.SOTIEN không phải số tiền") from None
