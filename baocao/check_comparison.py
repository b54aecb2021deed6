"""The checks of one run of a report beside those of the run before it: what became of each, said once for all doors."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from baocao.domain import CheckResult, Outcome

CheckKey = tuple[str, str]
_WORST_FIRST = (Outcome.FAIL, Outcome.NOT_EVALUABLE, Outcome.PASS)


class CheckChange(StrEnum):
    """What became of a check since the run before."""

    NEW = "new"
    STILL_FAILING = "still_failing"
    FIXED = "fixed"
    NEWLY_NOT_EVALUABLE = "newly_not_evaluable"
    NO_LONGER_APPLIES = "no_longer_applies"


CheckChanges = Mapping[CheckChange, tuple[CheckResult, ...]]


@dataclass(frozen=True)
class _Checks:
    """The worst result of each check and subject: two results about one thing are one to a person."""

    results: Mapping[CheckKey, CheckResult]

    @classmethod
    def of(cls, results: Iterable[CheckResult]) -> "_Checks":
        found: dict[CheckKey, CheckResult] = {}
        for result in results:
            for subject in _subjects(result):
                found[result.check, subject] = _worse(found.get((result.check, subject)), result)
        return cls(found)

    def find(self, key: CheckKey) -> CheckResult | None:
        return self.results.get(key)

    def outcome(self, key: CheckKey) -> Outcome | None:
        found = self.find(key)
        return found.outcome if found else None

    def find_narrower(self, key: CheckKey) -> Iterator[CheckResult]:
        """What the same check says of parts of a subject: `dossiers channel` where it is `dossiers`."""
        check, subject = key
        return (one for (name, about), one in self.results.items() if name == check and about.startswith(f"{subject} "))

    def has_broader(self, key: CheckKey) -> bool:
        """Whether the same check speaks of a whole the subject is part of."""
        check, subject = key
        return any(name == check and subject.startswith(f"{about} ") for name, about in self.results)


def compare_checks(before: Iterable[CheckResult], now: Iterable[CheckResult]) -> CheckChanges:
    """What became of each check that fails now or failed then, or can no longer be evaluated, in the results' order.

    A check that failed and is no longer made is neither fixed nor unclear: nothing was mended, and nothing hides it.
    It and a fixed one are told as they failed before, all others as they are now.
    """
    was, is_now = _Checks.of(before), _Checks.of(now)
    found: dict[CheckChange, list[CheckResult]] = {change: [] for change in CheckChange}
    told = [(_change_of(key, result, was), result) for key, result in is_now.results.items()]
    ended = [(_ending_of(key, is_now), result) for key, result in was.results.items() if _fails(result)]
    for change, result in (*told, *ended):
        if change is not None and result not in found[change]:
            found[change].append(result)
    return {change: tuple(results) for change, results in found.items()}


def no_changes() -> CheckChanges:
    """Of a first run."""
    return dict.fromkeys(CheckChange, ())


def check_key(result: CheckResult) -> str:
    """`form.ratio_matches 4.2, 4.2.2, 4.2.1`: how a check of a report is named to people and in incidents."""
    return f"{result.check} {', '.join(result.cells)}".strip()


def _change_of(key: CheckKey, result: CheckResult, was: _Checks) -> CheckChange | None:
    if _fails(result):
        return CheckChange.STILL_FAILING if was.outcome(key) is Outcome.FAIL else CheckChange.NEW
    if result.outcome is Outcome.NOT_EVALUABLE:
        earlier = was.find(key)
        judged = [earlier] if earlier else was.find_narrower(key)
        if any(one.outcome is not Outcome.NOT_EVALUABLE for one in judged):
            return CheckChange.NEWLY_NOT_EVALUABLE
    return None


def _ending_of(key: CheckKey, is_now: _Checks) -> CheckChange | None:
    """How a check that failed before ended, where it has; a result for the whole speaks for its parts."""
    outcome = is_now.outcome(key)
    if outcome is Outcome.PASS:
        return CheckChange.FIXED
    return CheckChange.NO_LONGER_APPLIES if outcome is None and not is_now.has_broader(key) else None


def _fails(result: CheckResult) -> bool:
    return result.outcome is Outcome.FAIL


def _worse(one: CheckResult | None, other: CheckResult) -> CheckResult:
    return other if one is None else min(one, other, key=lambda result: _WORST_FIRST.index(result.outcome))


def _subjects(result: CheckResult) -> list[str]:
    """As the suites name them; results of before they did, by their cells."""
    return [str(subject) for subject in result.evidence.get("about", [" ".join(result.cells)])]
