"""Faults of the connection: nothing comes, or too slowly, too little, too much."""

# ruff: noqa: ARG001 - every fault is called alike, whether it needs both arguments or not

import asyncio
import zlib
from collections.abc import AsyncIterator
from functools import lru_cache

from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import Options, fault

_CHUNK = 1 << 20
_JSON = "application/json;charset=UTF-8"


@fault(on="all")
async def down(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The connection is closed without an answer."""
    return SandboxAnswer(drop=True)


@fault(on="all", limit_s=600.0)
async def silent(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Nothing is answered until the client leaves."""
    waited_s = 0.0
    while waited_s < options["limit_s"] and not exchange.is_over:
        await asyncio.sleep(0.05)
        waited_s += 0.05
    return SandboxAnswer(drop=True)


@fault(interval_s=0.5)
async def drip(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The right answer, a byte at a time."""
    answer = await exchange.proceed()
    interval_s = float(options["interval_s"])

    async def chunks() -> AsyncIterator[bytes]:
        for place in range(len(answer.body)):
            yield answer.body[place : place + 1]
            waited_s = 0.0
            while waited_s < interval_s and not exchange.is_over:
                await asyncio.sleep(min(0.05, interval_s))
                waited_s += 0.05

    return SandboxAnswer(answer.status, answer.headers, chunks=chunks())


@fault(honest=False)
async def truncated(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Half of the answer; Content-Length says so when `honest`, else it promises the whole."""
    answer = await exchange.proceed()
    half = answer.body[: len(answer.body) // 2]
    if options["honest"]:
        return SandboxAnswer(answer.status, answer.headers | {"content-length": str(len(half))}, half)
    return SandboxAnswer(answer.status, answer.headers, half, cut=True)


@fault(bytes=100_000_000)
async def gzip_bomb(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A small body that unpacks to `bytes` of blanks."""
    body = await asyncio.to_thread(_pack_blanks, int(options["bytes"]))
    headers = {"content-type": _JSON, "content-encoding": "gzip", "content-length": str(len(body))}
    return SandboxAnswer(200, headers, body)


@lru_cache(maxsize=4)
def _pack_blanks(size: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    parts = [packer.compress(b'{"content":[')]
    parts += [packer.compress(b" " * min(_CHUNK, size - done)) for done in range(0, size, _CHUNK)]
    return b"".join([*parts, packer.compress(b"]}"), packer.flush()])


@fault(bytes=50_000_000, declare=False)
async def huge(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A body of `bytes`; with `declare` its Content-Length says so beforehand."""
    size = int(options["bytes"])

    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"data":"'
        for done in range(0, size, _CHUNK):
            yield b"x" * min(_CHUNK, size - done)
        yield b'"}'

    headers = {"content-type": _JSON}
    headers |= {"content-length": str(size + 11)} if options["declare"] else {"transfer-encoding": "chunked"}
    return SandboxAnswer(200, headers, chunks=chunks())
