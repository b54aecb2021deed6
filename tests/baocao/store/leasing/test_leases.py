import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

import pytest
from sqlalchemy import select, text, update

from baocao.domain import VIETNAM
from baocao.errors import ReleaseError
from baocao.store import Lease, LeaseHeldError, LeaseLostError, Store, VintageStatus
from baocao.store.leasing.leases import acquire_lease
from baocao.store.tables.rows import LeaseRow
from tests.baocao.store import processes, samples
from tests.baocao.store.samples import FORM

SHORT = timedelta(seconds=0.3)


def take(store: Store, holder: str = "B", ttl: timedelta = SHORT) -> Lease:
    """A lease that nobody renews."""
    return acquire_lease(store._database, FORM, holder, ttl)


def take_when_free(store: Store) -> Lease:
    deadline = time.monotonic() + processes.PATIENCE_S
    while True:
        try:
            return take(store)
        except LeaseHeldError:
            assert time.monotonic() < deadline, "the lease never ran out"
            time.sleep(0.05)


def ends_at(store: Store) -> datetime:
    with store._database.reading() as session:
        return session.scalars(select(LeaseRow.expires_at)).one()


def wait_until_renewed(store: Store, beyond: datetime) -> None:
    """Until the holder has renewed it at a time when it would have run out."""
    deadline = time.monotonic() + processes.PATIENCE_S
    while True:
        with store._database.reading() as session:
            renewed_at = session.scalars(select(LeaseRow.renewed_at)).one()
        if renewed_at > beyond:
            return
        assert time.monotonic() < deadline, "it was not renewed"
        time.sleep(0.05)


def set_clock_forward(store: Store, by: timedelta) -> None:
    """As the database sees it: every stamp is that much older at once."""
    with store._database.writing() as session:
        row = session.scalars(select(LeaseRow)).one()
        row.acquired_at, row.renewed_at, row.expires_at = row.acquired_at - by, row.renewed_at - by, row.expires_at - by


