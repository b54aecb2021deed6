"""Whether dossiers were finished before, on or after their appointment; how many days records took.

A day is a day in Viet Nam. A dossier unfinished at the period's end is held against the period's last instant: it is
`not_due` or already `overdue`. One without an appointment is `no_appointment`, never late and never in time.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from baocao.records import VALUES

if TYPE_CHECKING:
    import numpy.typing as npt

    from baocao.calendar import Calendar
    from baocao.domain import Window

    Numbers = npt.NDArray[np.int64]
    Marks = npt.NDArray[np.bool_]

_DAY_US: Final = 86_400_000_000
_ZONE_US: Final = 7 * 3_600_000_000
_EPOCH: Final = date(1970, 1, 1)
_FARTHEST_DAYS: Final = 3_660
"""A date farther from the period than ten years is as far as that: working days are not counted for ever."""


def find_timeliness(
    frame: pd.DataFrame, window: Window, *, to_the_hour: bool = False, calendar: Calendar | None = None
) -> pd.Series:
    """One of the values of `timeliness` for each dossier; with a calendar by working days.

    By day a dossier is late from the day after its appointment, in working days from the next working day; to the hour
    from the appointed instant, where the appointment has one: at midnight it is the whole day.
    """
    end = _micros(window)
    finished, is_finished = _instants(frame["finished_at"], end)
    appointed, has_appointment = _instants(frame["appointment_at"], end)
    is_over = is_finished & (finished < end)
    moment = np.where(is_over, finished, end - 1)
    due, done = _days(appointed), _days(moment)
    if calendar is not None:
        due, done = _count_worked(calendar, window, due, done)
    is_late = done > due
    if to_the_hour:
        at_midnight = (appointed + _ZONE_US) % _DAY_US == 0
        is_late = np.where(at_midnight, is_late, moment > appointed)
    found = np.select(
        [~has_appointment, is_late, ~is_over, done < due], ["no_appointment", "overdue", "not_due", "early"], "on_time"
    )
    return pd.Series(pd.Categorical(found, VALUES["timeliness"]), index=frame.index)


def find_days(
    starts: pd.Series, ends: pd.Series, window: Window, calendar: Calendar | None = None
) -> tuple[Numbers, Marks]:
    """Days after the first date up to the second, 0 on one day; and which records have both, in that order."""
    first, has_first = _instants(starts, _micros(window))
    last, has_last = _instants(ends, _micros(window))
    begun, over = _days(first), _days(last)
    is_known = has_first & has_last & (begun <= over)
    if calendar is not None:
        begun, over = _count_worked(calendar, window, begun, over)
    return over - begun, is_known


def _instants(dates: pd.Series, otherwise: int) -> tuple[Numbers, Marks]:
    """Microseconds since 1970 in UTC, `otherwise` where there is none; and where there is one."""
    known = dates.notna().to_numpy()
    whole = dates.dt.tz_convert("UTC") if dates.dt.tz is not None else dates.dt.tz_localize("Asia/Ho_Chi_Minh")
    micros = whole.dt.as_unit("us").array.asi8
    return np.where(known, micros, otherwise), known


def _micros(window: Window) -> int:
    return int(pd.Timestamp(window.end_at).as_unit("us").value // 1_000)


def _days(micros: Numbers) -> Numbers:
    return (micros + _ZONE_US) // _DAY_US


def _count_worked(calendar: Calendar, window: Window, first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    """For each day how many working days there are up to and including it, from the earliest of all on."""
    far = timedelta(days=_FARTHEST_DAYS)
    low, high = ((day - _EPOCH).days for day in (window.start_on - far, window.end_on + far))
    first, second = np.clip(first, low, high), np.clip(second, low, high)
    start, end = (
        int(reach(np.append(first, second), initial=(window.end_on - _EPOCH).days)) for reach in (np.min, np.max)
    )
    days = (_EPOCH + timedelta(days=number) for number in range(start, end + 1))
    counted = np.cumsum([calendar.is_working_day(day) for day in days])
    return counted[first - start], counted[second - start]
