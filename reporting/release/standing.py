"""How far a form has come towards its release: an explicit state machine over the release log.

    open ─run─▶ collected ─prepare─▶ checked ─approve─▶ approved ─publish─▶ released
                    ▲                   │ withdraw          │                  │ accept (a re-run, with a reason)
                    └───────────────────┴───────────────────┘                  ▼
                                                 restated ◀─restate─ approved ◀─approve─ checked

A released form stays released, and locked, while a restatement of it is prepared and approved. `unlock` takes a
release out of force without deleting anything of it: the form is then as one that was collected, and what is published
next is a further revision beside the one that was unlocked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from baocao.store import FormKey, LogEntry, Store, VintageStatus


class State(StrEnum):
    """The states of a form."""

    OPEN = "open"
    COLLECTED = "collected"
    CHECKED = "checked"
    APPROVED = "approved"
    RELEASED = "released"
    RESTATED = "restated"


class Step(StrEnum):
    """What moves a form from state to state: the kinds of entry in the log."""

    PREPARE = "prepare"
    ACCEPT = "accept"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    PUBLISH = "publish"
    RESTATE = "restate"
    UNLOCK = "unlock"


ALLOWED_FROM: Mapping[Step, frozenset[State]] = {
    Step.PREPARE: frozenset({State.COLLECTED, State.CHECKED, State.APPROVED}),
    Step.ACCEPT: frozenset({State.RELEASED, State.RESTATED, State.CHECKED, State.APPROVED}),
    Step.APPROVE: frozenset({State.CHECKED}),
    Step.WITHDRAW: frozenset({State.CHECKED, State.APPROVED}),
    Step.PUBLISH: frozenset({State.APPROVED}),
    Step.RESTATE: frozenset({State.APPROVED}),
    Step.UNLOCK: frozenset({State.RELEASED, State.RESTATED}),
}
BEFORE_RELEASE = frozenset({Step.PREPARE, Step.PUBLISH})
AFTER_RELEASE = frozenset({Step.ACCEPT, Step.RESTATE})


@dataclass(frozen=True)
class Standing:
    """Where a form stands. `proposal` was put forward, `approval` approves it, `release` is the one in force.

    `unlocked` is the last release that was taken out of force, `unlocking` the entry that did it.
    """

    form_key: FormKey
    has_figures: bool = False
    proposal: LogEntry | None = None
    approval: LogEntry | None = None
    release: LogEntry | None = None
    unlocked: LogEntry | None = None
    unlocking: LogEntry | None = None
    last_sha256: str = ""

    @property
    def state(self) -> State:
        if self.proposal is not None:
            return State.APPROVED if self.approval else State.CHECKED
        if self.release is not None:
            return State.RESTATED if self.revision else State.RELEASED
        return State.COLLECTED if self.has_figures else State.OPEN

    @property
    def is_locked(self) -> bool:
        """Whether something is released: then only a restatement can follow."""
        return self.release is not None

    @property
    def revision(self) -> int:
        """0 for the first release, 1 for its first restatement; 0 as well where nothing is released."""
        return int(self.release.content["revision"]) if self.release else 0

    @property
    def next_revision(self) -> int:
        """What is released next: 0 where nothing ever was."""
        before = self.release or self.unlocked
        return int(before.content["revision"]) + 1 if before else 0

    @property
    def released_vintage(self) -> int | None:
        return int(self.release.content["vintage"]) if self.release else None

    def allows(self, step: Step) -> bool:
        """Whether the machine has this step from here."""
        wrong_side = step in (BEFORE_RELEASE if self.is_locked else AFTER_RELEASE)
        return self.state in ALLOWED_FROM[step] and not wrong_side


def find_standing(store: Store, form_key: FormKey) -> Standing:
    """From the log, and whether there are figures at all."""
    whole = any(vintage.status is VintageStatus.CHECKED for vintage in store.vintages.list(form_key))
    return fold(Standing(form_key, has_figures=whole), store.releases.list(form_key))


def fold(standing: Standing, entries: Iterable[LogEntry]) -> Standing:
    """The standing after the entries."""
    for entry in entries:
        standing = replace(_move(standing, entry), last_sha256=entry.sha256)
    return standing


def _move(standing: Standing, entry: LogEntry) -> Standing:
    match Step(entry.kind):
        case Step.PREPARE | Step.ACCEPT:
            return replace(standing, proposal=entry, approval=None)
        case Step.APPROVE:
            return replace(standing, approval=entry)
        case Step.WITHDRAW:
            return replace(standing, proposal=None, approval=None)
        case Step.PUBLISH | Step.RESTATE:
            return replace(standing, release=entry, proposal=None, approval=None, unlocked=None, unlocking=None)
        case Step.UNLOCK:
            return replace(standing, release=None, unlocked=standing.release, unlocking=entry)
