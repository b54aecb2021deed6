"""Every check of the suite `records`, from collected records and what their reading noticed to results."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Outcome, System, Window
from baocao.notices import CountProof, Notices
from baocao.vocabulary import FIELDS, SYSTEMS
from expectations.engine.case_sets import judge_by_great_expectations, name_subjects
from expectations.engine.contexts import DOCUMENTED, SHARED, find_once
from expectations.engine.trial import Judge, OperandTable, Trial, Verdict
from expectations.records import cards
from expectations.records.dates import date_rules
from expectations.records.frame import RecordFrame
from expectations.records.gaps import gap_rules
from expectations.records.rules import RecordRule, listed
from expectations.records.shape import code_rules, key_rules, needed_rules, presence_rules, procedure_rules
from expectations.records.units import unit_rules
from expectations.rule import CheckCard, CheckFinding, Demand
from expectations.wording import figure

if TYPE_CHECKING:
    import pandas as pd


def check_records(
    kind: str,
    frame: "pd.DataFrame",
    catalogue: Catalogue,
    window: Window,
    *,
    unit_code: str = "",
    taken_at: datetime | None = None,
    shown: Iterable[str] = (),
    judge: Judge = judge_by_great_expectations,
) -> list[CheckResult]:
    """Check the canonical records of one kind (`documents`, `dossiers`, `procedures`) of one unit.

    `taken_at` is when the source was asked; without it, freshness cannot be judged. `shown` are the report's figures.
    Results concern no cell. Tallies are no records: the suite `reconcile` compares them with figures. In a block of
    `sharing_context` the same records are judged once, but for what the figures of each form need of them.
    """
    if kind not in cards.ON_RECORDS:
        return []
    unit = catalogue.units.get(unit_code)
    found = RecordFrame(kind, frame, catalogue, window, taken_at, unit, frozenset(shown), unit_code)
    results = _judge(found, unit_code, judge)
    return results + list(_nothing_to_judge(found, {one.check for one in results}, unit_code))


def _judge(found: RecordFrame, unit_code: str, judge: Judge) -> list[CheckResult]:
    """In the order of the rules: those before what the form needs, what it needs, those after."""
    needed = list(_derive(found, needed_rules))
    shared = SHARED.get()
    known = {} if shared is None or DOCUMENTED.get() else shared.found
    held = (found.records, found.catalogue, judge)  # kept with what was found: an id is theirs for as long
    key = (*map(id, held), found.kind, found.window, found.taken_at, unit_code, found.counted_by)
    if key in known:
        _, before, after = known[key]
        return [*before, *_judge_rules(needed, unit_code, judge), *after]
    first = [*presence_rules(found), *_derive(found, key_rules, code_rules)]
    last = list(_derive(found, unit_rules, procedure_rules, date_rules, gap_rules))
    results = _judge_rules([*first, *needed, *last], unit_code, judge)
    known[key] = held, results[: len(first)], results[len(first) + len(needed) :]
    return results


def _derive(found: RecordFrame, *derive: Callable[[RecordFrame], Iterator[RecordRule]]) -> Iterator[RecordRule]:
    return (rule for one in derive for rule in one(found)) if found.can_be_judged else iter(())


def _judge_rules(rules: Sequence[RecordRule], unit_code: str, judge: Judge) -> list[CheckResult]:
    verdicts = iter(judge([rule.trial() for rule in rules if not rule.unclear]))
    return [_result(rule, Verdict() if rule.unclear else next(verdicts), unit_code) for rule in rules]


@dataclass(frozen=True)
class _About:
    """What every result of one check on one unit's records has in common."""

    card: CheckCard
    unit_code: str
    owner: str
    sentence_vi: str
    sentence_en: str
    subject: str

    def result(self, outcome: Outcome, reason: str = "") -> CheckResult:
        return CheckResult(
            check=self.card.check,
            severity=self.card.severity,
            outcome=outcome,
            unit_code=self.unit_code,
            cells=(),
            message_vi=self.sentence_vi,
            message_en=self.sentence_en,
            owner=self.owner,
            reason=reason,
            evidence=name_subjects(self.subject),
            topic=self.card.topic,
        )

    def failed(self, finding: CheckFinding) -> CheckResult:
        return replace(
            self.result(Outcome.FAIL),
            severity=finding.severity or self.card.severity,
            message_vi=finding.message_vi,
            message_en=finding.message_en,
            mend_vi=finding.mend_vi,
            observed=finding.observed,
            expected=finding.expected,
            evidence={**name_subjects(self.subject), **finding.evidence},
        )

    def judged(self, verdict: Verdict, tell: Callable[[], CheckFinding]) -> CheckResult:
        if verdict.error:
            return self.result(Outcome.NOT_EVALUABLE, f"bộ kiểm tra gặp lỗi: {verdict.error}")
        return self.result(Outcome.PASS) if verdict.holds else self.failed(tell())


def _result(rule: RecordRule, verdict: Verdict, unit_code: str) -> CheckResult:
    about = _About(rule.card, unit_code, rule.found.owner, rule.sentence_vi, rule.sentence_en, rule.subject)
    if rule.unclear:
        return about.result(Outcome.NOT_EVALUABLE, rule.unclear)
    return about.judged(verdict, lambda: rule.tell(rule, verdict))


