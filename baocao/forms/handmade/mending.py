"""Which findings of a form somebody filled prove their own mend, and what is left for a person to decide.

A mend is safe where the page itself proves it: a number written another way, a percentage that follows from the
two counts printed beside it. A figure that needs its source, or whose parts are in doubt, is a person's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Measure, Severity
from baocao.figures import print_figure, ratio_pct
from baocao.forms.numbers import Reading, ReadingKind, clean
from baocao.forms.recognise import ReadForm
from baocao.forms.recognise.cells import agrees

NOTHING_AROSE = "Không phát sinh"
_PROVEN_ROUNDINGS = frozenset({"fewer_places", "truncated", "fraction"})
_EMPTY_RATIOS = frozenset({Decimal(0), Decimal(100)})
_WHY_REWRITTEN = {
    "document.mixed_number_styles": "Viết thống nhất: dấu chấm ngăn hàng nghìn, dấu phẩy trước phần thập phân",
    "document.percent_sign": "Bỏ dấu %, đơn vị tính đã là %",
    "document.text_in_figure": "Chỉ ghi số, đơn vị đã có ở cột Đơn vị tính",
}

_LAST = tuple(reversed(_WHY_REWRITTEN))
"""A figure computed anew comes before one only written otherwise."""


@dataclass(frozen=True, slots=True)
class MendedCell:
    """A cell's text as it was and as it shall be.

    `value` is None where words shall stand there; `is_number`: a spreadsheet holds it as a number, not as text.
    """

    key: str
    before: str
    after: str
    value: Decimal | None
    why: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class MendPlan:
    """The cells that can be mended safely, by key, and the findings a person must decide, gravest first."""

    cells: Mapping[str, MendedCell]
    undecided: tuple[CheckResult, ...]


Mends = dict[str, MendedCell]


def plan_mends(
    read: ReadForm, findings: Sequence[CheckResult], catalogue: Catalogue, *, except_cells: frozenset[str] = frozenset()
) -> MendPlan:
    """`except_cells` are cells that cannot be written: what is found there is a person's."""
    workshop = _Workshop(read, findings, catalogue, except_cells)
    settled = set()
    for finding in sorted(findings, key=lambda one: _LAST.index(one.check) if one.check in _LAST else -1):
        mends = workshop.mend(finding)
        if mends is not None:
            settled.add(id(finding))
            workshop.mended = mends | workshop.mended
    undecided = tuple(finding for finding in findings if id(finding) not in settled)
    return MendPlan({key: workshop.mended[key] for key in read.rows if key in workshop.mended}, undecided)


