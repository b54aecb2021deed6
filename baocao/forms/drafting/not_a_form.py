"""What is said of a file that holds no form: what was seen in it, and which forms are known."""

from collections.abc import Sequence

from baocao.catalogue import Form
from baocao.forms.numbers import clean, shorten
from baocao.forms.recognise import RawDocument, RawLine, RawRow

_NAMED_AT_MOST = 8
_LONGEST_HEAD = 60


def say_no_form(document: RawDocument, forms: Sequence[Form]) -> str:
    """What was seen, and which forms are known."""
    lines = [clean(block.text) for block in document.blocks if isinstance(block, RawLine) and clean(block.text)]
    rows = [block for block in document.blocks if isinstance(block, RawRow)]
    tables = {row.place.table: row for row in reversed(rows)}
    heads = "; ".join(_say_head(row) for _, row in sorted(tables.items())[:_NAMED_AT_MOST])
    begins = f", bắt đầu bằng “{shorten(lines[0], _LONGEST_HEAD)}”" if lines else ""
    known = ", ".join(f"{form.appendix} ({form.form_code})" for form in forms) or "chưa có mẫu nào"
    seen = f"{len(lines)} dòng chữ{begins}; {len(tables)} bảng{f' (dòng đầu: {heads})' if heads else ''}"
    return (
        f"Không thấy biểu mẫu nào trong tệp. Đã thấy: {seen}. Một biểu mẫu phải có bảng với đầu cột như STT, Chỉ tiêu "
        f"(Nội dung), Đơn vị tính, Số liệu và ít nhất 2 dòng chỉ tiêu. Các mẫu đã biết: {known}."
    )


def _say_head(row: RawRow) -> str:
    texts = [shorten(clean(cell.text)) for cell in row.cells if clean(cell.text)]
    return " | ".join(texts[:_NAMED_AT_MOST]) or "trống"
