"""Rows of the form out of lines that keep their columns: a table without rules in a PDF, or text laid out with spaces.

Columns are the strips of the page between gutters no line crosses. A row is the line with its number, and those
lines above and below it with which its label and unit fit best: cells may be set at the top or in the middle.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rapidfuzz import fuzz

from baocao.catalogue import Form
from baocao.forms.recognise.labels import row_key
from baocao.forms.recognise.raw import RawCell, RawDocument, RawLine
from baocao.forms.recognise.splitting import KnownRows, simplified
from baocao.forms.recognise.table_rows import RowText

_FEWEST_ROWS_A_PAGE = 2
_FEWEST_COLUMNS = 4
_MOST_LINES_ABOVE = 8
_UNIT_WEIGHT = 0.5
_SURE_NUMBERS = 0.6

Strip = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the page, its texts by role."""

    block: int
    line: RawLine
    number: str = ""
    label: str = ""
    unit: str = ""
    figure: str = ""
    note: str = ""


def find_positioned_rows(document: RawDocument, forms: Mapping[str, Form]) -> tuple[RowText, ...]:
    """None where the lines do not stand in columns."""
    known = KnownRows(forms)
    lines = [(at, line) for at, line in enumerate(document.blocks) if isinstance(line, RawLine) and line.pieces]
    placed: list[_Line] = []
    for _, page in groupby(lines, key=lambda pair: pair[1].page):
        placed.extend(_lines_of_page(list(page), known, is_first=not placed))
    numbered = [at for at, line in enumerate(placed) if line.number]
    return tuple(_rows(placed, numbered, known))


def _lines_of_page(page: Sequence[tuple[int, RawLine]], known: KnownRows, *, is_first: bool) -> Iterator[_Line]:
    starts = [at for at, (_, line) in enumerate(page) if known.numbered(row_key(line.pieces[0].text))]
    if len(starts) < _FEWEST_ROWS_A_PAGE:
        return
    inside = [line for _, line in page[starts[0] : starts[-1] + 1]]
    strips = _strips(inside)
    unit = _unit_strip(inside, strips, known)
    if unit is None or not _are_numbers(inside, strips):
        return
    above = max(0, starts[0] - _MOST_LINES_ABOVE) if is_first else 0
    for block, line in page[above:]:
        yield _place(block, line, strips, unit)


def _strips(lines: Sequence[RawLine]) -> list[Strip]:
    """The columns: what the pieces of all lines cover together, a gutter being wider than a space."""
    pieces = sorted((piece.start, piece.end) for line in lines for piece in line.pieces)
    gutter = max(line.gutter for line in lines)
    strips: list[Strip] = []
    for start, end in pieces:
        if strips and start - strips[-1][1] < gutter:
            strips[-1] = (strips[-1][0], max(strips[-1][1], end))
        else:
            strips.append((start, end))
    return strips


def _unit_strip(lines: Sequence[RawLine], strips: Sequence[Strip], known: KnownRows) -> int | None:
    """The column of units, which parts the label on its left from the figure on its right."""
    counts = [0] * len(strips)
    for line in lines:
        for column, text in _texts(line, strips).items():
            counts[column] += known.is_unit(text)
    best = max(range(len(strips)), key=lambda column: counts[column])
    is_between = len(strips) >= _FEWEST_COLUMNS and 1 < best < len(strips) - 1
    return best if is_between and counts[best] >= _FEWEST_ROWS_A_PAGE else None


def _are_numbers(lines: Sequence[RawLine], strips: Sequence[Strip]) -> bool:
    firsts = [texts[0] for texts in (_texts(line, strips) for line in lines) if 0 in texts]
    return sum(bool(row_key(text)) for text in firsts) >= _SURE_NUMBERS * len(firsts)


def _texts(line: RawLine, strips: Sequence[Strip]) -> dict[int, str]:
    """The line's text by column; what lies beside all columns goes to the nearest on its left."""
    texts: dict[int, list[str]] = {}
    for piece in line.pieces:
        column = max((at for at, strip in enumerate(strips) if strip[0] <= piece.start), default=0)
        texts.setdefault(column, []).append(piece.text)
    return {column: " ".join(pieces) for column, pieces in texts.items()}


def _place(block: int, line: RawLine, strips: Sequence[Strip], unit: int) -> _Line:
    texts = _texts(line, strips)
    number = texts.get(0, "")
    labels = [texts[column] for column in range(1, unit) if column in texts]
    if not row_key(number):
        labels, number = [number, *labels] if number else labels, ""
    notes = [texts[column] for column in range(unit + 2, len(strips)) if column in texts]
    return _Line(
        block, line, number, " ".join(labels), texts.get(unit, ""), texts.get(unit + 1, ""), " ".join(notes)
    )


def _rows(lines: Sequence[_Line], numbered: Sequence[int], known: KnownRows) -> Iterator[RowText]:
    """Each numbered line with its share of the lines between it and the next."""
    if not numbered:
        return
    first = numbered[0]
    begin = min(range(first + 1), key=lambda at: (-_fit(lines[at : first + 1], known), first - at))
    for at, own in enumerate(numbered):
        last = at + 1 == len(numbered)
        stop = min(len(lines), own + 1 + _MOST_LINES_ABOVE) if last else numbered[at + 1]
        after = () if last else (lines[stop],)
        ends = range(own + 1, stop + 1)
        end = max(ends, key=lambda end: _fit(lines[begin:end], known) + _fit((*lines[end:stop], *after), known))
        yield _join(lines[begin:end])
        begin = end


def _fit(lines: Sequence[_Line], known: KnownRows) -> float:
    """How well the lines make up the row whose number is among them."""
    key = next((row_key(line.number) for line in lines if line.number), "")
    label, unit = (simplified(" ".join(texts)) for texts in zip(*((ln.label, ln.unit) for ln in lines), strict=True))
    fits = [
        max(fuzz.ratio(label, one) for one in row.labels)
        + _UNIT_WEIGHT * max((fuzz.ratio(unit, one) for one in row.units), default=0.0 if unit else 100.0)
        for row in known.numbered(key)
    ]
    return max(fits, default=0.0)


def _join(lines: Sequence[_Line]) -> RowText:
    """One row of several lines; its figure stands where the figure's first letter does."""
    own = next(line for line in lines if line.number)
    with_figure = next((line for line in lines if line.figure), own)
    whole = {name: " ".join(filter(None, (getattr(line, name) for line in lines))) for name in ("label", "unit", "note")}
    return RowText(
        block=own.block,
        number=own.number,
        label=whole["label"],
        unit=whole["unit"],
        figure=RawCell(" ".join(line.figure for line in lines if line.figure), replace(with_figure.line.place)),
        note=whole["note"],
        place=own.line.place,
    )
