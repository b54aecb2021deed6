"""Days and times: 12/12/2025 beside 2025-12-12, by Viet Nam's clock."""

import re
from datetime import date, datetime, time
from typing import Final

from baocao.domain import VIETNAM
from baocao.messages import quote_given
from baocao.written.errors import WrongValueError

DAY_FORMS: Final = "ghi như 12/12/2025 hoặc 2025-12-12"
INSTANT_FORMS: Final = "ghi như 05/01/2026 09:00 hoặc 2026-01-05T09:00"
_DAY_FIRST = re.compile(r"(?:ngày\s+)?(\d{1,2})(?:\s*[/.-]\s*|\s+tháng\s+)(\d{1,2})(?:\s*[/.-]\s*|\s+năm\s+)(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})([/-])(\d{1,2})\2(\d{1,2})")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_TIME = r"(\d{1,2})(?::(\d{2})(?::(\d{2}))?|\s*(?:h|giờ)\s*(\d{2})?)"
_DAY_THEN_TIME = re.compile(rf"(?P<day>.+?)(?:[T,]\s*|\s+)(?:lúc\s+)?{_TIME}", re.IGNORECASE)
_TIME_THEN_DAY = re.compile(rf"{_TIME}(?:[,]\s*|\s+)(?P<day>.+)", re.IGNORECASE)


def read_day(given: object) -> date:
    """Raise WrongValueError where it is no day, or one that does not exist."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    text = " ".join(given.split()) if isinstance(given, str) else ""
    first, last = _DAY_FIRST.fullmatch(text), _YEAR_FIRST.fullmatch(text)
    if _SHORT_YEAR.fullmatch(text):
        raise WrongValueError(f"năm phải đủ bốn chữ số; {DAY_FORMS}{quote_given(text)}")
    if first is None and last is None:
        raise WrongValueError(f"không phải ngày; {DAY_FORMS}{quote_given(given)}")
    numbers = (first[3], first[2], first[1]) if first else (last[1], last[3], last[4]) if last else ()
    try:
        return date(*map(int, numbers))
    except ValueError:
        raise WrongValueError(f"không phải ngày có thật; {DAY_FORMS}{quote_given(text)}") from None


def read_instant(given: str) -> datetime:
    """A day, or a day and a time, in Viet Nam's time unless it says otherwise. Raise WrongValueError."""
    text = " ".join(given.split())
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = _read_day_and_time(text)
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def _read_day_and_time(text: str) -> datetime:
    found = _DAY_THEN_TIME.fullmatch(text) or _TIME_THEN_DAY.fullmatch(text)
    try:
        if found is None:
            return datetime.combine(read_day(text), time())
        day = read_day(found["day"])
        hour, minute, second, after_hour = (part for part in found.groups() if part != found["day"])
        return datetime.combine(day, time(int(hour), int(minute or after_hour or 0), int(second or 0)))
    except ValueError:
        raise WrongValueError(f"không phải ngày giờ; {INSTANT_FORMS}{quote_given(text)}") from None
