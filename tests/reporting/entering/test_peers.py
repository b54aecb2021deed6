"""A figure beside those of the units of its kind."""

from decimal import Decimal
from types import SimpleNamespace as Made
from typing import Any

import pytest

from baocao.domain import Period
from reporting.entering.peers import PeerFigures, read_peers

Q4 = Period.parse("2025-Q4")
FIGURES = {"b": 10, "c": 30, "d": None, "e": 12, "f": 99, "tinh": 500}


def read(figures: dict[str, int | None]) -> PeerFigures | None:
    """Of unit `a`, beside the communes b to e of its province and f of another; `asked` must be those alone."""
    units = {code: Made(unit_code=code, parent="tinh", tier="commune") for code in "abcde"}
    units["f"] = Made(unit_code="f", parent="tinh-khac", tier="commune")
    units["tinh"] = Made(unit_code="tinh", parent=None, tier="province")

    def find(asked: Any) -> dict[str, Any]:
        assert set(asked.unit_codes) == {"b", "c", "d", "e"}
        given = {code: figures[code] for code in asked.unit_codes if code in figures}
        return {
            code: {Q4: Made(figures={"x": Made(value=None if value is None else Decimal(value))})}
            for code, value in given.items()
        }

    workspace: Any = Made(
        catalogue=Made(units=units, forms={}), settings=Made(now=lambda: None), store=Made(histories=Made(figures=find))
    )
    return read_peers(workspace, Made(unit=units["a"], period=Q4, form=Made(series_code="s")), "x")  # type: ignore[arg-type]


def test_only_the_others_of_the_same_tier_and_province_count() -> None:
    assert read(FIGURES) == PeerFigures(3, Decimal(10), Decimal(12), Decimal(30))


@pytest.mark.parametrize("left_out", ["b", "c", "e"])
def test_of_fewer_than_three_nothing_is_told(left_out: str) -> None:
    """Else whoever has one of two figures would know the other's."""
    assert read({code: value for code, value in FIGURES.items() if code != left_out}) is None
