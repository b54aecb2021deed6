"""Đăng nhập, đăng xuất: the pages in front of all others."""

from typing import Annotated

from fastapi import Form, Response

from baocao.people import Actor
from desk.guarding import Visiting
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.people.beginning import HOME, answer_sign_in, begin_session, keep_local, lock_out_of
from desk.people.keys import new_token
from desk.people.sign_in import SignInRefusedError, clean_code
from desk.rules import EVERYBODY, HALF_SIGNED_IN

PAGES = PageSet()
Text = Annotated[str, Form()]


@PAGES.get("/dang-nhap", may=EVERYBODY)
def show_sign_in(visit: Visiting, den: str = HOME) -> Response:
    return answer_sign_in(visit, keep_local(den))


@PAGES.post("/dang-nhap", may=EVERYBODY)
def sign_in(visit: Visiting, person: Text = "", password: Text = "", den: Text = HOME) -> Response:
    if not visit.desk.rules.passwords:
        raise MissingPageError
    actor, store, told = Actor(clean_code(person), visit.origin), visit.workspace.store, lock_out_of(visit)
    try:
        found = visit.desk.sign_in.check_password(store, actor, password, visit.real_now, told)
    except SignInRefusedError as refused:
        return answer_sign_in(visit, keep_local(den), str(refused), person)
    return begin_session(visit, found, has_second_factor=False, by="password", leads_to=keep_local(den))


@PAGES.post("/dang-xuat", may=HALF_SIGNED_IN)
def sign_out(visit: Visiting) -> Response:
    visit.workspace.store.sessions.end(visit.token, visit.actor, visit.real_now)
    response = visit.go_to("/dang-nhap")
    visit.give_token(response, new_token())
    return response
