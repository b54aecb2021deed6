"""A home whose unit owes II.06a alone, its period made once from the sandbox: copied, never changed."""

import shutil
from pathlib import Path

import pytest

from baocao.settings import CHECKOUT_DIR
from sandbox.credentials import ENVIRONMENT
from sandbox.server import start
from sandbox.world.truth_resolving import true_field_figures
from tests.reporting.conftest import PERIOD, UNIT, Office

II_06A = "2020-ii-06a-vpcp"


def copy_with_matrix_form(folder: Path) -> Path:
    """The shipped configuration with no form but the matrix."""
    shutil.copytree(CHECKOUT_DIR / "config", folder)
    (folder / "owed.yaml").unlink()
    shutil.rmtree(folder / "manual")
    for path in (folder / "forms").iterdir():
        if path.stem != II_06A:
            path.unlink()
    return folder


def make_matrix_home(home: Path, sqlite_original: Path) -> Path:
    copy_with_matrix_form(home / "config")
    (home / "var").mkdir()
    shutil.copy(sqlite_original, home / "var" / "baocao.db")
    with pytest.MonkeyPatch.context() as patch, start("tiny") as running:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        Office(home, home / "config", f"sqlite:///{home}/var/baocao.db", running.url).run()
    return home


@pytest.fixture
def matrix_made(matrix_once: Path, tmp_path: Path) -> Office:
    """A copy of it, without sources: nothing here may ask one."""
    home = Path(shutil.copytree(matrix_once, tmp_path / "home"))
    return Office(home, home / "config", f"sqlite:///{home}/var/baocao.db", None)


def true_count(field: str, code: str, period: str = PERIOD) -> int:
    """By the sandbox's own pass over its dossiers."""
    return true_field_figures("tiny", UNIT, period)[field].get(code, 0)
