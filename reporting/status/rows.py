"""The words of the status grid: the steps of a form, how urgent it is, one row for one form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from baocao.catalogue import Unit
from baocao.domain import FormStage, Period, SourceFailure, System
from baocao.store import UNDER_WAY, FormKey, HandIn, VintageStatus
from baocao.vocabulary import FORM_STAGES, HAND_INS, NOT_HANDED_IN, VINTAGE_STATUSES

SOON_DAYS = 2


# In the order of a form's way. What the last run does stands between "no figures" and the form it may leave.
Step = FormStage | VintageStatus
STEPS: Mapping[Step, str] = {
    FormStage.OPEN: FORM_STAGES[FormStage.OPEN],
    VintageStatus.RUNNING: VINTAGE_STATUSES[VintageStatus.RUNNING],
    VintageStatus.FAILED: VINTAGE_STATUSES[VintageStatus.FAILED],
    FormStage.DRAFTED: FORM_STAGES[FormStage.DRAFTED],
    FormStage.READY: FORM_STAGES[FormStage.READY],
    FormStage.SUBMITTED: FORM_STAGES[FormStage.SUBMITTED],
    FormStage.SENT_BACK: FORM_STAGES[FormStage.SENT_BACK],
    FormStage.APPROVED: FORM_STAGES[FormStage.APPROVED],
    FormStage.RELEASED: FORM_STAGES[FormStage.RELEASED],
    FormStage.RESTATED: FORM_STAGES[FormStage.RESTATED],
}
RELEASED = (FormStage.RELEASED, FormStage.RESTATED)
NOT_PUT_FORWARD = (FormStage.OPEN, FormStage.DRAFTED, FormStage.READY, FormStage.SENT_BACK)


class Urgency(StrEnum):
    """How the due day stands to today."""

    DONE = "done"
    OPEN = "open"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True)
class SystemState:
    """One system of one form: asked and answered, failed, or not asked yet."""

    source_code: str
    label: str
    was_asked: bool
    failure: SourceFailure | None = None

    @property
    def word(self) -> str:
        if self.failure is not None:
            return "lỗi"
        return "đủ" if self.was_asked else "chưa"


@dataclass(frozen=True)
class GridRow:
    """One form. `days_left` are working days until it is due, negative once that is past.

    `last_run` is how its last run stands, None where there was none; `is_locked` once something of it is released,
    `is_alone` whether the unit owes no other form for the period. `hands_in` of a unit that reports by forms it fills
    itself, `hand_in` is the last file handed in for this form, of a unit
    that owes no other whatever it handed in.
    """

    unit: Unit
    period: Period
    form_code: str
    form_name: str
    is_alone: bool
    due_on: date
    days_left: int
    stage: FormStage
    last_run: VintageStatus | None
    systems: Mapping[System, SystemState]
    blocking: tuple[str, ...]
    vintage: int | None
    has_ended: bool
    is_rolled_up: bool
    is_locked: bool
    hands_in: bool = False
    hand_in: HandIn | None = None

    @property
    def hand_in_word(self) -> str:
        """How the last file stands that the unit handed in; empty of one that did not and need not."""
        if self.hand_in is None:
            return NOT_HANDED_IN if self.hands_in else ""
        return f"{HAND_INS[self.hand_in.outcome]} lần {self.hand_in.number}"

    @property
    def form_key(self) -> FormKey:
        return FormKey(self.unit.unit_code, self.form_code, self.period)

    @property
    def title(self) -> str:
        """The unit, and which of its forms where it owes several."""
        return self.unit.name if self.is_alone else f"{self.unit.name} · {self.form_name}"

    @property
    def step(self) -> Step:
        """The stage, or the run that is under way, or the one that failed and left no form."""
        if self.last_run in UNDER_WAY and self.stage in NOT_PUT_FORWARD:
            return VintageStatus.RUNNING
        has_failed = self.last_run is VintageStatus.FAILED and self.stage is FormStage.OPEN
        return VintageStatus.FAILED if has_failed else self.stage

    @property
    def urgency(self) -> Urgency:
        if self.stage in RELEASED:
            return Urgency.DONE
        if self.days_left < 0:
            return Urgency.LATE
        return Urgency.SOON if self.days_left <= SOON_DAYS else Urgency.OPEN

    @property
    def failures(self) -> tuple[SourceFailure, ...]:
        return tuple(found.failure for found in self.systems.values() if found.failure is not None)


def count_steps(rows: Iterable[GridRow]) -> dict[Step, int]:
    """How many forms are at each step, every step named."""
    steps = [row.step for row in rows]
    return {step: steps.count(step) for step in STEPS}


def periods_of(rows: Sequence[GridRow]) -> list[Period]:
    return sorted({row.period for row in rows})
