"""A copy of the Word or Excel file somebody handed in, with a comment at each cell a check speaks of."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from baocao.documents.files import write_file
from baocao.documents.reading import markable_kind
from baocao.documents.reading.word import cells_of, rows_of, tables_of
from baocao.documents.reading.word_text import local_name
from baocao.domain import CheckResult, Outcome
from baocao.forms.recognise import FileKind, Position, ReadForm
from baocao.vocabulary import SEVERITIES

AUTHOR = "baocao"
_INITIALS = "BC"
_COMMENT_WIDTH_POINTS = 320
_COMMENT_LINE_POINTS = 14
_LETTERS_A_LINE = 52


Findings = Sequence[tuple[Sequence[CheckResult], ReadForm]]


def annotate(path: Path, out_path: Path, forms: Findings) -> None:
    """`forms` are the findings of each form of the file beside the form as read: it says where each cell stands.

    What is about no cell that is there is put at the first row. Raise UnreadableFormError for a file that
    cannot carry comments (PDF, text, macros).
    """
    content = path.read_bytes()
    kind = markable_kind(content)
    comments: dict[Position, list[str]] = {}
    for findings, read in forms:
        comments |= _comments_by_place(findings, read)
    annotated = _annotate_word(content, comments) if kind is FileKind.DOCX else _annotate_excel(content, comments)
    write_file(out_path, annotated)


def _comments_by_place(findings: Sequence[CheckResult], read: ReadForm) -> dict[Position, list[str]]:
    """The comments of each cell, in the order of the findings."""
    places = [found.text.figure.place for found in read.rows.values()]
    comments: dict[Position, list[str]] = {}
    for finding in (result for result in findings if result.outcome is not Outcome.PASS):
        at = [place for key in finding.cells if (place := read.place_of(key)) is not None] or places[:1]
        for place in at:
            comments.setdefault(place, []).append(_comment(finding))
    return comments


def _comment(finding: CheckResult) -> str:
    mend = f"\nCách sửa: {finding.mend_vi}" if finding.mend_vi else ""
    return f"[{SEVERITIES[finding.severity].upper()}] {finding.message_vi}{mend}\n({finding.check})"


def _annotate_word(content: bytes, comments: Mapping[Position, Sequence[str]]) -> bytes:
    import docx
    from docx.text.paragraph import Paragraph

    document = docx.Document(BytesIO(content))
    tables = tables_of(document.element.body)
    for place, texts in comments.items():
        element = _paragraph_at(tables, place)
        if element is not None:
            paragraph = Paragraph(element, document)
            runs = paragraph.runs or [paragraph.add_run()]
            document.add_comment(runs, text="\n".join(texts), author=AUTHOR, initials=_INITIALS)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _paragraph_at(tables: Sequence[Any], place: Position) -> Any:
    """The first paragraph of a cell; of the row's last cell where the row has no cell in that column."""
    cells = list(cells_of(rows_of(tables[place.table])[place.row]))
    inside = [cell for column, cell in cells if column <= place.column] or [cell for _, cell in cells]
    return next((child for child in inside[-1] if local_name(child) == "p"), None) if inside else None


def _annotate_excel(content: bytes, comments: Mapping[Position, Sequence[str]]) -> bytes:
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(content))
    for place, texts in comments.items():
        sheet = book.worksheets[place.table]
        add_comment(top_left(sheet, sheet.cell(place.row + 1, place.column + 1)), "\n".join(texts))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def add_comment(cell: Any, text: str) -> None:
    """An earlier comment of the cell stays above."""
    from openpyxl.comments import Comment

    whole = f"{cell.comment.text}\n{text}" if cell.comment else text
    cell.comment = Comment(whole, AUTHOR, width=_COMMENT_WIDTH_POINTS, height=_height(whole))


def top_left(sheet: Any, cell: Any) -> Any:
    """The cell that stands for a merged range: only it can carry a comment."""
    ranges = (found for found in sheet.merged_cells.ranges if cell.coordinate in found)
    merged = next(ranges, None)
    return cell if merged is None else sheet.cell(merged.min_row, merged.min_col)


def _height(text: str) -> int:
    lines = sum(1 + len(line) // _LETTERS_A_LINE for line in text.splitlines())
    return _COMMENT_LINE_POINTS * (lines + 1)
