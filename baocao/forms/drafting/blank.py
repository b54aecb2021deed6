"""A blank form as it stands in a document: the lines around its table, its columns, its rows; or why it is none."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from baocao.catalogue import Form
from baocao.errors import UnreadableFormError
from baocao.forms.drafting.not_a_form import say_no_form
from baocao.forms.drafting.numbering import bare
from baocao.forms.numbers import clean, is_blank
from baocao.forms.recognise import FileKind, Position, RawCell, RawDocument, RawLine, RawRow
from baocao.forms.recognise.column_roles import find_columns
from baocao.forms.recognise.columns import ColumnChoice, TableColumns
from baocao.forms.recognise.head_rows import is_head_row
from baocao.forms.recognise.heads import ColumnRole, words_of_head
from baocao.forms.recognise.labels import split_number

_FEWEST_ROWS = 2
_FEWEST_LETTERS = 3
_FEWEST_SIGNS = 3
BETWEEN_HEADS = " – "

_CODE_END = re.compile(r"(=\s*\d{1,2})\s+(?=\w)")
_LETTERED = re.compile(r"(\(?(?:[IVX]{1,5}|[A-HĐ])[.)]|\(?[a-zđ]\))\s+(?=[^\W\d_])(.+)", re.DOTALL)
_OPERAND = r"\(?\s*[a-zđ0-9][0-9.]{0,5}\s*\)?"
_BARE_FORMULA = re.compile(rf"\(?\s*{_OPERAND}\s*(?:[/:÷+]\s*{_OPERAND}\s*)+\)?\s*(?:[*x×]\s*100\s*%?)?", re.IGNORECASE)
_LABEL_END = re.compile(r"\(\s*(=(?:[^()]|\([^()]*\))+?)\s*\)[.;:]?$")
IsUnit = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class CellMarks:
    """What a file says of its cells beside their text, by table, row and column.

    `italics` are texts with `<i>…</i>` around what is italic, `numbers` those the word processor makes by itself.
    """

    italics: Mapping[tuple[int, int, int], str] = field(default_factory=dict)
    numbers: Mapping[tuple[int, int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlankRow:
    """One row as printed; `hint` is a formula left in its empty cells, `figure` a figure somebody left in."""

    number: str
    label: str
    unit: str
    hint: str
    figure: str
    place: Position


@dataclass(frozen=True, slots=True)
class BlankForm:
    """`other_heads` are columns that a form of rows with one figure has no place for."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    columns: TableColumns
    rows: tuple[BlankRow, ...]
    other_heads: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class _Table:
    """A table, with what continues it, and where it stands among the blocks."""

    rows: tuple[RawRow, ...]
    first_block: int
    last_block: int
    columns: TableColumns
    is_paged: bool = False

    @property
    def number(self) -> int:
        return self.rows[0].place.table


def read_blanks(document: RawDocument, forms: Sequence[Form], is_unit: IsUnit, marks: CellMarks) -> list[BlankForm]:
    """Every form of the document. Raise UnreadableFormError, saying what was seen, where there is none."""
    tables = _find_tables(document, is_unit)
    if not tables:
        raise UnreadableFormError(say_no_form(document, forms))
    ends = [*(table.first_block for table in tables[1:]), len(document.blocks)]
    starts = [0, *(table.last_block + 1 for table in tables[:-1])]
    found = [
        _read(document, table, (start, end), marks)
        for table, start, end in zip(tables, starts, ends, strict=True)
        if _is_form(document, table, is_unit, (start, end))
    ]
    if not found:
        raise UnreadableFormError(say_no_form(document, forms))
    return found


def _find_tables(document: RawDocument, is_unit: IsUnit) -> list[_Table]:
    """Tables with a form's columns; one without a head, or with the same head, goes on with the one before."""
    found: list[_Table] = []
    rows = ((at, block) for at, block in enumerate(document.blocks) if isinstance(block, RawRow))
    for number, group in groupby(rows, key=lambda pair: pair[1].place.table):
        blocks, table = zip(*group, strict=True)
        columns = _columns_of(number, table, is_unit)
        before = found[-1] if found else None
        if before is not None and _goes_on(document, before, table, blocks[0], columns):
            found[-1] = replace(before, rows=(*before.rows, *table), last_block=blocks[-1])
        elif columns is not None:
            found.append(_Table(table, blocks[0], blocks[-1], columns, document.kind is FileKind.PDF))
    return found


