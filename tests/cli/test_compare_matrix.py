"""`compare` of two files of a matrix form: which line and column differ, readable on a narrow terminal."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from cli.main import cli
from tests.reporting.conftest import PERIOD, UNIT, Office
from tests.reporting.matrix_home import II_06A, matrix_made

__all__ = ["matrix_made"]


@pytest.mark.parametrize("form", ["form.json", "form.xlsx"])
def test_two_files_of_a_matrix_differ_by_line_and_column(
    matrix_made: Office, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_CONFIG_DIR", str(matrix_made.config_dir))
    folder = matrix_made.home / "out" / UNIT / PERIOD / II_06A
    content = orjson.loads((folder / "form.json").read_bytes())
    was = int(content["cells"]["dat-dai/8"]["value"])
    content["cells"]["dat-dai/8"] |= {"value": str(was + 2), "display": str(was + 2)}
    other = tmp_path / "other.json"
    other.write_bytes(orjson.dumps(content))
    done = CliRunner(env={"COLUMNS": "80"}).invoke(cli, ["compare", str(folder / form), str(other)])
    assert done.stdout.rstrip().endswith("76 ô không đổi, 1 ô khác nhau.")
    assert max(map(len, done.stdout.splitlines())) <= 80
    words = " ".join(done.stdout.replace("│", " ").split())
    assert "dòng Đất" in words
    assert f"{was} {was + 2} 2" in words
