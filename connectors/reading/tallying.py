"""Figures a source counted itself: read strictly, and kept with the days and the basis they stand for."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from baocao.domain import RawPayload, Window
from baocao.errors import SourceContractError
from baocao.records import build_frame, join_frames
from connectors.reading.strict import NO_STATISTIC_VI, Reader

_GROUPED = re.compile(r"\d{1,3}(\.\d{3})*(,0+)?|\d+")
_QUARTER_MONTHS = 3


@dataclass(frozen=True)
class Tally:
    """One figure for one indicator; `basis` is in Vietnamese, for the officer who compares it with another."""

    indicator_code: str
    value: int
    window: Window
    basis: str


@dataclass(frozen=True)
class Quarter:
    """A calendar quarter: the only quarter most statistics know, and not the one reports are due for."""

    year: int
    number: int

    @property
    def window(self) -> Window:
        month = _QUARTER_MONTHS * self.number
        after = date(self.year + month // 12, month % 12 + 1, 1)
        return Window(date(self.year, month - 2, 1), after - timedelta(days=1))

    @property
    def label_vi(self) -> str:
        return f"quý {('I', 'II', 'III', 'IV')[self.number - 1]}/{self.year} dương lịch"


def quarters_of(window: Window) -> list[Quarter]:
    """The calendar quarters a window covers for the greater part; the last day's own where it covers none so."""
    first = window.start_on.year * 4 + (window.start_on.month - 1) // 3
    last = window.end_on.year * 4 + (window.end_on.month - 1) // 3
    touched = [Quarter(index // 4, index % 4 + 1) for index in range(first, last + 1)]
    return [quarter for quarter in touched if _covers_most(window, quarter.window)] or touched[-1:]


def _covers_most(window: Window, quarter: Window) -> bool:
    shared = min(window.end_on, quarter.end_on) - max(window.start_on, quarter.start_on)
    return 2 * (shared.days + 1) > (quarter.end_on - quarter.start_on).days + 1


def whole_number(reader: Reader, name: str, value: Any) -> int:
    """A count as a number, or as text with dots between thousands; anything else is a changed contract."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    text = str(value).strip()
    if isinstance(value, str) and _GROUPED.fullmatch(text):
        return int(text.partition(",")[0].replace(".", ""))
    raise reader.broken(f"trường {name}: không phải số nguyên")


def build_tallies(source_code: str, tallies: Iterable[Tally]) -> pd.DataFrame:
    """A frame of tallies; one of the same source, indicator, days and basis replaces the one before it."""
    made = list(tallies)
    frame = build_frame("tallies", {
        "tally_key": [_key(source_code, tally) for tally in made],
        "indicator_code": [tally.indicator_code for tally in made],
        "value": [tally.value for tally in made],
        "start_on": [pd.Timestamp(tally.window.start_on) for tally in made],
        "end_on": [pd.Timestamp(tally.window.end_on) for tally in made],
        "basis": [tally.basis for tally in made],
    })  # fmt: skip
    return join_frames("tallies", [frame])


def set_aside(payloads: Iterable[RawPayload], parts: tuple[str, ...], kept: list[RawPayload]) -> Iterator[RawPayload]:
    """The payloads one by one, but for those of these parts: they are put into the list."""
    for payload in payloads:
        if payload.request.get("part") in parts:
            kept.append(payload)
        else:
            yield payload


def read_beside(reader: Reader, read: Callable[[Reader], Iterable[Tally]]) -> pd.DataFrame:
    """The tallies that stand beside records: where they cannot be read, that is told and the records stand."""
    apart = Reader(reader.source_code, reader.unit_code)
    try:
        tallies = build_tallies(reader.source_code, read(apart))
        apart.finish({})
    except SourceContractError as error:
        reader.notices.note_doubt(f"{NO_STATISTIC_VI}: {error.reason}")
        return build_tallies(reader.source_code, ())
    reader.notices.note_fields(apart.notices.unknown_fields.elements())
    return tallies


def _key(source_code: str, tally: Tally) -> str:
    days = f"{tally.window.start_on:%Y%m%d}-{tally.window.end_on:%Y%m%d}"
    return f"{source_code}/{tally.indicator_code}/{days}"
