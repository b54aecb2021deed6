"""A source is asked at its pace by all together: threads, and processes that share nothing but the store."""

import itertools
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from baocao.catalogue import Catalogue
from baocao.domain import VIETNAM
from baocao.errors import ConfigError, SourceUnavailableError
from baocao.settings import CHECKOUT_DIR
from baocao.store.database.opening import open_database
from baocao.store.errors import StoreUnavailableError
from baocao.store.leasing import rate_limits as turns_module
from baocao.store.leasing.rate_limits import StoredRateLimits
from connectors.asking import hours
from connectors.asking.hours import next_opening
from connectors.asking.pace import LocalRateLimits, Pace
from connectors.asking.slots import HOLD_S
from sandbox.server import RunningSandbox
from tests.connectors.suite import ENTRIES, Asked, assignment, connector

Span = tuple[float, float]
HANG_GUARD_S = 300
LONG_S = 500
"""A slot that is not given back is not free within the guard; held for longer it would be a clock set back."""


def start_asking(url: str, per_s: float, at_once: int, times: int, takes_s: float) -> subprocess.Popen[str]:
    given = map(str, (url, per_s, at_once, times, takes_s))
    asking = subprocess.Popen(
        [sys.executable, "-m", "tests.connectors.asking.paced_process", *given],
        cwd=CHECKOUT_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert asking.stdout is not None
    assert asking.stdout.readline() == "ready\n"
    return asking


def ask_in_two_processes(url: str, per_s: float, at_once: int, times: int, takes_s: float) -> list[Span]:
    both = [start_asking(url, per_s, at_once, times, takes_s) for _ in range(2)]
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    spans = sorted(span for one in both for span in parse_spans(one.communicate(timeout=600)[0]))
    assert len(spans) == 2 * times
    return spans


def parse_spans(printed: str) -> list[Span]:
    """What was printed by one that asked; a last line that a kill cut off is left out."""
    lines = [line.split() for line in printed.splitlines(keepends=True) if line.endswith("\n")]
    return [(float(begun), float(ended)) for begun, ended in lines]


def wait_for(met: Callable[[], bool]) -> bool:
    limit = time.monotonic() + HANG_GUARD_S
    while not (found := met()) and time.monotonic() < limit:
        time.sleep(0.05)
    return found


def test_two_processes_together_keep_the_pace_of_one(database_url: str) -> None:
    spans = ask_in_two_processes(database_url, 40, 8, 40, 0.001)
    begun = [first for first, _ in spans]
    assert begun[-1] - begun[0] >= 79 / 40 * 0.97
    busiest = max(sum(at <= other < at + 0.5 for other in begun) for at in begun)
    assert busiest <= 20 + 3, "half a second holds half a second's share, but for a scheduler's jitter"


def test_two_processes_together_ask_no_more_at_once_than_is_allowed(database_url: str) -> None:
    spans = ask_in_two_processes(database_url, 500, 1, 10, 0.05)
    assert all(later >= end for (_, end), (later, _) in itertools.pairwise(spans))


def test_the_place_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    asking = start_asking(url, 500, 1, 1, 60)
    assert asking.stdin is not None
    asking.stdin.write("go\n")
    asking.stdin.flush()
    with open_database(url) as database:
        rate_limits = StoredRateLimits(database)
        limit = time.monotonic() + HANG_GUARD_S
        while rate_limits.take_slot("one_stop", 1, 5) is not None and time.monotonic() < limit:
            rate_limits.give_back("one_stop", 0)
            time.sleep(0.05)
        assert rate_limits.take_slot("one_stop", 1, 5) is None
        asking.send_signal(signal.SIGKILL)
        asking.communicate()
        assert rate_limits.take_slot("one_stop", 1, 5) == 0


@contextmanager
def other_process(url: str) -> Iterator[StoredRateLimits]:
    """The rate_limits of somebody else, who lives on."""
    with open_database(url) as database:
        rate_limits = StoredRateLimits(database)
        rate_limits._holder = "another-machine, process 1"
        yield rate_limits


def test_a_thread_that_waits_for_a_place_takes_the_one_its_neighbour_has_done_with(database_url: str) -> None:
    """Two processes that each held one slot, and waited for the other's, waited for each other."""
    with open_database(database_url) as database, other_process(database_url) as other:
        assert other.take_slot("one_stop", 2, 60) == 0
        pace = Pace("one_stop", 500, 2, StoredRateLimits(database))
        first_is_in, first_may_go = threading.Event(), threading.Event()

        def ask_first() -> None:
            with pace:
                first_is_in.set()
                first_may_go.wait(HANG_GUARD_S)

        def ask_second() -> None:
            with pace:
                pass

        first, second = (threading.Thread(target=ask, daemon=True) for ask in (ask_first, ask_second))
        first.start()
        assert first_is_in.wait(HANG_GUARD_S)
        second.start()
        second.join(0.5)
        assert second.is_alive(), "both slots are taken"
        first_may_go.set()
        second.join(HANG_GUARD_S)
        assert not second.is_alive()


def test_a_place_nobody_asks_with_any_more_is_free_again_soon(database_url: str) -> None:
    """Its process reads what came, or waits to try again: others need not wait for it."""
    with open_database(database_url) as database, other_process(database_url) as other:
        with Pace("one_stop", 500, 1, StoredRateLimits(database), LONG_S):
            assert other.take_slot("one_stop", 1, 60) is None
        assert wait_for(lambda: other.take_slot("one_stop", 1, LONG_S) == 0)


def test_a_question_that_could_not_be_asked_holds_no_place(database_url: str) -> None:
    class NoMoments(StoredRateLimits):
        def reserve(self, source_code: str, count: int, interval_s: float) -> float:
            raise StoreUnavailableError("the database is away")

    with open_database(database_url) as database, other_process(database_url) as other:
        with pytest.raises(StoreUnavailableError), Pace("one_stop", 500, 1, NoMoments(database), LONG_S):
            pass
        assert wait_for(lambda: other.take_slot("one_stop", 1, LONG_S) == 0)


def test_more_processes_than_places_all_get_their_turn(database_url: str) -> None:
    """One that gives a slot back and takes it again at once leaves the others out for minutes."""
    given = (database_url, 100, 1, 1_000_000, 0.01)
    asking = [start_asking(*given) for _ in range(3)]
    for one in asking:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    asked = [0] * len(asking)

    def count(number: int) -> None:
        for _ in asking[number].stdout or ():
            asked[number] += 1

    counting = [threading.Thread(target=count, args=(number,)) for number in range(len(asking))]
    for thread in counting:
        thread.start()
    enough = int(5 * HOLD_S * 100)
    assert wait_for(lambda: sum(asked) >= enough)
    for one in asking:
        one.kill()
    for thread in counting:
        thread.join()
    for one in asking:
        one.communicate()
    assert min(asked) > enough / 10, asked


def test_a_place_on_a_machine_that_is_gone_is_free_when_its_time_is_over(database_url: str) -> None:
    with open_database(database_url) as database, other_process(database_url) as gone:
        assert gone.take_slot("one_stop", 1, 2) == 0
        assert StoredRateLimits(database).take_slot("one_stop", 1, 5) is None
        assert wait_for(lambda: StoredRateLimits(database).take_slot("one_stop", 1, 5) == 0)


def test_sources_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path / 'a.db'}") as database:
        rate_limits = StoredRateLimits(database)
        begun = time.monotonic()
        first = rate_limits.reserve("a", 100, 1.0)
        assert rate_limits.reserve("b", 1, 1.0) < begun + 50
        assert rate_limits.reserve("a", 1, 1.0) - first > 90


