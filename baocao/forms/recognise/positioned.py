"""Rows of the form out of lines that keep their columns: a PDF's table without rules, text set with spaces.

Columns are the strips of the page between gutters no line crosses. A row is the line with its number, and the
lines above and below it with which its label and unit fit best: cells may be set at the top or in the middle.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, product

from rapidfuzz import fuzz

from baocao.catalogue import Form
from baocao.forms.numbers import clean
from baocao.forms.recognise.columns import ColumnChoice, FormColumn, TableColumns
from baocao.forms.recognise.figure_column import choose_figures
from baocao.forms.recognise.heads import ColumnRole, words_of_head
from baocao.forms.recognise.labels import row_key
from baocao.forms.recognise.raw import RawCell, RawDocument, RawLine
from baocao.forms.recognise.splitting import HEAD_PHRASE, HEAD_WORDS, KnownRows, simplified
from baocao.forms.recognise.strips import ColumnStrip
from baocao.forms.recognise.table_rows import RowText

_FEWEST_ROWS_A_PAGE = 2
_FEWEST_COLUMNS = 4
_MOST_LINES_ABOVE = 8
_MOST_LINES_OF_A_ROW = 40
_USUAL_UNIT_STRIP = 2
_UNIT_WEIGHT = 0.5
_SURE_NUMBERS = 0.6
_MOSTLY = 0.5
_GUTTERS = (1.0, 0.4)
"""Shares of the usual gutter: a browser's columns may stand closer than a word processor's."""

Strip = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The strips of a page, which of them holds the units and which the figures, and what is in doubt."""

    strips: tuple[Strip, ...]
    unit: int
    figure: int
    doubt: str = ""
    told: tuple[FormColumn, ...] = ()


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


def find_positioned_rows(
    document: RawDocument, forms: Mapping[str, Form], choice: ColumnChoice
) -> tuple[tuple[RowText, ...], tuple[TableColumns, ...]]:
    """The rows and their columns; none where the lines do not stand in columns."""
    known = KnownRows(forms)
    blocks = enumerate(document.blocks)
    lines = [(at, line) for at, line in blocks if isinstance(line, RawLine) and line.pieces]
    placed: list[_Line] = []
    columns: _Columns | None = None
    heads: frozenset[str] = frozenset()
    for _, page in groupby(lines, key=lambda pair: pair[1].page):
        of_page, is_first = list(page), columns is None
        starts = [at for at, (_, line) in enumerate(of_page) if known.numbered(row_key(line.pieces[0].text))]
        columns = _columns_of([line for _, line in of_page], starts, known, columns, choice) or columns
        if columns is not None:
            above = max(0, starts[0] - _MOST_LINES_ABOVE) if is_first else 0
            first = starts[0] if starts else 0
            if is_first:
                heads = frozenset(simplified(line.text) for _, line in of_page[above:first])
            again = [pair for pair in of_page[:first] if not is_first and simplified(pair[1].text) in heads]
            kept = (pair for pair in of_page[above:] if pair not in again and not _is_head(pair[1]))
            placed.extend(_place(*pair, columns) for pair in kept)
    if columns is None:
        return (), ()
    return tuple(_rows(placed, known)), (TableColumns(-1, columns.told, doubt=columns.doubt),)


def _is_head(line: RawLine) -> bool:
    """The table's head, printed again on a later page."""
    return any(simplified(piece.text) in HEAD_WORDS for piece in line.pieces) or HEAD_PHRASE in line.text


