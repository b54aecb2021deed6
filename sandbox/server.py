"""Runs the sandbox: in a background thread for tests and the demonstration, or in the foreground for people."""

import signal
import socket
import threading
import time
from datetime import datetime
from types import FrameType, TracebackType
from typing import Any, Self

import uvicorn

from sandbox.application import build_application
from sandbox.faults.dialects import DIALECTS
from sandbox.faults.gate import RequestLog
from sandbox.world.data_sets import data_set as find_data_set
from sandbox.world.periods import read_clock
from sandbox.world.state import Options, World

DEFAULT_DATA_SET = "dac-khu-2025"
DEFAULT_PORT = 8_765
_HOST = "127.0.0.1"
_START_LIMIT_S = 30.0
_NAMED_UNITS = 5


class SandboxPortError(OSError):
    """The port is taken."""


class RunningSandbox:
    """A sandbox that answers until it is stopped; leaving the `with` block stops it."""

    def __init__(self, world: World, listener: socket.socket) -> None:
        self.data_set = world.data_set
        self.url = f"http://{_HOST}:{listener.getsockname()[1]}"
        self._world = world
        self._gate = build_application(world)
        self._listener = listener
        config = uvicorn.Config(
            self._gate,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._thread.start()
        self._wait_until_started()

    @property
    def requests(self) -> RequestLog:
        """Requests served so far."""
        return self._gate.requests

    @property
    def now(self) -> datetime:
        """The instant the systems believe it is."""
        return self._world.clock

    def move_clock(self, to: datetime) -> None:
        """Let the systems believe it is another instant: they tell what was entered by then, and stocks as of then."""
        self._world.move_clock(read_clock(to))

    def set_fault(self, system: str, fault: str, **options: Any) -> None:
        """Switch a fault on for a system of `sandbox.faults.dialects`; its options are in `sandbox.faults.registry`."""
        self._gate.set_fault(system, fault, options)

    def take_habit(self, system: str, name: str, value: str) -> None:
        """Have one thing a vendor's document leaves open this way; its module in `sandbox.systems` lists them."""
        played = DIALECTS[system].habits[name][value]
        if played is not None:
            self.set_fault(system, played[0], **played[1])

    def clear_faults(self, system: str | None = None) -> None:
        """Switch all faults off, or those of one system."""
        self._gate.clear_faults(system)

    def stop(self) -> None:
        """Stop answering and wait for the end; a second call does nothing."""
        self._gate.is_stopping = True
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listener.close()
        self._world.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        self._server.run(sockets=[self._listener])

    def _wait_until_started(self) -> None:
        limit = time.monotonic() + _START_LIMIT_S
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > limit:
                raise RuntimeError(f"the sandbox did not start on {self.url}")
            time.sleep(0.005)


def start(
    data_set: str = DEFAULT_DATA_SET,
    *,
    port: int = 0,
    now: datetime | None = None,
    options: Options | None = None,
) -> RunningSandbox:
    """Start answering on 127.0.0.1; port 0 takes a free one, `now` moves the systems' clock."""
    chosen = find_data_set(data_set)
    clock = read_clock(now or chosen.now)
    listener = _open_listener(port)
    world = World(chosen, clock, options or Options())
    return RunningSandbox(world, listener)


def _open_listener(port: int) -> socket.socket:
    # With the protocol named asyncio turns Nagle's algorithm off; without, every answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise SandboxPortError(
            error.errno,
            f"port {port} on {_HOST} is not free; stop what uses it, choose another, or 0 for any free one",
        ) from error
    return listener


def serve(
    data_set: str = DEFAULT_DATA_SET,
    port: int = DEFAULT_PORT,
    *,
    now: datetime | None = None,
    options: Options | None = None,
) -> None:
    """Answer until Ctrl-C or SIGTERM, having said where the systems are."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        with start(data_set, port=port, now=now, options=options) as running:
            print(_describe(running), flush=True)
            ended.wait()
            print("Đã dừng. / Stopped.", flush=True)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _describe(running: RunningSandbox) -> str:
    chosen, url = running.data_set, running.url
    units = ", ".join(chosen.unit_codes[:_NAMED_UNITS])
    units += " …" if len(chosen.unit_codes) > _NAMED_UNITS else ""
    return "\n".join(
        (
            f"Hệ thống giả lập / Sandbox: {chosen.name} ({units}; kỳ / period {chosen.period_code})",
            f"Thời điểm / Clock: {running.now.isoformat()}",
            f"  Quản lý văn bản / Documents (QLVBĐH)      {url}/qlvb/api/",
            f"  Một cửa / One-stop shop (iGate)            {url}/igate/  (đăng nhập / sign-in {url}/sso/)",
            f"  Cổng DVC quốc gia / National portal        {url}/dvcqg/XrdAdapter/RestService/forward/mapi/",
            f"  Số liệu đúng / True figures                {url}/_sandbox/truth",
            "Nhấn Ctrl-C để dừng. / Press Ctrl-C to stop.",
        )
    )
