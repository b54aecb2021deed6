"""A row's number and unit beside the form's: many altered in one way are one finding."""

import re
from collections.abc import Iterator, Sequence

from baocao.domain import CheckResult, MeasureKind, Severity
from baocao.forms.handmade.finding import FindingText, found, listed, quoted, title
from baocao.forms.numbers import clean
from baocao.forms.recognise import ReadForm
from baocao.forms.recognise.alignment import AlignedRow, is_numbered_as
from baocao.forms.recognise.heads import ColumnRole
from baocao.forms.recognise.labels import same_unit, written_number

_FEWEST_OF_A_KIND = 3
_PERCENT = re.compile(r"%|phần trăm|tỷ lệ|tỉ lệ")
_NAMED_AT_MOST = 6


def absent_columns(read: ReadForm) -> list[str]:
    """The form's columns no table of the document has; of running text without columns nothing is said."""
    tables = [table for table in read.understood.tables if table.table >= 0]
    if not tables:
        return []
    wanted = {"STT": ColumnRole.NUMBER, "Đơn vị tính": ColumnRole.UNIT}
    return [name for name, role in wanted.items() if all(table.index(role) is None for table in tables)]


def renumbered_keys(read: ReadForm) -> list[str]:
    """The rows whose written number is not the form's.

    A table without any numbers has them made by the word processor: then none is altered.
    """
    if not any(other.text.number for other in read.rows.values()):
        return []
    return [key for key, found_row in read.rows.items() if not is_numbered_as(found_row.text, found_row.row)]


def check_numbers(read: ReadForm, keys: Sequence[str]) -> Iterator[CheckResult]:
    """From the third on they are one: the table was numbered anew, from the first row that differs."""
    if len(keys) < _FEWEST_OF_A_KIND:
        yield from (_number_altered(read, read.rows[key]) for key in keys)
    else:
        yield _renumbered(read, keys)


def _renumbered(read: ReadForm, keys: Sequence[str]) -> CheckResult:
    numbers = {key: clean(read.rows[key].text.number) for key in keys}
    pairs = [f"{key} thành {quoted(number) if number else 'để trống'}" for key, number in numbers.items()]
    more = f" và {len(pairs) - _NAMED_AT_MOST} dòng khác" if len(pairs) > _NAMED_AT_MOST else ""
    style = " bằng kiểu khác" if _is_another_style(list(numbers.values())) else ""
    words = FindingText(
        f"Bảng đánh số lại{style} từ dòng {keys[0]}: {', '.join(pairs[:_NAMED_AT_MOST])}{more}. "
        "Đã nhận ra các dòng theo nhãn.",
        f"the table is numbered anew from row {keys[0]}: {len(keys)} rows",
        "Ghi lại số thứ tự đúng như mẫu.",
    )
    return found(read, "renumbered", Severity.WARNING, keys, words, observed=", ".join(numbers.values()))


def _is_another_style(numbers: Sequence[str]) -> bool:
    """Roman numbers or letters."""
    written = [written_number(number) for number in numbers if number]
    return any(number and not number[0].isdecimal() for number in written)


def _number_altered(read: ReadForm, found_row: AlignedRow) -> CheckResult:
    row, text = found_row.row, found_row.text
    written = quoted(text.number) if text.number else "để trống"
    words = FindingText(
        f"{title(read, row.key)}: số thứ tự {written}, đúng mẫu là “{row.number}”. Đã nhận ra dòng theo nhãn.",
        f"row {row.key} carries the number {text.number!r}",
        f"Sửa số thứ tự thành “{row.number}”.",
    )
    return found(read, "number_altered", Severity.WARNING, [row.key], words, observed=text.number, expected=row.number)


def check_units(read: ReadForm) -> Iterator[CheckResult]:
    """Each altered unit; many blank ones are one finding, and none where the table has no such column."""
    if "Đơn vị tính" in absent_columns(read):
        return
    rows = [row for row in read.rows.values() if not same_unit(row.text.unit, row.row) and not row.text.is_scattered]
    blank = [row for row in rows if not clean(row.text.unit)]
    if len(blank) >= _FEWEST_OF_A_KIND:
        yield _units_blank(read, blank)
        rows = [row for row in rows if row not in blank]
    for found_row in rows:
        yield _unit_altered(read, found_row)


def _units_blank(read: ReadForm, rows: Sequence[AlignedRow]) -> CheckResult:
    keys = [found_row.row.key for found_row in rows]
    words = FindingText(
        f"Dòng {listed(keys)}: cột Đơn vị tính để trống, mẫu có ghi đơn vị.",
        f"rows {', '.join(keys)}: the unit is blank",
        "Ghi lại đơn vị tính đúng như mẫu.",
    )
    return found(read, "unit_altered", Severity.WARNING, keys, words, observed="trống")


def _unit_altered(read: ReadForm, found_row: AlignedRow) -> CheckResult:
    row, unit = found_row.row, found_row.text.unit
    expected = clean(row.meant_unit)
    should = f"đúng mẫu là {quoted(expected)}" if expected else "đúng mẫu là để trống vì đây là dòng đề mục"
    written = f"ghi {quoted(unit)}" if clean(unit) else "để trống"
    words = FindingText(
        f"{title(read, row.key)}: cột Đơn vị tính {written}, {should}. Đơn vị khác đi thì số liệu mang nghĩa khác.",
        f"row {row.key}: the unit reads {clean(unit)!r}, the form prints {expected!r}",
        "Ghi lại đơn vị tính đúng mẫu, và xem lại số liệu đã ghi theo đơn vị nào.",
    )
    severity = Severity.CRITICAL if _is_of_another_kind(read, row.key, unit) else Severity.WARNING
    return found(read, "unit_altered", severity, [row.key], words, observed=clean(unit), expected=expected)


def _is_of_another_kind(read: ReadForm, key: str, unit: str) -> bool:
    """A percentage where the form counts, or a count where it has a percentage: the figure is another one then."""
    cell = read.filled.cells.get(key)
    if cell is None or cell.value is None or cell.measure is None or not clean(unit):
        return False
    is_percent = _PERCENT.search(clean(unit).casefold()) is not None
    if cell.measure.kind is MeasureKind.PERCENT:
        return not is_percent and any(letter.isalpha() for letter in unit)
    return is_percent