def _columns_of(
    page: Sequence[RawLine], starts: Sequence[int], known: KnownRows, before: _Columns | None, choice: ColumnChoice
) -> _Columns | None:
    """The columns of a page with some rows; None where it has too few, or stands in no columns."""
    if len(starts) < _FEWEST_ROWS_A_PAGE:
        return None
    inside = page[starts[0] : starts[-1] + 1]
    strips = next((found for part in _GUTTERS if len(found := _strips(inside, part)) >= _FEWEST_COLUMNS), [])
    if not strips or not _are_numbers(inside, strips):
        return None
    unit = _unit_strip(inside, strips, known)
    if before is not None and len(before.strips) == len(strips):
        return replace(before, strips=tuple(strips), unit=unit, figure=before.figure)
    head = _head_lines(page[max(0, starts[0] - _MOST_LINES_ABOVE) : starts[0]], strips)
    return _with_figures(_Columns(tuple(strips), unit, unit + 1), head, inside, choice)


def _head_lines(above: Sequence[RawLine], strips: Sequence[Strip]) -> Sequence[RawLine]:
    """Those of the table's head, from a line above the one that names a column of numbers or units."""
    for at, line in enumerate(above):
        roles = {words_of_head(text).role for text in _texts(line, strips).values()}
        if roles & {ColumnRole.NUMBER, ColumnRole.UNIT}:
            return above[max(0, at - 1) :]
    return above[-1:]


def _with_figures(
    columns: _Columns, head: Sequence[RawLine], inside: Sequence[RawLine], choice: ColumnChoice
) -> _Columns:
    """The figures stand behind the units; which column it is where several do, their heads say."""
    strips = [_column_strip(columns.strips, at, head, inside) for at in range(columns.unit + 1, len(columns.strips))]
    figure, doubt = choose_figures(strips, columns.unit, choice)
    told = (FormColumn(columns.unit, "", ColumnRole.UNIT), *([figure] if figure else []))
    if figure is not None:
        return replace(columns, figure=figure.index, told=told)
    several = sum(strip.figure_share >= _MOSTLY and bool(strip.filled) for strip in strips) > 1
    return replace(columns, doubt=doubt if several or choice.asked else "", told=told)


def _column_strip(strips: Sequence[Strip], at: int, head: Sequence[RawLine], inside: Sequence[RawLine]) -> ColumnStrip:
    start, end = strips[at]
    pieces = (piece for line in head for piece in line.pieces)
    above = [piece.text for piece in pieces if start - 1 <= (piece.start + piece.end) / 2 <= end + 1]
    by_column = (_texts(line, strips) for line in inside)
    texts = [clean(texts[at]) for texts in by_column if at in texts]
    return ColumnStrip(at, own=" ".join(above), texts=texts)


def _strips(lines: Sequence[RawLine], part: float) -> list[Strip]:
    """The columns: what the pieces of all lines cover together, parted by gutters no line crosses."""
    pieces = sorted((piece.start, piece.end) for line in lines for piece in line.pieces)
    gutter = part * max(line.gutter for line in lines)
    strips: list[Strip] = []
    for start, end in pieces:
        if strips and start - strips[-1][1] < gutter:
            strips[-1] = (strips[-1][0], max(strips[-1][1], end))
        else:
            strips.append((start, end))
    return _without_words(strips, lines)


def _without_words(strips: Sequence[Strip], lines: Sequence[RawLine]) -> list[Strip]:
    """A strip whose pieces all stand a space behind the piece before is part of the column on its left."""
    kept: list[Strip] = []
    for strip in strips:
        if kept and _is_of_the_left(strip, lines):
            kept[-1] = (kept[-1][0], strip[1])
        else:
            kept.append(strip)
    return kept


def _is_of_the_left(strip: Strip, lines: Sequence[RawLine]) -> bool:
    for line in lines:
        pieces = sorted(line.pieces, key=lambda piece: piece.start)
        first = next((at for at, piece in enumerate(pieces) if strip[0] <= piece.start <= strip[1]), None)
        if first is not None and (not first or pieces[first].start - pieces[first - 1].end >= line.gutter):
            return False
    return True


