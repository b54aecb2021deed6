"""Which routes an event takes, and the messages that come of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Alerts, Route
from baocao.domain import VIETNAM, Severity
from baocao.incidents import TOLD, CauseKind, EventKind, Incident, IncidentChange, Message, step_reached
from baocao.mishaps import Mishap, attempt
from reporting.delivery.desk_links import DeskLinks
from reporting.delivery.messages import MessageText, tell_change
from reporting.delivery.quiet import find_send_time


@dataclass(frozen=True)
class MessageWriter:
    """Where messages are written: the rules, the units and owners, what time it is, and the desk people can open."""

    catalogue: Catalogue
    alerts: Alerts
    now: datetime
    desk: DeskLinks | None = None

    def compose(self, changes: Sequence[IncidentChange]) -> Iterator[Message]:
        """The messages about changes that somebody must hear of."""
        for change in changes:
            if change.event is not None and change.event.kind in TOLD:
                found = attempt(lambda change=change: tuple(self._about(change)))  # type: ignore[misc]
                yield from (self._tell_unwritten(change, found),) if isinstance(found, Mishap) else found

    def _tell_unwritten(self, change: IncidentChange, mishap: Mishap) -> Message:
        """Stands for the messages about a change that could not be written; kept for a person to see."""
        incident, kind = change.incident, change.event.kind if change.event else ""
        key = f"incident/{incident.number}/{kind}/{self.now:%Y%m%dT%H%M%S%f}/unwritten"
        return Message(
            key=key,
            bundle=key,
            route="",
            channels=(),
            severity=incident.severity,
            subject=f"Sự cố {incident.number}: không soạn được thông báo",
            paragraphs=(),
            not_before=self.now,
            facts={"kind": kind, "incident": str(incident.number)},
            unwritten=f"không soạn được thông báo ({mishap})",
        )

    def _about(self, change: IncidentChange) -> Iterator[Message]:
        assert change.event is not None
        incident, event = change.incident, change.event
        text = tell_change(self.catalogue, change, self.now.astimezone(VIETNAM).date(), self.desk)
        place = f"incident/{incident.number}/{event.kind}/{event.at:%Y%m%dT%H%M%S%f}"
        facts = {
            "kind": event.kind,
            "incident": str(incident.number),
            "severity": incident.severity,
            "fingerprint": incident.fingerprint,
            "units": ",".join(incident.units),
            "owner": incident.owner,
        }
        for name, route in self.alerts.routes.items():
            if takes(route, incident) and _is_wanted(route, incident, event.kind):
                yield self.write(f"{place}/{name}", name, route, incident.severity, text, facts)
        extra = [channel for channel in self._find_escalated(change) if not self._is_reached(incident, channel)]
        for channel in extra:
            route = Route(channels=(channel,))
            yield self.write(f"{place}/^{channel}", f"^{channel}", route, incident.severity, text, facts)

    def _find_escalated(self, change: IncidentChange) -> tuple[str, ...]:
        """The channels an incident has come to by escalation; they hear of its recovery too."""
        steps, reached = self.alerts.escalation.steps, change.incident.escalated_to
        if reached is None or change.incident.severity not in self.alerts.escalation.severities:
            return ()
        passed = [channels for step, channels in steps.items() if step >= reached]
        return tuple(dict.fromkeys(channel for channels in passed for channel in channels))

    def _is_reached(self, incident: Incident, channel: str) -> bool:
        """Whether an ordinary route brings the incident to the channel anyhow."""
        return any(channel == route.channels[0] and takes(route, incident) for route in self.alerts.routes.values())

    def write(
        self, key: str, name: str, route: Route, severity: Severity, text: MessageText, facts: dict[str, str]
    ) -> Message:
        """The message of one route; messages that wait for the same moment share a bundle."""
        send_time = find_send_time(route, self.alerts.quiet_hours, severity, self.now, self.catalogue.calendar)
        shared = f"bundle/{name}/{send_time.at.astimezone(VIETNAM):%Y-%m-%dT%H:%M}"
        return Message(
            key=key,
            bundle=shared if send_time.is_shared else key,
            route=name,
            channels=route.channels,
            severity=severity,
            subject=text.subject,
            paragraphs=text.paragraphs,
            not_before=send_time.at,
            facts=facts,
        )

    def steps_for(self, incident: Incident) -> tuple[int, ...]:
        """The steps of escalation that hold for an incident."""
        rules = self.alerts.escalation
        return tuple(rules.steps) if incident.severity in rules.severities else ()

    def mark_step(self, change: IncidentChange) -> IncidentChange:
        """A new incident stands at once on the step its due day has come to: it is not told twice."""
        incident = change.incident
        if change.event is None or change.event.kind is not EventKind.OPENED or incident.due_on is None:
            return change
        today = self.now.astimezone(VIETNAM).date()
        left = self.catalogue.calendar.working_days_between(today, incident.due_on)
        return replace(change, incident=replace(incident, escalated_to=step_reached(self.steps_for(incident), left)))


def takes(route: Route, incident: Incident) -> bool:
    """Whether a route's filters let the incident through."""
    return (
        incident.severity in route.severities
        and (not route.owners or incident.owner in route.owners)
        and (not route.units or bool(set(route.units) & set(incident.units)))
    )


def _is_wanted(route: Route, incident: Incident, kind: EventKind) -> bool:
    """A figure people owe stands in the daily reminder already: a route that takes those is not told twice a day."""
    if kind is EventKind.RECOVERED:
        return route.recoveries
    return not (kind is EventKind.ESCALATED and incident.kind is CauseKind.MISSING and route.reminders)


def find_unheard(alerts: Alerts, incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """The incidents no route takes."""
    return tuple(one for one in incidents if not any(takes(route, one) for route in alerts.routes.values()))
