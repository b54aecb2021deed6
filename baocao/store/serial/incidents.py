"""The store's own exact text of incidents and messages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from baocao.domain import Period, Severity
from baocao.incidents import Acknowledgement, Aspect, CauseKind, Claim, Incident, Message, Scope
from baocao.store.canonical import dump_tagged, load_tagged


def dump_incident(incident: Incident) -> str:
    """Canonical JSON of an incident without its number, which is its row's."""
    return dump_tagged(replace(incident, number=0))


def load_incident(text: str, number: int) -> Incident:
    """The inverse of `dump_incident`."""
    plain = load_tagged(text)
    taken = plain.get("acknowledged")
    return Incident(
        **{
            **plain,
            "number": number,
            "kind": CauseKind(plain["kind"]),
            "severity": Severity(plain["severity"]),
            "units": tuple(plain["units"]),
            "claims": tuple(_load_claim(claim) for claim in plain.get("claims", ())),
            "acknowledged": Acknowledgement(**taken) if taken else None,
        }
    )


def dump_message(message: Message) -> str:
    """Canonical JSON of a message."""
    return dump_tagged(message)


def load_message(text: str) -> Message:
    """The inverse of `dump_message`."""
    plain = load_tagged(text)
    lists = {name: tuple(plain[name]) for name in ("channels", "paragraphs")}
    return Message(**{**plain, **lists, "severity": Severity(plain["severity"])})


def _load_claim(plain: Mapping[str, Any]) -> Claim:
    lists = {name: tuple(plain.get(name, ())) for name in ("cells", "checks")}
    return Claim(**{**plain, **lists, "scope": _load_scope(plain["scope"]), "severity": Severity(plain["severity"])})


def _load_scope(plain: Mapping[str, Any]) -> Scope:
    return Scope(
        plain["unit_code"],
        plain["form_code"],
        Period(plain["period"]["year"], plain["period"].get("part", "")),
        Aspect(plain.get("aspect", Aspect.REPORT)),
    )
