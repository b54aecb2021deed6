"""What follows a proof: a new token for the browser, the pages that still come first, and where it wanted to go."""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Response

from baocao.people import Actor, Person
from desk.people.sign_in import SECOND_FACTOR_PATH, LockOut, needs_second_factor
from desk.people.training import list_demo_people
from desk.visits import Visit
from reporting.alerting.sign_in_alerts import tell_lock_out

HOME: Final = "/"


def begin_session(visit: Visit, person: Person, *, has_second_factor: bool, by: str, leads_to: str) -> Response:
    """Sign a person in under a new token; the pages they still lack come first."""
    actor = Actor(person.person_code, visit.origin)
    token = visit.desk.sign_in.begin(
        visit.workspace.store, actor, visit.real_now, has_second_factor=has_second_factor, by=by
    )
    needs_code = not has_second_factor and needs_second_factor(visit.workspace.store, person)
    response = visit.go_to(f"{SECOND_FACTOR_PATH}?den={quote(leads_to, safe='')}" if needs_code else leads_to)
    visit.give_token(response, token)
    return response


def keep_local(path: str) -> str:
    """The path where it is one of ours; the first page where it leads anywhere else."""
    split = urlsplit(path)
    is_plain = path.isprintable() and "\\" not in path
    is_ours = path.startswith("/") and not path.startswith("//") and not split.scheme and not split.netloc
    return path if is_plain and is_ours else HOME


def answer_sign_in(visit: Visit, leads_to: str, mistake: str = "", person: str = "") -> Response:
    people = list_demo_people(visit.workspace.store) if visit.desk.is_training else ()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK
    said = {"leads_to": leads_to, "people": people, "mistake": mistake, "person": person}
    return visit.show("sign_in.html.j2", status, rules=visit.desk.rules, **said)


def lock_out_of(visit: Visit) -> LockOut:
    def tell(person: Person, origin: str) -> None:
        tell_lock_out(visit.workspace, person, origin, visit.desk.sign_in.rules.attempts)

    return tell
