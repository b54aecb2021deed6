"""Two runs of a report compared check by check: still failing, new, fixed, newly not evaluable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from baocao.domain import CheckResult, Outcome


@dataclass(frozen=True)
class RunComparison:
    """The checks of a run against those of the run before, each as `suite.rule cells`."""

    still_failing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    newly_not_evaluable: tuple[str, ...] = ()

    @property
    def summary_vi(self) -> str:
        """`2 kiểm tra mới không đạt, 1 vẫn không đạt`; nothing where nothing fails or has changed."""
        counts = {
            "kiểm tra mới không đạt": self.new,
            "vẫn không đạt": self.still_failing,
            "đã đạt": self.fixed,
            "chưa đánh giá được nữa": self.newly_not_evaluable,
        }
        return ", ".join(f"{len(found)} {word}" for word, found in counts.items() if found)

    def as_json(self) -> dict[str, list[str]]:
        return {name: list(getattr(self, name)) for name in self.__dataclass_fields__}


def compare_runs(before: Iterable[CheckResult], after: Iterable[CheckResult]) -> RunComparison:
    """A check that failed and is not there any more is fixed only where it is seen to pass."""
    old, now = _outcomes(before), _outcomes(after)
    failing = [key for key, outcome in now.items() if outcome is Outcome.FAIL]
    was_failing = {key for key, outcome in old.items() if outcome is Outcome.FAIL}
    return RunComparison(
        still_failing=tuple(key for key in failing if key in was_failing),
        new=tuple(key for key in failing if key not in was_failing),
        fixed=tuple(key for key, outcome in now.items() if outcome is Outcome.PASS and key in was_failing),
        newly_not_evaluable=tuple(key for key in old if _is_lost(old[key], now.get(key, Outcome.NOT_EVALUABLE))),
    )


def check_key(result: CheckResult) -> str:
    """`form.ratio_matches 4.2, 4.2.2, 4.2.1`: what tells one check of a report from another."""
    return f"{result.check} {', '.join(result.cells)}".strip()


def _is_lost(before: Outcome, after: Outcome) -> bool:
    return after is Outcome.NOT_EVALUABLE and before is not Outcome.NOT_EVALUABLE


def _outcomes(results: Iterable[CheckResult]) -> Mapping[str, Outcome]:
    """The worst outcome of each check: several of one key are one to a person."""
    order = {Outcome.FAIL: 0, Outcome.NOT_EVALUABLE: 1, Outcome.PASS: 2}
    found: dict[str, Outcome] = {}
    for result in results:
        key = check_key(result)
        found[key] = min(found.get(key, result.outcome), result.outcome, key=order.__getitem__)
    return found
