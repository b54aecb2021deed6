"""Which column of a table is which: by the words above and by what stands under them, every column weighed."""

import re
from collections.abc import Callable, Sequence

from baocao.forms.recognise.columns import ColumnChoice, FormColumn, TableColumns
from baocao.forms.recognise.figure_column import FEWEST_FIGURES, HALF, MOSTLY, choose_figures
from baocao.forms.recognise.head_rows import find_head_end, is_head_row
from baocao.forms.recognise.heads import ColumnRole, period_named
from baocao.forms.recognise.labels import written_number
from baocao.forms.recognise.raw import RawRow
from baocao.forms.recognise.strips import ColumnStrip, cut_strips

LabelFit = Callable[[str], float]
IsUnit = Callable[[str], bool]
_SURE_LABEL = 72.0
_FEWEST_LABELS = 2
_MOST_HEAD_ROWS = 8
_MOST_TITLES = 2
_CODES = re.compile(r".+=\s*[0-9]+\b.*", re.DOTALL)


def find_columns(
    table: int, rows: Sequence[RawRow], label_fit: LabelFit, is_unit: IsUnit, choice: ColumnChoice
) -> TableColumns | None:
    """None where the rows are no table of a form."""
    body = _below_the_head(_body_rows(rows, label_fit), rows)
    head_end = find_head_end(rows, body[0] if body else len(rows))
    if not body and not head_end:
        return None
    under = rows[head_end:] if not body else [row for at, row in enumerate(rows) if at >= head_end]
    strips = cut_strips(rows[max(0, head_end - _MOST_HEAD_ROWS) : head_end], under)
    label = _label_strip(strips, rows, body, label_fit)
    if label is None:
        return None
    roles: dict[int, FormColumn] = {label.index: FormColumn(label.index, label.head, ColumnRole.LABEL)}
    number = _number_strip(strips, label)
    if number is not None:
        roles[number.index] = FormColumn(number.index, number.head, ColumnRole.NUMBER)
    unit = _unit_strip([s for s in strips if s.index not in roles], is_unit)
    if unit is not None:
        roles[unit.index] = FormColumn(unit.index, unit.head, ColumnRole.UNIT)
    rest = [strip for strip in strips if strip.index not in roles]
    figure, doubt = choose_figures(rest, label.index, choice)
    for strip in rest:
        roles[strip.index] = _role_of(strip, figure, choice)
    columns = tuple(roles[index] for index in sorted(roles))
    return TableColumns(table, columns, head_end, doubt)


def _body_rows(rows: Sequence[RawRow], label_fit: LabelFit) -> list[int]:
    """Where the rows of a known form stand."""
    return [at for at, row in enumerate(rows) if any(label_fit(cell.text) >= _SURE_LABEL for cell in row.cells)]


def _below_the_head(body: list[int], rows: Sequence[RawRow]) -> list[int]:
    """Without titles above the head that read like a row of the form."""
    for head in (at for at, row in enumerate(rows) if is_head_row(row)):
        below = [at for at in body if at > head]
        if len(body) - len(below) <= _MOST_TITLES and len(below) >= _FEWEST_LABELS:
            return below
    return body


def _label_strip(
    strips: Sequence[ColumnStrip], rows: Sequence[RawRow], body: Sequence[int], label_fit: LabelFit
) -> ColumnStrip | None:
    """Where the labels of a known form stand; without any, where the head says so."""
    counts = [0] * len(strips)
    for at in body:
        for index, cell in enumerate(rows[at].cells):
            counts[index] += label_fit(cell.text) >= _SURE_LABEL
    best = max(range(len(counts)), key=lambda index: counts[index], default=0)
    if counts and counts[best] >= _FEWEST_LABELS:
        return strips[best]
    named = next((strip for strip in strips if strip.words.role is ColumnRole.LABEL), None)
    has_figures = any(strip.words.role is ColumnRole.FIGURE for strip in strips)
    numbered = next((strip for strip in strips if strip.words.role is ColumnRole.NUMBER), None)
    if named is None and numbered is not None and numbered.index + 1 < len(strips):
        named = strips[numbered.index + 1]
    if named is not None and has_figures:
        return named
    return strips[best] if counts and counts[best] else None


def _number_strip(strips: Sequence[ColumnStrip], label: ColumnStrip) -> ColumnStrip | None:
    named = [strip for strip in strips if strip.words.role is ColumnRole.NUMBER and strip is not label]
    if named:
        return named[0]
    left = [strip for strip in strips[: label.index] if strip.share(lambda text: bool(written_number(text))) >= HALF]
    return left[-1] if left else None


def _unit_strip(strips: Sequence[ColumnStrip], is_unit: IsUnit) -> ColumnStrip | None:
    """By its head, or because units stand in it: `%`, `Thủ tục`, `Chưa = 0 …`."""

    def holds(text: str) -> bool:
        return bool(_CODES.fullmatch(text)) or (not text.isdecimal() and is_unit(text))

    def weight(strip: ColumnStrip) -> float:
        return (strip.words.role is ColumnRole.UNIT) * HALF + strip.share(holds)

    def is_of_figures(strip: ColumnStrip) -> bool:
        """The head says units, but figures stand below; one unit of the form is printed as 0."""
        named = strip.words.role is ColumnRole.UNIT
        return strip.figure_share > (MOSTLY if named else HALF) and len(strip.filled) >= FEWEST_FIGURES

    best = max(strips, key=weight, default=None)
    return best if best is not None and weight(best) >= HALF and not is_of_figures(best) else None


def _role_of(strip: ColumnStrip, figure: FormColumn | None, choice: ColumnChoice) -> FormColumn:
    if figure is not None and strip.index == figure.index:
        return figure
    role = strip.words.role
    if role in (ColumnRole.FIGURE, ColumnRole.OTHER, ColumnRole.LABEL, ColumnRole.NUMBER, ColumnRole.UNIT):
        earlier = _is_earlier(strip, choice)
        texts = strip.filled and strip.figure_share < HALF
        is_note = role is ColumnRole.OTHER and not strip.own and (texts or not strip.filled)
        role = ColumnRole.PREVIOUS if earlier else ColumnRole.NOTE if is_note else ColumnRole.OTHER
    return FormColumn(strip.index, strip.head, role)


def _is_earlier(strip: ColumnStrip, choice: ColumnChoice) -> bool:
    named, period = period_named(strip.own), choice.period
    if named is None or period is None:
        return False
    return (named.part, named.year or period.year) == (period.predecessor.part, period.predecessor.year)
