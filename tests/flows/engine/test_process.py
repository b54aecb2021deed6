"""The socket our servers answer on."""

import asyncio
import socket

from flows.engine.process import listen


def test_no_part_of_an_answer_waits_for_the_part_before_it_to_be_acknowledged() -> None:
    """As the server sees each browser that comes: Nagle's algorithm is off."""
    assert asyncio.run(_find_no_delay(listen("127.0.0.1", 0))) == 1


async def _find_no_delay(listener: socket.socket) -> int:
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        browser: socket.socket = writer.get_extra_info("socket")
        accepted.set_result(browser.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(serve, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        found = await accepted
        writer.close()
        return found
