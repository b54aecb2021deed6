"""Which column of a table is which: by the words above and by what stands under them, every column weighed.

Where two columns could hold the figures none is taken: `doubt` says which they are.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from baocao.domain import Period
from baocao.forms.numbers import clean, shorten
from baocao.forms.recognise.heads import ColumnRole, HeadWords, period_named, plain, words_of_head
from baocao.forms.recognise.labels import row_key, written_number
from baocao.forms.recognise.raw import RawRow

LabelFit = Callable[[str], float]
IsUnit = Callable[[str], bool]

_SURE_LABEL = 72.0
_FEWEST_LABELS = 2
_HALF = 0.5
_MOSTLY = 0.75
_FEWEST_FIGURES = 4
_MOST_HEAD_ROWS = 8
_CODES = re.compile(r".+=\s*[0-9]+\b.*", re.DOTALL)
_FIGURE = re.compile(
    r"[-(≈~<>]*\s*[0-9][0-9.,  ]*\s*%?\s*\)?|(không|chưa|ko|k)( có)? phát sinh.*|kps|=.*|#.*", re.IGNORECASE
)
_ASKED_COLUMN = re.compile(r"(?:cột\s*)?([0-9]{1,2})|(?:cột\s*)?([A-Z]{1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column: its head as read, what it holds, and why it is thought to."""

    index: int
    head: str
    role: ColumnRole
    why: str = ""


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns of one table; `first_row` is the first row under its head."""

    table: int
    columns: tuple[FormColumn, ...]
    first_row: int = 0
    doubt: str = ""

    def index(self, role: ColumnRole) -> int | None:
        return next((column.index for column in self.columns if column.role is role), None)

    @property
    def figure(self) -> FormColumn | None:
        return next((column for column in self.columns if column.role is ColumnRole.FIGURE), None)

    @property
    def width(self) -> int:
        return 1 + max((column.index for column in self.columns), default=-1)


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What is known beforehand: the column somebody asked for, and the period of the form."""

    asked: str = ""
    period: Period | None = None


@dataclass
class ColumnStrip:
    """A column before its role is known: its own head, the heads it lies under, the texts in it."""

    index: int
    own: str = ""
    parents: str = ""
    texts: list[str] = field(default_factory=list)
    exact_count: int = 0

    @property
    def filled(self) -> list[str]:
        return [text for text in self.texts if text]

    @property
    def head(self) -> str:
        return " – ".join(dict.fromkeys(filter(None, (self.parents, self.own))))

    def share(self, holds: Callable[[str], bool]) -> float:
        filled = self.filled
        return sum(map(holds, filled)) / len(filled) if filled else 0.0

    @property
    def figure_share(self) -> float:
        return self.share(lambda text: bool(_FIGURE.fullmatch(text)))

    @property
    def words(self) -> HeadWords:
        own = words_of_head(self.own)
        return own if own.role is not ColumnRole.OTHER or self.own else words_of_head(self.parents)


def find_columns(
    table: int, rows: Sequence[RawRow], label_fit: LabelFit, is_unit: IsUnit, choice: ColumnChoice
) -> TableColumns | None:
    """None where the rows are no table of a form."""
    body = _body_rows(rows, label_fit)
    head_end = _head_end(rows, body[0] if body else len(rows))
    if not body and not head_end:
        return None
    under = rows[head_end:] if not body else [row for at, row in enumerate(rows) if at >= head_end]
    strips = _strips(rows[max(0, head_end - _MOST_HEAD_ROWS) : head_end], under)
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


def _head_end(rows: Sequence[RawRow], first: int) -> int:
    """Behind the last row of the head: the last above the first body row that names two columns."""
    end = next((at + 1 for at in range(min(first, len(rows)) - 1, -1, -1) if is_head_row(rows[at])), 0)
    while 0 < end < min(first, len(rows)) and _goes_under_the_head(rows[end]):
        end += 1
    return end


def _goes_under_the_head(row: RawRow) -> bool:
    """A further row of names below merged ones: nothing in its first column, and no figure."""
    texts = [clean(cell.text) for cell in row.cells]
    filled = [text for text in texts if text]
    return len(filled) > 1 and not texts[0] and not any(_FIGURE.fullmatch(text) for text in filled)


def is_head_row(row: RawRow) -> bool:
    """A row that names at least two columns, and holds no figure beside a number of its own."""
    roles = [words_of_head(cell.text).role for cell in row.cells if cell.text and len(cell.text) < len("x") * 120]
    named = {role for role in roles if role is not ColumnRole.OTHER}
    return len(named) >= len(("unit", "figure")) and not any(
        _FIGURE.fullmatch(clean(cell.text)) and "(" not in cell.text for cell in row.cells
    )


