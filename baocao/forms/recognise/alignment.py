"""Which row of which form each written row is: all assigned together, one to one, by label, number, unit and order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from baocao.catalogue import Form, FormRow
from baocao.errors import UnreadableFormError
from baocao.forms.numbers import shorten
from baocao.forms.recognise.assignment import assign
from baocao.forms.recognise.labels import ALIKE, SURE, folded, label_fit, loose_label_fit, same_unit, written_number
from baocao.forms.recognise.table_rows import RowText

_FEWEST_SHARE = 0.4
_NAMED_AT_MOST = 8
_POOR_FIT = 55.0
_POOREST_SCATTERED_FIT = 30.0
_SAME_NUMBER, _SAME_UNIT, _SAME_DEPTH, _IN_ORDER = 14.0, 5.0, 2.0, 6.0
_NUMBER_ALONE = 40.0


class MatchedBy(StrEnum):
    """What a written row was known by."""

    BOTH = "both"
    NUMBER = "number"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class AlignedRow:
    """A written row and the form's row it is; `fit` (0–100) is how well the label matches.

    A repeat says again what another row of the table says already.
    """

    row: FormRow
    text: RowText
    fit: float
    is_repeat: bool = False

    @property
    def matched_by(self) -> MatchedBy:
        if is_numbered_as(self.text, self.row):
            return MatchedBy.BOTH if self.fit >= ALIKE else MatchedBy.NUMBER
        return MatchedBy.LABEL

    @property
    def certainty(self) -> float:
        """0 to 1: a label that is the form's is certain; a number that agrees adds to one that is not."""
        return round(min(1.0, self.fit / 100 + (0.1 if is_numbered_as(self.text, self.row) else 0.0)), 2)


@dataclass(frozen=True)
class Alignment:
    """All written rows set beside one form, in the order written."""

    form: Form
    aligned: tuple[AlignedRow, ...]
    strange: tuple[RowText, ...]

    @cached_property
    def firsts(self) -> dict[str, AlignedRow]:
        """The written row of each key."""
        return {found.row.key: found for found in self.aligned if not found.is_repeat}

    @property
    def repeated(self) -> tuple[AlignedRow, ...]:
        return tuple(found for found in self.aligned if found.is_repeat)

    @property
    def missing(self) -> tuple[FormRow, ...]:
        return tuple(row for row in self.form.rows if row.key not in self.firsts)

    @property
    def strange_inside(self) -> tuple[RowText, ...]:
        """The strange rows among the others, and numbered ones beside them: not the texts around the table."""
        blocks = [found.text.block for found in self.aligned] or [0]
        return tuple(row for row in self.strange if row.key or min(blocks) < row.block < max(blocks))

    @property
    def surely_matched_count(self) -> int:
        return sum(found.fit >= ALIKE for found in self.firsts.values())

    @property
    def score(self) -> float:
        """0 to 1: how much of the form is there, label by label."""
        return sum(found.fit for found in self.firsts.values()) / 100 / len(self.form.rows)

    @property
    def is_recognisable(self) -> bool:
        return self.surely_matched_count >= _FEWEST_SHARE * len(self.form.rows)


def is_numbered_as(text: RowText, row: FormRow) -> bool:
    """Whether a row is written with the number the form prints for it, or without where the form prints none."""
    return written_number(text.number) == written_number(row.number)


def share_of_same_labels(rows: Sequence[RowText], form: Form) -> float:
    """How many of the form's rows have their label written to the letter, 0 to 1."""
    written = {folded(text.label) for text in rows if text.label}
    return sum(folded(row.label) in written for row in form.rows) / len(form.rows)


def align(rows: Sequence[RowText], form: Form) -> Alignment:
    """Set every written row beside the form's."""
    same = _same_labels(form)
    fits = [_fits(text, form, same) for text in rows]
    able = [at for at, line in enumerate(fits) if any(line)]
    given = _assigned(rows, fits, able, form)
    aligned, strange = [], []
    for at, text in enumerate(rows):
        column = given.get(at)
        if column is not None:
            aligned.append(AlignedRow(form.rows[column], text, fits[at][column]))
            continue
        again = _repeated_row(text, fits[at], form)
        if again is not None and any(form.rows[other].key == again.key for other in given.values()):
            aligned.append(AlignedRow(again, text, label_fit(text.label, again), is_repeat=True))
        else:
            strange.append(text)
    return Alignment(form, tuple(aligned), tuple(strange))


