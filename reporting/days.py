"""Days as a person names them on the command line."""

from datetime import UTC, date, datetime, time

from baocao.domain import VIETNAM
from baocao.errors import ConfigError

MORNING = time(7)


def read_day(text: str) -> date:
    """A day written 2025-12-15; ConfigError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"'{text}' is not a day; write 2025-12-15") from error


def morning_of(text: str) -> datetime:
    """Seven in the morning of that day in Viet Nam."""
    return datetime.combine(read_day(text), MORNING, VIETNAM).astimezone(UTC)
