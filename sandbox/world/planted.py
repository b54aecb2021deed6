"""Invented persons, recognisable wherever they turn up: what a privacy test searches for."""

import re
from typing import NamedTuple

TOKEN_PREFIX = "bcsbx-"  # noqa: S105 - what invented tokens begin with

PLANTED_PATTERNS: dict[str, re.Pattern[str]] = {
    "name": re.compile(r"(?:Nguyễn|Trần|Lê|Phạm) (?:Văn|Thị) Mẫu \d{5,}", re.IGNORECASE),
    "identity_number": re.compile(r"(?<![0-9a-f.-])099099\d{6}(?![0-9a-f])"),
    "phone": re.compile(r"(?<![0-9a-f.-])0999\d{6}(?![0-9a-f])"),  # not within a hash, a UUID or a fraction
    "email": re.compile(r"cong\.dan\.\d{5,}@mau\.invalid"),
    "address": re.compile(r"Ngõ Giả Định \d{5,}"),
    "token": re.compile(re.escape(TOKEN_PREFIX) + r"[a-z0-9_.-]+"),
}

_FAMILY_NAMES = ("Nguyễn Văn", "Trần Thị", "Lê Văn", "Phạm Thị")


class PlantedPerson(NamedTuple):
    """Nobody: every value carries the same number and matches one of PLANTED_PATTERNS."""

    full_name: str
    identity_number: str
    phone: str
    email: str
    address: str
    birthday: str


def invent_person(sequence: int) -> PlantedPerson:
    """The person with this number, always the same."""
    return PlantedPerson(
        full_name=f"{_FAMILY_NAMES[sequence % 4]} Mẫu {sequence:05d}",
        identity_number=f"099099{sequence % 1_000_000:06d}",
        phone=f"0999{sequence % 1_000_000:06d}",
        email=f"cong.dan.{sequence:05d}@mau.invalid",
        address=f"Ngõ Giả Định {sequence:05d}, tỉnh Biển Mẫu",
        birthday=f"{1950 + sequence % 55}-{1 + sequence % 12:02d}-{1 + sequence % 28:02d}T00:00:00.000+0000",
    )
