"""The checks of one vintage beside those of the one before: what is new, what still fails, what is mended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from baocao.documents.form_json import checks_json
from baocao.domain import CheckResult, Outcome
from baocao.store import FormKey, NotInStoreError, Store, Vintage

CheckKey = tuple[str, str]


class Turn(StrEnum):
    """What became of a check since the vintage before."""

    NEW = "new"
    STILL_FAILING = "still_failing"
    FIXED = "fixed"
    NEWLY_NOT_EVALUABLE = "newly_not_evaluable"


@dataclass(frozen=True)
class Compared:
    """The checks of a vintage. `before` is the whole vintage before it, None for the first one; `turns` by kind.

    A fixed check is told as it failed before; all others as they are now.
    """

    vintage: Vintage
    before: Vintage | None
    checks: tuple[CheckResult, ...]
    turns: Mapping[Turn, tuple[CheckResult, ...]]

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        return tuple(check for check in self.checks if check.outcome is Outcome.FAIL)

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        key = self.vintage.key
        return {
            "unit": key.unit_code,
            "form": key.form_code,
            "period": key.period.code,
            "vintage": key.vintage,
            "before": self.before.key.vintage if self.before else None,
            "turns": {turn.value: checks_json(checks)["checks"] for turn, checks in self.turns.items()},
            **checks_json(self.checks),
        }


def compare_vintages(store: Store, form_key: FormKey, number: int | None) -> Compared:
    """The vintage named, or the latest whole one. Raise NotInStoreError where it was never finished."""
    whole = [vintage for vintage in store.vintages(form_key) if vintage.is_whole]
    wanted = [vintage for vintage in whole if number is None or vintage.key.vintage == number]
    if not wanted:
        raise NotInStoreError(f"{form_key}: no such report was finished. Run: baocao run {form_key.period}")
    vintage = wanted[-1]
    before = next((one for one in reversed(whole) if one.key.vintage < vintage.key.vintage), None)
    checks = store.check_results(vintage.key)
    earlier = store.check_results(before.key) if before else ()
    return Compared(vintage, before, checks, compare_checks(earlier, checks) if before else _no_turns())


def compare_checks(before: Iterable[CheckResult], now: Sequence[CheckResult]) -> dict[Turn, tuple[CheckResult, ...]]:
    """What became of each check that fails now or then, or can no longer be evaluated; in the order of the results."""
    was, is_now = _by_key(before), _by_key(now)
    turns: dict[Turn, list[CheckResult]] = {turn: [] for turn in Turn}
    for key, check in is_now.items():
        turn = _turn(key, check, was)
        if turn is not None and check not in turns[turn]:
            turns[turn].append(check)
    for key, check in was.items():
        if check.outcome is Outcome.FAIL and _is_mended(is_now.get(key)):
            turns[Turn.FIXED].append(check)
    return {turn: tuple(checks) for turn, checks in turns.items()}


def _turn(key: CheckKey, check: CheckResult, was: Mapping[CheckKey, CheckResult]) -> Turn | None:
    earlier = was.get(key)
    if check.outcome is Outcome.FAIL:
        failed = earlier is not None and earlier.outcome is Outcome.FAIL
        return Turn.STILL_FAILING if failed else Turn.NEW
    if check.outcome is Outcome.NOT_EVALUABLE and _was_evaluated(key, was):
        return Turn.NEWLY_NOT_EVALUABLE
    return None


def _was_evaluated(key: CheckKey, was: Mapping[CheckKey, CheckResult]) -> bool:
    """The check itself, or, where a whole kind of records is no longer there, any of its columns."""
    check, subject = key
    beside = [one for (name, about), one in was.items() if name == check and about.startswith(f"{subject} ")]
    found = [was[key]] if key in was else beside
    return any(one.outcome is not Outcome.NOT_EVALUABLE for one in found)


def _is_mended(check: CheckResult | None) -> bool:
    """A check that is gone, or passes; one that cannot be evaluated any more says nothing of that."""
    return check is None or check.outcome is Outcome.PASS


def _by_key(checks: Iterable[CheckResult]) -> dict[CheckKey, CheckResult]:
    """By check and subject; a result for many figures stands for each of them."""
    return {(check.check, subject): check for check in checks for subject in _subjects(check)}


def _subjects(check: CheckResult) -> list[str]:
    """As the suites name them; results of before they did, by their cells."""
    return [str(subject) for subject in check.evidence.get("about", [" ".join(check.cells)])]


def _no_turns() -> dict[Turn, tuple[CheckResult, ...]]:
    return dict.fromkeys(Turn, ())
