"""Bảo vệ hai lớp: the code of a telephone, and a telephone set up."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Response

from baocao.people import Person
from desk.guarding import Visiting
from desk.mistakes import StalePageError
from desk.pages import PageSet
from desk.people.beginning import HOME, begin_session, keep_local, lock_out_of
from desk.people.second_factor import draw_secret, find_step, make_secret, print_secret
from desk.people.sign_in import SECOND_FACTOR_PATH, SignInRefusedError, has_second_factor
from desk.rules import HALF_SIGNED_IN
from desk.visits import Visit

PAGES = PageSet()
Text = Annotated[str, Form()]


@PAGES.get(SECOND_FACTOR_PATH, may=HALF_SIGNED_IN)
def show_second_factor(visit: Visiting, den: str = HOME) -> Response:
    return _show_second_factor(visit, keep_local(den))


@PAGES.post(SECOND_FACTOR_PATH, may=HALF_SIGNED_IN)
def give_second_factor(visit: Visiting, code: Text = "", setting_up: Text = "", den: Text = HOME) -> Response:
    """A code of the telephone there is, or the first one of a telephone set up now."""
    person, store, at = visit.identity.person, visit.workspace.store, visit.real_now
    try:
        if has_second_factor(store.people.means_of(person.person_code)):
            visit.desk.sign_in.check_code(store, person, code, visit.origin, at, lock_out_of(visit))
        else:
            _set_up(visit, person, code, setting_up)
    except SignInRefusedError as refused:
        return _show_second_factor(visit, keep_local(den), str(refused), setting_up)
    store.sessions.replace(visit.token, at)
    return begin_session(visit, person, has_second_factor=True, by="second_factor", leads_to=keep_local(den))


def _set_up(visit: Visit, person: Person, code: str, setting_up: str) -> None:
    """Keep the secret shown on this person's page, once a telephone proves to have it."""
    whose, _, secret = visit.desk.key.decipher_page_value(setting_up).partition(" ")
    if whose != person.person_code:
        raise StalePageError
    step = find_step(secret, code, visit.real_now)
    if step is None:
        raise SignInRefusedError("Mã không đúng. Kiểm tra giờ của điện thoại rồi nhập mã đang hiện.")
    kept = visit.desk.key.encipher(secret)
    visit.workspace.store.people.set_second_factor(person.person_code, kept, visit.actor, visit.real_now, step=step)


def _show_second_factor(visit: Visit, leads_to: str, mistake: str = "", setting_up: str = "") -> Response:
    code, status = visit.identity.code, HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK
    secret = ""
    if not has_second_factor(visit.workspace.store.people.means_of(code)):
        secret = visit.desk.key.decipher_page_value(setting_up).partition(" ")[2] if setting_up else make_secret()
        setting_up = visit.desk.key.encipher(f"{code} {secret}")
    drawn, printed = (draw_secret(secret, code), print_secret(secret)) if secret else ("", "")
    said = {"leads_to": leads_to, "mistake": mistake, "setting_up": setting_up, "drawn": drawn, "printed": printed}
    return visit.show("second_factor.html.j2", status, **said)
