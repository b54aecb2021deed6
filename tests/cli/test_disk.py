"""A disk that is full, read-only or in the way is named with its cause, and ends with 1: never a traceback, never 0."""

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.test_looking import ask
from tests.reporting.conftest import PERIOD, Office

TO_THE_STORE: tuple[tuple[str, ...], ...] = (
    ("rerun", PERIOD, "--from", "payloads"),
    ("release", "prepare", PERIOD),
    ("run", PERIOD, "--on", "here"),
    ("capture", PERIOD),
    ("backfill", PERIOD),
    ("watch",),
    ("alerts", "send"),
    ("backup", "{home}/../backup"),
    ("correct", PERIOD, "4.3.1", "--from", "1", "--to", "2", "--reason", "một hai ba bốn", "--evidence", "sổ theo dõi"),
)
TO_A_FILE: tuple[tuple[str, ...], ...] = (
    ("status", "--html", "{there}"),
    ("metrics", "--file", "{there}"),
    ("show", PERIOD, "--files", "{there}"),
    ("backup", "{there}"),
    ("explain", PERIOD, "4.3.1", "--records", "--xlsx", "{there}"),
)


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


@pytest.mark.parametrize("words", TO_A_FILE, ids=lambda words: words[0])
def test_a_file_that_cannot_be_written_is_named(made: Office, words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("in the way", encoding="utf-8")
    there = tmp_path / "tep" / "ket-qua"
    ended = ask(made.home, *(word.format(there=there) for word in words))
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
