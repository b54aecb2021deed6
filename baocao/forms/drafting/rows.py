"""The rows of a blank with what structure and words say: what each counts, what lies under it, ratios, totals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from baocao.forms.drafting.blank import BlankRow
from baocao.forms.drafting.numbering import PrintedNumber, bare, number_rows
from baocao.forms.drafting.units import CODE, PERCENT, MeasureWords, counts_something, is_total, read_codes
from baocao.messages import fold

_MARKUP = re.compile(r"</?i>")
_OPERANDS = re.compile(r"\(?\s*([\w.]+)\s*\)?")
_SHEET_CELL = re.compile(r"\$?[A-Z]{1,2}\$?(\d+)")
_QUOTIENT = re.compile(
    r"^(?:[\w().\s]*=)?\s*([^=/:÷]+?)\s*[/:÷]\s*([^=*x×]+?)(?:\s*[*x×]\s*100\s*%?)?\s*$", re.IGNORECASE
)
_SUM = re.compile(r"^(?:[\w().\s]*=)?\s*([^=/*:]+(?:\+[^=/*:]+)+)$")
_AMONG = re.compile(r"(?i)\btrong đó\b")
_BEGINS_AMONG = re.compile(r"(?i)\s*[-–+•]?\s*trong đó\b")
_ONLY_AMONG = re.compile(r"(?i)(?:trong đó|bao gồm|gồm(?: có)?|chia ra|cụ thể)\s*[:.]?")
_ADDS_UP = re.compile(r"(?i)\b(?:bao gồm|gồm|chia ra|cụ thể)\b|=")


@dataclass(frozen=True)
class DraftRow:
    """`by_unit` and `by_label` are what it counts by the words of each."""

    turn: int
    printed: BlankRow
    key: str
    parent: int | None
    by_unit: str | None
    by_label: str | None
    codes: dict[int, str]
    children: tuple[int, ...] = ()
    heading: bool = False

    @property
    def label(self) -> str:
        return _MARKUP.sub("", self.printed.label)

    @property
    def unit(self) -> str:
        return _MARKUP.sub("", self.printed.unit)

    @property
    def measure(self) -> str | None:
        """As printed; where the unit says nothing known, as the label begins."""
        return self.by_unit or self.by_label

    @property
    def measure_name(self) -> str:
        """Of a unit nobody has declared, its words as a name."""
        return self.measure or "_".join(re.findall(r"[a-z0-9]+", fold(self.unit))) or "don_vi_tinh"

    @property
    def counted_in(self) -> str | None:
        """What its figure can be added up in: a unit of measure, declared or not."""
        measure = self.measure or (self.measure_name if self.unit.strip("0 ") else None)
        return None if measure in {PERCENT, CODE} else measure

    @property
    def is_ratio(self) -> bool:
        return self.measure == PERCENT


@dataclass(frozen=True, slots=True)
class Quotient:
    """A ratio's rows by their turn; `is_told` where a formula in the blank says so."""

    numerator: int
    denominator: int
    is_told: bool
    why: str


@dataclass(frozen=True, slots=True)
class Total:
    """A whole and its parts; `adds_up` where the parts make the whole, else each is only within it."""

    whole: int
    parts: tuple[int, ...]
    adds_up: bool
    why: str


def make_rows(blank: Sequence[BlankRow], words: MeasureWords, unit_of_all: str = "") -> list[DraftRow]:
    """With keys and depth; a row without unit and without words that count is a heading."""
    asks = [bool(row.unit) or counts_something(row.label) for row in blank]
    numbers = (PrintedNumber(row.number, asked, is_among(row.label)) for row, asked in zip(blank, asks, strict=True))
    numbered = number_rows(list(numbers))
    children: dict[int, list[int]] = {}
    for turn, one in enumerate(numbered):
        if one.parent is not None:
            children.setdefault(one.parent, []).append(turn)
    rows = []
    for turn, (row, one) in enumerate(zip(blank, numbered, strict=True)):
        heading = not row.unit and not row.hint and not counts_something(row.label)
        printed = row if row.unit or heading else replace(row, unit=_unit_above(row, words, unit_of_all))
        unit = _MARKUP.sub("", printed.unit)
        measures = words.of_unit(unit), words.of_label(printed.label)
        below = tuple(children.get(turn, ()))
        rows.append(DraftRow(turn, printed, one.key, one.parent, *measures, read_codes(unit), below, heading))
    return rows


def _unit_above(row: BlankRow, words: MeasureWords, unit_of_all: str) -> str:
    """The unit said once above the table is not that of a percentage."""
    return "%" if unit_of_all and words.of_label(row.label) == PERCENT else unit_of_all


def is_among(label: str) -> bool:
    """Whether a row only says that those below are parts of the one above."""
    return _ONLY_AMONG.fullmatch(_MARKUP.sub("", label).strip()) is not None


