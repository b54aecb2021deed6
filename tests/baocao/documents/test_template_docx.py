"""A province's own Word template: filled whole, or refused with the name of what is wrong."""

import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document

from baocao.catalogue import Form
from baocao.documents.placeholders import placeholder_values, required_names
from baocao.documents.printed import print_form
from baocao.documents.template_docx import render_template_docx, write_template_docx
from baocao.domain import FilledForm
from baocao.errors import ConfigError

from . import builder


@pytest.fixture
def names(filled: FilledForm, form: Form) -> list[str]:
    return sorted(required_names(print_form(filled, form)))


def template_with(texts: Iterable[str], folder: Path) -> Path:
    """A Word file with a paragraph for each text."""
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    path = folder / "mau.docx"
    document.save(str(path))
    return path


def all_names(names: Iterable[str]) -> list[str]:
    return [f"{name}: {{{{ {name} }}}}" for name in names]


def filled_text(filled: FilledForm, form: Form, template: Path, **options: Any) -> str:
    return "\n".join(p.text for p in opened(filled, form, template, **options).paragraphs)


def opened(filled: FilledForm, form: Form, template: Path, *, draft: bool = False) -> Document:
    return docx.Document(io.BytesIO(render_template_docx(print_form(filled, form, draft=draft), template)))


def test_every_placeholder_is_filled(filled: FilledForm, form: Form, names: list[str], tmp_path: Path) -> None:
    head = ["Số {{so_bao_cao}}/BC, {{ky_bao_cao}}, từ {{tu_ngay}} đến {{den_ngay}}, {{ dia_danh }}, {{don_vi}}"]
    text = filled_text(filled, form, template_with([*head, *all_names(names), "{{ghi_chu_4_3_1}}"], tmp_path))
    assert "o_4_3_2: 9.530\n" in text
    assert "o_4_2: 84,13\n" in text
    assert "/BC, Quý IV năm 2025, từ 15/09/2025 đến 14/12/2025, Sao Mẫu, UBND đặc khu Sao Mẫu" in text
    assert text.endswith("Mẫu in đơn vị tính là “Thủ tục”; chỉ tiêu đếm hồ sơ.")
    assert "{{" not in text


def test_figures_of_another_tier_need_no_place(names: list[str]) -> None:
    assert "o_3_1_1" not in names
    assert "o_3" not in names
    assert "o_4_3_2" in names


def test_a_missing_placeholder_is_refused_by_name(
    filled: FilledForm, form: Form, names: list[str], tmp_path: Path
) -> None:
    template = template_with(all_names(name for name in names if name not in {"o_4_2", "o_4_5_1"}), tmp_path)
    with pytest.raises(ConfigError, match=r"mau\.docx: thiếu chỗ điền \{\{ o_4_2 \}\}, \{\{ o_4_5_1 \}\};"):
        write_template_docx(filled, form, template, tmp_path / "form.docx")
    assert not (tmp_path / "form.docx").exists()


@pytest.mark.parametrize("name", ["o_9_9", "o-4", "tong so", "", "o_4_2|upper", "7*7"])
def test_an_unknown_placeholder_is_refused_by_name(
    name: str, filled: FilledForm, form: Form, names: list[str], tmp_path: Path
) -> None:
    template = template_with([*all_names(names), f"{{{{{name}}}}}"], tmp_path)
    with pytest.raises(ConfigError, match="không có chỗ điền") as caught:
        write_template_docx(filled, form, template, tmp_path / "form.docx")
    assert f"{{{{ {name} }}}}" in str(caught.value)
    assert not (tmp_path / "form.docx").exists()


@pytest.mark.parametrize("text", ["{{ o_4_2", "o_4_2 }}", "{% if x %}", "{{ o_4_2 }} }}"])
def test_an_unfinished_placeholder_is_refused(
    text: str, filled: FilledForm, form: Form, names: list[str], tmp_path: Path
) -> None:
    template = template_with([*all_names(names), text], tmp_path)
    with pytest.raises(ConfigError, match="chỗ điền chưa đóng trong"):
        render_template_docx(print_form(filled, form), template)


