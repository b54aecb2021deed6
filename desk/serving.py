"""Serving the desk on a socket: by itself until a signal stops it, or beside the schedules of `baocao serve`."""

import gc
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import anyio
import uvicorn

from baocao.errors import ConfigError
from baocao.settings import Settings
from desk.app import list_pages, make_app
from desk.office import Desk, open_desk
from desk.people.training import add_demo_people
from flows.engine.host_names import LOOPBACK_NAMES
from flows.engine.process import listen
from flows.engine.signals import stop_signals_as_errors
from reporting.accounts import name_account_and_machine

STOP_GRACE_S = 5
MOST_AT_ONCE = 200
"""Requests under way in one process: passwords are compared two at a time, and a whole province that signs in within
a minute must leave room for whoever is in.
"""


def listen_for_browsers(desk: Desk, host: str, port: int) -> socket.socket:
    """Raise ConfigError where the port is taken, or other machines could come without TLS in front being named."""
    if host not in LOOPBACK_NAMES and desk.rules.public_url is None:
        raise ConfigError(
            "desk.yaml: thiếu public_url: muốn máy khác vào được bàn làm việc thì ghi địa chỉ https://… mà trình duyệt "
            "dùng, đặt máy chủ TLS (reverse proxy) phía trước và ghi trusted_proxies; xem SECURITY.md"
        )
    if desk.is_training and host not in LOOPBACK_NAMES:
        raise ConfigError("--sandbox chỉ chạy trên máy này (127.0.0.1): người tập huấn vào không cần mật khẩu")
    try:
        return listen(host, port)
    except OSError as error:
        raise ConfigError(
            f"không dùng được cổng {port} của {host}: cổng đang bận hoặc không được phép. Chọn cổng khác bằng --port."
        ) from error


class DeskServer(uvicorn.Server):
    """Tells when it answers. On a signal it ends the requests under way, then lets the signal go on."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        anyio.to_thread.current_default_thread_limiter().total_tokens = MOST_AT_ONCE
        gc.collect()
        gc.freeze()  # the configuration and what was imported stay: nobody's page waits while they are looked through
        self._on_ready()


@contextmanager
def open_to_serve(settings: Settings, training_units: Sequence[str]) -> Iterator[Desk]:
    """The desk, in training with people of every role of these units. Raise ConfigError where it cannot be opened."""
    with open_desk(settings, list_pages(), is_training=bool(training_units)) as desk:
        if training_units:
            workspace = desk.office.current()
            add_demo_people(workspace.store, workspace.catalogue, training_units, name_account_and_machine())
        yield desk


def serve_desk(desk: Desk, listener: socket.socket, host: str, on_ready: Callable[[], None]) -> None:
    """Until SIGTERM or Ctrl-C, told by RunStoppedError."""
    with stop_signals_as_errors():
        _make_server(desk, host, on_ready).run(sockets=[listener])


@contextmanager
def serving_beside(desk: Desk, listener: socket.socket, host: str) -> Iterator[None]:
    """In a thread, while the block does something else."""
    server = _make_server(desk, host, lambda: None)
    arguments = {"sockets": [listener]}
    thread = threading.Thread(target=server.run, kwargs=arguments, name="baocao-desk", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(2 * STOP_GRACE_S)


def name_address(desk: Desk, listener: socket.socket, host: str) -> str:
    """Where a browser finds it."""
    return desk.rules.public_url or f"http://{host}:{listener.getsockname()[1]}"


def _make_server(desk: Desk, host: str, on_ready: Callable[[], None]) -> DeskServer:
    return DeskServer(
        uvicorn.Config(
            make_app(desk, host),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=STOP_GRACE_S,
        ),
        on_ready,
    )
