"""A listing read page by page must bring something new on every page and add up to the total the source names."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from connectors.http import SourceClient

MOST_PAGES = 20_000
LONGEST_RUN = 32_768


class Listing:
    """What has been listed so far, by key, and the most rows the source has said there are."""

    def __init__(self, client: SourceClient, what: str) -> None:
        self._client = client
        self._what = what
        self._seen = KeySet()
        self._most = 0

    def add(self, page: int, keys: Iterable[Any], total: int) -> None:
        """Raise SourceContractError where a page repeats what was listed, or the listing goes on for ever."""
        fresh = self._seen.add(str(key) for key in keys)
        if fresh == 0:
            raise self._client.broken(f"page {page} repeats {self._what} already listed")
        if page > MOST_PAGES:
            raise self._client.broken(f"the listing did not end after {MOST_PAGES} pages")
        self._most = max(self._most, total)

    def check_whole(self) -> None:
        """Raise SourceUnavailableError where rows left the listing while it was read: the next try reads it anew."""
        if len(self._seen) < self._most:
            listed = f"it listed {len(self._seen)} {self._what} of the {self._most} it counts"
            raise self._client.unavailable(f"{listed}; the listing changed meanwhile")


class KeySet:
    """Which keys were seen, as sorted runs of 64-bit hashes: 8 bytes a key, where a set of texts takes 130."""

    def __init__(self) -> None:
        self._runs: list[npt.NDArray[np.int64]] = []

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    def add(self, keys: Iterable[str]) -> int | None:
        """How many of the keys are new; None where there are no keys at all."""
        given = np.array(sorted({hash(key) for key in keys}), dtype=np.int64)
        if not len(given):
            return None
        known = np.zeros(len(given), dtype=bool)
        for run in self._runs:
            places = np.searchsorted(run, given)
            known |= run[np.minimum(places, len(run) - 1)] == given
        self._keep(given[~known])
        return int((~known).sum())

    def _keep(self, run: npt.NDArray[np.int64]) -> None:
        """Runs of a size are merged, so that there are few; the longest are left alone, since merging takes room."""
        while len(run) and self._runs and len(self._runs[-1]) <= min(2 * len(run), LONGEST_RUN):
            run = np.sort(np.concatenate([self._runs.pop(), run]))
        if len(run):
            self._runs.append(run)
