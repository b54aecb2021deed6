"""Which row of which form each written row is: by its number and its label, never by its place alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from baocao.catalogue import Form, FormRow
from baocao.errors import UnreadableFormError
from baocao.forms.numbers import shorten
from baocao.forms.recognise.labels import ALIKE, SURE, best_row, label_fit
from baocao.forms.recognise.table_rows import RowText

_FEWEST_SHARE = 0.4
_NAMED_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class AlignedRow:
    """A written row and the form's row it is; `fit` (0–100) is how well the label matches."""

    row: FormRow
    text: RowText
    fit: float


@dataclass(frozen=True)
class Alignment:
    """All written rows set beside one form, in the order written."""

    form: Form
    aligned: tuple[AlignedRow, ...]
    strange: tuple[RowText, ...]

    @cached_property
    def firsts(self) -> dict[str, AlignedRow]:
        """The first written row of each key."""
        firsts: dict[str, AlignedRow] = {}
        for found in self.aligned:
            firsts.setdefault(found.row.key, found)
        return firsts

    @property
    def repeated(self) -> tuple[AlignedRow, ...]:
        return tuple(found for found in self.aligned if self.firsts[found.row.key] is not found)

    @property
    def missing(self) -> tuple[FormRow, ...]:
        return tuple(row for row in self.form.rows if row.key not in self.firsts)

    @property
    def strange_inside(self) -> tuple[RowText, ...]:
        """The strange rows among the others, and numbered ones anywhere: not the texts around the table."""
        blocks = [found.text.block for found in self.aligned] or [0]
        return tuple(row for row in self.strange if row.key or min(blocks) < row.block < max(blocks))

    @property
    def surely_matched_count(self) -> int:
        return sum(found.fit >= ALIKE for found in self.firsts.values())

    @property
    def score(self) -> float:
        """0 to 1: how much of the form is there, label by label."""
        return sum(found.fit for found in self.firsts.values()) / 100 / len(self.form.rows)


def align(rows: Sequence[RowText], form: Form) -> Alignment:
    """Set every written row beside the form's."""
    aligned: list[AlignedRow] = []
    strange: list[RowText] = []
    for text in rows:
        found = _row_of(text, form)
        if found is None:
            strange.append(text)
        else:
            aligned.append(found)
    return Alignment(form, tuple(aligned), tuple(strange))


def choose_nearest(alignments: Sequence[Alignment]) -> Alignment:
    """The form that fits best; raise UnreadableFormError, saying what is off, where it fits too little."""
    nearest = max(alignments, key=lambda found: found.score)
    if nearest.surely_matched_count < _FEWEST_SHARE * len(nearest.form.rows):
        raise UnreadableFormError(_explain(nearest))
    return nearest


def _row_of(text: RowText, form: Form) -> AlignedRow | None:
    """By number when the label does not speak for another row; else by a label that leaves no doubt."""
    own = _numbered(text.key, form.rows)
    own_fit = label_fit(text.label, own) if own else 0.0
    if own and own_fit >= ALIKE:
        return AlignedRow(own, text, own_fit)
    best = best_row(text.label, form.rows)
    if best is not None and (best[1] >= SURE or (own is None and not text.key)):
        return AlignedRow(best[0], text, best[1])
    return AlignedRow(own, text, own_fit) if own else None


def _numbered(key: str, rows: Iterable[FormRow]) -> FormRow | None:
    return next((row for row in rows if row.key == key), None) if key else None


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
