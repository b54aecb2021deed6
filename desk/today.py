"""Việc hôm nay: what the person who has signed in owes now, the most urgent first."""

from fastapi import Response

from desk.forms.asked import path_of
from desk.guarding import Visiting
from desk.pages import PageSet
from desk.rules import SIGNED_IN
from reporting.today.duties import Duty, DutyKind, list_duties
from reporting.today.facts import read_facts

PAGES = PageSet()
MOST_SHOWN = 50
STEPS = (DutyKind.SUBMIT, DutyKind.APPROVE, DutyKind.RELEASE)


@PAGES.get("/", may=SIGNED_IN, nav="Việc hôm nay")
def show_today(visit: Visiting) -> Response:
    duties = list_duties(read_facts(visit.workspace, visit.identity), visit.identity)
    shown = [(duty, _path(duty)) for duty in duties[:MOST_SHOWN]]
    return visit.show("today.html.j2", duties=shown, more=len(duties) - len(shown))


def _path(duty: Duty) -> str:
    """Where it is done: at the cell, where there is one."""
    key = duty.form_key
    if duty.kind is DutyKind.INCIDENT:
        return f"/su-co#so-{duty.incident}"
    assert key is not None
    if duty.kind is DutyKind.CHASE:
        return f"/bang?ky={key.period.code}&han=late"
    path = path_of(key)
    if duty.kind in STEPS:
        return f"{path}/trinh-duyet"
    if duty.kind is DutyKind.MAKE:
        return f"{path}/lap-lai"
    if duty.kind is DutyKind.ANSWER:
        return f"{path}/o/{duty.cell}#trao-doi"
    place = {DutyKind.TYPE_IN: f"#so-{duty.cell}", DutyKind.MEND_RETURNED: f"#o-{duty.cell}"}
    return path + (place.get(duty.kind, "#can-xem") if duty.cell or duty.kind is DutyKind.MEND else "")
