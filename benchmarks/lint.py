"""How well forms filled by hand are read: two sets of documents made by two independent hands, in one table.

`python -m benchmarks.lint [--forms 1000] [--each 12] [--seed 1] [--without-scans]`. The first set is the conformance
corpus with a defect planted at random in each form or none, the second `lint_hands`. Exit 1 where a figure misses its
goal: recognised 99.5 %, cells right 99.9 %, planted faults found 100 %, no untrue finding on a clean form, no wrong
figure in silence; of scans, whose figures a person confirms, the last two.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
from baocao.errors import UnreadableFormError
from baocao.forms.handmade import check_handmade
from baocao.forms.recognise import recognise
from benchmarks.lint_hands import HANDS
from benchmarks.lint_second import ReadCount, measure
from tests.conformance.checking import Finding
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
_GOALS = (99.5, 99.9, 100.0)
_NAMES = (("set of documents", 34), ("docs", 6), ("recogn. %", 11), ("cells %", 9), ("found %", 9), ("untrue", 8))
_WIDEST_FIGURE = 20
_HEAD = "".join(
    name.ljust(w) if w > _WIDEST_FIGURE else name.rjust(w) for name, w in (*_NAMES, ("silent", 8), ("s each", 9))
)


@dataclass
class LintCount:
    """What came of the first set: by kind of defect, and all together."""

    planted: Counter[str] = field(default_factory=Counter)
    recalled: Counter[str] = field(default_factory=Counter)
    whole: ReadCount = field(default_factory=ReadCount)


def main() -> int:
    parser = argparse.ArgumentParser(description="Plant defects at random and measure what the linter reads and finds.")
    parser.add_argument("--forms", type=int, default=1000, help="of the first set")
    parser.add_argument("--each", type=int, default=12, help="documents of each kind of the second set")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-scans", action="store_true", help="leave out scans, the slowest to read")
    arguments = parser.parse_args()
    catalogue = read_catalogue()
    _run(catalogue, random.Random(0), 10)
    first = _run(catalogue, random.Random(arguments.seed), arguments.forms)
    hands = [hand for hand in HANDS if not (arguments.without_scans and hand.is_scanned)]
    second = list(measure(catalogue, hands, arguments.each, arguments.seed))
    together, scans = ReadCount(), ReadCount()
    for hand, tally in second:
        together += ReadCount() if hand.is_scanned else tally
        scans += tally if hand.is_scanned else ReadCount()
    each = [(hand.name, tally) for hand, tally in second]
    sums = [("second: all but scans", together)]
    sums += [("scans: none counts unconfirmed", scans)] if scans.documents else []
    sets = [("first: the conformance corpus", first.whole), *each, *sums]
    print("\n".join(_report(first, sets)))
    return 0 if _is_good(first.whole) and _is_good(together) and not scans.wrong_in_silence + scans.untrue else 1


def _run(catalogue: Catalogue, chance: random.Random, count: int) -> LintCount:
    tally = LintCount()
    for number in range(count):
        form_code = chance.choice((OLD_FORM, NEW_FORM))
        clean = _random_clean(catalogue, form_code, chance)
        format_name = chance.choice(_FORMATS)
        defect, key, made, expected = _plant(clean, format_name, catalogue, chance)
        _judge(tally, defect, made, expected, (format_name, f"#{number} {format_name} {key}"), catalogue)
    return tally


def _judge(
    tally: LintCount, name: str, made: MadeForm, expected: set[Finding], where: tuple[str, str], catalogue: Catalogue
) -> None:
    whole = tally.whole
    content = RENDERERS[where[0]](made)
    begun = time.perf_counter()
    whole.documents += 1
    whole.clean += name == CLEAN
    whole.planted += name != CLEAN
    tally.planted[name] += 1
    try:
        read = recognise(read_content(content, f"form.{where[0]}"), catalogue)
    except UnreadableFormError as error:
        whole.missed.append(f"{name} ({where[1]}): {error}")
        return
    found = {(result.check, result.cells) for result in check_handmade(read, catalogue)}
    whole.seconds += time.perf_counter() - begun
    whole.recognised += read.form.form_code == made.form_code
    written = {row.key: row.figure for row in made.rows if row.key}
    right = sum(read.readings[key].text == figure for key, figure in written.items() if key in read.readings)
    whole.cells += len(written)
    whole.cells_right += right
    tally.recalled[name] += expected <= found
    whole.found += name != CLEAN and expected <= found
    whole.missed += [f"{name}: {check} {cells} ({where[1]})" for check, cells in expected - found]
    whole.untrue += [f"{name}: {check} {cells} ({where[1]})" for check, cells in found - expected]


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


def _shares(tally: ReadCount) -> tuple[float, float, float]:
    pairs = (
        (tally.recognised, tally.documents),
        (tally.cells_right, tally.cells),
        (tally.found, tally.planted),
    )
    recognised, cells, found = (100 * part / whole if whole else 100.0 for part, whole in pairs)
    return recognised, cells, found


def _is_good(tally: ReadCount) -> bool:
    over = all(share >= goal for share, goal in zip(_shares(tally), _GOALS, strict=True))
    return over and not tally.untrue and not tally.wrong_in_silence


def _report(first: LintCount, sets: list[tuple[str, ReadCount]]) -> Iterator[str]:
    for name in sorted(first.planted):
        yield f"  {name:<28} {first.recalled[name]:>4} / {first.planted[name]}"
    yield ""
    yield _HEAD
    yield from (_line(name, tally) for name, tally in sets)
    for name, lines in (("MISSED", "missed"), ("UNTRUE", "untrue"), ("WRONG IN SILENCE", "wrong_in_silence")):
        told: Iterable[str] = (line for _, tally in (sets[0], *sets[-2:]) for line in getattr(tally, lines)[:20])
        yield from (f"{name} {line}" for line in told)


def _line(name: str, tally: ReadCount) -> str:
    if not tally.documents:
        return f"{name:<34}  (the program is not installed)"
    recognised, cells, found = _shares(tally)
    shares = f"{recognised:>11.2f}{cells:>9.2f}{found:>9.2f}"
    counts = f"{len(tally.untrue):>8}{len(tally.wrong_in_silence):>8}"
    return f"{name:<34}{tally.documents:>6}{shares}{counts}{tally.seconds / tally.documents:>9.3f}"


if __name__ == "__main__":
    sys.exit(main())