class _Workshop:
    """The findings of one form beside each other: one in doubt makes what is computed from it doubtful."""

    def __init__(
        self, read: ReadForm, findings: Sequence[CheckResult], catalogue: Catalogue, except_cells: frozenset[str]
    ) -> None:
        self._read = read
        self._catalogue = catalogue
        hidden = {(one.place.table, one.place.row, one.place.column) for one in read.unseen}
        places = {key: row.text.figure.place for key, row in read.rows.items()}
        self._closed = except_cells | {
            key for key, at in places.items() if at.table < 0 or (at.table, at.row, at.column) in hidden
        }
        self._doubted = {
            key
            for finding in findings
            if finding.severity is not Severity.INFO and finding.check not in _MENDS
            for key in finding.cells
        }
        self._doubted |= {key for finding in findings for key in self._unproven(finding)}
        self._is_dotted = self._writes_dots(findings)
        self.mended: Mends = {}

    def _writes_dots(self, findings: Sequence[CheckResult]) -> bool:
        """Whether the whole form parts decimals with a dot: then one comma more would mix the styles."""
        marks = {one.decimal for one in self._read.readings.values() if one.decimal and not one.is_exact}
        return marks == {"."} and all(one.check != "document.mixed_number_styles" for one in findings)

    def mend(self, finding: CheckResult) -> Mends | None:
        """The cells that settle the finding; None where only a person can."""
        make = _MENDS.get(finding.check)
        return make(self, finding) if make else None

    def _unproven(self, finding: CheckResult) -> Sequence[str]:
        """The cells of a ratio that is no rounding of its parts, or of a sign in a count."""
        if finding.check == "form.ratio_matches" and finding.evidence.get("rounding") not in _PROVEN_ROUNDINGS:
            return finding.cells
        graver = finding.severity is Severity.CRITICAL and finding.check in _WHY_REWRITTEN
        return finding.cells if graver else ()

    def ratio(self, finding: CheckResult) -> Mends | None:
        if finding.evidence.get("rounding") not in _PROVEN_ROUNDINGS:
            return None
        return self._recomputed(finding.cells[0], finding.check)

    def formula(self, finding: CheckResult) -> Mends | None:
        key = finding.cells[0]
        return self.nothing_arose(finding) or self._recomputed(key, finding.check)

    def blank(self, finding: CheckResult) -> Mends | None:
        reading = self._read.readings.get(finding.cells[0])
        is_empty = reading is not None and reading.kind is ReadingKind.EMPTY
        return self._recomputed(finding.cells[0], finding.check) if is_empty else None

    def fraction(self, finding: CheckResult) -> Mends | None:
        """0,84 beside 53 of 63: the ratio of one is proven by the two counts."""
        key = finding.cells[0]
        reading = self._read.readings[key]
        due = self._due(key)
        if due is None or reading.value is None or not agrees(reading.value * 100, due):
            return None
        return self._recomputed(key, finding.check)

    def nothing_arose(self, finding: CheckResult) -> Mends | None:
        """A ratio of nothing to nothing; with another figure in the cell the count below is in doubt."""
        key = finding.cells[0]
        parts = self._parts(key)
        reading = self._read.readings.get(key)
        values = [self._value(part) for part in parts]
        written = reading.value if reading else None
        if values != [0, 0] or not (written is None or written in _EMPTY_RATIOS) or self._read.document.encoding:
            return None
        why = f"Ô {parts[1]} bằng 0 nên không có tỷ lệ"
        return self._cell(key, NOTHING_AROSE, None, f"{why} ({finding.check}).", parts)

    def _recomputed(self, key: str, check: str) -> Mends | None:
        due, parts = self._due(key), self._parts(key)
        if due is None or not 0 <= due <= 100:  # noqa: PLR2004
            return None
        text = print_figure(due, Measure.PERCENT)
        over, under = (self._read.readings[part].text for part in parts)
        why = f"Tính lại từ ô {parts[0]} ({over}) và ô {parts[1]} ({under}) ({check})."
        return self._cell(key, text.replace(",", ".") if self._is_dotted else text, due, why, parts)

    def own_text(self, finding: CheckResult) -> Mends | None:
        """Cells that say the right number otherwise than the form writes numbers."""
        if finding.severity is Severity.CRITICAL:
            return None
        made: Mends = {}
        for key in (key for key in finding.cells if key not in self.mended):
            reading = self._read.readings[key]
            text = self._plain(key, reading)
            if text is None:
                return None
            if text != clean(reading.text):
                why = f"{_WHY_REWRITTEN[finding.check]} ({finding.check})."
                mend = self._cell(key, text, reading.value, why, ())
                if mend is None:
                    return None
                made |= mend
        return made

    def _plain(self, key: str, reading: Reading) -> str | None:
        """The figure alone; None where it is in doubt, or where the words beside it may mean something."""
        measure = self._read.filled.cells[key].measure
        noun = measure.label if measure is not None and measure.is_whole else ""
        unit = self._read.rows[key].row.unit
        known = {clean(word).casefold() for word in (noun, unit, "%")}
        if reading.value is None or reading.candidates or (reading.words and reading.words.casefold() not in known):
            return None
        if reading.is_exact:
            return clean(reading.text)
        written = f"{reading.value:,f}"
        return written if self._is_dotted else written.translate(str.maketrans(",.", ".,"))

    def _cell(self, key: str, after: str, value: Decimal | None, why: str, parts: Sequence[str]) -> Mends | None:
        if key in self._closed or key not in self._read.rows or self._doubted.intersection((*parts,)):
            return None
        if parts and key in self._doubted:
            return None
        reading = self._read.readings[key]
        is_number = value is not None and self._is_held_as_number(reading)
        return {key: MendedCell(key, clean(reading.text), after, value, why, is_number)}

    def _is_held_as_number(self, reading: Reading) -> bool:
        """As the cell's own figure; as the others of the sheet where it has none."""
        has_own = reading.kind is ReadingKind.NUMBER
        return reading.is_exact if has_own else any(one.is_exact for one in self._read.readings.values())

    def _parts(self, key: str) -> tuple[str, ...]:
        parts = self._catalogue.ratio_rows(self._read.form, self._read.form.row(key))
        return tuple(parts) if parts else ()

    def _due(self, key: str) -> Decimal | None:
        values = [self._value(part) for part in self._parts(key)]
        if not values or values[0] is None or values[1] is None:
            return None
        return ratio_pct(values[0], values[1])

    def _value(self, key: str) -> Decimal | None:
        reading = self._read.readings.get(key)
        return reading.value if reading else None


_MENDS: Mapping[str, Callable[[_Workshop, CheckResult], Mends | None]] = {
    "form.ratio_matches": _Workshop.ratio,
    "form.no_denominator": _Workshop.nothing_arose,
    "form.blank": _Workshop.blank,
    "document.formula_left": _Workshop.formula,
    "document.formula_error": _Workshop.formula,
    "document.ambiguous_number": _Workshop.fraction,
    "document.mixed_number_styles": _Workshop.own_text,
    "document.percent_sign": _Workshop.own_text,
    "document.text_in_figure": _Workshop.own_text,
}


def tell_mends(plan: MendPlan) -> Iterator[str]:
    """One line a mended cell."""
    for cell in plan.cells.values():
        before = f"“{cell.before}”" if cell.before else "(trống)"
        yield f"Ô {cell.key}: {before} → “{cell.after}”. {cell.why}"
