"""Days as a person names them on the command line."""

from datetime import UTC, date, datetime, time

from baocao.domain import VIETNAM
from baocao.written.asked import ask_day

MORNING = time(7)


def read_day(text: str) -> date:
    """A day as a person writes it; ConfigError otherwise."""
    return ask_day(text, "ngày")


def morning_of(text: str) -> datetime:
    """Seven in the morning of that day in Viet Nam."""
    return datetime.combine(read_day(text), MORNING, VIETNAM).astimezone(UTC)
