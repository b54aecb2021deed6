"""Records several forms are made from are judged once; what one form alone needs of them is judged for it."""

from collections.abc import Sequence

import pandas as pd
import pytest

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Outcome
from expectations.engine import plain
from expectations.engine.contexts import sharing_context
from expectations.engine.trial import Trial, Verdict
from expectations.records.suite import check_records
from tests.expectations.records.test_record_checks import TAKEN_AT, WINDOW, frame_of, put


class CountingJudge:
    """The plain evaluator, which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, trials: Sequence[Trial]) -> list[Verdict]:
        self.asked += [one.check for one in trials]
        return plain.judge(trials)


def check(frame: pd.DataFrame, catalogue: Catalogue, judge: CountingJudge, *shown: str) -> list[CheckResult]:
    by = {"unit_code": "dac-khu", "taken_at": TAKEN_AT, "shown": shown, "judge": judge}
    return check_records("dossiers", frame, catalogue, WINDOW, **by)  # type: ignore[arg-type]


def narrow(catalogue: Catalogue) -> tuple[str, ...]:
    """Figures that only forms showing them are made from."""
    return tuple(code for code, one in catalogue.indicators.items() if one.where_shown)


def test_each_form_is_told_what_it_is_told_alone(catalogue: Catalogue) -> None:
    frame = frame_of("dossiers", put("service_level", None, 5))
    forms = ((), narrow(catalogue))
    alone = [check(frame, catalogue, CountingJudge(), *shown) for shown in forms]
    judge = CountingJudge()
    with sharing_context():
        together = [check(frame, catalogue, judge, *shown) for shown in forms]
    assert together == alone
    assert any(one.outcome is Outcome.FAIL for one in together[1])


def test_the_second_form_asks_only_what_it_needs_itself(catalogue: Catalogue) -> None:
    frame, judge = frame_of("dossiers"), CountingJudge()
    with sharing_context():
        check(frame, catalogue, judge)
        first = len(judge.asked)
        check(frame, catalogue, judge, *narrow(catalogue))
    assert first > 10
    assert set(judge.asked[first:]) == {"records.codes_given"}


@pytest.mark.parametrize("change", [put("procedure_code", "bậy", 3), put("status", "done", 0)])
def test_other_records_are_judged_by_themselves(catalogue: Catalogue, change: object) -> None:
    judge = CountingJudge()
    frame, other = frame_of("dossiers"), frame_of("dossiers", change)  # type: ignore[arg-type]
    with sharing_context():
        check(frame, catalogue, judge)
        first = len(judge.asked)
        found = check(other, catalogue, judge)
    assert len(judge.asked) == 2 * first
    assert found == check(other, catalogue, CountingJudge())
