"""Time passing over open incidents: steps of escalation, acknowledgements that hold and that run out."""

from dataclasses import replace
from datetime import date

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import Severity
from baocao.incidents import EventKind, IncidentChange, IncidentEvent, acknowledge, escalate
from reporting.delivery.routing import MessageWriter
from tests.reporting.alerting.samples import at, incident, rules

STEPS = (3, 1, -2)
ALERTS = rules(
    channels={name: {"kind": "file", "path": f"{name}.txt"} for name in ("log", "leader")},
    escalation={"steps": {3: [], 1: ["leader"], -2: ["leader"]}},
)


def days(catalogue: Catalogue, *changes: tuple[int, str]) -> list[str]:
    """What happens to an incident that opens on the 8th and is due on the 18th, day by day."""
    one, told = incident(opened_at=at(8)), []
    for day in range(8, 25):
        for on, until in changes:
            if on == day:
                one = acknowledge(one, "lan", at(day), date.fromisoformat(f"2025-12-{until}")).incident
        for change in escalate([one], lambda _: STEPS, at(day), catalogue.calendar.working_days_between):
            one = change.incident
            told.append(f"{change.event.kind} {day}")
    return told


def test_an_open_incident_is_told_again_at_each_step_and_between_them_not(catalogue: Catalogue) -> None:
    assert days(catalogue) == ["escalated 15", "escalated 17", "escalated 22"]


def test_whoever_has_taken_it_on_is_not_disturbed_until_the_day_has_passed(catalogue: Catalogue) -> None:
    assert days(catalogue, (12, "17")) == ["lapsed 18", "escalated 22"]
    assert days(catalogue, (12, "19"), (21, "24")) == ["lapsed 20"]


def test_the_promise_that_was_not_kept_is_named(catalogue: Catalogue) -> None:
    taken = acknowledge(incident(), "lan", at(15), date(2025, 12, 16)).incident
    (lapsed,) = escalate([taken], lambda _: (), at(17), catalogue.calendar.working_days_between)
    assert lapsed.event.detail_vi == "lan nhận xử lý đến hết ngày 16/12/2025 nhưng chưa khắc phục"
    assert lapsed.incident.acknowledged is None


@pytest.mark.parametrize(
    ("day", "step", "also"),
    [(10, None, []), (15, 3, []), (17, 1, ["^leader"]), (18, 1, ["^leader"]), (22, -2, ["^leader"])],
)
def test_an_incident_that_opens_late_starts_on_its_step(
    catalogue: Catalogue, day: int, step: int | None, also: list[str]
) -> None:
    writer = MessageWriter(catalogue, ALERTS, at(day))
    new = IncidentChange(incident(), IncidentEvent(EventKind.OPENED, at(day)))
    marked = writer.mark_step(new)
    assert marked.incident.escalated_to == step
    assert [message.route for message in writer.compose([marked])] == ["all", *also]
    assert list(escalate([marked.incident], writer.steps_for, at(day), catalogue.calendar.working_days_between)) == []


def test_a_warning_does_not_climb_unless_told_to(catalogue: Catalogue) -> None:
    writer = MessageWriter(catalogue, ALERTS, at(18))
    assert writer.steps_for(incident(severity=Severity.WARNING)) == ()
    both = rules(escalation={"steps": {3: []}, "severities": ["critical", "warning"]})
    assert replace(writer, alerts=both).steps_for(incident(severity=Severity.WARNING)) == (3,)