def _strips(head: Sequence[RawRow], body: Sequence[RawRow]) -> list[ColumnStrip]:
    """Each column with its own head, the heads it lies under, and what stands in it."""
    width = max((len(row.cells) for row in (*head, *body)), default=0)
    strips = [ColumnStrip(index) for index in range(width)]
    own_heads = [row for row in head if _is_part_of_head(row)]
    for at, row in enumerate(own_heads):
        above = ""
        for strip in strips:
            text = clean(row.cells[strip.index].text) if strip.index < len(row.cells) else ""
            if text:
                above = text
                strip.parents = " ".join(filter(None, (strip.parents, strip.own)))
                strip.own = text
            elif (
                at < len(own_heads) - 1
                and above
                and not strip.own
                and _is_named_below(own_heads[at + 1 :], strip.index)
            ):
                strip.parents = " ".join(filter(None, (strip.parents, above)))
    _share_parents(strips, own_heads)
    for row in body:
        for strip, cell in zip(strips, row.cells, strict=False):
            strip.texts.append(clean(cell.text))
            strip.exact_count += cell.exact is not None
    return strips


def _share_parents(strips: Sequence[ColumnStrip], heads: Sequence[RawRow]) -> None:
    """A column with figures and no head of its own lies under the head on its left."""
    for strip in strips:
        if not strip.own and not strip.parents:
            left = next((s for s in reversed(strips[: strip.index]) if s.own or s.parents), None)
            last = heads[-1].cells if heads else ()
            is_open = strip.index < len(last)
            strip.parents = (left.parents or left.own) if left and is_open else ""


def _is_part_of_head(row: RawRow) -> bool:
    """Not a title over the table, not a row that numbers the columns."""
    texts = [clean(cell.text) for cell in row.cells if clean(cell.text)]
    numbered = sum(bool(row_key(text.strip("()"))) or len(text.strip("()")) == 1 for text in texts)
    return len(texts) > 1 and numbered < len(texts)


def _is_named_below(rows: Sequence[RawRow], index: int) -> bool:
    return any(index < len(row.cells) and clean(row.cells[index].text) for row in rows)


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
    left = [strip for strip in strips[: label.index] if strip.share(lambda text: bool(written_number(text))) >= _HALF]
    return left[-1] if left else None


def _unit_strip(strips: Sequence[ColumnStrip], is_unit: IsUnit) -> ColumnStrip | None:
    """By its head, or because units stand in it: `%`, `Thủ tục`, `Chưa = 0 …`."""

    def holds(text: str) -> bool:
        return bool(_CODES.fullmatch(text)) or (not text.isdecimal() and is_unit(text))

    def weight(strip: ColumnStrip) -> float:
        return (strip.words.role is ColumnRole.UNIT) * _HALF + strip.share(holds)

    def is_of_figures(strip: ColumnStrip) -> bool:
        """The head says units, but figures stand below; one unit of the form is printed as 0."""
        named = strip.words.role is ColumnRole.UNIT
        return strip.figure_share > (_MOSTLY if named else _HALF) and len(strip.filled) >= _FEWEST_FIGURES

    best = max(strips, key=weight, default=None)
    return best if best is not None and weight(best) >= _HALF and not is_of_figures(best) else None


def choose_figures(strips: Sequence[ColumnStrip], label: int, choice: ColumnChoice) -> tuple[FormColumn | None, str]:
    """The column of this period's figures, or why none is taken."""
    if choice.asked:
        asked = _asked_strip(strips, choice.asked)
        if asked is not None:
            return FormColumn(asked.index, asked.head, ColumnRole.FIGURE, "theo yêu cầu --column"), ""
        return None, f"không có cột nào là “{choice.asked}”; {_list_heads(strips)}"
    possible = [strip for strip in strips if _may_hold_figures(strip, label, choice)]
    for grade, why in _GRADES:
        best = [strip for strip in possible if grade(strip, choice)]
        filled = [strip for strip in best if strip.filled] or best
        if len(filled) == 1:
            return FormColumn(filled[0].index, filled[0].head, ColumnRole.FIGURE, why(filled[0])), ""
        if filled:
            return None, _two_columns(filled)
    return None, f"không có cột nào chắc chắn là số liệu của kỳ này; {_list_heads(strips)}"


def _may_hold_figures(strip: ColumnStrip, label: int, choice: ColumnChoice) -> bool:
    may = strip.words.role in (ColumnRole.FIGURE, ColumnRole.OTHER) or _is_named_after_who(strip)
    if not may or _is_of_another_period(strip, choice):
        return False
    return strip.index > label or strip.figure_share >= _HALF


def _is_named_after_who(strip: ColumnStrip) -> bool:
    """“Đơn vị” over figures is whose they are, not what they are counted in."""
    is_full = strip.figure_share >= _MOSTLY and len(strip.filled) >= _FEWEST_FIGURES
    return strip.words.role is ColumnRole.UNIT and is_full


