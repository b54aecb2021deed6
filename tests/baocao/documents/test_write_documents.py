"""All files at once: which there are, that they are whole, and that equal input gives equal bytes anywhere."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue, Form
from baocao.disk import DiskError
from baocao.documents.files import write_file
from baocao.documents.writing import RENDER_BY_FORMAT, write_documents
from baocao.domain import FilledForm
from baocao.errors import ConfigError

from . import builder
from .conftest import ROOT_DIR

WRITE_ALL = """
import json, sys
from pathlib import Path
from baocao.catalogue import Catalogue
from baocao.documents.writing import write_documents
from tests.baocao.documents import builder
catalogue = Catalogue.read(Path("config"))
hashes = {}
for name in ("form_2025", "form_2024"):
    filled = getattr(builder, name)(catalogue)
    evidence = builder.evidence_of(catalogue, filled)
    hashes[name] = write_documents(
        filled, catalogue.form(filled.form_code), Path(sys.argv[1]) / name, checks=evidence.checks,
        passports=evidence.passports, indicators=evidence.indicators, owners=evidence.owners, history=evidence.history,
    )
print(json.dumps(hashes))
"""


def write_all_elsewhere(folder: Path, **environment: str) -> dict[str, dict[str, str]]:
    """The hashes of both forms' files, written by another process in another place of the world."""
    run = subprocess.run(
        [sys.executable, "-c", WRITE_ALL, str(folder)],
        cwd=ROOT_DIR,
        env={**os.environ, "PYTHONPATH": str(ROOT_DIR), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    hashes: dict[str, dict[str, str]] = json.loads(run.stdout)
    return hashes


def test_equal_input_gives_equal_bytes_in_any_zone_language_and_process(tmp_path: Path) -> None:
    here = write_all_elsewhere(tmp_path / "a", TZ="Asia/Ho_Chi_Minh", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    there = write_all_elsewhere(tmp_path / "b", TZ="America/Los_Angeles", LC_ALL="POSIX", PYTHONHASHSEED="2")
    assert here == there
    assert list(here["form_2025"]) == [f"form.{name}" for name in RENDER_BY_FORMAT]


def test_the_hash_given_is_the_files(filled: FilledForm, form: Form, tmp_path: Path) -> None:
    hashes = write_documents(filled, form, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(hashes)
    for name, sha256 in hashes.items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == sha256


def test_another_figure_changes_every_file(filled: FilledForm, form: Form, tmp_path: Path) -> None:
    other = builder.with_cells(filled, {"4.3.2": {"display": "9.531"}})
    first, second = (write_documents(f, form, tmp_path) for f in (filled, other))
    unchanged = {name for name in first if first[name] == second[name]}
    assert unchanged == {"form.xlsx"}, "the workbook holds the number, not its print"


def test_a_template_that_fails_leaves_the_earlier_files_alone(filled: FilledForm, form: Form, tmp_path: Path) -> None:
    before = write_documents(filled, form, tmp_path / "out")
    (tmp_path / "mau.docx").write_bytes(b"")
    changed = replace(filled, vintage=2)
    with pytest.raises(ConfigError):
        write_documents(changed, form, tmp_path / "out", template=tmp_path / "mau.docx")
    assert {n: hashlib.sha256((tmp_path / "out" / n).read_bytes()).hexdigest() for n in before} == before


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "form.json").mkdir()
    with pytest.raises(DiskError, match=r"form\.json"):
        write_file(tmp_path / "form.json", b"{}")
    assert [path.name for path in tmp_path.iterdir()] == ["form.json"]


def test_a_draft_is_marked_in_every_readable_format(filled: FilledForm, form: Form, tmp_path: Path) -> None:
    plain = write_documents(filled, form, tmp_path / "plain")
    draft = write_documents(filled, form, tmp_path / "draft", draft=True)
    same = {name for name in plain if plain[name] == draft[name]}
    assert same == {"form.json", "form.csv"}


def test_who_reads_documents_or_their_json_loads_no_writer() -> None:
    code = (
        "import sys, baocao.documents.form_json, reporting.files.writing; "
        "heavy = {'docx', 'typst', 'xlsxwriter', 'jinja2', 'openpyxl'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT_DIR, check=True)


def test_both_forms_have_the_same_figures_in_every_format(catalogue: Catalogue, tmp_path: Path) -> None:
    for filled in (builder.form_2025(catalogue), builder.form_2024(catalogue)):
        write_documents(filled, catalogue.form(filled.form_code), tmp_path)
        cells = json.loads((tmp_path / "form.json").read_text(encoding="utf-8"))["cells"]
        lines = (tmp_path / "form.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        assert len(lines) == len(cells)
