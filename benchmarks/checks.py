"""Every suite beside the same checks in bare pandas: `python -m benchmarks.checks [--units 1,168,3321]`.

One province has up to 168 communes, the country 3 321. The answers of both must be equal; what is printed are seconds
of processor time and their ratio in one run on this machine. Bare pandas only says what fails; the other side also
tells every rule that passed or could not be evaluated, with its sentence.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.owed import list_owed
from baocao.domain import Cell, CellStatus, CheckResult, FilledForm, FormMark, Outcome, Period
from baocao.settings import CHECKOUT_DIR
from benchmarks.checks_plain import CODES, COUNTS, PERCENTS, RATIOS, failing, percent_of
from benchmarks.checks_plain_history import failing_history
from benchmarks.checks_plain_suites import failing_balances, failing_completeness, failing_records
from benchmarks.checks_records import LAST_ON, TODAY, WINDOW, make_dossiers, working_days
from benchmarks.checks_world import FORM_CODE, NOW, TIERS, CheckWorld, make_world

SIZES = (1, 168, 3321)
Q4 = Period(2025, "Q4")
Found = TypeVar("Found")
Told = set[tuple[Any, ...]]
Suite = tuple[str, Callable[[], list[CheckResult]], Callable[[], Told], Callable[[list[CheckResult]], Told]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", default=",".join(map(str, SIZES)), help="numbers of units")
    sizes = [int(size) for size in parser.parse_args().units.split(",")]
    import_s, _ = _timed(_import_engine)
    catalogue = Catalogue.read(CHECKOUT_DIR / "config")
    _warm_up(catalogue)
    print(f"import of Great Expectations: {import_s:.2f} s\n")
    print(
        f"{'units':>6} {'suite':<9} {'checks':>9} {'failed':>7} {'seconds':>8} {'ms/unit':>8} "
        f"{'pandas s':>9} {'ratio':>7}"
    )
    rows = [_measure(size, suite) for size in sizes for suite in _suites(catalogue, size)]
    print("\n" + json.dumps({"import_s": round(import_s, 2), "rows": rows}))


def _import_engine() -> None:
    import expectations.engine.great_engine  # noqa: F401


def _warm_up(catalogue: Catalogue) -> None:
    for _, ours, _, _ in _suites(catalogue, 1):
        ours()


def _suites(catalogue: Catalogue, size: int) -> Iterable[Suite]:
    from expectations.across.complete import check_complete
    from expectations.form.suite import check_forms
    from expectations.records.suite import check_records

    rng = Random(size)
    units = {f"u{n}": Unit(unit_code=f"u{n}", name=f"u{n}", tier=TIERS[n % len(TIERS)]) for n in range(size)}
    wide = replace(catalogue, units=units)
    forms = [_make_form(wide, unit, rng) for unit in units.values()]
    tiers = {code: unit.tier.value for code, unit in units.items()}
    yield "form", lambda: check_forms(forms, wide), lambda: failing(forms, tiers), _by_cells
    world = make_world(catalogue, size, rng)
    yield from _figure_suites(world)
    given, days = _hand_in(forms, rng)
    owing = [one for unit in units.values() for one in list_owed(wide, unit, Q4) if one.form.form_code == FORM_CODE]
    yield (
        "complete",
        lambda: check_complete(given, wide, Q4, today=TODAY, owed=owing),
        lambda: failing_completeness(days, TODAY),
        _by_subject,
    )
    dossiers = make_dossiers(size, rng)
    yield (
        "records",
        lambda: check_records("dossiers", dossiers, catalogue, WINDOW, unit_code="dac-khu"),
        lambda: failing_records(dossiers, WINDOW.start_on, LAST_ON, working_days(catalogue)),
        lambda results: {("", *rest) for _, *rest in _by_subject(results)},
    )


def _figure_suites(world: CheckWorld) -> Iterable[Suite]:
    from expectations.form.figure_suite import check_figures
    from expectations.history.suite import check_history

    form, now, past = world.catalogue.form(FORM_CODE), world.observations, world.past
    before = {unit: periods[NOW.predecessor].figures for unit, periods in past.items()}
    tiers = {code: tier.value for code, tier in world.tiers.items()}
    yield (
        "balance",
        lambda: check_figures(now, world.catalogue, form=form, before=before),
        lambda: failing_balances(world.series),
        _by_subject,
    )
    yield (
        "history",
        lambda: check_history(now, past, world.catalogue, form=form),
        lambda: failing_history(world.series, tiers),
        lambda results: {
            (int(unit[1:]), check, " ".join(sorted(about.split()))) for unit, check, about in _by_subject(results)
        },
    )


def _measure(size: int, suite: Suite) -> dict[str, float | str]:
    name, ours, theirs, told_by = suite
    seconds, results = _timed(ours)
    plain_s, plain = _timed(theirs)
    told = told_by(results)
    if told != plain:
        raise SystemExit(f"{name}: the two differ at {size} units: {sorted(told ^ plain, key=str)[:5]}")
    each, ratio = seconds / size * 1000, seconds / plain_s
    print(
        f"{size:>6} {name:<9} {len(results):>9} {len(told):>7} {seconds:>8.2f} {each:>8.2f} "
        f"{plain_s:>9.3f} {ratio:>6.1f}x"
    )
    return {
        "units": size,
        "suite": name,
        "results": len(results),
        "seconds": round(seconds, 3),
        "pandas_s": round(plain_s, 3),
    }


def _failed(results: list[CheckResult]) -> Iterable[CheckResult]:
    return (result for result in results if result.outcome is Outcome.FAIL)


def _by_cells(results: list[CheckResult]) -> Told:
    return {(int(result.unit_code[1:]), result.check, result.cells) for result in _failed(results)}


def _by_subject(results: list[CheckResult]) -> Told:
    return {(r.unit_code, r.check.split(".")[1], about) for r in _failed(results) for about in r.evidence["about"]}


def _hand_in(forms: list[FilledForm], rng: Random) -> tuple[list[FilledForm], dict[str, Any]]:
    """One in thirty not given, one in thirty late; and by unit the day, the cells owed and those done."""
    given, days = [], {}
    for form in forms:
        chance = rng.random()
        days[form.unit_code] = None
        if chance > 1 / 30:
            on = TODAY if chance < 2 / 30 else LAST_ON
            given.append(replace(form, head=replace(form.head, dated_on=on)))
            owed = [
                cell
                for cell in form.cells.values()
                if cell.status not in (CellStatus.HEADING, CellStatus.NOT_APPLICABLE)
            ]
            days[form.unit_code] = (on, len(owed), sum(cell.value is not None for cell in owed))
    return given, days


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
    return FilledForm(FORM_CODE, unit.unit_code, unit.name, Q4, None, FormMark.UNMARKED, cells)


def _timed(work: Callable[[], Found]) -> tuple[float, Found]:
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


if __name__ == "__main__":
    main()
