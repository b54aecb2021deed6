"""A run's share in the private server of one folder: find it or start it, use it, and stop it as the last user.

Several runs may use one folder at once: the first starts the server, the others join it, the last one stops it.
See `flows.engine.process` for the two locks this rests on.
"""

import contextlib
import fcntl
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from baocao.errors import EngineError
from baocao.private_files import make_private_dir, open_private
from flows.engine.life import SILENCE_LIMIT_S, LifeWatch
from flows.engine.process import (
    ADDRESS_FILE,
    ALREADY_RUNNING,
    LOG_FILE,
    PORT_VARIABLE,
    SERVE_LOCK,
    SERVER_LOCK,
    STOP_GRACE_S,
    USERS_LOCK,
)

POLL_INTERVAL_S = 0.1
TELL_EVERY_S = 15
LOG_TAIL_LINES = 15
SERVER_MAY_SEE = (
    "PREFECT_", "PYTHON", "LANG", "LC_", "TZ", "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TEMP", "LD_LIBRARY_PATH",
    "VIRTUAL_ENV", "SSL_CERT_", "DO_NOT_TRACK", "GX_ANALYTICS_ENABLED", "NO_PROXY", "no_proxy",
)  # fmt: skip
PACKAGE_PARENT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class ServerAddress:
    url: str
    pid: int
    started_at: datetime


class PrivateServer:
    """One user of the private server in `folder`, from `start` to `leave`; `may_start` where it is to have none yet."""

    silence_s = SILENCE_LIMIT_S

    def __init__(self, folder: Path, port: int = 0, *, may_start: bool = True) -> None:
        self.folder = folder
        self._port = port
        self._may_start = may_start
        make_private_dir(folder)
        self._users = _open_private(folder / USERS_LOCK, "a")
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, tell: Callable[[str], None]) -> None:
        """Count as a user from here on, and start the server if there is none; `wait_until_healthy` comes next.

        While an earlier server is ending, this waits until it is gone.
        """
        fcntl.flock(self._users, fcntl.LOCK_SH)
        if self._may_start and not self.is_running():
            tell("Đang khởi động máy chủ Prefect riêng của lần chạy này (5–20 giây) …")
            self._child = self._spawn()

    def wait_until_healthy(self, tell: Callable[[str], None]) -> ServerAddress:
        """Wait while the server shows that it is at work, however slow the machine is; say every while how long.

        Raise EngineError when our server dies, or shows no sign of life any more.
        """
        life, told_s = LifeWatch(self.folder, self.silence_s), 0.0
        while True:
            address = self._read_address()
            if address and is_healthy(address.url):
                return address
            self._start_if_gone()
            if life.is_given_up(self._read_pid()):
                raise EngineError(f"máy chủ Prefect không trả lời sau {life.waited_s:.0f} giây.\n{self._log_tail()}")
            if life.waited_s > told_s + TELL_EVERY_S:
                told_s = life.waited_s
                tell(f"Máy chủ Prefect đang khởi động ({told_s:.0f} giây) …")
            time.sleep(POLL_INTERVAL_S)

    def is_running(self) -> bool:
        """Whether some server has this folder: ours or another run's, healthy or not yet."""
        return _is_locked(self.folder / SERVER_LOCK)

    def is_last_user(self) -> bool:
        """Take the server for ourselves alone; False when others use it or it is already ending.

        Either way nothing is left but to `leave`.
        """
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        """Stop the server if nobody else uses it; it is gone when this returns."""
        if self._users.closed:
            return
        if self.is_last_user():
            self._stop()
        else:  # free while others use it, taken by the server while it ends: then wait for that
            fcntl.flock(self._users, fcntl.LOCK_SH)
        self._users.close()
        if self._child:
            self._child.poll()

    def _spawn(self) -> subprocess.Popen[bytes]:
        """Start a server, out of reach of the terminal's Ctrl-C; it ends at once if there is one already."""
        with _open_private(self.folder / LOG_FILE, "ab") as log:
            return subprocess.Popen(  # noqa: S603  (our own module, no shell)
                [sys.executable, "-P", "-m", "flows.engine.process", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=server_environment(os.environ) | {PORT_VARIABLE: str(self._port)},
                start_new_session=True,
            )

    def _start_if_gone(self) -> None:
        """Start a server when there is none, also when another run's has just gone; raise if ours died of itself."""
        exit_code = self._child.poll() if self._child else ALREADY_RUNNING
        if exit_code is None or not self._may_start or self.is_running():
            return
        if exit_code != ALREADY_RUNNING:
            raise EngineError(f"máy chủ Prefect đã tự dừng với mã {exit_code}.\n{self._log_tail()}")
        self._child = self._spawn()

    def _read_pid(self) -> int | None:
        """The process that has the folder, or that is about to."""
        if not self.is_running():
            return self._child.pid if self._child else None
        written = (self.folder / SERVER_LOCK).read_text()
        return int(written) if written.isdecimal() else None

    def _read_address(self) -> ServerAddress | None:
        """None until a server has announced itself; what a killed one has left is not believed."""
        if not self.is_running():
            return None
        try:
            entry = json.loads((self.folder / ADDRESS_FILE).read_text())
        except FileNotFoundError:
            return None
        return ServerAddress(entry["url"], entry["pid"], datetime.fromisoformat(entry["started_at"]))

    def _stop(self) -> None:
        """Send SIGTERM, after a grace SIGKILL, and wait until the server is gone."""
        deadline = time.monotonic() + STOP_GRACE_S
        sent: signal.Signals | None = None
        while self.is_running() or self._has_child():
            due = signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL
            if due != sent and self._signal(due):
                sent = due
            time.sleep(POLL_INTERVAL_S)

    def _has_child(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def _signal(self, signum: signal.Signals) -> bool:
        """Signal the announced server, or our child that has not yet announced itself; False when there is neither."""
        address = self._read_address()
        pid = address.pid if address else self._child.pid if self._child else None
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signum)
        return True

    def _log_tail(self) -> str:
        path = self.folder / LOG_FILE
        lines = path.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:] if path.is_file() else []
        return "\n".join([f"Nhật ký của nó, {path}, kết thúc bằng:", *lines])


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """Let runs of this folder know, for as long as this lasts and not a moment longer, that they find a server here."""
    make_private_dir(folder)
    with _open_private(folder / SERVE_LOCK, "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def is_served(folder: Path) -> bool:
    """Whether `baocao serve` is at work in this folder."""
    return (folder / SERVE_LOCK).exists() and _is_locked(folder / SERVE_LOCK)


def _is_locked(path: Path) -> bool:
    """Whether somebody else holds a lock; one held shared is only found by asking for it alone."""
    kind = fcntl.LOCK_EX if path.name == SERVE_LOCK else fcntl.LOCK_SH
    with _open_private(path, "a") as lock:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def server_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What the server's process is given: what Python and Prefect need, and no secret of a source."""
    kept = {name: value for name, value in environment.items() if name.startswith(SERVER_MAY_SEE)}
    paths = [str(PACKAGE_PARENT), environment.get("PYTHONPATH", "")]
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _open_private(path: Path, mode: str) -> IO[Any]:
    return open(path, mode, opener=open_private)


def is_healthy(url: str) -> bool:
    """Ask without any proxy: the server is on this machine."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
    try:
        connection.request("GET", f"{address.path}/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
