"""What must hold of every command, of the tree as it is: no one of them is forgotten."""

import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.main import GOING_ON, LOOKING
from tests.cli.every_command import LIVES_LONG, WORDS, list_paths, typed
from tests.cli.test_looking import QUESTIONS, ask
from tests.cli.test_streams import end_of
from tests.reporting.conftest import PERIOD, Office

PATHS = dict(list_paths())
LINES = [line for path in PATHS for line in typed(path)]
LOOKING_LINES = [line for path in PATHS if path in LOOKING for line in typed(path)]
NOBODY = 65_534
NEEDS_NO_STORE = {
    "rules": (0,), "compare": (22,), "lint": (22,), "form": (0, 2), "doctor": (2,), "probe": (2,), "health": (1,), "metrics": (0,),
    "backup": (1,), "what-if": (2,),
}  # fmt: skip
"""How those end that can be asked without it, or say what is wrong with it on their own pages."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a line makes beside itself goes with the test."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def filled(line: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """The files a line speaks of are there."""
    form, proposal = folder / "mau.csv", folder / "thu.yaml"
    form.write_text("STT;Chỉ tiêu;Số liệu\n1;Báo cáo;12\n", encoding="utf-8")
    proposal.write_text("indicators: {}\n", encoding="utf-8")
    return tuple(word.format(form=form, yaml=proposal) for word in line)


def files_below(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_command_stands_in_the_table() -> None:
    assert set(PATHS) == {*WORDS, *LIVES_LONG}


def test_every_command_that_looks_or_goes_on_is_asked_where_nothing_was_made() -> None:
    asked = {" ".join(words[:n]) for words in QUESTIONS for n in (1, 2)}
    wanted = {path for path in PATHS if path in LOOKING or path.split()[0] in GOING_ON}
    assert sorted(wanted - asked) == []


@pytest.mark.parametrize("line", LOOKING_LINES, ids=" ".join)
def test_looking_changes_no_file(made: Office, tmp_path: Path, line: tuple[str, ...]) -> None:
    """Where a report was made; but for the log and marks of who looked."""
    ask(made.home, "status")
    words = filled(line, tmp_path)
    before = files_below(made.home)
    ended = ask(made.home, *words)
    assert "Traceback" not in ended.err
    after = files_below(made.home)
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    assert {path for path in changed if not {"log", "marks"} & set(path.parts)} == set()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody can write below the folder, the owner of this process neither."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222 | (0o555 if path.is_dir() else 0o444))
    for beside in folder.parent.iterdir():
        beside.chmod(0o555 if beside.is_dir() else 0o444)
    for above in folder.parents:
        if above.stat().st_uid == os.getuid() and len(above.parts) > 2:
            above.chmod(0o755)
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was == 0:
            os.seteuid(was)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)


@pytest.mark.parametrize("line", LOOKING_LINES, ids=" ".join)
def test_a_read_only_installation_is_looked_at_or_its_cause_is_named(
    made: Office, tmp_path: Path, line: tuple[str, ...]
) -> None:
    ask(made.home, "status")
    words = filled(line, tmp_path)
    ask(made.home, *words)
    with read_only(made.home):
        ended = ask(made.home, *words, BAOCAO_CONFIG_DIR=str(made.config_dir))
    assert "Traceback" not in ended.err
    assert "Errno" not in ended.err + ended.out
    if "baocao.db: " in ended.err:
        assert (ended.code, "chỉ cho đọc" in ended.err) == (1, True), ended
    else:
        assert ended.code in NEEDS_NO_STORE.get(line[0], ()), ended


LABELS = {
    "2025-Q4": ("Q4/2025", "q4 2025", "quý IV 2025", "quý 4/2025", "Quý IV năm 2025", "QUÝ IV/2025", "IV/2025"),
    "2025-H1": ("6 tháng 2025", "6 tháng đầu năm 2025", "H1/2025"),
    "2025-9M": ("9 tháng 2025", "9 tháng đầu năm 2025"),
    "2025": ("năm 2025", "Năm 2025"),
    "2025-M03": ("tháng 3/2025", "tháng 3 năm 2025", "Tháng 03/2025"),
}
PERIOD_LINES = [line for line in LINES if PERIOD in line or f"{PERIOD}..{PERIOD}" in line]
OWN_PERIOD = {"watch"}
"""Where the period of another length is another question: which forms are owed."""


def test_every_command_with_a_period_is_asked_by_its_labels() -> None:
    takes = {path for path, one in PATHS.items() if {"period", "periods"} & {param.name for param in one.params}}
    asked = {path for path in PATHS for line in typed(path) if line in PERIOD_LINES}
    assert takes - {"status"} <= asked | {"what-if"}


@pytest.mark.parametrize("line", PERIOD_LINES, ids=" ".join)
def test_a_period_is_taken_as_people_write_it(tmp_path: Path, line: tuple[str, ...]) -> None:
    """Whatever it is called, the answer is the same, word for word."""
    words, ends = filled(line, tmp_path), []
    for place, name in (("one", PERIOD), ("two", "Quý IV năm 2025")):
        (tmp_path / place / "home").mkdir(parents=True)
        ended = ask(tmp_path / place / "home", *(word.replace(PERIOD, name) for word in words))
        lines = (ended.out + ended.err).replace(str(tmp_path / place), "").splitlines()
        ends.append((ended.code, [text for text in lines if "còn trống" not in text]))
    assert ends[0] == ends[1]


@pytest.mark.parametrize("code", LABELS)
def test_every_kind_of_period_has_the_names_people_write(home: Path, code: str) -> None:
    first = ask(home, "release", "status", code)
    assert "không phải kỳ" not in first.err
    for label in LABELS[code]:
        ended = ask(home, "release", "status", label)
        assert (ended.code, ended.out, ended.err) == (first.code, first.out, first.err), label


@pytest.mark.parametrize("encoding", ["ascii", pytest.param("latin-1", marks=pytest.mark.slow)])
@pytest.mark.parametrize("line", [*LINES, *((path, "--help") for path in sorted(LIVES_LONG))], ids=" ".join)
def test_any_terminal_gets_text(home: Path, tmp_path: Path, line: tuple[str, ...], encoding: str) -> None:
    """Nothing the terminal cannot show ends a command, and each letter keeps its base."""
    written = io.BytesIO()
    code, err = end_of(io.TextIOWrapper(written, encoding=encoding), home, *filled(line, tmp_path))
    text = written.getvalue().decode(encoding)
    assert "Traceback" not in text + err
    assert code in {0, 1, 2, 11, 20, 21, 22}
    assert "??" not in text


# what a command reads -> how it is typed; every parameter that is a file's is here or in WRITTEN
READ: dict[tuple[str, str], tuple[str, ...]] = {
    ("what-if", "file"): ("what-if", "{gone}", PERIOD),
    ("lint", "files"): ("lint", "{gone}"),
    ("compare", "before"): ("compare", "{gone}", "{form}"),
    ("compare", "after"): ("compare", "{form}", "{gone}"),
    ("form draft", "file"): ("form", "draft", "{gone}"),
    ("form check", "draft"): ("form", "check", "{gone}"),
    ("form preview", "draft"): ("form", "preview", "{gone}"),
    ("hand-in", "file"): ("hand-in", "{gone}", "--unit", "dac-khu", "--period", PERIOD),
    ("restore", "folder"): ("restore", "{gone}"),
}
WRITTEN = {
    "form draft": {"folder"}, "form blank": {"folder"}, "show": {"folder"}, "backup": {"folder"}, "metrics": {"path"},
    "explain": {"xlsx_file"}, "checks": {"docs_dir"}, "status": {"html_file"}, "lint": {"annotate_dir", "mend_dir"},
    "form preview": {"out_dir"}, "hand-in": {"annotate_dir"},
}  # fmt: skip
NO_FILE = {"form draft": {"place"}, "probe": {"is_draft", "as_draft", "draft"}, "correct": {"evidence"}}
OF_FILES = re.compile(r"file|dir$|folder|path|draft|before|after|evidence|place")


def test_every_parameter_that_is_a_file_is_known() -> None:
    found = {
        (path, str(one.name)) for path, command in PATHS.items() for one in command.params
        if OF_FILES.search(str(one.name)) and str(one.name) not in NO_FILE.get(path, ())
    }  # fmt: skip
    assert found == {*READ, *((path, name) for path, names in WRITTEN.items() for name in names)}


@pytest.mark.parametrize("case", READ, ids=" ".join)
def test_a_file_that_is_not_there_is_the_asker_s_mistake(home: Path, tmp_path: Path, case: tuple[str, str]) -> None:
    gone = str(tmp_path / "khong-co" / "bieu.docx")
    ended = ask(home, *filled(tuple(word.replace("{gone}", gone) for word in READ[case]), tmp_path))
    assert ended.code == 2, ended
    assert "bieu.docx" in ended.err or "không có biểu mẫu hay thư mục bản thảo" in ended.err
    assert "Traceback" not in ended.err
