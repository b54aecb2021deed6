"""Corrected copies: what the page itself proves is mended so that a person can undo it; all else is listed, never guessed."""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError
from reporting.intake.linting import lint_files
from reporting.intake.mending import MendedFile, mend_files
from tests.conformance.clerks import add_run, row_at, saved, sheet_row, usual_cells, word
from tests.conformance.clerks import excel as excel_of
from tests.conformance.defects import DEFECTS, Defect
from tests.conformance.made import NEW_FORM, MadeForm, make_clean
from tests.conformance.renderers import RENDERERS
from tests.reporting.intake.test_linting import lint

SLIPS = {
    "3.2.2": "96,4%",  # a sign the unit says already
    "4.1": "0,97",  # 95 of 98, never multiplied
    "4.1.2": "95 thủ tục",
    "4.2": "84,12",  # cut, not rounded
    "4.3": "56.9",  # one place, and a dot
    "4.4": "",
    "4.4.1": "6681",
    "4.5": "=b/a*100",
}


@pytest.fixture(scope="module")
def clean(catalogue: Catalogue) -> MadeForm:
    return make_clean(catalogue, NEW_FORM)


@pytest.fixture(scope="module")
def slipped(clean: MadeForm) -> MadeForm:
    return _with(clean, SLIPS)


def _with(made: MadeForm, figures: dict[str, str]) -> MadeForm:
    for key, figure in figures.items():
        made = made.with_row(key, figure=figure)
    return made


def _mend(content: bytes, path: Path, catalogue: Catalogue) -> MendedFile:
    path.write_bytes(content)
    (mended,) = mend_files(lint_files([path], catalogue), catalogue, path.parent / "out")
    return mended


def _figures(table: Any) -> dict[str, str]:
    return {row.cells[0].text.rstrip("."): row.cells[3].text for row in table.rows[1:]}


def _settled(path: Path, kept: str, dropped: str, letters: str) -> Any:
    """The document's table after all changes were accepted (kept `ins`) or rejected (kept `del`)."""
    document = docx.Document(str(path))
    body = document.element.body
    for mark in list(body.iter(qn(f"w:{dropped}"))):
        mark.getparent().remove(mark)
    for mark in list(body.iter(qn(f"w:{kept}"))):
        for child in list(mark):
            mark.addprevious(child)
        mark.getparent().remove(mark)
    for one in body.iter(qn(f"w:{letters}")):
        one.tag = qn("w:t")
    return document.tables[0]


