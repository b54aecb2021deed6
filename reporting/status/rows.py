"""The words of the status grid: the stages of a form, how urgent it is, one row for one form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from baocao.catalogue import Unit
from baocao.domain import Period, SourceFailure, System

SOON_DAYS = 2


class Stage(StrEnum):
    """The steps of a form on its way, in their order."""

    NOT_RUN = "not_run"
    RUNNING = "running"
    FAILED = "failed"
    DRAFT = "draft"
    CHECKED = "checked"
    PREPARED = "prepared"
    APPROVED = "approved"
    RELEASED = "released"


STAGES: Mapping[Stage, str] = {
    Stage.NOT_RUN: "chưa chạy",
    Stage.RUNNING: "đang chạy",
    Stage.FAILED: "chạy hỏng",
    Stage.DRAFT: "nháp",
    Stage.CHECKED: "đã kiểm tra",
    Stage.PREPARED: "đã trình",
    Stage.APPROVED: "đã duyệt",
    Stage.RELEASED: "đã phát hành",
}


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
    """One form. `days_left` are working days until it is due, negative once that is past."""

    unit: Unit
    period: Period
    form_code: str
    due_on: date
    days_left: int
    stage: Stage
    systems: Mapping[System, SystemState]
    blocking: tuple[str, ...]
    vintage: int | None
    has_ended: bool
    is_rolled_up: bool

    @property
    def urgency(self) -> Urgency:
        if self.stage is Stage.RELEASED:
            return Urgency.DONE
        if self.days_left < 0:
            return Urgency.LATE
        return Urgency.SOON if self.days_left <= SOON_DAYS else Urgency.OPEN

    @property
    def failures(self) -> tuple[SourceFailure, ...]:
        return tuple(found.failure for found in self.systems.values() if found.failure is not None)


def count_stages(rows: Iterable[GridRow]) -> dict[Stage, int]:
    """How many forms are at each stage, every stage named."""
    stages = [row.stage for row in rows]
    return {stage: stages.count(stage) for stage in Stage}


def periods_of(rows: Sequence[GridRow]) -> list[Period]:
    return sorted({row.period for row in rows})
