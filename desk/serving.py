"""Serving the desk on a socket until a signal stops it."""

import socket
from collections.abc import Callable

import uvicorn

from baocao.errors import ConfigError
from desk.app import make_app
from desk.office import Desk
from flows.engine.host_names import LOOPBACK_NAMES
from flows.engine.process import listen
from flows.engine.signals import stop_signals_as_errors

STOP_GRACE_S = 5


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
        self._on_ready()


def serve_desk(desk: Desk, listener: socket.socket, host: str, on_ready: Callable[[], None]) -> None:
    """Until SIGTERM or Ctrl-C, told by RunStoppedError."""
    config = uvicorn.Config(
        make_app(desk, host),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_GRACE_S,
    )
    with stop_signals_as_errors():
        DeskServer(config, on_ready).run(sockets=[listener])
