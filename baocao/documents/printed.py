"""What each place of the page says, decided once for every file format."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from baocao.catalogue import Form, FormRow
from baocao.catalogue.forms import FormColumns, MatrixCell
from baocao.documents import layout
from baocao.documents.head import fill_places, print_attached_to
from baocao.documents.matrix_table import MatrixTable, lay_out_table, say_cells
from baocao.documents.printed_row import PrintedRow
from baocao.documents.texts import clean_text, join_sentences, on_one_line, split_runs
from baocao.domain import Cell, CellStatus, FilledForm, FormMark, Measure
from baocao.figures import print_figure
from baocao.vocabulary import NO_FIGURE, STATUSES

DRAFT_LINE = "BẢN NHÁP – CHƯA ĐẠT KIỂM TRA"
NO_DENOMINATOR = STATUSES[CellStatus.NO_DENOMINATOR].capitalize()
NOTE_LIMIT = 120
SHARED_NOTE_LIMIT = 60
MANY_ROWS = 3
STATUS_LABELS = {status: word.capitalize() for status, word in STATUSES.items()} | {CellStatus.HEADING: ""}
_SAID_BY_NOTE = (
    CellStatus.PROVISIONAL,
    CellStatus.TYPED_IN,
    CellStatus.HANDED_IN,
    CellStatus.CORRECTED,
    CellStatus.NOT_COLLECTED,
    CellStatus.INCOMPLETE,
    CellStatus.NOT_APPLICABLE,
    CellStatus.BLANK,
)
"""An empty cell always says why it is empty."""
_SAID_BETTER_BY_ITS_OWN_NOTE = (CellStatus.TYPED_IN, CellStatus.HANDED_IN, CellStatus.CORRECTED, CellStatus.BLANK)
_IN_NOTES = STATUS_LABELS | {CellStatus.BLANK: NO_FIGURE.capitalize()}
_NUMBER = re.compile(r"\d[\d.]*")
_NO_TIME = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """The whole page. `draft_line` is empty on a form that may be signed; `made_at` is part of the input."""

    form: Form
    filled: FilledForm
    appendix: str
    title: tuple[str, ...]
    attached_to: str
    columns: FormColumns
    rows: tuple[PrintedRow, ...]
    footnotes: tuple[str, ...]
    signed_as: tuple[str, ...]
    signer: str
    draft_line: str
    made_at: datetime
    table: MatrixTable | None = None
    head_left: tuple[str, ...] = ()
    head_right: tuple[str, ...] = ()
    measure_line: str = ""
    prepared_by: str = ""
    layout_version: int = 1

    @property
    def ends_in_table(self) -> bool:
        """Whether what stands below the table is the table's last row, which is kept with the rows above it."""
        return self.layout_version > 1 and self.table is not None and self.has_ending and not self.footnotes

    @property
    def is_landscape(self) -> bool:
        return self.table is not None

    @property
    def has_ending(self) -> bool:
        """Whether something stands below the table that may not be alone on a page."""
        return self.has_signature or bool(self.prepared_by)

    @property
    def cell_names(self) -> dict[str, str]:
        """How the cells of a matrix are called by people, by key; a list form's are called by their keys."""
        cells = (row.row for row in self.rows)
        return {
            cell.key: f"{cell.line.label}, cột {cell.column.number}" for cell in cells if isinstance(cell, MatrixCell)
        }

    @property
    def has_sides(self) -> bool:
        """Whether lines stand beside the title."""
        return bool(self.head_left or self.head_right)

    @property
    def revision_line(self) -> str:
        """`(ĐIỀU CHỈNH LẦN 1)` on a restated form, else empty: the last line of its title."""
        return "".join(_revision_lines(self.filled))

    @property
    def author(self) -> str:
        return on_one_line(self.filled.unit_name)

    @property
    def document_title(self) -> str:
        """The document's title among its properties."""
        period = f", {self.filled.period.label_vi}" if self.filled.period else ""
        return f"{self.appendix}. {' '.join(self.title)} – {self.author}{period}"

    @property
    def has_signature(self) -> bool:
        return self.form.signature_block and bool(self.signed_as or self.signer)


def print_form(filled: FilledForm, form: Form, *, draft: bool = False, layout_version: int = 1) -> PrintedForm:
    """Decide every text of the page; a form of status draft is always marked as one."""
    form = form.laid_out(filled)
    rows, footnotes = _print_rows(filled, form)
    return PrintedForm(
        form=form,
        filled=filled,
        appendix=clean_text(form.appendix),
        title=(*(fill_places(line, "title", form, filled) for line in form.title), *_revision_lines(filled)),
        attached_to=print_attached_to(form, filled),
        columns=form.columns,
        rows=rows,
        footnotes=(*footnotes, *filter(None, [on_one_line(filled.restatement_note)])),
        signed_as=tuple(on_one_line(line) for line in filled.head.signed_as),
        signer=on_one_line(filled.head.signer),
        draft_line=DRAFT_LINE if draft or filled.status is FormMark.DRAFT else "",
        made_at=_made_at(filled),
        table=lay_out_table(form, filled, rows, layout.table_width_mm(is_landscape=True)),
        head_left=tuple(fill_places(line, "head_left", form, filled) for line in form.head_left),
        head_right=tuple(fill_places(line, "head_right", form, filled) for line in form.head_right),
        measure_line=on_one_line(form.measure_line),
        prepared_by=on_one_line(form.prepared_by),
        layout_version=layout_version,
    )


