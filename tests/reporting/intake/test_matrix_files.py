"""A matrix form in a file: read back cell by cell whatever the format, and what is wrong with it told by line and column."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest

from baocao.catalogue import Catalogue, Unit
from baocao.documents.writing import write_documents
from baocao.domain import FilledForm, Tier
from reporting.intake.linting import LintResult, lint_files
from reporting.intake.understanding import tell_understood
from tests.baocao.documents.matrix_forms import commune, matrix_form, province
from tests.expectations.form.test_matrix import with_matrix

__all__ = ["with_matrix"]
FORMATS = ("docx", "xlsx", "html", "csv", "pdf")


@pytest.fixture(scope="module")
def known(with_matrix: Catalogue) -> Catalogue:
    """A commune of that name, and the units of a province, so that lines by unit are known by their names."""
    some = next(iter(with_matrix.units.values()))
    units = {
        f"xa-{n}": some.model_copy(
            update={"unit_code": f"xa-{n}", "name": f"Xã Thử nghiệm có tên dài số {n}", "tier": Tier.COMMUNE}
        )
        for n in range(1, 31)
    }
    mine = Unit(unit_code="xa-bm", name="UBND xã Bình Minh", tier=Tier.COMMUNE, regime="nd09", source_keys={})
    known = replace(with_matrix, units={**with_matrix.units, **units, "xa-bm": mine})
    known.group_labels["field"] = {"ho_tich": "Hộ tịch", "dat_dai": "Đất đai"}
    return known


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("matrix")
    write_documents(commune(), matrix_form(), folder / "commune")
    write_documents(province(30), matrix_form(), folder / "province")
    return folder


def read(path: Path, catalogue: Catalogue) -> LintResult:
    (result,) = lint_files([path], catalogue)
    return result


def figures(filled: FilledForm) -> dict[str, Decimal | None]:
    """Each cell by the words of its line: keys of groups are known from a configuration, words from the file."""
    labels = {line.key: line.label for line in filled.lines}
    return {f"{labels[key.split('/')[0]]}/{key.split('/')[1]}": cell.value for key, cell in filled.cells.items()}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("made", [commune, lambda: province(30)], ids=["commune", "province"])
def test_every_cell_is_read_back(name: str, made: Callable[[], FilledForm], folder: Path, known: Catalogue) -> None:
    wanted = made()
    result = read(folder / ("commune" if wanted.tier is Tier.COMMUNE else "province") / f"form.{name}", known)
    assert result.refusal == ""
    assert result.read is not None
    assert figures(result.read.filled) == figures(wanted)


def test_lines_by_unit_have_the_codes_of_the_units(folder: Path, known: Catalogue) -> None:
    result = read(folder / "province" / "form.docx", known)
    assert result.read is not None
    assert result.read.filled.lines[0].group == "unit:xa-1"
    assert result.read.filled.cells["xa-7/11"].indicator_code == "pending@unit:xa-7"


def change_word(folder: Path, tmp_path: Path, row: int, column: int, text: str) -> Path:
    document = docx.Document(str(folder / "commune" / "form.docx"))
    document.tables[-1].rows[row].cells[column].paragraphs[0].runs[0].text = text
    document.save(str(tmp_path / "form.docx"))
    return tmp_path / "form.docx"


def said(result: LintResult, check: str) -> list[str]:
    return [one.message_vi for one in result.findings if one.check == check]


def test_a_wrong_figure_is_told_across_and_down(folder: Path, tmp_path: Path, known: Catalogue) -> None:
    result = read(change_word(folder, tmp_path, 5, 5, "60"), known)
    across, down = said(result, "form.total_equals_parts"), said(result, "form.column_total")
    parts = "dòng Đất đai, cột 4 (20) + dòng Đất đai, cột 5 (15) + dòng Đất đai, cột 6 (60)"
    assert across == [f"Dòng Đất đai, cột 3 (41) phải bằng {parts} = 95; hiện lệch 54."]
    assert down == ["Dòng Tổng cộng, cột 6 ghi 16, khác tổng 2 dòng ở trên (70); lệch 54."]
    assert result.exit_code == 20


def test_words_in_a_figure_are_told_at_their_cell(folder: Path, tmp_path: Path, known: Catalogue) -> None:
    result = read(change_word(folder, tmp_path, 5, 5, "chưa rõ"), known)
    assert any("Dòng Đất đai, cột 6" in message for message in said(result, "document.text_in_figure"))


def test_a_line_of_another_name_is_read_and_told(folder: Path, tmp_path: Path, known: Catalogue) -> None:
    result = read(change_word(folder, tmp_path, 5, 1, "Đất rừng"), known)
    assert "Dòng “Đất rừng” không có trong danh mục của cấu hình; số liệu vẫn được đọc và cộng." in said(
        result, "document.line_unknown"
    )
    assert said(result, "form.column_total") == []


def test_a_line_twice_and_a_total_gone_are_told(folder: Path, tmp_path: Path, known: Catalogue) -> None:
    path = change_word(folder, tmp_path, 5, 1, "Hộ tịch")
    assert said(read(path, known), "document.line_twice") == ["Dòng “Hộ tịch” ghi hai lần trong bảng."]
    path = change_word(folder, tmp_path, 6, 1, "Tất cả")
    assert said(read(path, known), "document.line_missing") == ["Bảng không có dòng “Tổng cộng”."]


def test_a_workbook_with_live_sums_gives_what_it_shows(folder: Path, known: Catalogue) -> None:
    book = openpyxl.load_workbook(io.BytesIO((folder / "commune" / "form.xlsx").read_bytes()), data_only=True)
    assert any(cell.value == 1351 for row in book.worksheets[0].iter_rows() for cell in row)
    assert read(folder / "commune" / "form.xlsx", known).findings == ()


def changed(folder: Path, place: Path, change: Callable[[list[list[docx.table._Cell]]], None]) -> Path:
    """The commune's Word file after something was done to the rows of its table."""
    document = docx.Document(str(folder / "commune" / "form.docx"))
    table = max(document.tables, key=lambda one: len(one.columns))
    change([list(row.cells) for row in table.rows])
    document.save(str(place / "changed.docx"))
    return place / "changed.docx"


