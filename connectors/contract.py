"""What every connector is: `fetch` talks to the network and reads nothing, `parse` reads and never opens a socket."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import pandas as pd

from baocao.catalogue import Source
from baocao.coverage import Coverage
from baocao.domain import RawPayload, Window
from baocao.notices import Notices
from connectors.assumptions import Assumption

UNIT_MARK = "{unit}"
"""Stands for a unit's key where a path or a file's name is said: a key may be a secret typed into the wrong place."""


class RateLimits(Protocol):
    """When a source may be asked: moments, and slots for asking at once, as the store hands them out to all."""

    def __hash__(self) -> int: ...

    def reserve(self, source_code: str, count: int, interval_s: float) -> float:
        """Take the next `count` moments, `interval_s` apart; returns the first, by `time.monotonic()`."""

    def take_slot(self, source_code: str, slots: int, ttl_s: float) -> int | None:
        """One of the slots for asking at once; None where all are taken or others have waited longer: ask again."""

    def give_back(self, source_code: str, slot: int) -> None: ...


@dataclass(frozen=True)
class SeenExchange:
    """One question as it was sent, and the answer as it came: only for a probe's eyes, never kept.

    `path` and `asked` are in the dialect's own words, `shown` is the address as it was asked here.
    """

    path: str
    shown: str
    asked: Mapping[str, Any]
    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Assignment:
    """One thing to collect: from which source, for which unit (and how the source calls it), which days.

    `base_url` is the source's address with `sandbox://` resolved; `clock` gives UTC now. `already` gives the payloads
    an interrupted attempt kept, in order: a connector may go on from there (`connectors.asking.resuming`) or ignore
    them.
    `rate_limits` is how the pace is shared with other processes; None where this one is alone. `watch` is shown every
    exchange while a source is tried.
    """

    source: Source
    base_url: str
    unit_code: str
    unit_key: str
    window: Window
    secret: str = field(repr=False)
    clock: Callable[[], datetime]
    already: Callable[[], Iterable[RawPayload]] = tuple
    rate_limits: RateLimits | None = field(default=None, repr=False)
    watch: Callable[[SeenExchange], None] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ParseResult:
    """Canonical records by kind (columns of `baocao.records`), and what was not understood.

    `coverage` is added by `connectors.covering`, whatever the dialect.
    """

    frames: Mapping[str, pd.DataFrame]
    notices: Notices = field(default_factory=Notices)
    coverage: Coverage | None = None


class Connector(Protocol):
    """One dialect. `kinds` are the records it gives; the module's docstring names the interface document.

    `assumptions` are what that document leaves open; one that asks over HTTP has some.
    """

    @property
    def code(self) -> str: ...

    @property
    def kinds(self) -> tuple[str, ...]: ...

    @property
    def assumptions(self) -> tuple[Assumption, ...]: ...

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        """Yield every answer, minimised to the declared fields, in the order asked; reading goes on between them.

        Raise SourceUnavailableError, SourceRejectedError or SourceContractError.
        """

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        """Records from kept payloads alone. Raise SourceContractError naming the field that is missing or changed.

        `payloads` can be gone through once only: they may be too many to be held, and may still be coming in.
        """
