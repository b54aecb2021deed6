"""A folder that is replaced is whole for whoever looks at it, before, after and while."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from baocao.documents import folders
from baocao.documents.folders import clear_leftovers, replacing


@pytest.fixture(params=["in one step", "in two"])
def _exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the file system's own exchange, and as on a machine that has none."""
    if request.param == "in two":
        monkeypatch.setattr(folders, "_exchange", lambda *_: False)


pytestmark = pytest.mark.usefixtures("_exchange")


def fill(folder: Path, content: str, *names: str) -> None:
    with replacing(folder) as staged:
        for name in names:
            (staged / name).write_text(content)


def read(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


def test_the_new_set_takes_the_place_of_the_old_and_keeps_what_else_lies_there(tmp_path: Path) -> None:
    folder = tmp_path / "unit" / "form"
    fill(folder, "old", "form.docx", "form.pdf")
    (folder / "signed.pdf").write_text("scanned")
    (folder / "v2").mkdir()
    (folder / "v2" / "form.docx").write_text("a later try")
    fill(folder, "new", "form.docx", "form.pdf")
    assert read(folder) == {"form.docx": "new", "form.pdf": "new", "signed.pdf": "scanned"}
    assert read(folder / "v2") == {"form.docx": "a later try"}
    assert [path.name for path in folder.parent.iterdir()] == ["form"]


def test_a_set_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "form"
    fill(folder, "old", "form.docx")
    with pytest.raises(FileNotFoundError):
        fill(folder, "new", "form.docx", "no-such-folder/form.pdf")
    assert read(folder) == {"form.docx": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["form"]


def leave_staged(folder: Path) -> None:
    """Dead before the new set took its place."""
    unfinished = folder.with_name(f".{folder.name}.0a1b2c.new")
    unfinished.mkdir()
    (unfinished / "form.docx").write_text("half")


def leave_aside(folder: Path) -> None:
    """Dead between the two renames of a machine without exchange."""
    leave_staged(folder)
    folder.rename(folder.with_name(f".{folder.name}.0a1b2c.old"))


@pytest.mark.parametrize("leave", [leave_staged, leave_aside])
def test_what_a_dead_process_left_is_cleared_and_nothing_is_lost(tmp_path: Path, leave: Callable[[Path], None]) -> None:
    folder = tmp_path / "form"
    fill(folder, "old", "form.docx", "signed.pdf")
    leave(folder)
    fill(folder, "new", "form.docx")
    assert read(folder) == {"form.docx": "new", "signed.pdf": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["form"]


@pytest.mark.parametrize("leave", [leave_staged, leave_aside])
def test_what_was_left_of_a_folder_and_of_those_in_it_can_be_cleared_alone(
    tmp_path: Path, leave: Callable[[Path], None]
) -> None:
    folder = tmp_path / "form"
    fill(folder, "old", "form.docx")
    fill(folder / "v2", "a later try", "form.docx")
    leave(folder / "v2")
    leave(folder)
    clear_leftovers(folder)
    assert (read(folder), read(folder / "v2")) == ({"form.docx": "old"}, {"form.docx": "a later try"})
    assert [path.name for path in tmp_path.iterdir()] == ["form"]
    assert sorted(path.name for path in folder.iterdir()) == ["form.docx", "v2"]


def test_a_reader_finds_one_set_or_the_other(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Whoever reads b between two equal readings of a reads the b of that set; nothing is ever missing."""
    folder = tmp_path / "form"
    fill(folder, "0", "a", "b")
    seen: list[tuple[str, str, str]] = []
    missed: list[OSError] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            try:
                seen.append(tuple((folder / name).read_text() for name in "aba"))  # type: ignore[arg-type]
            except FileNotFoundError as error:
                missed.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(1, 60):
        fill(folder, str(number), "a", "b")
    ended.set()
    reader.join()
    assert seen
    assert all(b == a for a, b, a_again in seen if a == a_again)
    assert not missed or "in two" in request.node.name
