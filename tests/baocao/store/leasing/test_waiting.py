"""The queue for a slot: first come, first served, and nobody is kept waiting by one who is gone."""

from datetime import UTC, datetime, timedelta

from baocao.store.leasing.waiting import Waiter, join_queue, read_queue, write_queue

NOON = datetime(2026, 1, 5, 5, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_free_place_goes_to_the_one_that_has_waited_longest() -> None:
    queue: tuple[Waiter, ...] = ()
    for seconds, name in enumerate(("first", "second")):
        is_ours, queue = join_queue(queue, name, 0, after(seconds / 10))
        assert not is_ours
    assert join_queue(queue, "newcomer", 1, after(0.3))[0] is False
    assert join_queue(queue, "second", 1, after(0.3))[0] is False
    is_ours, queue = join_queue(queue, "first", 1, after(0.3))
    assert is_ours
    assert [one.name for one in queue] == ["second"]
    assert join_queue(queue, "second", 1, after(0.4))[0]


def test_two_free_places_are_for_the_first_two() -> None:
    queue = (Waiter("first", NOON, NOON), Waiter("second", after(0.1), after(0.1)))
    assert join_queue(queue, "second", 2, after(0.2))[0]
    assert not join_queue(queue, "newcomer", 2, after(0.2))[0]


def test_one_that_looks_seldom_does_not_hold_others_up_but_keeps_its_rank() -> None:
    queue = (Waiter("slow", NOON, NOON), Waiter("quick", after(0.1), after(4.9)))
    is_ours, _ = join_queue(queue, "quick", 1, after(5))
    assert is_ours
    assert join_queue(queue, "slow", 1, after(5))[0]


def test_one_that_is_gone_is_forgotten() -> None:
    _, queue = join_queue((Waiter("gone", NOON, NOON),), "other", 0, after(61))
    assert [one.name for one in queue] == ["other"]
    assert join_queue(queue, "gone", 0, after(62))[1][-1].since == after(62)


def test_the_queue_is_read_as_it_was_written() -> None:
    queue = (Waiter("may-1, process 7", NOON, after(0.25)),)
    assert read_queue(write_queue(queue)) == queue
    assert write_queue(()) is None
    assert read_queue(None) == ()
