"""Understanding a document as a form: its version, its rows, its figures, its head."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue, Form, FormRow, Unit
from baocao.domain import FilledForm, FormMark, Period, Tier
from baocao.errors import UnreadableFormError
from baocao.forms.recognise.alignment import Alignment, align, choose_nearest
from baocao.forms.recognise.cells import make_cell, read_figures
from baocao.forms.recognise.head import HeadFacts, guess_tier, read_head
from baocao.forms.recognise.labels import ALIKE, best_row, folded, label_fit
from baocao.forms.recognise.periods import infer_period
from baocao.forms.recognise.positioned import find_positioned_rows
from baocao.forms.recognise.raw import FileKind, RawDocument, RawLine, RawRow
from baocao.forms.recognise.read_form import ReadForm
from baocao.forms.recognise.running_lines import find_running_rows
from baocao.forms.recognise.table_rows import RowText, find_table_rows
from baocao.regimes import YEAR_PART

DEFAULT_REGIME = "nd09"
_WHOLE_SHARE = 0.9
_HALF = 0.5
_NO_TABLE = (
    "Không tìm thấy bảng số liệu nào có các cột STT, Chỉ tiêu thống kê, Đơn vị tính, Số liệu, "
    "cũng không thấy dòng nào mang số thứ tự và nhãn của một biểu mẫu đã biết."
)


@dataclass(frozen=True, slots=True)
class _Text:
    """The lines above the form's first row and below its last."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def recognise(
    document: RawDocument,
    catalogue: Catalogue,
    *,
    form_code: str | None = None,
    tier: Tier | None = None,
    period: Period | None = None,
    regime: str | None = None,
    unit_code: str = "",
) -> ReadForm:
    """What is not given is found in the document. Raise UnreadableFormError where it is no form we know."""
    alignments = _align_rows(document, catalogue, form_code)
    nearest = choose_nearest(alignments)
    text = _surroundings(document, nearest)
    head = read_head(text.before, text.after, document.margins)
    unit = catalogue.units.get(unit_code) or _unit_named(head.issuer, catalogue)
    known_tier = tier or (unit.tier if unit else None)
    tier = known_tier or guess_tier(head, (*text.before, *text.after, *document.margins))
    readings = read_figures(nearest.firsts, nearest.form, catalogue)
    filled = FilledForm(
        form_code=nearest.form.form_code,
        unit_code=unit_code or (unit.unit_code if unit else ""),
        unit_name=head.issuer,
        period=period,
        window=None,
        status=FormMark.READ,
        cells={row.key: make_cell(row, readings.get(row.key), tier, catalogue) for row in nearest.form.rows},
        head=head.as_form_head(),
    )
    return ReadForm(
        filled=_with_period(filled, head, catalogue.calendar, regime or _regime_of(unit, catalogue.calendar)),
        head=head,
        tier=tier,
        alignment=nearest,
        readings=readings,
        scores={alignment.form.form_code: round(alignment.score, 3) for alignment in alignments},
        document=document,
        period_is_inferred=period is None,
    )


def _unit_named(issuer: str, catalogue: Catalogue) -> Unit | None:
    """The unit that bears the issuer's name; None where none or several do."""
    units = [unit for unit in catalogue.units.values() if folded(unit.name) == folded(issuer)]
    return units[0] if len(units) == 1 else None


def _regime_of(unit: Unit | None, calendar: Calendar) -> str:
    usual = DEFAULT_REGIME if DEFAULT_REGIME in calendar.regimes else next(iter(calendar.regimes))
    return unit.regime if unit else usual


def _with_period(filled: FilledForm, head: HeadFacts, calendar: Calendar, regime: str) -> FilledForm:
    """With its period, found from the date where it was not given, and its days where the regime has it."""
    period = filled.period or infer_period(head, calendar, regime)
    if period is None:
        return filled
    part = period.part or YEAR_PART
    window = calendar.window(regime, period) if part in calendar.regimes[regime].part_codes else None
    return replace(filled, period=period, window=window)


def _align_rows(document: RawDocument, catalogue: Catalogue, form_code: str | None) -> tuple[Alignment, ...]:
    """The rows of tables; those of running lines too, where the tables hold too little."""
    forms = {form_code: catalogue.form(form_code)} if form_code else catalogue.forms
    known = [row for form in catalogue.forms.values() for row in form.rows]
    in_tables = find_table_rows(document, partial(_goes_on, known))
    in_tables = _of_the_form(in_tables, tuple(forms.values()), one_table=document.kind is FileKind.XLSX)
    alignments = tuple(align(in_tables, form) for form in forms.values())
    if any(found.surely_matched_count >= _WHOLE_SHARE * len(found.form.rows) for found in alignments):
        return alignments
    keys = {row.key for row in in_tables}
    found = []
    for find in (find_positioned_rows, find_running_rows):
        in_lines = [row for row in find(document, catalogue.forms) if row.key not in keys]
        rows = sorted((*in_tables, *in_lines), key=lambda row: row.block)
        found.append(tuple(align(rows, form) for form in forms.values()))
    best = max(found, key=lambda some: max(alignment.score for alignment in some))
    if not any(alignment.aligned or alignment.strange for alignment in best):
        raise UnreadableFormError(_NO_TABLE)
    return best


def _goes_on(known: Sequence[FormRow], held: RowText, label: str) -> bool:
    """Whether a label without number is the rest of the row above: together they fit it better than alone."""
    own = [row for row in known if row.key == held.key]
    joined = max((label_fit(f"{held.label} {label}", row) for row in own), default=0.0)
    apart = max((label_fit(held.label, row) for row in own), default=0.0)
    best = best_row(label, known)
    return joined > max(apart, best[1] if best else 0.0)


def _of_the_form(rows: Sequence[RowText], forms: Sequence[Form], *, one_table: bool) -> tuple[RowText, ...]:
    """Leave out the other tables of the file: those of which less than half the rows are a form's.

    A form may go on over several tables of a document, but never over several sheets of a workbook.
    """
    tables: dict[int, list[RowText]] = {}
    for row in rows:
        tables.setdefault(row.place.table, []).append(row)
    if len(tables) <= 1:
        return tuple(rows)
    found = {table: [align(some, form) for form in forms] for table, some in tables.items()}
    if one_table:
        kept = [max(tables, key=lambda table: max(alignment.score for alignment in found[table]))]
    else:
        kept = [table for table, alignments in found.items() if max(map(_share_of_sure_rows, alignments)) >= _HALF]
    return tuple(row for table in kept for row in tables[table])


def _share_of_sure_rows(alignment: Alignment) -> float:
    sure = sum(found.fit >= ALIKE for found in alignment.aligned)
    return sure / (len(alignment.aligned) + len(alignment.strange))


def _surroundings(document: RawDocument, alignment: Alignment) -> _Text:
    sure = [found.text for found in alignment.aligned if found.fit >= ALIKE]
    before, after = document.blocks[: sure[0].block], document.blocks[sure[-1].block + 1 :]
    if document.kind is FileKind.XLSX:
        sheet = sure[0].place.table
        before, after = (tuple(b for b in blocks if b.place.table == sheet) for blocks in (before, after))
    return _Text(before=tuple(_lines(before)), after=tuple(_lines(after)))


def _lines(blocks: Sequence[RawRow | RawLine]) -> Iterator[str]:
    for block in blocks:
        texts = [block.text] if isinstance(block, RawLine) else [cell.text for cell in block.cells]
        for text in texts:
            yield from (line.strip() for line in text.splitlines() if line.strip())
