"""What the connectors of the contract suite collect from a sandbox, and the true figures for the same days."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from baocao.catalogue import Catalogue
from baocao.records import MORE
from connectors.contract import ParseResult
from sandbox.server import RunningSandbox
from sandbox.world.data_sets import data_set
from sandbox.world.ledger import Channel, Dossier, Level, Status
from sandbox.world.periods import local_day
from tests.connectors.suite import ENTRIES, WINDOW, Asked, assignment, connector

LEVELS = {Level.FULL: "full", Level.PARTIAL: "partial"}
UNCOUNTED = (Status.REGISTERED, Status.REFUSED)


def collect(
    catalogue: Catalogue,
    sandbox: RunningSandbox,
    source_code: str,
    more: Iterable[str] = tuple(MORE["dossiers"]),
    **options: Any,
) -> ParseResult:
    """What the entry of this source collects for its unit and window, with other options where given.

    It is asked for every column only some reports need, unless `more` says which.
    """
    entry = next(entry for entry in ENTRIES if entry.source_code == source_code)
    asked = assignment(catalogue, entry, sandbox.url)
    source = asked.source.model_copy(update={"options": {**asked.source.options, **options}, "lookback_days": 365})
    source = source.asked_for(frozenset(more))
    given = type(asked)(**{**vars(asked), "source": source})
    return Asked(entry, connector(catalogue, entry), given).collect()


def values(parsed: ParseResult) -> dict[str, int]:
    """The tallies by indicator; more than one for an indicator would be an error."""
    frame = parsed.frames["tallies"]
    assert frame["indicator_code"].is_unique
    return dict(zip(frame["indicator_code"], frame["value"].map(int), strict=True))


def received(name: str, first: date = WINDOW.start_on, last: date = WINDOW.end_on) -> list[Dossier]:
    """The unit's dossiers received from one day to another, whatever their level, as known at the data set's now."""
    now = now_of(name)
    return [d for d in entered(name, first, last) if d.status_at(now) not in UNCOUNTED]


def entered(name: str, first: date, last: date) -> list[Dossier]:
    """The same with the refused."""
    now = now_of(name)
    dossiers = [d for d in data_set(name).ledger.dossiers["dac-khu"] if d.entered_at <= now]
    return [
        d for d in dossiers if d.status_at(now) is not Status.REGISTERED and first <= local_day(d.received_at) <= last
    ]


def now_of(name: str) -> int:
    return int(data_set(name).now.timestamp())


def online(dossiers: list[Dossier]) -> list[Dossier]:
    return [dossier for dossier in dossiers if dossier.channel is Channel.ONLINE]


def whole_numbers(figures: Mapping[str, Decimal | None]) -> dict[str, int]:
    return {code: int(value) for code, value in figures.items() if value is not None}


def days(frame: pd.DataFrame) -> set[tuple[date, date]]:
    """The days the tallies of a frame stand for."""
    return {(start.date(), end.date()) for start, end in zip(frame["start_on"], frame["end_on"], strict=True)}
