"""Reads the parameters of iGate's listing: filters, order, page."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import QueryParams

from sandbox.systems.igate_codes import STATUSES
from sandbox.systems.igate_rows import write_code
from sandbox.world.ledger import Dossier, Status
from sandbox.world.periods import ZONE
from sandbox.world.state import Options

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)(Z|[+ -]\d\d:?\d\d)?")
_UNFINISHED = (Status.REFUSED, Status.REGISTERED)
Span = tuple[float, float]


class QueryError(ValueError):
    """A parameter the system cannot read."""


@dataclass(frozen=True)
class DossierQuery:
    """One listing, independent of the page except for `page` and `size`."""

    page: int
    size: int
    has_totals: bool
    agency_key: str
    spans: tuple[tuple[str, Span], ...]
    statuses: frozenset[int]
    removed: frozenset[int]
    code: str
    order: tuple[tuple[str, bool], ...]
    drops_empty_dates: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        """What two pages of one listing have in common."""
        listed = self.agency_key, self.spans, self.statuses, self.removed, self.code, self.order
        return *listed, self.drops_empty_dates

    def matches(self, dossier: Dossier, now: int) -> bool:
        """Whether the dossier is in the listing."""
        for name, (first, last) in self.spans:
            moment = _MOMENTS[name](dossier, now)
            if moment is None or not first <= moment <= last:
                return False
            if name == "accepted" and self.drops_empty_dates and not _is_accepted(dossier, now):
                return False
        if self.statuses or self.removed:
            number = STATUSES[dossier.status_at(now)][0]
            if number in self.removed or (self.statuses and number not in self.statuses):
                return False
        return not self.code or self.code in write_code(dossier)

    def sort(self, dossiers: list[Dossier], now: int) -> list[Dossier]:
        """Ordered as asked, equal ones by id."""
        dossiers.sort(key=lambda d: (d.entered_at, d.sequence))
        for name, is_descending in reversed(self.order):
            read = _ORDERS[name]
            dossiers.sort(key=lambda d: read(d, now), reverse=is_descending)
        return dossiers


def _applied(dossier: Dossier, _now: int) -> int | None:
    return dossier.applied_at


def _is_accepted(dossier: Dossier, now: int) -> bool:
    return dossier.accepted_at is not None and dossier.accepted_at <= now


def _accepted(dossier: Dossier, now: int) -> int | None:
    return dossier.accepted_at if _is_accepted(dossier, now) else dossier.applied_at


def _completed(dossier: Dossier, now: int) -> int | None:
    is_open = dossier.finished_at is None or dossier.finished_at > now or dossier.ending in _UNFINISHED
    return None if is_open else dossier.finished_at


_MOMENTS: Mapping[str, Callable[[Dossier, int], int | None]] = {
    "accepted": _accepted,
    "applied": _applied,
    "completed": _completed,
}
_ORDERS: Mapping[str, Callable[[Dossier, int], Any]] = {
    "updatedDate": lambda dossier, now: dossier.changed_at(now),
    "createdDate": lambda dossier, _: dossier.entered_at,
    "acceptedDate": lambda dossier, _: dossier.accepted_at or 0,
    "appliedDate": lambda dossier, _: dossier.applied_at,
    "completedDate": lambda dossier, now: _completed(dossier, now) or 0,
    "code": lambda dossier, _: write_code(dossier),
    "id": lambda dossier, _: (dossier.entered_at, dossier.sequence),
}


def read_query(asked: QueryParams, options: Options) -> DossierQuery:
    """The query parameters understood; QueryError where one is malformed."""
    size = _read_number(asked.get("size", "20"))
    if size < 1:
        raise QueryError("Page size must not be less than one!")
    spans = [(name, read_span(asked, f"{name}-from", f"{name}-to", options)) for name in _MOMENTS]
    return DossierQuery(
        page=_read_number(asked.get("page", "0")),
        size=min(size, options.page_size_cap),
        has_totals=asked.get("spec", "slice") == "page",
        agency_key=asked.get("ancestor-agency-id", ""),
        spans=tuple((name, span) for name, span in spans if span is not None),
        statuses=_read_numbers(asked.get("dossier-status", "")),
        removed=_read_numbers(asked.get("remove-status", "")),
        code=asked.get("code", ""),
        order=tuple(_read_order(asked.getlist("sort"))),
    )


def read_span(asked: QueryParams, first: str, last: str, options: Options) -> Span | None:
    """The instants between two parameters, both included; None where neither is given."""
    if not asked.get(first) and not asked.get(last):
        return None
    begin = _read_instant(asked[first], options) if asked.get(first) else float("-inf")
    end = _read_instant(asked[last], options) if asked.get(last) else float("inf")
    return begin, end


def _read_instant(text: str, options: Options) -> float:
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise QueryError(f"Failed to convert value of type String to type Date: {text}")
    try:
        moment = datetime.fromisoformat(found[1])
        if not options.honour_zone:
            return moment.replace(tzinfo=ZONE).timestamp()
        zone = (found[2] or "Z").replace(" ", "+").replace("Z", "+00:00")
        return moment.replace(tzinfo=datetime.strptime(zone, "%z").tzinfo or UTC).timestamp()
    except ValueError as error:
        raise QueryError(f"Failed to convert value of type String to type Date: {text}") from error


def _read_order(sorts: list[str]) -> list[tuple[str, bool]]:
    pairs = [sort.partition(",") for sort in sorts]
    return [(name, way.lower() == "desc") for name, _, way in pairs if name in _ORDERS]


def _read_number(text: str) -> int:
    if not text.isdecimal():
        raise QueryError(f"Failed to convert value of type String to type int: {text}")
    return int(text)


def _read_numbers(text: str) -> frozenset[int]:
    return frozenset(_read_number(part) for part in text.split(",") if part)
