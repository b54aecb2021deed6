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
PLACES = {
    DutyKind.MEND_RETURNED: "#o-{cell}",
    DutyKind.ANSWER: "/o/{cell}#trao-doi",
    DutyKind.TYPE_IN: "#so-{cell}",
    DutyKind.MEND: "#can-xem",
    DutyKind.HAND_IN: "/nop-tep",
    DutyKind.MAKE: "/lap-lai",
    DutyKind.SUBMIT: "/trinh-duyet",
    DutyKind.APPROVE: "/trinh-duyet",
    DutyKind.RELEASE: "/trinh-duyet",
}


@PAGES.get("/", may=SIGNED_IN, nav="Việc hôm nay")
def show_today(visit: Visiting) -> Response:
    duties = list_duties(read_facts(visit.workspace, visit.identity), visit.identity)
    shown = [(duty, _path(duty)) for duty in duties[:MOST_SHOWN]]
    return visit.show("today.html.j2", duties=shown, more=len(duties) - len(shown))


def _path(duty: Duty) -> str:
    """Where it is done: at the cell, where there is one."""
    key = duty.form_key
    if key is None:
        return f"/su-co#so-{duty.incident}"
    if duty.kind is DutyKind.CHASE:
        return f"/bang?ky={key.period.code}&han=late"
    place = PLACES[duty.kind]
    return path_of(key) + place.format(cell=duty.cell)
