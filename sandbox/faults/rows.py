"""Faults inside an answer that looks good: its shape, its fields, its values."""

# ruff: noqa: ARG001 - every fault is called alike, whether it needs both arguments or not

import itertools
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from sandbox.faults.dialects import DIALECTS, Value
from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import Options, fault
from sandbox.world.planted import invent_person

_NUMBER_TEXTS = ("pageNo", "SOTIEN", "denDaXuLy", "denBanHanh", "diDaXuLy", "diBanHanh")


def find_parent(row: dict[str, Any], field: str) -> tuple[dict[str, Any], str]:
    """The object that holds a dotted field, and the field's own name."""
    *parents, name = field.split(".")
    for parent in parents:
        inner = row.get(parent)
        row = inner if isinstance(inner, dict) else {}
    return row, name


@fault(field="truongMoi", value="giá trị mới")
async def new_field(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Every row has a field nobody announced."""
    return await exchange.change_rows(lambda row: row.update({options["field"]: options["value"]}))


@fault(field=None)
async def missing_field(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Every row lacks a field (`field`, dotted for inner ones; by default one the counting needs)."""
    wanted = options["field"] or DIALECTS[exchange.system].needed[0]

    def drop(row: dict[str, Any]) -> None:
        parent, name = find_parent(row, wanted)
        parent.pop(name, None)

    return await exchange.change_rows(drop)


@fault(field=None, to=None)
async def renamed_field(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Every row calls a field something else (`field`, `to`)."""
    default, default_to = DIALECTS[exchange.system].needed
    wanted, to = options["field"] or default, options["to"]

    def rename(row: dict[str, Any]) -> None:
        parent, name = find_parent(row, wanted)
        if name in parent:
            parent[to or (default_to if wanted == default else f"{name}Moi")] = parent.pop(name)

    return await exchange.change_rows(rename)


@fault(field=None, value=None, every=10)
async def unknown_status(exchange: Exchange, options: Options) -> SandboxAnswer:
    """One row in `every` has a code that is on no list."""
    return await exchange.change_rows(_setter(options, DIALECTS[exchange.system].strange), options["every"])


@fault(field=None, value=None, every=10)
async def impossible_date(exchange: Exchange, options: Options) -> SandboxAnswer:
    """One row in `every` is dated on the 30th or 31st of February."""
    return await exchange.change_rows(_setter(options, DIALECTS[exchange.system].impossible), options["every"])


def _setter(options: Options, default: Value | None) -> Callable[[dict[str, Any]], None]:
    field, value = default or ("", None)
    chosen = options["field"] or field
    wanted = value if options["value"] is None else options["value"]

    def put(row: dict[str, Any]) -> None:
        parent, name = find_parent(row, chosen)
        if name in parent:
            parent[name] = wanted

    return put


_PERSONS_A_PAGE = 700


@fault(field=None, as_list=False, every=1)
async def person_in_fields(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A person stands in every field of every row (or in `field`, at any depth), and in the name of a new one.

    With `as_list` there are several persons where one value is expected; one row in `every` has them, each page others.
    """
    turning = DIALECTS[exchange.system].turning
    page = exchange.find_value(turning.name) if turning is not None else None
    planted = itertools.count(1 + _PERSONS_A_PAGE * int(page or 0))

    def plant_person(row: dict[str, Any]) -> None:
        person = invent_person(next(planted))
        _plant(row, options["field"], itertools.cycle(person[:5]), as_list=options["as_list"])
        row[person.full_name] = person.phone

    return await exchange.change_rows(plant_person, options["every"])


def _plant(value: Any, field: str | None, values: Iterator[str], *, as_list: bool) -> None:
    """Put the next of the values into each field that holds no other fields."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict):
            _plant(inner, field, values, as_list=as_list)
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            for one in inner:
                _plant(one, field, values, as_list=as_list)
        elif field in (None, name):
            value[name] = [next(values), {"hoTen": next(values)}] if as_list else next(values)


@fault(decimals=False)
async def number_strings(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Numbers come as "16.736", or with `decimals` as "16.736,0"."""
    answer = await exchange.proceed()
    if answer.status != HTTPStatus.OK:
        return answer
    return answer.with_content(_write_numbers(answer.content, ",0" if options["decimals"] else ""))


def _write_numbers(value: Any, tail: str, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _write_numbers(inner, tail, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_write_numbers(inner, tail, name) for inner in value]
    is_number_text = isinstance(value, str) and name in _NUMBER_TEXTS and value.isdecimal()
    if is_number_text or (isinstance(value, int) and not isinstance(value, bool)):
        return f"{int(value):,}".replace(",", ".") + tail
    return value


@fault()
async def shape_list(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The bare list of rows instead of the object around it."""
    answer = await exchange.proceed()
    return answer.with_content(exchange.find_rows(answer.content)) if answer.status == HTTPStatus.OK else answer
