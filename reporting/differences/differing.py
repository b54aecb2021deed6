"""What became of every cell from one vintage to another, and why."""

from dataclasses import dataclass, replace
from typing import Any

from baocao.catalogue import Catalogue
from baocao.catalogue.matrix import split_cell_key
from baocao.documents.form_json import plain_decimal
from baocao.forms.compare import CellChange, CellDifference, compare
from reporting.differences.causes import DifferenceCause, DifferenceCauseKind, find_causes
from reporting.differences.evidence_sides import EvidenceSide


@dataclass(frozen=True)
class ExplainedDifference:
    """One cell of both forms and why it differs; no causes where it does not."""

    cell: CellDifference
    causes: tuple[DifferenceCause, ...] = ()

    @property
    def is_changed(self) -> bool:
        return self.cell.change is not CellChange.UNCHANGED

    @property
    def summary(self) -> CellDifference:
        """The cell's difference with its causes in words."""
        return replace(self.cell, cause_vi="; ".join(cause.text_vi for cause in self.causes))

    def as_json(self) -> dict[str, Any]:
        return {
            "cell": self.cell.number or self.cell.number_before,
            "label": self.cell.label,
            "change": self.cell.change.value,
            "before": plain_decimal(self.cell.before),
            "after": plain_decimal(self.cell.after),
            "difference": plain_decimal(self.cell.difference),
            "causes": [cause.as_json() for cause in self.causes],
        }


def explain_differences(
    before: EvidenceSide, after: EvidenceSide, catalogue: Catalogue
) -> tuple[ExplainedDifference, ...]:
    """Every cell in the order of the later form."""
    return tuple(
        ExplainedDifference(cell, _causes(cell, before, after))
        for cell in compare(before.filled, after.filled, catalogue)
    )


def only_changed(differences: tuple[ExplainedDifference, ...]) -> tuple[ExplainedDifference, ...]:
    return tuple(one for one in differences if one.is_changed)


def _causes(cell: CellDifference, before: EvidenceSide, after: EvidenceSide) -> tuple[DifferenceCause, ...]:
    if cell.change is CellChange.UNCHANGED:
        return ()
    was, now = before.filled.cells.get(cell.number_before), after.filled.cells.get(cell.number)
    codes = dict.fromkeys(one.indicator_code for one in (was, now) if one and one.indicator_code)
    found = tuple(dict.fromkeys(cause for code in codes for cause in find_causes(code, before, after)))
    known = tuple(cause for cause in found if cause.kind is not DifferenceCauseKind.UNKNOWN)
    return known or _line_causes(cell, before, after) or found


def _line_causes(cell: CellDifference, before: EvidenceSide, after: EvidenceSide) -> tuple[DifferenceCause, ...]:
    """Of a cell that says nothing new itself: its line has come or gone with the figures beside it."""
    line, column = split_cell_key(cell.number or cell.number_before)
    had, has = (line in {one.key for one in side.filled.lines} for side in (before, after))
    if not column or had == has:
        return ()
    says = "dòng mới có trong biểu: trước đây không số nào của dòng khác 0"
    gone = "dòng không còn trong biểu: không số nào của dòng khác 0"
    return (DifferenceCause(DifferenceCauseKind.LINE, says if has else gone),)