def _columns_of(number: int, rows: Sequence[RawRow], is_unit: IsUnit) -> TableColumns | None:
    """By the head; a label is the longest text of a row below it."""
    head = next((at for at, row in enumerate(rows) if is_head_row(row)), None)
    if head is None:
        return None
    below = [row for row in rows[head + 1 :] if not is_head_row(row)]
    labels = {max((cell.text for cell in row.cells), key=len, default="") for row in below}
    named = {text for text in labels if sum(letter.isalpha() for letter in text) >= _FEWEST_LETTERS}
    return find_columns(number, rows, lambda text: 100.0 if text in named else 0.0, is_unit, ColumnChoice())


def _goes_on(
    document: RawDocument, before: _Table, rows: Sequence[RawRow], first: int, columns: TableColumns | None
) -> bool:
    between = document.blocks[before.last_block + 1 : first]
    if any(isinstance(block, RawLine) and clean(block.text) and not bare(block.text).isdecimal() for block in between):
        return False
    width = max(len(row.cells) for row in rows)
    own, earlier = (
        [column.head for column in found.columns] if found is not None else [] for found in (columns, before.columns)
    )
    return width >= before.columns.width if columns is None else own == earlier


def _is_form(document: RawDocument, table: _Table, is_unit: IsUnit, span: tuple[int, int]) -> bool:
    """At least three signs of one: named columns, known units, a title that says so."""
    rows, _ = _split_body(table, CellMarks())
    if len(rows) < _FEWEST_ROWS:
        return False
    heads = [part for column in table.columns.columns for part in column.head.split(BETWEEN_HEADS)]
    roles = {words_of_head(head).role for head in heads}
    lines = " ".join((*_lines(document, span[0], table.first_block), *_above(table))).casefold()
    units = [row.unit for row in rows if row.unit]
    signs = (
        *(role in roles for role in (ColumnRole.LABEL, ColumnRole.UNIT, ColumnRole.FIGURE)),
        bool(units) and sum(map(is_unit, units)) * 2 >= len(units),
        any(word in lines for word in ("biểu mẫu", "phụ lục", "biểu số", "mẫu số")),
        "kèm theo" in lines,
    )
    return sum(signs) >= _FEWEST_SIGNS


def _read(document: RawDocument, table: _Table, span: tuple[int, int], marks: CellMarks) -> BlankForm:
    before, after = _lines(document, span[0], table.first_block), _lines(document, table.last_block + 1, span[1])
    known = (ColumnRole.NUMBER, ColumnRole.LABEL, ColumnRole.UNIT, ColumnRole.FIGURE, ColumnRole.NOTE)
    others = [column.head for column in table.columns.columns if column.role not in known and column.head]
    sheet = document.sheets[table.number] if table.number < len(document.sheets) else ""
    place = f"trang tính “{sheet}”" if sheet else f"bảng {table.number + 1}"
    rows, below = _split_body(table, marks)
    return BlankForm((*before, *_above(table)), (*below, *after), table.columns, rows, tuple(others), place)


def _above(table: _Table) -> list[str]:
    """Lines set into the table above its head, as in a workbook."""
    rows = [row for row in table.rows[: table.columns.first_row] if not is_head_row(row)]
    texts = [[cell.text for cell in row.cells if clean(cell.text)] for row in rows]
    return [line for cells in texts if len(cells) == 1 for line in cells[0].splitlines() if clean(line)]


def _split_body(table: _Table, marks: CellMarks) -> tuple[tuple[BlankRow, ...], tuple[str, ...]]:
    """The form's rows; and what stands below the last one with a number or a unit: a signature, an explanation."""
    body = [row for row in table.rows[table.columns.first_row :] if not is_head_row(row)]
    read = list(zip(body, _rows_of(body, table.columns, marks), strict=True))
    if table.is_paged:
        read = _join_broken(read)
    last = max((at for at, (_, one) in enumerate(read) if one is not None and (one.number or one.unit)), default=-1)
    below = [cell.text.strip() for row, _ in read[last + 1 :] for cell in row.cells if clean(cell.text)]
    return tuple(one for _, one in read[: last + 1] if one is not None), tuple(below)