def _same_labels(form: Form) -> dict[str, int]:
    """The column of each label no other row of the form has."""
    labels = [folded(row.label) for row in form.rows]
    counts = Counter(labels)
    return {label: at for at, label in enumerate(labels) if counts[label] == 1}


def _fits(text: RowText, form: Form, same: dict[str, int]) -> list[float]:
    """A label that is one row's to the letter needs no comparing."""
    column = same.get(folded(text.label)) if text.label else None
    if column is not None:
        return [100.0 if at == column else 0.0 for at in range(len(form.rows))]
    return [_fit(text, row) for row in form.rows]


def _fit(text: RowText, row: FormRow) -> float:
    """How well the label is the row's; 0 where the two cannot be the same."""
    same_number = bool(text.key) and is_numbered_as(text, row)
    if not text.label:
        return 1.0 if same_number else 0.0
    fit = loose_label_fit(text.label, row)
    least = _POOREST_SCATTERED_FIT if text.is_scattered else _POOR_FIT
    if fit >= (least if same_number else SURE if text.key else ALIKE):
        return fit
    return 0.0


def _assigned(
    rows: Sequence[RowText], fits: Sequence[Sequence[float]], able: Sequence[int], form: Form
) -> dict[int, int]:
    """Twice: the rows that are sure the first time say where the others stand."""
    single = {at: columns[0] for at in able if len(columns := [c for c, fit in enumerate(fits[at]) if fit]) == 1}
    if len(single) == len(able) == len(set(single.values())):
        return single
    weights = [[_weight(rows[at], row, fits[at][column]) for column, row in enumerate(form.rows)] for at in able]
    first = assign(weights)
    sure = {able[line]: column for line, column in first.items() if fits[able[line]][column] >= SURE}
    for line, at in enumerate(able):
        low = max((column for other, column in sure.items() if other < at), default=-1)
        high = min((column for other, column in sure.items() if other > at), default=len(form.rows))
        for column in range(len(form.rows)):
            if weights[line][column]:
                weights[line][column] += _IN_ORDER * (low <= column <= high) - 0.01 * line
    return {able[line]: column for line, column in assign(weights).items()}


def _weight(text: RowText, row: FormRow, fit: float) -> float:
    if not fit:
        return 0.0
    same_number = is_numbered_as(text, row)
    weight = max(fit, _NUMBER_ALONE) + _SAME_NUMBER * same_number + _SAME_UNIT * same_unit(text.unit, row)
    return weight + _SAME_DEPTH * (bool(text.key) and text.key.count(".") == row.depth)


def _repeated_row(text: RowText, fits: Sequence[float], form: Form) -> FormRow | None:
    best = max(range(len(fits)), key=lambda column: fits[column], default=0)
    own = next((row for row in form.rows if text.key and is_numbered_as(text, row)), None)
    if fits[best] >= SURE:
        return form.rows[best]
    return own if own is not None and label_fit(text.label, own) >= ALIKE else None


def choose_nearest(alignments: Sequence[Alignment]) -> Alignment:
    """The form that fits best; raise UnreadableFormError, saying what is off, where it fits too little."""
    nearest = max(alignments, key=lambda found: found.score)
    if not nearest.is_recognisable:
        raise UnreadableFormError(_explain(nearest))
    return nearest


def _explain(nearest: Alignment) -> str:
    """Which form is nearest and what did not match."""
    form, matched = nearest.form, nearest.surely_matched_count
    sure = {key for key, found in nearest.firsts.items() if found.fit >= ALIKE}
    lost = [row.key for row in form.rows if row.key not in sure]
    doubtful = [found.text for found in nearest.aligned if found.fit < ALIKE]
    strange = [f"“{shorten(row.label)}”" for row in (*doubtful, *nearest.strange) if row.label]
    share = f"khớp {matched}/{len(form.rows)} chỉ tiêu, cần ít nhất {round(_FEWEST_SHARE * 100)} %"
    lines = [f"Không nhận ra biểu mẫu. Gần nhất là {form.appendix} ({form.form_code}): {share}."]
    if lost:
        lines.append(f"Không thấy chỉ tiêu: {_list(lost)}.")
    if strange:
        lines.append(f"Dòng trong tệp không có trong biểu mẫu: {_list(strange)}.")
    return " ".join(lines)


def _list(texts: Sequence[str]) -> str:
    more = f" và {len(texts) - _NAMED_AT_MOST} dòng khác" if len(texts) > _NAMED_AT_MOST else ""
    return ", ".join(texts[:_NAMED_AT_MOST]) + more
