"""The dossier statistic of OpenCPS (open source one-stop system): tallies of the online dossiers, by service level.

Interface: `GET /statistics/dossiers` of opencps-v2 with days as dd/MM/yyyy and `start`/`end` row numbers; the answer is
`{total, data: [...]}`. `dossierOnline4Count` and `dossierOnline3Count` are what came online in the period at these
levels. All its other counts hold every level, those that only inform too, and cannot be asked by level: they fill the
figures of every level (`all_…`), and are kept only for reports that need those. Whether its "on time" is by the day or
the hour of the appointment is not said. What it counts as settled, or as under way, but neither before, on nor after an
appointment has none. Rows without domainCode or govAgencyCode are subtotals of the others: the rows by
domain are summed, the subtotal must agree with them. Assumed: sign-in by HTTP Basic with a `groupId` header; `agency`
takes the unit's code as it stands in `govAgencyCode`; settled is `releaseCount`, under way `processingCount` with
`waitingCount`; `domainCode` is the field.
"""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from http import HTTPStatus
from itertools import count
from typing import Any

from baocao.domain import RawPayload, Window
from baocao.groups import Dimension, write_group_code
from baocao.messages import show_name
from baocao.source_text import SourceText
from connectors.asking.gateway import open_client
from connectors.asking.http import SourceClient
from connectors.asking.listing import Listing, read_total
from connectors.asking.narrowing import DAY_OF_NOTHING_VI, NO_DAYS, NarrowingParameter, prove_narrowings
from connectors.asking.request import Answer, Request
from connectors.assumptions import DAY_BOUNDS, DAY_FILTER, HONOURED, Assumption
from connectors.contract import Assignment, Connector, ParseResult
from connectors.declaration import Declaration
from connectors.reading.minimising import Fields, note_more
from connectors.reading.narrowed import BY_DAYS
from connectors.reading.strict import Reader
from connectors.reading.tallying import Tally, build_tallies, whole_number

STATISTIC = "/statistics/dossiers"
PART = "statistic"
MID_MONTH, A_FEW, WORKING_DAYS = 15, 4, 5
ASSUMPTIONS = (
    DAY_BOUNDS,
    DAY_FILTER,
    Assumption("days_counted", ("as_asked", "whole_months"), "whether days are heeded, or the months they are in"),
    Assumption("on_time", ("by_day", "by_hour"), "whether it holds dossiers against the day or the hour appointed"),
    Assumption(
        "page_size", (HONOURED, "at_most_2", "always_7"), "whether as many rows come as `start` and `end` ask for"
    ),
)

FIGURES = {
    "dossiers_online_count": ("dossierOnline3Count", "dossierOnline4Count"),
    "dossiers_full_online_count": ("dossierOnline4Count",),
    "dossiers_partial_online_count": ("dossierOnline3Count",),
}
COUNTS = ("dossierOnline3Count", "dossierOnline4Count")
EVERY_LEVEL = {
    "all_received_count": ("receivedCount",),
    "all_received_online_count": ("onlineCount",),
    "all_received_direct_count": ("onegateCount", "viaPostalCount"),
    "all_carried_over_count": ("remainingCount",),
    "all_resolved_count": ("releaseCount",),
    "all_resolved_early_count": ("betimesCount",),
    "all_resolved_on_time_count": ("ontimeCount",),
    "all_resolved_overdue_count": ("overtimeCount",),
    "all_withdrawn_count": ("cancelledCount",),
    "all_pending_count": ("processingCount", "waitingCount"),
    "all_pending_not_due_count": ("undueCount",),
    "all_pending_overdue_count": ("overdueCount",),
}
REMAINDERS = {
    "all_resolved_no_appointment_count": (("releaseCount",), ("betimesCount", "ontimeCount", "overtimeCount")),
    "all_pending_no_appointment_count": (("processingCount", "waitingCount"), ("undueCount", "overdueCount")),
    "ii_06a_resolved_on_time_count": (("releaseCount",), ("betimesCount", "overtimeCount")),
    "ii_06a_pending_in_time_count": (("processingCount", "waitingCount"), ("overdueCount",)),
}
MORE_COUNTS = tuple(dict.fromkeys(name for names in EVERY_LEVEL.values() for name in names))
DAY_OR_HOUR_VI = "hệ thống tự tính trước hạn, đúng hạn, quá hạn; không rõ so theo ngày hay theo giờ hẹn"
FIELDS = Fields(
    kept={"govAgencyCode": {}, "domainCode": {}, **{name: {} for name in COUNTS}},
    known=frozenset({
        "month", "year", "totalCount", "receivedCount", "remainingCount", "onlineCount", "onegateCount",
        "viaPostalCount", "doneCount", "cancelledCount", "processingCount", "waitingCount", "deniedCount",
        "processCount", "releaseCount", "betimesCount", "ontimeCount", "overtimeCount", "undueCount", "overdueCount",
        "groupId", "companyId", "govAgencyName", "domainName",
    }),
    groups=frozenset({"govAgencyCode", "domainCode"}),
)  # fmt: skip
BASIS = "theo ngày tiếp nhận trong kỳ, không kể hồ sơ bị từ chối"
EVERY_LEVEL_BASIS = f"{BASIS}, mọi mức dịch vụ"
SITE = Declaration(
    {"statistic": STATISTIC},
    frozenset({*FIELDS.kept, *MORE_COUNTS, "data", "total"}),
    expects={"statistic": "data [...], total"},
    rows={"statistic": FIELDS},
    rows_under="data",
    parameters=frozenset({"fromStatisticDate", "toStatisticDate", "agency", "start", "end"}),
    asked_dates=dict.fromkeys(("fromStatisticDate", "toStatisticDate"), "%d/%m/%Y"),
    options=frozenset({"group_id"}),
)