def _lines(document: RawDocument, first: int, last: int) -> tuple[str, ...]:
    """The lines of text between two tables, those of layout tables too."""
    found = []
    for block in document.blocks[first:last]:
        texts = [block.text] if isinstance(block, RawLine) else [cell.text for cell in block.cells]
        found += [line for text in texts for line in text.splitlines() if clean(line)]
    return tuple(found)


def _join_broken(read: Sequence[tuple[RawRow, BlankRow | None]]) -> list[tuple[RawRow, BlankRow | None]]:
    """What stands first on a page without a number is the rest of the last row of the page before."""
    joined: list[tuple[RawRow, BlankRow | None]] = []
    for row, one in read:
        before, held = joined[-1] if joined else (row, None)
        if one is not None and held is not None and not one.number and row.place.table != before.place.table:
            unit = " ".join(filter(None, (held.unit, one.unit)))
            joined[-1] = (row, replace(held, label=f"{held.label} {one.label}", unit=unit, hint=held.hint or one.hint))
        else:
            joined.append((row, one))
    return joined


def _rows_of(body: Sequence[RawRow], columns: TableColumns, marks: CellMarks) -> Iterator[BlankRow | None]:
    """None of a row that is none of the form: without a label, or one that numbers the columns."""
    roles = (ColumnRole.NUMBER, ColumnRole.LABEL, ColumnRole.UNIT)
    indexes = [columns.index(role) for role in roles]
    for row in body:
        number, label, unit = (_text(row, index, marks) for index in indexes)
        number = number or _made_number(row, indexes[:2], marks)
        if not number:
            number, label = _split_number(label)
        if not clean(label) or _numbers_the_columns(number, label):
            yield None
            continue
        rest = [cell for at, cell in enumerate(row.cells) if at not in indexes]
        texts = [clean(cell.text) for cell in rest if not cell.formula]
        hints = (*filter(_is_formula, texts), *(cell.formula for cell in rest if cell.formula), *_formula_of(label))
        yield BlankRow(
            number=" ".join(number.split()),
            label=" ".join(label.split()),
            unit=_in_lines(unit),
            hint=next(iter(hints), ""),
            figure=next((text for text in texts if not is_blank(text) and text[0].isdigit()), ""),
            place=row.place,
        )


def _text(row: RawRow, index: int | None, marks: CellMarks) -> str:
    if index is None or index >= len(row.cells):
        return ""
    cell: RawCell = row.cells[index]
    return marks.italics.get(_address(cell), cell.text).strip()


def _is_formula(text: str) -> bool:
    """`=b/a*100`, and without the sign `b/a x 100%`, `(1)+(2)`."""
    return "=" in text or _BARE_FORMULA.fullmatch(text) is not None


def _formula_of(label: str) -> tuple[str, ...]:
    """`=b/a*100` of `Tỷ lệ … (=b/a*100)`."""
    match = _LABEL_END.search(" ".join(label.split()))
    return (match[1],) if match and re.search(r"[-+/:÷]", match[1]) else ()


def _split_number(label: str) -> tuple[str, str]:
    """A number that stands before the label in one cell: `1.2 Số …`, `II. Thể chế`, `a) Số …`."""
    match = _LETTERED.match(label)
    return (match[1], match[2]) if match else split_number(label)


def _made_number(row: RawRow, indexes: Sequence[int | None], marks: CellMarks) -> str:
    """In the column of numbers, else before the label."""
    cells = [row.cells[index] for index in indexes if index is not None and index < len(row.cells)]
    return next((number for cell in cells if (number := marks.numbers.get(_address(cell), ""))), "")


def _address(cell: RawCell) -> tuple[int, int, int]:
    return cell.place.table, cell.place.row, cell.place.column


def _in_lines(unit: str) -> str:
    """A code list has a line for each code, unless signs part them; any other unit is one line."""
    lines = [" ".join(line.split()) for line in unit.splitlines() if line.strip()]
    if lines and all("=" in line for line in lines):
        return "\n".join(_CODE_END.sub(r"\1\n", line) for line in lines)
    return " ".join(lines)


def _numbers_the_columns(number: str, label: str) -> bool:
    """The row under the head that says 1, 2, 3 … or A, B, 1 …"""
    text = bare(label)
    return bool(number) and (text.isdecimal() or len(text) == 1)
