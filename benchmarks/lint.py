"""The mutation run: clean forms with one defect each planted at random, some left clean; what lint finds.

`python -m benchmarks.lint [--forms 1000] [--seed 1]` prints recall by kind, findings that are not true, and
the time after start-up. Exit 1 where recall is below 100 % or a finding is false.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from baocao.catalogue import Catalogue
from tests.conformance.checking import Finding, findings_of
from tests.conformance.defects import DEFECTS
from tests.conformance.made import (
    NEW_FIGURES,
    NEW_FORM,
    OLD_FIGURES,
    OLD_FORM,
    MadeForm,
    make_clean,
    read_catalogue,
)
from tests.conformance.renderers import RENDERERS

CLEAN = "(clean)"
_SHARE_CLEAN = 0.2
# Text forms cost their making next to nothing, so that what is timed is reading, recognising and checking.
_FORMATS = ("txt", "txt", "md", "html", "lines.txt", "layout.txt")


@dataclass
class LintCount:
    """What came of the run."""

    planted: Counter[str] = field(default_factory=Counter)
    recalled: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    lint_s: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description="Plant defects at random and measure what the linter finds.")
    parser.add_argument("--forms", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    catalogue = read_catalogue()
    _run(catalogue, random.Random(0), 10)
    tally = _run(catalogue, random.Random(arguments.seed), arguments.forms)
    print("\n".join(_report(tally, arguments.forms)))
    return 1 if tally.missed or tally.false else 0


def _run(catalogue: Catalogue, chance: random.Random, count: int) -> LintCount:
    tally = LintCount()
    for number in range(count):
        form_code = chance.choice((OLD_FORM, NEW_FORM))
        clean = _random_clean(catalogue, form_code, chance)
        format_name = chance.choice(_FORMATS)
        defect, key, made, expected = _plant(clean, format_name, catalogue, chance)
        content = RENDERERS[format_name](made)
        begun = time.perf_counter()
        found = findings_of(content, f"form.{format_name}", catalogue)
        tally.lint_s += time.perf_counter() - begun
        _count(
            tally,
            defect,
            expected,
            found,
            f"#{number} {format_name} {key}",
        )
    return tally


def _plant(
    clean: MadeForm, format_name: str, catalogue: Catalogue, chance: random.Random
) -> tuple[str, str, MadeForm, set[Finding]]:
    """One defect at one row, or none."""
    form = catalogue.form(clean.form_code)
    possible = [
        (defect, rows)
        for defect in DEFECTS
        if format_name not in defect.hidden_in and (rows := defect.rows(clean, form, catalogue))
    ]
    if chance.random() < _SHARE_CLEAN:
        return CLEAN, "", clean, set()
    defect, rows = chance.choice(possible)
    key = chance.choice(rows)
    made = defect.plant(clean, key, form)
    return defect.name, key, made, defect.expected(key, made, form)


def _count(tally: LintCount, name: str, expected: set[Finding], found: set[Finding], where: str) -> None:
    tally.planted[name] += 1
    tally.recalled[name] += expected <= found
    tally.missed += [f"{name}: {check} {cells} ({where})" for check, cells in expected - found]
    tally.false += [f"{name}: {check} {cells} ({where})" for check, cells in found - expected]


def _random_clean(catalogue: Catalogue, form_code: str, chance: random.Random) -> MadeForm:
    """A clean form with other figures: parts within their wholes, at least two counts over a thousand."""
    figures: dict[str, int | Decimal] = dict(OLD_FIGURES if form_code == OLD_FORM else NEW_FIGURES)
    for code, value in figures.items():
        if code.endswith("_pct"):
            figures[code] = Decimal(chance.randint(500, 10_000)) / 100
        elif code.startswith("dossiers"):
            figures[code] = int(value) + chance.randint(0, 1_000)
        elif code.endswith("_count"):
            figures[code] = int(value) + chance.randint(0, 1)
    return make_clean(catalogue, form_code, figures)


def _report(tally: LintCount, forms: int) -> Iterator[str]:
    planted = sum(count for name, count in tally.planted.items() if name != CLEAN)
    recalled = sum(count for name, count in tally.recalled.items() if name != CLEAN)
    for name in sorted(tally.planted):
        yield f"  {name:<28} {tally.recalled[name]:>4} / {tally.planted[name]}"
    yield f"recall: {recalled}/{planted} = {100 * recalled / max(planted, 1):.2f} %"
    yield f"false findings: {len(tally.false)} in {forms} forms, {tally.planted[CLEAN]} of them clean"
    each_ms = 1000 * tally.lint_s / max(forms, 1)
    yield f"time after start-up: {tally.lint_s:.1f} s for {forms} forms ({each_ms:.1f} ms a form)"
    yield from (f"MISSED {line}" for line in tally.missed[:20])
    yield from (f"FALSE  {line}" for line in tally.false[:20])


if __name__ == "__main__":
    sys.exit(main())
