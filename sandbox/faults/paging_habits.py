"""How a system may turn its pages."""

# ruff: noqa: ARG001 - every fault is called alike, whether it needs both arguments or not

from http import HTTPStatus
from typing import Any

from sandbox.faults.dialects import DIALECTS
from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import Options, fault

_SIZES = ("size", "pageSize", "pageRec")
_COUNTERS = ("paging",)


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
