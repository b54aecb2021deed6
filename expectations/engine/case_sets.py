"""Rules tried on what they are about: the clear cases go to an evaluator, all come back as results."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple

from baocao.domain import CheckResult, Outcome
from expectations.engine.trial import Judge, OperandTable, Trial, Verdict
from expectations.rule import Check, CheckedView, CheckFinding, Obstacle, Operands, Rule, View

ABOUT = "about"


class Case(NamedTuple, Generic[View]):
    """A rule on one view; `number` says where its result belongs."""

    number: int
    rule: Rule
    view: View


@dataclass
class CaseSet(Generic[View]):
    """One check on all its cases: those that can be judged, with their operands, and those that cannot."""

    check: Check[View]
    clear: list[Case[View]] = field(default_factory=list)
    operands: list[Operands] = field(default_factory=list)
    unclear: list[tuple[Case[View], Obstacle]] = field(default_factory=list)

    @classmethod
    def of(cls, check: Check[View], cases: Iterable[Case[View]]) -> "CaseSet[View]":
        case_set = cls(check)
        for case in cases:
            operands = check.operands(case.rule, case.view)
            if isinstance(operands, Obstacle):
                case_set.unclear.append((case, operands))
            else:
                case_set.clear.append(case)
                case_set.operands.append(operands)
        return case_set

    def trial(self) -> Trial:
        check = self.check
        demand = check.demand(tuple({id(case.rule): case.rule for case in self.clear}.values()))
        cases = OperandTable(check.columns, self.operands)
        return Trial(check.check, check.severity, demand, check.columns, cases, check.says_vi)

    def results(self, verdict: Verdict) -> Iterator[tuple[int, CheckResult]]:
        """Each case's number and result; silent ones left out."""
        for case, unclear in self.unclear:
            if not unclear.silent:
                yield case.number, not_evaluable(case.rule, case.view, unclear.reason)
        failing = set(verdict.failing)
        for position, case in enumerate(self.clear):
            if verdict.error:
                yield case.number, not_evaluable(case.rule, case.view, f"bộ kiểm tra gặp lỗi: {verdict.error}")
            elif position in failing:
                yield case.number, failed(case.rule, case.view, self.check.explain(case.rule, case.view))
            else:
                yield case.number, _result(case.rule, case.view, Outcome.PASS)


def judge_by_great_expectations(trials: Sequence[Trial]) -> list[Verdict]:
    """The pipeline's evaluator, whose results can be published; not even imported where there is no trial."""
    if not trials:
        return []
    from expectations.engine.great_engine import run

    return run(trials)


def evaluate(
    case_sets: Sequence[CaseSet[View]], count: int, judge: Judge = judge_by_great_expectations
) -> list[CheckResult]:
    """The results of all case_sets, ordered by case number (0 to count - 1), then by case_set."""
    verdicts = iter(judge([case_set.trial() for case_set in case_sets if case_set.clear]))
    found: list[list[CheckResult]] = [[] for _ in range(count)]
    for case_set in case_sets:
        verdict = next(verdicts) if case_set.clear else Verdict()
        for number, result in case_set.results(verdict):
            found[number].append(result)
    return [result for results in found for result in results]


def not_evaluable(rule: Rule, view: CheckedView, reason: str) -> CheckResult:
    return _result(rule, view, Outcome.NOT_EVALUABLE, reason)


def name_subjects(*subjects: str) -> dict[str, list[str]]:
    """The part of a result's evidence by which the same check is found again in another vintage's results."""
    return {ABOUT: list(subjects)}


def failed(rule: Rule, view: CheckedView, finding: CheckFinding) -> CheckResult:
    return CheckResult(
        check=rule.check,
        severity=finding.severity or rule.severity,
        outcome=Outcome.FAIL,
        unit_code=view.unit_code,
        cells=rule.cells,
        message_vi=finding.message_vi,
        message_en=finding.message_en,
        mend_vi=finding.mend_vi,
        observed=finding.observed,
        expected=finding.expected,
        owner=rule.owner,
        evidence={**view.evidence, **name_subjects(rule.subject), **finding.evidence},
        topic=rule.topic,
    )


def _result(rule: Rule, view: CheckedView, outcome: Outcome, reason: str = "") -> CheckResult:
    return CheckResult(
        check=rule.check,
        severity=rule.severity,
        outcome=outcome,
        unit_code=view.unit_code,
        cells=rule.cells,
        message_vi=rule.sentence_vi,
        message_en=rule.sentence_en,
        owner=rule.owner,
        reason=reason,
        evidence={**view.evidence, **name_subjects(rule.subject)},
        topic=rule.topic,
    )
