"""Incidents and messages in a real store: kept together, claimed by one, sent at least once, told once."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from baocao.incidents import EventKind, Incident, fold
from baocao.store import NotInStoreError, Store, open_store
from baocao.store.leasing.rate_limits import take_slot
from tests.baocao.store.processes import race, run_until_killed
from tests.reporting.alerting.processes import (
    die_before_sending,
    die_while_sending,
    die_within_change,
    queue_many,
    raise_at_once,
    raise_incident,
    send_due,
    send_slowly,
    webhook,
)
from tests.reporting.alerting.samples import MORNING, at, cause, read_file, rules, sample_message, sight
from tests.reporting.alerting.sinks import PostSink


def test_an_incident_comes_back_as_it_was_put_in(store: Store) -> None:
    raise_incident(store, rules(), cause(cells=("4.10", "4.2")), cause("source/x", system="portal", variant="Down"))
    before = fold([], sight(cause(cells=("4.10", "4.2")), cause("source/x", system="portal", variant="Down")))
    found = store.incidents.open()
    assert [incident.number for incident in found] == [1, 2]
    for change, kept in zip(before, found, strict=True):
        plain = Incident(**{**_fields(kept), "number": 0, "escalated_to": None})
        assert plain == change.incident


def _fields(incident: Incident) -> dict:
    return {name: getattr(incident, name) for name in Incident.__dataclass_fields__}


def test_its_history_is_told_in_order(store: Store) -> None:
    raise_incident(store, rules(), cause())
    raise_incident(store, rules(), cause(), when=at(16))
    raise_incident(store, rules(), cause(cells=("4.2", "4.3")), when=at(17))
    raise_incident(store, rules(), when=at(18))
    assert [event.kind for event in store.incidents.history(1)] == [
        EventKind.OPENED, EventKind.WORSENED, EventKind.RECOVERED,
    ]  # fmt: skip
    assert store.incidents.open() == ()
    assert store.incidents.find(1).recovered_at == at(18)
    with pytest.raises(NotInStoreError, match="không có sự cố số 2"):
        store.incidents.find(2)


def test_the_same_trouble_next_month_is_a_new_incident(store: Store) -> None:
    for causes, day in (([cause()], 15), ([], 16), ([cause()], 17)):
        raise_incident(store, rules(), *causes, when=at(day))
    assert [(one.number, one.is_open) for one in store.incidents.all()] == [(1, False), (2, True)]


def test_a_re_run_sends_nothing_again(store: Store, home: Path) -> None:
    for day in (15, 16, 17):
        raise_incident(store, rules(), cause(), when=at(day))
        send_due(store, rules(), home, at(day))
    assert len(read_file(home)) == 1
    assert store.outbox.waiting() == ()


def test_letters_are_kept_with_the_incident_or_not_at_all(store: Store) -> None:
    def fail(_: object) -> tuple:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.incidents.change(lambda found: fold(found, sight(cause())), fail)
    assert (store.incidents.all(), store.outbox.waiting()) == ((), ())


@pytest.mark.parametrize("die", [die_before_sending, die_while_sending])
def test_a_run_killed_before_it_sent_is_made_up_for_exactly_once(
    database_url: str, payload_url: str, post_sink: PostSink, home: Path, die
) -> None:
    run_until_killed(die, database_url, payload_url, post_sink.url)
    assert post_sink.posts == []
    with open_store(database_url, payload_url) as store:
        for day in (15, 16):
            raise_incident(store, webhook(post_sink.url), cause(), when=at(day))
            send_due(store, webhook(post_sink.url), home, at(day))
    assert len(post_sink.posts) == 1


def test_a_run_killed_while_it_stored_has_stored_nothing_and_the_next_one_tells_it(
    database_url: str, payload_url: str, post_sink: PostSink, home: Path
) -> None:
    run_until_killed(die_within_change, database_url, payload_url, post_sink.url)
    with open_store(database_url, payload_url) as store:
        assert store.incidents.all() == ()
        raise_incident(store, webhook(post_sink.url), cause())
        send_due(store, webhook(post_sink.url), home)
    assert len(post_sink.posts) == 1


def test_processes_that_send_at_once_never_send_the_same(database_url: str, payload_url: str) -> None:
    with open_store(database_url, payload_url) as store:
        queue_many(store, 12)
    claimed = race(send_slowly, 3, database_url, payload_url)
    assert sorted(bundle for one in claimed for bundle in one) == sorted(f"message/{number}" for number in range(12))


def test_runs_that_see_the_same_cause_at_once_open_one_incident(database_url: str, payload_url: str) -> None:
    assert set(race(raise_at_once, 4, database_url, payload_url)) == {1}
    with open_store(database_url, payload_url) as store:
        assert len(store.outbox.waiting()) == 1


def test_a_claim_holds_until_it_runs_out(store: Store) -> None:
    store.outbox.queue([sample_message()])
    held = store.outbox.claim(MORNING, holder="server-2, process 1")
    assert held is not None
    assert store.outbox.claim(MORNING, holder="server-3, process 1") is None
    store.outbox.mark_failed(held, "gone", MORNING)
    taken = store.outbox.claim(MORNING, hold=timedelta(seconds=-1), holder="server-2, process 1")
    assert taken is not None
    over = store.outbox.claim(MORNING, holder="server-3, process 1")
    assert over is not None
    store.outbox.mark_sent(taken, MORNING, "the slow one")
    assert store.outbox.sent() == ()
    store.outbox.mark_sent(over, MORNING, "log")
    assert store.outbox.sent()[0].sent_by == "log"


def test_a_sender_of_the_same_host_name_in_another_container_keeps_its_letter(store: Store) -> None:
    """Its process number is none of ours, which says nothing: its table of processes is another."""
    store.outbox.queue([sample_message()])
    held = store.outbox.claim(MORNING, holder=f"{socket.gethostname()}, process 999999 #{'0' * 12}.1.{'0' * 16}")
    assert held is not None
    assert store.outbox.claim(MORNING) is None
    slot = ("one_stop_igate", 1, 60)
    with store._database.writing() as session:
        assert take_slot(session, *slot[:2], held.holder, timedelta(seconds=60)) == 0
    assert store.rate_limits.take_slot(*slot) is None


def test_a_letter_is_not_sent_before_its_time(store: Store, home: Path) -> None:
    store.outbox.queue([sample_message(not_before=at(16), channels=("log",))])
    assert send_due(store, rules(), home, at(15, "23:59")) == []
    assert send_due(store, rules(), home, at(16)) == [sample_message().key]


def test_letters_of_a_bundle_go_out_together(store: Store, home: Path) -> None:
    same = {"bundle": "bundle/office/2025-12-16", "channels": ("log",)}
    told = [sample_message(f"k{n}", facts={"incident": str(n), "kind": "opened"}, **same) for n in (1, 2)]
    gone = sample_message("k3", facts={"incident": "2", "kind": "recovered"}, subject="[Đã khắc phục] Ô 4.2", **same)
    store.outbox.queue([*told, gone])
    send_due(store, rules(), home)
    assert read_file(home) == ["[Tổng hợp] 1 cảnh báo mới, 1 đã khắc phục"]
    text = (home / "alerts.txt").read_text(encoding="utf-8")
    assert "[Đã xảy ra và đã khắc phục] Ô 4.2" in text


def test_a_letter_told_already_is_not_queued_twice(store: Store) -> None:
    assert len(store.outbox.queue([sample_message()])) == 1
    assert store.outbox.queue([sample_message(subject="other words")]) == ()
    assert store.outbox.waiting()[0].message == sample_message()
