"""What a command that somebody waits for loads: each in a process of its own, on a home with one finished report."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from baocao.settings import CHECKOUT_DIR
from sandbox.world.data_sets import data_set

DATA_SET = data_set("tiny")
PERIOD, UNIT = DATA_SET.period_code, DATA_SET.unit_code
ENGINES = {"alembic", "great_expectations", "numpy", "pandas", "prefect"}
SOURCES = {"connectors", "fsspec", "msgspec", "requests", "stamina"}
WRITERS = {"docx", "jinja2", "lxml", "openpyxl", "typst", "xlsxwriter"}
READERS: dict[str, set[str]] = {"docx": set(), "pdf": {"pdfplumber"}, "xlsx": {"numpy", "openpyxl"}}
STORE = {"baocao.store", "sqlalchemy"}
LOOKING = (
    ("status",),
    ("show", PERIOD),
    ("show", PERIOD, "--history"),
    ("explain", PERIOD, "4.2"),
    ("release", "status", PERIOD),
    ("incidents", "list"),
    ("checks", PERIOD),
    (
        "correct",
        PERIOD,
        "4.1.2",
        "--from",
        "10",
        "--to",
        "9",
        "--reason",
        "đếm lại từ sổ theo dõi",
        "--evidence",
        "sổ theo dõi số 12 năm 2025",
    ),
)
RECORDING = """
import atexit, pathlib, sys
target = pathlib.Path(sys.argv.pop(1))
atexit.register(lambda: target.write_text("\\n".join(sys.modules)))
from cli.main import main
main()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, made_once: Path) -> Path:
    """An installation in which one report was made."""
    return Path(shutil.copytree(made_once, tmp_path_factory.mktemp("looked at") / "home"))


def _environment(home: Path) -> dict[str, str]:
    given = {
        "BAOCAO_HOME": str(home),
        "BAOCAO_UNIT": UNIT,
        "BAOCAO_CONFIG_DIR": str(home / "config"),
        "BAOCAO_NOW": DATA_SET.now.isoformat(),
    }
    return {**os.environ, **given}


def load(home: Path, *arguments: str) -> set[str]:
    """What the process had loaded at its end."""
    target = home / "modules.txt"
    target.unlink(missing_ok=True)
    command = [sys.executable, "-c", RECORDING, str(target), *arguments]
    done = subprocess.run(
        command, cwd=CHECKOUT_DIR, env=_environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return set(target.read_text().split())


@pytest.mark.parametrize("arguments", LOOKING, ids=" ".join)
def test_looking_at_what_is_kept_loads_neither_engines_sources_nor_writers(
    home: Path, arguments: tuple[str, ...]
) -> None:
    loaded = load(home, *arguments)
    assert "baocao.store" in loaded
    assert loaded & (ENGINES | SOURCES | WRITERS) == set()


@pytest.mark.parametrize("kind", READERS)
def test_a_form_handed_in_is_checked_without_engines_or_the_store(home: Path, kind: str) -> None:
    (form,) = home.glob(f"out/**/form.{kind}")
    loaded = load(home, "lint", str(form))
    others = set().union(*READERS.values()) - READERS[kind]
    assert "expectations.engine.plain" in loaded
    assert loaded & ((ENGINES | SOURCES | STORE | {"jinja2", "typst", "xlsxwriter"} | others) - READERS[kind]) == set()


def test_asking_for_help_loads_no_configuration_no_store_and_nothing_to_print_with(home: Path) -> None:
    assert load(home, "--help") & (ENGINES | SOURCES | WRITERS | STORE | {"pydantic", "rich", "yaml"}) == set()
