"""Tài khoản: one's own roles, password, and what was done under one's name."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Response

from baocao.errors import ConfigError
from desk.guarding import Visiting
from desk.pages import PageSet
from desk.people.beginning import begin_session, lock_out_of
from desk.people.passwords import hash_password, require_good, require_new
from desk.people.sign_in import PASSWORD_PATH, SECOND_FACTOR_PATH, SignInRefusedError
from desk.rules import HALF_SIGNED_IN, SIGNED_IN
from desk.visits import Visit

PAGES = PageSet()
Text = Annotated[str, Form()]


@PAGES.get(PASSWORD_PATH, may=HALF_SIGNED_IN)
def show_password(visit: Visiting) -> Response:
    return _lacking_code(visit) or visit.show("password.html.j2", mistake="")


@PAGES.post(PASSWORD_PATH, may=HALF_SIGNED_IN)
def change_password(visit: Visiting, old: Text = "", new: Text = "", again: Text = "") -> Response:
    if lacking := _lacking_code(visit):
        return lacking
    person, store, at = visit.identity.person, visit.workspace.store, visit.real_now
    try:
        visit.desk.sign_in.check_old_password(store, visit.actor, old, at, lock_out_of(visit))
        require_new(new, again, old)
        require_good(new, person.person_code)
    except (ConfigError, SignInRefusedError) as wrong:
        return visit.show("password.html.j2", HTTPStatus.UNPROCESSABLE_ENTITY, mistake=str(wrong))
    assert visit.session is not None
    store.people.set_password(person.person_code, hash_password(new), visit.actor, at, must_change=False)
    has_code = visit.session.has_second_factor
    return begin_session(visit, person, has_second_factor=has_code, by="password", leads_to="/tai-khoan")


@PAGES.get("/tai-khoan", may=SIGNED_IN)
def show_account(visit: Visiting) -> Response:
    means = visit.workspace.store.people.means_of(visit.identity.code)
    done = visit.workspace.store.journal.list(person_code=visit.identity.code, newest=20)[::-1]
    return visit.show("account.html.j2", means=means, done=done, units=visit.workspace.catalogue.units)


def _lacking_code(visit: Visit) -> Response | None:
    """A password is no page for whoever has only that: a second factor comes first."""
    return visit.go_to(SECOND_FACTOR_PATH) if visit.session_lacks == SECOND_FACTOR_PATH else None
