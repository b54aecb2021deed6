"""What the guard of `serve` finds of its server; that `serve` then starts it again is seen in tests/flows/operations."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from flows.engine import server_guard
from flows.engine.server_guard import SchedulerDeadError, SchedulerGuard, ServerGuard, ServerLostError
from tests.reporting.alerting.sinks import free_port
from tests.serving import POLL_S

WATCHED_DAILY = [{"paused": False, "schedules": [{"active": True}]}]
IN_ORDER, DEAD = 3, 0


@dataclass
class PlayedServer:
    """Answers as Prefect's does, with so many daily watches ahead, the last of them for ever."""

    ahead: list[int] = field(default_factory=list)
    deployed: list[dict[str, object]] = field(default_factory=lambda: WATCHED_DAILY)
    port: int = 0

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def answer(self, path: str) -> object:
        if path == "/api/deployments/filter":
            return self.deployed
        return self.ahead.pop(0) if len(self.ahead) > 1 else self.ahead[0]


@pytest.fixture
def played() -> Iterator[PlayedServer]:
    server = PlayedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(server.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, args=(POLL_S,), daemon=True).start()
        yield server
        listening.shutdown()


@pytest.fixture(autouse=True)
def at_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_guard, "LOOK_EVERY_S", 0)


def looks(server: PlayedServer, *ahead: int) -> list[bool]:
    """What the guard says each time."""
    server.ahead = list(ahead)
    guard = SchedulerGuard(server.api_url)
    return [guard.look() for _ in ahead]


def test_a_scheduler_that_made_no_runs_five_looks_in_a_row_is_dead(played: PlayedServer) -> None:
    assert looks(played, DEAD, DEAD, DEAD, DEAD, DEAD) == [False, False, False, False, True]


def test_one_that_comes_round_in_between_lives(played: PlayedServer) -> None:
    assert looks(played, DEAD, DEAD, DEAD, DEAD, IN_ORDER, DEAD, DEAD) == [False] * 7


def test_where_nothing_is_to_run_daily_nothing_need_be_ahead(played: PlayedServer) -> None:
    played.deployed = [{"paused": True, "schedules": [{"active": True}]}]
    assert looks(played, *[DEAD] * 6) == [False] * 6


def test_a_dead_scheduler_is_an_error_that_says_so(played: PlayedServer) -> None:
    played.ahead = [DEAD]
    guard = ServerGuard(played.api_url, None)
    for _ in range(4):
        guard.check()
    with pytest.raises(SchedulerDeadError, match="không tạo lần chạy nào"):
        guard.check()


def test_a_server_whose_process_is_gone_is_lost_at_once(played: PlayedServer) -> None:
    with pytest.raises(ServerLostError, match="đã bị dừng hoặc bị hủy"):
        ServerGuard(played.api_url, lambda: False).check()


def test_a_port_nobody_listens_at_is_looked_at_twice() -> None:
    guard = ServerGuard(f"http://127.0.0.1:{free_port()}/api", lambda: True)
    guard.check()
    with pytest.raises(ServerLostError, match="không còn ai nghe"):
        guard.check()


def test_a_server_in_order_is_left_alone(played: PlayedServer) -> None:
    played.ahead = [IN_ORDER]
    guard = ServerGuard(played.api_url, lambda: True)
    for _ in range(20):
        guard.check()
