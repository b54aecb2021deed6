"""The second set read by the product: faults planted, the four figures of each hand."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Self

from baocao.catalogue import Catalogue
from baocao.forms.recognise import Wishes
from benchmarks.lint_hands import Hand, make_documents
from benchmarks.lint_truth import TrueForm, TrueRow, draw_form, read_sheet
from reporting.intake.linting import LintResult, lint_files

TODAY = date(2026, 11, 30)
FORMS = ("2024-phu-luc-8", "2025-bieu-mau-7")
_SHARE_CLEAN = 0.5


@dataclass
class ReadCount:
    """What came of documents of one kind; `wrong_in_silence` are figures that differ though the exit code is 0."""

    documents: int = 0
    recognised: int = 0
    cells: int = 0
    cells_right: int = 0
    planted: int = 0
    found: int = 0
    clean: int = 0
    untrue: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong_in_silence: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __iadd__(self, other: Self) -> Self:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


@dataclass(frozen=True)
class Fault:
    """A mistake at a row; `checks` are those of which one must name the row."""

    name: str
    plant: Callable[[TrueForm, str], TrueForm]
    checks: frozenset[str]
    in_sheets: bool = True


def _wrong_ratio(form: TrueForm, key: str) -> TrueForm:
    value = form.row(key).value or Decimal(0)
    return form.with_value(key, value - Decimal("7.31") if value > Decimal(50) else value + Decimal("7.31"))


def _blank(form: TrueForm, key: str) -> TrueForm:
    return form.with_value(key, None)


def _over_hundred(form: TrueForm, key: str) -> TrueForm:
    return form.with_value(key, Decimal("108.25"))


def _with_text(letters: Callable[[str], str]) -> Callable[[TrueForm, str], TrueForm]:
    def plant(form: TrueForm, key: str) -> TrueForm:
        row = form.row(key)
        written = _TextRow(row.number, row.label, row.unit, row.value, row.is_percent, letters(row.text))
        return replace(form, rows=tuple(written if one.key == key else one for one in form.rows))

    return plant


@dataclass(frozen=True)
class _TextRow(TrueRow):
    """A row whose figure is written otherwise than it is."""

    written: str = ""

    @property
    def text(self) -> str:
        return self.written


_UNREAD = frozenset({"document.unreadable_number", "document.ambiguous_number"})
FAULTS = (
    Fault("wrong ratio", _wrong_ratio, frozenset({"form.ratio_matches"})),
    Fault("blank", _blank, frozenset({"form.blank"})),
    Fault("over 100", _over_hundred, frozenset({"form.percent_bounds"})),
    Fault("letter", _with_text(lambda text: f"{text[:-1]}O"), _UNREAD, in_sheets=False),
    Fault("brackets", _with_text(lambda text: f"({text})"), _UNREAD, in_sheets=False),
)


def measure(catalogue: Catalogue, hands: Sequence[Hand], each: int, seed: int) -> Iterator[tuple[Hand, ReadCount]]:
    """Each hand with what came of its documents; where a program is not installed there are none."""
    for number, hand in enumerate(hands):
        chance = random.Random(seed * 1000 + number)
        made = [_draw(hand, chance) for _ in range(each)]
        documents = make_documents(hand, [form for form, _, _ in made])
        tally = ReadCount()
        for (form, fault, key), content in zip(made, documents, strict=False):
            tally += _judge(hand, form, fault, key, content, catalogue)
        yield hand, tally


def _draw(hand: Hand, chance: random.Random) -> tuple[TrueForm, Fault | None, str]:
    form = draw_form(chance.choice(FORMS), chance)
    if chance.random() < _SHARE_CLEAN or hand.is_scanned:
        return form, None, ""
    ratios = sorted(key for key in read_sheet(form.form_code).ratios if form.row(key).value is not None)
    key = chance.choice(ratios)
    fault = chance.choice([one for one in FAULTS if one.in_sheets or hand.suffix not in ("xlsx", "xls")])
    return fault.plant(form, key), fault, key


def _judge(
    hand: Hand, form: TrueForm, fault: Fault | None, key: str, content: bytes, catalogue: Catalogue
) -> ReadCount:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"form.{hand.ending}"
        path.write_bytes(content)
        begun = time.perf_counter()
        results = lint_files([path], catalogue, Wishes(today=TODAY))
        seconds = time.perf_counter() - begun
    tally = ReadCount(documents=1, planted=fault is not None, clean=fault is None, seconds=seconds)
    one = results[0]
    where = f"{hand.name}, {form.form_code}, {fault.name if fault else 'clean'} {key}"
    if one.read is None or one.refusal or len(results) > 1:
        tally.missed.append(f"{where}: {one.refusal or f'{len(results)} forms'}")
        return tally
    tally.recognised = int(one.read.form.form_code == form.form_code)
    _judge_cells(tally, one, form, where, is_scanned=hand.is_scanned)
    checks = {(finding.check, cell) for finding in one.findings for cell in finding.cells or ("",)}
    if fault is not None:
        tally.found = int(any((check, key) in checks for check in fault.checks))
        tally.missed += [] if tally.found else [f"{where}: {sorted(checks)}"]
    else:
        tally.untrue = [f"{where}: {check} {cell}" for check, cell in sorted(checks) if check not in hand.told]
    return tally


def _judge_cells(tally: ReadCount, one: LintResult, form: TrueForm, where: str, *, is_scanned: bool) -> None:
    """A figure written so that nobody can read it is right where none was taken."""
    for row in form.rows:
        read = one.read.filled.cells[row.key].value if one.read else None
        unreadable = isinstance(row, _TextRow)
        is_right = read is None if unreadable or row.value is None else read == row.value
        tally.cells += 1
        tally.cells_right += is_right
        is_silent = one.exit_code == 0 or (is_scanned and read is not None)  # what a scan leaves open is told
        if not is_right and is_silent:
            tally.wrong_in_silence.append(f"{where}: {row.key} is {row.text!r}, read {read}")
