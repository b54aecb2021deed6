"""What a killed process leaves half made is cleared by the next; what a living one has under way is not."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from baocao.documents.files import write_file
from baocao.documents.folders import clear_below
from baocao.unfinished import clear_work_dirs, make_mark, make_work_dir

HOLDS = """
import sys, time
from pathlib import Path
from baocao.documents.folders import replacing
from baocao.unfinished import make_work_dir, open_unfinished
root = Path(sys.argv[1])
with make_work_dir() as work, replacing(root / "out" / "xa" / "2025" / "bieu", root / "out") as staged:
    (work / "a").write_text("half"); (staged / "b").write_text("half")
    with open_unfinished(root / "form.pdf") as (file, _):
        file.write(b"half"); file.flush()
        print("ready", flush=True)
        time.sleep(600)
"""


@contextmanager
def worker(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with a folder in the machine's temporary place, a form's folder and a file under way."""
    (root / "tmp").mkdir(exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(root)],
        env={**os.environ, "TMPDIR": str(root / "tmp")}, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def left(root: Path) -> list[str]:
    return sorted(path.name.rsplit(".", 1)[-1] for path in root.rglob("*") if path.suffix in {".work", ".new", ".tmp"})


def clear(root: Path) -> None:
    clear_work_dirs(root / "tmp")
    clear_below(root / "out")
    write_file(root / "form.pdf", b"whole")


def test_what_a_killed_process_left_is_cleared_and_a_living_ones_is_kept(tmp_path: Path) -> None:
    with worker(tmp_path) as process:
        clear(tmp_path)
        assert left(tmp_path) == ["new", "tmp", "work"], "at work"
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert left(tmp_path) == ["new", "tmp", "work"], "killed"
        clear(tmp_path)
    assert left(tmp_path) == []
    assert (tmp_path / "form.pdf").read_bytes() == b"whole"
    assert [path.name for path in (tmp_path / "out" / "xa" / "2025").iterdir()] == []


def test_a_link_in_the_temporary_place_is_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "a").write_text("kept")
    (tmp_path / "baocao-0.work").symlink_to(tmp_path / "precious")
    clear_work_dirs(tmp_path)
    assert not (tmp_path / "baocao-0.work").is_symlink()
    assert (tmp_path / "precious" / "a").read_text() == "kept"


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    for name in ("baocao-notes", "other.work", "baocao-pg-1"):
        (tmp_path / name).mkdir()
    clear_work_dirs(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["baocao-notes", "baocao-pg-1", "other.work"]


def test_a_folder_for_a_while_is_private_and_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with make_work_dir() as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["xa/2025/bieu", "xa/2025/bieu/v2"])
def test_a_file_a_killed_command_left_in_a_form_s_folder_goes_with_the_next_command(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "out" / place
    folder.mkdir(parents=True)
    (folder / f".release.json.{make_mark()}.tmp").write_bytes(b"half")
    (folder / ".the-office-s-own").write_bytes(b"kept")
    clear_below(tmp_path / "out")
    assert [path.name for path in folder.iterdir()] == [".the-office-s-own"]