def test_changes_accepted_give_the_right_form_and_rejected_the_one_handed_in(
    clean: MadeForm, slipped: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    mended = _mend(word(slipped), tmp_path / "form.docx", catalogue)
    assert mended.copy_path is not None
    assert mended.copy_path.name == "form-da-sua.docx"
    right = {row.key: row.figure for row in clean.rows} | {"3.2.2": "96,4"}
    assert _figures(_settled(mended.copy_path, "ins", "del", "t")) == right
    assert _figures(_settled(mended.copy_path, "del", "ins", "delText")) == {
        row.key: row.figure for row in slipped.rows
    }
    assert mended.plans[0].undecided == ()


def test_each_change_bears_our_name_and_the_time_the_file_was_saved(
    slipped: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    document = docx.Document(BytesIO(word(slipped)))
    document.core_properties.modified = datetime(2025, 12, 15, 8, 30, tzinfo=UTC)
    mended = _mend(saved(document), tmp_path / "form.docx", catalogue)
    root = docx.Document(str(mended.copy_path)).element
    marks = [*root.iter(qn("w:ins")), *root.iter(qn("w:del"))]
    assert len(marks) == 2 * len(SLIPS) - 1  # the empty cell has nothing to delete
    assert {(one.get(qn("w:author")), one.get(qn("w:date"))) for one in marks} == {("baocao", "2025-12-15T08:30:00Z")}
    assert len({one.get(qn("w:id")) for one in marks}) == len(marks)


@pytest.mark.parametrize("format_name", ["docx", "xlsx"])
def test_the_same_file_gives_the_same_bytes_and_is_itself_untouched(
    format_name: str, slipped: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    content = RENDERERS[format_name](slipped)
    copies = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / f"form.{format_name}"
        mended = _mend(content, path, catalogue)
        assert mended.copy_path is not None
        copies.append((mended.copy_path.read_bytes(), mended.list_path.read_bytes()))
        assert path.read_bytes() == content
    assert copies[0] == copies[1]
    with zipfile.ZipFile(BytesIO(copies[0][0])) as archive:
        assert archive.testzip() is None


def test_a_workbook_has_marked_cells_with_what_stood_there(
    clean: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    """Numbers stay numbers, shown with two places; a percent format stays one; a formula's text is kept in the comment."""
    book = excel_of(clean, cells_of=_typed)
    sheet = book.active
    for key, value, shape in (("4.2", 84.12, "0.00"), ("4.3", 0.569, "0.0%"), ("4.5", "=1/0", "0.00")):
        cell = sheet.cell(sheet_row(sheet, key), 4)
        cell.value, cell.number_format = value, shape
    mended = _mend(saved(book), tmp_path / "form.xlsx", catalogue)
    assert mended.copy_path is not None
    made: Any = openpyxl.load_workbook(mended.copy_path).active
    cells = {key: made.cell(sheet_row(made, key), 4) for key in ("4.1", "4.2", "4.3", "4.5")}
    assert [float(cells[key].value) for key in ("4.2", "4.3", "4.5")] == [84.13, 0.5694, 86.36]
    assert [cells[key].number_format for key in ("4.2", "4.3", "4.5")] == ["0.00", "0.00%", "0.00"]
    assert "“84,12” thành “84,13”" in cells["4.2"].comment.text
    assert "Công thức cũ: =1/0" in cells["4.5"].comment.text
    assert {cells[key].fill.fgColor.rgb for key in ("4.2", "4.3", "4.5")} == {"00FFFF99"}
    assert cells["4.1"].comment is None
    assert cells["4.1"].fill.fill_type is None


def _typed(row: Any) -> list[Any]:
    """Figures held as numbers."""
    number, label, unit, figure, note = usual_cells(row)
    plain = figure.replace(".", "").replace(",", ".")
    return [number, label, unit, float(plain) if plain else None, note]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_nothing_is_mended_into_another_figure_than_the_clerk_meant(
    defect: Defect, clean: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    form = catalogue.form(NEW_FORM)
    rows = defect.rows(clean, form, catalogue)
    if not rows:
        return
    key = rows[len(rows) // 2]
    mended = _mend(RENDERERS["docx"](defect.plant(clean, key, form)), tmp_path / "form.docx", catalogue)
    meant = {row.key: row.figure for row in clean.rows}
    for cell in mended.plans[0].cells.values():
        assert _plain(cell.after) == _plain(meant[cell.key])
    if mended.copy_path:
        left = {f.check for f in lint_files([mended.copy_path], catalogue)[0].findings}
        assert left - {"document.unseen_deleted", "document.unseen_inserted"} == {
            finding.check for finding in mended.plans[0].undecided
        }


def _plain(text: str) -> str:
    whole, _, part = text.replace(".", "").partition(",")
    return f"{whole},{part.rstrip('0')}"


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        ({"4.2": "71,4"}, "no rounding of 53/63: any of the three may be wrong"),
        ({"4.2": "84,12", "4.2.2": "5O"}, "the part cannot be read"),
        ({"4.2": "", "4.2.2": ""}, "nothing to compute from"),
        ({"4.1.1": "95.5", "4.1": ""}, "a count with a fraction"),
        ({"4.3.2": "18.000", "4.3": ""}, "the part is more than the whole"),
        ({"4.1.2": "khoảng 95"}, "the words beside the figure mean something"),
        ({"4.5.1": "0", "4.5.2": "0", "4.5": "86,36"}, "a ratio stands there: the counts may be wrong"),
        ({"2": "0,92"}, "no counts beside it"),
        ({"4.5": "=b/a*100", "4.5.1": "a"}, "a placeholder for the count"),
    ],
)
def test_what_needs_a_source_is_left_to_a_person(
    figures: dict[str, str], why: str, clean: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    mended = _mend(word(_with(clean, figures)), tmp_path / "form.docx", catalogue)
    assert (dict(mended.plans[0].cells), mended.copy_path) == ({}, None), why
    assert mended.plans[0].undecided
    listed = mended.list_path.read_text(encoding="utf-8")
    assert f"Chỉ người lập quyết định được: {len(mended.plans[0].undecided)} việc." in listed
    assert all(finding.message_vi in listed for finding in mended.plans[0].undecided)


def test_nothing_of_nothing_is_said_in_words(clean: MadeForm, tmp_path: Path, catalogue: Catalogue) -> None:
    made = _with(clean, {"4.5.1": "0", "4.5.2": "0", "4.5": "0"})
    mended = _mend(word(made), tmp_path / "form.docx", catalogue)
    assert {key: cell.after for key, cell in mended.plans[0].cells.items()} == {"4.5": "Không phát sinh"}


def test_a_form_that_writes_dots_throughout_keeps_its_way(
    clean: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    dotted = {row.key: row.figure.replace(",", ".") for row in clean.rows if "," in row.figure}
    plain = {row.key: row.figure.replace(".", "") for row in clean.rows if "." in row.figure}
    mended = _mend(word(_with(clean, {**dotted, **plain, "4.2": "84.12"})), tmp_path / "form.docx", catalogue)
    assert {key: cell.after for key, cell in mended.plans[0].cells.items()} == {"4.2": "84.13"}


def _field(cell: Any) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "=SUM(ABOVE)")
    paragraph = cell.paragraphs[0]._p
    for run in list(paragraph.iter(qn("w:r"))):
        field.append(run)
    paragraph.append(field)


def _struck(cell: Any) -> None:
    add_run(cell, "80,1", strike=True)


def _inserted(cell: Any) -> None:
    mark = OxmlElement("w:ins")
    mark.set(qn("w:author"), "A")
    paragraph = cell.paragraphs[0]._p
    for run in list(paragraph.iter(qn("w:r"))):
        mark.append(run)
    paragraph.append(mark)


@pytest.mark.parametrize("spoil", [_field, _struck, _inserted])
def test_a_cell_with_more_in_it_than_text_is_left_as_it_is(
    spoil: Any, clean: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    """A field is computed anew when it is opened, and another's revision or pen stroke is not ours to settle."""
    document = docx.Document(BytesIO(word(_with(clean, {"4.2": "84,12", "4.3": "56,9"}))))
    spoil(row_at(document.tables[0], "4.2").cells[3])
    mended = _mend(saved(document), tmp_path / "form.docx", catalogue)
    assert list(mended.plans[0].cells) == ["4.3"]
    assert ("form.ratio_matches", "4.2") in {(f.check, f.cells[0]) for f in mended.plans[0].undecided if f.cells}


def test_a_copy_somebody_went_on_working_in_is_not_overwritten(
    slipped: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    path = tmp_path / "form.docx"
    mended = _mend(word(slipped), path, catalogue)
    assert mended.copy_path is not None
    _mend(word(slipped), path, catalogue)  # the same bytes again: nothing to lose
    mended.copy_path.write_bytes(b"working")
    with pytest.raises(ConfigError, match="không ghi đè"):
        _mend(word(slipped), path, catalogue)
    assert mended.copy_path.read_bytes() == b"working"


def test_a_page_that_takes_no_changes_gives_the_list_alone(
    slipped: MadeForm, tmp_path: Path, catalogue: Catalogue
) -> None:
    mended = _mend(RENDERERS["txt"](slipped), tmp_path / "form.txt", catalogue)
    listed = mended.list_path.read_text(encoding="utf-8")
    assert mended.copy_path is None
    assert "Không ghi được bản sửa: Chỉ ghi chú, sửa được vào tệp Word (.docx) và Excel (.xlsx)." in listed
    assert "Ô 4.2: “84,12” → “84,13”" in listed


def _lines_of(path: Path) -> Iterator[str]:
    yield from path.read_text(encoding="utf-8").splitlines()


def test_the_command_writes_beside_the_file_and_says_what_it_did(slipped: MadeForm, tmp_path: Path) -> None:
    path = tmp_path / "bieu.docx"
    path.write_bytes(word(slipped.with_row("3.1.1", figure="12")))
    done = lint(str(path), "--json", "--mend")
    told = json.loads(done.out)["mended"]
    assert (done.code, told["copy"]) == (20, str(tmp_path / "bieu-da-sua.docx"))
    assert {one["cell"] for one in told["cells"]} == set(SLIPS)
    assert [one["check"] for one in told["undecided"]] == ["form.other_tier"]
    assert any("form.other_tier" in line for line in _lines_of(tmp_path / "bieu.docx-can-quyet-dinh.txt"))
    shown = lint(str(path), "--mend", str(tmp_path / "out")).out
    assert "Đã sửa 8 ô trong bản bieu-da-sua.docx" in " ".join(shown.split())
    assert (tmp_path / "out" / "bieu-da-sua.docx").read_bytes() == (tmp_path / "bieu-da-sua.docx").read_bytes()
