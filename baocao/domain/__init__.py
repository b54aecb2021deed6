"""The types the whole product speaks in; they are imported from here, never from a module below."""

from baocao.domain.checks import CheckResult, Outcome, Severity, Topic
from baocao.domain.figures import UNCOLLECTED, CellStatus, CountStep, Observation, Timing
from baocao.domain.forms import Cell, FilledForm, FormHead, FormLine, FormMark, FormStage, Tier
from baocao.domain.measures import FIRST_MEASURES, Measure, MeasureKind
from baocao.domain.periods import PART_MONTHS, PARTS_PATTERN, VIETNAM, Period, Window
from baocao.domain.sources import RawPayload, SourceFailure, System

__all__ = [
    "FIRST_MEASURES",
    "PARTS_PATTERN",
    "PART_MONTHS",
    "UNCOLLECTED",
    "VIETNAM",
    "Cell",
    "CellStatus",
    "CheckResult",
    "CountStep",
    "FilledForm",
    "FormHead",
    "FormLine",
    "FormMark",
    "FormStage",
    "Measure",
    "MeasureKind",
    "Observation",
    "Outcome",
    "Period",
    "RawPayload",
    "Severity",
    "SourceFailure",
    "System",
    "Tier",
    "Timing",
    "Topic",
    "Window",
]
