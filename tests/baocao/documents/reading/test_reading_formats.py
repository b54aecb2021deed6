"""What each format can hide or hold in its own way: merged cells, tracked changes, number formats, encodings."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
from baocao.forms.numbers import ReadingKind
from baocao.forms.recognise import FileKind, RawDocument, RawLine, RawRow, ReadForm, recognise
from tests.conformance.made import NEW_FORM, OLD_FORM, MadeForm, make_clean
from tests.conformance.renderers import RENDERERS


def _saved(thing: Any) -> bytes:
    stream = BytesIO()
    thing.save(stream)
    return stream.getvalue()


def _rows(document: RawDocument) -> list[list[str]]:
    return [[cell.text for cell in block.cells] for block in document.blocks if isinstance(block, RawRow)]


def _lines(document: RawDocument) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, RawLine)]


class TestWord:
    def test_merged_cells_keep_their_columns(self) -> None:
        document = docx.Document()
        table = document.add_table(rows=2, cols=4)
        table.cell(0, 1).merge(table.cell(0, 2)).text = "ngang"
        table.cell(0, 0).merge(table.cell(1, 0)).text = "dọc"
        table.cell(0, 3).text = "cuối"
        table.cell(1, 3).text = "dưới"
        assert _rows(read_content(_saved(document))) == [["dọc", "ngang", "", "cuối"], ["", "", "", "dưới"]]

    def test_deleted_and_hidden_text_is_not_read_and_inserted_text_is(self) -> None:
        document = docx.Document()
        paragraph = document.add_paragraph("giữ ")
        hidden = paragraph.add_run("ẩn ")
        hidden.font.hidden = True
        for name, inner in (("del", "<w:delText>xoá</w:delText>"), ("ins", "<w:t>thêm</w:t>")):
            xml = f'<w:{name} {nsdecls("w")} w:id="1" w:author="x"><w:r>{inner}</w:r></w:{name}>'
            paragraph._p.append(parse_xml(xml))
        assert _lines(read_content(_saved(document)))[:1] == ["giữ thêm"]

    def test_a_formula_field_gives_its_result_not_its_instruction(self) -> None:
        document = docx.Document()
        xml = (
            f"<w:p {nsdecls('w')}><w:r><w:fldChar w:fldCharType='begin'/></w:r>"
            "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
            "<w:r><w:t>98</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        )
        document.element.body.insert(0, parse_xml(xml))
        assert _lines(read_content(_saved(document)))[0] == "98"

    def test_the_report_number_may_stand_in_the_page_header(self, catalogue: Catalogue) -> None:
        made = make_clean(catalogue, NEW_FORM)
        made = MadeForm(made.form_code, made.head[:2], made.rows, ())
        document = docx.Document(BytesIO(RENDERERS["docx"](made)))
        document.sections[0].header.paragraphs[0].text = "Số 205/BC-UBND; ngày 15/12/2025"
        read = recognise(read_content(_saved(document)), catalogue)
        assert read.head.report_number == "205/BC-UBND"
        assert f"{read.head.dated_on}" == "2025-12-15"

    def test_a_form_inside_a_layout_table_is_found(self, catalogue: Catalogue) -> None:
        document = docx.Document(BytesIO(RENDERERS["docx"](make_clean(catalogue, OLD_FORM))))
        inner = document.tables[0]._tbl
        outer = document.add_table(rows=1, cols=1)
        outer.cell(0, 0)._tc.insert(1, inner)
        assert recognise(read_content(_saved(document)), catalogue).alignment.missing == ()

    def test_a_signature_in_a_layout_table_is_seen(self, catalogue: Catalogue) -> None:
        made = make_clean(catalogue, OLD_FORM)
        document = docx.Document(BytesIO(RENDERERS["docx"](MadeForm(made.form_code, made.head, made.rows, ()))))
        foot = document.add_table(rows=1, cols=2)
        foot.cell(0, 0).text = "Nơi nhận:\n- Như trên;\n- Lưu: VT."
        foot.cell(0, 1).text = "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nNguyễn Văn Mẫu"
        head = recognise(read_content(_saved(document)), catalogue).head
        assert (head.signed_as, head.signer) == (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Nguyễn Văn Mẫu")

    def test_a_row_broken_by_a_page_is_made_whole(self, catalogue: Catalogue) -> None:
        made = make_clean(catalogue, NEW_FORM)
        document = docx.Document(BytesIO(RENDERERS["docx"](made)))
        at = next(n for n, row in enumerate(document.tables[0].rows) if row.cells[0].text == "4.2.1")
        row = document.tables[0].rows[at]
        label = row.cells[1].text
        row.cells[1].text = label[:40]
        broken = document.tables[0].add_row()
        broken.cells[1].text = label[40:]
        row._tr.addnext(broken._tr)
        read = recognise(read_content(_saved(document)), catalogue)
        assert read.rows["4.2.1"].fit > 97


class TestExcel:
    def _read(self, catalogue: Catalogue, key: str, value: object, number_format: str = "General") -> ReadForm:
        book = openpyxl.load_workbook(BytesIO(RENDERERS["xlsx"](make_clean(catalogue, NEW_FORM))))
        sheet = book.active
        row = next(r for r in range(1, sheet.max_row + 1) if str(sheet.cell(r, 1).value).rstrip(".") == key)
        sheet.cell(row, 4).value = value
        sheet.cell(row, 4).number_format = number_format
        return recognise(read_content(_saved(book)), catalogue)

    @pytest.mark.parametrize(
        ("key", "value", "number_format", "expected", "text"),
        [
            ("4.3.1", 16736, "#,##0", "16736", "16.736"),
            ("4.3", 56.9431, "0.00", "56.94", "56,94"),
            ("4.3", 0.5694, "0.00%", "56.94", "56,94%"),
            ("4.3", 0.1 + 0.2, "General", "0.3", "0,3"),
            ("1", 1, "General", "1", "1"),
        ],
    )
    def test_a_number_is_what_the_sheet_shows(
        self, catalogue: Catalogue, key: str, value: float, number_format: str, expected: str, text: str
    ) -> None:
        reading = self._read(catalogue, key, value, number_format).readings[key]
        assert (reading.value, reading.text) == (Decimal(expected), text)

    def test_a_count_typed_with_a_dot_on_an_english_machine_is_doubted(self, catalogue: Catalogue) -> None:
        reading = self._read(catalogue, "4.3.1", 16.736).readings["4.3.1"]
        assert (reading.kind, reading.value) == (ReadingKind.AMBIGUOUS, None)
        assert Decimal(16736) in reading.candidates

    def test_a_simple_formula_without_a_stored_result_is_computed_as_excel_does_on_opening(
        self, catalogue: Catalogue
    ) -> None:
        reading = self._read(catalogue, "4.3", "=ROUND(SUM(1,2,4)/8*100,1)", "0.00").readings["4.3"]
        assert (reading.value, reading.text) == (Decimal("87.50"), "87,50")

    def test_a_formula_that_divides_by_zero_is_an_error_not_a_formula(self, catalogue: Catalogue) -> None:
        reading = self._read(catalogue, "4.3", "=D3/D4*100").readings["4.3"]
        assert (reading.kind, reading.text) == (ReadingKind.ERROR, "#DIV/0!")

    def test_a_formula_nobody_computed_says_so(self, catalogue: Catalogue) -> None:
        reading = self._read(catalogue, "4.3", "=VLOOKUP(1,A1:B9,2)").readings["4.3"]
        assert (reading.kind, reading.value) == (ReadingKind.UNCLEAR, None)
        assert "không lưu kết quả của công thức" in reading.how_read

    def test_row_numbers_typed_as_numbers_are_row_numbers(self, catalogue: Catalogue) -> None:
        book = openpyxl.load_workbook(BytesIO(RENDERERS["xlsx"](make_clean(catalogue, NEW_FORM))))
        for row in book.active.iter_rows(max_col=1):
            text = str(row[0].value or "").rstrip(".")
            if text.replace(".", "", 1).isdecimal():
                row[0].value = float(text)
        read = recognise(read_content(_saved(book)), catalogue)
        assert [found.text.key for found in read.rows.values()] == list(read.rows)

    def test_hidden_sheets_are_not_read_and_the_best_sheet_is(self, catalogue: Catalogue) -> None:
        book = openpyxl.load_workbook(BytesIO(RENDERERS["xlsx"](make_clean(catalogue, NEW_FORM))))
        copy = book.copy_worksheet(book.active)
        copy.sheet_state = "hidden"
        other = book.create_sheet("Nguồn", 0)
        other.append(["STT", "Chỉ tiêu thống kê", "Số liệu"])
        other.append(["4.1.1", "Tổng số DVCTT đủ điều kiện lên trực tuyến toàn trình", 7])
        read = recognise(read_content(_saved(book)), catalogue)
        assert read.alignment.repeated == ()
        assert read.filled.cells["4.1.1"].value == Decimal(98)


class TestHtml:
    def test_cells_over_several_rows_and_columns_keep_the_grid(self) -> None:
        page = "<table><tr><td rowspan=2>a</td><td colspan=2>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
        assert _rows(read_content(f"<html>{page}".encode())) == [["a", "b", ""], ["", "c", "d"]]

    def test_the_named_character_set_is_used(self) -> None:
        page = "<html><meta charset='windows-1258'><p>Bi\u00ea\u0309u m\u00e2\u0303u</p>"
        document = read_content(page.encode("cp1258"))
        assert _lines(document) == ["Bi\u00ea\u0309u m\u00e2\u0303u"]

    def test_folded_details_are_not_part_of_a_figure(self) -> None:
        page = "<html><table><tr><td><details><summary>98</summary><p>cách tính 1</p></details></td></tr></table>"
        assert _rows(read_content(page.encode())) == [["98"]]


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_every_unicode_encoding_is_read(self, encoding: str, catalogue: Catalogue) -> None:
        text = RENDERERS["txt"](make_clean(catalogue, OLD_FORM)).decode()
        assert recognise(read_content(text.encode(encoding)), catalogue).form.form_code == OLD_FORM

    def test_decomposed_vietnamese_is_the_same_text(self, catalogue: Catalogue) -> None:
        import unicodedata

        text = unicodedata.normalize("NFD", RENDERERS["txt"](make_clean(catalogue, OLD_FORM)).decode())
        read = recognise(read_content(text.encode()), catalogue)
        assert min(found.fit for found in read.rows.values()) == 100

    def test_page_numbers_are_not_figures(self) -> None:
        text = "a\n\n\n2\n\n4.1.2. b\n\f3\n4.2 c\n"
        assert _lines(read_content(text.encode())) == ["a", "4.1.2. b", "4.2 c"]

    def test_a_lone_figure_is_no_page_number(self) -> None:
        assert _lines(read_content(b"Ho = 1\n\n2\n\n2. b\n")) == ["Ho = 1", "2", "2. b"]

    def test_a_table_in_markdown_loses_its_rule_and_escapes(self) -> None:
        document = read_content(b"| a | b\\|c | d<br>e |\n|---|:-:|---|\n| 1 | 2 | 3 |\n")
        assert _rows(document) == [["a", "b|c", "d\ne"], ["1", "2", "3"]]


def test_every_format_is_told_by_its_content(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    kinds = {name: read_content(render(made)).kind for name, render in RENDERERS.items()}
    assert kinds == {
        "txt": FileKind.TEXT, "md": FileKind.TEXT, "lines.txt": FileKind.TEXT, "layout.txt": FileKind.TEXT,
        "html": FileKind.HTML,
        "docx": FileKind.DOCX, "xlsx": FileKind.XLSX, "pdf": FileKind.PDF,
    }  # fmt: skip
