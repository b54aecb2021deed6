"""The Vietnamese lunar calendar from the sun and the moon, at seven hours east of Greenwich: a truth of the tests' own.

New moons and the sun's longitude after Meeus, Astronomical Algorithms; a month without a principal term is the leap month,
and the solstice of winter stands in the eleventh.
"""

from datetime import date, timedelta
from math import floor, pi, radians, sin

_HOURS_EAST = 7
_JULIAN_OF_ORDINAL = 1_721_425
_MONTH_DAYS = 29.530588853


def lunar_date(year: int, month: int, day: int) -> date:
    """The day of a lunar year, never of its leap month."""
    before, after = _eleventh_month(year - 1), _eleventh_month(year)
    wanted = month + 1 if month < 11 else month - 11
    leap = _leap_month(before) if after - before > 365 else None
    return _new_moon(_moon_of(before) + wanted + (leap is not None and wanted >= leap)) + timedelta(days=day - 1)


def _moon_of(day: int) -> int:
    return floor((day - 2_415_021.076998695) / _MONTH_DAYS + 0.5)


def _new_moon(number: int) -> date:
    """The day on which that new moon since 1900 falls."""
    t = number / 1236.85
    t2, t3 = t * t, t * t * t
    instant = 2_415_020.75933 + 29.53058868 * number + 0.0001178 * t2 - 0.000000155 * t3
    instant += 0.00033 * sin(radians(166.56 + 132.87 * t - 0.009173 * t2))
    sun = radians(359.2242 + 29.10535608 * number - 0.0000333 * t2 - 0.00000347 * t3)
    moon = radians(306.0253 + 385.81691806 * number + 0.0107306 * t2 + 0.00001236 * t3)
    node = radians(21.2964 + 390.67050646 * number - 0.0016528 * t2 - 0.00000239 * t3)
    shift = (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun) - 0.4068 * sin(moon) + 0.0161 * sin(2 * moon)
    shift += -0.0004 * sin(3 * moon) + 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
    shift += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    shift += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(2 * moon + sun)
    late = -0.000278 + 0.000265 * t + 0.000262 * t2
    day = floor(instant + shift - late + 0.5 + _HOURS_EAST / 24)
    return date.fromordinal(day - _JULIAN_OF_ORDINAL)


def _sign_of_sun(day: date) -> int:
    """Which twelfth of its way the sun has entered by the beginning of the day."""
    t = (day.toordinal() + _JULIAN_OF_ORDINAL - 0.5 - _HOURS_EAST / 24 - 2_451_545.0) / 36525
    anomaly = radians(357.52910 + 35999.05030 * t - 0.0001559 * t * t)
    longitude = 280.46645 + 36000.76983 * t + 0.0003032 * t * t
    longitude += (1.914600 - 0.004817 * t) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    return floor(radians(longitude) % (2 * pi) / pi * 6)


def _eleventh_month(year: int) -> int:
    """The Julian day on which the month of the solstice of winter begins."""
    last = date(year, 12, 31).toordinal() + _JULIAN_OF_ORDINAL
    number = floor((last - 2_415_021) / _MONTH_DAYS)
    begun = _new_moon(number)
    if _sign_of_sun(begun) >= 9:
        begun = _new_moon(number - 1)
    return begun.toordinal() + _JULIAN_OF_ORDINAL


def _leap_month(eleventh: int) -> int:
    """How many months after the eleventh the leap month comes."""
    first = _moon_of(eleventh)
    signs = [_sign_of_sun(_new_moon(first + number)) for number in range(15)]
    return next(number for number in range(1, 14) if signs[number] == signs[number + 1])
