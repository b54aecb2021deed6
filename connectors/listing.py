"""A listing read page by page must bring something new on every page and add up to the total the source names."""

from collections.abc import Iterable
from typing import Any

from connectors.http import SourceClient

MOST_PAGES = 20_000


class Listing:
    """What has been listed so far, by key, and the most rows the source has said there are."""

    def __init__(self, client: SourceClient, what: str) -> None:
        self._client = client
        self._what = what
        self._seen: set[str] = set()
        self._most = 0

    def add(self, page: int, keys: Iterable[Any], total: int) -> None:
        """Raise SourceContractError where a page repeats what was listed, or the listing goes on for ever."""
        listed = {str(key) for key in keys}
        if listed and listed <= self._seen:
            raise self._client.broken(f"page {page} repeats {self._what} already listed")
        if page > MOST_PAGES:
            raise self._client.broken(f"the listing did not end after {MOST_PAGES} pages")
        self._seen |= listed
        self._most = max(self._most, total)

    def check_whole(self) -> None:
        """Raise SourceUnavailableError where rows left the listing while it was read: the next try reads it anew."""
        if len(self._seen) < self._most:
            listed = f"it listed {len(self._seen)} {self._what} of the {self._most} it counts"
            raise self._client.unavailable(f"{listed}; the listing changed meanwhile")
