"""Folding what one report says into the open incidents: which are new, worse, still there, gone, or no longer seen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from baocao.domain import Severity
from baocao.incidents.model import GRAVITY, Cause, Claim, EventKind, Incident, IncidentChange, IncidentEvent, Scope
from baocao.vocabulary import SEVERITIES


@dataclass(frozen=True)
class Sighting:
    """What one report shows: its causes, and what it cannot show.

    `unclear` are the checks that could not be evaluated, `unread` the systems that were not read.
    """

    scope: Scope
    at: datetime
    due_on: date
    causes: tuple[Cause, ...]
    unclear: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


def fold(open_incidents: Iterable[Incident], sight: Sighting) -> tuple[IncidentChange, ...]:
    """Pure: the same report folded twice changes nothing but when an incident was last seen.

    Time only goes forward: what was seen later is not changed by what is said to have been seen before.
    """
    known = {incident.fingerprint: incident for incident in open_incidents}
    named = [(known.get(cause.fingerprint), cause) for cause in sight.causes]
    joined = (_join(before, cause, sight) if before else _open(cause, sight) for before, cause in named)
    return (*joined, *_leave(known, sight))


def _open(cause: Cause, sight: Sighting) -> IncidentChange:
    incident = Incident(
        fingerprint=cause.fingerprint,
        kind=cause.kind,
        severity=cause.severity,
        owner=cause.owner,
        subject_vi=cause.subject_vi,
        why_vi=cause.why_vi,
        mend_vi=cause.mend_vi,
        units=cause.units,
        opened_at=cause.began_at or sight.at,
        last_seen_at=sight.at,
        claims=(_claim(cause, sight),),
        system=cause.system,
        variant=cause.variant,
    )
    return IncidentChange(incident, IncidentEvent(EventKind.OPENED, sight.at))


def _join(before: Incident, cause: Cause, sight: Sighting) -> IncidentChange:
    """The incident seen again: worse where something new must be known, else only seen."""
    own = _find_own(before, sight.scope)
    if own is not None and sight.at < own.seen_at:
        return IncidentChange(before)
    claims = (*_others(before, sight.scope), _claim(cause, sight))
    after = replace(
        before,
        severity=_gravest(claims),
        subject_vi=cause.subject_vi,
        why_vi=cause.why_vi,
        mend_vi=cause.mend_vi,
        units=tuple(dict.fromkeys((*before.units, *cause.units))),
        last_seen_at=max(before.last_seen_at, sight.at),
        claims=claims,
        variant=cause.variant,
    )
    worse = list(_worse(before, after, sight))
    if worse:
        return IncidentChange(after, IncidentEvent(EventKind.WORSENED, sight.at, "; ".join(worse)))
    return IncidentChange(after, _eased(before, after, sight))


def _worse(before: Incident, after: Incident, sight: Sighting) -> Iterator[str]:
    """What about the incident a person must hear again."""
    if GRAVITY[after.severity] > GRAVITY[before.severity]:
        yield f"mức độ tăng từ {SEVERITIES[before.severity]} lên {SEVERITIES[after.severity]}"
    if after.variant != before.variant:
        yield "nguyên nhân đã thay đổi"
    more_units = [unit for unit in after.units if unit not in before.units]
    if more_units:
        yield f"thêm đơn vị: {', '.join(more_units)}"
    own = _find_own(before, sight.scope)
    more_cells = [cell for cell in after.claims[-1].cells if own is not None and cell not in own.cells]
    if more_cells:
        yield f"thêm ô: {', '.join(more_cells)}"
    if own is None and sight.due_on not in {claim.due_on for claim in before.claims}:
        yield f"thêm báo cáo {sight.scope.period.label_vi}"


def _eased(before: Incident, after: Incident, sight: Sighting) -> IncidentEvent | None:
    """Less of it than before: kept in the history, told to nobody."""
    fewer = [cell for cell in before.cells if cell not in after.cells]
    if not fewer and after.severity is before.severity:
        return None
    said = [f"bớt ô: {', '.join(fewer)}"] if fewer else []
    if after.severity is not before.severity:
        said.append(f"mức độ giảm còn {SEVERITIES[after.severity]}")
    return IncidentEvent(EventKind.EASED, sight.at, "; ".join(said))


def _leave(known: Mapping[str, Incident], sight: Sighting) -> Iterator[IncidentChange]:
    """The incidents this report spoke of and no longer does."""
    named = {cause.fingerprint for cause in sight.causes}
    for incident in known.values():
        own = _find_own(incident, sight.scope)
        if own is not None and own.seen_at <= sight.at and incident.fingerprint not in named:
            yield _withdraw(incident, own, sight)


def _withdraw(incident: Incident, own: Claim, sight: Sighting) -> IncidentChange:
    """Gone from this report: recovered where no other speaks of it. What cannot be seen is not gone."""
    others = _others(incident, sight.scope)
    if _is_hidden(incident, own, sight):
        return IncidentChange(replace(incident, claims=(*others, replace(own, is_unclear=True))))
    if not others:
        after = replace(incident, recovered_at=sight.at, last_seen_at=max(incident.last_seen_at, sight.at))
        return IncidentChange(after, IncidentEvent(EventKind.RECOVERED, sight.at))
    after = replace(incident, claims=others, severity=_gravest(others))
    said = f"báo cáo {sight.scope.period.label_vi} của {sight.scope.unit_code} không còn bị ảnh hưởng"
    return IncidentChange(after, IncidentEvent(EventKind.EASED, sight.at, said))


def _is_hidden(incident: Incident, own: Claim, sight: Sighting) -> bool:
    return incident.system in sight.unread or bool(sight.unclear.intersection(own.checks))


def _claim(cause: Cause, sight: Sighting) -> Claim:
    return Claim(sight.scope, cause.severity, sight.due_on, sight.at, cause.cells, cause.checks)


def _find_own(incident: Incident, scope: Scope) -> Claim | None:
    return next((claim for claim in incident.claims if claim.scope == scope), None)


def _others(incident: Incident, scope: Scope) -> tuple[Claim, ...]:
    return tuple(claim for claim in incident.claims if claim.scope != scope)


def _gravest(claims: Sequence[Claim]) -> Severity:
    return max((claim.severity for claim in claims), key=GRAVITY.__getitem__)
