"""Understanding a document: each form in it, its version, its columns and rows, its figures, its head."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue, Form, FormRow, Unit
from baocao.domain import VIETNAM, FilledForm, FormMark, Period
from baocao.errors import UnreadableFormError
from baocao.forms.numbers import Reading
from baocao.forms.recognise.alignment import Alignment, choose_nearest
from baocao.forms.recognise.cells import make_cell, read_figures
from baocao.forms.recognise.columns import ColumnChoice, TableColumns
from baocao.forms.recognise.head import HeadFacts, read_head
from baocao.forms.recognise.head_rows import is_head_row
from baocao.forms.recognise.labels import ALIKE, KnownLabels, folded, label_fit, row_key, split_number
from baocao.forms.recognise.matrix_rows import find_matrices, lines_read
from baocao.forms.recognise.periods import infer_period
from baocao.forms.recognise.positioned import find_positioned_rows
from baocao.forms.recognise.raw import FileKind, FileRemark, RawDocument, RawLine, RawRow, Unseen
from baocao.forms.recognise.read_form import ReadForm, Understood, Wishes
from baocao.forms.recognise.running_lines import find_running_rows
from baocao.forms.recognise.segments import FormRows, split_forms
from baocao.forms.recognise.splitting import KnownRows
from baocao.forms.recognise.surroundings import Surroundings, lines_of, surroundings_of
from baocao.forms.recognise.table_rows import RowText, TableWords, find_table_rows
from baocao.forms.recognise.tiers import TierGuess, guess_tier
from baocao.regimes import YEAR_PART

DEFAULT_REGIME = "nd09"
_WHOLE_SHARE = 0.9
_SHORTEST_LABEL = 5
_SHEETS = frozenset({FileKind.XLSX, FileKind.XLS, FileKind.ODS})
_NO_TABLE = (
    "Không tìm thấy bảng số liệu nào có các cột STT, Chỉ tiêu thống kê, Đơn vị tính, Số liệu, "
    "cũng không thấy dòng nào mang số thứ tự và nhãn của một biểu mẫu đã biết."
)


@dataclass(frozen=True)
class _DocumentRows:
    """The rows of a document and the columns they stand in."""

    rows: tuple[RowText, ...]
    tables: tuple[TableColumns, ...]
    parts: list[FormRows]


def recognise(document: RawDocument, catalogue: Catalogue, wishes: Wishes | None = None) -> ReadForm:
    """The one form of a document. Raise UnreadableFormError where it is none, several, or cannot be decided."""
    forms = recognise_all(document, catalogue, wishes)
    if len(forms) > 1:
        named = "; ".join(f"{one.understood.place}: {one.filled.unit_name or one.form.appendix}" for one in forms)
        raise UnreadableFormError(f"Tệp có {len(forms)} biểu mẫu ({named}); chỉ rõ một biểu mẫu bằng --sheet.")
    if forms[0].understood.doubt:
        raise UnreadableFormError(forms[0].understood.doubt)
    return forms[0]


def recognise_all(document: RawDocument, catalogue: Catalogue, wishes: Wishes | None = None) -> list[ReadForm]:
    """Every form of the document, in order; of one with a doubt no figure is taken.

    Raise UnreadableFormError where the document holds none we know.
    """
    return _Recognition(document, catalogue, wishes or Wishes()).forms()


class _Recognition:
    """One document set beside the forms of the catalogue."""

    def __init__(self, document: RawDocument, catalogue: Catalogue, wishes: Wishes) -> None:
        self._document = document
        self._catalogue = catalogue
        self._wishes = wishes
        self._today = wishes.today or datetime.now(VIETNAM).date()
        wanted = [catalogue.form(wishes.form_code)] if wishes.form_code else list(catalogue.forms.values())
        self._forms = [form for form in wanted if form.matrix is None]
        self._matrices = find_matrices(document, [form for form in wanted if form.matrix], catalogue.group_labels)
        lists = {code: form for code, form in catalogue.forms.items() if form.matrix is None}
        self._known = KnownRows(lists)
        self._lists = lists
        self._all_rows = [row for form in lists.values() for row in form.rows]
        self._labels = KnownLabels(self._all_rows)

    def forms(self) -> list[ReadForm]:
        found = self._find_rows() if self._forms else _DocumentRows((), (), [])
        parts = self._with_matrices(found.parts)
        if not any(one.aligned or one.strange for part in parts for one in part.alignments):
            raise UnreadableFormError(_NO_TABLE)
        nearest = [choose_nearest(part.alignments) for part in parts]
        places = surroundings_of(self._document, nearest)
        chosen = self._wanted(list(zip(parts, nearest, places, strict=True)))
        taken = {table for one in self._matrices for table in one.part.tables}
        in_lists = (one for one in found.tables if one.table not in taken)
        tables = (*in_lists, *(one.columns for one in self._matrices))
        return [self._read(part, alignment, text, tables) for part, alignment, text in chosen]

    def _with_matrices(self, parts: list[FormRows]) -> list[FormRows]:
        """The list forms that are surely there and the matrix forms, in the order of the document."""
        if not self._matrices:
            return parts
        taken = {table for one in self._matrices for table in one.part.tables}
        others = [part for part in parts if part.nearest.is_recognisable and not part.tables & taken]
        return sorted([*others, *(one.part for one in self._matrices)], key=lambda part: part.rows[0].block)

    def _find_rows(self) -> _DocumentRows:
        """The rows of tables; those of running lines too, where the tables hold too little."""
        words = TableWords(self._label_fit, self._known.is_unit_word, partial(_goes_on, self._labels, self._all_rows))
        choice = ColumnChoice(self._wishes.column, self._period_of_the_whole())
        in_tables, tables = find_table_rows(self._document, words, choice)
        parts = split_forms(in_tables, self._forms, by_sheet=self._document.kind in _SHEETS)
        if any(_is_whole(part.nearest) for part in parts) or self._document.kind in _SHEETS:
            return _DocumentRows(in_tables, tables, parts)
        keys = {row.key for part in parts if part.nearest.is_recognisable for row in part.rows}
        best = _DocumentRows(in_tables, tables, parts)
        for find in (partial(find_positioned_rows, choice=choice), find_running_rows):
            if any(_is_whole(part.nearest) for part in best.parts):
                break
            rows, more = find(self._document, self._lists)
            in_lines = [row for row in rows if row.key not in keys]
            both = tuple(sorted((*in_tables, *in_lines), key=lambda row: row.block))
            parts = split_forms(both, self._forms, by_sheet=False)
            if _score(parts) > _score(best.parts) or (both and not best.rows):
                best = _DocumentRows(both, (*tables, *more), parts)
        return best

    def _label_fit(self, text: str) -> float:
        label = split_number(text)[1]
        if len(label) < _SHORTEST_LABEL:
            return 0.0
        best = self._labels.best(label)
        return best[1] if best else 0.0

    def _period_of_the_whole(self) -> Period | None:
        """What tells this period's column from another's: asked for, stated above the table, or by the date."""
        if self._wishes.period:
            return self._wishes.period
        lines = list(lines_of(_above_the_first_table(self._document)))
        head = read_head(lines, (), self._document.margins)
        return head.stated_period or infer_period(head, self._catalogue.calendar, self._regime(None), self._today)

    def _regime(self, unit: Unit | None) -> str:
        if self._wishes.regime:
            return self._wishes.regime
        calendar = self._catalogue.calendar
        usual = DEFAULT_REGIME if DEFAULT_REGIME in calendar.regimes else next(iter(calendar.regimes))
        return unit.regime if unit else usual

    def _wanted(
        self, parts: list[tuple[FormRows, Alignment, Surroundings]]
    ) -> list[tuple[FormRows, Alignment, Surroundings]]:
        """The sheet asked for; else, in a workbook, those with a head of their own before those without."""
        if self._wishes.sheet:
            return self._of_sheet(parts)
        if self._document.kind in _SHEETS and len(parts) > 1:
            headed = [part for part in parts if _has_title(part[2], part[1].form)]
            return headed or parts
        return parts

    def _of_sheet(
        self, parts: list[tuple[FormRows, Alignment, Surroundings]]
    ) -> list[tuple[FormRows, Alignment, Surroundings]]:
        wanted = folded(self._wishes.sheet)
        names = [(place.name, f"{at}", place.sheet) for at, (_, _, place) in enumerate(parts, start=1)]
        found = [part for part, name in zip(parts, names, strict=True) if wanted in map(folded, name)]
        if not found:
            told = ", ".join(place.name for _, _, place in parts)
            raise UnreadableFormError(f"Không có “{self._wishes.sheet}” trong tệp; các biểu mẫu ở: {told}.")
        return found

    def _read(
        self, part: FormRows, alignment: Alignment, text: Surroundings, tables: Sequence[TableColumns]
    ) -> ReadForm:
        head = read_head(text.before, text.after, self._document.margins)
        unit = self._catalogue.units.get(self._wishes.unit_code) or _unit_named(head.issuer, self._catalogue)
        mine = tuple(table for table in tables if table.table in part.tables)
        doubt = next((_explain_doubt(alignment, text, table) for table in mine if table.doubt), "")
        readings = {} if doubt else read_figures(alignment.firsts, alignment.form, self._catalogue)
        if FileRemark.SCANNED in self._document.remarks:
            readings = {key: _to_be_confirmed(reading) for key, reading in readings.items()}
        tier = self._tier(unit, head, text, alignment.form, readings)
        period, why = self._period(head, unit)
        filled = FilledForm(
            form_code=alignment.form.form_code,
            unit_code=self._wishes.unit_code or (unit.unit_code if unit else ""),
            unit_name=head.issuer or (unit.name if unit else ""),
            period=period,
            window=None,
            status=FormMark.READ,
            cells={r.key: make_cell(r, readings.get(r.key), tier.tier, self._catalogue) for r in alignment.form.rows},
            head=head.as_form_head(),
            lines=lines_read(alignment.form),
            tier=tier.tier if alignment.form.matrix else None,
        )
        return ReadForm(
            filled=_with_window(filled, self._catalogue.calendar, self._regime(unit)),
            head=head,
            tier=tier.tier,
            alignment=alignment,
            readings=readings,
            scores={one.form.form_code: round(one.score, 3) for one in part.alignments},
            document=self._document,
            understood=Understood(text.name, mine, doubt, tier.why, tier.choices, why),
            unseen=tuple(_unseen_at(self._document, alignment)),
            lines_above=tuple(text.before),
        )

    def _tier(
        self, unit: Unit | None, head: HeadFacts, text: Surroundings, form: Form, readings: Mapping[str, Reading]
    ) -> TierGuess:
        if self._wishes.tier:
            return TierGuess(self._wishes.tier, "theo yêu cầu")
        if unit is not None:
            return TierGuess(unit.tier, f"theo đơn vị {unit.name} trong cấu hình")
        lines = (*text.before, *text.after, *self._document.margins)
        return guess_tier(head.issuer, lines, form, readings)

    def _period(self, head: HeadFacts, unit: Unit | None) -> tuple[Period | None, str]:
        if self._wishes.period:
            return self._wishes.period, "theo yêu cầu"
        if head.stated_period:
            return head.stated_period, "ghi ở phần đầu biểu mẫu"
        period = infer_period(head, self._catalogue.calendar, self._regime(unit), self._today)
        return period, "suy từ ngày báo cáo" if period else ""


_HEAD_BLOCKS = 40


def _above_the_first_table(document: RawDocument) -> Sequence[RawRow | RawLine]:
    blocks = document.blocks[:_HEAD_BLOCKS]
    heads = (at for at, block in enumerate(blocks) if isinstance(block, RawRow) and is_head_row(block))
    return blocks[: next(heads, len(blocks))]


def _to_be_confirmed(reading: Reading) -> Reading:
    return replace(reading, how_read=f"{reading.how_read}; đọc từ bản quét, cần xác nhận") if reading.text else reading


def _is_whole(alignment: Alignment) -> bool:
    return alignment.surely_matched_count >= _WHOLE_SHARE * len(alignment.form.rows)


def _score(parts: Sequence[FormRows]) -> float:
    return sum(part.nearest.score for part in parts)


def _has_title(text: Surroundings, form: Form) -> bool:
    above = folded(" ".join(text.before))
    return folded(form.appendix) in above or any(folded(line) in above for line in form.title)


def _explain_doubt(alignment: Alignment, text: Surroundings, table: TableColumns) -> str:
    return f"{alignment.form.appendix} ({alignment.form.form_code}), {text.name}: {table.doubt}."


def _unit_named(issuer: str, catalogue: Catalogue) -> Unit | None:
    """The unit that bears the issuer's name; None where none or several do."""
    units = [unit for unit in catalogue.units.values() if folded(unit.name) == folded(issuer)]
    return units[0] if len(units) == 1 else None