def test_a_placeholder_cut_into_runs_is_one_and_keeps_its_looks(
    filled: FilledForm, form: Form, names: list[str], tmp_path: Path
) -> None:
    path = template_with(all_names(name for name in names if name != "o_4_3"), tmp_path)
    document = docx.Document(str(path))
    paragraph = document.add_paragraph("Tỷ lệ: ")
    for piece in ("{", "{ o_", "4_3 }", "}", " %, gồm {{ o_4_3_1 }} hồ sơ"):
        paragraph.add_run(piece).bold = piece == "{"
    document.save(str(path))
    filled_paragraph = opened(filled, form, path).paragraphs[-1]
    assert filled_paragraph.text == "Tỷ lệ: 56,94 %, gồm 16.736 hồ sơ"
    assert [run.text for run in filled_paragraph.runs if run.bold] == ["56,94"]


def test_places_in_tables_headers_and_text_boxes_are_filled(
    filled: FilledForm, form: Form, names: list[str], tmp_path: Path
) -> None:
    document = docx.Document()
    table = document.add_table(len(names), 1)
    for row, name in enumerate(names):
        table.cell(row, 0).text = f"{{{{{name}}}}}"
    document.sections[0].header.paragraphs[0].text = "{{ don_vi }}"
    document.sections[0].footer.paragraphs[0].text = "{{ nguoi_ky }}{{ ky_bao_cao }}"
    document.save(str(tmp_path / "mau.docx"))
    made = opened(filled, form, tmp_path / "mau.docx")
    assert made.tables[0].cell(names.index("o_4_3_2"), 0).text == "9.530"
    assert made.sections[0].header.paragraphs[0].text == "UBND đặc khu Sao Mẫu"
    assert made.sections[0].footer.paragraphs[0].text == "Quý IV năm 2025"


def test_several_lines_become_line_breaks(filled: FilledForm, form: Form, names: list[str], tmp_path: Path) -> None:
    template = template_with([*all_names(names), "[{{ tham_quyen_ky }}]"], tmp_path)
    text = filled_text(filled, form, template)
    assert text.endswith("[TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH]")


@pytest.mark.parametrize("text", [*builder.HOSTILE, "{{ o_4_2 }}", "]]><w:p/>"])
def test_hostile_text_is_printed_as_it_is(
    text: str, filled: FilledForm, form: Form, names: list[str], tmp_path: Path
) -> None:
    template = template_with([*all_names(names), "<{{ don_vi }}|{{ ghi_chu_4_2 }}>"], tmp_path)
    hostile = builder.with_cells(replace(filled, unit_name=text), {"4.2": {"note": text}})
    ended = text if text.endswith((".", "!")) else f"{text}."
    assert filled_text(hostile, form, template).endswith(f"<{text}|{ended}>")


def test_a_draft_says_so_on_every_kind_of_page(
    filled: FilledForm, form: Form, names: list[str], tmp_path: Path
) -> None:
    document = docx.Document(str(template_with(all_names(names), tmp_path)))
    document.sections[0].different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    document.save(str(tmp_path / "mau.docx"))
    for draft in (False, True):
        section = opened(filled, form, tmp_path / "mau.docx", draft=draft).sections[0]
        for header in (section.header, section.first_page_header, section.even_page_header):
            assert ("BẢN NHÁP – CHƯA ĐẠT KIỂM TRA" in [p.text for p in header.paragraphs]) is draft


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.7", b"plain text"])
def test_what_is_no_word_file_is_refused(content: bytes, filled: FilledForm, form: Form, tmp_path: Path) -> None:
    (tmp_path / "mau.docx").write_bytes(content)
    with pytest.raises(ConfigError, match=r"mau\.docx: không phải tệp Word"):
        render_template_docx(print_form(filled, form), tmp_path / "mau.docx")


def test_a_template_that_is_not_there_is_refused(filled: FilledForm, form: Form, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="không phải tệp Word"):
        render_template_docx(print_form(filled, form), tmp_path / "mau.docx")


def test_every_name_on_offer_has_a_text(filled: FilledForm, form: Form) -> None:
    values = placeholder_values(print_form(filled, form))
    assert {"o_4_3_2", "ghi_chu_4_3_2", "so_bao_cao", "ngay", "thang", "nam", "co_quan", "nguoi_ky"} <= set(values)
    assert all(isinstance(value, str) for value in values.values())
