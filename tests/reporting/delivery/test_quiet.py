"""When a message goes: quiet hours, days off, digests, as a table."""

from datetime import datetime

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import QuietHours, Route
from baocao.domain import VIETNAM, Severity
from reporting.delivery.quiet import find_send_time

NIGHT = {"from": "18:00", "to": "07:00", "days_off": True}
NOON = {"from": "11:30", "to": "13:30", "days_off": False}
# 2025-12-15 is a Monday; 30/4 and 1/5 are days off.
TABLE = [
    ("at once", {}, None, "critical", "2025-12-15 23:00", "2025-12-15 23:00", False),
    ("working hours", {}, NIGHT, "critical", "2025-12-15 10:00", "2025-12-15 10:00", False),
    ("evening", {}, NIGHT, "critical", "2025-12-15 18:00", "2025-12-16 07:00", True),
    ("before dawn", {}, NIGHT, "critical", "2025-12-16 06:59", "2025-12-16 07:00", True),
    ("at the end", {}, NIGHT, "critical", "2025-12-16 07:00", "2025-12-16 07:00", False),
    ("Friday evening", {}, NIGHT, "critical", "2025-12-12 19:00", "2025-12-15 07:00", True),
    ("Saturday noon", {}, NIGHT, "critical", "2025-12-13 12:00", "2025-12-15 07:00", True),
    ("holidays", {}, NIGHT, "warning", "2025-04-29 20:00", "2025-05-05 07:00", True),
    ("weekends count when told so", {}, {**NIGHT, "days_off": False}, "critical", "2025-12-13 12:00",
     "2025-12-13 12:00", False),
    ("excepted", {}, {**NIGHT, "except": ["critical"]}, "critical", "2025-12-13 23:00", "2025-12-13 23:00", False),
    ("not excepted", {}, {**NIGHT, "except": ["critical"]}, "warning", "2025-12-15 23:00", "2025-12-16 07:00", True),
    ("noon rest", {}, NOON, "critical", "2025-12-15 12:00", "2025-12-15 13:30", True),
    ("after noon rest", {}, NOON, "critical", "2025-12-15 13:30", "2025-12-15 13:30", False),
    ("digest", {"digest": "07:30"}, None, "warning", "2025-12-15 10:00", "2025-12-16 07:30", True),
    ("digest of today", {"digest": "16:00"}, None, "warning", "2025-12-15 10:00", "2025-12-15 16:00", True),
    ("digest over a weekend", {"digest": "08:00"}, NIGHT, "warning", "2025-12-12 10:00", "2025-12-15 07:00", True),
]  # fmt: skip


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(("what", "route", "quiet", "severity", "now", "leaves", "shared"), TABLE,
                         ids=[row[0] for row in TABLE])  # fmt: skip
def test_a_letter_leaves_when_somebody_may_be_disturbed(
    catalogue: Catalogue, what, route, quiet, severity, now, leaves, shared
) -> None:
    rules = QuietHours.model_validate(quiet) if quiet else None
    way = Route.model_validate({"channels": ["log"], **route})
    found = find_send_time(way, rules, Severity(severity), moment(now), catalogue.calendar)
    assert (found.at, found.is_shared) == (moment(leaves), shared)
