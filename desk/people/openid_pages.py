"""To the province's own sign-in, and back from it."""

from typing import Final

from fastapi import Response

from baocao.people import Actor, Person
from desk.guarding import Visiting
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.people.beginning import HOME, answer_sign_in, begin_session, keep_local
from desk.people.openid import WAY_PATH, WAY_S, OpenIdClient, ProviderError, SignedInSubject
from desk.people.sign_in import SignInRefusedError
from desk.rules import EVERYBODY
from desk.visits import Visit, is_secure

PAGES = PageSet()
WAY_COOKIE: Final = "baocao-openid"
UNKNOWN: Final = (
    "Tài khoản này của tỉnh chưa được cấp quyền ở đây. Gửi mã sau cho quản trị hệ thống (CNTT) để được thêm: {}"
)


@PAGES.get("/dang-nhap/openid", may=EVERYBODY)
def go_to_provider(visit: Visiting, den: str = HOME) -> Response:
    address, kept = _openid(visit).begin(keep_local(den))
    response = visit.go_to(address)
    secure = is_secure(visit.request)
    response.set_cookie(WAY_COOKIE, kept, WAY_S, httponly=True, secure=secure, samesite="lax", path=WAY_PATH)
    return response


@PAGES.get(WAY_PATH, may=EVERYBODY)
def come_from_provider(visit: Visiting) -> Response:
    kept = visit.request.cookies.get(WAY_COOKIE, "")
    try:
        signed_in, leads_to = _openid(visit).finish(kept, dict(visit.request.query_params))
        person = _find_person(visit, signed_in)
    except (SignInRefusedError, ProviderError) as refused:
        response = answer_sign_in(visit, HOME, str(refused))
    else:
        has_code = signed_in.has_second_factor
        response = begin_session(visit, person, has_second_factor=has_code, by="openid", leads_to=keep_local(leads_to))
    response.delete_cookie(WAY_COOKIE, path=WAY_PATH)
    return response


def _openid(visit: Visit) -> OpenIdClient:
    """Raise MissingPageError where this installation has no provider."""
    if visit.desk.openid is None:
        raise MissingPageError
    return visit.desk.openid


def _find_person(visit: Visit, signed_in: SignedInSubject) -> Person:
    """Raise SignInRefusedError where nobody here has this account of the province, or may not come in."""
    person = visit.workspace.store.people.find_by_subject(signed_in.subject)
    if person is None:
        raise SignInRefusedError(UNKNOWN.format(signed_in.shown))
    actor = Actor(person.person_code, visit.origin)
    return visit.desk.sign_in.admit(visit.workspace.store, actor, visit.real_now)
