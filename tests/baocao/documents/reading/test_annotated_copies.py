"""A copy with comments: the same form, each finding at its cell, openable, nothing of the original lost."""

from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest

from baocao.catalogue import Catalogue
from baocao.documents.annotate import annotate
from baocao.documents.reading import read_form_file
from baocao.errors import UnreadableFormError
from baocao.forms.handmade import check_handmade
from tests.conformance.made import NEW_FORM, MadeForm, make_clean
from tests.conformance.renderers import RENDERERS


@pytest.fixture(scope="module")
def made(catalogue: Catalogue) -> MadeForm:
    return make_clean(catalogue, NEW_FORM).with_row("4.5", figure="=b/a*100").with_row("4.5.1", figure="a")


def _annotated(made: MadeForm, format_name: str, folder: Path, catalogue: Catalogue) -> Path:
    path, out_path = folder / f"form.{format_name}", folder / f"noted.{format_name}"
    path.write_bytes(RENDERERS[format_name](made))
    read = read_form_file(path, catalogue)
    findings = check_handmade(read, catalogue)
    annotate(path, out_path, [(findings, read)])
    again = check_handmade(read_form_file(out_path, catalogue), catalogue)
    assert [(r.check, r.cells) for r in again] == [(r.check, r.cells) for r in findings]
    return out_path


def test_a_word_copy_has_a_comment_at_the_cell(made: MadeForm, tmp_path: Path, catalogue: Catalogue) -> None:
    document = docx.Document(str(_annotated(made, "docx", tmp_path, catalogue)))
    texts = [comment.text for comment in document.comments]
    assert any("[NGHIÊM TRỌNG]" in text and "“=b/a*100”" in text and "Cách sửa:" in text for text in texts)
    row = next(row for row in document.tables[0].rows if row.cells[0].text == "4.5")
    assert "commentRangeStart" in row.cells[3]._tc.xml
    assert "commentRangeStart" not in row.cells[1]._tc.xml


def test_an_excel_copy_has_a_comment_at_the_cell(made: MadeForm, tmp_path: Path, catalogue: Catalogue) -> None:
    sheet = openpyxl.load_workbook(_annotated(made, "xlsx", tmp_path, catalogue)).active
    row = next(row for row in sheet.iter_rows() if row[0].value == "4.5")
    assert "document.formula_left" in row[3].comment.text
    assert (row[3].value, row[3].data_type) == ("=b/a*100", "s") or row[3].data_type != "f"


def test_a_finding_about_no_cell_stands_at_the_first_row(made: MadeForm, tmp_path: Path, catalogue: Catalogue) -> None:
    blank = MadeForm(made.form_code, made.head[:2], made.rows, made.foot)
    sheet = openpyxl.load_workbook(_annotated(blank, "xlsx", tmp_path, catalogue)).active
    row = next(row for row in sheet.iter_rows() if row[0].value == "1.")
    assert "document.head_blank" in row[3].comment.text


def test_an_earlier_comment_is_kept(made: MadeForm, tmp_path: Path, catalogue: Catalogue) -> None:
    first = _annotated(made, "xlsx", tmp_path, catalogue)
    read = read_form_file(first, catalogue)
    annotate(first, tmp_path / "twice.xlsx", [(check_handmade(read, catalogue), read)])
    sheet = openpyxl.load_workbook(tmp_path / "twice.xlsx").active
    row = next(row for row in sheet.iter_rows() if row[0].value == "4.5")
    assert row[3].comment.text.count("document.formula_left") == 2


@pytest.mark.parametrize("format_name", ["txt", "html", "pdf"])
def test_other_formats_carry_no_comments(
    format_name: str, made: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    with pytest.raises(UnreadableFormError, match="Word"):
        _annotated(made, format_name, tmp_path, catalogue)


def test_a_file_with_macros_is_to_be_saved_without(made: MadeForm, tmp_path: Path, catalogue: Catalogue) -> None:
    import zipfile

    path = tmp_path / "form.docm"
    stream = BytesIO(RENDERERS["docx"](made))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    path.write_bytes(stream.getvalue())
    read = read_form_file(path, catalogue)
    with pytest.raises(UnreadableFormError, match="macro"):
        annotate(path, tmp_path / "out.docx", [(check_handmade(read, catalogue), read)])
