"""What is given on a command line or by the environment: what is wrong is a ConfigError that names the option."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.written.days import read_day, read_instant
from baocao.written.errors import WrongValueError
from baocao.written.periods import read_period

Read = TypeVar("Read")


def ask_period(given: str, option: str = "kỳ báo cáo") -> Period:
    return _ask(read_period, given, option)


def ask_day(given: str, option: str) -> date:
    return _ask(read_day, given, option)


def ask_instant(given: str, option: str) -> datetime:
    return _ask(read_instant, given, option)


def _ask(read: Callable[[str], Read], given: str, option: str) -> Read:
    try:
        return read(given)
    except WrongValueError as error:
        raise ConfigError(f"{option}: {error}") from None
