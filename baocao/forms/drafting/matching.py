"""Which known indicator fills which row: by label, unit, place and structure, all rows together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from baocao.catalogue import Form, Indicator
from baocao.forms.drafting.likeness import SAME_WORDS, Likeness, narrows, same_text
from baocao.forms.drafting.model import RowProposal, Sureness
from baocao.forms.drafting.rows import DraftRow, Quotient, Total, is_among
from baocao.forms.drafting.units import CODE, PERCENT, counts_something
from baocao.forms.recognise.assignment import assign

_LEAST = 45.0
_SURE, _CLEAR = 80.0, 15.0
_STRUCTURE, _LEAST_PART = 1.5, 20.0
_OTHERS = 3
_SAME_LIST = 30.0


@dataclass(frozen=True, slots=True)
class KnownLabel:
    """A text an indicator goes by: its own label, or that of a row of a form."""

    text: str
    said: str


class KnownIndicators:
    """The indicators there are, and every label each goes by."""

    def __init__(self, indicators: Mapping[str, Indicator], forms: Sequence[Form]) -> None:
        self.all = indicators
        self.labels = {code: [KnownLabel(one.label, "nhãn của chỉ tiêu")] for code, one in indicators.items()}
        for form in forms:
            for row in form.rows:
                if row.indicator in self.labels:
                    label = KnownLabel(row.meant_label, f"dòng {row.key} của {form.appendix}")
                    self.labels[row.indicator].append(label)

    def texts(self) -> Iterator[str]:
        return (label.text for labels in self.labels.values() for label in labels)


def match_rows(
    rows: Sequence[DraftRow],
    quotients: Mapping[int, Quotient],
    known: KnownIndicators,
    likeness: Likeness,
    totals: Iterable[Total] = (),
) -> dict[int, RowProposal]:
    """By a row's turn; a row no known indicator fits is left out."""
    matcher = _RowMatcher(rows, quotients, known, likeness)
    for total in totals:
        matcher.raise_total(total)
    return matcher.propose_all()


