"""The hours people work tell in which zone a system writes: by counts alone, of many days."""

from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pandas as pd
import pytest

from connectors.reading.hours import WorkingHours

HERE = timezone(timedelta(hours=7))


def seen(clock: list[int], form: str, shift: int = 0) -> WorkingHours:
    """Hours of receipt in Viet Nam, as a system writes them and as they are read."""
    chance, hours = Random(3), WorkingHours()
    moments = [datetime(2025, 10, 1 + n % 28, hour, chance.randint(1, 59), tzinfo=HERE) for n, hour in enumerate(clock)]
    texts = pd.Series([(at + timedelta(hours=shift)).strftime(form) for at in moments], dtype="object")
    read = [datetime.fromisoformat(text) for text in texts]
    known = [at if at.tzinfo else at.replace(tzinfo=HERE) for at in read]
    hours.note(list(texts), pd.to_datetime(pd.Series([at.astimezone(UTC) for at in known]), utc=True))
    return hours


PLAIN, ZONED = "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"
OFFICE = [7, 8, 9, 10, 11, 13, 14, 15, 16] * 12
ONLINE_TOO = OFFICE + [19, 20, 21, 22, 6] * 12
ALL_DAY = list(range(24)) * 6
EDGES = [0, 7, 10, 16, 23] * 12
EVENING = [17, 18, 19, 20, 21, 22] * 12


@pytest.mark.parametrize(
    ("clock", "form", "shift", "utc_unsaid", "local_as_utc"),
    [
        (OFFICE, PLAIN, 0, False, False),
        (OFFICE, PLAIN, -7, True, False),
        (ONLINE_TOO, PLAIN, 0, False, False),
        (ONLINE_TOO, PLAIN, -7, True, False),
        (OFFICE, ZONED, -7, False, False),
        (OFFICE, ZONED, 0, False, True),
        (ALL_DAY, PLAIN, 0, False, False),
        (ALL_DAY, PLAIN, -7, False, False),
        (EVENING, PLAIN, 0, False, False),
        (EDGES, PLAIN, 0, False, False),
        (OFFICE[:20], PLAIN, -7, False, False),
    ],
)
def test_the_zone_is_told_by_many_hours_and_never_by_few(
    clock: list[int], form: str, shift: int, utc_unsaid: bool, local_as_utc: bool
) -> None:
    hours = seen(clock, form, shift)
    assert (hours.is_utc_unsaid, hours.is_local_as_utc) == (utc_unsaid, local_as_utc)


@pytest.mark.parametrize(
    ("clock", "form", "leaves_open"),
    [
        (OFFICE, PLAIN, False), (ONLINE_TOO, PLAIN, False), (EVENING, PLAIN, False), (ALL_DAY, PLAIN, True),
        (EDGES, PLAIN, True),
        (OFFICE[:20], PLAIN, True), (OFFICE[:20], ZONED, False), ([], PLAIN, False),
    ],
)  # fmt: skip
def test_few_hours_or_hours_all_day_leave_the_zone_open(clock: list[int], form: str, leaves_open: bool) -> None:
    assert seen(clock, form).leaves_zone_open == leaves_open
