"""Who only looks leaves no trace: on a home in which nothing was made, no command of theirs makes a file."""

import os
import shutil
from pathlib import Path

import pytest

from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.flows.conftest import Ended, Installation
from tests.reporting.conftest import NOW, PERIOD, UNIT

# what is asked -> how it ends: a question about a form nobody made is the asker's mistake
QUESTIONS: dict[tuple[str, ...], int] = {
    ("status",): 0,
    ("show", PERIOD): 2,
    ("show", PERIOD, "--as-released"): 2,
    ("show", PERIOD, "--history"): 0,
    ("explain", PERIOD, "4.2"): 2,
    ("verify",): 2,
    ("checks", PERIOD): 2,
    ("checks", PERIOD, "--vintage", "9"): 2,
    ("show", PERIOD, "--vintage", "9"): 2,
    ("explain", PERIOD, "4.2", "--vintage", "9"): 2,
    ("rules",): 0,
    ("what-if", "thu.yaml", PERIOD): 2,
    ("form", "check", "2025-bieu-mau-7"): -1,
    ("form", "preview", "2025-bieu-mau-7"): 0,
    ("release", "send-back", PERIOD, "--reason", "a"): 21,
    ("release", "stamp", PERIOD): -1,
    ("incidents", "list"): 0,
    ("alerts", "status"): 0,
    ("people", "list"): 0,
    ("sign-in", "hang"): 2,
    ("sign-out",): 0,
    ("release", "status", PERIOD): 0,
    ("compare", "a.docx", "b.docx"): 2,
    ("lint", "a.docx"): 2,
    ("incidents", "show", "1"): 2,
    ("incidents", "history", "1"): 2,
    ("incidents", "ack", "1", "--until", "31/12/2026"): 2,
    ("alerts", "send"): 0,
    ("alerts", "test"): 2,
    ("probe", "igate"): -1,
    ("rerun", PERIOD, "--from", "payloads"): 2,
    ("rerun", PERIOD, "--from", "sources"): 2,
    ("correct", PERIOD, "4.2", "--from", "1", "--to", "1", "--reason", "a", "--evidence", "b"): 2,
    ("release", "prepare", PERIOD): 21,
    ("release", "approve", PERIOD): 21,
    ("release", "publish", PERIOD): 21,
    ("release", "restate", PERIOD): 21,
    ("release", "withdraw", PERIOD, "--reason", "a"): 21,
    ("release", "unlock", PERIOD, "--reason", "a"): 21,
    ("run", "2025-Q9"): 2,
    ("run", PERIOD, "--unit", "nowhere"): 2,
    ("capture", "2025-Q9"): 2,
    ("backfill", "2025-Q9..2025-Q4"): 2,
    ("database", "status"): 0,
    ("watch", "--on", "2025-12-01"): 0,
    ("backfill", f"{PERIOD}..{PERIOD}", "--dry-run"): 0,
    ("backup", "back-up"): 2,
    ("metrics",): 0,
    ("doctor",): -1,
    ("health",): -1,
}


def ask(home: Path, *arguments: str, **changed: str) -> Ended:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BAOCAO_", "PREFECT_"))}
    config_dir = home.parent / "config"
    if not config_dir.exists():
        shutil.copytree(ONE_FORM_CONFIG_DIR, config_dir)
    environment = {
        **kept, "BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(config_dir), "BAOCAO_NOW": NOW.isoformat(),
        "BAOCAO_UNIT": UNIT, **changed,
    }  # fmt: skip
    return Installation(home, environment).run(*arguments)


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_looking_makes_no_file(tmp_path: Path, question: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    ended = ask(home, *question)
    assert "Traceback" not in ended.err
    assert sorted(path.relative_to(home) for path in home.rglob("*")) == []
    if QUESTIONS[question] >= 0:
        assert ended.code == QUESTIONS[question], (ended.out, ended.err)


def test_verifying_where_nothing_was_made_is_not_called_intact(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    ended = ask(home, "verify")
    assert (ended.code, "Nguyên vẹn" in ended.out) == (2, False)
    assert "chưa có gì để kiểm tra" in ended.err
