"""What Great Expectations answers of figures beside earlier ones equals bare pandas written out by hand."""

from random import Random

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Outcome
from benchmarks.checks_plain_history import failing_history
from benchmarks.checks_world import FORM_CODE, make_world
from expectations.history.suite import check_history


def told(results: list[CheckResult]) -> set[tuple[int, str, str]]:
    """As the other side tells them: the figures of a silent system in one order."""
    return {
        (int(one.unit_code[1:]), one.check.removeprefix("history."), " ".join(sorted(one.evidence["about"][0].split())))
        for one in results
        if one.outcome is Outcome.FAIL
    }


@pytest.mark.parametrize("seed", [3, 2027])
def test_great_expectations_and_pandas_agree_on_every_units_history(catalogue: Catalogue, seed: int) -> None:
    world = make_world(catalogue, 150, Random(seed))
    form = world.catalogue.form(FORM_CODE)
    found = told(check_history(world.observations, world.past, world.catalogue, form=form))
    plain = failing_history(world.series, {unit: tier.value for unit, tier in world.tiers.items()})
    assert found == plain
    assert {check for _, check, _ in plain} == {
        "jump_from_previous", "jump_from_last_year", "fell_silent", "frozen", "stock_shrank",
    }  # fmt: skip
