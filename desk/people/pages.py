"""Đăng nhập, đăng xuất: the pages in front of all others."""

from urllib.parse import urlsplit

from fastapi import Response

from desk.guarding import Visiting
from desk.pages import PageSet
from desk.people.keys import new_token
from desk.people.training import list_demo_people
from desk.rules import EVERYBODY, HALF_SIGNED_IN

PAGES = PageSet()
HOME = "/"


@PAGES.get("/dang-nhap", may=EVERYBODY)
def show_sign_in(visit: Visiting, den: str = HOME) -> Response:
    people = list_demo_people(visit.workspace.store) if visit.desk.is_training else ()
    return visit.show("sign_in.html.j2", leads_to=keep_local(den), people=people)


@PAGES.post("/dang-xuat", may=HALF_SIGNED_IN)
def sign_out(visit: Visiting) -> Response:
    visit.workspace.store.sessions.end(visit.token, visit.actor, visit.real_now)
    response = visit.go_to("/dang-nhap")
    visit.give_token(response, new_token())
    return response


def keep_local(path: str) -> str:
    """The path where it is one of ours; the first page where it leads anywhere else."""
    split = urlsplit(path)
    is_plain = path.isprintable() and "\\" not in path
    is_ours = path.startswith("/") and not path.startswith("//") and not split.scheme and not split.netloc
    return path if is_plain and is_ours else HOME