def _unit_strip(lines: Sequence[RawLine], strips: Sequence[Strip], known: KnownRows) -> int:
    """The column of units, which parts the label from the figure; the third if in doubt."""
    counts = [0] * len(strips)
    for line in lines:
        for column, text in _texts(line, strips).items():
            counts[column] += known.is_unit(text)
    best = max(range(_USUAL_UNIT_STRIP, len(strips) - 1), key=lambda at: counts[at], default=_USUAL_UNIT_STRIP)
    return best if counts[best] else _USUAL_UNIT_STRIP


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


def _place(block: int, line: RawLine, columns: _Columns) -> _Line:
    texts, unit = _texts(line, columns.strips), columns.unit
    number = texts.get(0, "")
    labels = [texts[column] for column in range(1, unit) if column in texts]
    if not row_key(number):
        labels, number = [number, *labels] if number else labels, ""
    figure = columns.figure
    notes = [texts[column] for column in range(figure + 1, len(columns.strips)) if column in texts]
    return _Line(block, line, number, " ".join(labels), texts.get(unit, ""), texts.get(figure, ""), " ".join(notes))


def _rows(lines: Sequence[_Line], known: KnownRows) -> Iterator[RowText]:
    """Each numbered line with its share of the lines before and after it."""
    numbered = [at for at, line in enumerate(lines) if line.number]
    begins = range(max(0, numbered[0] - _MOST_LINES_ABOVE), numbered[0] + 1) if numbered else range(0)
    for own, following in zip(numbered, (*numbered, len(lines))[1:], strict=True):
        ends = range(own + 1, min(following, own + _MOST_LINES_OF_A_ROW) + 1)
        spans = product(reversed(begins), reversed(ends))
        upcoming = lines[: following + 1]
        begin, end = max(
            spans,
            key=lambda span: _fit(lines[slice(*span)], known) + _opening_fit(upcoming[span[1] :], known),
        )
        yield _join(lines[begin:end])
        begins = range(max(end, following - _MOST_LINES_OF_A_ROW), following + 1)


def _fit(lines: Sequence[_Line], known: KnownRows) -> float:
    """How well the lines make up the row whose number is among them."""
    label, unit = _label_of(lines), _unit_of(lines)
    fits = [
        max(fuzz.ratio(label, one) for one in row.labels)
        + _UNIT_WEIGHT * max((fuzz.ratio(unit, one) for one in row.units), default=0.0 if unit else 100.0)
        for row in known.numbered(_key_of(lines))
    ]
    return max(fits, default=0.0)


def _opening_fit(lines: Sequence[_Line], known: KnownRows) -> float:
    """How well the lines up to a row's number begin its label; full marks where there is no next row."""
    label, unit = _label_of(lines), _unit_of(lines)
    rows = known.numbered(_key_of(lines))
    labels = [fuzz.ratio(label, one[: len(label)]) for row in rows for one in row.labels]
    units = [fuzz.ratio(unit, one[: len(unit)]) for row in rows for one in row.units]
    return max(labels, default=100.0) + _UNIT_WEIGHT * max(units, default=0.0)


def _unit_of(lines: Sequence[_Line]) -> str:
    return simplified(" ".join(line.unit for line in lines))


def _label_of(lines: Sequence[_Line]) -> str:
    return simplified(" ".join(line.label for line in lines))


def _key_of(lines: Sequence[_Line]) -> str:
    return next((row_key(line.number) for line in lines if line.number), "")


def _join(lines: Sequence[_Line]) -> RowText:
    """One row of several lines; its figure stands where the figure's first letter does."""
    own = next(line for line in lines if line.number)
    with_figure = next((line for line in lines if line.figure), own)
    return RowText(
        block=own.block,
        number=own.number,
        label=" ".join(line.label for line in lines if line.label),
        unit=" ".join(line.unit for line in lines if line.unit),
        figure=RawCell(" ".join(line.figure for line in lines if line.figure), with_figure.line.place),
        note=" ".join(line.note for line in lines if line.note),
        place=own.line.place,
    )
