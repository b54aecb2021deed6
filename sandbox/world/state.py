"""What the three played systems share: the data, the clock, who is signed in, and hints left by faults."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from fastapi import Request

from sandbox.world.data_sets import DataSet
from sandbox.world.kept_pages import KeptPages
from sandbox.world.ledger import TOKEN_PREFIX, Dossier, Ledger, LedgerUnit, Procedure
from sandbox.world.periods import local_day

T = TypeVar("T")
_KEPT_LISTINGS = 24
_USUAL_LIFE_S = 1_800


@dataclass(frozen=True)
class Options:
    """How strictly the systems behave; lives are in real seconds.

    `honour_zone` makes iGate read the zone in date filters, which by default it ignores, taking the wall time as local.
    `keep_pages` writes each page of its listing once and then reads it from a file: for benchmarks, after a first pass.
    """

    honour_zone: bool = False
    keep_pages: bool = False
    page_size_cap: int = 1_000
    documents_token_life_s: float = 1_800
    one_stop_token_life_s: float = 300
    portal_session_life_s: float = 1_800


@dataclass
class Hints:
    """What a fault asks of the system that answers."""

    refuse_login: bool = False
    shift: int = 0
    endless: bool = False
    drops_empty_dates: bool = False
    post_is_the_accounts: bool = False
    levels_in_details: bool = False
    to_the_hour: bool = False


def hints(request: Request) -> Hints:
    """The hints for this request, none by default."""
    found: Hints = request.scope.get("sandbox_hints") or Hints()
    return found


class Sessions:
    """Tokens of one system, each with an owner and an end."""

    def __init__(self, system: str, life_s: float) -> None:
        self._system = system
        self._life_s = life_s
        self._issued = 0
        self._live: dict[str, tuple[str, float]] = {}

    def issue(self, owner: str = "") -> str:
        """A new token."""
        self._issued += 1
        token = f"{TOKEN_PREFIX}{self._system}-{self._issued:06d}-f3a9c17e5b2d"
        self._live[token] = (owner, monotonic() + self._life_s)
        return token

    def find_owner(self, token: str) -> str | None:
        """Whom the token was issued to, or None when it is unknown or has ended."""
        owner, ends_at = self._live.get(token, ("", 0.0))
        return owner if monotonic() < ends_at else None

    def revoke_all(self) -> None:
        """End every token now."""
        self._live.clear()


class SessionsBySystem(dict[str, Sessions]):
    """The sessions of every system; of one that was given none, half an hour long."""

    def __missing__(self, system: str) -> Sessions:
        self[system] = Sessions(system, _USUAL_LIFE_S)
        return self[system]


@dataclass
class World:
    """One running sandbox's state."""

    data_set: DataSet
    clock: datetime
    options: Options = field(default_factory=Options)

    def __post_init__(self) -> None:
        """Open the ledger and the registers of tokens."""
        self.now = int(self.clock.timestamp())
        self.ledger: Ledger = self.data_set.ledger
        self.sessions = SessionsBySystem(
            documents=Sessions("van-ban", self.options.documents_token_life_s),
            one_stop=Sessions("mot-cua", self.options.one_stop_token_life_s),
            portal=Sessions("cong-dvc", self.options.portal_session_life_s),
        )
        self.kept_pages = KeptPages() if self.options.keep_pages else None
        self._listings: OrderedDict[tuple[Any, ...], Sequence[Any]] = OrderedDict()

    def close(self) -> None:
        """Give back what was opened."""
        if self.kept_pages is not None:
            self.kept_pages.close()

    def find_unit(self, key: str, by: Callable[[LedgerUnit], str]) -> LedgerUnit | None:
        """The unit a system knows by this key."""
        return next((unit for unit in self.ledger.units if by(unit) == key), None)

    def move_clock(self, to: datetime) -> None:
        """From now on the systems believe it is that instant; what they listed before is forgotten."""
        self.clock, self.now = to, int(to.timestamp())
        self._listings.clear()
        if self.kept_pages is not None:
            self.kept_pages.clear()

    def listed_procedures(self) -> list[Procedure]:
        """The catalogue of today."""
        today = local_day(self.now)
        return [procedure for procedure in self.ledger.procedures if procedure.is_listed(today)]

    def visible_dossiers(self, unit: LedgerUnit) -> list[Dossier]:
        """A unit's dossiers that have been entered by now."""
        return [dossier for dossier in self.ledger.dossiers[unit.code] if dossier.entered_at <= self.now]

    def remember(self, key: tuple[Any, ...], build: Callable[[], Sequence[T]]) -> Sequence[T]:
        """A listing once built serves all its pages; the last few are kept."""
        if key not in self._listings:
            self._listings[key] = build()
            if len(self._listings) > _KEPT_LISTINGS:
                self._listings.popitem(last=False)
        self._listings.move_to_end(key)
        return self._listings[key]


def cut_page(rows: Sequence[T], start: int, size: int, hint: Hints) -> list[T]:
    """Rows from `start` on, as the hints have it: shifted by lost rows, or going round for ever."""
    if hint.endless and rows:
        return [rows[(start + place) % len(rows)] for place in range(size)]
    begin = start + (hint.shift if start else 0)
    return list(rows[begin : begin + size])
