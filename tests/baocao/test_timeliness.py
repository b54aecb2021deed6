"""Early, on time, overdue, and how many days: tables a statistician can read. 14/11/2025 is a Friday."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from baocao.calendar import Calendar
from baocao.catalogue import Count, Indicator
from baocao.counting import count_figure
from baocao.domain import FIRST_MEASURES, Measure, MeasureKind, Window
from baocao.figures import median_of
from baocao.selection import count_records
from tests.baocao.table import table

Q4 = Window(date(2025, 9, 15), date(2025, 12, 14))
CALENDAR = Calendar(regimes={}, holidays={2025: ("11-20",)}, working_days={2025: ("11-29",)})
DAY, WORKING, HOUR = {}, {"days": "working"}, {"by": "hour"}
MEASURES = {**FIRST_MEASURES, "day": Measure("day", "ngày", MeasureKind.DECIMAL, places=2)}
GROUPS = ("early", "on_time", "overdue", "not_due", "no_appointment")


def judge(appointment: dict[str, str], appointed: str | None, finished: str | None) -> str:
    """The one group the dossier is in."""
    row = {"appointment_at": appointed, "finished_at": finished}
    found = {}
    for group in GROUPS:
        where = {"timeliness": [group]}
        definition = Count.model_validate({"records": "dossiers", "where": where, "appointment": appointment})
        found[group] = count_records(definition.on_calendar(CALENDAR), table("dossiers", row), Q4)[0]
    (only,) = [group for group, count in found.items() if count]
    return only


@pytest.mark.parametrize(
    ("appointment", "appointed", "finished", "group"),
    [
        # finished within the period, by the day of the appointment
        (DAY, "2025-11-14 17:00", "2025-11-13 23:59:59", "early"),
        (DAY, "2025-11-14 17:00", "2025-11-14 00:00:00", "on_time"),
        (DAY, "2025-11-14 17:00", "2025-11-14 23:59:59", "on_time"),
        (DAY, "2025-11-14 17:00", "2025-11-15 00:00:00", "overdue"),
        (DAY, "2025-11-14 00:00", "2025-11-14 09:00:00", "on_time"),
        (DAY, None, "2025-11-14 09:00:00", "no_appointment"),
        # to the hour: the same but for the hours behind the appointed one
        (HOUR, "2025-11-14 17:00", "2025-11-14 17:00:00", "on_time"),
        (HOUR, "2025-11-14 17:00", "2025-11-14 17:00:01", "overdue"),
        (HOUR, "2025-11-14 17:00", "2025-11-13 18:00:00", "early"),
        (HOUR, "2025-11-14 00:00", "2025-11-14 09:00:00", "on_time"),  # a day without an hour is the whole day
        (HOUR, "2025-11-14 00:00", "2025-11-15 00:00:01", "overdue"),
        # in working days: late from the next working day on, early from the working day before on
        (WORKING, "2025-11-14 17:00", "2025-11-15 09:00:00", "on_time"),  # Saturday
        (WORKING, "2025-11-14 17:00", "2025-11-17 09:00:00", "overdue"),  # Monday
        (WORKING, "2025-11-17 17:00", "2025-11-15 09:00:00", "early"),
        (WORKING, "2025-11-19 17:00", "2025-11-20 09:00:00", "on_time"),  # a day off in calendars.yaml
        (WORKING, "2025-11-28 17:00", "2025-11-29 09:00:00", "overdue"),  # a Saturday worked in exchange
        # unfinished at the end of the period, whatever happened later
        (DAY, "2025-12-13 17:00", None, "overdue"),
        (DAY, "2025-12-14 08:00", None, "not_due"),
        (DAY, "2025-12-13 17:00", "2025-12-15 00:00:00", "overdue"),
        (DAY, "2025-12-20 17:00", "2025-12-15 00:00:00", "not_due"),
        (HOUR, "2025-12-14 08:00", None, "overdue"),
        (HOUR, "2025-12-14 00:00", None, "not_due"),
        (WORKING, "2025-12-12 08:00", None, "not_due"),  # a Friday; the period ends on a Sunday
        (WORKING, "2025-12-11 08:00", None, "overdue"),
        (DAY, None, None, "no_appointment"),
    ],
)
def test_a_dossier_is_in_one_group_of_its_appointment(
    appointment: dict[str, str], appointed: str | None, finished: str | None, group: str
) -> None:
    assert judge(appointment, appointed, finished) == group


def days(take: str, kind: str, *rows: dict[str, Any]) -> tuple[Decimal | None, list[int]]:
    indicator = Indicator.model_validate(
        {
            "label": "Số ngày", "measure": "day", "system": "one_stop", "owner": "office",
            "count": {
                "records": "dossiers", "where": {"status": ["done"]},
                "days": {"take": take, "from": "received_at", "from_fallback": "submitted_at", "to": "finished_at", "days": kind},
            },
        },
        context={"measures": MEASURES},
    ).on_calendar(CALENDAR)  # fmt: skip
    assert indicator.count is not None
    value, steps, _ = count_figure(indicator, indicator.count, table("dossiers", *rows), Q4)
    return value, [step.left_count for step in steps]


def took(first: str | None, last: str | None, **more: Any) -> dict[str, Any]:
    return {"received_at": first, "finished_at": last, **more}


SAME, ONE, FOUR = (took("2025-11-13 08:00", f"2025-11-{day} 07:00") for day in (13, 14, 17))


@pytest.mark.parametrize(
    ("take", "kind", "rows", "value"),
    [
        ("mean", "calendar", (SAME, ONE, FOUR), "1.67"),
        ("median", "calendar", (SAME, ONE, FOUR), "1"),
        ("median", "calendar", (ONE, FOUR), "2.5"),
        ("mean", "working", (SAME, ONE, FOUR), "1.00"),  # 0, 1 and 2 working days
        ("median", "working", (FOUR,), "2"),
        ("mean", "calendar", (ONE, took(None, "2025-11-14 07:00")), "1.00"),  # one without its first date is left out
        ("mean", "calendar", (ONE, took(None, "2025-11-14 07:00", submitted_at="2025-11-11 07:00")), "2.00"),
        ("mean", "calendar", (ONE, took("2025-11-20 08:00", "2025-11-14 07:00")), "1.00"),  # so is one that ends first
        ("mean", "calendar", (ONE, {**FOUR, "status": "withdrawn"}), "1.00"),
        ("mean", "calendar", (), None),
        ("median", "calendar", (took("2025-11-13 08:00", None),), None),
    ],
)
def test_days_are_taken_of_what_has_both_dates(take: str, kind: str, rows: tuple[Any, ...], value: str | None) -> None:
    assert days(take, kind, *rows)[0] == (None if value is None else Decimal(value))


def test_the_steps_say_how_many_records_the_days_are_of() -> None:
    assert days("mean", "calendar", ONE, took(None, "2025-11-14 07:00"), {**FOUR, "status": "stopped"})[1] == [3, 2, 1]


def test_a_median_is_exact() -> None:
    assert (median_of([7]), median_of([9, 1]), median_of([3, 1, 2]), median_of([])) == (7, 5, 2, None)
    assert median_of([1, 2]) == Decimal("1.5")
