"""The form a new one succeeds: which it is, which of its rows go on, and for which tiers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from baocao.catalogue import Form, FormRow, Indicator
from baocao.domain import Tier
from baocao.forms.drafting.likeness import SAME_WORDS, Likeness
from baocao.forms.drafting.model import RowProposal, Sureness
from baocao.forms.drafting.rows import DraftRow

_FEWEST_SHARE = 0.25
_ALIKE = 75.0
SAME_LABEL = "cùng nhãn"
DISTRICTS_ENDED = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A row of the form before. `is_same`: by words or by what is counted; else only alike, for a person to decide."""

    row: FormRow
    why: str
    is_same: bool


def find_predecessor(rows: Sequence[DraftRow], forms: Sequence[Form], likeness: Likeness) -> tuple[Form, float] | None:
    """The form most of whose labels are there again, and their share of the longer one; None where few are."""
    shares = {form.form_code: _share(rows, form, likeness) for form in forms}
    best = max(forms, key=lambda form: shares[form.form_code], default=None)
    if best is None or shares[best.form_code] < _FEWEST_SHARE:
        return None
    return best, shares[best.form_code]


def _share(rows: Sequence[DraftRow], form: Form, likeness: Likeness) -> float:
    same = sum(any(likeness.of(row.label, other.meant_label) == SAME_WORDS for other in form.rows) for row in rows)
    return same / max(len(rows), len(form.rows))


def cross_rows(
    rows: Sequence[DraftRow],
    labels: Mapping[int, str],
    proposals: Mapping[int, RowProposal],
    before: Form,
    indicators: Mapping[str, Indicator],
    likeness: Likeness,
) -> dict[int, Counterpart]:
    """By turn. `labels` are as the rows should read; what rests on an indicator in doubt is only alike."""
    found: dict[int, Counterpart] = {}
    for row in rows:
        others = [other for other in before.rows if other.heading == row.heading]
        proposal = proposals.get(row.turn)
        indicator = indicators.get(proposal.indicator) if proposal is not None else None
        crossing = _cross(labels[row.turn], indicator, others, indicators, likeness)
        if crossing is not None:
            is_sure = crossing.why == SAME_LABEL or proposal is None or proposal.sureness is Sureness.SURE
            found[row.turn] = replace(crossing, is_same=crossing.is_same and is_sure)
    return found


def _cross(
    label: str,
    indicator: Indicator | None,
    others: Sequence[FormRow],
    indicators: Mapping[str, Indicator],
    likeness: Likeness,
) -> Counterpart | None:
    for other in others:
        if likeness.of(label, other.meant_label) == SAME_WORDS:
            return Counterpart(other, SAME_LABEL, is_same=True)
    for other in others:
        known = indicators.get(other.indicator or "")
        if indicator is not None and known is not None and counts_the_same(indicator, known, indicators):
            same = "cùng chỉ tiêu" if indicator is known else f"cùng cách tính ({known.indicator_code})"
            return Counterpart(other, same, is_same=True)
    alike = max(others, key=lambda other: likeness.of(label, other.meant_label), default=None)
    if alike is None or likeness.of(label, alike.meant_label) < _ALIKE:
        return None
    return Counterpart(alike, f"nhãn gần giống (“{alike.meant_label}”)", is_same=False)


def counts_the_same(left: Indicator, right: Indicator, indicators: Mapping[str, Indicator]) -> bool:
    """The same entry, the same count, or the ratio of counts that are."""
    if left.indicator_code == right.indicator_code:
        return True
    if left.count is not None:
        return left.count == right.count and left.measure == right.measure
    if left.ratio is None or right.ratio is None or left.ratio.tiers != right.ratio.tiers:
        return False
    pairs = ((left.ratio.numerator, right.ratio.numerator), (left.ratio.denominator, right.ratio.denominator))
    return all(counts_the_same(indicators[one], indicators[other], indicators) for one, other in pairs)


def carry_tiers(tiers: Sequence[Tier], valid_from: date) -> tuple[Tier, ...]:
    """Those of the form before, with the levels of government of the new one's time."""
    if set(tiers) == set(Tier):
        return tuple(Tier)
    kept = set(tiers)
    if valid_from >= DISTRICTS_ENDED:
        kept -= {Tier.DISTRICT}
        kept |= {Tier.SPECIAL_ZONE} if Tier.COMMUNE in kept else set()
    else:
        kept -= {Tier.SPECIAL_ZONE}
        kept |= {Tier.DISTRICT} if {Tier.PROVINCE, Tier.COMMUNE} <= kept else set()
    return tuple(tier for tier in Tier if tier in kept)
