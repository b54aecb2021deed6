"""Labels that are not the form's: altered, cut, of the other version; and misprints of the official text."""

from collections.abc import Iterator

from baocao.catalogue import Catalogue, Form, FormRow, Misprint
from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found, quoted, title
from baocao.forms.numbers import clean
from baocao.forms.recognise import ReadForm
from baocao.forms.recognise.alignment import AlignedRow
from baocao.forms.recognise.labels import ALIKE, SAME, SURE, best_row, folded, similarity
from baocao.forms.recognise.table_rows import RowText


def check_labels(read: ReadForm, catalogue: Catalogue) -> Iterator[CheckResult]:
    """Every row's label beside the form's; then the rows the form does not have."""
    others = [form for code, form in catalogue.forms.items() if code != read.form.form_code]
    for found_row in read.rows.values():
        yield from _check_label(read, found_row, others)
        for misprint in found_row.row.misprints:
            yield from _official_misprint(read, found_row, misprint, others)
    for text in read.alignment.strange_inside:
        yield from _strange(read, text, others)


def _check_label(read: ReadForm, found_row: AlignedRow, others: list[Form]) -> Iterator[CheckResult]:
    row, label = found_row.row, found_row.text.label
    if found_row.text.is_scattered and found_row.fit >= ALIKE:
        return
    if _squeezed(label) in {_squeezed(row.label_text), _squeezed(row.meant_label)}:
        return
    origin = _row_of_another(label, found_row.fit, others)
    if origin is not None:
        yield _of_another_version(read, row, label, *origin)
    else:
        yield _altered(read, found_row)


def _squeezed(text: str) -> str:
    """Without spaces: a file turned to text may lose or gain some inside words."""
    return folded(text).replace(" ", "")


def _row_of_another(label: str, own_fit: float, forms: list[Form]) -> tuple[Form, FormRow] | None:
    """The row of another version a label really belongs to, when it fits there clearly better."""
    found = [(form, best) for form in forms if (best := best_row(clean(label), form.rows)) is not None]
    form, (row, fit) = max(found, key=lambda one: one[1][1], default=(None, (None, 0.0)))
    return (form, row) if form and row and fit >= SURE and fit > own_fit else None


def _of_another_version(read: ReadForm, row: FormRow, label: str, form: Form, origin: FormRow) -> CheckResult:
    words = FindingText(
        f"{title(read, row.key)}: nhãn {quoted(label)} là của dòng {origin.key}, {form.appendix}, "
        "không phải của "
        f"{read.form.appendix}: bảng trộn hai phiên bản biểu mẫu.",
        f"row {row.key} carries the label of row {origin.key} of {form.form_code}",
        f"Dùng trọn một phiên bản; nhãn đúng: “{clean(row.meant_label)}”.",
    )
    return found(
        read,
        "form_mixed",
        Severity.WARNING,
        [row.key],
        words,
        observed=clean(label),
        expected=clean(row.meant_label),
    )


def _altered(read: ReadForm, found_row: AlignedRow) -> CheckResult:
    row, label = found_row.row, found_row.text.label
    how = _how_altered(read, row, label)
    words = FindingText(
        f"{title(read, row.key)}: {how}. Nhãn khác mẫu thì người nhận không chắc số liệu là của chỉ tiêu nào.",
        f"row {row.key}: the label is not the form's",
        f"Ghi lại nhãn đúng mẫu: “{clean(row.label_text)}”.",
    )
    severity = Severity.INFO if found_row.fit >= SAME else Severity.WARNING
    return found(
        read,
        "label_altered",
        severity,
        [row.key],
        words,
        observed=clean(label),
        expected=clean(row.label_text),
    )


def _how_altered(read: ReadForm, row: FormRow, label: str) -> str:
    if not clean(label):
        return "nhãn để trống"
    same = next(
        (other for other in read.form.rows if other is not row and similarity(label, other.label_text) >= SAME),
        None,
    )
    if same is not None:
        return f"nhãn {quoted(label)} là của dòng {same.key}"
    if folded(row.label_text).startswith(folded(label)):
        return f"nhãn bị cắt, chỉ còn {quoted(label)}"
    return f"nhãn bị sửa thành {quoted(label)}"


def _official_misprint(
    read: ReadForm, found_row: AlignedRow, misprint: Misprint, others: list[Form]
) -> Iterator[CheckResult]:
    """A mistake of the official text that this document carries on, unless its note already says so."""
    row, text = found_row.row, found_row.text
    carried = {"label": text.label, "unit": text.unit, "number": text.number}[misprint.where]
    printed, written = _squeezed(misprint.printed), _squeezed(carried)
    is_carried = printed in written if misprint.where == "label" else printed == written
    if not is_carried or folded(misprint.note) in folded(text.note):
        return
    origin = _row_of_another(carried, 0.0, others) if misprint.printed == row.label else None
    leftover = f" Nhãn này là của dòng {origin[1].key}, {origin[0].appendix}, còn sót lại." if origin else ""
    words = FindingText(
        f"{title(read, row.key)}: {misprint.note}{leftover} Đây là lỗi in của mẫu chính thức, không "
        "phải lỗi của "
        f"người lập.",
        f"row {row.key}: the official text itself is misprinted ({misprint.where})",
        "Giữ nguyên như mẫu, ghi điều này ở cột Ghi chú và đề nghị cơ quan ban hành mẫu sửa.",
    )
    yield found(
        read, "official_misprint", Severity.INFO, [row.key], words,
        observed=clean(misprint.printed), expected=clean(misprint.meant),
    )  # fmt: skip


def _strange(read: ReadForm, text: RowText, others: list[Form]) -> Iterator[CheckResult]:
    """A row the form does not have: of the other version, or of nobody's."""
    if not text.key and not clean(text.figure.text):
        return
    origin = _row_of_another(text.label, 0.0, others)
    where = f"Dòng {clean(text.number) or '(không số)'} {quoted(text.label)}, ở {text.place.name}"
    if origin is not None:
        form, row = origin
        words = FindingText(
            f"{where}: là dòng {row.key} của {form.appendix}, không có trong {read.form.appendix}: "
            "bảng trộn hai "
            f"phiên bản biểu mẫu.",
            f"a row of {form.form_code} ({row.key}) stands in the table",
            f"Xoá dòng này, hoặc dùng trọn {form.appendix} nếu kỳ báo cáo thuộc phiên bản đó.",
        )
        yield found(read, "form_mixed", Severity.WARNING, [], words, observed=clean(text.label))
        return
    words = FindingText(
        f"{where}: biểu mẫu {read.form.appendix} không có dòng này; số liệu {quoted(text.figure.text)} không được lấy.",
        f"a row the form does not have: {clean(text.label)!r}",
        "Nếu là dòng của mẫu, ghi lại đúng số thứ tự và nhãn; nếu thêm ngoài mẫu, chuyển sang phần thuyết minh.",
    )
    yield found(read, "row_unknown", Severity.WARNING, [], words, observed=clean(text.label))
