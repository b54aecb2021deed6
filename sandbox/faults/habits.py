"""Habits: what a vendor's document leaves open, played in every way a real system may have it. Nothing here is wrong.

Each system says by its description which habits it can have, and how they are played; None is what it does by itself.
"""

# ruff: noqa: ARG001 - every fault is called alike, whether it needs both arguments or not

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from sandbox.faults.dialects import DIALECTS, Played
from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import Options, fault

_SIZES = ("size", "pageSize", "pageRec")
_COUNTERS = ("paging",)
_GONE = ("", None)
_DAYS = (("%Y-%m-%d", r"\d{4}-\d\d-\d\d"), ("%d/%m/%Y", r"\d\d/\d\d/\d{4}"))


@fault(rows=10, always=True, by_asked=False, counting=True)
async def own_page_size(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Pages have `rows` rows: `always`, or at most.

    With `by_asked` a page begins where it would with the size asked for; what lies between two pages is never shown.
    Without `counting` a call that counts pages goes by the size asked for.
    """
    if any(word in exchange.path for word in _COUNTERS) and not options["counting"]:
        return await exchange.proceed()
    name = next((name for name in _SIZES if exchange.find_value(name)), None)
    turning = DIALECTS[exchange.system].turning
    if turning is not None and turning.end is not None and exchange.find_value(turning.end):
        start = int(exchange.find_value(turning.name) or 0)
        exchange.set_value(
            turning.end, str(start + _own_size(int(exchange.find_value(turning.end) or 0) - start, options))
        )
        return await exchange.proceed()
    if name is None:
        return await exchange.proceed()
    asked = int(exchange.find_value(name) or 0)
    if not options["by_asked"] or any(word in exchange.path for word in _COUNTERS):
        exchange.set_value(name, str(_own_size(asked, options)))
        return await exchange.proceed()
    answer = await exchange.proceed()
    if answer.status != HTTPStatus.OK:
        return answer
    content = answer.content
    rows = exchange.find_rows(content)
    return answer.with_content(_with_rows(exchange, content, rows[: _own_size(asked, options)]))


def _own_size(asked: int, options: Options) -> int:
    rows = int(options["rows"])
    return rows if options["always"] else min(asked, rows)


def _with_rows(exchange: Exchange, content: Any, rows: list[dict[str, Any]]) -> Any:
    """The answer with other rows, of a system that has them in one place."""
    (path,) = DIALECTS[exchange.system].rows
    (name,) = path
    return {**content, name: rows}


@fault()
async def total_of_pages(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The total of iGate's pages is how many pages there are."""
    answer = await exchange.proceed()
    if exchange.system != "one_stop" or answer.status != HTTPStatus.OK or b"totalPages" not in answer.body:
        return answer
    content = answer.content
    return answer.with_content({**content, "totalElements": content["totalPages"]})


@fault()
async def last_page_again(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A page beyond the last is the last one again."""
    turning = DIALECTS[exchange.system].turning
    if turning is None or turning.end is not None or any(word in exchange.path for word in _COUNTERS):
        return await exchange.proceed()
    asked = exchange.find_value(turning.name)
    if asked is None:
        return await exchange.proceed()
    number = int(asked)
    while True:
        exchange.set_value(turning.name, str(number))
        answer = await exchange.proceed()
        if answer.status != HTTPStatus.OK or exchange.find_rows(answer.content) or number <= turning.first:
            return answer
        number -= 1


@fault()
async def empty_dates_dropped(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A filter by the day of receipt leaves out what has none, as a plain range filter of a document database does."""
    exchange.hints.drops_empty_dates = True
    return await exchange.proceed()


@fault(parameters=(), how="ignored")
async def filter_unknown(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Filters nobody promised: they are `ignored`, or the question is `refused`."""
    if all(exchange.find_value(name) is None for name in options["parameters"]):
        return await exchange.proceed()
    if options["how"] == "refused":
        return SandboxAnswer(400, {"content-type": "application/json"}, b'{"status":400,"error":"Bad Request"}')
    for name in options["parameters"]:
        exchange.drop_value(name)
    return await exchange.proceed()


@fault(hidden="", heeds=True)
async def statuses_hidden(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Dossiers of some statuses do not come unless their statuses are asked for; or never, where it heeds none."""
    if not options["heeds"]:
        exchange.drop_value("dossier-status")
    if exchange.find_value("dossier-status") is None and exchange.path.endswith("/search"):
        exchange.query += f"&remove-status={options['hidden']}"
    return await exchange.proceed()


@fault()
async def undated_filter_gives_nothing(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The filter for dossiers without a day of receipt finds none."""
    answer = await exchange.proceed()
    if exchange.find_value("coNgayTiepNhan") is None or answer.status != HTTPStatus.OK:
        return answer
    nothing = {"data": [], "totalCount": 0, "totalPages": 0, "hasNextPage": False}
    return answer.with_content({**answer.content, **nothing})


@fault(fields=(), to="texts")
async def codes_retyped(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Codes come as `texts`, `numbers`, `booleans` (of "TRUE" and "FALSE") or `bits` (1 and 0)."""

    def change(row: dict[str, Any], name: str) -> None:
        row[name] = _retype(row[name], options["to"])

    return await _change_fields(exchange, options["fields"], change)


def _retype(value: Any, to: str) -> Any:
    if value is None:
        return None
    if to == "texts":
        return str(value)
    if to == "numbers":
        return int(value) if str(value).isdecimal() else value
    known = {"TRUE": True, "FALSE": False}
    found = known.get(str(value).upper(), value)
    return int(found) if to == "bits" and isinstance(found, bool) else found


@fault(field="", to=None, every=4)
async def field_set(exchange: Exchange, options: Options) -> SandboxAnswer:
    """One row in `every` has another value (null too) in a field."""
    answer = await exchange.proceed()
    if answer.status != HTTPStatus.OK:
        return answer
    content = answer.content
    for row in exchange.find_rows(content)[:: options["every"]]:
        if options["field"] in row:
            row[options["field"]] = options["to"]
    return answer.with_content(content)


@fault()
async def free_without_gateway(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Procedures that cost nothing name no gateway for payment."""
    answer = await exchange.proceed()
    if answer.status != HTTPStatus.OK:
        return answer
    content = answer.content
    for row in exchange.find_rows(content):
        if "DUOCTHANHTOANTRUCTUYEN" in row and not any(_amounts(row)):
            row["DUOCTHANHTOANTRUCTUYEN"] = ""
    return answer.with_content(content)


@fault()
async def free_without_amount(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Procedures that cost nothing list their fee without an amount."""
    answer = await exchange.proceed()
    if answer.status != HTTPStatus.OK:
        return answer
    content = answer.content
    for row in exchange.find_rows(content):
        if "CACHTHUCTHUCHIEN" in row and not any(_amounts(row)):
            for way in row["CACHTHUCTHUCHIEN"]:
                for time in way["THOIGIAN"]:
                    time["PHILEPHI"] = [{"SOTIEN": "", "DONVI": "Đồng", "MOTA": "Không"}]
    return answer.with_content(content)


def _amounts(row: dict[str, Any]) -> list[bool]:
    """Whether each listed fee is more than nothing."""
    return [
        str(fee.get("SOTIEN") or "0") != "0"
        for way in row.get("CACHTHUCTHUCHIEN") or []
        for time in way.get("THOIGIAN") or []
        for fee in time.get("PHILEPHI") or []
    ]


@fault(how="left_out")
async def empty_fields(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Fields without a value are `left_out`, or hold an `empty_text`."""
    answer = await exchange.proceed()
    if answer.status != HTTPStatus.OK:
        return answer
    content = answer.content
    for row in exchange.find_rows(content):
        for name in [name for name, value in row.items() if value in _GONE]:
            if options["how"] == "left_out":
                del row[name]
            else:
                row[name] = ""
    return answer.with_content(content)


@fault(fields=(), to="+07:00")
async def instants_rewritten(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Instants are written with an offset, or "utc" as `…Z`; every third row as before, as after an update."""
    from sandbox.world.periods import ZONE

    count = 0

    def change(row: dict[str, Any], name: str) -> None:
        nonlocal count
        count += 1
        if row[name] is None or (options["to"] == "mixed" and count % 3 == 0):
            return
        at = datetime.fromisoformat(str(row[name]))
        at = at if at.tzinfo else at.replace(tzinfo=ZONE)
        if options["to"] == "midnight":
            row[name] = _as_before(row[name], at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0))
            return
        utc = options["to"] == "utc" or (options["to"] == "mixed" and count % 3 == 1)
        row[name] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if utc else at.astimezone(ZONE).isoformat()

    return await _change_fields(exchange, options["fields"], change)


def _as_before(given: Any, at: datetime) -> str:
    """In the form the instant had: local without a zone, or UTC with its offset."""
    is_local = datetime.fromisoformat(str(given)).tzinfo is None
    return f"{at:%Y-%m-%dT%H:%M:%S}" if is_local else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


@fault(field="")
async def field_as_code(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A field (lĩnh vực) is said by a code, not by its name."""
    from sandbox.world.catalogue import SECTORS

    def change(row: dict[str, Any], name: str) -> None:
        if row[name] in SECTORS:
            row[name] = f"LV{SECTORS.index(row[name]) + 1:02d}"

    return await _change_fields(exchange, (options["field"],), change)


async def _change_fields(exchange: Exchange, fields: Any, change: Any) -> SandboxAnswer:
    answer = await exchange.proceed()
    if answer.status != HTTPStatus.OK:
        return answer
    content = answer.content
    for row in exchange.find_rows(content):
        for field in fields:
            *above, name = field.split(".")
            inner: Any = row
            for one in above:
                inner = inner.get(one) if isinstance(inner, dict) else None
            if isinstance(inner, dict) and name in inner:
                change(inner, name)
    return answer.with_content(content)


@fault(values={})
async def parameters_unheeded(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Whatever is asked, these parameters stand for the same; None is as if they were not sent."""
    for name, value in options["values"].items():
        if exchange.find_value(name) is None:
            continue
        if value is None:
            exchange.drop_value(name)
        else:
            exchange.set_value(name, value)
    return await exchange.proceed()


@fault(parameter="", days=-1)
async def bound_moved(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A day asked for is left out: the bound is taken for the day before or after."""
    from datetime import datetime, timedelta

    given = exchange.find_value(options["parameter"]) or ""
    for form, pattern in _DAYS:
        if found := re.search(pattern, given):
            day = datetime.strptime(found[0], form) + timedelta(days=options["days"])  # noqa: DTZ007 - a day only
            exchange.set_value(options["parameter"], given.replace(found[0], day.strftime(form)))
    return await exchange.proceed()


@fault()
async def months_counted(exchange: Exchange, options: Options) -> SandboxAnswer:
    """OpenCPS counts all days of the months its bounds are in."""
    from calendar import monthrange

    for name, is_last in (("fromStatisticDate", False), ("toStatisticDate", True)):
        day, month, year = map(int, (exchange.find_value(name) or "1/1/1990").split("/"))
        day = monthrange(year, month)[1] if is_last else 1
        exchange.set_value(name, f"{day:02d}/{month:02d}/{year}")
    return await exchange.proceed()


@fault()
async def hours_counted(exchange: Exchange, options: Options) -> SandboxAnswer:
    """OpenCPS holds dossiers against the hour they were promised for, not the day."""
    exchange.hints.to_the_hour = True
    return await exchange.proceed()


@fault(unit="")
async def switch_unheeded(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Whatever post it is asked to act for, the document system goes on for the same."""
    exchange.path = re.sub(r"/switch/[^/]+", f"/switch/{options['unit']}", exchange.path)
    return await exchange.proceed()


@fault(parameter="", like="")
async def value_refused(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A question with a value like this one is refused."""
    if re.search(options["like"], exchange.find_value(options["parameter"]) or ""):
        return SandboxAnswer(400, {"content-type": "application/json"}, b'{"status":400,"error":"Bad Request"}')
    return await exchange.proceed()


_PAGE_SIZES: Mapping[str, Played] = {
    "honoured": None,
    "always_10": ("own_page_size", {"rows": 10}),
    "at_most_10": ("own_page_size", {"rows": 10, "always": False}),
    "at_most_10_by_asked_places": ("own_page_size", {"rows": 10, "always": False, "by_asked": True}),
    "always_60": ("own_page_size", {"rows": 60}),
}
_LAST_PAGES: Mapping[str, Played] = {"empty": None, "last_again": ("last_page_again", {})}
LEFT_OUT: Mapping[str, Played] = {
    "null": None,
    "left_out": ("empty_fields", {"how": "left_out"}),
    "empty_text": ("empty_fields", {"how": "empty_text"}),
}
_COUNTS = (
    "received", "receivedOnline", "resolved", "fullCount", "partialCount", "channelTotalSum", "channelOnlineSum",
    "channelDirectSum", "channelPostalSum", "totalFeeFormality", "receivedCount", "remainingCount",
    "phatsinh_toanphan_quantity", "phatsinh_1phan_quantity",
)  # fmt: skip
COUNT_TYPES: Mapping[str, Played] = {
    "as_shown": None,
    "texts": ("codes_retyped", {"fields": _COUNTS, "to": "texts"}),
    "grouped": ("number_strings", {}),
}
PAGED = {"page_size": _PAGE_SIZES, "after_the_last_page": _LAST_PAGES}


def unit_filter(parameter: str, everything: str | None = None) -> Mapping[str, Played]:
    """The unit is heeded, or not: then `everything` is asked for; or one that does not exist is refused."""
    return {
        "honoured": None,
        "ignored": ("parameters_unheeded", {"values": {parameter: everything}}),
        "refuses_unknown": ("value_refused", {"parameter": parameter, "like": "^[^0-8]+$"}),
    }


def day_filter(bounds: Mapping[str, str | None]) -> Mapping[str, Played]:
    """Days are heeded, or not: then the bounds asked for are these; or those of long ago are refused."""
    return {
        "honoured": None,
        "ignored": ("parameters_unheeded", {"values": bounds}),
        "refuses_old": ("value_refused", {"parameter": next(iter(bounds)), "like": "1990"}),
    }


def day_bounds(first: str, last: str) -> Mapping[str, Played]:
    """The first and the last day asked for are answered, or one is left out."""
    return {
        "included": None,
        "last_left_out": ("bound_moved", {"parameter": last, "days": -1}),
        "first_left_out": ("bound_moved", {"parameter": first, "days": 1}),
    }


def code_types(*fields: str) -> Mapping[str, Played]:
    """Codes as texts or as numbers."""
    return {
        "as_shown": None,
        "texts": ("codes_retyped", {"fields": fields, "to": "texts"}),
        "numbers": ("codes_retyped", {"fields": fields, "to": "numbers"}),
    }


def instants(*fields: str) -> Mapping[str, Played]:
    """Instants with one zone, in UTC, or both."""
    ways = ("+07:00", "utc", "mixed")
    return {"as_shown": None, **{way: ("instants_rewritten", {"fields": fields, "to": way}) for way in ways}}


def appointments(field: str) -> Mapping[str, Played]:
    """With the hour the result was promised for, or the day alone, at midnight."""
    return {"instants": None, "midnight": ("instants_rewritten", {"fields": (field,), "to": "midnight"})}
