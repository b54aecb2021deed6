"""The two statistics of VNPT iGate 2 ("digo"): tallies, alone or beside the dossiers they count.

Interface: public client code (`--statistic-agency-kgg`, with the agency's code; `--kgg-dossier-report-online`, flat,
with the agency's name only and by the day of application). Days are written with a `Z`, which some servers honour as
UTC: which zone this one reads is probed first (`igate_zone`), and the probe is kept among the payloads. Names are
compared without " - tỉnh …", in full. Assumed: the first statistic counts by the day of acceptance; withdrawn and
stopped dossiers are in with `suppended-cancelled=true`; "direct" also holds post and unknown channels, so it stands
for no indicator; `procedureLevel4` and `3` choose toàn trình and một phần; the report counts whatever arose online.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from baocao.domain import RawPayload, Window
from connectors.asking.beside import ask_beside
from connectors.asking.gateway import open_client
from connectors.asking.http import SourceClient
from connectors.asking.narrowing import DAY_OF_NOTHING_VI, NO_DAYS, NarrowingParameter, prove_narrowings
from connectors.asking.request import Answer, Request
from connectors.asking.signing_in import TokenSession
from connectors.assumptions import CODE_TYPES, COUNT_TYPES, DAY_FILTER, HONOURED, Assumption
from connectors.contract import Assignment, Connector, ParseResult
from connectors.declaration import Declaration
from connectors.dialects import igate_zone
from connectors.dialects.igate_figures import (
    AGENCY_FIELDS,
    AGENCY_PART,
    FIGURES,
    ONLINE_FIELDS,
    ONLINE_FIGURES,
    ONLINE_PART,
    read_statistics,
)
from connectors.dialects.one_stop_igate import LEVELS, OneStopIgate, sign_in
from connectors.dialects.one_stop_igate import SITE as IGATE
from connectors.reading.narrowed import BY_DAYS
from connectors.reading.strict import UNPROVED_PART, Reader
from connectors.reading.tallying import build_tallies, read_beside, set_aside, whole_number

AGENCIES = "/igate/pa/dossier-statistic/--statistic-agency-kgg"
ONLINE = "/igate/pa/kgg-dossier-statistic/--kgg-dossier-report-online"
LEVEL_PARAMS = {"procedureLevel4": "full", "procedureLevel3": "partial"}
LEVEL_IDS = {level: key for key, level in LEVELS.items()}

CANCELLED = "suppended-cancelled"
CANCELLED_VI = (
    "{count} hồ sơ dù hỏi kể cả hay không kể hồ sơ rút, dừng xử lý: hoặc không có hồ sơ nào như vậy, hoặc hệ thống "
    "không theo suppended-cancelled và chúng bị bỏ ra ngoài"
)
A_FEW = 2

ASSUMPTIONS = (
    COUNT_TYPES,
    CODE_TYPES,
    DAY_FILTER,
    Assumption("cancelled_toggle", (HONOURED, "ignored"), "suppended-cancelled of the statistic by agency"),
    Assumption("level_filter", (HONOURED, "ignored"), "procedureLevel4 and procedureLevel3 of the statistic by agency"),
)
SITE = Declaration(
    {**IGATE.paths, "agencies": AGENCIES, "online": ONLINE},
    IGATE.fields | frozenset(AGENCY_FIELDS.kept) | frozenset(ONLINE_FIELDS.kept),
    IGATE.codes,
    expects={**IGATE.expects, "agencies": "danh sách cơ quan", "online": "danh sách cơ quan"},
    rows={**IGATE.rows, "agencies": AGENCY_FIELDS, "online": ONLINE_FIELDS},
    rows_under=IGATE.rows_under,
    dates=IGATE.dates,
    parameters=IGATE.parameters,
    asked_dates=IGATE.asked_dates,
    pages=IGATE.pages,
    options=frozenset({"dossiers", "names", "online_by"}),
    choices={"dossiers": (True, False), "online_by": ("accepted", "applied")},
)


class OneStopIgateStatistics:
    """The connector `one_stop_igate_statistics`.

    Option `online_by`: `accepted` (default) takes online dossiers by level from the statistic by agency, `applied`
    from the online report instead. Option `names`: what that report calls a unit, by the unit's key. Option `dossiers`:
    true lists the dossiers too (as `one_stop_igate`), so that the unit is counted two ways.
    """

    code = "one_stop_igate_statistics"
    kinds = ("dossiers", "tallies")
    assumptions = ASSUMPTIONS

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        lists_dossiers = assignment.source.options.get("dossiers", False)
        if lists_dossiers:
            yield from OneStopIgate().fetch(assignment)
        with open_client(assignment, SITE) as client:
            statistics = _fetch_statistics(client)
            yield from ask_beside(client, AGENCIES, statistics) if lists_dossiers else statistics

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        statistics: list[RawPayload] = []
        others = set_aside(payloads, (AGENCY_PART, ONLINE_PART), statistics)
        listed = OneStopIgate().parse(others, source_code=source_code, unit_code=unit_code)
        reader = Reader(source_code, unit_code, listed.notices)
        if len(listed.frames["dossiers"]):
            tallies = read_beside(reader, lambda apart: read_statistics(apart, statistics))
            return ParseResult({**listed.frames, "tallies": tallies}, reader.notices)
        return reader.finish({"tallies": build_tallies(source_code, read_statistics(reader, statistics))})


CONNECTOR: Connector = OneStopIgateStatistics()


def _fetch_statistics(client: SourceClient) -> Iterator[RawPayload]:
    """Which zone the server reads days in, both statistics, and whether they heed what they are asked."""
    api = sign_in(client)
    zone = yield from igate_zone.probe_zone(client, api, _counter(client, api))
    received: dict[str, int] = {}
    for levels in FIGURES:
        rows, answer, request = _ask(client, api, _agency_question(client, zone, levels))
        received[levels] = _count_received(client, rows)
        yield client.payload(AGENCY_FIELDS.minimise(rows), answer, request)
    _check_levels(client, received)
    yield from prove_narrowings(client, [_narrowing(client, api)], received["all"])
    if not client.assignment.source.options.get("dossiers", False):
        yield from _compare_without_cancelled(client, api, zone, received["all"])
    if client.assignment.source.options.get("online_by", "accepted") == "applied":
        rows, answer, request = _ask(client, api, _online_question(client, zone, client.assignment.window))
        yield client.payload(ONLINE_FIELDS.minimise(rows), answer, request)
        yield from prove_narrowings(client, [_online_narrowing(client, api)], _count_online(client, rows))


def _compare_without_cancelled(client: SourceClient, api: TokenSession, zone: str, own: int) -> Iterator[RawPayload]:
    """What may be missing where as many were received without the withdrawn and stopped dossiers as with them."""
    span = igate_zone.write_span(client.assignment.window, zone)
    params = {**_agency_params(client, *span, LEVEL_PARAMS.values()), CANCELLED: "false"}
    rows, answer, request = _ask(client, api, _make(AGENCIES, params, {}))
    if own and _count_received(client, rows) == own:
        noted = {**request.noted, "part": UNPROVED_PART, "what": CANCELLED_VI.format(count=own)}
        yield client.payload(AGENCY_FIELDS.minimise(rows), answer, replace(request, noted=noted))


def _check_levels(client: SourceClient, received: Mapping[str, int]) -> None:
    """Both levels together are what was asked for at once; a few may have come between the questions."""
    parts, whole = received["full"] + received["partial"], received["all"]
    if abs(parts - whole) > max(A_FEW, whole // 50):
        raise client.broken(
            f"toàn trình {received['full']} và một phần {received['partial']} khác số hỏi cả hai mức {whole}: hệ thống "
            "không theo parameters.procedureLevel4, procedureLevel3"
        )


def _narrowing(client: SourceClient, api: TokenSession) -> NarrowingParameter:
    def count() -> int:
        return _counter(client, api)(*igate_zone.write_span(NO_DAYS, igate_zone.IGNORED))[0]

    return NarrowingParameter(BY_DAYS, AGENCIES, "from-date", DAY_OF_NOTHING_VI, count)


def _online_narrowing(client: SourceClient, api: TokenSession) -> NarrowingParameter:
    def count() -> int:
        return _count_online(client, _ask(client, api, _online_question(client, igate_zone.IGNORED, NO_DAYS))[0])

    return NarrowingParameter(BY_DAYS, ONLINE, "from-applied-date", DAY_OF_NOTHING_VI, count)


def _count_online(client: SourceClient, rows: list[dict[str, Any]]) -> int:
    """Of the whole province: the report knows no unit."""
    reader = Reader(client.assignment.source.source_code, client.assignment.unit_code)
    return sum(whole_number(reader, name, row[name]) for row in rows for name in ONLINE_FIGURES if name in row)


def _ask(
    client: SourceClient, api: TokenSession, make_request: Callable[[str], Request]
) -> tuple[list[dict[str, Any]], Answer, Request]:
    content, answer, request = api.ask(make_request)
    if isinstance(content, dict) and ("code" in content or "error" in content):
        raise client.unavailable(f"trả lỗi trong HTTP {answer.status}")
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise client.broken("thiếu các dòng: thống kê không phải danh sách")
    return content, answer, request


def _agency_params(client: SourceClient, first: str, last: str, levels: Iterable[str]) -> dict[str, str]:
    return {
        "agency-id": client.assignment.unit_key,
        "from-date": first,
        "to-date": last,
        **{name: LEVEL_IDS[level] for name, level in LEVEL_PARAMS.items() if level in levels},
        CANCELLED: "true",
        "hide-agency-no-dossier": "false",
    }


def _make(path: str, params: dict[str, str], noted: dict[str, Any]) -> Callable[[str], Request]:
    noted = {**noted, "query": params}
    return lambda token: Request("GET", path, params=params, headers={"Authorization": f"bearer {token}"}, noted=noted)


def _agency_question(client: SourceClient, zone: str, levels: str) -> Callable[[str], Request]:
    chosen = LEVEL_PARAMS.values() if levels == "all" else (levels,)
    params = _agency_params(client, *igate_zone.write_span(client.assignment.window, zone), chosen)
    return _make(AGENCIES, params, {"part": AGENCY_PART, "levels": levels, **_noted(client, zone)})


def _online_question(client: SourceClient, zone: str, window: Window) -> Callable[[str], Request]:
    first, last = igate_zone.write_span(window, zone)
    params = {"from-applied-date": first, "to-applied-date": last, "is-ignore-free-dossier": "false"}
    names = client.assignment.source.options.get("names", {})
    alias = str(names.get(client.assignment.unit_key, ""))
    return _make(ONLINE, params, {"part": ONLINE_PART, "alias": alias, **_noted(client, zone)})


def _noted(client: SourceClient, zone: str) -> dict[str, Any]:
    window = client.assignment.window
    return {"agency": client.assignment.unit_key, "zone": zone, "days": [f"{window.start_on}", f"{window.end_on}"]}


def _counter(client: SourceClient, api: TokenSession) -> igate_zone.Count:
    """Counts what the agency received between two instants, every level."""

    def count(first: str, last: str) -> tuple[int, Answer, Request, dict[str, Any]]:
        agency = client.assignment.unit_key
        question = _make(AGENCIES, _agency_params(client, first, last, ()), {"agency": agency})
        rows, answer, request = _ask(client, api, question)
        return _count_received(client, rows), answer, request, AGENCY_FIELDS.minimise(rows)

    return count


def _count_received(client: SourceClient, rows: list[dict[str, Any]]) -> int:
    agency = client.assignment.unit_key
    reader = Reader(client.assignment.source.source_code, client.assignment.unit_code)
    keys = reader.column(rows, "agency", "id")
    received = [row.get("received") for row, key in zip(rows, keys, strict=True) if key == agency]
    if len(received) != 1 or received[0] is None:
        raise client.broken(
            f"trường received của cơ quan (source_keys trong units.yaml) bị thiếu, hoặc có {len(received)} lần"
        )
    return whole_number(reader, "received", received[0])
