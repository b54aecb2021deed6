"""The log: what is in a line, what can never be, and that many may write it at once."""

import json
import logging
import stat
from concurrent.futures import ProcessPoolExecutor
from contextvars import copy_context
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

import pytest

from baocao.errors import ConfigError
from baocao.references import read_reference
from reporting.log.file import SharedLogFile
from reporting.log.redaction import HIDDEN, redact
from reporting.log.run_log import LogSettings, about, log_started, note, step
from sandbox.credentials import ENVIRONMENT
from sandbox.world.planted import PLANTED_PATTERNS, TOKEN_PREFIX, invent_person


def started(folder: Path, line_format: str = "json") -> LogSettings:
    return LogSettings(str(folder / "log" / "baocao.log"), line_format)


def lines_of(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "log" / "baocao.log").read_text().splitlines()]


def test_persons_and_secrets_are_removed_wherever_they_are_put(tmp_path: Path) -> None:
    """Planted in sentences, fields, arguments of other packages' warnings and texts of errors."""
    person = invent_person(12345)
    secrets = [read_reference(f"env:{name}", ENVIRONMENT) for name in ENVIRONMENT]
    planted = [*person, *map(str, secrets), f"postgresql://lan:{secrets[0]}@db/x", "Bearer abcdefgh12345"]
    with log_started(started(tmp_path)):
        for value in planted:
            note("applicant", reason=f"row says {value} here")
            logging.getLogger("prefect.client").warning("failed: %s", value)
            logging.getLogger("flows.x").error(f"quoted {value}")  # noqa: G004
        try:
            int(" ".join(person))
        except ValueError:
            logging.getLogger("urllib3").exception("unexpected")
    text = (tmp_path / "log" / "baocao.log").read_text()
    assert text.count("\n") == 3 * len(planted) + 1
    for name, pattern in PLANTED_PATTERNS.items():
        assert not pattern.search(text), name
    assert TOKEN_PREFIX not in text
    assert "abcdefgh12345" not in text
    assert lines_of(tmp_path)[-1]["error"] == "ValueError"


@pytest.mark.parametrize(
    "harmless",
    [
        "one_stop_igate", "2025-Q4", "6a61e51a-9efd-48fd-8825-123456789012", "HTTP 503", "H98.51-251212-0380",
        "31afa2180730011c2ed5012646cb94ceb34cd5025d6f62025c1b637480b31de0", "2026-01-05T00:00:01.250Z",
    ],
)  # fmt: skip
def test_codes_hashes_and_times_are_left_as_they_are(harmless: str) -> None:
    assert redact(f"see {harmless} now") == f"see {harmless} now"
    assert HIDDEN in redact("see 099099000001 now")


def test_a_line_holds_the_fields_of_its_run_also_from_a_thread(tmp_path: Path) -> None:
    with log_started(started(tmp_path)), about(unit="dac-khu", period="2025-Q4"), about(source="portal_dvcqg"):
        thread = Thread(target=copy_context().run, args=(note, "from a thread"))
        thread.start()
        thread.join()
    note("after the end nobody writes it")
    (line,) = lines_of(tmp_path)
    assert (line["unit"], line["period"], line["source"], line["level"]) == (
        "dac-khu", "2025-Q4", "portal_dvcqg", "INFO",
    )  # fmt: skip


def test_what_our_own_modules_say_is_in_the_log_and_of_others_only_warnings(tmp_path: Path) -> None:
    with log_started(started(tmp_path)), about(unit="dac-khu"):
        logging.getLogger("flows.engine.records").info("set to Crashed: %s %s", 2, "flow_runs")
        logging.getLogger("urllib3.connectionpool").info("Starting new connection")
        logging.getLogger("prefect.server").warning("slow")
    assert [(line["says"], line["unit"]) for line in lines_of(tmp_path)] == [
        ("set to Crashed: 2 flow_runs", "dac-khu"), ("slow", "dac-khu"),
    ]  # fmt: skip


def test_a_step_that_fails_is_timed_and_named_by_its_error(tmp_path: Path) -> None:
    @step("count")
    def count() -> None:
        raise ConfigError("x")

    with log_started(started(tmp_path)), pytest.raises(ConfigError):
        count()
    (line,) = lines_of(tmp_path)
    assert (line["says"], line["step"], line["error"], line["level"]) == (
        "step failed",
        "count",
        "ConfigError",
        "ERROR",
    )
    assert isinstance(line["seconds"], float)


def test_the_log_as_words_for_a_person(tmp_path: Path) -> None:
    with log_started(started(tmp_path, "text")), about(unit="dac-khu"):
        note("source failed", level=logging.WARNING, reason="HTTP 503")
    line = (tmp_path / "log" / "baocao.log").read_text()
    assert line[24:] == ' WARNING source failed logger=baocao.run unit=dac-khu reason="HTTP 503"\n'


def test_a_wrong_format_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(ConfigError, match="được dùng: json, text"):
        LogSettings.read({"BAOCAO_LOG_FORMAT": "xml"})


def test_the_log_lies_under_var_unless_said_otherwise(tmp_path: Path) -> None:
    assert LogSettings.read({"BAOCAO_HOME": str(tmp_path)}).file == str(tmp_path / "var" / "log" / "baocao.log")
    assert LogSettings.read({"BAOCAO_LOG_FILE": "-"}).file == "-"


def write_lines(path: Path, writer: str) -> None:
    log = SharedLogFile(path, largest_bytes=2_000, kept_files=200)
    for number in range(100):
        log.emit(logging.makeLogRecord({"msg": f"{writer} {number:04d} {'x' * 40}"}))


def test_processes_that_write_at_once_lose_no_line_while_files_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "log" / "baocao.log"
    with ProcessPoolExecutor(3, mp_context=get_context("fork")) as pool:
        list(pool.map(write_lines, [path] * 3, ["first", "second", "third"]))
    files = list(path.parent.iterdir())
    lines = [line for file in files for line in file.read_text().splitlines()]
    assert len(files) > 3
    assert len(lines) == len(set(lines)) == 300
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert max(file.stat().st_size for file in files) < 2_500


def test_older_files_are_dropped_at_the_last(tmp_path: Path) -> None:
    log = SharedLogFile(tmp_path / "baocao.log", largest_bytes=10, kept_files=2)
    for number in range(6):
        log.emit(logging.makeLogRecord({"msg": f"line number {number}"}))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["baocao.log.1", "baocao.log.2"]
    assert (tmp_path / "baocao.log.1").read_text() == "line number 5\n"


def test_a_log_that_cannot_be_written_is_said_once_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    log = SharedLogFile(tmp_path / "file" / "baocao.log")
    for _ in range(3):
        log.emit(logging.makeLogRecord({"msg": "lost"}))
    assert capsys.readouterr().err.count("Không ghi được nhật ký vận hành") == 1
