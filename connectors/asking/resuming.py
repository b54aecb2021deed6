"""A listing read page by page goes on where an interrupted run stopped, unless it has changed since.

The pages an interrupted run kept are `Assignment.already`. They are taken over only where they answer the very
questions this run would ask, name one total, leave pages to be read, and the last of them, asked again, still names the
same total and the same rows. Otherwise the listing is read from its first page.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import orjson

from baocao.domain import RawPayload
from connectors.asking.asking_ahead import AskingAhead
from connectors.asking.http import Answer, Request, SourceClient
from connectors.asking.listing import Listing

LEAST_PAGES = 2


@dataclass(frozen=True)
class Page:
    """One page as the source gave it: the keys of its rows, how many rows it counts in all, the payload to keep."""

    keys: list[str]
    total: int
    is_last: bool
    payload: RawPayload


@dataclass(frozen=True)
class PagedListing:
    """How a connector reads one listing: `ask` fetches a page, `question` is what the page's evidence says was asked.

    `key` is the path to a row's key in a kept payload; pages are numbered from `first`.
    """

    client: SourceClient
    part: str
    ask: Callable[[int], Page]
    question: Callable[[int], Mapping[str, Any]]
    key: str
    page_size: int
    first: int

    def payloads(self) -> Iterator[RawPayload]:
        """Every page, none twice; raise SourceError where they do not add up to the total the source names."""
        listing = Listing(self.client, self.part)
        page, found = self._find_start()
        for place, payload in enumerate(islice(self.client.assignment.already(), page - self.first), start=self.first):
            listing.add(place, self._keys_of(payload), payload.request["total"])
            yield payload
        with AskingAhead(self.ask, self.client.assignment.source.pace.at_once) as ahead:
            last, size = page, 0
            while True:
                found = found or ahead.take(page, last, size)
                listing.add(page, found.keys, found.total)
                if found.keys:
                    yield found.payload
                if found.is_last or not found.keys:
                    listing.check_whole()
                    return
                last, size = self.first + -(-found.total // self.page_size) - 1, found.payload.answer_bytes
                page, found = page + 1, None

    def _find_start(self) -> tuple[int, Page | None]:
        """The page to go on from, already asked again: the last one kept. Else the first, not asked yet."""
        kept, last = self._count_fitting()
        if last is None or kept < LEAST_PAGES or kept * self.page_size >= last.request["total"]:
            return self.first, None
        page = self.first + kept - 1
        now = self.ask(page)
        fits = now.total == last.request["total"] and now.keys == self._keys_of(last)
        return (page, now) if fits else (self.first, None)

    def _count_fitting(self) -> tuple[int, RawPayload | None]:
        """How many of the kept pages are the first ones of this listing, and the last of them."""
        kept, last, total = 0, None, None
        for payload in self.client.assignment.already():
            total = payload.request.get("total") if total is None else total
            if dict(payload.request) != note_place(self.question(self.first + kept), self.first + kept, total):
                break
            kept, last = kept + 1, payload
        return kept, last

    def _keys_of(self, payload: RawPayload) -> list[str]:
        return [str(row.get(self.key)) for row in orjson.loads(payload.body)["rows"]]


def note_place(evidence: Mapping[str, Any], page: int, total: Any) -> dict[str, Any]:
    """What was asked, and where in the listing the answer stands."""
    return {**evidence, "page": page, "total": total}


def page_payload(
    client: SourceClient, content: dict[str, Any] | bytes, answer: Answer, request: Request, *, page: int, total: int
) -> RawPayload:
    """The payload of one page, which says where in the listing it stands."""
    return client.payload(content, answer, replace(request, noted=note_place(request.noted, page, total)))
