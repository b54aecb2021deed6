"""The words of this package: a check, a rule (the check on certain cells), what it demands, what is found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from baocao.domain import Severity, Topic


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a check is about: `cells` are row keys, the first the one complained about.

    `roles` says which cells (or indicators) play which part where their order does not; `limits` holds what the
    catalogue allows.
    """

    owner: str
    cells: tuple[str, ...]
    sentence_vi: str
    sentence_en: str
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rule(Subject):
    """A check in force, on the cells it concerns."""

    check: str
    severity: Severity
    topic: Topic = Topic.FORM

    @property
    def subject(self) -> str:
        """What tells the rule from others of its check: its figures, else its cells."""
        return " ".join(self.roles.get("codes", self.cells))


@dataclass(frozen=True, slots=True)
class Demand:
    """An expectation of Great Expectations by name, with its arguments.

    `RULE_HOLDS` is ours: `holds` is asked of each case's operands, for what Great Expectations has no word for.
    """

    expectation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    holds: Callable[..., bool] | None = None


RULE_HOLDS = "ExpectRuleToHold"


def rule_holds(holds: Callable[..., bool]) -> "Callable[[tuple[Rule, ...]], Demand]":
    """What a check demands that is a condition of its own."""
    demand = Demand(RULE_HOLDS, holds=holds)
    return lambda _: demand


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a rule cannot be evaluated; a `silent` one is left out, because another rule speaks for it."""

    reason: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """What is told about a failed rule. `severity` replaces the check's own where the case is a milder one."""

    observed: str
    expected: str
    message_vi: str
    message_en: str
    mend_vi: str
    severity: Severity | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


class CheckedView(Protocol):
    """What a rule is tried on: a form, or the figures of a unit."""

    @property
    def unit_code(self) -> str: ...

    @property
    def evidence(self) -> Mapping[str, Any]: ...


View = TypeVar("View", bound=CheckedView)
Operands = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class CheckCard:
    """What is told of a check in the table of checks; `milder_vi` says when a failure is less grave than `severity`.

    By `topic` failed checks become incidents.
    """

    check: str
    severity: Severity
    cells_vi: str
    says_vi: str
    unclear_vi: str
    milder_vi: str = ""
    topic: Topic = Topic.FORM

    def rule(self, subject: Subject) -> Rule:
        return Rule(check=self.check, severity=self.severity, topic=self.topic, **vars(subject))


@dataclass(frozen=True, kw_only=True)
class Check(CheckCard, Generic[View]):
    """One kind of check.

    `operands` takes a rule's row of the frame (columns: `columns`) out of what it is tried on, or says why it cannot;
    `demand` is what every row must satisfy; `explain` speaks of one that does not.
    """

    columns: tuple[str, ...]
    operands: Callable[[Rule, View], Operands | Obstacle]
    demand: Callable[[tuple[Rule, ...]], Demand]
    explain: Callable[[Rule, View], CheckFinding]
