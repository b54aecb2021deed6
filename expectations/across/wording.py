"""How a difference between two systems' lists is told: numbers, a few codes, the usual reasons; never anything else."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from baocao.domain import Severity
from baocao.vocabulary import VALUES
from expectations.across.lists import AcrossView, SourceContent
from expectations.across.two_lists import Difference
from expectations.rule import CheckFinding, Rule
from expectations.wording import figure

SAID_CODES = 5
NOT_A_CODE = "(mã không đúng dạng)"
# A key with blanks is a name or a title; 0 and 9 or 11 digits more are a telephone or an identity number.
_CODE = re.compile(r"(?!0\d{9}(?:\d{2})?$)(?=.*\d)[^\s@]{1,80}")


@dataclass(frozen=True)
class Wording:
    """How a comparison is told."""

    things_vi: str
    basis_vi: str
    reasons_vi: str
    mend_vi: str


def say_codes(codes: Sequence[str]) -> str:
    """`3 (a, b, c)`, the first few only; what does not look like a code is not repeated."""
    said = [show_code(code) for code in codes[:SAID_CODES]]
    return f"{figure(len(codes))} ({', '.join(said)}{', …' if len(codes) > SAID_CODES else ''})"


def show_code(code: str) -> str:
    return code if _CODE.fullmatch(code) else NOT_A_CODE


def keep_codes(name: str, codes: Sequence[str], listed: int) -> dict[str, Any]:
    """The suspects as evidence: the first of them, and how many there are."""
    return {name: [show_code(code) for code in codes[:listed]], f"{name}_count": len(codes)} if codes else {}


def explain_with(words: Wording) -> Callable[[Rule, AcrossView], CheckFinding]:
    """How a difference of two lists is told."""

    def explain(rule: Rule, view: AcrossView) -> CheckFinding:
        found, theirs = view.found, view.theirs
        assert isinstance(found, Difference)
        assert theirs is not None
        said = "; ".join([_numbers(words, view, found, theirs), *_parts(found, view.ours, theirs)])
        mild = not found.is_listed or found.pct <= view.tolerance_pct
        return CheckFinding(
            observed=figure(found.theirs),
            expected=figure(found.ours),
            message_vi=f"{said}. Chênh lệch thường do: {words.reasons_vi}.",
            message_en=f"{rule.sentence_en}: {found.ours} beside {found.theirs}, {found.size} differ.",
            mend_vi=words.mend_vi,
            severity=Severity.INFO if mild else Severity.WARNING,
            evidence=_suspects(found, view.listed),
        )

    return explain


def _numbers(words: Wording, view: AcrossView, found: Difference, theirs: SourceContent) -> str:
    return (
        f"{words.things_vi} ({words.basis_vi}): {view.ours.source.label} có {figure(found.ours)}, "
        f"{theirs.source.label} có {figure(found.theirs)}"
    )


def _parts(found: Difference, ours: SourceContent, theirs: SourceContent) -> Iterator[str]:
    if not found.is_listed:
        yield "chỉ so được số lượng vì không đủ hai danh sách"
    elif not found.shares_codes:
        yield "hai bên không có mã nào chung nên chỉ so được số lượng"
    if found.only_ours:
        yield f"chỉ có ở {ours.source.label}: {say_codes(found.only_ours)}"
    if found.only_theirs:
        yield f"chỉ có ở {theirs.source.label}: {say_codes(found.only_theirs)}"
    if found.channels:
        yield f"khác kênh nộp: {say_codes(found.channels)}"
    if found.statuses:
        key, mine, other = found.statuses[0]
        example = f"{show_code(key)} {VALUES[mine]} / {VALUES[other]}"
        yield f"khác trạng thái: {figure(len(found.statuses))} (ví dụ {example})"
    if found.known_statuses:
        yield f"{figure(found.known_statuses)} trạng thái khác nhau do cách đồng bộ đã biết, không tính"
    if found.other_days:
        yield f"{figure(found.other_days)} có ở cả hai bên nhưng ghi ngày ở hai kỳ khác nhau, không tính"
    if found.at_border:
        yield f"{figure(found.at_border)} chỉ có một bên ở đầu hoặc cuối kỳ, không tính"


def _suspects(found: Difference, listed: int) -> dict[str, Any]:
    kept = {"only_ours": found.only_ours, "only_theirs": found.only_theirs, "other_channel": found.channels}
    statuses = [f"{show_code(key)}: {mine} / {other}" for key, mine, other in found.statuses]
    told = [keep_codes(name, codes, listed) for name, codes in kept.items()]
    if statuses:
        told.append({"other_status": statuses[:listed], "other_status_count": len(statuses)})
    numbers = {"known_statuses": found.known_statuses, "at_border": found.at_border, "other_days": found.other_days}
    return {**{name: value for part in told for name, value in part.items()}, "differ": found.size, **numbers}
