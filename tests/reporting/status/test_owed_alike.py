"""What many units owe is worked out once for all that are alike, and for no other."""

from dataclasses import replace
from datetime import date
from typing import Any

from baocao.catalogue import Catalogue
from reporting.status.grid import _current_alike

TODAY = date(2025, 12, 15)


def periods(catalogue: Catalogue, *changes: dict[str, Any]) -> list[set[str]]:
    """Of like units with these changes, asked one after another."""
    unit, shared = catalogue.units["dac-khu"], {}
    changed = [unit.model_copy(update={"unit_code": f"u{at}", **one}) for at, one in enumerate(changes)]
    known = replace(catalogue, units={one.unit_code: one for one in changed})
    found = [list(_current_alike(known, one, TODAY, shared)) for one in changed]
    for one, reports in zip(changed, found, strict=True):
        assert {report.unit.unit_code for report in reports} <= {one.unit_code}
    return [{report.period.code for report in reports} for reports in found]


def test_a_unit_that_has_ended_or_came_later_is_not_taken_for_its_likes(catalogue: Catalogue) -> None:
    whole, alike, ended, new = periods(
        catalogue, {}, {}, {"valid_to": date(2025, 6, 30)}, {"valid_from": date(2025, 12, 15)}
    )
    assert whole == alike
    assert "2025-Q4" in whole
    assert "2025-Q4" not in ended
    assert new < whole