def test_a_process_that_had_to_wait_for_the_processor_keeps_to_its_own_moments(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read the database's clock, and its own only a third of a second later: that must not move its moments."""
    read, readings = turns_module.read_clock, itertools.count()
    stalled = {1, 2}  # the reading after the lock, and the one more it takes

    def read_and_stall(session: Session) -> datetime:
        now = read(session)
        if next(readings) in stalled:
            time.sleep(0.3)
        return now

    with open_database(database_url) as database:
        rate_limits = StoredRateLimits(database)
        first = rate_limits.reserve("a", 100, 0.1)
        monkeypatch.setattr(turns_module, "read_clock", read_and_stall)
        assert rate_limits.reserve("a", 1, 0.1) == pytest.approx(first + 10, abs=0.1)


def test_without_a_store_the_threads_of_one_process_keep_the_pace() -> None:
    pace = Pace("probe", 100, 4)
    moments: list[float] = []

    def ask() -> None:
        for _ in range(10):
            with pace:
                moments.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(moments) - min(moments) >= 29 / 100 * 0.97


class SlowStore(LocalRateLimits):
    """Hands out the moments of another, but is long in saying which."""

    def __init__(self, rate_limits: LocalRateLimits, takes_s: float) -> None:
        super().__init__()
        self._shared, self._takes_s = rate_limits, takes_s

    def reserve(self, source_code: str, count: int, interval_s: float) -> float:
        first = self._shared.reserve(source_code, count, interval_s)
        time.sleep(self._takes_s)
        return first


@pytest.mark.parametrize("takes_s", [0.2, 0.6])
def test_one_whose_store_answers_late_does_not_ask_in_the_moments_of_another(takes_s: float) -> None:
    rate_limits, begun = LocalRateLimits(), []

    def ask(pace: Pace, times: int) -> None:
        for _ in range(times):
            with pace:
                begun.append(time.monotonic())

    quick, slow = Pace("a", 40, 1, rate_limits), Pace("a", 40, 1, SlowStore(rate_limits, takes_s))
    asking = [threading.Thread(target=ask, args=given) for given in ((quick, 40), (slow, 12))]
    for one in asking:
        one.start()
    for one in asking:
        one.join(timeout=HANG_GUARD_S)
    assert len(begun) == 52, "however slow its store, it gets its turn"
    busiest = max(sum(at <= other < at + 0.25 for other in begun) for at in begun)
    assert busiest <= 10 + 2


def test_a_slow_answer_is_not_followed_by_a_burst() -> None:
    pace = Pace("slow", 20, 1)
    moments = []
    for wait_s in (0.3, 0, 0, 0):
        with pace:
            moments.append(time.monotonic())
            time.sleep(wait_s)
    assert all(later - sooner >= 0.02 for sooner, later in itertools.pairwise(moments)), (
        "half an interval late is allowed"
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-12-{text}:00").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        ("19:00-06:00", "15 23:30", None),
        ("19:00-06:00", "15 05:59", None),
        ("19:00-06:00", "15 06:00", "15 19:00"),
        ("19:00-06:00", "15 18:59", "15 19:00"),
        ("07:30-11:30", "15 09:00", None),
        ("07:30-11:30", "15 11:30", "16 07:30"),
        ("07:30-11:30", "15 03:00", "15 07:30"),
        (None, "15 03:00", None),
    ],
)
def test_a_source_has_its_hours(hours: str | None, now: str, opens: str | None) -> None:
    assert next_opening(hours, at(now).astimezone(UTC)) == (opens and at(opens))