class OneStopOpencps:
    """The connector `one_stop_opencps`; options `group_id` (required by most installations), `page_size`."""

    code = "one_stop_opencps"
    kinds = ("tallies",)
    assumptions = ASSUMPTIONS

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        with open_client(assignment, SITE) as client:
            yield from _fetch(client)

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code)
        tallies: dict[tuple[str, Window], dict[tuple[str, str], dict[str, int]]] = {}
        for payload in payloads:
            rows = list(reader.rows([payload], PART))
            if payload.request["part"] != PART:
                continue
            window = Window(*(date.fromisoformat(day) for day in payload.request["days"]))
            tallies.setdefault((payload.request["agency"], window), {}).update(_read_rows(reader, rows))
        made = [t for (agency, window), rows in tallies.items() for t in _tally(reader, agency, window, rows)]
        return reader.finish({"tallies": build_tallies(source_code, made)})


CONNECTOR: Connector = OneStopOpencps()


def _fetch(client: SourceClient) -> Iterator[RawPayload]:
    """The pages, and what came of questions for other days: for none, and for the same ones in two parts."""
    window, own = client.assignment.window, 0
    for rows, answer, request in _list_rows(client, window):
        yield client.payload(_fields_of(client).minimise(rows), answer, request)
        own += _count_online(client, rows)
    yield from prove_narrowings(client, [_narrowing(client)], own)
    _check_parts(client, window, own)
    _check_last_day(client, window)


def _fields_of(client: SourceClient) -> Fields:
    return FIELDS.with_more({name: {} for name in MORE_COUNTS} if client.assignment.source.more else {})


def _list_rows(client: SourceClient, window: Window) -> Iterator[tuple[list[dict[str, Any]], Answer, Request]]:
    size, start = client.page_size(200), 0
    listing = Listing(client, "rows")
    for page in count():
        request = _question(client, window, start, size)
        rows, total, answer = _ask(client, request)
        if not listing.add(page, (_key(row) for row in rows), total):
            break
        yield rows, answer, request
        if listing.is_over(size, is_last=True):
            break
        start += len(rows)
    listing.check_whole()


def _narrowing(client: SourceClient) -> NarrowingParameter:
    """By the days: the rows have none of their own."""
    return NarrowingParameter(
        BY_DAYS, STATISTIC, "fromStatisticDate", DAY_OF_NOTHING_VI, lambda: _count_days(client, NO_DAYS)
    )


