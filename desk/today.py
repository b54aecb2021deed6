"""Việc hôm nay: what the person who has signed in owes now, the most urgent first."""

from datetime import timedelta

from fastapi import Response

from baocao.people import Action, Identity
from baocao.store.people.journal import JournalEntry
from desk.guarding import Visiting
from desk.pages import PageSet
from desk.people.administering import APPROVER_GIVEN
from desk.rules import SIGNED_IN
from desk.visits import Visit
from reporting.delivery.desk_links import path_of
from reporting.today.duties import Duty, DutyKind, list_duties
from reporting.today.facts import read_facts

PAGES = PageSet()
MOST_SHOWN = 50
NEWS = timedelta(days=7)
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
    return visit.show(
        "today.html.j2",
        duties=shown,
        more=len(duties) - len(shown),
        new_approvers=_list_new_approvers(visit),
        units=visit.workspace.catalogue.units,
    )


def _list_new_approvers(visit: Visit) -> list[JournalEntry]:
    """Who was made an approver of late, for the others who answer for the unit: nobody does that unseen."""
    identity, since = visit.identity, visit.real_now - NEWS
    given = visit.workspace.store.journal.list(deed=APPROVER_GIVEN, newest=MOST_SHOWN)
    return [
        one
        for one in given
        if one.at >= since
        and identity.code not in (one.actor.person_code, one.said["person"])
        and (identity.may_everywhere(Action.MANAGE_PEOPLE) or _answers_for(identity, one.unit_code or ""))
    ]


def _answers_for(identity: Identity, unit_code: str) -> bool:
    return identity.may(Action.CHASE, unit_code) or identity.may(Action.APPROVE, unit_code)


def _path(duty: Duty) -> str:
    """Where it is done: at the cell, where there is one."""
    key = duty.form_key
    if key is None:
        return f"/su-co#so-{duty.incident}"
    if duty.kind is DutyKind.CHASE:
        return f"/bang?ky={key.period.code}" + ("&han=late" if duty.urgency == "late" else "")
    place = PLACES[duty.kind]
    return path_of(key) + place.format(cell=duty.cell)
