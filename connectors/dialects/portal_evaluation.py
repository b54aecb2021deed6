"""The national portal's public evaluation (QĐ 766/QĐ-TTg) of a unit: tallies by calendar quarter only.

Interface: `POST /api/v1/reporting/evaluation/{group}` as public clients of 2026 call it: `{code: "OK", message, data:
{parent, children[]}}` (other groups: `{overview, evaluation[]}`), everything in one answer, nobody signs in, the site's
own Referer and Origin are needed, 403 and 429 when asked too fast. The period is a year, a calendar quarter or a month:
never the reporting quarter, so its figures stand beside ours and are not taken for them. A quarter that is not over
says so. Assumed: a unit is among `children` by its departmentId, or is `parent` itself; years before 2026 may be empty.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from baocao.domain import RawPayload, System
from baocao.source_text import SourceText
from connectors.asking.gateway import open_client
from connectors.asking.http import SourceClient
from connectors.asking.narrowing import DAY_OF_NOTHING, DAY_OF_NOTHING_VI, NarrowingParameter, prove_narrowings
from connectors.asking.request import Answer, Request
from connectors.assumptions import COUNT_TYPES, DAY_FILTER
from connectors.contract import Assignment, Connector, ParseResult
from connectors.declaration import Declaration
from connectors.reading.minimising import Fields
from connectors.reading.narrowed import BY_DAYS
from connectors.reading.strict import UNPROVED_PART, Reader
from connectors.reading.tallying import Quarter, Tally, build_tallies, quarters_of, whole_number

EVALUATION = "/api/v1/reporting/evaluation"
BY_CHANNEL, RECEIVED = "provide-online-tree", "channelTotalSum"
NO_QUARTER = Quarter(DAY_OF_NOTHING.year, 1)
ORIGIN = "https://dichvucong.gov.vn"
OK = "OK"
ROOT, CHILDREN = ("parent", "overview"), ("children", "evaluation")

FIGURES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "provide-online-tree": {
        "procedures_full_count": ("fullCount",),
        "procedures_online_count": ("partialCount", "fullCount"),
        "dossiers_received_count": ("channelTotalSum",),
        "dossiers_online_count": ("channelOnlineSum",),
        "dossiers_in_person_count": ("channelDirectSum",),
        "dossiers_postal_count": ("channelPostalSum",),
    },
    "formality-online-payment-tree": {"procedures_fee_count": ("totalFeeFormality",)},
}
NAMES = {group: frozenset(name for names in found.values() for name in names) for group, found in FIGURES.items()}
KNOWN = frozenset({
    "departmentCode", "departmentName", "childGroup", "totalScore", "totalMaxScore", "ratio", "score", "maxScore",
    "scoreDelta", "metrics", "authorityCount", "onlineDossierCount", "onlineServiceTotal", "onlineOnTimeSum",
    "onlineOverdueSum", "totalDossierOnlinePaymentSuccess", "totalDossierFinancialObligation",
    "totalDossierOnlineFormalityPaymentSuccess", "totalFeeDossierFormality", "totalFeeDossierFormalityDistinct",
})  # fmt: skip
FIELDS = {
    group: Fields(kept={"departmentId": {}, **{name: {} for name in names}}, known=KNOWN)
    for group, names in NAMES.items()
}
BASIS = "Cổng Dịch vụ công quốc gia tổng hợp theo {quarter}{open}"
LEVELS_UNKNOWN_VI = (
    "số hồ sơ theo kênh của Cổng: không tài liệu nào nói gồm những mức dịch vụ nào, chỉ nên để đối chiếu"
)
STILL_OPEN = ", lấy khi chưa hết quý"

ASSUMPTIONS = (COUNT_TYPES, DAY_FILTER)
SITE = Declaration(
    {"evaluation": EVALUATION},
    frozenset(name for one in FIELDS.values() for name in one.kept),
    expects={"evaluation": "code OK, data"},
    parameters=frozenset({"timeType", "year", "quarter", "rootDepartmentId", "currentPage", "pageSize"}),
    options=frozenset({"root_department_id"}),
)


class PortalEvaluation:
    """The connector `portal_evaluation`; options `root_department_id` (required: the province's UUID), `page_size`."""

    code = "portal_evaluation"
    kinds = ("tallies",)
    assumptions = ASSUMPTIONS

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        with open_client(assignment, SITE) as client:
            for quarter in quarters_of(assignment.window):
                for group in FIGURES:
                    yield _fetch_group(client, group, quarter)
            yield from prove_narrowings(client, [_narrowing(client)], _count_received(client, quarter))
            if assignment.source.system is System.ONE_STOP:
                yield _tell_unknown_levels(client)

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code)
        tallies = [tally for payload in payloads for tally in _read_payload(reader, payload)]
        return reader.finish({"tallies": build_tallies(source_code, tallies)})


