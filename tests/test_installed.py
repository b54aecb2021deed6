"""What is not installed is said, and on the machine that decides it is no reason to pass."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from baocao.settings import CHECKOUT_DIR
from tests.installed import REQUIRE_ALL

TESTS_DIR = Path(__file__).parent
NEEDS_A_PROGRAM = (
    "tests/baocao/documents/test_form_pdf.py::test_every_font_is_embedded_and_is_the_times_of_this_machine"
)
OF_THE_SHELL = ("bash", "dirname", "id", "tr", "grep")


def test_where_everything_is_required_a_skip_is_a_failure_that_says_what_to_install(tmp_path: Path) -> None:
    """On a machine without any program, as one with an empty PATH is."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider", NEEDS_A_PROGRAM],
        env={**os.environ, REQUIRE_ALL: "1", "PATH": str(tmp_path)},
        cwd=CHECKOUT_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert "apt-get install poppler-utils" in done.stdout


def test_the_check_of_a_change_requires_everything_and_names_what_is_missing(tmp_path: Path) -> None:
    for name in OF_THE_SHELL:
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        ["bash", ".ci/run"], env={"PATH": str(tmp_path)}, cwd=CHECKOUT_DIR, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    for package in ("chromium", "poppler-utils", "tesseract-ocr", "tesseract-ocr-vie"):
        assert package in done.stderr.split()
    assert f"export {REQUIRE_ALL}=1" in (CHECKOUT_DIR / ".ci" / "run").read_text()


def test_no_test_is_skipped_for_another_reason() -> None:
    skips = re.compile(r"pytest\.skip\(|mark\.skip|mark\.xfail|importorskip|unittest\.skip")
    found = {path.name for path in TESTS_DIR.rglob("*.py") if skips.search(path.read_text(encoding="utf-8"))}
    assert found == {"installed.py", Path(__file__).name}
