"""The sandbox starts, says what it does, notes what it is asked, and ends cleanly."""

import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
import requests

from sandbox.server import SandboxPortError, start
from tests.sandbox.naive_clients import OneStop, Portal

ROOT = __file__.rsplit("/tests/", 1)[0]


def test_a_stopped_sandbox_answers_no_more_and_leaves_no_thread():
    running = start("tiny")
    assert requests.get(f"{running.url}/_sandbox/health", timeout=600).json()["status"] == "ok"
    running.stop()
    running.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{running.url}/_sandbox/health", timeout=1)
    assert not any(thread.name == "sandbox" and thread._target == running._run for thread in threading.enumerate())


def test_stopping_does_not_wait_for_a_dripping_answer():
    with start("tiny") as running:
        client = OneStop(running.url)
        client.log_in()
        running.set_fault("one_stop", "drip")
        answer = client.session.get(f"{running.url}/igate/ba/agency/name+code", stream=True, timeout=600)
        answer.raw.read(1)
        begun = time.monotonic()
    assert time.monotonic() - begun < 60
    answer.close()


def test_a_port_in_use_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SandboxPortError, match=f"port {port} on 127.0.0.1 is not free"):
            start("tiny", port=port)


def test_a_clock_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        start("tiny", now=datetime(2025, 12, 15, tzinfo=UTC).replace(tzinfo=None))


def test_two_sandboxes_run_side_by_side(tiny):
    with start("xa-2024") as other:
        names = [
            requests.get(f"{url}/_sandbox/health", timeout=600).json()["data_set"] for url in (tiny.url, other.url)
        ]
    assert names == ["tiny", "xa-2024"]


def test_requests_are_noted_by_system_path_and_service(tiny):
    one_stop, portal = OneStop(tiny.url), Portal(tiny.url)
    for client in (one_stop, portal):
        client.log_in()
    one_stop.get(page=0)
    portal.call()
    portal.call("LayThuTuc", maTTHC="1.001074")
    assert tiny.requests.count() == len(tiny.requests) == 5
    assert tiny.requests.count("one_stop", "/search") == 1
    assert tiny.requests.count("portal", "#LayThuTuc") == 1
    assert tiny.requests[2].query == "page=0"
    assert tiny.requests[2].status == 200
    told = requests.get(f"{tiny.url}/_sandbox/requests", timeout=600).json()
    assert told["total"] == 5


def test_truth_is_told_over_http(tiny):
    figures = requests.get(f"{tiny.url}/_sandbox/truth", timeout=600).json()
    assert figures["dossiers_full_count"] == "41"
    cells = requests.get(f"{tiny.url}/_sandbox/truth?form=2025-bieu-mau-7", timeout=600).json()
    assert cells["4.3.1"] == "41"
    wrong = requests.get(f"{tiny.url}/_sandbox/truth?unit=xa", timeout=600)
    assert (wrong.status_code, "dac-khu" in wrong.json()["error"]) == (404, True)


def test_faults_are_switched_over_http(tiny):
    path = f"{tiny.url}/_sandbox/faults"
    order = {"system": "portal", "fault": "bare_500", "options": {"times": 1}}
    assert requests.post(path, json=order, timeout=600).json()["active"][0]["fault"] == "bare_500"
    assert len(requests.get(path, timeout=600).json()["known"]) > 20
    assert requests.post(path, json={"system": "portal", "fault": "x"}, timeout=600).status_code == 400
    assert requests.delete(path, timeout=600).json()["active"] == []


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_in_the_foreground_it_says_where_it_is_and_stops_without_a_traceback(ending):
    command = [sys.executable, "-m", "sandbox", "tiny", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(7)]
        process.send_signal(ending)
        out, err = process.communicate(timeout=600)
    assert "Sandbox: tiny" in lines[0]
    assert "/qlvb/api/" in "".join(lines)
    assert "Ctrl-C" in lines[6]
    assert (process.returncode, err, out.strip()) == (0, "", "Đã dừng. / Stopped.")


def test_in_the_foreground_a_wrong_data_set_is_one_line():
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "huge"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("sandbox: no data set 'huge'; there are: dac-khu-2025")


def test_the_gate_lets_other_paths_through(tiny):
    assert requests.get(f"{tiny.url}/nothing", timeout=600).status_code == 404