def _is_of_another_period(strip: ColumnStrip, choice: ColumnChoice) -> bool:
    named = period_named(strip.own)
    return named is not None and choice.period is not None and not named.is_of(choice.period)


def _names_the_period(strip: ColumnStrip, choice: ColumnChoice) -> bool:
    named = period_named(strip.own)
    return named is not None and choice.period is not None and named.is_of(choice.period)


def _is_under_figures(strip: ColumnStrip) -> bool:
    """Headed as figures; or without a head of its own, full of figures beside such a head."""
    if strip.own:
        return words_of_head(strip.own).role is ColumnRole.FIGURE
    is_beside = words_of_head(strip.parents).role is ColumnRole.FIGURE
    return is_beside and bool(strip.filled) and strip.figure_share >= _HALF


def _holds_figures(strip: ColumnStrip) -> bool:
    return strip.figure_share >= _HALF


_GRADES: tuple[tuple[Callable[[ColumnStrip, ColumnChoice], bool], Callable[[ColumnStrip], str]], ...] = (
    (_names_the_period, lambda strip: f"đầu cột ghi đúng kỳ báo cáo (“{shorten(strip.own)}”)"),
    (
        lambda strip, _: strip.words.is_this_period and bool(strip.own),
        lambda strip: f"đầu cột ghi kỳ này (“{shorten(strip.own)}”)",
    ),
    (
        lambda strip, _: _is_under_figures(strip),
        lambda strip: f"đầu cột ghi “{shorten(strip.own or strip.head)}”",
    ),
    (lambda strip, _: _holds_figures(strip), lambda _: "là cột duy nhất có số liệu của các chỉ tiêu"),
    (
        lambda strip, _: strip.words.role is ColumnRole.FIGURE and not strip.filled,
        lambda strip: f"nằm dưới “{shorten(strip.head)}”",
    ),
)  # fmt: skip


def _two_columns(strips: Sequence[ColumnStrip]) -> str:
    names = " và ".join(_name(strip) for strip in strips)
    return (
        f"{names} đều có thể là số liệu của kỳ này, chưa lấy cột nào; chỉ rõ bằng --column "
        f"(ví dụ --column {strips[-1].index + 1})"
    )


def _name(strip: ColumnStrip) -> str:
    head = f" “{shorten(strip.head)}”" if strip.head else " (không có đầu cột)"
    return f"cột {strip.index + 1}{head}"


def _list_heads(strips: Sequence[ColumnStrip]) -> str:
    return f"các cột còn lại của bảng: {', '.join(map(_name, strips)) or 'không có'}; chỉ rõ bằng --column"


def _asked_strip(strips: Sequence[ColumnStrip], asked: str) -> ColumnStrip | None:
    """By number from 1, by letter as in a sheet, or by words of its head."""
    match = _ASKED_COLUMN.fullmatch(asked.strip())
    if match:
        letters = match[2].upper() if match[2] else ""
        index = int(match[1]) - 1 if match[1] else _letters_index(letters)
        found = next((strip for strip in strips if strip.index == index), None)
        if found is not None or match[1]:
            return found
    wanted = plain(asked)
    exact = [strip for strip in strips if plain(strip.own) == wanted]
    inside = [strip for strip in strips if wanted and wanted in plain(strip.head)]
    some = exact or inside
    return some[0] if len(some) == 1 else None


def _letters_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _role_of(strip: ColumnStrip, figure: FormColumn | None, choice: ColumnChoice) -> FormColumn:
    if figure is not None and strip.index == figure.index:
        return figure
    role = strip.words.role
    if role in (ColumnRole.FIGURE, ColumnRole.OTHER, ColumnRole.LABEL, ColumnRole.NUMBER, ColumnRole.UNIT):
        earlier = _is_earlier(strip, choice)
        texts = strip.filled and strip.figure_share < _HALF
        is_note = role is ColumnRole.OTHER and not strip.own and (texts or not strip.filled)
        role = ColumnRole.PREVIOUS if earlier else ColumnRole.NOTE if is_note else ColumnRole.OTHER
    return FormColumn(strip.index, strip.head, role)


def _is_earlier(strip: ColumnStrip, choice: ColumnChoice) -> bool:
    named, period = period_named(strip.own), choice.period
    if named is None or period is None:
        return False
    return (named.part, named.year or period.year) == (period.predecessor.part, period.predecessor.year)


def as_in_table_before(before: TableColumns, table: int, rows: Sequence[RawRow]) -> TableColumns | None:
    """A table without a head goes on with the columns of the one before, where its shape is the same."""
    width = max((len(row.cells) for row in rows), default=0)
    if width < before.width or any(is_head_row(row) for row in rows[:1]):
        return None
    return replace(before, table=table, first_row=0)


def columns_of_role(columns: TableColumns, role: ColumnRole) -> Iterator[FormColumn]:
    return (column for column in columns.columns if column.role is role)
