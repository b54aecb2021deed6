"""Two filled forms of any origin, cell by cell: unchanged, changed, added, removed, by how much and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from baocao.catalogue import Catalogue, Form, FormRow
from baocao.catalogue.forms import MatrixCell
from baocao.domain import Cell, CellStatus, FilledForm, Measure
from baocao.figures import is_code, print_figure
from baocao.forms.numbers import is_blank
from baocao.vocabulary import STATUSES


class CellChange(StrEnum):
    """What became of a cell from the first form to the second."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class CellDifference:
    """One cell of both forms.

    `number` is the row in the second form, `number_before` in the first; one may be "". `difference` is after
    minus before: percentage points for a percentage, else the count. `cause_vi` says what the cells themselves tell
    about the reason. `unclear` is what stands in a cell from which no figure could be taken: it is neither blank nor
    removed. `place` is the cell as people call it: `4.2`, of a matrix `dòng Hộ tịch, cột 8`.
    """

    number_before: str
    number: str
    label: str
    change: CellChange
    before: Decimal | None
    after: Decimal | None
    status_before: CellStatus | None
    status: CellStatus | None
    measure: Measure | None
    difference: Decimal | None = None
    cause_vi: str = ""
    unclear_before: str = ""
    unclear: str = ""
    place: str = ""

    @property
    def cell_words(self) -> str:
        """As people call it: `ô 4.2`, `dòng Hộ tịch, cột 8`."""
        return self.place if "/" in (self.number or self.number_before) else f"ô {self.place}"


_CAUSES = (
    CellStatus.CORRECTED,
    CellStatus.TYPED_IN,
    CellStatus.HANDED_IN,
    CellStatus.PROVISIONAL,
    CellStatus.NO_DENOMINATOR,
    CellStatus.NOT_COLLECTED,
    CellStatus.INCOMPLETE,
)
_Pair = tuple[FormRow | None, FormRow | None]


def compare(a: FilledForm, b: FilledForm, catalogue: Catalogue) -> list[CellDifference]:
    """From `a` to `b`, in the order of `b`, then the rows only `a` has.

    Two versions are matched by the crosswalk. Headings without a value are left out. Raise ConfigError for a
    form code the catalogue does not have.
    """
    before, form = catalogue.form(a.form_code).laid_out(a), catalogue.form(b.form_code).laid_out(b)
    pairs = _pair_rows(before, form)
    found = {_key(new) or f"-{_key(old)}": _compare(a, b, old, new) for old, new in pairs}
    parts = {row.key: catalogue.ratio_rows(form, row) for _, row in pairs if row}
    explained = (_with_cause(key, one, found, parts.get(key), b) for key, one in found.items())
    return [one for one in explained if one.measure is not None or one.change is not CellChange.UNCHANGED]


def _pair_rows(before: Form, after: Form) -> list[_Pair]:
    """Each row of the later form with the one it was; then the earlier form's rows that went."""
    rows = {row.key: row for row in before.rows}
    if before.form_code == after.form_code:
        gone = rows.keys() - {row.key for row in after.rows}
        return [*((rows.get(row.key), row) for row in after.rows), *((rows[key], None) for key in rows if key in gone)]
    pairs: list[_Pair] = [(rows.get(row.crosswalk.get(before.form_code, "")), row) for row in after.rows]
    taken = {_key(earlier) for earlier, _ in pairs}
    return [*pairs, *((row, None) for row in before.rows if row.key not in taken)]


def _key(row: FormRow | None) -> str:
    return row.key if row else ""


def _place(row: FormRow | None) -> str:
    return row.place if isinstance(row, MatrixCell) else _key(row)


def _compare(a: FilledForm, b: FilledForm, before: FormRow | None, after: FormRow | None) -> CellDifference:
    old, new = a.cells.get(_key(before)), b.cells.get(_key(after))
    one = CellDifference(
        number_before=_key(before),
        number=_key(after),
        place=_place(after) or _place(before),
        label=(after.meant_label if after else before.meant_label if before else ""),
        change=_change(old, new),
        before=old.value if old else None,
        after=new.value if new else None,
        status_before=old.status if old else None,
        status=new.status if new else None,
        measure=next((cell.measure for cell in (new, old) if cell and cell.measure), None),
        unclear_before=_unclear_text(old),
        unclear=_unclear_text(new),
    )
    return _with_size(one)


def _change(old: Cell | None, new: Cell | None) -> CellChange:
    """By the value; where neither has one, by whether something now arose or no longer does."""
    before, after = (cell.value if cell else None for cell in (old, new))
    if _unclear_text(old) or _unclear_text(new):
        return CellChange.UNCLEAR
    if before is None and after is None:
        arose = {cell.status is CellStatus.NO_DENOMINATOR for cell in (old, new) if cell}
        return CellChange.CHANGED if len(arose) > 1 else CellChange.UNCHANGED
    if before is None:
        return CellChange.ADDED
    if after is None:
        return CellChange.REMOVED
    return CellChange.UNCHANGED if before == after else CellChange.CHANGED


def _unclear_text(cell: Cell | None) -> str:
    """What stands in a cell and is no figure."""
    if cell is None or cell.value is not None or cell.status in (CellStatus.NO_DENOMINATOR, CellStatus.HEADING):
        return ""
    return "" if is_blank(cell.text or "") else cell.text or ""


def _with_size(one: CellDifference) -> CellDifference:
    """A code has no size of change: it is another code."""
    if one.change is not CellChange.CHANGED or one.before is None or one.after is None or is_code(one.measure):
        return one
    return replace(one, difference=one.after - one.before)


def _with_cause(
    key: str,
    one: CellDifference,
    found: Mapping[str, CellDifference],
    parts: tuple[str, str] | None,
    b: FilledForm,
) -> CellDifference:
    """Why: numerator and denominator of a ratio, what the new status says, a row of another version."""
    if one.change is CellChange.UNCHANGED:
        return one
    causes = [*_part_causes(found, parts), *_status_causes(one, b.cells.get(key))]
    if not one.number or not one.number_before:
        causes.append("chỉ có ở một phiên bản biểu mẫu")
    return replace(one, cause_vi="; ".join(causes))


def _part_causes(found: Mapping[str, CellDifference], parts: tuple[str, str] | None) -> Iterator[str]:
    for name, key in zip(("tử số", "mẫu số"), parts or (), strict=False):
        part = found[key]
        if part.change is CellChange.UNCHANGED:
            yield f"{name} {key} không đổi"
        else:
            yield f"{name} {key}: {_printed(part.before)} → {_printed(part.after)}"


def _status_causes(one: CellDifference, cell: Cell | None) -> Iterator[str]:
    if cell is not None and cell.status in _CAUSES and cell.status is not one.status_before:
        note = f" ({cell.note.rstrip('.')})" if cell.note else ""
        yield STATUSES[cell.status] + note


def _printed(value: Decimal | None) -> str:
    return "trống" if value is None else print_figure(value, Measure.DOSSIER)
