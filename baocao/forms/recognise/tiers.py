"""Which level of government a form is of: from the name above it; where that leaves it open, from what is filled."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from baocao.catalogue import Form
from baocao.domain import Tier
from baocao.forms.numbers import Reading, ReadingKind, clean
from baocao.vocabulary import TIERS

_NAMES: tuple[tuple[re.Pattern[str], tuple[Tier, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), tiers)
    for pattern, tiers in (
        (r"\bđặc khu\b", (Tier.SPECIAL_ZONE,)),
        (r"\bphường\b", (Tier.WARD,)),
        (r"\bthị trấn\b|(?<!thị )\bxã\b", (Tier.COMMUNE,)),
        (r"\bhuyện\b|\bquận\b|\bthị xã\b", (Tier.DISTRICT,)),
        (r"\b(?:sở|ban quản lý|thanh tra tỉnh|văn phòng ubnd tỉnh)\b", (Tier.DEPARTMENT,)),
        (r"\btỉnh\b", (Tier.PROVINCE,)),
        (r"\bthành phố\b", (Tier.PROVINCE, Tier.DISTRICT)),
    )
)
_GOVERNMENT = re.compile(r"\b(?:UBND|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|SỞ)\b.*", re.IGNORECASE)
_A_PROVINCE = re.compile(r"(?:UBND|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN)\s+TỈNH\s+\S.{1,60}", re.IGNORECASE)
_DISTRICTS_ENDED = date(2025, 7, 1)
_FILLED = frozenset({ReadingKind.NUMBER, ReadingKind.NOTHING_AROSE, ReadingKind.AMBIGUOUS})


@dataclass(frozen=True, slots=True)
class TierGuess:
    """The tier and what it rests on; `choices` are those left open where there is none."""

    tier: Tier | None
    why: str
    choices: tuple[Tier, ...] = ()


def guess_tier(issuer: str, lines: Sequence[str], form: Form, readings: Mapping[str, Reading]) -> TierGuess:
    """By the first name that says one; two possible ones are told apart by which rows are filled."""
    for name, tiers in _named_tiers((issuer, *(match[0] for match in map(_GOVERNMENT.search, lines) if match))):
        possible = [tier for tier in tiers if tier is not Tier.DISTRICT or form.valid_from < _DISTRICTS_ENDED] or list(
            tiers
        )
        if len(possible) == 1:
            return TierGuess(possible[0], f"theo tên cơ quan “{name}”")
        above = next((line for line in map(clean, lines) if _A_PROVINCE.fullmatch(line)), "")
        if above and Tier.DISTRICT in possible:
            return TierGuess(Tier.DISTRICT, f"“{name}” đứng dưới “{above}” ở phần đầu biểu mẫu")
        return _by_what_is_filled(name, possible, form, readings)
    return TierGuess(None, "không thấy tên cơ quan báo cáo", ())


def _named_tiers(texts: Sequence[str]) -> Iterator[tuple[str, tuple[Tier, ...]]]:
    for text in texts:
        named = [(match.start(), tiers) for pattern, tiers in _NAMES if (match := pattern.search(text))]
        if named:
            yield text, min(named, key=lambda found: found[0])[1]


def _by_what_is_filled(name: str, tiers: Sequence[Tier], form: Form, readings: Mapping[str, Reading]) -> TierGuess:
    wrong = {tier: _contradictions(tier, form, readings) for tier in tiers}
    best = min(tiers, key=lambda tier: wrong[tier])
    others = [tier for tier in tiers if tier is not best]
    if all(wrong[best] < wrong[other] for other in others) and _fills_rows_of_some_tiers(best, form, readings):
        return TierGuess(best, f"tên “{name}” để ngỏ; các dòng đã điền là của {TIERS[best]}")
    return TierGuess(None, f"tên “{name}” để ngỏ, các dòng đã điền không phân biệt được", tuple(tiers))


def _contradictions(tier: Tier, form: Form, readings: Mapping[str, Reading]) -> int:
    """Rows of the tier left blank, and rows of others filled."""
    rows = [row for row in form.rows if not row.heading and row.key in readings]
    return sum((tier in row.tiers) != _is_filled(readings[row.key]) for row in rows)


def _fills_rows_of_some_tiers(tier: Tier, form: Form, readings: Mapping[str, Reading]) -> bool:
    """Where only rows of everybody are filled, blank ones alone say nothing."""
    filled = (row for row in form.rows if row.key in readings and _is_filled(readings[row.key]))
    return any(tier in row.tiers and len(row.tiers) < len(Tier) for row in filled)


def _is_filled(reading: Reading) -> bool:
    return reading.kind in _FILLED


def tier_names(tiers: Collection[Tier]) -> str:
    return " hoặc ".join(TIERS[tier] for tier in tiers)
