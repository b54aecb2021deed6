"""Labels that are not the form's: altered, cut, of the other version; and misprints of the official text."""

from collections.abc import Iterator, Sequence

from baocao.catalogue import Catalogue, Form, FormRow, Misprint
from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found, listed, quoted, title
from baocao.forms.numbers import clean
from baocao.forms.recognise import ReadForm
from baocao.forms.recognise.alignment import AlignedRow
from baocao.forms.recognise.labels import ALIKE, SAME, SURE, best_row, folded, similarity
from baocao.forms.recognise.table_rows import RowText

_DOUBTFUL = 75.0
_FEWEST_OF_A_KIND = 3
_NAMED_AT_MOST = 5


def check_labels(read: ReadForm, catalogue: Catalogue, *, with_misprints: bool) -> Iterator[CheckResult]:
    """Every row's label beside the form's; then the rows the form does not have."""
    others = [form for code, form in catalogue.forms.items() if code != read.form.form_code]
    altered = [result for row in read.rows.values() for result in _check_label(read, row, others)]
    yield from _folded_together(read, altered)
    if with_misprints:
        yield from _official_misprints(read, others)
    for some in _neighbours(read.alignment.strange_inside):
        yield from _strange(read, some, others)


def _folded_together(read: ReadForm, results: list[CheckResult]) -> Iterator[CheckResult]:
    """Many labels written in other words are one habit, and one finding."""
    altered = [result for result in results if result.check == "document.label_altered"]
    many = [result for result in altered if result.severity is not Severity.CRITICAL]
    yield from (result for result in results if len(many) < _FEWEST_OF_A_KIND or result not in many)
    if len(many) >= _FEWEST_OF_A_KIND:
        keys = [key for result in many for key in result.cells]
        examples = "; ".join(f"{result.cells[0]} ghi {quoted(result.observed, 60)}" for result in many[:_NAMED_AT_MOST])
        words = FindingText(
            f"{len(keys)} nhãn viết khác mẫu (viết tắt, cắt bớt hoặc sửa chữ): dòng {examples}"
            f"{'; …' if len(many) > _NAMED_AT_MOST else ''}. Đã nhận ra các dòng.",
            f"labels are not the form's in rows {', '.join(keys)}",
            "Dùng nhãn đúng như mẫu.",
        )
        graver = any(result.severity is Severity.WARNING for result in many)
        severity = Severity.WARNING if graver else Severity.INFO
        yield found(read, "label_altered", severity, keys, words, observed="; ".join(r.observed for r in many))


def _neighbours(rows: Sequence[RowText]) -> Iterator[list[RowText]]:
    """Strange rows that follow each other were put in together."""
    held: list[RowText] = []
    for row in rows:
        if held and row.block != held[-1].block + 1:
            yield held
            held = []
        held.append(row)
    if held:
        yield held


def _check_label(read: ReadForm, found_row: AlignedRow, others: list[Form]) -> Iterator[CheckResult]:
    row, label = found_row.row, found_row.text.label
    if found_row.text.is_scattered and found_row.fit >= ALIKE:
        return
    if _squeezed(label) in {_squeezed(row.label_text), _squeezed(row.meant_label)}:
        return
    is_cut = bool(clean(label)) and folded(row.label_text).startswith(folded(label))
    origin = None if is_cut else _row_of_another(label, found_row.fit, others)
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
    is_doubtful = found_row.fit < _DOUBTFUL and bool(clean(label)) and not found_row.text.is_scattered
    severity = Severity.CRITICAL if is_doubtful else Severity.INFO if found_row.fit >= SAME else Severity.WARNING
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


def _official_misprints(read: ReadForm, others: list[Form]) -> Iterator[CheckResult]:
    """The mistakes of the official text this document carries on, unless its notes already say so: one finding."""
    told = {
        found_row.row.key: _told(found_row, misprint, others)
        for found_row in read.rows.values()
        for misprint in found_row.row.misprints
        if _is_carried(found_row, misprint)
    }
    if told:
        says = " ".join(f"Dòng {key}: {text}" for key, text in told.items())
        words = FindingText(
            f"Mẫu chính thức có lỗi in, không phải lỗi của người lập. {says}",
            f"the official text itself is misprinted in rows {', '.join(told)}",
            "Giữ nguyên như mẫu, ghi điều này ở cột Ghi chú và đề nghị cơ quan ban hành mẫu sửa.",
        )
        yield found(read, "official_misprint", Severity.INFO, list(told), words, observed="; ".join(told.values()))


def _is_carried(found_row: AlignedRow, misprint: Misprint) -> bool:
    text = found_row.text
    carried = {"label": text.label, "unit": text.unit, "number": text.number}[misprint.where]
    printed, written = _squeezed(misprint.printed), _squeezed(carried)
    is_there = printed in written if misprint.where == "label" else printed == written
    return is_there and folded(misprint.note) not in folded(text.note)


def _told(found_row: AlignedRow, misprint: Misprint, others: list[Form]) -> str:
    origin = _row_of_another(found_row.text.label, 0.0, others) if misprint.printed == found_row.row.label else None
    leftover = f" Nhãn này là của dòng {origin[1].key}, {origin[0].appendix}, còn sót lại." if origin else ""
    return f"{misprint.note}{leftover}"


def _strange(read: ReadForm, rows: Sequence[RowText], others: list[Form]) -> Iterator[CheckResult]:
    """Rows the form does not have: of the other version, or of nobody's."""
    told = [row for row in rows if row.key or clean(row.figure.text)]
    origins = [(row, _row_of_another(row.label, 0.0, others)) for row in told]
    for row, origin in origins:
        if origin is not None:
            yield _row_of_the_other(read, row, *origin)
    own = [row for row, origin in origins if origin is None]
    if not own:
        return
    named = [f"{clean(row.number) or '(không số)'} {quoted(row.label)} ở {row.place.name}" for row in own]
    figures = [quoted(row.figure.text) for row in own if clean(row.figure.text)]
    taken = f"; số liệu {listed(figures)} không được lấy" if figures else ""
    words = FindingText(
        f"Dòng thêm ngoài mẫu: {listed(named)}: {read.form.appendix} không có "
        f"{'dòng này' if len(own) == 1 else 'các dòng này'}{taken}.",
        f"rows the form does not have: {'; '.join(clean(row.label) for row in own)!r}",
        "Nếu là dòng của mẫu, ghi lại đúng số thứ tự và nhãn; nếu thêm ngoài mẫu, chuyển sang phần thuyết minh.",
    )
    observed = "; ".join(clean(row.label) for row in own)
    yield found(read, "row_unknown", Severity.WARNING, [], words, observed=observed)


def _row_of_the_other(read: ReadForm, text: RowText, form: Form, row: FormRow) -> CheckResult:
    words = FindingText(
        f"Dòng {clean(text.number) or '(không số)'} {quoted(text.label)}, ở {text.place.name}: là dòng {row.key} của "
        f"{form.appendix}, không có trong {read.form.appendix}: bảng trộn hai phiên bản biểu mẫu.",
        f"a row of {form.form_code} ({row.key}) stands in the table",
        f"Xoá dòng này, hoặc dùng trọn {form.appendix} nếu kỳ báo cáo thuộc phiên bản đó.",
    )
    return found(read, "form_mixed", Severity.WARNING, [], words, observed=clean(text.label))
