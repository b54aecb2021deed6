"""Leases, slots and moments where the same holder comes again, and where a clock was set back."""

import os
from datetime import timedelta

from sqlalchemy import select

from baocao.store import Store
from baocao.store.leasing.holders import name_process
from baocao.store.leasing.leases import acquire_lease, release_lease
from baocao.store.leasing.rate_limits import LONGEST_AHEAD, reserve_moments, take_slot
from baocao.store.tables.rows import LeaseRow, RateLimitRow, SlotRow
from tests.baocao.store.leasing.test_leases import set_clock_forward, take, take_when_free
from tests.baocao.store.samples import FORM

MINUTE = timedelta(minutes=1)


def test_a_lease_taken_again_by_the_same_holder_is_another_and_outlives_the_end_of_the_first(store: Store) -> None:
    first = take(store)
    set_clock_forward(store, 2 * MINUTE)
    second = acquire_lease(store._database, FORM, "B", timedelta(seconds=0.3))
    assert second.token == first.token + 1
    release_lease(store._database, first)
    with store._database.reading() as session:
        assert session.scalars(select(LeaseRow)).one().holder == "B"
    assert take_when_free(store).token == second.token + 1


def test_a_forked_child_has_a_name_of_its_own() -> None:
    ours = name_process()
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(there, name_process().encode())
        os._exit(0)
    os.close(there)
    with os.fdopen(here) as pipe:
        theirs = pipe.read()
    os.waitpid(child, 0)
    assert theirs.rpartition(".")[2] != ours.rpartition(".")[2]


def test_a_source_may_be_asked_at_once_after_a_clock_was_set_back(store: Store) -> None:
    with store._database.writing() as session:
        before_s = reserve_moments(session, "igate", 1, timedelta(seconds=1))
        session.flush()
        session.get_one(RateLimitRow, {"source_code": "igate"}).next_at += LONGEST_AHEAD + timedelta(hours=3)
    with store._database.writing() as session:
        assert reserve_moments(session, "igate", 1, timedelta(seconds=1)) - before_s < 60


def test_a_slot_is_given_back_by_its_holder_alone(store: Store) -> None:
    with store._database.writing() as session:
        assert take_slot(session, "igate", 1, "server-9, process 1", MINUTE) == 0
    store.rate_limits.give_back("igate", 0)
    with store._database.reading() as session:
        assert session.scalars(select(SlotRow)).one().holder == "server-9, process 1"