def _nothing_to_judge(found: RecordFrame, judged: Container[str], unit_code: str) -> Iterator[CheckResult]:
    """The checks that would concern this kind but had no columns or no record to look at."""
    if found.missing_columns or not len(found.records):
        missing = ", ".join(FIELDS[name] for name in found.missing_columns)
        reason = f"thiếu cột: {missing}" if missing else "không có bản ghi nào"
        for card in cards.ON_RECORDS[found.kind]:
            if card.check not in judged:
                about = _About(card, unit_code, found.owner, card.says_vi, f"{card.check}: {found.kind}", found.kind)
                yield about.result(Outcome.NOT_EVALUABLE, reason)


def check_notices(
    notices: Notices, system: System, unit_code: str, catalogue: Catalogue | None = None
) -> list[CheckResult]:
    """Check what the reading of a system's answers noticed: unknown values and fields, counts that differ, doubts.

    In a block of `sharing_context` once, whatever the number of forms.
    """
    judge = partial(_judge_notices, notices, system, unit_code, catalogue)
    return find_once((check_notices, system, unit_code), (notices, catalogue), judge)


def _judge_notices(notices: Notices, system: System, unit_code: str, catalogue: Catalogue | None) -> list[CheckResult]:
    seen_by_card = {
        cards.UNKNOWN_VALUES: [
            f"{FIELDS.get(name, name)} “{value}” ({figure(count)})"
            for name, counts in notices.unknown_values.items()
            for value, count in counts.items()
        ],
        cards.UNKNOWN_FIELDS: [f"“{name}”" for name in sorted(notices.unknown_fields)],
        cards.PROVED_WHOLE: [_say_difference(proof) for proof in notices.proofs if _differs(proof)],
        cards.READ_PLAINLY: list(notices.doubts_vi),
    }
    none = Demand("ExpectTableRowCountToEqual", {"value": 0})
    trials = [
        Trial(card.check, card.severity, none, (), OperandTable(("seen",), [(one,) for one in seen]), card.says_vi)
        for card, seen in seen_by_card.items()
    ]
    results = []
    for (card, seen), verdict in zip(seen_by_card.items(), judge_by_great_expectations(trials), strict=True):
        about = _about_answers(card, system, unit_code, catalogue)
        if card is cards.PROVED_WHOLE and not seen and not _is_proved(notices):
            results.append(about.result(Outcome.NOT_EVALUABLE, _say_unproved(notices)))
        else:
            results.append(about.judged(verdict, partial(_tell_noticed, about, seen, system)))
    return results


def _about_answers(card: CheckCard, system: System, unit_code: str, catalogue: Catalogue | None) -> _About:
    says = f"{card.says_vi.rstrip('.')} ({SYSTEMS[system]})."
    return _About(card, unit_code, _owner_of(system, catalogue), says, f"{card.check}: {system}", system)


def _differs(proof: CountProof) -> bool:
    return proof.expected_count is not None and proof.expected_count != proof.found_count


def _is_proved(notices: Notices) -> bool:
    return any(proof.of_whole for proof in notices.proofs) and all(
        proof.expected_count is not None for proof in notices.proofs
    )


def _say_difference(proof: CountProof) -> str:
    assert proof.expected_count is not None
    return f"{proof.what_vi}: {figure(proof.expected_count)}, nhận được {figure(proof.found_count)}"


def _say_unproved(notices: Notices) -> str:
    unproved = [proof.what_vi for proof in notices.proofs if proof.expected_count is None]
    return listed(unproved) if unproved else "nguồn không cho số đếm độc lập nào"


def check_unread(system: System, unit_code: str, reason: str, catalogue: Catalogue | None = None) -> list[CheckResult]:
    """What nobody can say of a system that could not be read: one result for each check on its answers."""
    results = []
    for card in (cards.COLUMNS_PRESENT, cards.NOT_EMPTY, *cards.ON_ANSWERS):
        about = _about_answers(card, system, unit_code, catalogue)
        results.append(about.result(Outcome.NOT_EVALUABLE, f"không đọc được {SYSTEMS[system]}: {reason}"))
    return results


def _tell_noticed(about: _About, seen: list[str], system: System) -> CheckFinding:
    what, mend = _TOLD[about.card.check]
    return CheckFinding(
        observed=listed(seen),
        expected="không có",
        message_vi=f"{SYSTEMS[system]}: {len(seen)} {what}: {listed(seen)}.",
        message_en=f"{about.card.check}: {len(seen)} in the answers of {system}.",
        mend_vi=mend,
        evidence={"system": system.value, "seen": seen},
    )


_TO_ENGINEERS = "Báo bộ phận kỹ thuật xem tài liệu của hệ thống nguồn và khai báo (sites/, hoặc options của nguồn): "
_TOLD: Mapping[str, tuple[str, str]] = {
    cards.UNKNOWN_VALUES.check: ("giá trị mã chưa biết trong trả lời", f"{_TO_ENGINEERS}mã ở codes."),
    cards.UNKNOWN_FIELDS.check: ("trường mới chưa biết trong trả lời", f"{_TO_ENGINEERS}trường không cần ở ignored."),
    cards.PROVED_WHOLE.check: (
        "số đếm độc lập không khớp",
        "Lấy lại số liệu (với tệp xuất: xuất lại cho đủ); còn lệch thì báo bộ phận kỹ thuật. Chưa dùng số liệu này.",
    ),
    cards.READ_PLAINLY.check: (
        "chỗ có thể hiểu cách khác khi đọc",
        "Xem lại từng chỗ đã nêu; nếu cách hiểu sai thì xuất lại tệp hoặc khai báo trong sources.yaml.",
    ),
}


def _owner_of(system: System, catalogue: Catalogue | None) -> str:
    indicators = catalogue.indicators.values() if catalogue else ()
    owners = [indicator.owner for indicator in indicators if indicator.system is system]
    return max(owners, key=owners.count, default="")
