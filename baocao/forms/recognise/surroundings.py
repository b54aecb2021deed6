"""What stands above and below each form's table, and how the place of the form is called."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from baocao.forms.numbers import clean
from baocao.forms.recognise.alignment import Alignment
from baocao.forms.recognise.head_rows import goes_under_the_head, is_head_row
from baocao.forms.recognise.labels import ALIKE
from baocao.forms.recognise.raw import FileKind, RawDocument, RawLine, RawRow

_BEGINS = re.compile(
    r"\s*(?:(?:phụ lục|biểu mẫu|biểu|mẫu)\s+(?:số\s+)?(?:[0-9]{1,3}|[IVX]{1,5})\b|biểu mẫu thống kê"
    r"|\(?(?:ban hành )?kèm theo|cộng hòa|cộng hoà|(?:UBND|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN)\b)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"(?:đơn vị|cơ quan|địa phương|ngày|số|kỳ|người)(?:\s+[^\W\d_]+){0,3}\s*:?", re.IGNORECASE)
_SHEET_KINDS = frozenset({FileKind.XLSX, FileKind.XLS, FileKind.ODS})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The lines above a form's first row and below its last; `name` says where the form stands."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    name: str
    sheet: str = ""


def surroundings_of(document: RawDocument, alignments: Sequence[Alignment]) -> list[Surroundings]:
    """One for each form, in order; what stands between two forms is parted where the second one's head begins."""
    spans = [_span(alignment) for alignment in alignments]
    ends = [first for first, _ in spans[1:]] + [len(document.blocks)]
    starts = [0] + [last + 1 for _, last in spans[:-1]]
    found = []
    for at, (first, last) in enumerate(spans):
        before, after = document.blocks[starts[at] : first], document.blocks[last + 1 : ends[at]]
        if document.kind in _SHEET_KINDS:
            table = document.blocks[first].place.table
            before, after = (tuple(b for b in some if b.place.table == table) for some in (before, after))
        above, below = list(lines_of(before)), list(lines_of(after))
        if at and document.kind not in _SHEET_KINDS:
            above = above[_head_start(above) :]
        if at < len(spans) - 1 and document.kind not in _SHEET_KINDS:
            below = below[: _head_start(below)]
        found.append(Surroundings(tuple(above), tuple(below), *_name(document, alignments, at)))
    return found


def _span(alignment: Alignment) -> tuple[int, int]:
    """The blocks of the first and the last row that is surely of the form."""
    blocks = [found.text.block for found in alignment.aligned if found.fit >= ALIKE]
    return min(blocks), max(blocks)


def _head_start(lines: Sequence[str]) -> int:
    return next((at for at, line in enumerate(lines) if _BEGINS.match(line)), len(lines))


def _name(document: RawDocument, alignments: Sequence[Alignment], at: int) -> tuple[str, str]:
    table = document.blocks[_span(alignments[at])[0]].place.table
    if document.kind in _SHEET_KINDS:
        sheet = document.sheets[table] if table < len(document.sheets) else f"{table + 1}"
        return f"trang tính “{sheet}”", sheet
    if table >= 0:
        return f"bảng {table + 1}", f"{table + 1}"
    return ("văn bản", "") if len(alignments) == 1 else (f"biểu mẫu thứ {at + 1}", f"{at + 1}")


def lines_of(blocks: Sequence[RawRow | RawLine]) -> Iterator[str]:
    """The lines of text, without heads of tables; a cell that names a field is one line with the cell beside it."""
    headed = -1
    for block in blocks:
        if isinstance(block, RawRow) and is_head_row(block):
            headed = block.place.table
            continue
        if isinstance(block, RawRow) and block.place.table == headed and goes_under_the_head(block):
            continue
        texts = [block.text] if isinstance(block, RawLine) else list(_with_fields(block))
        for text in texts:
            yield from (line.strip() for line in text.splitlines() if line.strip())


def _with_fields(row: RawRow) -> Iterator[str]:
    held = ""
    for text in (cell.text for cell in row.cells if cell.text.strip()):
        if held:
            yield f"{held} {text.strip()}"
            held = ""
        elif _FIELD.fullmatch(clean(text)):
            held = f"{clean(text).rstrip(' :')}:"
        else:
            yield text
    if held:
        yield held
