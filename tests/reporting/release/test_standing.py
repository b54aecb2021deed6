"""The release machine beside a second one, written from the sentences of the guide: every step in every state, and long
random walks. The states are those a person names; which entry counts is kept by number, not by the first machine's rules.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from baocao.domain import FormStage
from baocao.store import LogEntry
from reporting.standing import Standing, Step, fold
from tests.baocao.store.samples import FORM, NOW

OPEN_TO = {
    "made": {"prepare"},
    "submitted": {"approve", "withdraw", "send_back"},
    "approved": {"withdraw", "send_back", "publish"},
    "sent back": {"prepare"},
    "released": {"accept", "unlock"},
    "submitted again": {"approve", "withdraw", "send_back"},
    "approved again": {"withdraw", "send_back", "restate"},
}
"""Before the first release, or after an unlocking, the first four; while something is released, the others."""


@dataclass(frozen=True)
class Model:
    """Numbers of entries: what is put forward, who approved it, what is in force, what was unlocked last."""

    forward: int = 0
    approval: int = 0
    returned: int = 0
    in_force: int = 0
    unlocked: int = 0
    unlocking: int = 0
    releases: int = 0

    @property
    def name(self) -> str:
        if self.forward:
            return ("approved" if self.approval else "submitted") + (" again" if self.in_force else "")
        return "released" if self.in_force else "sent back" if self.returned else "made"

    def after(self, step: str, number: int) -> "Model":
        if step in ("prepare", "accept"):
            return replace(self, forward=number, approval=0, returned=0)
        if step == "approve":
            return replace(self, approval=number)
        if step == "withdraw":
            return replace(self, forward=0, approval=0)
        if step == "send_back":
            return replace(self, forward=0, approval=0, returned=number)
        if step == "unlock":
            return replace(self, in_force=0, returned=0, unlocked=self.in_force, unlocking=number)
        return Model(in_force=number, releases=self.releases + 1)

    @property
    def numbers(self) -> tuple[int, ...]:
        return self.forward, self.approval, self.returned, self.in_force, self.unlocked, self.unlocking

    @property
    def stage(self) -> FormStage:
        if self.name == "released":
            return FormStage.RESTATED if self.releases > 1 else FormStage.RELEASED
        if self.name == "sent back":
            return FormStage.SENT_BACK
        word = self.name.split()[0]
        return {"made": FormStage.READY, "submitted": FormStage.SUBMITTED, "approved": FormStage.APPROVED}[word]


def entry(step: str, number: int, model: Model) -> LogEntry:
    """As the steps write it: a release carries its revision."""
    content = {"by": "lan", "revision": model.releases, "vintage": number}
    return LogEntry(number, FORM, step, NOW + timedelta(minutes=number), content, "0" * 64, f"{number:064}")


def numbers(standing: Standing) -> tuple[int, ...]:
    kept = (standing.proposal, standing.approval, standing.returned, standing.release, standing.unlocked)
    return tuple(one.position if one else 0 for one in (*kept, standing.unlocking))


def walk(steps: Iterator[str] | list[str]) -> tuple[Standing, Model]:
    standing, model = Standing(FORM, has_figures=True), Model()
    for number, step in enumerate(steps, start=1):
        model, standing = model.after(step, number), fold(standing, [entry(step, number, model)])
        hold_against_each_other(standing, model)
    return standing, model


def hold_against_each_other(standing: Standing, model: Model) -> None:
    assert standing.stage is model.stage
    assert {step.value for step in Step if standing.allows(step)} == OPEN_TO[model.name]
    assert numbers(standing) == model.numbers
    assert standing.next_revision == model.releases
    assert standing.is_locked == bool(model.in_force)


def ways(length: int) -> Iterator[list[str]]:
    """Every way of so many steps."""
    if not length:
        yield []
        return
    for before in ways(length - 1):
        _, model = walk(before)
        yield from ([*before, step] for step in sorted(OPEN_TO[model.name]))


def test_every_way_of_eight_steps_is_as_the_guide_says() -> None:
    assert sum(1 for way in ways(8) if walk(way)) > 100


@pytest.mark.parametrize("seed", range(20))
def test_a_long_random_walk_is_as_the_guide_says(seed: int) -> None:
    chance, model = random.Random(seed), Model()
    steps = []
    for number in range(1, 61):
        steps.append(chance.choice(sorted(OPEN_TO[model.name])))
        model = model.after(steps[-1], number)
    walk(steps)


def test_what_is_put_forward_again_must_be_approved_again() -> None:
    standing, _ = walk(["prepare", "approve", "withdraw", "prepare"])
    assert (standing.stage, standing.approval) == (FormStage.SUBMITTED, None)
    assert not standing.allows(Step.PUBLISH)


def test_a_log_in_which_something_else_was_put_forward_after_an_approval_is_not_approved() -> None:
    """No door writes such a log today; one that was bent, or written by another version, must not be published by it."""
    steps = ["prepare", "approve", "prepare"]
    entries = [entry(step, number, Model()) for number, step in enumerate(steps, start=1)]
    standing = fold(Standing(FORM, has_figures=True), entries)
    assert (standing.stage, standing.approval) == (FormStage.SUBMITTED, None)
    assert not standing.allows(Step.PUBLISH)
