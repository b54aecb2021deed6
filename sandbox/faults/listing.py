"""Faults between the pages of one listing."""

# ruff: noqa: ARG001 - every fault is called alike, whether it needs both arguments or not

from collections.abc import AsyncIterator
from http import HTTPStatus

import orjson

from sandbox.faults.dialects import DIALECTS, PagingStyle
from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import Options, fault


@fault(page=1)
async def repeat_page(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Page `page` (0 is the first) holds the rows of the one before; the portal gives every row twice."""
    if exchange.system == "portal":
        answer = await exchange.proceed()
        content = answer.content
        return answer.with_content(content | {"result": content.get("result", []) * 2})
    turning = DIALECTS[exchange.system].turning
    asked = exchange.find_value(turning.name) if turning else None
    if turning is None or asked is None or not asked.isdecimal() or "paging" in exchange.path:
        return await exchange.proceed()
    size = _page_size(exchange, turning, int(asked))
    if (int(asked) - turning.first) // size != options["page"]:
        return await exchange.proceed()
    for name in filter(None, (turning.name, turning.end)):
        exchange.set_value(name, str(int(exchange.find_value(name) or 0) - size))
    answer = await exchange.proceed()
    return _renumber(answer, int(asked)) if exchange.system == "one_stop" and answer.status == HTTPStatus.OK else answer


def _page_size(exchange: Exchange, turning: PagingStyle, start: int) -> int:
    """By how much the page parameter grows from page to page."""
    return int(exchange.find_value(turning.end) or start + 1) - start if turning.end else 1


def _renumber(answer: SandboxAnswer, page: int) -> SandboxAnswer:
    """The page claims the number it was asked by."""
    content = answer.content
    content |= {"number": page, "first": False}
    content["pageable"]["pageNumber"] = page
    return answer.with_content(content)


@fault(rows=1)
async def lose_row(exchange: Exchange, options: Options) -> SandboxAnswer:
    """After the first page some of its rows leave the listing: the others move up, and as many are never shown."""
    exchange.hints.shift = options["rows"]
    return await exchange.proceed()


@fault()
async def never_ends(exchange: Exchange, options: Options) -> SandboxAnswer:
    """There is always another page; the portal's one answer goes on for ever."""
    exchange.hints.endless = True
    answer = await exchange.proceed()
    if exchange.system != "portal" or answer.status != HTTPStatus.OK:
        return answer
    rows = b",".join(orjson.dumps(row) for row in exchange.find_rows(answer.content)) or b"{}"

    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"error_code":0,"result":[' + rows
        while not exchange.is_over:
            yield b"," + rows

    headers = {"content-type": "application/json;charset=UTF-8", "transfer-encoding": "chunked"}
    return SandboxAnswer(200, headers, chunks=chunks())
