"""Writing into a worksheet: looks by name, texts that stay texts."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from baocao.documents.texts import Run, clean_text
from baocao.domain import Measure, MeasureKind

# The prefix names Vietnamese, so that a program set to another language still prints 16.736 and 84,13.
CODE_FORMAT, COUNT_FORMAT = "0", "[$-42A]#,##0"
_CELL_LIMIT = 32_000
_NAME_LIMIT = 31
_LETTERS_PER_WIDTH = 1.15
_LINE_HEIGHT = 1.3
_EXCEL_HEIGHT_LIMIT = 400
_FORBIDDEN_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_TEXT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter", "text_wrap": True}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "align": "center", "font_size": 14},
    "line": {"italic": True, "align": "center"},
    "draft": {"bold": True, "align": "center", "font_color": "#C00000", "border": 1, "border_color": "#C00000"},
    "head": {"bold": True, "align": "center", "border": 1},
    "text": {"border": 1},
    "centre": {"border": 1, "align": "center"},
    "note": {"border": 1, "font_size": 10},
    "none": {"border": 1, "align": "center", "italic": True},
    "signature": {"bold": True, "align": "center", "font_size": 14},
    "number": {"italic": True, "align": "center", "border": 1, "font_size": 10},
    "side": {"align": "left"},
    "side_right": {"align": "right"},
    "below": {"align": "left", "font_size": 11},
}
BOLD, INERT = {"bold": True}, {"quote_prefix": True}
ITALIC = {"italic": True, "bold": False}


class Workbook:
    """A workbook whose formats are made once each, by their look."""

    def __init__(self, opened: Any) -> None:
        self._opened = opened
        self._formats: dict[str, Any] = {}

    def add_sheet(self, name: str) -> "Sheet":
        allowed = " ".join(name.translate(_FORBIDDEN_IN_NAME).split())
        return Sheet(self._opened.add_worksheet(allowed[:_NAME_LIMIT] or None), self)

    def format(self, look: str, *changes: Mapping[str, Any]) -> Any:
        wanted = dict(_TEXT, **LOOKS[look])
        for change in changes:
            wanted.update(change)
        key = repr(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._opened.add_format(wanted)
        return self._formats[key]


class Sheet:
    """A worksheet that takes texts as texts: what starts like a formula is marked as text for ever."""

    def __init__(self, opened: Any, workbook: Workbook) -> None:
        self.opened = opened
        self._workbook = workbook

    @property
    def name(self) -> str:
        return str(self.opened.get_name())

    def format(self, look: str, *changes: Mapping[str, Any]) -> Any:
        return self._workbook.format(look, *changes)

    def text(self, row: int, column: int, text: str, look: str = "text", *changes: Mapping[str, Any]) -> None:
        shown = clean_text(text)[:_CELL_LIMIT]
        if not shown:
            self.opened.write_blank(row, column, None, self.format(look, *changes))
            return
        marks = (INERT,) if shown.startswith(("=", "+", "-", "@")) else ()
        self.opened.write_string(row, column, shown, self.format(look, *changes, *marks))

    def runs(self, row: int, column: int, runs: Sequence[Run], look: str, *changes: Mapping[str, Any]) -> None:
        """A text with italic stretches; one that is all of a kind is written plainly."""
        if len(runs) < 2:  # noqa: PLR2004 - mixed means two or more
            italic = (ITALIC,) if runs and runs[0].italic else ()
            self.text(row, column, runs[0].text if runs else "", look, *changes, *italic)
            return
        pieces: list[Any] = []
        for run in runs:
            pieces += [self.format(look, *changes, *((ITALIC,) if run.italic else ())), run.text]
        self.opened.write_rich_string(row, column, *pieces, self.format(look, *changes))

    def number(self, row: int, column: int, value: Decimal, measure: Measure | None, look: str = "centre") -> None:
        self.opened.write_number(row, column, float(value), self.number_format(measure, look))

    def number_format(self, measure: Measure | None, look: str = "centre", *changes: Mapping[str, Any]) -> Any:
        return self.format(look, {"num_format": _number_format(measure)}, *changes)

    def fit_height(self, row: int, texts: Iterable[tuple[str, int]], size: int = 12) -> None:
        """Make a row high enough for texts wrapped in columns of given widths; no program does so on opening."""
        lines = max(_count_lines(text, round(width * _LETTERS_PER_WIDTH * 12 / size)) for text, width in texts)
        self.opened.set_row(row, min(lines * size * _LINE_HEIGHT + 4, _EXCEL_HEIGHT_LIMIT))

    def across(self, row: int, columns: tuple[int, int], text: str, look: str) -> None:
        """A text over several columns of one row."""
        self.opened.merge_range(row, columns[0], row, columns[1], "", self.format(look))
        self.text(row, columns[0], text, look)

    def down(self, rows: tuple[int, int], column: int, text: str, look: str) -> None:
        self.opened.merge_range(rows[0], column, rows[1], column, "", self.format(look))
        self.text(rows[0], column, text, look)

    def block(self, rows: tuple[int, int], columns: tuple[int, int], text: str, look: str) -> None:
        """A text over several rows and columns, or in one cell alone."""
        if (rows[0], columns[0]) != (rows[1], columns[1]):
            self.opened.merge_range(rows[0], columns[0], rows[1], columns[1], "", self.format(look))
        self.text(rows[0], columns[0], text, look)


def _number_format(measure: Measure | None) -> str:
    if measure is None or measure.kind is MeasureKind.WHOLE:
        return COUNT_FORMAT
    if measure.kind is MeasureKind.CODE:
        return CODE_FORMAT
    return f"{COUNT_FORMAT}.{'0' * measure.places}" if measure.places else COUNT_FORMAT


def _count_lines(text: str, letters: int) -> int:
    """How many lines a text takes, broken between words as a spreadsheet does."""
    lines = 0
    for paragraph in clean_text(text).split("\n"):
        lines += 1
        left = letters
        for word in paragraph.split():
            if len(word) > left < letters:
                lines += 1
                left = letters
            lines += max(0, (len(word) - 1) // letters)
            left -= len(word) % letters + 1
    return max(lines, 1)
