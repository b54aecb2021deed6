"""Pages asked ahead: as many at once as the pace allows, taken in order, none beyond the last."""

import threading
import time

import pytest

from connectors.asking.asking_ahead import AHEAD_BYTES, PagesAhead

SMALL = 1_000


class Source:
    """Answers with the page's number; remembers which were asked, and how many at once."""

    def __init__(self, broken: int = -1) -> None:
        self.asked: list[int] = []
        self.most_at_once = 0
        self._now = 0
        self._broken = broken
        self._lock = threading.Lock()

    def ask(self, page: int) -> int:
        with self._lock:
            self.asked.append(page)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        time.sleep(0.02 if page % 2 else 0.005)
        with self._lock:
            self._now -= 1
        if page == self._broken:
            raise ValueError(f"page {page}")
        return page


def test_pages_come_in_order_however_long_each_takes_and_each_is_asked_once() -> None:
    source = Source()
    with PagesAhead(source.ask, 4) as ahead:
        assert [ahead.take(page, 9, SMALL) for page in range(10)] == list(range(10))
    assert sorted(source.asked) == list(range(10))
    assert source.most_at_once == 4


def test_a_source_that_is_asked_one_at_a_time_is_asked_nothing_early() -> None:
    source = Source()
    with PagesAhead(source.ask, 1) as ahead:
        ahead.take(0, 9, SMALL)
        time.sleep(0.02)
    assert source.asked == [0]


def test_nothing_is_asked_beyond_the_last_page_unless_the_listing_goes_on() -> None:
    source = Source()
    with PagesAhead(source.ask, 4) as ahead:
        assert [ahead.take(page, 2, SMALL) for page in range(3)] == [0, 1, 2]
        time.sleep(0.05)
        assert sorted(source.asked) == [0, 1, 2]
        assert ahead.take(3, 2, SMALL) == 3


def test_large_pages_are_asked_one_at_a_time() -> None:
    source = Source()
    with PagesAhead(source.ask, 4) as ahead:
        assert [ahead.take(page, 4, AHEAD_BYTES) for page in range(5)] == list(range(5))
    assert source.most_at_once == 1


def test_a_failure_is_raised_at_its_own_page_and_not_before() -> None:
    source = Source(broken=2)
    with PagesAhead(source.ask, 4) as ahead:
        assert [ahead.take(page, 9, SMALL) for page in range(2)] == [0, 1]
        with pytest.raises(ValueError, match="page 2"):
            ahead.take(2, 9, SMALL)