def _revision_lines(filled: FilledForm) -> tuple[str, ...]:
    return (f"(ĐIỀU CHỈNH LẦN {filled.revision})",) if filled.revision else ()


def figure_text(cell: Cell) -> str:
    """The figure as printed; empty where there is none, `Không phát sinh` over a denominator of 0."""
    if cell.value is not None:
        return clean_text(cell.display) or print_figure(cell.value, cell.measure or Measure.CODE)
    return NO_DENOMINATOR if cell.status is CellStatus.NO_DENOMINATOR else ""


def note_text(row: FormRow, cell: Cell) -> str:
    """What the reader of a row must know: its status, its own note, the misprints of the official text."""
    return join_sentences([_status_text(cell), cell.note, *_misprint_notes(row)])


def _status_text(cell: Cell) -> str:
    """The status in words, unless the note says it already."""
    if cell.status not in _SAID_BY_NOTE:
        return ""
    label, note = _IN_NOTES[cell.status], on_one_line(cell.note)
    explains_itself = cell.status in _SAID_BETTER_BY_ITS_OWN_NOTE and note
    return "" if explains_itself or label.casefold() in note.casefold() else label


def _misprint_notes(row: FormRow) -> tuple[str, ...]:
    return tuple(misprint.note for misprint in row.misprints)


def _print_rows(filled: FilledForm, form: Form) -> tuple[tuple[PrintedRow, ...], tuple[str, ...]]:
    cells = [_cell_of(filled, row) for row in form.rows]
    if form.matrix is not None:
        rows = tuple(_print_row(row, cell, []) for row, cell in zip(form.rows, cells, strict=True))
        return rows, _notes_below(rows)
    footnotes = _choose_footnotes(cells)
    rows = tuple(_print_row(row, cell, footnotes) for row, cell in zip(form.rows, cells, strict=True))
    return rows, tuple(footnotes)


def _notes_below(rows: tuple[PrintedRow, ...]) -> tuple[str, ...]:
    """A matrix has no column of notes: each note once, with the cells it is of.

    Notes that differ in their numbers only are told of the total; those of the lines stand in HTML and CSV.
    """
    by_words: dict[str, dict[str, list[FormRow]]] = {}
    for row in rows:
        if row.note:
            by_words.setdefault(_NUMBER.sub("#", row.note), {}).setdefault(row.note, []).append(row.row)
    everything, footnotes = [row.row for row in rows], []
    for notes in by_words.values():
        of_total = {note: found for note, found in notes.items() if _is_of_total(found)}
        is_folded = bool(of_total) and len(notes) > MANY_ROWS
        more = " Số của từng dòng ghi trong tệp HTML và CSV." if is_folded else ""
        footnotes += [
            f"{say_cells(found, everything)}: {note}{more}"
            for note, found in (of_total if is_folded else notes).items()
        ]
    return tuple(footnotes)


def _is_of_total(rows: list[FormRow]) -> bool:
    return any(isinstance(row, MatrixCell) and row.line.kind == "total" for row in rows)


def _choose_footnotes(cells: list[Cell]) -> list[str]:
    """The notes that go below the table: those too long for the column, and longer ones many rows share."""
    notes = Counter(join_sentences([cell.note]) for cell in cells)
    return [
        note
        for note, count in notes.items()
        if len(note) > NOTE_LIMIT or (len(note) > SHARED_NOTE_LIMIT and count >= MANY_ROWS)
    ]


def _print_row(row: FormRow, cell: Cell, footnotes: list[str]) -> PrintedRow:
    return PrintedRow(
        row=row,
        cell=cell,
        number=row.number,
        label=split_runs(row.label),
        unit=split_runs(row.unit),
        figure=figure_text(cell),
        note=note_text(row, cell),
        short_note=_short_note(row, cell, footnotes),
    )


def _short_note(row: FormRow, cell: Cell, footnotes: list[str]) -> str:
    own = join_sentences([cell.note])
    if own not in footnotes:
        return note_text(row, cell)
    status = _IN_NOTES[cell.status] if cell.status in _SAID_BY_NOTE else ""
    return join_sentences([status, f"Xem chú thích ({footnotes.index(own) + 1})", *_misprint_notes(row)])


def _cell_of(filled: FilledForm, row: FormRow) -> Cell:
    blank = CellStatus.HEADING if row.heading else CellStatus.BLANK
    return filled.cells.get(row.key) or Cell(row.key, None, "", blank, indicator_code=row.indicator)


def _made_at(filled: FilledForm) -> datetime:
    """The time the document carries: when its figures were known; never the machine's clock."""
    if filled.known_at is not None:
        return as_utc(filled.known_at)
    if filled.window is not None:
        return datetime.combine(filled.window.end_on, time(0), UTC)
    return _NO_TIME


def as_utc(at: datetime) -> datetime:
    """The instant in whole seconds of UTC; one without a zone is taken as UTC, never as the machine's."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def cells_in_order(filled: FilledForm, form: Form) -> Iterator[tuple[str, Cell]]:
    """The cells in the form's order, then those the form has no row for."""
    keys = [row.key for row in form.laid_out(filled).rows if row.key in filled.cells]
    for key in (*keys, *sorted(set(filled.cells) - set(keys))):
        yield key, filled.cells[key]
