"""How far a form is, derived here alone: from its vintages and an explicit state machine over the release log.

    open ─run─▶ drafted or ready ─prepare─▶ submitted ─approve─▶ approved ─publish─▶ released
                      ▲         ▲              │ withdraw          │                    │ accept (a re-run)
                      └─────────┼──────────────┴───────────────────┘                    ▼
                           sent back ◀─send back─ submitted, approved                   │
                                              restated ◀─restate─ approved ◀─approve─ submitted

A draft is a form whose latest vintage failed a critical check; an earlier vintage of it may still be put forward. A
form that was sent back is put forward again once its cells are mended. While something is put forward nothing else
can be: it is withdrawn, with a reason, or sent back first. A released form stays released, and locked, while a
restatement of it is prepared, approved or sent back. `unlock` takes a release out of force without deleting
anything of it: the form is then as before it was put forward, and what is published next is a further revision beside
the one that was unlocked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from baocao.domain import FormMark, FormStage
from baocao.hints import hint
from baocao.store import FormKey, LogEntry, Store


class Step(StrEnum):
    """What moves a form from stage to stage: the kinds of entry in the log."""

    PREPARE = "prepare"
    ACCEPT = "accept"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    RESTATE = "restate"
    UNLOCK = "unlock"


RELEASES = (Step.PUBLISH, Step.RESTATE)


MADE = frozenset({FormStage.DRAFTED, FormStage.READY})
PUT_FORWARD = frozenset({FormStage.SUBMITTED, FormStage.APPROVED})
LOCKED = frozenset({FormStage.RELEASED, FormStage.RESTATED})
ALLOWED_FROM: Mapping[Step, frozenset[FormStage]] = {
    Step.PREPARE: MADE | {FormStage.SENT_BACK},
    Step.ACCEPT: LOCKED,
    Step.APPROVE: frozenset({FormStage.SUBMITTED}),
    Step.WITHDRAW: PUT_FORWARD,
    Step.SEND_BACK: PUT_FORWARD,
    Step.PUBLISH: frozenset({FormStage.APPROVED}),
    Step.RESTATE: frozenset({FormStage.APPROVED}),
    Step.UNLOCK: LOCKED,
}
BEFORE_RELEASE = frozenset({Step.PREPARE, Step.PUBLISH})
AFTER_RELEASE = frozenset({Step.ACCEPT, Step.RESTATE})


def run_hint(form_key: FormKey) -> str:
    """The command that makes the form."""
    return hint("run", form_key.period, unit=form_key.unit_code)


def accept_hint(form_key: FormKey) -> str:
    """The command that puts a restatement of it forward."""
    form = form_key.form_code
    return hint(
        "rerun", form_key.period, unit=form_key.unit_code, form=form, from_="payloads", accept=True, reason="lý do"
    )


def next_command(form_key: FormKey, stage: FormStage, *, is_locked: bool) -> str:
    """The one thing to be typed next, by whoever's turn it is."""
    if stage in LOCKED:
        return accept_hint(form_key)
    if stage in (FormStage.OPEN, FormStage.DRAFTED):
        return run_hint(form_key)
    steps = {FormStage.READY: "prepare", FormStage.SENT_BACK: "prepare", FormStage.SUBMITTED: "approve"}
    step = steps.get(stage, "restate" if is_locked else "publish")
    return hint(f"release {step}", form_key.period, unit=form_key.unit_code, form=form_key.form_code)


@dataclass(frozen=True)
class Standing:
    """Where a form stands. `proposal` was put forward, `approval` approves it, `release` is the one in force.

    `returned` sent the last proposal back, and says why, cell by cell, until something is put forward again.
    `has_figures` and `is_draft` speak of its latest whole vintage.
    `unlocked` is the last release that was taken out of force, `unlocking` the entry that did it.
    """

    form_key: FormKey
    has_figures: bool = False
    is_draft: bool = False
    proposal: LogEntry | None = None
    approval: LogEntry | None = None
    release: LogEntry | None = None
    returned: LogEntry | None = None
    unlocked: LogEntry | None = None
    unlocking: LogEntry | None = None
    last_sha256: str = ""

    @property
    def stage(self) -> FormStage:
        if self.proposal is not None:
            return FormStage.APPROVED if self.approval else FormStage.SUBMITTED
        if self.release is not None:
            return FormStage.RESTATED if self.revision else FormStage.RELEASED
        if self.returned is not None:
            return FormStage.SENT_BACK
        if self.has_figures:
            return FormStage.DRAFTED if self.is_draft else FormStage.READY
        return FormStage.OPEN

    @property
    def is_locked(self) -> bool:
        """Whether something is released: then only a restatement can follow."""
        return self.release is not None

    @property
    def next_command(self) -> str:
        return next_command(self.form_key, self.stage, is_locked=self.is_locked)

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

    @property
    def vintage(self) -> int | None:
        """The vintage the form stands by: the one put forward, else the one released; None where it is still open."""
        return int(self.proposal.content["vintage"]) if self.proposal else self.released_vintage

    def allows(self, step: Step) -> bool:
        """Whether the machine has this step from here."""
        wrong_side = step in (BEFORE_RELEASE if self.is_locked else AFTER_RELEASE)
        return self.stage in ALLOWED_FROM[step] and not wrong_side


def find_standing(store: Store, form_key: FormKey, as_of: datetime | None = None) -> Standing:
    """From the log and the latest whole vintage: those of then, where a time is given."""
    latest = store.vintages.find_latest(form_key, as_of)
    is_draft = latest is not None and store.contents.filled_form(latest.key).status is FormMark.DRAFT
    known = Standing(form_key, has_figures=latest is not None, is_draft=is_draft)
    entries = store.releases.list(form_key)
    return fold(known, (entry for entry in entries if as_of is None or entry.at <= as_of))


def fold(standing: Standing, entries: Iterable[LogEntry]) -> Standing:
    """The standing after the entries."""
    for entry in entries:
        standing = replace(_move(standing, entry), last_sha256=entry.sha256)
    return standing


def _move(standing: Standing, entry: LogEntry) -> Standing:
    match Step(entry.kind):
        case Step.PREPARE | Step.ACCEPT:
            return replace(standing, proposal=entry, approval=None, returned=None)
        case Step.APPROVE:
            return replace(standing, approval=entry)
        case Step.WITHDRAW:
            return replace(standing, proposal=None, approval=None)
        case Step.SEND_BACK:
            return replace(standing, proposal=None, approval=None, returned=entry)
        case Step.PUBLISH | Step.RESTATE:
            return Standing(standing.form_key, standing.has_figures, standing.is_draft, release=entry)
        case Step.UNLOCK:
            return replace(standing, release=None, returned=None, unlocked=standing.release, unlocking=entry)
