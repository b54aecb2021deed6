"""Rows only a person can get wrong: missing, twice, out of order, with another number or unit."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from baocao.catalogue import FormRow
from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found, listed, quoted, title
from baocao.forms.numbers import clean
from baocao.forms.recognise import ReadForm
from baocao.forms.recognise.alignment import AlignedRow
from baocao.forms.recognise.labels import same_unit


def check_rows(read: ReadForm) -> Iterator[CheckResult]:
    """What is there and in which order, then each row's number and unit."""
    for row in read.alignment.missing:
        yield _missing(read, row)
    for again in read.alignment.repeated:
        yield _twice(read, again)
    yield from _out_of_order(read)
    for found_row in read.rows.values():
        yield from _number_altered(read, found_row)
        yield from _unit_altered(read, found_row)


def _missing(read: ReadForm, row: FormRow) -> CheckResult:
    """Grave where the unit owes the row a figure."""
    owed = not row.heading and (read.tier is None or read.tier in row.tiers)
    words = FindingText(
        f"{title(read, row.key)}: không có trong bảng; biểu mẫu {read.form.appendix} có dòng này.",
        f"row {row.key} is missing from the table",
        "Thêm lại dòng đúng như mẫu; không có số liệu thì để trống ô, không xoá dòng.",
    )
    severity = Severity.CRITICAL if owed else Severity.WARNING
    return found(read, "row_missing", severity, [row.key], words, expected=row.number)


def _twice(read: ReadForm, again: AlignedRow) -> CheckResult:
    """Grave where the two say different things: only the first is taken."""
    key = again.row.key
    first, second = read.rows[key].text.figure, again.text.figure
    differ = clean(first.text) != clean(second.text)
    detail = f"với hai số khác nhau ({quoted(first.text)} và {quoted(second.text)})" if differ else "với cùng số liệu"
    words = FindingText(
        f"{title(read, key)}: xuất hiện hai lần {detail}, ở {first.place.name} và {second.place.name}. "
        f"Chỉ lấy số của dòng đầu.",
        f"row {key} is there twice, {'with different figures' if differ else 'with the same figure'}",
        "Giữ lại một dòng với số đúng, xoá dòng kia.",
    )
    severity = Severity.CRITICAL if differ else Severity.WARNING
    observed = f"{first.text}; {second.text}"
    return found(read, "row_twice", severity, [key], words, observed=observed, expected="một dòng")


def _out_of_order(read: ReadForm) -> Iterator[CheckResult]:
    positions = {row.key: at for at, row in enumerate(read.form.rows)}
    order = list(read.rows)
    in_place = _longest_rising([positions[key] for key in order])
    moved = [key for key in order if positions[key] not in in_place]
    if moved:
        keys = listed(moved)
        words = FindingText(
            f"Dòng {keys} không đứng đúng thứ tự của biểu mẫu, dễ nhầm số của dòng này sang dòng khác.",
            f"rows out of the form's order: {', '.join(moved)}",
            "Chuyển dòng về đúng thứ tự của mẫu.",
        )
        yield found(read, "row_order", Severity.WARNING, moved, words, observed=", ".join(order))


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """The numbers of a longest rising run: what is left when the fewest rows are moved."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(tails, number)
        before[number] = tails[at - 1] if at else None
        tails[at : at + 1] = [number]
    kept: set[int] = set()
    step = tails[-1] if tails else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return frozenset(kept)


def _number_altered(read: ReadForm, found_row: AlignedRow) -> Iterator[CheckResult]:
    """A table without any numbers has them made by the word processor: then none is altered."""
    row, text = found_row.row, found_row.text
    numbered = any(other.text.number for other in read.rows.values())
    if text.key == row.key or not numbered:
        return
    written = quoted(text.number) if text.number else "để trống"
    words = FindingText(
        f"{title(read, row.key)}: số thứ tự {written}, đúng mẫu là “{row.number}”. Đã nhận ra dòng theo nhãn.",
        f"row {row.key} carries the number {text.number!r}",
        f"Sửa số thứ tự thành “{row.number}”.",
    )
    yield found(read, "number_altered", Severity.WARNING, [row.key], words, observed=text.number, expected=row.number)


def _unit_altered(read: ReadForm, found_row: AlignedRow) -> Iterator[CheckResult]:
    row, unit = found_row.row, found_row.text.unit
    if same_unit(unit, row) or found_row.text.is_scattered:
        return
    expected = clean(row.meant_unit)
    should = f"đúng mẫu là {quoted(expected)}" if expected else "đúng mẫu là để trống vì đây là dòng đề mục"
    written = f"ghi {quoted(unit)}" if clean(unit) else "để trống"
    words = FindingText(
        f"{title(read, row.key)}: cột Đơn vị tính {written}, {should}. Đơn vị khác đi thì số liệu mang nghĩa khác.",
        f"row {row.key}: the unit reads {clean(unit)!r}, the form prints {expected!r}",
        "Ghi lại đơn vị tính đúng mẫu, và xem lại số liệu đã ghi theo đơn vị nào.",
    )
    yield found(read, "unit_altered", Severity.WARNING, [row.key], words, observed=clean(unit), expected=expected)
