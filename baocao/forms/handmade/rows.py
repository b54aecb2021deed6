"""Rows only a person can get wrong: missing, twice, out of order, with another number or unit."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from baocao.catalogue import FormRow
from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found, listed, quoted, title
from baocao.forms.handmade.row_words import absent_columns, check_numbers, check_units, renumbered_keys
from baocao.forms.numbers import clean
from baocao.forms.recognise import ReadForm
from baocao.forms.recognise.alignment import AlignedRow

_FEWEST_OF_A_KIND = 3
_COLUMNS_EN = {"STT": "number", "Đơn vị tính": "unit"}


def check_rows(read: ReadForm) -> Iterator[CheckResult]:
    """What is there and in which order, then numbers and units: one finding for one cause."""
    yield from _columns_missing(read)
    for rows in _neighbours(read, read.alignment.missing):
        yield _missing(read, rows)
    for again in read.alignment.repeated:
        yield _twice(read, again)
    renumbered = renumbered_keys(read)
    moved = _moved_keys(read)
    if moved:
        yield _out_of_order(read, moved, is_renumbered=len(renumbered) >= _FEWEST_OF_A_KIND)
    if not moved or len(renumbered) < _FEWEST_OF_A_KIND:
        yield from check_numbers(read, renumbered)
    yield from check_units(read)


def _columns_missing(read: ReadForm) -> Iterator[CheckResult]:
    """Columns the form has and the table has not, in one sentence: the figures are there all the same."""
    absent = absent_columns(read)
    if absent:
        inside = "; số thứ tự ghi chung ô với nhãn" if "STT" in absent and _numbers_in_labels(read) else ""
        words = FindingText(
            f"Bảng không có cột {listed(absent)}{inside}. Đã nhận ra các dòng và số liệu.",
            f"the table lacks columns: {', '.join(_COLUMNS_EN[name] for name in absent)}",
            f"Dùng bảng có đủ các cột của {read.form.appendix}.",
        )
        yield found(read, "column_missing", Severity.INFO, [], words, observed=", ".join(absent))


def _numbers_in_labels(read: ReadForm) -> bool:
    return any(found_row.text.number for found_row in read.rows.values())


def _neighbours(read: ReadForm, rows: Sequence[FormRow]) -> Iterator[list[FormRow]]:
    """Rows of the form that follow each other and weigh the same are one gap."""
    order = {row.key: at for at, row in enumerate(read.form.rows)}
    held: list[FormRow] = []
    for row in rows:
        if held and (order[row.key] != order[held[-1].key] + 1 or _is_owed(read, row) != _is_owed(read, held[-1])):
            yield held
            held = []
        held.append(row)
    if held:
        yield held


def _is_owed(read: ReadForm, row: FormRow) -> bool:
    return not row.heading and (read.tier is None or read.tier in row.tiers)


def _missing(read: ReadForm, rows: Sequence[FormRow]) -> CheckResult:
    """Grave where the unit owes the rows a figure."""
    keys = [row.key for row in rows]
    named = title(read, keys[0]) if len(keys) == 1 else f"Dòng {listed(keys)}"
    words = FindingText(
        f"{named}: không có trong bảng; {read.form.appendix} có {'dòng này' if len(keys) == 1 else 'các dòng này'}.",
        f"rows missing from the table: {', '.join(keys)}",
        "Thêm lại dòng đúng như mẫu; không có số liệu thì để trống ô, không xoá dòng.",
    )
    severity = Severity.CRITICAL if _is_owed(read, rows[0]) else Severity.WARNING
    return found(read, "row_missing", severity, keys, words, expected=", ".join(row.number for row in rows))


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


def _moved_keys(read: ReadForm) -> list[str]:
    positions = {row.key: at for at, row in enumerate(read.form.rows)}
    order = list(read.rows)
    in_place = _longest_rising([positions[key] for key in order])
    return [key for key in order if positions[key] not in in_place]


def _out_of_order(read: ReadForm, moved: Sequence[str], *, is_renumbered: bool) -> CheckResult:
    """The fewest rows that must move; numbers made to follow the new order are the same cause."""
    numbers = ", số thứ tự đánh lại theo thứ tự mới" if is_renumbered else ""
    words = FindingText(
        f"Dòng {listed(moved)} không đứng đúng thứ tự của biểu mẫu{numbers}; dễ nhầm số của dòng này sang dòng khác. "
        "Đã nhận ra các dòng theo nhãn.",
        f"rows out of the form's order: {', '.join(moved)}",
        f"Chuyển dòng về đúng thứ tự{' và số thứ tự' if is_renumbered else ''} của mẫu.",
    )
    return found(read, "row_order", Severity.WARNING, moved, words, observed=", ".join(read.rows))


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