def _with_window(filled: FilledForm, calendar: Calendar, regime: str) -> FilledForm:
    """With the days of its period where the regime has it."""
    if filled.period is None:
        return filled
    part = filled.period.part or YEAR_PART
    window = calendar.window(regime, filled.period) if part in calendar.regimes[regime].part_codes else None
    return replace(filled, window=window)


def _goes_on(labels: KnownLabels, known: Sequence[FormRow], held: RowText, label: str) -> bool:
    """Whether a label without number is the rest of the row above: together they fit it better than alone."""
    own = [row for row in known if row_key(row.number) == held.key]
    joined = max((label_fit(f"{held.label} {label}", row) for row in own), default=0.0)
    apart = max((label_fit(held.label, row) for row in own), default=0.0)
    best = labels.best(label)
    return joined > max(apart, best[1] if best else 0.0)


def _unseen_at(document: RawDocument, alignment: Alignment) -> Iterator[Unseen]:
    """What is not seen in the tables of the form, and what is hidden in the file as a whole."""
    tables = {found.text.place.table for found in alignment.aligned if found.fit >= ALIKE}
    is_book = document.kind in _SHEETS
    for one in document.unseen:
        if one.place.table in tables or one.place.table < 0 or (is_book and one.kind.value == "hidden_sheet"):
            yield one
