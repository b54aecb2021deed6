"""The shipped configuration with the one form most tests speak of owed: what else a unit owes has tests of its own.

`ONE_FORM_CONFIG_DIR` is a copy made once for each process; a test that wants to change something copies it in turn.
"""

import atexit
import shutil
import tempfile
from pathlib import Path

import yaml

from baocao.settings import CHECKOUT_DIR

OTHER_FORMS = ("2020-ii-06a-vpcp", "2025-cai-cach-hanh-chinh")


def copy_with_one_form(folder: Path) -> Path:
    """Without owed.yaml every unit owes every form there is: the others are left out with it."""
    shutil.copytree(CHECKOUT_DIR / "config", folder)
    (folder / "owed.yaml").unlink()
    for code in OTHER_FORMS:
        (folder / "forms" / f"{code}.yaml").unlink()
    for path in (folder / "manual").rglob("*.yaml"):
        _leave_out_figures_of_others(path, folder)
    return folder


def _leave_out_figures_of_others(path: Path, folder: Path) -> None:
    """A figure no form asks for would be told as one nobody reads. They stand together at the end of the file."""
    other = yaml.safe_load((folder / "indicators" / "administrative_reform.yaml").read_text(encoding="utf-8"))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next((at for at, line in enumerate(lines) if line.strip().rstrip(":") in other["indicators"]), len(lines))
    path.write_text("".join(lines[:first]), encoding="utf-8")


def _make() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="baocao-config-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return copy_with_one_form(folder / "config")


ONE_FORM_CONFIG_DIR = _make()
