"""`baocao serve --server-only`: the Prefect server that workers on several machines share, in the foreground.

Its database is the one named by PREFECT_SERVER_DATABASE_CONNECTION_URL (postgresql+asyncpg://…), else SQLite under
var/prefect. It listens on loopback unless told otherwise, and elsewhere only with a password.
"""

import ipaddress
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from baocao.errors import ConfigError, EngineError
from baocao.private_files import make_private_dir
from flows.engine import server_guard
from flows.engine.environment import apply_environment, prefect_home
from flows.engine.host_names import HostNames
from flows.engine.process import address_environment, listen, run_server
from flows.engine.server_guard import SchedulerDeadError, SchedulerGuard

PASSWORD_VARIABLE = "PREFECT_SERVER_API_AUTH_STRING"  # noqa: S105  (a name)


def run_shared_server(home: Path, host: str, port: int, public_url: str | None) -> int:
    """Serve until SIGTERM or Ctrl-C; `public_url` is what browsers and workers call it by. Raise ConfigError."""
    require_password(host)
    apply_environment(home)
    make_private_dir(prefect_home(home))
    os.environ.update(address_environment(host, port, public_url or f"http://{host}:{port}"))
    os.environ.pop("PREFECT_API_URL", None)  # it is this server, not a client of another
    try:
        listener = listen(host, port)
    except OSError as error:
        raise EngineError(
            f"không dùng được cổng {port} của {host}: cổng đang bận hoặc không được phép. Chọn cổng khác bằng --port."
        ) from error
    found_dead = threading.Event()

    def watch(end: Callable[[], None]) -> None:
        look = partial(_end_when_dead, f"http://{_reachable(host)}:{port}/api", end, found_dead)
        threading.Thread(target=look, daemon=True).start()

    ended = run_server(listener, HostNames.of_shared_server(host, public_url), watch)
    if found_dead.is_set():
        raise SchedulerDeadError("bộ lập lịch của Prefect không tạo lần chạy nào nữa. Khởi động lại máy chủ.")
    return ended


def _end_when_dead(api_url: str, end: Callable[[], None], found_dead: threading.Event) -> None:
    guard = SchedulerGuard(api_url)
    while not guard.look():
        time.sleep(server_guard.LOOK_EVERY_S)
    found_dead.set()
    end()


def _reachable(host: str) -> str:
    """Where this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def require_password(host: str) -> None:
    """Raise ConfigError where others than this machine could reach a server without a password."""
    if not is_loopback(host) and not os.environ.get(PASSWORD_VARIABLE):
        raise ConfigError(
            f"--host {host}: ai tới được địa chỉ này cũng chạy được báo cáo. Đặt "
            f"{PASSWORD_VARIABLE}=tài-khoản:mật-khẩu ở "
            "đây và PREFECT_API_AUTH_STRING như vậy cho các máy chạy việc; đặt TLS phía trước."
        )


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
