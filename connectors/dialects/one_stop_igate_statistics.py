"""The two statistics of VNPT iGate 2 ("digo"): tallies, alone or beside the dossiers they count.

Interface: public client code (`--statistic-agency-kgg`, with the agency's code; `--kgg-dossier-report-online`, flat,
with the agency's name only and by the day of application). Days are written with a `Z`, which some servers honour as
UTC: which zone this one reads is probed first (`igate_zone`), and the probe is kept among the payloads. Names are
compared without " - tỉnh …", in full. Assumed: the first statistic counts by the day of acceptance; withdrawn and
stopped dossiers are in with `suppended-cancelled=true`; "direct" also holds post and unknown channels, so it stands
for no indicator; `procedureLevel4` and `3` choose toàn trình and một phần; the report counts whatever arose online.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from baocao.domain import RawPayload
from connectors.asking.gateway import open_client
from connectors.asking.http import Answer, Request, SourceClient
from connectors.asking.signing_in import TokenSession
from connectors.assumptions import CODE_TYPES, COUNT_TYPES
from connectors.contract import Assignment, Connector, ParseResult
from connectors.declaration import Declaration
from connectors.dialects import igate_zone
from connectors.dialects.igate_figures import (
    AGENCY_FIELDS,
    AGENCY_PART,
    FIGURES,
    ONLINE_FIELDS,
    ONLINE_PART,
    read_statistics,
)
from connectors.dialects.one_stop_igate import LEVELS, OneStopIgate, sign_in
from connectors.dialects.one_stop_igate import SITE as IGATE
from connectors.reading.strict import Reader
from connectors.reading.tallying import build_tallies, whole_number

AGENCIES = "/igate/pa/dossier-statistic/--statistic-agency-kgg"
ONLINE = "/igate/pa/kgg-dossier-statistic/--kgg-dossier-report-online"
LEVEL_PARAMS = {"procedureLevel4": "full", "procedureLevel3": "partial"}
LEVEL_IDS = {level: key for key, level in LEVELS.items()}

ASSUMPTIONS = (COUNT_TYPES, CODE_TYPES)
SITE = Declaration(
    {**IGATE.paths, "agencies": AGENCIES, "online": ONLINE},
    IGATE.fields | frozenset(AGENCY_FIELDS.kept) | frozenset(ONLINE_FIELDS.kept),
    IGATE.codes,
    expects={**IGATE.expects, "agencies": "a list of agencies", "online": "a list of agencies"},
    rows={**IGATE.rows, "agencies": AGENCY_FIELDS, "online": ONLINE_FIELDS},
    rows_under=IGATE.rows_under,
    dates=IGATE.dates,
    parameters=IGATE.parameters,
    asked_dates=IGATE.asked_dates,
    pages=IGATE.pages,
    options=frozenset({"dossiers", "names", "online_by"}),
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
        if assignment.source.options.get("dossiers", False):
            yield from OneStopIgate().fetch(assignment)
        with open_client(assignment, SITE) as client:
            api = sign_in(client)
            zone = yield from igate_zone.probe_zone(client, api, _counter(client, api))
            for levels in FIGURES:
                rows, answer, request = _ask(client, api, _agency_question(client, zone, levels))
                yield client.payload(AGENCY_FIELDS.minimise(rows), answer, request)
            if assignment.source.options.get("online_by", "accepted") == "applied":
                rows, answer, request = _ask(client, api, _online_question(client, zone))
                yield client.payload(ONLINE_FIELDS.minimise(rows), answer, request)

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        statistics: list[RawPayload] = []
        others = _set_aside(payloads, statistics)
        listed = OneStopIgate().parse(others, source_code=source_code, unit_code=unit_code)
        reader = Reader(source_code, unit_code, listed.notices)
        tallies = {"tallies": build_tallies(source_code, read_statistics(reader, statistics))}
        frames = listed.frames if len(listed.frames["dossiers"]) else {}
        return reader.finish({**frames, **tallies})


CONNECTOR: Connector = OneStopIgateStatistics()


def _set_aside(payloads: Iterable[RawPayload], statistics: list[RawPayload]) -> Iterator[RawPayload]:
    """The payloads of the listing, one by one; those of the statistics are put into the list."""
    for payload in payloads:
        if payload.request["part"] in (AGENCY_PART, ONLINE_PART):
            statistics.append(payload)
        else:
            yield payload


def _ask(
    client: SourceClient, api: TokenSession, make_request: Callable[[str], Request]
) -> tuple[list[dict[str, Any]], Answer, Request]:
    content, answer, request = api.ask(make_request)
    if isinstance(content, dict) and ("code" in content or "error" in content):
        raise client.unavailable(f"it answers with an error inside HTTP {answer.status}")
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise client.broken("the rows are missing: the statistic is not a list of objects")
    return content, answer, request


def _agency_params(client: SourceClient, first: str, last: str, levels: Iterable[str]) -> dict[str, str]:
    return {
        "agency-id": client.assignment.unit_key,
        "from-date": first,
        "to-date": last,
        **{name: LEVEL_IDS[level] for name, level in LEVEL_PARAMS.items() if level in levels},
        "suppended-cancelled": "true",
        "hide-agency-no-dossier": "false",
    }


def _make(path: str, params: dict[str, str], noted: dict[str, Any]) -> Callable[[str], Request]:
    noted = {**noted, "query": params}
    return lambda token: Request("GET", path, params=params, headers={"Authorization": f"bearer {token}"}, noted=noted)


def _agency_question(client: SourceClient, zone: str, levels: str) -> Callable[[str], Request]:
    chosen = LEVEL_PARAMS.values() if levels == "all" else (levels,)
    params = _agency_params(client, *igate_zone.write_span(client.assignment.window, zone), chosen)
    return _make(AGENCIES, params, {"part": AGENCY_PART, "levels": levels, **_noted(client, zone)})


def _online_question(client: SourceClient, zone: str) -> Callable[[str], Request]:
    first, last = igate_zone.write_span(client.assignment.window, zone)
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
        received = [row.get("received") for row in rows if (row.get("agency") or {}).get("id") == agency]
        if len(received) != 1 or received[0] is None:
            raise client.broken(f"field received is missing for agency {agency}, or is there {len(received)} times")
        reader = Reader(client.assignment.source.source_code, client.assignment.unit_code)
        return whole_number(reader, "received", received[0]), answer, request, AGENCY_FIELDS.minimise(rows)

    return count
