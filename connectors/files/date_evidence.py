"""What the dates of one exported file say about how they are written: where they can be read two ways, they decide."""

import re
from collections.abc import Iterable
from typing import Any

from baocao.domain import Window
from connectors.reading.moments import FIRST_NO_SERIAL, MONTHS, DateStyle, as_moment

_BEGINS_WITH_NUMBERS = re.compile(
    r"(?:\d{1,2}[:hg][\d:.,]+[ ,]+(?:ngày )?)?(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})\b"
)


class DateEvidence:
    """What the dates of one file say about how they are written, held against the window asked for.

    A program writes all its dates the same way. If some first number is above 12, day comes first. If none is, both
    ways are possible, and the one that puts more of them into the window is the likelier; so with day numbers.
    """

    def __init__(self, window: Window, style: DateStyle) -> None:
        self._window = window
        self._style = style
        self._is_settled = False
        self._inside = {"as read": 0, "month first": 0}
        self._serials = {"as read": 0, "since 1904": 0}

    def note(self, values: Iterable[Any]) -> None:
        """Take in one column's cells, those that are dates."""
        for value in values:
            if isinstance(value, str) and (found := _BEGINS_WITH_NUMBERS.match(" ".join(value.split()))):
                self._note_numbers(value, int(found[1]), int(found[2]))
            elif isinstance(value, int | float) and not isinstance(value, bool) and value < FIRST_NO_SERIAL:
                self._serials["as read"] += self._is_inside(value, self._style)
                self._serials["since 1904"] += self._is_inside(value, DateStyle(starts_1904=True))

    def _note_numbers(self, value: str, first: int, following: int) -> None:
        if first > MONTHS or following > MONTHS:
            self._is_settled = True
        elif first != following:
            other = DateStyle(month_first=True, years=self._style.years)
            self._inside["as read"] += self._is_inside(value, self._style)
            self._inside["month first"] += self._is_inside(value, other)

    def _is_inside(self, value: Any, style: DateStyle) -> bool:
        try:
            return self._window.start_on <= as_moment(value, style).date() <= self._window.end_on
        except (ValueError, OverflowError):
            return False

    def doubt(self, *, is_declared: bool) -> str:
        """Why the dates are more likely meant otherwise, else nothing; `is_declared`: the mapping says the order."""
        read, other = self._inside.values()
        if other > read and not (self._is_settled or is_declared):
            return (
                f"không có ngày nào trên 12; đọc ngày/tháng thì {read} ngày nằm trong kỳ, đọc tháng/ngày thì {other}. "
                "Ghi day_order: month_first (hoặc day_first) trong options, hoặc xuất ngày dạng yyyy-mm-dd"
            )
        read, other = self._serials.values()
        if other > read and not self._style.starts_1904:
            return (
                f"số ngày tính từ 1900 thì {read} ngày nằm trong kỳ, từ 1904 thì {other}. "
                "Định dạng cột là ngày rồi lưu lại"
            )
        return ""
