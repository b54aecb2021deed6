"""The shipped catalogue, with many units of each kind, so that one call checks many forms."""

from dataclasses import replace

import pytest

from baocao.catalogue import Catalogue, Unit
from baocao.domain import Tier


def with_units(catalogue: Catalogue, units: dict[str, Tier]) -> Catalogue:
    made = {code: Unit(unit_code=code, name=f"Đơn vị {code}", tier=tier) for code, tier in units.items()}
    return replace(catalogue, units={**catalogue.units, **made})


@pytest.fixture(scope="session")
def catalogue(catalogue: Catalogue) -> Catalogue:
    """Units for forms made by hand, beside the shipped ones."""
    return with_units(catalogue, {"tinh-thu": Tier.PROVINCE, "so-thu": Tier.DEPARTMENT})
