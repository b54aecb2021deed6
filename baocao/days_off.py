"""Days off of a year calendars.yaml does not declare: Labour Code 2019, Articles 111 and 112, by `holidays`.

How Tết is laid out around the weekend and which second day National Day has is announced for every year; so what is
found here for a year not yet announced is an estimate, and is told as one.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

SATURDAY = 5


@dataclass(frozen=True)
class LegalDays:
    """The days off of a year from Monday to Friday, and the Saturdays and Sundays worked in exchange."""

    off: frozenset[date]
    worked: frozenset[date]


@cache
def legal_days(year: int) -> LegalDays:
    """Loaded only when asked for: the library takes a fifth of a second to import."""
    from holidays import country_holidays

    around = country_holidays("VN", years=range(year - 1, year + 2))
    return LegalDays(
        frozenset(day for day in around if day.year == year and day.weekday() < SATURDAY),
        frozenset(day for day in around.weekend_workdays if day.year == year),
    )