def put(cell: docx.table._Cell, text: str) -> None:
    runs = cell.paragraphs[0].runs
    for run in runs:
        run.text = ""
    (runs[0] if runs else cell.paragraphs[0].add_run()).text = text


def numbers_of(rows: list[list[docx.table._Cell]]) -> list[docx.table._Cell]:
    return next(row for row in rows if row[0].text.strip("()") == "1" and row[1].text.strip("()") == "2")


def test_a_table_that_does_not_number_its_columns_is_known_by_its_heads(
    folder: Path, known: Catalogue, tmp_path: Path
) -> None:
    def without_numbers(rows: list[list[docx.table._Cell]]) -> None:
        row = numbers_of(rows)[0]._tc.getparent()
        row.getparent().remove(row)

    result = read(changed(folder, tmp_path, without_numbers), known)
    assert result.read is not None
    assert (result.refusal, figures(result.read.filled)) == ("", figures(commune()))
    told = dict(tell_understood(result.read))
    assert told["Cột số liệu"].endswith(": theo chữ ở đầu cột")
    assert "Tổng cộng" in told["Các dòng"]


def test_heads_changed_about_over_their_numbers_leave_the_columns_open(
    folder: Path, known: Catalogue, tmp_path: Path
) -> None:
    """The number says one column, the words another: neither is taken."""

    def changed_about(rows: list[list[docx.table._Cell]]) -> None:
        heads = rows[: rows.index(numbers_of(rows))]
        carried, online = (next(c for r in heads for c in r if c.text == words) for words in ("Kỳ trước", "Trực tuyến"))
        put(carried, "Trực tuyến")
        put(online, "Kỳ trước")

    result = read(changed(folder, tmp_path, changed_about), known)
    assert result.exit_code == 22
    assert "“Kỳ trước” là của cột 6" in result.refusal


def test_a_line_whose_words_a_narrow_column_breaks_is_the_line(folder: Path, known: Catalogue, tmp_path: Path) -> None:
    def broken(rows: list[list[docx.table._Cell]]) -> None:
        put(rows[-1][1], "Tổng cộ ng")

    result = read(changed(folder, tmp_path, broken), known)
    assert [finding.check for finding in result.findings] == []
