"""How a system may write what it answers: codes, instants, empty fields, what costs nothing."""

# ruff: noqa: ARG001 - every fault is called alike, whether it needs both arguments or not

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import Options, fault
from sandbox.faults.rows import find_parent

_GONE = ("", None)


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

    def change(row: dict[str, Any]) -> None:
        if options["field"] in row:
            row[options["field"]] = options["to"]

    return await exchange.change_rows(change, options["every"])


@fault()
async def levels_in_details(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The catalogue has no levels; the description of each procedure has them."""
    exchange.hints.levels_in_details = True
    return await exchange.proceed()


@fault()
async def result_as_text(exchange: Exchange, options: Options) -> SandboxAnswer:
    """`result` is JSON inside a text."""
    return await _change_result(exchange, lambda rows: json.dumps(rows, ensure_ascii=False))


@fault()
async def result_as_object(exchange: Exchange, options: Options) -> SandboxAnswer:
    """`result` is the row itself where there is one."""
    return await _change_result(exchange, lambda rows: rows[0] if len(rows) == 1 else rows)


async def _change_result(exchange: Exchange, change: Callable[[list[Any]], Any]) -> SandboxAnswer:
    answer = await exchange.proceed()
    content = answer.content if answer.status == HTTPStatus.OK else None
    if not isinstance(content, dict) or not isinstance(content.get("result"), list):
        return answer
    return answer.with_content({**content, "result": change(content["result"])})


@fault()
async def free_without_gateway(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Procedures that cost nothing name no gateway for payment."""

    def change(row: dict[str, Any]) -> None:
        if "DUOCTHANHTOANTRUCTUYEN" in row and not any(_amounts(row)):
            row["DUOCTHANHTOANTRUCTUYEN"] = ""

    return await exchange.change_rows(change)


@fault()
async def free_without_amount(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Procedures that cost nothing list their fee without an amount."""

    def change(row: dict[str, Any]) -> None:
        if "CACHTHUCTHUCHIEN" in row and not any(_amounts(row)):
            for way in row["CACHTHUCTHUCHIEN"]:
                for time in way["THOIGIAN"]:
                    time["PHILEPHI"] = [{"SOTIEN": "", "DONVI": "Đồng", "MOTA": "Không"}]

    return await exchange.change_rows(change)


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

    def change(row: dict[str, Any]) -> None:
        for name in [name for name, value in row.items() if value in _GONE]:
            if options["how"] == "left_out":
                del row[name]
            else:
                row[name] = ""

    return await exchange.change_rows(change)


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


async def _change_fields(
    exchange: Exchange, fields: Iterable[str], change: Callable[[dict[str, Any], str], None]
) -> SandboxAnswer:

    def change_row(row: dict[str, Any]) -> None:
        for field in fields:
            parent, name = find_parent(row, field)
            if name in parent:
                change(parent, name)

    return await exchange.change_rows(change_row)
