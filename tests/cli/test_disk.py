"""A disk that is full, read-only or in the way is named with its cause, and ends with 1: never a traceback, never 0."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from baocao.settings import CHECKOUT_DIR
from tests.cli.every_command import list_paths
from tests.cli.test_every_command import WRITTEN
from tests.cli.test_looking import ask
from tests.flows.conftest import COMMAND
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office

FORM = f"{{home}}/out/{UNIT}/{PERIOD}/2025-bieu-mau-7/form.docx"
TO_THE_STORE: tuple[tuple[str, ...], ...] = (
    ("rerun", PERIOD, "--from", "payloads"),
    ("release", "prepare", PERIOD),
    ("run", PERIOD, "--on", "here"),
    ("capture", PERIOD),
    ("backfill", PERIOD),
    ("watch",),
    ("alerts", "send"),
    ("backup", "{home}/../backup"),
    ("hand-in", FORM, "--period", PERIOD),
    ("take-in",),
    ("people", "lock", "lan", "--reason", "nghỉ việc"),
    ("people", "add", "lan", "--name", "Lan", "--role", "officer"),
    ("incidents", "ack", "1", "--until", "31/12/2025"),
    ("release", "approve", PERIOD),
    ("correct", PERIOD, "4.3.1", "--from", "1", "--to", "2", "--reason", "một hai ba bốn", "--evidence", "sổ theo dõi"),
)
TO_A_FILE: tuple[tuple[str, ...], ...] = (
    ("status", "--html", "{there}"),
    ("metrics", "--file", "{there}"),
    ("show", PERIOD, "--files", "{there}"),
    ("backup", "{there}"),
    ("explain", PERIOD, "4.3.1", "--records", "--xlsx", "{there}"),
    ("checks", PERIOD, "--data-docs", "{there}"),
    ("lint", FORM, "--annotate", "{there}"),
    ("lint", FORM, "--mend", "{there}"),
    ("hand-in", FORM, "--period", PERIOD, "--annotate", "{there}"),
    ("form", "blank", "2025-bieu-mau-7", "--period", PERIOD, "--to", "{there}"),
    ("form", "draft", FORM, "--into", "{there}"),
    ("form", "preview", "2025-bieu-mau-7", "--out", "{there}"),
)
"""Every option that names a place to write to."""


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process grows: whoever runs the tests, root too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("words", TO_THE_STORE, ids=lambda words: words[0])
def test_a_full_disk_of_the_store_is_named(made: Office, words: tuple[str, ...]) -> None:
    shutil.copytree(made.config_dir, made.home.parent / "config")
    with full_disk():
        ended = ask(made.home, *(word.format(home=made.home) for word in words))
    assert ended.code == 1, ended.err
    assert "Traceback" not in ended.err
    assert f"{made.home}/var/baocao.db: không mở được: đĩa báo lỗi đọc ghi, hoặc đầy" in ended.err
    assert f"Không ghi được nhật ký vận hành {made.home}/var/log/baocao.log: " in ended.err or not ended.out


def test_a_full_disk_under_prefect_is_named(tmp_path: Path) -> None:
    """Prefect's own server finds no room first: the run goes on without it, and says what it cannot write itself."""
    none_grows = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BAOCAO_", "PREFECT_"))}
    ended = subprocess.run(
        [sys.executable, "-c", f"{none_grows}; {COMMAND}", "run", PERIOD, "--on", "prefect"],
        env={**kept, "BAOCAO_HOME": str(tmp_path), "BAOCAO_NOW": NOW.isoformat(), "BAOCAO_UNIT": UNIT},
        cwd=CHECKOUT_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert f"{tmp_path}/var/baocao.db: không mở được: đĩa báo lỗi đọc ghi, hoặc đầy" in ended.stderr
    assert "Không lập được trên Prefect" in ended.stdout


def test_every_place_to_write_to_is_tried() -> None:
    tried = {
        (" ".join(words[: 2 if words[0] == "form" else 1]), words[words.index("{there}") - 1]) for words in TO_A_FILE
    }
    options = {
        (path, option if option.startswith("--") else path.split()[-1])
        for path, command in list_paths() for one in command.params if str(one.name) in WRITTEN.get(path, ())
        for option in one.opts[-1:]
    }  # fmt: skip
    assert options == tried


@pytest.mark.parametrize("words", TO_A_FILE, ids=" ".join)
def test_a_file_that_cannot_be_written_is_named(made: Office, words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("in the way", encoding="utf-8")
    there = tmp_path / "tep" / "ket-qua"
    ended = ask(made.home, *(word.format(there=there, home=made.home) for word in words))
    assert ended.code in {1, 2}, ended.err
    assert "Traceback" not in ended.err
    assert str(tmp_path / "tep") in ended.err
    assert (tmp_path / "tep").read_text(encoding="utf-8") == "in the way"


def test_results_that_cannot_be_written_end_a_report_with_their_place(made: Office) -> None:
    shutil.rmtree(made.home / "out")
    (made.home / "out").write_text("in the way", encoding="utf-8")
    ended = ask(made.home, "rerun", PERIOD, "--from", "payloads")
    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert f"{made.home}/out/dac-khu" in ended.err