def _check_parts(client: SourceClient, window: Window, own: int) -> None:
    """Cut in the middle of a month, both parts are the whole, unless whole months are counted."""
    cut_on = _find_cut(window)
    if cut_on is None or not own:
        return
    parts = (Window(window.start_on, cut_on), Window(cut_on + timedelta(days=1), window.end_on))
    first, second = (_count_days(client, part) for part in parts)
    if abs(first + second - own) > max(A_FEW, own // 50):
        raise client.broken(
            f"hỏi đến {cut_on:%d/%m/%Y} nhận {first}, hỏi từ hôm sau nhận {second}, hỏi cả kỳ nhận {own}: hệ thống "
            "không tính theo đúng các ngày được hỏi (có thể tính trọn tháng)"
        )


def _check_last_day(client: SourceClient, window: Window) -> None:
    """A week has something while each of its days, asked for alone, has nothing: a bound asked for is left out."""
    middle = window.start_on + (window.end_on - window.start_on) / 2
    monday = middle - timedelta(days=middle.weekday())
    week = Window(monday, monday + timedelta(days=6))
    if not window.start_on <= week.start_on <= week.end_on <= window.end_on or _count_days(client, week) < A_FEW:
        return
    days = (Window(day, day) for day in list(week.days())[:WORKING_DAYS])
    if not any(_count_days(client, day) for day in days):
        raise client.broken(
            f"hỏi cả tuần từ {monday:%d/%m/%Y} có hồ sơ, hỏi riêng từng ngày làm việc thì không: hệ thống bỏ ngày đầu "
            "hoặc ngày cuối của khoảng được hỏi"
        )


def _find_cut(window: Window) -> date | None:
    """The first fifteenth of a month with days before and after it, but for a window within few days."""
    return next((day for day in window.days() if day.day == MID_MONTH and window.start_on < day < window.end_on), None)


def _count_days(client: SourceClient, window: Window) -> int:
    return sum(_count_online(client, rows) for rows, _, _ in _list_rows(client, window))


def _count_online(client: SourceClient, rows: list[dict[str, Any]]) -> int:
    """What the unit's own rows add up to, whatever they count twice."""
    reader = Reader(client.assignment.source.source_code, client.assignment.unit_code)
    own = [row for row in rows if _key(row)[0] == client.assignment.unit_key]
    return sum(whole_number(reader, name, row[name]) for row in own for name in COUNTS if name in row)


def _question(client: SourceClient, window: Window, start: int, size: int) -> Request:
    agency = client.assignment.unit_key
    params = {
        "fromStatisticDate": f"{window.start_on:%d/%m/%Y}",
        "toStatisticDate": f"{window.end_on:%d/%m/%Y}",
        "agency": agency,
        "start": str(start),
        "end": str(start + size),
    }
    days = [f"{window.start_on}", f"{window.end_on}"]
    kept_too = note_more(client.assignment.source.more)
    noted = {"part": PART, "query": params, "agency": agency, "days": days, **kept_too}
    return Request("GET", STATISTIC, params=params, headers=_headers(client), noted=noted)


def _headers(client: SourceClient) -> dict[str, str]:
    source = client.assignment.source
    pair = f"{source.auth.username}:{client.assignment.secret}".encode()
    group = {"groupId": str(source.options["group_id"])} if "group_id" in source.options else {}
    return {**group, "Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _ask(client: SourceClient, request: Request) -> tuple[list[dict[str, Any]], int, Answer]:
    content, answer = client.ask(request)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        account = client.assignment.source.auth.username
        raise client.rejected(f"từ chối đăng nhập của '{show_name(account)}': sai mật khẩu, hoặc sai groupId")
    if isinstance(content, dict) and "code" in content and "data" not in content:
        raise client.unavailable(f"trả mã lỗi {SourceText(content['code']).as_code()} trong HTTP {answer.status}")
    rows = content.get("data") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise client.broken("thiếu trường data: không phải một trang thống kê")
    return rows, read_total(client, "total", content.get("total")), answer


def _key(row: dict[str, Any]) -> tuple[str, str]:
    """Agency and domain; both empty in the grand total."""
    return str(row.get("govAgencyCode") or ""), str(row.get("domainCode") or "")


def _read_rows(reader: Reader, rows: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, str], dict[str, int]]]:
    for name in ("govAgencyCode", "domainCode"):
        reader.column(rows, name)
    names = (*COUNTS, *MORE_COUNTS) if reader.gives(rows, MORE_COUNTS[0]) else COUNTS
    columns = {name: reader.column(rows, name) for name in names}
    for index, row in enumerate(rows):
        yield _key(row), {name: whole_number(reader, name, columns[name][index]) for name in names}


def _tally(reader: Reader, agency: str, window: Window, rows: dict[tuple[str, str], dict[str, int]]) -> Iterator[Tally]:
    counts = _sum_domains(reader, agency, rows)
    for indicator_code, names in FIGURES.items() if counts else ():
        yield Tally(indicator_code, sum(counts[name] for name in names), window, BASIS)
    if not counts or MORE_COUNTS[0] not in counts:
        return
    if DAY_OR_HOUR_VI not in reader.notices.unproved_vi:
        reader.notices.note_unproved(DAY_OR_HOUR_VI)
    for indicator_code, value in _every_level(reader, counts):
        yield Tally(indicator_code, value, window, EVERY_LEVEL_BASIS)
    for (code, domain), mine in rows.items():
        for indicator_code, value in _every_level(reader, mine) if code == agency and domain else ():
            yield Tally(write_group_code(indicator_code, Dimension.FIELD, domain), value, window, EVERY_LEVEL_BASIS)


def _every_level(reader: Reader, counts: dict[str, int]) -> Iterator[tuple[str, int]]:
    for indicator_code, names in EVERY_LEVEL.items():
        yield indicator_code, sum(counts[name] for name in names)
    for indicator_code, (whole, parts) in REMAINDERS.items():
        rest = sum(counts[name] for name in whole) - sum(counts[name] for name in parts)
        if rest < 0:
            raise reader.broken(f"{' + '.join(parts)} nhiều hơn {' + '.join(whole)}: không phải các phần của nó")
        yield indicator_code, rest


def _sum_domains(reader: Reader, agency: str, rows: dict[tuple[str, str], dict[str, int]]) -> dict[str, int]:
    """The agency's rows by domain added up, its own subtotal left out but compared; none where it has no row."""
    names = next(iter(rows.values()), dict.fromkeys(COUNTS, 0)).keys()
    summed: Counter[str] = Counter()
    by_domain = [counts for (code, domain), counts in rows.items() if code == agency and domain]
    for counts in by_domain:
        summed.update(counts)
    subtotal = rows.get((agency, ""))
    if subtotal is None or not by_domain:
        return subtotal or {name: summed[name] for name in names if by_domain}
    for name in names:
        if subtotal[name] != summed[name]:
            raise reader.broken(
                f"{name}: các dòng theo lĩnh vực cộng lại {summed[name]}, dòng cộng ghi {subtotal[name]}"
            )
    return subtotal
