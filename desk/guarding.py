"""What stands before every page: who asks, whether they may, and whether a change was asked for from a page of ours."""

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request

from baocao.people import Action
from desk.addresses import NOT_SAVED
from desk.mistakes import ForbiddenError, MissingPageError, SignInNeededError, StalePageError
from desk.rules import PageRule, Reach
from desk.visits import Visit, begin_visit, token_of

SAFE_SITES = frozenset({"same-origin", "none"})


async def check_token(request: Request) -> None:
    """Refuse a change that does not carry the token of this browser's session, or comes from a page of another site."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in SAFE_SITES or not _is_own_origin(request):
        raise StalePageError
    given = request.headers.get("x-csrf-token")
    if given is None:
        form = await request.form()
        given = str(form.get("csrf") or "")
    expected = request.app.state.desk.key.csrf_token(token_of(request))
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise StalePageError


def _is_own_origin(request: Request) -> bool:
    """Browsers name the origin of a change, or say null where they name none to anybody."""
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.url.netloc


@dataclass(frozen=True)
class Guard:
    """Lets a request through that the rule allows, and leaves its visit for the page."""

    rule: PageRule

    def __call__(self, request: Request) -> None:
        visit = _find_visit(request)
        if self.rule.reach is Reach.EVERYBODY:
            return
        _require_sign_in(visit, self.rule)
        if self.rule.action is not None:
            _require_right(visit, self.rule, self.rule.action, request.path_params.get("unit", ""))


def require_session(request: Request) -> None:
    """Send to sign in whoever's session has ended, before their page is called too old."""
    visit = _find_visit(request)
    if visit.session is None:
        raise _need_sign_in(visit)


def _find_visit(request: Request) -> Visit:
    """The one of this request, begun by whichever guard comes first."""
    if not hasattr(request.state, "visit"):
        request.state.visit = begin_visit(request)
    return _the_visit(request)


def _need_sign_in(visit: Visit) -> SignInNeededError:
    lost = "" if visit.request.method == "GET" else f"&{NOT_SAVED}=1"
    return SignInNeededError(f"/dang-nhap?den={quote(visit.path_asked, safe='')}{lost}")


def _require_sign_in(visit: Visit, rule: PageRule) -> None:
    if visit.session is None:
        raise _need_sign_in(visit)
    if rule.reach is not Reach.HALF_SIGNED_IN and visit.session_lacks:
        raise SignInNeededError(visit.session_lacks)


def _require_right(visit: Visit, rule: PageRule, action: Action, unit_code: str) -> None:
    identity = visit.identity
    if rule.reach is Reach.IN_UNIT:
        if not identity.may(Action.VIEW, unit_code):
            raise MissingPageError
        allowed = identity.may(action, unit_code)
    elif rule.reach is Reach.EVERYWHERE:
        allowed = identity.may_everywhere(action)
    else:
        allowed = identity.may_somewhere(action)
    if not allowed:
        raise ForbiddenError


def _the_visit(request: Request) -> Visit:
    visit: Visit = request.state.visit
    return visit


Visiting = Annotated[Visit, Depends(_the_visit)]
"""What a page's function asks for to know who is there, and to answer."""
