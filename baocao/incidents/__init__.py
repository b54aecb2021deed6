"""Incidents: one root cause each, folded from the checks and failures of every run. Pure; the store keeps them."""

from baocao.incidents.causes import find_causes
from baocao.incidents.escalation import acknowledge, escalate, step_reached
from baocao.incidents.folding import Folded, Sight, fold
from baocao.incidents.judged import Judged
from baocao.incidents.missed_captures import Missed, find_missed
from baocao.incidents.model import (
    GRAVITY,
    TOLD,
    Acknowledgement,
    Aspect,
    Cause,
    CauseKind,
    Change,
    Claim,
    EventKind,
    Incident,
    IncidentEvent,
    Letter,
    Scope,
)

__all__ = [
    "GRAVITY", "TOLD", "Acknowledgement", "Aspect", "Cause", "CauseKind", "Change", "Claim", "EventKind",
    "Folded", "Incident", "IncidentEvent", "Judged", "Letter", "Missed", "Scope", "Sight",
    "acknowledge", "escalate", "find_causes", "find_missed", "fold", "step_reached",
]  # fmt: skip
