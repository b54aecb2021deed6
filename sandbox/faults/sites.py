"""Sites: one installation writes dates, calls parameters and counts pages otherwise than its dialect's documents."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from sandbox.faults.dialects import DIALECTS
from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import Options, fault
from sandbox.world.periods import ZONE

_DAY = "%d/%m/%Y"
NOON = 12


@fault(fields=(), to="%d/%m/%Y %H:%M:%S", utc=False, halves="AM PM")
async def dates_written(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Dates in these fields are written in another form, by the clock here or in `utc`, without an offset.

    `halves` are the words for the halves of the day, where the form has them.
    """
    answer = await exchange.proceed()
    if answer.status != HTTPStatus.OK:
        return answer
    content = answer.content
    for row in exchange.find_rows(content):
        for name in options["fields"]:
            if row.get(name):
                row[name] = _write(row[name], options)
    return answer.with_content(content)


def _write(value: Any, options: Options) -> str:
    text = str(value)
    is_day = "/" in text
    at = datetime.strptime(text, _DAY) if is_day else datetime.fromisoformat(text)  # noqa: DTZ007
    at = at if at.tzinfo else at.replace(tzinfo=ZONE)
    local, (before, after) = at.astimezone(UTC if options["utc"] else ZONE), options["halves"].split()
    return local.strftime(options["to"].replace("%p", before if local.hour < NOON else after))


@fault(name="", to="")
async def parameter_called(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The system knows a parameter by another name only (`to`), and ignores the documented one."""
    given = exchange.find_value(options["to"])
    exchange.drop_value(options["name"])
    if given is not None:
        exchange.rename_value(options["to"], options["name"])
    return await exchange.proceed()


@fault(parameter="", to="", unit="")
async def unit_unheeded(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A unit is chosen by `to`, not by the documented `parameter`; who names none gets all, here those of `unit`."""
    if exchange.find_value(options["to"]) is None:
        exchange.set_value(options["parameter"], options["unit"])
    else:
        exchange.drop_value(options["parameter"])
        exchange.rename_value(options["to"], options["parameter"])
    return await exchange.proceed()


@fault(by=1)
async def pages_counted_from(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The first page has a number that is greater by `by`; one below it is the first again."""
    turning = DIALECTS[exchange.system].turning
    asked = exchange.find_value(turning.name) if turning is not None else None
    if turning is not None and asked is not None:
        exchange.set_value(turning.name, str(max(int(asked) - options["by"], turning.first)))
    return await exchange.proceed()
