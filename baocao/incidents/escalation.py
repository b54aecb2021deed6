"""The passing of days: an open incident is told again, and to more people, as the due day comes nearer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from baocao.domain import VIETNAM
from baocao.incidents.model import Acknowledgement, EventKind, Incident, IncidentChange, IncidentEvent

WorkingDays = Callable[[date, date], int]
StepsFor = Callable[[Incident], Sequence[int]]


def step_reached(steps: Sequence[int], days_left: int) -> int | None:
    """The last step that `days_left` working days have come to; steps are working days left, negative once due."""
    return min((step for step in steps if days_left <= step), default=None)


def escalate(
    incidents: Iterable[Incident],
    steps_for: StepsFor,
    at: datetime,
    left: WorkingDays,
    names: Callable[[str], str] = str,
) -> Iterator[IncidentChange]:
    """Every incident that reaches another of its steps, or whose acknowledgement has run out; one event each.

    `left` gives the working days from one day to another. Whoever has taken an incident on is not disturbed.
    """
    today = at.astimezone(VIETNAM).date()
    for incident in incidents:
        if incident.is_quiet(today) or incident.due_on is None:
            continue
        reached = step_reached(steps_for(incident), left(today, incident.due_on))
        nearer = reached is not None and (incident.escalated_to is None or reached < incident.escalated_to)
        after = replace(incident, acknowledged=None, escalated_to=reached if nearer else incident.escalated_to)
        if incident.acknowledged is not None:
            yield IncidentChange(
                after, IncidentEvent(EventKind.LAPSED, at, _print_promise(incident.acknowledged, names))
            )
        elif nearer:
            yield IncidentChange(after, IncidentEvent(EventKind.ESCALATED, at))


def acknowledge(incident: Incident, by: str, at: datetime, until: date, note: str = "") -> IncidentChange:
    """Take the incident on until the end of a day; who has taken it on already in these words has no more to say."""
    taken = Acknowledgement(by, at, until, note)
    if incident.acknowledged and replace(incident.acknowledged, at=at) == taken:
        return IncidentChange(incident)
    said = f"xử lý đến hết ngày {until:%d/%m/%Y}" + (f": {note}" if note else "")
    return IncidentChange(replace(incident, acknowledged=taken), IncidentEvent(EventKind.ACKNOWLEDGED, at, said, by))


def _print_promise(taken: Acknowledgement, names: Callable[[str], str]) -> str:
    return f"{names(taken.by)} nhận xử lý đến hết ngày {taken.until:%d/%m/%Y} nhưng chưa khắc phục"