def test_a_second_taker_is_told_who_holds_it_since_when_and_until_when(store: Store) -> None:
    with store.leases.hold(FORM, "server-1, process 4711"), pytest.raises(LeaseHeldError) as caught:
        take(store)
    error = caught.value
    assert isinstance(error, ReleaseError)
    taken, ends = (f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" for at in (error.acquired_at, error.expires_at))
    assert str(error).startswith(
        f"dac-khu/2025-bieu-mau-7/2025-Q4: server-1, process 4711 đang làm từ {taken}; quyền ghi hết hạn lúc {ends} "
    )
    assert error.expires_at - error.acquired_at == timedelta(seconds=60)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_the_same_process_cannot_take_it_twice(store: Store) -> None:
    with store.leases.hold(FORM), pytest.raises(LeaseHeldError, match="process"), store.leases.hold(FORM):
        pass


def test_forms_do_not_bar_each_other(store: Store) -> None:
    others = (replace(FORM, unit_code="xa"), replace(FORM, form_code="2024-phu-luc-8"))
    with store.leases.hold(FORM), store.leases.hold(others[0]), store.leases.hold(others[1]):
        pass


def test_a_lease_given_back_is_free_at_once_and_tokens_grow(store: Store) -> None:
    tokens = []
    for _ in range(3):
        with store.leases.hold(FORM) as lease:
            tokens.append(lease.token)
    assert tokens == [1, 2, 3]


def test_a_lease_is_given_back_when_the_work_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.leases.hold(FORM):
        raise ZeroDivisionError
    with store.leases.hold(FORM):
        pass


def test_a_lease_that_nobody_renews_runs_out(store: Store) -> None:
    first = take(store)
    second = take_when_free(store)
    assert second.token == first.token + 1


def test_a_holder_that_lost_its_lease_cannot_write(store: Store) -> None:
    slow = take(store, "the slow one")
    key = samples.begin(store, slow)
    with store._database.writing() as session:
        session.execute(text("UPDATE lease SET expires_at = renewed_at"))
    with store.leases.hold(FORM, "the quick one") as quick:
        newer = samples.begin(store, quick)
        writes: list[Callable[[], object]] = [
            lambda: samples.finish(store, key),
            lambda: samples.begin(store, slow),
            lambda: store.collections.keep(key, samples.collect(store)),
            lambda: store.vintages.mark_collected(key),
            lambda: store.leases.renew(slow),
        ]
        for write in writes:
            with pytest.raises(LeaseLostError, match=r"lần chạy khác đã nhận .*the quick one"):
                write()
        samples.finish(store, newer)
    assert store.contents.observations(key) == ()
    assert [vintage.status for vintage in store.vintages.list(FORM)] == [VintageStatus.FAILED, VintageStatus.WHOLE]


def test_a_lease_that_ran_out_while_nobody_wanted_it_is_still_good(store: Store) -> None:
    lease = take(store, ttl=timedelta(0))
    key = samples.begin(store, lease)
    samples.finish(store, key)
    assert store.vintages.find(key).is_whole


def test_losing_a_lease_does_not_take_it_from_the_next_holder(store: Store) -> None:
    with store.leases.hold(FORM, "A"):
        with store._database.writing() as session:
            session.execute(text("UPDATE lease SET expires_at = renewed_at"))
        second = take(store, ttl=timedelta(seconds=60))
    with pytest.raises(LeaseHeldError):
        take(store)
    store.leases.renew(second)


def test_a_clock_set_back_does_not_lengthen_a_dead_holders_lease(store: Store) -> None:
    dead = take(store, "the dead one", timedelta(seconds=2))
    with store._database.writing() as session:
        row = session.scalars(update(LeaseRow).values(token=dead.token).returning(LeaseRow)).one()
        row.renewed_at += timedelta(days=30)
        row.expires_at += timedelta(days=30)
    with pytest.raises(LeaseHeldError):
        take(store)
    assert take_when_free(store).token == dead.token + 1


def test_a_clock_set_forward_does_not_take_a_lease_from_a_holder_who_lives(
    store: Store, database_url: str, payload_url: str
) -> None:
    with processes.running(processes.hold_lease, database_url, payload_url, timedelta(seconds=1)):
        set_clock_forward(store, timedelta(days=1))
        with pytest.raises(LeaseHeldError, match="the dead one"):
            take(store)


def test_the_lease_of_a_process_of_this_machine_that_is_no_more_is_free_at_once(store: Store) -> None:
    code = "from baocao.store.leasing.holders import name_process; print(name_process())"
    gone = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    first = take(store, gone, timedelta(hours=1))
    assert take(store).token == first.token + 1


def test_a_lease_of_the_same_host_name_and_another_table_of_processes_is_not_taken(store: Store) -> None:
    take(store, f"{socket.gethostname()}, process 999999 #{'0' * 12}.1.{'0' * 16}", timedelta(hours=1))
    with pytest.raises(LeaseHeldError, match="process 999999 đang làm từ"):
        take(store)


def test_of_processes_that_race_for_a_lease_one_works_and_the_others_say_who(
    store: Store, database_url: str, payload_url: str
) -> None:
    said = processes.race(processes.take_lease, 4, database_url, payload_url)
    assert said.count("taken") == 1
    assert len({holder for holder in said if holder != "taken"}) == 1


def test_vintages_opened_at_once_never_have_the_same_number(store: Store, database_url: str, payload_url: str) -> None:
    with store.leases.hold(FORM) as lease:
        numbers = processes.race(processes.open_vintages, 3, database_url, payload_url, lease, 5)
    assert sorted(chain.from_iterable(numbers)) == list(range(1, 16))


def test_a_lease_outlasts_its_time_while_its_holder_lives_and_runs_out_once_it_is_killed(
    store: Store, database_url: str, payload_url: str
) -> None:
    ttl = timedelta(seconds=1.5)
    with processes.running(processes.hold_lease, database_url, payload_url, ttl) as holder:
        wait_until_renewed(store, beyond=ends_at(store))
        with pytest.raises(LeaseHeldError, match="the dead one"):
            take(store)
        holder.kill()
        holder.join()
        lease = take_when_free(store)
    samples.begin(store, lease)
    assert [vintage.status for vintage in store.vintages.list(FORM)] == [VintageStatus.FAILED, VintageStatus.RUNNING]
