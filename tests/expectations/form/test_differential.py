"""What Great Expectations answers equals bare pandas with the form's relations written out by hand."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import Cell, CellStatus, FilledForm, Outcome, Tier
from benchmarks.checks_plain import COUNTS, HEADINGS, PERCENTS, RATIOS, failing, percent_of
from expectations.form.suite import check_forms
from tests.expectations.conftest import with_units
from tests.expectations.made_forms import FORM_2025, TRUE_2025, make_form

TIERS = (Tier.SPECIAL_ZONE, Tier.COMMUNE, Tier.WARD, Tier.PROVINCE, Tier.DEPARTMENT)
STATUSES = (
    CellStatus.BLANK,
    CellStatus.NOT_COLLECTED,
    CellStatus.INCOMPLETE,
    CellStatus.NO_DENOMINATOR,
    CellStatus.NOT_APPLICABLE,
)
FORMS = 700


def random_form(form: FilledForm, rng: Random) -> FilledForm:
    """Small counts that often meet their bounds, ratios right or a little off, and a few cells spoilt."""
    cells = dict(form.cells)
    counts = {key: rng.randint(0, 12) for key in COUNTS}
    for ratio, over, under in RATIOS:
        counts[over] = min(counts[over], counts[under]) if rng.random() < 0.8 else counts[over]
        for key in (over, under):
            cells[key] = filled(cells[key], Decimal(counts[key]))
        cells[ratio] = ratio_cell(cells[ratio], counts[over], counts[under], rng)
    for key in rng.sample((*PERCENTS, *COUNTS, *HEADINGS, "1"), rng.randint(0, 5)):
        cells[key] = spoilt(cells[key], rng)
    if rng.random() < 0.1:
        cells.pop(rng.choice((*PERCENTS, *COUNTS, *HEADINGS, "1")))
    return replace(form, cells=cells)


def filled(cell: Cell, value: Decimal) -> Cell:
    return replace(cell, value=value, status=CellStatus.REPORTED)


def ratio_cell(cell: Cell, over: int, under: int, rng: Random) -> Cell:
    if under == 0:
        empty = replace(cell, value=None, status=CellStatus.NO_DENOMINATOR)
        return empty if rng.random() < 0.7 else filled(cell, Decimal(rng.choice([0, 100])))
    off = Decimal(rng.choice(["0", "0", "0", "0.01", "-0.01", "1"]))
    return filled(cell, percent_of(over, under) + off)


def spoilt(cell: Cell, rng: Random) -> Cell:
    if rng.random() < 0.5:
        return replace(cell, value=None, status=rng.choice(STATUSES))
    return filled(
        cell, Decimal(rng.choice(["-1", "0", "0.5", "1", "2", "7.25", "50", "99.99", "100", "100.01", "1000"]))
    )


@pytest.mark.parametrize("seed", [1, 2025])
def test_great_expectations_and_pandas_agree_on_every_form(catalogue: Catalogue, seed: int) -> None:
    rng = Random(seed)
    units = {f"u{number}": rng.choice(TIERS) for number in range(FORMS)}
    wide = with_units(catalogue, units)
    forms = [random_form(make_form(wide, FORM_2025, TRUE_2025, unit_code=unit), rng) for unit in units]
    told = {
        (int(result.unit_code[1:]), result.check, result.cells)
        for result in check_forms(forms, wide)
        if result.outcome is Outcome.FAIL
    }
    plain = failing(forms, {unit: tier.value for unit, tier in units.items()})
    assert told == plain
    assert len({check for _, check, _ in plain}) == 15