@pytest.fixture
def closed(catalogue: Catalogue, tiny_sandbox: RunningSandbox) -> Asked:
    """A source of the sandbox outside its hours: it is 07:00 there."""
    entry = ENTRIES[1]
    given = assignment(catalogue, entry, tiny_sandbox.url)
    pace = given.source.pace.model_copy(update={"hours": "19:00-06:00"})
    source = given.source.model_copy(update={"pace": pace})
    tiny_sandbox.requests.clear()
    return Asked(entry, connector(catalogue, entry), replace(given, source=source))


def test_outside_its_hours_a_source_is_not_asked_and_the_next_opening_is_named(
    closed: Asked, tiny_sandbox: RunningSandbox
) -> None:
    with pytest.raises(SourceUnavailableError, match="chỉ được hỏi trong giờ 19:00-06:00; mở lúc 19:00 15/12/2025"):
        closed.fetch()
    assert len(tiny_sandbox.requests) == 0


def test_asked_to_wait_it_waits_for_the_opening(closed: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    hour = [closed.assignment.clock()]
    monkeypatch.setattr(hours, "wait_until", lambda opening, _: hour.append(opening))
    pace = closed.assignment.source.pace.model_copy(update={"outside_hours": "wait"})
    source = closed.assignment.source.model_copy(update={"pace": pace})
    waiting = replace(closed, assignment=replace(closed.assignment, source=source, clock=lambda: hour[-1]))
    assert len(waiting.fetch()) > 1
    assert hour[-1] - hour[0] == timedelta(hours=12)
    assert len(hour) == 2


def test_a_source_without_address_is_a_mistake_in_the_configuration(closed: Asked) -> None:
    with pytest.raises(ConfigError, match="giao thức này cần địa chỉ"):
        replace(closed, assignment=replace(closed.assignment, base_url="")).fetch()
