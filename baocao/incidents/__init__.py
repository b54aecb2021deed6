"""Incidents: one root cause each, folded from the checks and failures of every run. Pure; the store keeps them."""

from baocao.incidents.causes import find_causes
from baocao.incidents.escalation import acknowledge, escalate, step_reached
from baocao.incidents.folding import Sighting, fold
from baocao.incidents.missed_captures import MissedCapture, find_missed
from baocao.incidents.model import (
    GRAVITY,
    TOLD,
    Acknowledgement,
    Aspect,
    Cause,
    CauseKind,
    Claim,
    EventKind,
    Incident,
    IncidentChange,
    IncidentEvent,
    Message,
    Scope,
)
from baocao.incidents.run_findings import RunFindings

__all__ = [
    "GRAVITY",
    "TOLD",
    "Acknowledgement",
    "Aspect",
    "Cause",
    "CauseKind",
    "Claim",
    "EventKind",
    "Incident",
    "IncidentChange",
    "IncidentEvent",
    "Message",
    "MissedCapture",
    "RunFindings",
    "Scope",
    "Sighting",
    "acknowledge",
    "escalate",
    "find_causes",
    "find_missed",
    "fold",
    "step_reached",
]  # fmt: skip
