"""Hỏi và báo: what is wrong and since when, who has taken it on, which alerts went to whom."""

from collections.abc import Collection
from typing import Annotated

from fastapi import Form, Response

from baocao.errors import ConfigError
from baocao.incidents import GRAVITY, Incident
from baocao.people import Action
from baocao.written.days import read_day
from baocao.written.errors import WrongValueError
from desk.guarding import Visiting
from desk.mistakes import ForbiddenError
from desk.pages import PageSet
from desk.rules import somewhere
from desk.visits import Visit
from reporting.alerting.acknowledging import acknowledge_incident

PAGES = PageSet()
REFUSED = 422
MOST_SENT = 50


@PAGES.get("/su-co", may=somewhere(Action.VIEW), nav="Hỏi và báo")
def show_incidents(visit: Visiting) -> Response:
    return _render(visit)


@PAGES.post("/su-co/{number}/nhan", may=somewhere(Action.ACKNOWLEDGE))
def take_on(
    visit: Visiting, number: int, until: Annotated[str, Form()] = "", note: Annotated[str, Form()] = ""
) -> Response:
    """For one unit of it at least this person must be among those who may."""
    incident = visit.workspace.store.incidents.find(number)
    if not any(visit.identity.may(Action.ACKNOWLEDGE, unit) for unit in incident.units):
        raise ForbiddenError
    try:
        acknowledge_incident(visit.workspace, number, visit.identity.code, read_day(until), note.strip())
    except (WrongValueError, ConfigError) as wrong:
        return _render(visit, f"Sự cố {number}: {wrong}")
    visit.workspace.store.journal.append(visit.actor, "incident.acknowledged", visit.real_now, {"number": number})
    return visit.go_to(f"/su-co#so-{number}")


def _list_hit(incident: Incident, seen: Collection[str]) -> tuple[str, ...]:
    """The units a run of which met it, not those that merely use the same system."""
    met = dict.fromkeys(claim.scope.unit_code for claim in incident.claims)
    return tuple(code for code in met or incident.units if code in seen)


def _render(visit: Visit, wrong: str = "") -> Response:
    store, seen = visit.workspace.store, set(visit.identity.list_units(Action.VIEW))
    mine = [one for one in store.incidents.all() if seen.intersection(one.units)]
    ordered = sorted(mine, key=lambda one: (not one.is_open, -GRAVITY[one.severity], -one.number))
    history = {one.number: store.incidents.history(one.number) for one in ordered[:MOST_SENT]}
    oversees = visit.identity.may_somewhere(Action.OVERSEE)
    units = visit.workspace.catalogue.units
    return visit.show(
        "incidents.html.j2",
        REFUSED if wrong else 200,
        incidents=ordered[:MOST_SENT],
        history=history,
        names={code: units[code].name if code in units else code for one in ordered for code in one.units},
        may_take={one.number for one in ordered if any(visit.identity.may(Action.ACKNOWLEDGE, u) for u in one.units)},
        sent=store.outbox.sent(MOST_SENT) if oversees else (),
        waiting=store.outbox.waiting() if oversees else (),
        owners=visit.workspace.catalogue.owners,
        hit={one.number: _list_hit(one, seen) for one in ordered[:MOST_SENT]},
        wrong=wrong,
    )
