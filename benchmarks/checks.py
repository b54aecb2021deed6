"""Checks of 1, 168 and 3 321 filled forms beside the same checks in bare pandas: `python benchmarks/checks.py`.

One province has up to 168 communes, the country 3 321. The answers of both must be equal; what is printed are times and
their ratio in one run on this machine. Bare pandas only says which cells fail; the other side also tells every rule
that passed or could not be evaluated, with its sentence.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from baocao.catalogue import Catalogue, Unit
from baocao.domain import Cell, CellStatus, FilledForm, FormStatus, Outcome, Period, Tier
from baocao.settings import CHECKOUT_DIR
from benchmarks.checks_plain import CODES, COUNTS, PERCENTS, RATIOS, failing, percent_of

FORM_CODE = "2025-bieu-mau-7"
SIZES = (1, 168, 3321)
TIERS = (Tier.COMMUNE, Tier.COMMUNE, Tier.WARD, Tier.SPECIAL_ZONE)
Found = TypeVar("Found")


def main() -> None:
    import_s, _ = _timed(_import_engine)
    catalogue = Catalogue.read(CHECKOUT_DIR / "config")
    print(f"import of Great Expectations: {import_s:.2f} s\n")
    print(f"{'units':>6} {'checks':>9} {'failed':>7} {'seconds':>8} {'ms/unit':>8} {'pandas s':>9} {'ratio':>7}")
    rows = [_measure(catalogue, size) for size in SIZES]
    print("\n" + json.dumps({"import_s": round(import_s, 2), "rows": rows}))


def _import_engine() -> None:
    import expectations.engine  # noqa: F401


def _measure(catalogue: Catalogue, size: int) -> dict[str, float]:
    from expectations import check_forms

    units = {f"u{n}": Unit(unit_code=f"u{n}", name=f"u{n}", tier=TIERS[n % len(TIERS)]) for n in range(size)}
    wide = replace(catalogue, units=units)
    rng = Random(size)
    forms = [_make_form(wide, unit, rng) for unit in units.values()]
    if size == SIZES[0]:
        check_forms(forms, wide)
    seconds, results = _timed(lambda: check_forms(forms, wide))
    plain_s, plain = _timed(lambda: failing(forms, {code: unit.tier.value for code, unit in units.items()}))
    told = {(int(r.unit_code[1:]), r.check, r.cells) for r in results if r.outcome is Outcome.FAIL}
    if told != plain:
        raise SystemExit(f"the two differ at {size} units: {sorted(told ^ plain)[:5]}")
    each, ratio = seconds / size * 1000, seconds / plain_s
    print(f"{size:>6} {len(results):>9} {len(told):>7} {seconds:>8.2f} {each:>8.2f} {plain_s:>9.3f} {ratio:>6.1f}x")
    return {"units": size, "results": len(results), "seconds": round(seconds, 3), "pandas_s": round(plain_s, 3)}


def _make_form(catalogue: Catalogue, unit: Unit, rng: Random) -> FilledForm:
    """A form right in every cell, but one in twenty has a ratio off by 0,01 or a part above its whole."""
    values = {"1": Decimal(1), **{key: Decimal(100) for key in PERCENTS}}
    for ratio, over, under in RATIOS:
        whole = rng.randint(1, 5000) if over[:3] not in {"4.1", "4.2"} else rng.randint(1, 40)
        part = rng.randint(1, whole)
        values |= {under: Decimal(whole), over: Decimal(part), ratio: percent_of(part, whole)}
    if rng.random() < 0.05:
        spoilt = rng.choice([*COUNTS, *(ratio for ratio, _, _ in RATIOS), *CODES])
        values[spoilt] += Decimal("0.01") if spoilt in PERCENTS else Decimal(10_000)
    cells = {}
    for row in catalogue.form(FORM_CODE).rows:
        value = values.get(row.key) if unit.tier in row.tiers else None
        empty = CellStatus.HEADING if row.heading else CellStatus.NOT_APPLICABLE
        status = empty if value is None else CellStatus.REPORTED
        cells[row.key] = Cell(row.key, value, "", status, None, row.indicator)
    return FilledForm(FORM_CODE, unit.unit_code, unit.name, Period(2025, "Q4"), None, FormStatus.CHECKED, cells)


def _timed(work: Callable[[], Found]) -> tuple[float, Found]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


if __name__ == "__main__":
    main()