CONNECTOR: Connector = PortalEvaluation()


def _fetch_group(client: SourceClient, group: str, quarter: Quarter) -> RawPayload:
    rows, answer, request = _ask_group(client, group, quarter)
    return client.payload(FIELDS[group].minimise(rows), answer, request)


def _tell_unknown_levels(client: SourceClient) -> RawPayload:
    request = Request("POST", EVALUATION, noted={"part": UNPROVED_PART, "what": LEVELS_UNKNOWN_VI})
    of = [client.assignment.source.source_code, client.assignment.unit_code]
    return client.payload({"unknown_fields": [], "rows": [], "of": of}, Answer(0, b""), request)


def _narrowing(client: SourceClient) -> NarrowingParameter:
    """By the quarter: in one of before the portal nothing was received."""
    count = partial(_count_received, client, NO_QUARTER)
    return NarrowingParameter(BY_DAYS, f"{EVALUATION}/{BY_CHANNEL}", "quarter", DAY_OF_NOTHING_VI, count)


def _count_received(client: SourceClient, quarter: Quarter) -> int:
    (row, *_), _, _ = _ask_group(client, BY_CHANNEL, quarter)
    reader = Reader(client.assignment.source.source_code, client.assignment.unit_code)
    return whole_number(reader, RECEIVED, row.get(RECEIVED) or 0)


def _ask_group(client: SourceClient, group: str, quarter: Quarter) -> tuple[list[dict[str, Any]], Answer, Request]:
    options = client.assignment.source.options
    body = {
        "timeType": "quarter",
        "year": quarter.year,
        "quarter": quarter.number,
        "rootDepartmentId": str(options.get("root_department_id", client.assignment.unit_key)),
        "currentPage": 1,
        "pageSize": int(options.get("page_size", 200)),
    }
    noted = {"part": group, "body": body, "department": client.assignment.unit_key}
    headers = {"Origin": ORIGIN, "Referer": f"{ORIGIN}/", "Accept": "application/json"}
    request = Request("POST", f"{EVALUATION}/{group}", headers=headers, json=body, noted=noted)
    content, answer = client.ask(request)
    return _own_rows(client, content, answer.status), answer, request


def _own_rows(client: SourceClient, content: Any, status: int) -> list[dict[str, Any]]:
    """The unit's own row, from the whole province's."""
    data = _data(client, content, status)
    children = next((data[name] for name in CHILDREN if isinstance(data.get(name), list)), None)
    if children is None or not all(isinstance(row, dict) for row in children):
        raise client.broken("thiếu trường data.children và data.evaluation")
    roots = [data[name] for name in ROOT if isinstance(data.get(name), dict)]
    key = client.assignment.unit_key
    own = [row for row in [*children, *roots] if row.get("departmentId") == key]
    if not own:
        raise client.broken(
            f"đơn vị không có trong {len(children)} dòng trả về (page_size, hoặc sai mã ở source_keys trong units.yaml)"
        )
    return own[:1]


def _data(client: SourceClient, content: Any, status: int) -> dict[str, Any]:
    if not isinstance(content, dict) or "code" not in content:
        raise client.broken("câu trả lời thiếu trường code")
    if content["code"] != OK:
        raise client.unavailable(f"trả mã lỗi {SourceText(content['code']).as_code()} trong HTTP {status}")
    if not isinstance(content.get("data"), dict):
        raise client.broken("câu trả lời thiếu trường data")
    return dict(content["data"])


def _read_payload(reader: Reader, payload: RawPayload) -> Iterator[Tally]:
    if payload.request["part"] in FIGURES:
        yield from _read_group(reader, payload)
    else:
        yield from reader.rows([payload], "")


def _read_group(reader: Reader, payload: RawPayload) -> Iterator[Tally]:
    group, body = payload.request["part"], payload.request["body"]
    quarter = Quarter(body["year"], body["quarter"])
    is_open = payload.fetched_at < quarter.window.end_at
    basis = BASIS.format(quarter=quarter.label_vi, open=STILL_OPEN if is_open else "")
    for row in reader.rows([payload], group):
        for indicator_code, names in FIGURES[group].items():
            values = [reader.column([row], name)[0] for name in names]
            if None not in values:
                value = sum(whole_number(reader, name, one) for name, one in zip(names, values, strict=True))
                yield Tally(indicator_code, value, quarter.window, basis)
