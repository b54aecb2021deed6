"""A document system of the QLVBĐH kind whose paths, names, codes and pages are its own."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from tests.connectors.strangers.serve import Answer, Asked

SIGN_IN = "/van-thu/dich-vu/dang-nhap"
SEARCH = "/van-thu/dich-vu/tra-cuu"
COUNT_PAGES = "/van-thu/dich-vu/dem-trang"
OUTGOING, INCOMING = "DI", "DEN"
BY_AXIS, ON_PAPER = "TRUC", "GIAY"
MOST_ROWS = 25


@dataclass(frozen=True)
class Paper:
    """One document as the clerk knows it."""

    key: str
    direction: str
    issued_on: date
    is_signed: bool
    sent_by: str


def open_register(first: date, last: date, seed: int = 11) -> list[Paper]:
    """Documents of both directions for each day."""
    chance = Random(seed)
    papers: list[Paper] = []
    day = first
    while day <= last:
        papers += [
            Paper(
                f"VB{len(papers) + n:06}",
                chance.choice([OUTGOING, INCOMING]),
                day,
                chance.random() < 0.8,
                chance.choice([BY_AXIS, BY_AXIS, BY_AXIS, ON_PAPER]),
            )
            for n in range(chance.randint(0, 6))
        ]
        day += timedelta(days=1)
    return papers


def count_true(papers: list[Paper], first: date, last: date) -> dict[str, int]:
    """What the clerk would answer for a window."""
    sent = [one for one in papers if one.direction == OUTGOING and first <= one.issued_on <= last]
    return {"sent": len(sent), "electronic": sum(one.is_signed and one.sent_by == BY_AXIS for one in sent)}


class Register:
    """Answers sign-in, search and the count of pages; every reply is HTTP 200 with its own status inside."""

    def __init__(self, papers: list[Paper], most_shown: int | None = None) -> None:
        self.papers = papers
        self.most_shown = most_shown

    def answer(self, asked: Asked) -> Answer:
        """One request."""
        given = json.loads(asked.body or "{}")
        if asked.path == SIGN_IN:
            return _wrap({"token": "the-van-thu", "username": given.get("username", "")})
        if asked.headers.get("x-authentication-token") != "the-van-thu":
            return 401, {"status": {"code": "401", "message": "Chưa đăng nhập"}, "data": None}
        if asked.path not in {SEARCH, COUNT_PAGES}:
            return 404, {"status": {"code": "404", "message": "Không có"}, "data": None}
        kept = [one for one in self.papers if _is_wanted(one, given)][: self.most_shown]
        size = min(int(given.get("pageRec", "10")), MOST_ROWS)
        if asked.path == COUNT_PAGES:
            return _wrap({"pageNo": str(-(-len(kept) // size)), "pageRec": str(size)})
        number = int(given.get("pageNo", "1"))
        return _wrap([_write_row(one) for one in kept[(number - 1) * size : number * size]])


def _is_wanted(one: Paper, given: dict[str, object]) -> bool:
    inside = given.get("parameter")
    asked = {**given, **(inside if isinstance(inside, dict) else {})}
    since, until = _read_day(asked.get("startDateBanHanh")), _read_day(asked.get("endDateBanHanh"))
    return (since is None or one.issued_on >= since) and (until is None or one.issued_on <= until)


def _read_day(value: object) -> date | None:
    return datetime.strptime(str(value), "%d/%m/%Y").date() if value else None  # noqa: DTZ007  a day has no zone


def _wrap(content: object) -> Answer:
    return 200, {"status": {"code": "0", "message": "Thành công"}, "data": content}


def _write_row(one: Paper) -> dict[str, object]:
    return {
        "khoaVanBan": one.key,
        "chieu": one.direction,
        "ngayKy": f"{one.issued_on:%d/%m/%Y}",
        "kySo": "DA_KY" if one.is_signed else "CHUA_KY",
        "cachGui": one.sent_by,
        "noiDung": "Văn bản giả định",
    }
