"""The store's own exact text of incidents and letters."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from baocao.domain import Period, Severity
from baocao.incidents import Acknowledgement, Aspect, CauseKind, Claim, Incident, Letter, Scope
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


def dump_letter(letter: Letter) -> str:
    """Canonical JSON of a letter."""
    return dump_tagged(letter)


def load_letter(text: str) -> Letter:
    """The inverse of `dump_letter`."""
    plain = load_tagged(text)
    lists = {name: tuple(plain[name]) for name in ("channels", "paragraphs")}
    return Letter(**{**plain, **lists, "severity": Severity(plain["severity"])})


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
