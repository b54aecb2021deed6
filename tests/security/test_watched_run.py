"""A whole run seen from outside: whom it reaches, what it shows of its secrets, who may read what it leaves."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from sandbox.credentials import ENVIRONMENT
from sandbox.world.planted import PLANTED_PATTERNS
from tests.flows.test_privacy import found_in, texts_of
from tests.security.conftest import GUARD_DIR, WatchedRun

SECRETS = (*ENVIRONMENT.values(), "not-for-the-private-server")


def test_the_run_did_what_the_other_tests_take_it_to_have_done(watched_run: WatchedRun) -> None:
    assert watched_run.code == 13, watched_run.err
    assert any("flows.engine.process" in process.command for process in watched_run.processes.values())


def test_no_process_of_a_run_tries_to_reach_another_machine(watched_run: WatchedRun) -> None:
    """With telemetry switched on in the environment; the private Prefect server is one of the processes."""
    assert [call for call in watched_run.calls if call.startswith("AWAY")] == []
    assert any(call.startswith("watching") and "flows.engine.process" in call for call in watched_run.calls)


def test_the_guard_notices_who_calls_away(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    code = "import urllib.request as u\ntry: u.urlopen('http://telemetry.invalid/')\nexcept Exception: pass"
    environment = {**os.environ, "PYTHONPATH": str(GUARD_DIR), "PYTHON_CALLS_FILE": str(calls), "no_proxy": "*"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert calls.read_text().splitlines()[1].startswith("AWAY socket.getaddrinfo telemetry.invalid")


def test_no_secret_stands_in_the_process_list(watched_run: WatchedRun) -> None:
    for process in watched_run.processes.values():
        assert not any(secret in process.command for secret in SECRETS), process.command


def test_a_process_that_is_not_ours_is_given_no_secret(watched_run: WatchedRun) -> None:
    others = {pid: process for pid, process in watched_run.processes.items() if pid != watched_run.pid}
    assert others
    for process in others.values():
        given = process.environment.split("\0")
        held = [line for line in given if any(secret in line for secret in ENVIRONMENT.values())]
        assert held == [], process.command


def test_nothing_a_run_leaves_holds_a_secret_or_a_person(watched_run: WatchedRun) -> None:
    """Log, database, payloads, out/, Prefect's database with the parameters of its runs, and its own log."""
    files = [path for path in watched_run.home.rglob("*") if path.is_file()]
    assert {".db", ".zst", ".log", ".docx", ".json"} <= {path.suffix for path in files}
    assert {place for path in files for place in found_in(texts_of(path))} == set()
    assert found_in(iter([("out", watched_run.out), ("err", watched_run.err)])) == set()


def test_what_a_run_keeps_is_for_its_account_alone_whatever_the_umask(watched_run: WatchedRun) -> None:
    var = watched_run.home / "var"
    ours = [var, *var.rglob("*")]
    assert len(ours) > 20
    assert any("prefect" in path.parts and path.suffix == ".db" for path in ours), "Prefect's storage among them"
    assert [str(path) for path in ours if path.stat().st_mode & 0o077] == []


def test_every_line_of_the_log_says_when_how_grave_and_in_which_run(watched_run: WatchedRun) -> None:
    lines = [json.loads(line) for line in watched_run.log.read_text().splitlines()]
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"])
        assert line["level"] in {"INFO", "WARNING", "ERROR"}
        assert line["says"].isascii(), "the log is in English"
    ours = [line for line in lines if line["logger"] == "baocao.run"]
    forms = {line["form"]: [one for one in ours if one["form"] == line["form"]] for line in ours}
    assert set(forms) == {"2025-bieu-mau-7", "2025-cai-cach-hanh-chinh", "2020-ii-06a-vpcp"}
    for of_form in forms.values():
        assert [of_form[0]["says"], of_form[-1]["says"]] == ["run started", "run ended"]
    for line in ours:
        assert (line["unit"], line["period"], line["vintage"]) == ("dac-khu", "2025-Q4", 1)
        assert re.fullmatch(r"[0-9a-f-]{36}", line["run"]), "the flow run's id, as Prefect shows it"
    assert {line["step"] for line in ours if line["says"] == "step ended"} == {"collect", "count", "check", "write"}
    assert forms["2025-bieu-mau-7"][-1]["exit_code"] == 13


def test_a_source_that_fails_is_in_the_log_with_its_kind(watched_run: WatchedRun) -> None:
    lines = [json.loads(line) for line in watched_run.log.read_text().splitlines()]
    failed = next(line for line in lines if line["says"] == "source failed")
    assert (failed["source"], failed["kind"], failed["level"]) == ("portal_dvcqg", "SourceContractError", "WARNING")
    collected = {line["source"]: line["records"] for line in lines if line["says"] == "source collected"}
    assert set(collected) == {"documents_qlvb", "one_stop_igate"}
    assert all(collected.values())


def test_prefects_own_log_of_the_run_is_still_there_for_a_person(watched_run: WatchedRun) -> None:
    import sqlite3
    from contextlib import closing

    database = watched_run.home / "var" / "prefect" / "prefect.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        said = {text for (text,) in connection.execute("SELECT message FROM log")}
    assert any(text.startswith("Lập báo cáo: ") for text in said)
    assert not any(pattern.search(text) for text in said for pattern in PLANTED_PATTERNS.values())
