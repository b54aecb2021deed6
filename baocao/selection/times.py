"""Which records are in time, or still open, and how that is said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from baocao.catalogue import Count
from baocao.domain import Window
from baocao.records import COLUMNS, DAY
from baocao.vocabulary import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def in_time(frame: pd.DataFrame, definition: Count, window: Window) -> tuple[pd.Series, str]:
    assert definition.date_field is not None
    dates = frame[definition.date_field]
    name = FIELDS[definition.date_field]
    is_in_time, words = _time_rule(definition, window)
    chosen = is_in_time(dates)
    if definition.date_fallback:
        chosen |= dates.isna() & is_in_time(frame[definition.date_fallback])
        name = f"{name} (thiếu thì lấy {FIELDS[definition.date_fallback]})"
    return chosen, f"{name} {words}"


def _time_rule(definition: Count, window: Window) -> tuple[Callable[[pd.Series], pd.Series], str]:
    """Which dates count (an empty one never does), and how that is said."""
    start, end = _bounds(definition, window)
    first, last = f"{window.start_on:%d/%m/%Y}", f"{window.end_on:%d/%m/%Y}"
    if definition.when == "before":
        return lambda dates: dates < start, f"trước {first}"
    if definition.when == "until_end":
        return lambda dates: dates < end, f"đến hết {last}"
    return lambda dates: (dates >= start) & (dates < end), f"từ {first} đến hết {last}"


def still_open(frame: pd.DataFrame, definition: Count, window: Window) -> tuple[pd.Series, str]:
    import pandas as pd

    day = window.start_on if definition.open_at == "start" else window.end_on + timedelta(days=1)
    at = window.start_at if definition.open_at == "start" else window.end_at
    finished = frame["finished_at"]
    return finished.isna() | (finished >= pd.Timestamp(at)), f"chưa kết thúc xử lý trước {day:%d/%m/%Y}"


def _bounds(definition: Count, window: Window) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The window's first instant and the first after it, as days where the records hold days."""
    import pandas as pd

    if COLUMNS[definition.records][definition.date_field or ""] == DAY:
        return pd.Timestamp(window.start_on), pd.Timestamp(window.end_on + timedelta(days=1))
    return pd.Timestamp(window.start_at), pd.Timestamp(window.end_at)
