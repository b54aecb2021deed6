"""Where the desk listens, where it refuses to, and how it is stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from baocao.errors import ConfigError
from baocao.settings import CHECKOUT_DIR
from desk.serving import listen_for_browsers, serving_beside
from tests.desk.conftest import MakeDesk
from tests.desk.test_doors import BEHIND_PROXY
from tests.flows.engine.processes import HANG_GUARD_S

AT_THE_DOOR = 60
COMMAND = "from cli.main import main; main()"


def test_no_other_machine_is_answered_before_tls_is_declared(make_desk: MakeDesk) -> None:
    with pytest.raises(ConfigError, match="public_url"):
        listen_for_browsers(make_desk().desk, "0.0.0.0", 0)
    listen_for_browsers(make_desk(BEHIND_PROXY).desk, "0.0.0.0", 0).close()


def test_people_without_passwords_are_let_in_on_this_machine_only(make_desk: MakeDesk) -> None:
    with pytest.raises(ConfigError, match="--sandbox"):
        listen_for_browsers(make_desk(BEHIND_PROXY, is_training=True).desk, "0.0.0.0", 0)


def test_a_port_that_is_taken_is_named(make_desk: MakeDesk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"cổng {port} của 127.0.0.1"):
            listen_for_browsers(make_desk().desk, "127.0.0.1", port)


def test_the_command_serves_a_training_desk_until_it_is_told_to_stop(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BAOCAO_", "PREFECT_"))}
    arguments = [sys.executable, "-c", COMMAND, "desk", "--sandbox", "tiny", "--port", "0"]
    with subprocess.Popen(
        arguments, cwd=CHECKOUT_DIR, env={**kept, "BAOCAO_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, text=True,
    ) as serving:  # fmt: skip
        assert serving.stdout is not None
        told = next(line for line in serving.stdout if "Bàn làm việc: " in line)
        address = re.search(r"http://127\.0\.0\.1:\d+", told)[0]  # type: ignore[index]
        page = requests.get(address, timeout=HANG_GUARD_S)
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(HANG_GUARD_S) == 0
    assert "cán bộ lập biểu" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert (tmp_path / "var" / "keys" / "desk.key").stat().st_mode & 0o077 == 0


def test_whoever_is_in_goes_on_while_a_whole_province_waits_to_be_let_in(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody's password is compared until the page of somebody else has come."""
    running, answered, waiting = make_desk(), threading.Event(), threading.Semaphore(0)

    def compare(password: str, kept: str | None) -> bool:
        del password, kept
        waiting.release()
        answered.wait(HANG_GUARD_S)
        return False

    monkeypatch.setattr("desk.people.sign_in.is_right", compare)
    monkeypatch.setattr("desk.people.sign_in.FROM_ONE_PLACE", 1000)
    listener = listen_for_browsers(running.desk, "127.0.0.1", 0)
    listener.listen(2 * AT_THE_DOOR)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/dang-nhap"
    with serving_beside(running.desk, listener, "127.0.0.1"), ThreadPoolExecutor(AT_THE_DOOR) as pool:
        page = requests.get(address, timeout=HANG_GUARD_S)
        csrf = re.search(r'data-csrf="([0-9a-f]+)"', page.text)[1]  # type: ignore[index]
        for number in range(AT_THE_DOOR):
            fields = {"person": f"ai-{number}", "password": "x", "csrf": csrf}
            pool.submit(requests.post, address, fields, cookies=page.cookies, timeout=HANG_GUARD_S)
        try:
            assert all(waiting.acquire(timeout=HANG_GUARD_S) for _ in range(AT_THE_DOOR))
            assert requests.get(address, timeout=HANG_GUARD_S).status_code == 200
        finally:
            answered.set()
