"""Rows of the form out of running lines, as PDF-to-text gives them: cells broken over lines, no columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from baocao.catalogue import Form
from baocao.forms.recognise.columns import TableColumns
from baocao.forms.recognise.labels import row_key
from baocao.forms.recognise.raw import RawCell, RawDocument, RawLine
from baocao.forms.recognise.splitting import HEAD_WORDS, KnownRows, simplified
from baocao.forms.recognise.table_rows import RowText

_START = re.compile(r"\s*(?P<number>\(?[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}[.)]?)(?=\s|$)(?P<rest>.*)", re.DOTALL)
_COLUMN_GAP = re.compile(r"\s{2,}")
_LINES_OF_A_LABEL = 16
_FEWEST_LETTERS = 5
_MOST_WORDS = 120
_LONGEST_SIGN = 3
_FEWEST_DOUBLED = 2
_NUMBER = re.compile(r"[0-9][0-9.,]*\s*%?")
_TWO_FIGURES = (
    "mỗi dòng có hai số cạnh nhau, văn bản không còn giữ cột nên không rõ số nào của kỳ này; cần bản gốc Word/Excel"
)

Line = tuple[int, RawLine]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    line: int


def find_running_rows(
    document: RawDocument, forms: Mapping[str, Form]
) -> tuple[tuple[RowText, ...], tuple[TableColumns, ...]]:
    """The rows found between one printed row number and the next; a doubt where two figures stand side by side."""
    blocks = ((at, block) for at, block in enumerate(document.blocks) if isinstance(block, RawLine))
    lines = [(at, line) for at, line in blocks if simplified(line.text) not in {"", *HEAD_WORDS}]
    known = KnownRows(forms)
    starts = [at for at in range(len(lines)) if _is_start(lines, at, known)]
    ends = [*starts[1:], min(len(lines), starts[-1] + _LINES_OF_A_LABEL)] if starts else []
    rows = tuple(_read_segment(lines[start:end], known) for start, end in zip(starts, ends, strict=True))
    doubled = sum(bool(_NUMBER.fullmatch(row.note.strip())) and bool(row.figure.text) for row in rows)
    filled = sum(bool(row.figure.text) for row in rows)
    doubt = _TWO_FIGURES if doubled > _FEWEST_DOUBLED and doubled * 2 > filled else ""
    return rows, (TableColumns(-1, (), doubt=doubt),)


def _is_start(lines: Sequence[Line], at: int, known: KnownRows) -> bool:
    """A line that begins with a row number followed by a label: figures and page numbers are numbers too."""
    match = _START.match(lines[at][1].text)
    rows = known.numbered(row_key(match["number"])) if match else ()
    if match is None or not rows:
        return False
    following = [line.text for _, line in lines[at + 1 : at + _LINES_OF_A_LABEL]]
    label_line = match["rest"].strip() or (following[0].strip() if following else "")
    if not match["rest"].strip() and _START.match(label_line):
        return False
    text = simplified(" ".join((match["rest"], *following)))
    if any(row.opens(text) for row in rows):
        return True
    return "." in match["number"] and sum(letter.isalpha() for letter in label_line) >= _FEWEST_LETTERS


def _read_segment(lines: Sequence[Line], known: KnownRows) -> RowText:
    """One row: the number, then the words parted where label and unit fit best."""
    block, first = lines[0]
    match = _START.match(first.text)
    number, rest = (match["number"], match["rest"]) if match else ("", first.text)
    texts = [rest, *(line.text for _, line in lines[1:])]
    words = [_Word(word, at) for at, text in enumerate(texts) for word in text.split()][:_MOST_WORDS]
    line_starts = frozenset(at for at in range(1, len(words)) if words[at].line != words[at - 1].line)
    split = known.split(row_key(number), [word.text for word in words], line_starts)
    rest = words[split.rest_start : split.rest_end]
    last = split.rest_start if rest else len(words)
    figure, note, line = _after_unit(texts, words[:last], split.unit_end)
    return RowText(
        block=block,
        number=number,
        label=_joined((*words[: split.label_end], *rest)),
        unit=_joined(words[split.label_end : split.unit_end]),
        figure=RawCell(figure, lines[line][1].place),
        note=note,
        place=first.place,
        is_scattered=len({line.page for _, line in lines}) > 1,
    )


def _joined(words: Sequence[_Word]) -> str:
    return " ".join(word.text for word in words)


def _after_unit(texts: Sequence[str], words: Sequence[_Word], unit_end: int) -> tuple[str, str, int]:
    """The figure, the note and their line: the rest of the line, else the next; a wide gap parts the two."""
    rest = words[unit_end:]
    if not rest:
        return "", "", words[-1].line if words else 0
    line = rest[0].line
    if line > words[max(unit_end - 1, 0)].line and not _may_be_figure(texts[line]):
        return "", "", words[unit_end - 1].line
    on_line = [word.text for word in rest if word.line == line]
    tail = re.search(r"\s+".join(map(re.escape, on_line)) + r"\s*$", texts[line])
    chunks = _COLUMN_GAP.split((tail[0] if tail else " ".join(on_line)).strip(), maxsplit=1)
    return chunks[0], chunks[1] if len(chunks) > 1 else "", line


def _may_be_figure(text: str) -> bool:
    """On a line of its own: digits, a formula, a sign or letter left; no other words."""
    bare = text.strip()
    return bare.startswith("=") or len(bare) <= _LONGEST_SIGN or any(letter.isdecimal() for letter in bare)
