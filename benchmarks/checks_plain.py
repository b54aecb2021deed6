"""The checks of `form.*` on the form 2025-bieu-mau-7, written out by hand in bare pandas.

Twice of use: what Great Expectations answers must equal it, and what it costs is measured beside it. The relations are
copied from the printed form, not from the catalogue. Values are held as whole hundredths, so everything is exact.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from baocao.domain import Cell, FilledForm

Finding = tuple[int, str, tuple[str, ...]]

HEADINGS = ("3", "3.1", "4")
CODES = {"1": (0, 1)}
PERCENTS = ("2", "3.1.1", "3.1.2", "3.2", "3.2.1", "3.2.2", "4.1", "4.2", "4.3", "4.4", "4.5")
COUNTS = ("4.1.1", "4.1.2", "4.2.1", "4.2.2", "4.3.1", "4.3.2", "4.4.1", "4.4.2", "4.5.1", "4.5.2")
RATIOS = tuple((f"4.{n}", f"4.{n}.2", f"4.{n}.1") for n in range(1, 6))
DISTINCT = (("4.2.1", "4.3.1", "4.4.1"), ("4.2.2", "4.3.2", "4.4.2"))
OWN_ROWS = {
    "3.1.1": {"province"},
    "3.1.2": {"province"},
    "3.2.1": {"province", "department"},
    "3.2.2": {"province", "commune", "ward", "special_zone"},
}
_UNCOLLECTED = {"not_collected", "incomplete"}
_NO_FIGURE = {"no_denominator", *_UNCOLLECTED, "not_applicable", "heading"}


def failing(forms: Sequence[FilledForm], tiers: Mapping[str, str]) -> set[Finding]:
    """The failed checks by position of the form; `tiers` by unit code."""
    values, states = _frames(forms)
    tier = pd.Series([tiers[form.unit_code] for form in forms])
    found: set[Finding] = set()

    def tell(check: str, cells: tuple[str, ...], fails: pd.Series) -> None:
        positions = fails[fails.fillna(value=False).astype(bool)].index
        found.update((int(position), f"form.{check}", cells) for position in positions)

    _presence(values, states, tier, tell)
    _figures(values, tell)
    _relations(values, tier, tell)
    _ratios(values, states, tell)
    return found


def _frames(forms: Sequence[FilledForm]) -> tuple[pd.DataFrame, pd.DataFrame]:
    keys = (*CODES, *PERCENTS, *COUNTS, *HEADINGS)
    cells = [{key: form.cells.get(key) for key in keys} for form in forms]
    hundredths = [
        {k: None if c is None or c.value is None else int(c.value * 100) for k, c in row.items()} for row in cells
    ]
    states = [{k: "absent" if c is None else str(c.status) for k, c in row.items()} for row in cells]
    return pd.DataFrame(hundredths, columns=list(keys)).astype("Int64"), pd.DataFrame(states, columns=list(keys))


def _hundredths(cell: Cell | None) -> int | None:
    return None if cell is None or cell.value is None else int(cell.value * 100)


def _presence(values: pd.DataFrame, states: pd.DataFrame, tier: pd.Series, tell) -> None:  # noqa: ANN001
    for key in (*CODES, *PERCENTS, *COUNTS):
        ours = tier.isin(OWN_ROWS[key]) if key in OWN_ROWS else pd.Series(data=True, index=tier.index)
        empty = values[key].isna()
        over_zero = values[f"{key}.1"].eq(0).fillna(value=False) if f"{key}.1" in values else False
        tell("blank", (key,), ours & empty & ~states[key].isin(_NO_FIGURE) & ~over_zero)
        tell("not_collected", (key,), ours & empty & states[key].isin(_UNCOLLECTED))
        if key in OWN_ROWS:
            tell("other_tier", (key,), ~ours & ~empty)
    for key in HEADINGS:
        tell("value_in_heading", (key,), values[key].notna())


def _figures(values: pd.DataFrame, tell) -> None:  # noqa: ANN001
    for key in PERCENTS:
        tell("percent_bounds", (key,), (values[key] < 0) | (values[key] > 10_000))
    for key in COUNTS:
        tell("whole_number", (key,), values[key] % 100 != 0)
        tell("not_negative", (key,), values[key] < 0)
    for key, allowed in CODES.items():
        tell("status_code", (key,), values[key].notna() & ~values[key].isin([code * 100 for code in allowed]))


def _relations(values: pd.DataFrame, tier: pd.Series, tell) -> None:  # noqa: ANN001
    for _, part, whole in RATIOS:
        tell("part_within_whole", (part, whole), values[part] > values[whole])
    for key, one, other in DISTINCT:
        records = values[one] + values[other]
        tell("distinct_within_count", (key, one, other), (values[key] > records) | ((records > 0) & (values[key] <= 0)))
    records = values["4.3.2"] + values["4.4.2"]
    slipped = (values["4.2.2"] > values["4.2.1"]) & (values["4.2.2"] <= records)
    tell("unit_slip", ("4.2.2", "4.2.1", "4.3.2", "4.4.2"), slipped)
    for line in ("3.2.1", "3.2.2"):
        alone = tier.isin(OWN_ROWS[line]) & ~tier.eq("province")
        tell("same_figure", (line, "3.2"), alone & (values[line] != values["3.2"]))


def _ratios(values: pd.DataFrame, states: pd.DataFrame, tell) -> None:  # noqa: ANN001
    for cells in RATIOS:
        ratio, numerator, denominator = (values[key] for key in cells)
        sound = (denominator > 0) & (numerator >= 0)
        due = (numerator * 20_000 + denominator.where(sound, 1)) // (2 * denominator.where(sound, 1))
        tell("ratio_matches", cells, sound & (ratio != due))
        tell("ratio_without_evidence", cells, ratio.notna() & (numerator.isna() | denominator.isna()))
        none_said = states[cells[0]].eq("no_denominator") & ratio.isna()
        skipped = states[cells[0]].isin({*_UNCOLLECTED, "not_applicable"}) & ratio.isna()
        blank = ratio.isna() & ~none_said & ~skipped
        zero = denominator.eq(0)
        wrong = (zero & ~none_said & ~skipped) | (~zero & none_said)
        tell("no_denominator", cells, denominator.notna() & wrong & ~(~zero & blank))


def percent_of(numerator: int, denominator: int) -> Decimal:
    """Half-up at two places, in whole numbers."""
    return Decimal((numerator * 20_000 + denominator) // (2 * denominator)).scaleb(-2)
