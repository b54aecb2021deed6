"""Finding the table in a sheet: its header below the titles, its records between totals, group lines and signatures."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from baocao.source_text import SourceText
from connectors.files.column_mapping import ColumnMapping, fold
from connectors.files.sheets import LOOKED_AT, Cells, SourceSheet

_GRAND_TOTAL, _PART_TOTAL = (
    re.compile("|".join(f"{fold(word)}(?!\\w)" for word in words))
    for words in (("Tổng cộng", "Tổng số", "Toàn tỉnh", "Toàn xã"), ("Cộng", "Lũy kế"))
)
_FIGURE = re.compile(r"[\d.,]*")
_FIRST_WORDS = frozenset(
    fold(
        "Mã Số Ngày Tên Loại Trạng Tình Kênh Hình Mức STT TT Đơn Lĩnh Thủ Kết Thời Địa Cơ Ghi Người Hạn Ký Hướng "
        "Phương Chủ Nơi Độ Họ Chỉ"
    ).split()
)
_ENUMERATOR = re.compile(r"\(?(?:[A-Za-z]|\d{1,2})\)?(?:\s*=.*)?")
_WRITTEN_DATE = re.compile(r"ngày .{1,12} tháng")
_LONGEST_HEADER = 80
_WORDS_OF_A_KEY = 2
_FEWEST_HEADERS = 2


class NoTableError(ValueError):
    """No header, or not all of it: the text says what was looked for and which headers are there."""


@dataclass(frozen=True)
class Header:
    """Where our fields stand: `places` by field name; `first_row` is the place of the first row below."""

    places: Mapping[str, int]
    texts: tuple[str, ...]
    first_row: int
    is_one_row: bool = True

    def row_of(self, cells: Cells) -> dict[str, Any]:
        """The cells under our field names; None where the row ends before."""
        return {name: cells[place] if place < len(cells) else None for name, place in self.places.items()}


def score_header(rows: Sequence[Cells], mapping: ColumnMapping) -> int:
    """How many of our fields the best row of these names."""
    return max((len(header.places) for header in _candidates(rows, mapping)), default=0)


def find_header(sheet: SourceSheet, mapping: ColumnMapping) -> Header:
    """The row, or two rows one above the other, that name all our fields; raise NoTableError."""
    candidates = _candidates(sheet.rows[:LOOKED_AT], mapping)
    found = max(candidates, key=lambda one: (len(one.places), one.is_one_row), default=None)
    if found is None or not _is_surely_header(found, mapping):
        raise NoTableError(_say_no_header(sheet.rows[:LOOKED_AT], mapping))
    missing = [" / ".join(names) for name, names in mapping.columns.items() if name not in found.places]
    if missing:
        there = _quoted(text for text in found.texts if _is_header_text(text))
        raise NoTableError(f"không có cột {_quoted(missing)}; các cột đang có: {there}")
    return found


def new_headers(header: Header, mapping: ColumnMapping) -> list[str]:
    """Columns that are neither mapped nor ignored, by the name they have."""
    used = set(header.places.values())
    return sorted(
        text
        for place, text in enumerate(header.texts)
        if place not in used and _is_header_text(text) and fold(text) not in mapping.ignored_headers
    )


def column_values(sheet: SourceSheet, header: Header, mapping: ColumnMapping, text: str) -> Iterator[Any]:
    """What the records have in a column that is not mapped."""
    place = header.texts.index(text)
    for cells in sheet.rows[header.first_row :]:
        if is_record(header.row_of(cells), cells, mapping):
            yield cell_text(cells[place]) if place < len(cells) else ""


def records(sheet: SourceSheet, header: Header, mapping: ColumnMapping) -> Iterator[dict[str, Any]]:
    """The rows that are records, with our field names, and `row` as the sheet numbers it.

    Left out: empty rows, totals, group lines, column numbers, repeated headers, signatures. A row with most of its
    fields but no key stays, to be refused by name when it is read.
    """
    for number, cells in enumerate(sheet.rows[header.first_row :], start=header.first_row + 1):
        row = header.row_of(cells)
        if is_record(row, cells, mapping):
            yield {"row": number, **row}


def _candidates(rows: Sequence[Cells], mapping: ColumnMapping) -> Iterator[Header]:
    for place, cells in enumerate(rows):
        upper = [cell_text(cell) for cell in cells]
        yield _match(upper, [], mapping, place + 1)
        if place + 1 < len(rows):
            lower = [cell_text(cell) for cell in rows[place + 1]]
            yield _match(lower, upper, mapping, place + 2)


def _match(lower: list[str], upper: list[str], mapping: ColumnMapping, first_row: int) -> Header:
    """Headers in one row, or in two where a cell stands for itself, for the one above it, or for both read together."""
    width = max(len(lower), len(upper))
    lower, upper = lower + [""] * (width - len(lower)), upper + [""] * (width - len(upper))
    group, texts, places = "", [], dict[str, int]()
    for place, (low, up) in enumerate(zip(lower, upper, strict=True)):
        group = up or group
        texts.append(low or up)
        for name in dict.fromkeys((low, f"{group} {low}" if low else up)):
            for field in mapping.fields_of_header.get(fold(name), ()):
                places.setdefault(field, place)
    return Header(places, tuple(texts), first_row, is_one_row=not any(upper))


def _is_surely_header(header: Header, mapping: ColumnMapping) -> bool:
    """Enough of a header for its other cells to be headers too, hence fit to be shown."""
    return len(header.places) * 2 >= len(mapping.columns) or (bool(header.places) and _looks_like_headers(header.texts))


def _looks_like_headers(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text]
    headerlike = [text for text in filled if _is_header_text(text) and fold(text).split()[0] in _FIRST_WORDS]
    return len(headerlike) >= _FEWEST_HEADERS and len(headerlike) * 2 >= len(filled)


def _is_header_text(text: str) -> bool:
    return bool(text) and len(text) <= _LONGEST_HEADER and not re.search(r"\d{3}", text)


def _say_no_header(rows: Sequence[Cells], mapping: ColumnMapping) -> str:
    wanted = _quoted(" / ".join(names) for names in mapping.columns.values())
    like = next(
        (texts for texts in ([cell_text(c) for c in cells] for cells in rows) if _looks_like_headers(texts)), []
    )
    there = _quoted(text for text in like if _is_header_text(text)) or "no row that looks like a header"
    return f"no header with {wanted} in the first {LOOKED_AT} rows; the columns there: {there}"


def is_record(row: Mapping[str, Any], cells: Cells, mapping: ColumnMapping) -> bool:
    """Whether a row (its cells, and those under our field names) is one of the records."""
    filled = [name for name, value in row.items() if cell_text(value)]
    others = [name for name in filled if name != mapping.key]
    if not others or all(_ENUMERATOR.fullmatch(cell_text(cell)) for cell in cells if cell_text(cell)):
        return False
    key = cell_text(row[mapping.key])
    if _is_total(cells) and (_FIGURE.fullmatch(key) or not _is_code(key)):
        return False
    if mapping.kind == "tallies":
        return bool(key)
    if key:
        return _is_code(key)
    return len(others) * 2 > len(row)


def is_record_without_code(row: Mapping[str, Any], cells: Cells, header: "Header", mapping: ColumnMapping) -> bool:
    """Whether a row is filled as a record is, and what stands for its code is none; a header said again is not."""
    if is_record(row, cells, mapping) or _is_total(cells) or not cell_text(row[mapping.key]):
        return False
    said_again = sum(bool(text) and text == cell_text(cell) for text, cell in zip(header.texts, cells, strict=False))
    filled = [name for name, value in row.items() if cell_text(value)]
    texts = {cell_text(value) for value in row.values()}
    return said_again < len(filled) / 2 and len(filled) * 2 > len(row) and len(texts) > len(filled) / 2


def _is_total(cells: Cells) -> bool:
    return is_grand_total(cells) or bool(_PART_TOTAL.match(_first_words(cells)))


def is_grand_total(cells: Cells) -> bool:
    """A row that sums up the whole table, not one of its groups."""
    first = _first_words(cells)
    return first == fold("Tổng") or bool(_GRAND_TOTAL.match(first))


def is_sum(cells: Cells) -> bool:
    """A row "Cộng": of a group, or of the whole table where it is the only one and the last."""
    return _first_words(cells) == fold("Cộng")


def _first_words(cells: Cells) -> str:
    """What the row begins with, as far as it is words."""
    text = next((text for text in map(cell_text, cells) if text), "")
    return fold(re.split(r"[:;,(\d]", text, maxsplit=1)[0])


def _is_code(key: str) -> bool:
    """A record's key holds a digit and is no sentence; a signature, a group's name or a dateline is not."""
    folded = fold(key)
    return bool(re.search(r"\d", key)) and len(key.split()) <= _WORDS_OF_A_KEY and not _WRITTEN_DATE.search(folded)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{SourceText(name).as_title()}'" for name in names)


def cell_text(cell: Any) -> str:
    """A cell as text on one line; empty where there is nothing."""
    return "" if cell is None else " ".join(str(cell).split())


def ambiguous_headers(header: Header, mapping: ColumnMapping) -> list[str]:
    """Mapped headers that stand over two columns: which one is meant cannot be told."""
    times = Counter(field for text in header.texts for field in mapping.fields_of_header.get(fold(text), ()))
    return [header.texts[place] for name, place in header.places.items() if times[name] > 1]
