"""Việc hôm nay: what the person who has signed in owes now, the most urgent first."""

from fastapi import Response

from desk.guarding import Visiting
from desk.pages import PageSet
from desk.rules import SIGNED_IN

PAGES = PageSet()


@PAGES.get("/", may=SIGNED_IN, nav="Việc hôm nay")
def show_today(visit: Visiting) -> Response:
    return visit.show("today.html.j2")