def _below(row: DraftRow, rows: Sequence[DraftRow]) -> tuple[int, ...]:
    """The rows under one, those behind a `Trong đó:` too."""
    found: list[int] = []
    for turn in row.children:
        found += rows[turn].children if rows[turn].heading and is_among(rows[turn].label) else (turn,)
    return tuple(found)


def find_quotient(row: DraftRow, rows: Sequence[DraftRow]) -> Quotient | None:
    """The counts a percentage is made of: by its formula; else a total and a part under it, else just before it."""
    told = _told_quotient(row, rows)
    if told is not None:
        return told
    below = [rows[turn] for turn in _below(row, rows) if rows[turn].measure not in {None, PERCENT, CODE}]
    pair = _whole_and_part(below)
    if pair is not None:
        return Quotient(pair[1].turn, pair[0].turn, is_told=False, why="hai dòng con: một tổng số và một phần")
    return None


def _whole_and_part(rows: Sequence[DraftRow]) -> tuple[DraftRow, DraftRow] | None:
    """The first that says it is a total, else the first; and the next of the same measure."""
    whole = next((row for row in rows if is_total(row.label)), rows[0] if rows else None)
    if whole is None:
        return None
    part = next((row for row in rows if row is not whole and row.measure == whole.measure), None)
    return None if part is None else (whole, part)


def _told_quotient(row: DraftRow, rows: Sequence[DraftRow]) -> Quotient | None:
    match = _QUOTIENT.match(row.printed.hint.lstrip("= "))
    if match is None:
        return None
    named = [_named(text, row, rows) for text in (match[1], match[2])]
    if named[0] is None or named[1] is None:
        return None
    return Quotient(named[0].turn, named[1].turn, is_told=True, why=f"mẫu ghi công thức “{row.printed.hint}”")


def find_total(row: DraftRow, rows: Sequence[DraftRow]) -> Total | None:
    """What a count is made of: by its formula, or by the rows under it of the same measure."""
    match = _SUM.match(row.printed.hint.lstrip("= ")) if "+" in row.printed.hint else None
    if match is not None:
        parts = [_named(text, row, rows) for text in match[1].split("+")]
        if all(part is not None for part in parts):
            turns = tuple(part.turn for part in parts if part is not None)
            return Total(row.turn, turns, adds_up=True, why=f"mẫu ghi công thức “{row.printed.hint}”")
    if row.heading or row.counted_in is None:
        return None
    below = tuple(turn for turn in _below(row, rows) if rows[turn].counted_in == row.counted_in)
    if not below:
        return None
    around = f"{row.label} {rows[row.children[0]].label}"
    among = _AMONG.search(around) is not None
    adds_up = not among and len(below) > 1 and _ADDS_UP.search(row.label) is not None
    why = "“trong đó”" if among else "các dòng con cùng đơn vị tính"
    return Total(row.turn, below, adds_up=adds_up, why=why)


def find_among(rows: Sequence[DraftRow]) -> dict[int, Total]:
    """By turn of the whole: rows beside it that begin with `Trong đó` are parts of the row before them."""
    parts: dict[int, list[int]] = {}
    before: dict[int | None, DraftRow] = {}
    for row in (one for one in rows if not one.heading):
        whole = before.get(row.parent)
        if _BEGINS_AMONG.match(row.label) is None:
            before[row.parent] = row
        elif whole is not None and whole.counted_in == row.counted_in is not None:
            parts.setdefault(whole.turn, []).append(row.turn)
    return {turn: Total(turn, tuple(found), adds_up=False, why="“trong đó”") for turn, found in parts.items()}


def _named(text: str, row: DraftRow, rows: Sequence[DraftRow]) -> DraftRow | None:
    """`a`, `(1)`, `4.2.1`: a child of that number, else a row beside it, else the only one of the form."""
    in_sheet = _SHEET_CELL.fullmatch(text.strip())
    if in_sheet:
        return next((other for other in rows if other.printed.place.row == int(in_sheet[1]) - 1), None)
    match = _OPERANDS.fullmatch(text.strip())
    number = bare(match[1]) if match else ""
    if not number:
        return None
    beside = [other.turn for other in rows if other.parent == row.parent]
    for turns in (row.children, beside, range(len(rows))):
        found = [rows[turn] for turn in turns if number in _names_of(rows[turn])]
        if len(found) == 1 and found[0] is not row:
            return found[0]
    return None


def _names_of(row: DraftRow) -> tuple[str, ...]:
    """`b`, `3.b`, `3b`; never `411` for 4.1.1."""
    return (bare(row.printed.number), row.key, *([] if row.key[-1:].isdigit() else [row.key.replace(".", "")]))
