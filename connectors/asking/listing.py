"""A listing read page by page must bring something new on every page and add up to the total the source names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from connectors.asking.http import SourceClient
from connectors.reading.minimising import show_names

LISTED_VI = {"dossiers": "hồ sơ", "documents": "văn bản", "rows": "dòng", "probe_listing": "hồ sơ"}
MOST_PAGES = 20_000
LONGEST_RUN = 32_768
_WHOLE_NUMBER = re.compile(r"\d+|\d{1,3}(?:[.,]\d{3})+")
MOST_LATEST = 4_096
Hashes = npt.NDArray[np.int64]


def read_total(client: SourceClient, name: str, total: Any) -> int:
    """The total a page names, as a number or as text, `1.370` too; raise SourceContractError where there is none."""
    text = f"{total:.0f}" if isinstance(total, float) and total.is_integer() else str(total).strip()
    if isinstance(total, bool) or not _WHOLE_NUMBER.fullmatch(text):
        raise client.broken(f"trang thiếu trường {name}, hoặc không phải số")
    return int(re.sub(r"\D", "", text))


def read_rows(client: SourceClient, name: str, rows: Any, total: Any = None) -> list[dict[str, Any]]:
    """The rows of a page, null being none; raise SourceContractError where it is no list of objects."""
    if rows is None and total == 0:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise client.broken(f"trường {name} bị thiếu, hoặc không phải danh sách các bản ghi")
    return rows


def read_keys(client: SourceClient, name: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The rows' keys as text; raise SourceContractError, naming the fields there are, where no row has one."""
    if rows and not any(name in row for row in rows):
        there = ", ".join(show_names(field for row in rows for field in row))
        raise client.broken(f"thiếu trường {name} ở mọi bản ghi của trang; các trường đang có: {there}")
    return [str(row.get(name)) for row in rows]


class Listing:
    """What has been listed so far, by key, and the most rows the source has said there are.

    What the source says of its own end ("last", "no next page") is a hint: a listing is over where a page is empty, or
    short and all rows there. A full page never ends it, whatever size the source gives its pages.
    """

    def __init__(self, client: SourceClient, what: str) -> None:
        self.client = client
        self._what = what
        self._seen = KeySet()
        self._rows = 0
        self._totals: set[int] = set()
        self._latest: list[str] = []
        self.longest = 0

    def add(self, page: int, keys: Iterable[Any], total: int) -> bool:
        """Whether the page belongs to the listing: not where it is empty, or the last page again after the end.

        Raise SourceContractError where it repeats what was listed otherwise, or the listing goes on for ever.
        """
        given = list(map(str, keys))
        self._totals.add(total)
        if page > MOST_PAGES:
            raise self.client.broken(f"danh sách không hết sau {MOST_PAGES} trang")
        if self._seen.add(given) is False:
            if given != self._latest or not self.is_whole():
                raise self.client.broken(f"trang {page} lặp lại {LISTED_VI.get(self._what, self._what)} đã nhận")
            return False
        self._rows += len(given)
        self._latest = given
        self.longest = max(self.longest, len(given))
        return bool(given)

    def is_over(self, size: int, *, is_last: bool) -> bool:
        """Whether nothing more need be asked after the page just added, `size` being the rows of a full one."""
        return is_last and len(self._latest) < size and self._rows >= self.most and self.is_whole()

    def is_whole(self) -> bool:
        """Whether as many different rows were listed as the source counts."""
        return len(self._seen) == self.most

    def check_whole(self) -> None:
        """Raise SourceUnavailableError where rows left the listing while it was read: the next try reads it anew.

        More rows than a source counts in a listing that stood still are a SourceContractError: its total is no total.
        """
        if self.is_whole():
            return
        listed = f"nhận {len(self._seen)} trong {self.most} {LISTED_VI.get(self._what, self._what)} mà nguồn nêu"
        if len(self._seen) > self.most and len(self._totals) == 1:
            raise self.client.broken(f"{listed}: tổng số của nguồn không phải số bản ghi")
        raise self.client.partial(f"{listed}; danh sách thay đổi trong lúc lấy, hoặc nguồn không cho xem hết")

    @property
    def count(self) -> int:
        """How many different rows were listed."""
        return len(self._seen)

    @property
    def most(self) -> int:
        """The most rows the source has said there are."""
        return max(self._totals, default=0)


class KeySet:
    """Which keys were seen, as sorted runs of 64-bit hashes: 8 bytes a key, where a set of texts takes 130.

    The latest few thousand are a plain set: to look through all runs for every key of every page takes too long.
    """

    def __init__(self) -> None:
        self._runs: list[Hashes] = []
        self._latest: set[int] = set()

    def __len__(self) -> int:
        self._settle()
        return sum(len(run) for run in self._runs)

    def add(self, keys: Iterable[str]) -> bool | None:
        """Whether any of the keys is new; None where there are no keys at all."""
        given = set(map(hash, keys))
        if not given:
            return None
        is_new = any(key not in self._latest and not self._is_in_runs(key) for key in given)
        self._latest |= given
        if len(self._latest) > MOST_LATEST:
            self._settle()
        return is_new

    def _is_in_runs(self, key: int) -> bool:
        wanted = np.int64(key)
        for run in self._runs:
            place = run.searchsorted(wanted)
            if place < len(run) and run[place] == wanted:
                return True
        return False

    def _settle(self) -> None:
        """The latest become a run. Runs of a size are merged, so that there are few; the longest are left alone, since
        merging takes room.
        """
        run = np.sort(np.fromiter(self._latest, np.int64, len(self._latest)))
        self._latest.clear()
        for other in self._runs:
            run = run[~_are_in(other, run)]
        while len(run) and self._runs and len(self._runs[-1]) <= min(2 * len(run), LONGEST_RUN):
            run = np.sort(np.concatenate([self._runs.pop(), run]))
        if len(run):
            self._runs.append(run)


def _are_in(run: Hashes, keys: Hashes) -> npt.NDArray[np.bool_]:
    places = run.searchsorted(keys)
    found: npt.NDArray[np.bool_] = run[np.minimum(places, len(run) - 1)] == keys
    return found
