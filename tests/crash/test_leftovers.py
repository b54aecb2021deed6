"""Commands killed in the middle: what they leave in out/, in the machine's temporary folder and in a back-up goes."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from baocao.settings import CHECKOUT_DIR
from tests.reporting.conftest import NOW, Office, made

__all__ = ["made"]

COMMAND = "from cli.main import main; main()"
HALF_MADE = {".new", ".old", ".tmp", ".part", ".work"}
FORM = "out/dac-khu/2025-Q4/2025-bieu-mau-7/form.docx"
FOLDER = "folder: {path: nop-bieu, settled_s: 1}\n"
KILLED = [
    ["rerun", "2025-Q4", "--from", "payloads"],
    ["backup", "sao-luu"],
    ["lint", FORM, "--annotate", "xuat", "--mend", "xuat"],
    ["hand-in", FORM, "--period", "2025-Q4", "--annotate", "xuat"],
    *(
        pytest.param(words, marks=pytest.mark.slow)
        for words in (
            ["form", "blank", "2025-bieu-mau-7", "--period", "2025-Q4", "--to", "xuat"],
            ["form", "draft", FORM, "--into", "xuat/moi"],
            ["form", "preview", "2025-bieu-mau-7", "--out", "xuat"],
            ["show", "2025-Q4", "--files", "xuat"],
            ["checks", "2025-Q4", "--data-docs", "xuat"],
            ["take-in"],
        )
    ),
    ["explain", "2025-Q4", "4.2.1", "--records", "--xlsx", "xuat/4.2.1.xlsx"],
]


def start(office: Office, words: list[str]) -> subprocess.Popen[bytes]:
    temporary = office.home / "tam"
    temporary.mkdir(exist_ok=True)
    environment = {
        **os.environ, "BAOCAO_HOME": str(office.home), "BAOCAO_CONFIG_DIR": str(office.config_dir),
        "BAOCAO_NOW": NOW.isoformat(), "BAOCAO_DATABASE_URL": office.database_url, "BAOCAO_UNIT": "dac-khu",
        "TMPDIR": str(temporary), "PYTHONPATH": str(CHECKOUT_DIR),
    }  # fmt: skip
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-c", COMMAND, *words], env=environment, cwd=office.home, **silent)


def lay_in(office: Office) -> None:
    """A form in the folder of its unit."""
    (office.config_dir / "hand_in.yaml").write_text(FOLDER, encoding="utf-8")
    folder = office.home / "nop-bieu" / "dac-khu"
    folder.mkdir(parents=True)
    shutil.copy(office.home / FORM, folder)
    os.utime(folder / "form.docx", (0, 0))


def left(office: Office) -> list[str]:
    places = (
        office.home / "out",
        office.home / "tam",
        office.home / "sao-luu",
        office.home / "xuat",
        office.home / "nop-bieu",
    )
    hidden = [path for place in places for path in place.rglob("*") if path.suffix in HALF_MADE]
    return [str(path.relative_to(office.home)) for path in (*hidden, *(office.home / "tam").iterdir())]


def kill_when_something_is_half_made(office: Office, words: list[str]) -> bool:
    """Whether it left anything; it is killed at the first sight of something unfinished, or ends by itself."""
    with start(office, words) as process:
        while process.poll() is None and not left(office):
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    return bool(left(office))


@pytest.mark.parametrize("words", KILLED, ids=" ".join)
def test_what_a_killed_command_leaves_goes_with_the_next(made: Office, words: list[str]) -> None:
    (made.home / "xuat").mkdir()
    lay_in(made)
    tries = [kill_when_something_is_half_made(made, words) for _ in range(2)]
    with start(made, words) as process:
        process.wait()
    assert left(made) == [], f"killed in the middle: {sum(tries)} of {len(tries)} times"