class _RowMatcher:
    """Every row with a figure beside every indicator: how alike alone, and how with the rows of its ratio."""

    def __init__(
        self, rows: Sequence[DraftRow], quotients: Mapping[int, Quotient], known: KnownIndicators, likeness: Likeness
    ) -> None:
        self._rows, self._quotients, self._known, self._likeness = rows, quotients, known, likeness
        self._asked = [row for row in rows if not row.heading]
        self._alone = {row.turn: self._fits(row) for row in self._asked}
        self._raised = {turn: dict(line) for turn, line in self._alone.items()}
        for turn, quotient in quotients.items():
            self._raise(turn, quotient)

    def propose_all(self) -> dict[int, RowProposal]:
        codes = list(self._known.all)
        given = assign([[_weigh(self._raised[row.turn][code]) for code in codes] for row in self._asked])
        found = {self._asked[line].turn: self._propose(self._asked[line], codes[at]) for line, at in given.items()}
        return {turn: self._as_sure_as_its_parts(turn, one, found) for turn, one in found.items()}

    def _as_sure_as_its_parts(self, turn: int, proposal: RowProposal, found: Mapping[int, RowProposal]) -> RowProposal:
        """A ratio whose counts are in doubt is in doubt."""
        quotient = self._quotients.get(turn)
        parts = [found.get(part) for part in (quotient.numerator, quotient.denominator)] if quotient else []
        if proposal.sureness is Sureness.SURE and any(one and one.sureness is not Sureness.SURE for one in parts):
            return replace(proposal, sureness=Sureness.LIKELY)
        return proposal

    def _fits(self, row: DraftRow) -> dict[str, float]:
        labels = (row.label, *self._in_context(row))
        return {code: self._fit(row, labels, indicator) for code, indicator in self._known.all.items()}

    def _in_context(self, row: DraftRow) -> Iterator[str]:
        """With the heading above it; a label that does not say what it counts (`Quá hạn`) with the count above it."""
        above = self._above(row)
        if above is not None and above.heading:
            yield f"{row.label} {above.label}"
        elif above is not None and self._leans_on_the_count_above(row):
            yield f"{above.label} {row.label}"

    def _above(self, row: DraftRow) -> DraftRow | None:
        """The row it lies under; one that says `Trong đó:` is none."""
        above = self._rows[row.parent] if row.parent is not None else None
        while above is not None and above.heading and is_among(above.label):
            above = self._rows[above.parent] if above.parent is not None else None
        return above

    def _count_above(self, row: DraftRow) -> DraftRow | None:
        above = self._above(row)
        return above if above is not None and not above.heading and above.counted_in == row.counted_in else None

    def _leans_on_the_count_above(self, row: DraftRow) -> bool:
        return row.by_label is None and not counts_something(row.label) and self._count_above(row) is not None

    def _fit(self, row: DraftRow, labels: Sequence[str], indicator: Indicator) -> float:
        """0 where neither unit nor label counts what the indicator counts."""
        possible = self._possible(row)
        if possible and str(indicator.measure) not in possible:
            return 0.0
        texts = self._known.labels[indicator.indicator_code]
        fit = max(self._likeness.of(label, one.text) for label in labels for one in texts)
        if not possible and row.unit.strip("0 ") and fit < SAME_WORDS:
            return 0.0  # in a unit nobody has declared
        listed = indicator.typed.codes if indicator.typed and indicator.typed.codes else {}
        if str(indicator.measure) == CODE and row.codes:
            return fit / 2 if set(listed) != set(row.codes) else min(99.0, fit + _SAME_LIST * (listed == row.codes))
        return fit

    def _possible(self, row: DraftRow) -> set[str | None]:
        """As its unit or its label says; a percentage with its two counts below is nothing else."""
        if row.turn in self._quotients and row.by_unit == PERCENT:
            return {PERCENT}
        return {row.by_unit, row.by_label} - {None}

    def _raise(self, turn: int, quotient: Quotient) -> None:
        """A ratio and its two counts speak for one another."""
        for code, indicator in self._known.all.items():
            if indicator.ratio is None:
                continue
            ratio = indicator.ratio
            three = ((turn, code), (quotient.numerator, ratio.numerator), (quotient.denominator, ratio.denominator))
            alone = [self._alone.get(at, {}).get(of, 0.0) for at, of in three]
            mean = sum(alone) / len(alone)
            if min(alone[1:]) >= _LEAST_PART and mean >= _LEAST:
                for at, of in three:
                    self._raised[at][of] = max(self._raised[at][of], _STRUCTURE * mean)

    def raise_total(self, total: Total) -> None:
        """A whole and its parts speak for one another."""
        parts_of: dict[str, list[str]] = {}
        for code, indicator in self._known.all.items():
            if indicator.part_of:
                parts_of.setdefault(indicator.part_of, []).append(code)
        parts = [part for part in total.parts if part in self._alone]
        for whole, codes in parts_of.items():
            best = {part: max(codes, key=self._alone[part].__getitem__) for part in parts}
            fits = [(total.whole, whole), *best.items()]
            alone = [self._alone.get(at, {}).get(of, 0.0) for at, of in fits]
            mean = sum(alone) / len(alone)
            if parts and min(alone) >= _LEAST_PART and mean >= _LEAST:
                for (at, of), fit in zip(fits, alone, strict=True):
                    raised = _STRUCTURE * mean if fit >= _LEAST else fit
                    self._raised[at][of] = max(self._raised[at][of], raised)

    def _propose(self, row: DraftRow, code: str) -> RowProposal:
        raised, alone = self._raised[row.turn], self._alone[row.turn][code]
        others = sorted((one for one in raised if one != code and raised[one] >= _LEAST), key=raised.__getitem__)
        best = max(self._known.labels[code], key=lambda label: self._likeness.of(row.label, label.text))
        ahead = raised[code] - (raised[others[-1]] if others else 0.0)
        own = self._known.all[code].label
        is_same = same_text(row.label) == same_text(own) and not narrows(row.label, own)
        why = _why(best, alone, is_same=is_same, is_raised=raised[code] > alone)
        sureness = _sureness(alone, ahead, is_same=is_same, is_narrowed=narrows(row.label, best.text))
        if sureness is Sureness.SURE and not is_same and self._leans_on_the_count_above(row):
            sureness = Sureness.LIKELY
        return RowProposal(code, why, sureness, tuple(reversed(others[-_OTHERS:])))


def _weigh(fit: float) -> float:
    """One very good fit is worth more than two fair ones."""
    return (fit / 100) ** 3 if fit >= _LEAST else 0.0


def _why(best: KnownLabel, fit: float, *, is_same: bool, is_raised: bool) -> str:
    by_label = ""
    if is_same or fit == SAME_WORDS:
        by_label = f"trùng chữ với {best.said}"
    elif fit >= _LEAST:
        by_label = f"gần với {best.said} (“{best.text}”, giống {fit:.0f} %)"
    return "; ".join(filter(None, (by_label, "tỷ lệ và các số thành phần của nó khớp nhau" if is_raised else "")))


def _sureness(alone: float, ahead: float, *, is_same: bool, is_narrowed: bool) -> Sureness:
    """`ahead`: by how much the next best fits worse."""
    if is_same and ahead > 0:
        return Sureness.SURE
    if ahead < _CLEAR:
        return Sureness.UNSURE if alone < SAME_WORDS else Sureness.LIKELY
    return Sureness.SURE if alone >= _SURE and not is_narrowed else Sureness.LIKELY
