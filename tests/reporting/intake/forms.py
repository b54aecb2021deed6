"""Forms units hand in, as their clerks would make them: a clean one for a unit, changed where a test says."""

from dataclasses import replace
from decimal import Decimal

from baocao.catalogue import Catalogue
from tests.conformance.made import NEW_FIGURES, NEW_FORM, MadeForm, make_clean

DATED = "ngày 15 tháng 12 năm 2025"
PLACE = "UBND đặc khu Sao Mẫu"


def make_form(
    catalogue: Catalogue,
    unit_name: str,
    figures: dict[str, int | Decimal] | None = None,
    written: dict[str, str] | None = None,
    dated: str = DATED,
) -> MadeForm:
    """The form of the unit for the last quarter of 2025. `figures` by indicator, `written` by row, to the letter."""
    made = make_clean(catalogue, NEW_FORM, {**NEW_FIGURES, **(figures or {})})
    made = replace(made, head=tuple(line.replace(PLACE, unit_name).replace(DATED, dated) for line in made.head))
    for key, text in (written or {}).items():
        made = made.with_row(key, figure=text)
    return made
