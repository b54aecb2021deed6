"""A document that is no form we know is refused with the nearest form and what did not match."""

import pytest

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
from baocao.errors import UnreadableFormError
from baocao.forms.recognise import Wishes, recognise
from tests.conformance.checking import findings_of
from tests.conformance.made import NEW_FORM, OLD_FORM, MadeForm, MadeRow, make_clean
from tests.conformance.renderers import RENDERERS


def _other_form() -> MadeForm:
    labels = (
        "Tổng số cán bộ, công chức",
        "Số máy tính nối mạng",
        "Số lớp bồi dưỡng đã mở",
        "Kinh phí đã cấp",
    )
    rows = tuple(MadeRow("", f"{n}.", label, "Người", str(n)) for n, label in enumerate(labels, start=1))
    return MadeForm("", ("Biểu mẫu 3", "Đào tạo, bồi dưỡng"), rows, ())


@pytest.mark.parametrize("format_name", RENDERERS)
def test_another_form_is_refused_naming_the_nearest(format_name: str, catalogue: Catalogue) -> None:
    document = read_content(RENDERERS[format_name](_other_form()), f"form.{format_name}")
    with pytest.raises(UnreadableFormError, match=r"Gần nhất là .*khớp \d+/\d+|Không tìm thấy bảng"):
        recognise(document, catalogue)


def test_the_refusal_says_which_rows_are_lost_and_which_are_strange(catalogue: Catalogue) -> None:
    document = read_content(RENDERERS["docx"](_other_form()), "form.docx")
    with pytest.raises(UnreadableFormError) as refusal:
        recognise(document, catalogue)
    assert "Không thấy chỉ tiêu: " in str(refusal.value)
    assert "“Tổng số cán bộ, công chức”" in str(refusal.value)


def test_prose_is_refused(catalogue: Catalogue) -> None:
    letter = "Kính gửi: Văn phòng UBND tỉnh\n\nUBND xã báo cáo kết quả thực hiện như sau.\n"
    with pytest.raises(UnreadableFormError, match="Không tìm thấy bảng số liệu"):
        recognise(read_content(letter.encode()), catalogue)
    with pytest.raises(UnreadableFormError, match="khớp 0/"):
        recognise(read_content(f"{letter}1. Về kết quả thực hiện\n".encode()), catalogue)


def test_a_form_among_other_tables_is_found_and_they_are_left_out(catalogue: Catalogue) -> None:
    ours, other = make_clean(catalogue, NEW_FORM), _other_form()
    content = RENDERERS["txt"](other) + b"\n\n" + RENDERERS["txt"](ours)
    found = findings_of(content, "form.txt", catalogue)
    assert found <= {("document.form_mixed", ())}


def test_the_version_asked_for_is_taken(catalogue: Catalogue) -> None:
    document = read_content(RENDERERS["docx"](make_clean(catalogue, NEW_FORM)), "form.docx")
    read = recognise(document, catalogue, Wishes(form_code=OLD_FORM))
    assert read.form.form_code == OLD_FORM
    assert list(read.scores) == [OLD_FORM]
