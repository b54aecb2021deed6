"""A one-stop desk of the iGate kind whose paths, names, codes, dates and pages are its own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from urllib.parse import parse_qs

from tests.connectors.strangers.serve import Answer, Asked

HERE = timezone(timedelta(hours=7))
SIGN_IN = "/dang-nhap/realms/mien-nui/token"
SEARCH = "/motcua/ho-so/tra-cuu"
MOST_ROWS = 40
WHOLLY_ONLINE, PARTLY_ONLINE, INFORMATION_ONLY = "TOAN_TRINH", "MOT_PHAN", "THONG_TIN"
ONLINE, IN_PERSON, BY_POST = "QUA_MANG", "TAI_QUAY", "BUU_DIEN"
UNIT = "don-vi-07"


@dataclass(frozen=True)
class Dossier:
    """One dossier as the desk knows it."""

    number: str
    procedure: str
    level: str
    channel: str
    submitted_at: datetime
    accepted_at: datetime


def open_desk(first: date, last: date, seed: int = 7) -> list[Dossier]:
    """Dossiers accepted from the first to the last day, some at the very edges of a day."""
    chance = Random(seed)
    procedures = [
        (f"{1 + n % 2}.{3000 + n:06}", level)
        for n, level in enumerate([WHOLLY_ONLINE] * 9 + [PARTLY_ONLINE] * 6 + [INFORMATION_ONLY] * 2)
    ]
    dossiers: list[Dossier] = []
    day = first
    while day <= last:
        for _ in range(chance.randint(0, 9)):
            code, level = chance.choice(procedures)
            channels = (
                [IN_PERSON, BY_POST] if level == INFORMATION_ONLY else [ONLINE, ONLINE, ONLINE, IN_PERSON, BY_POST]
            )
            clock = chance.choice([(0, 0, 1), (7, 30, 0), (10, 5, 9), (16, 59, 59), (23, 59, 58)])
            accepted = datetime(day.year, day.month, day.day, *clock, tzinfo=HERE)
            number = f"X07-{day:%y%m%d}-{len(dossiers):05}"
            waited = timedelta(minutes=chance.randint(0, 600))
            dossiers.append(Dossier(number, code, level, chance.choice(channels), accepted - waited, accepted))
        day += timedelta(days=1)
    return dossiers


def count_true(dossiers: list[Dossier], first: date, last: date) -> dict[str, int]:
    """What the desk itself would answer for a window of local days."""
    here = [one for one in dossiers if first <= one.accepted_at.astimezone(HERE).date() <= last]
    counts = {"all": len(here)}
    for level in (WHOLLY_ONLINE, PARTLY_ONLINE):
        mine = [one for one in here if one.level == level]
        counts[level] = len(mine)
        counts[f"{level} online"] = sum(one.channel == ONLINE for one in mine)
    used = {one.procedure for one in here if one.level != INFORMATION_ONLY}
    counts["services used"] = len(used)
    online = {one.procedure for one in here if one.level != INFORMATION_ONLY and one.channel == ONLINE}
    counts["services used online"] = len(online)
    return counts


class Desk:
    """Answers sign-in and search; pages are counted from one and never longer than MOST_ROWS."""

    def __init__(
        self, dossiers: list[Dossier], units: tuple[str, ...] = (UNIT,), most_shown: int | None = None
    ) -> None:
        """The dossiers are dealt out among the units; whatever unit is asked for, all are shown."""
        self.dossiers = sorted(dossiers, key=lambda one: one.number)
        self.units = units
        self.most_shown = most_shown

    def sign_in(self, asked: Asked) -> Answer:
        """The sign-in host's only address."""
        if asked.path != SIGN_IN or asked.method != "POST":
            return 404, {"loi": "khong co trang nay"}
        given = parse_qs(asked.body)
        if "client_id" not in given and "authorization" not in asked.headers:
            return 401, {"error": "invalid_client"}
        return 200, {"access_token": "the-vao-cua", "expires_in": 280, "token_type": "bearer"}

    def answer(self, asked: Asked) -> Answer:
        """The data host's only address."""
        if asked.path != SEARCH:
            return 404, {"loi": "khong co trang nay"}
        if asked.headers.get("authorization", "").split(" ")[-1] != "the-vao-cua":
            return 401, {"loi": "chua dang nhap"}
        kept = [one for one in self.dossiers if _is_wanted(one, asked.query)][: self.most_shown]
        number = max(int(asked.query.get("trang", "1")), 1)
        size = min(int(asked.query.get("so-dong", "10")), MOST_ROWS)
        shown = kept[(number - 1) * size : number * size]
        pages = -(-len(kept) // size)
        return 200, {
            "content": [_write_row(one, self.units[n % len(self.units)]) for n, one in enumerate(shown)],
            "number": number,
            "size": size,
            "numberOfElements": len(shown),
            "totalElements": len(kept),
            "totalPages": pages,
            "first": number == 1,
            "last": number >= pages,
        }


def _is_wanted(one: Dossier, query: dict[str, str]) -> bool:
    for name, instant in (("accepted", one.accepted_at), ("applied", one.submitted_at)):
        since, until = query.get(f"{name}-from"), query.get(f"{name}-to")
        if since and instant < _read_instant(since):
            return False
        if until and instant > _read_instant(until):
            return False
    return True


def _read_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _write_instant(instant: datetime) -> str:
    return instant.astimezone(HERE).strftime("%d/%m/%Y %H:%M:%S")


def _write_row(one: Dossier, unit: str) -> dict[str, object]:
    return {
        "khoa": one.number[::-1],
        "soHoSo": one.number,
        "ngayNop": _write_instant(one.submitted_at),
        "ngayTiepNhan": _write_instant(one.accepted_at),
        "ngayHenTra": _write_instant(one.accepted_at + timedelta(days=5)),
        "ngayXong": None,
        "thuTuc": {"ma": f"{one.procedure}.000.00.00.H99", "ten": "Thủ tục", "mucDo": {"ma": one.level}},
        "trangThai": {"ma": "DANG_GIAI_QUYET"},
        "kenh": {"ma": one.channel},
        "donVi": {"ma": unit},
        "nguoiNop": {"hoTen": "Người Nộp Giả Định", "dienThoai": "0900000000"},
    }
