"""What became of every cell from one vintage to another, and why."""

from dataclasses import dataclass, replace
from typing import Any

from baocao.catalogue import Catalogue
from baocao.documents.form_json import plain_decimal
from baocao.forms.compare import CellChange, CellDifference, compare
from reporting.differences.causes import DifferenceCause, find_causes
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
    return tuple(dict.fromkeys(cause for code in codes for cause in find_causes(code, before, after)))
