"""A listing read page by page goes on where an interrupted run stopped, unless it has changed since.

The pages an interrupted run kept are `Assignment.already`. They are taken over only where they answer the very
questions this run would ask, name one total, leave pages to be read, and the last of them, asked again, still names the
same total and the same rows. Otherwise the listing is read from its first page.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

import orjson

from baocao.domain import RawPayload
from connectors.asking.asking_ahead import PagesAhead
from connectors.asking.http import SourceClient
from connectors.asking.listing import Listing
from connectors.asking.request import Answer, Request

LEAST_PAGES = 2
FEW_ROWS = 50


@dataclass(frozen=True)
class Page:
    """One page as the source gave it: the keys of its rows, how many rows it counts in all, the payload to keep."""

    keys: list[str]
    total: int
    is_last: bool
    payload: RawPayload


@dataclass(frozen=True)
class PagedListing:
    """How a connector reads one listing: `ask` fetches a page of so many rows, `question` is what the page's evidence
    says was asked.

    `key` is the path to a row's key in a kept payload; pages are numbered from `first`. A source that gives pages of
    another size than `page_size` is asked for pages of its own: which rows a page holds depends on it. `make_listing`
    makes another Listing where the source's total does not count rows.
    """

    client: SourceClient
    part: str
    ask: Callable[[int, int], Page]
    question: Callable[[int, int], Mapping[str, Any]]
    key: str
    page_size: int
    first: int
    make_listing: Callable[[SourceClient, str], Listing] = Listing

    def payloads(self) -> Iterator[RawPayload]:
        """Every page, none twice; raise SourceError where they do not add up to the total the source names."""
        listing = self.make_listing(self.client, self.part)
        page, size, found = self._find_start()
        for place, payload in enumerate(islice(self.client.assignment.already(), page - self.first), start=self.first):
            listing.add(place, self.keys_of(payload), payload.request["total"])
            yield payload
        with PagesAhead(partial(self._ask_sized, size), self.client.assignment.source.pace.at_once) as ahead:
            last, answer_bytes = page, 0
            while True:
                found = found or ahead.take(page, last, answer_bytes)
                if not listing.add(page, found.keys, found.total):
                    break
                yield found.payload
                if listing.is_over(size, is_last=found.is_last):
                    break
                last, answer_bytes = self.first + -(-found.total // size) - 1, found.payload.answer_bytes
                page, found = page + 1, None
        listing.check_whole()

    def some_keys(self) -> list[str]:
        """As kept, of the first few rows."""
        return self.keys_of(self.ask(self.first, min(self.page_size, FEW_ROWS)).payload)

    def _ask_sized(self, size: int, page: int) -> Page:
        return self.ask(page, size)

    def _find_start(self) -> tuple[int, int, Page | None]:
        """The page to go on from, already asked again: the last one kept. Else the first, of the source's own size."""
        for size in self._kept_sizes():
            kept, rows, last = self._count_fitting(size)
            if last is None or kept < LEAST_PAGES or rows >= last.request["total"]:
                continue
            page = self.first + kept - 1
            now = self.ask(page, size)
            if now.total == last.request["total"] and now.keys == self.keys_of(last):
                return page, size, now
        return self.first, *self._find_size()

    def _find_size(self) -> tuple[int, Page]:
        """How many rows a page has here, and the first page asked so."""
        found = self.ask(self.first, self.page_size)
        given = len(found.keys)
        if given in (0, self.page_size) or (given < self.page_size and given == found.total):
            return self.page_size, found
        return given, self.ask(self.first, given)

    def _kept_sizes(self) -> tuple[int, ...]:
        """The sizes an interrupted run can have asked for: the one wished, and the source's own."""
        first = next(iter(self.client.assignment.already()), None)
        if first is None or first.request.get("part") != self.part:
            return ()
        return self.page_size, len(self.keys_of(first))

    def _count_fitting(self, size: int) -> tuple[int, int, RawPayload | None]:
        """How many of the kept pages are the first ones of this listing, their rows, and the last of them."""
        kept, rows, last, total = 0, 0, None, None
        for payload in self.client.assignment.already():
            total = payload.request.get("total") if total is None else total
            place = self.first + kept
            question = self.question(place, size)
            if dict(payload.request) != note_place(self.client.site.noted(question), place, total):
                break
            kept, rows, last = kept + 1, rows + len(self.keys_of(payload)), payload
        return kept, rows, last

    def keys_of(self, payload: RawPayload) -> list[str]:
        return [str(row.get(self.key)) for row in orjson.loads(payload.body)["rows"]]


def note_place(evidence: Mapping[str, Any], page: int, total: Any) -> dict[str, Any]:
    """What was asked, and where in the listing the answer stands."""
    return {**evidence, "page": page, "total": total}


def page_payload(
    client: SourceClient, content: dict[str, Any] | bytes, answer: Answer, request: Request, *, page: int, total: int
) -> RawPayload:
    """The payload of one page, which says where in the listing it stands."""
    return client.payload(content, answer, replace(request, noted=note_place(request.noted, page, total)))
