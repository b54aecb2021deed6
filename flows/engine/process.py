"""Prefect's private server as a process of its own: `python -P -m flows.engine.process FOLDER`.

FOLDER is Prefect's home. Advisory locks in it are all the book-keeping there is, because the kernel frees them
however a process ends:

- `server.lock` is held by the one server that may have the database of FOLDER open; its process number stands in it;
- `users.lock` is held, shared, by each run that uses the server. The server waits to have it alone, so it notices
  when its last user is gone, killed or not, and ends.

A third, `serve.lock`, is held by `baocao serve`: by it a run finds out that there is a server to run on.

Top-level imports are the standard library only: a second server must find the first one in a blink.
"""

import fcntl
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

from baocao.private_files import keep_to_owner
from baocao.settings import TELEMETRY_OFF
from flows.engine.host_names import Application, HostNames, Message, Receive, Send, answer_to_own_names

ADDRESS_FILE = "server.json"
SERVER_LOCK = "server.lock"
USERS_LOCK = "users.lock"
SERVE_LOCK = "serve.lock"
LOG_FILE = "server.log"
ALREADY_RUNNING = 75
"""Exit code: another server has FOLDER (EX_TEMPFAIL)."""
STOP_GRACE_S = 10
PORT_VARIABLE = "BAOCAO_ENGINE_PORT"
"""Which port the server takes; any free one where it is not set."""
LOG_LIMIT_BYTES = 2_000_000

LOOPBACK = "127.0.0.1"

Watch = Callable[[Callable[[], None]], None]


def main() -> int:
    folder = Path(sys.argv[1])
    keep_to_owner()
    # a bare descriptor, never closed: the lock must last as long as the process, not as long as an object
    lock = os.open(folder / SERVER_LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return ALREADY_RUNNING
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    address_path = folder / ADDRESS_FILE
    address_path.unlink(missing_ok=True)  # left by a killed server
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_last_user, args=(folder,), daemon=True).start()
    try:
        return _serve(folder, address_path)
    finally:
        address_path.unlink(missing_ok=True)


def _leave(signum: int, frame: object) -> NoReturn:
    del signum, frame
    raise SystemExit(0)


def _end_with_last_user(folder: Path) -> None:
    """Wait until nobody uses the server, stop it in order, and by force if that takes too long.

    The lock is kept until the process is gone: a run that comes meanwhile waits, then starts a server of its own.
    """
    fcntl.flock(os.open(folder / USERS_LOCK, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_GRACE_S)
    os.kill(os.getpid(), signal.SIGKILL)


def _serve(folder: Path, address_path: Path) -> int:
    """Serve on a loopback port until SIGTERM; 1 when Prefect did not start."""
    # bound before it is announced: no other process can take it
    listener = listen(LOOPBACK, int(os.environ.get(PORT_VARIABLE, "0")))
    port = listener.getsockname()[1]
    _set_environment(folder, port)
    _announce(address_path, port)
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} server {os.getpid()} on port {port}", flush=True)

    return run_server(listener, HostNames())


def listen(host: str, port: int) -> socket.socket:
    """Raise OSError where the port is taken.

    Only where the socket says that it is TCP does asyncio send each part of an answer at once: else its second part
    waits until the browser has acknowledged the first, 40 ms.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a restart need not wait for old connections
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def run_server(listener: socket.socket, names: HostNames, watch: Watch | None = None) -> int:
    """Prefect's server on a bound socket until SIGTERM; the environment says the rest. 1 when it did not start.

    It answers to `names` alone. `watch` is given, before it starts, what ends it in order.
    """
    import uvicorn
    from prefect.server.api.server import create_app

    application = keep_to_this_server(create_app(final=True), listener.getsockname()[1])
    config = uvicorn.Config(
        answer_to_own_names(application, names),
        log_level="warning",
        timeout_graceful_shutdown=STOP_GRACE_S // 2,
    )
    server = uvicorn.Server(config)
    if watch is not None:
        watch(partial(setattr, server, "should_exit", True))
    server.run(sockets=[listener])
    return 0 if server.started else 1


def _announce(address_path: Path, port: int) -> None:
    """Tell other runs where we are; they still ask for our health before they believe it."""
    _shorten_log()
    draft = address_path.with_suffix(".new")
    draft.write_text(
        json.dumps(
            {
                "url": f"http://127.0.0.1:{port}/api",
                "pid": os.getpid(),
                "started_at": datetime.now(UTC).isoformat(),
            }
        )
    )
    draft.replace(address_path)


def _shorten_log() -> None:
    if sys.stdout.seekable() and os.fstat(sys.stdout.fileno()).st_size > LOG_LIMIT_BYTES:
        os.ftruncate(sys.stdout.fileno(), 0)


def _set_environment(folder: Path, port: int) -> None:
    """Everything Prefect reads when it is imported: our database, our port, and no other server."""
    own = (
        "PREFECT_API_URL",
        "PREFECT_API_KEY",
        "PREFECT_API_AUTH_STRING",
        "PREFECT_SERVER_API_AUTH_STRING",
        "PREFECT_API_DATABASE_",
        "PREFECT_SERVER_DATABASE_",
        "PREFECT_SERVER_API_BASE_PATH",
    )
    for name in [name for name in os.environ if name.startswith(own)]:
        del os.environ[name]
    os.environ |= {
        **TELEMETRY_OFF,
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'prefect.db'}",
        **address_environment(LOOPBACK, port, f"http://{LOOPBACK}:{port}"),
    }


def address_environment(host: str, port: int, url: str) -> dict[str, str]:
    """Where a server is, told to its API and to its pages alike: Prefect's own `--port` does not reach the pages."""
    return {
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_UI_API_URL": f"{url}/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{url},http://localhost:{port}",
        # one transaction for many task runs in place of one for each: a quarter of the time
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    }


def keep_to_this_server(app: Application, port: int) -> Application:
    """Forbid Prefect's pages to call any other host: they ask an analytics service for its configuration."""
    here = f"http://127.0.0.1:{port} ws://127.0.0.1:{port}"
    policy = f"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' {here}"
    header = (b"content-security-policy", policy.encode())

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), header]
            await send(message)

        await app(scope, receive, send_guarded)

    return guarded


if __name__ == "__main__":
    raise SystemExit(main())
