"""Who has a letter, who has got it, and for how long: several rounds, several letters, several senders."""

from datetime import timedelta

import pytest

from baocao.store import Store
from baocao.store.alerts.outbox import Delivery
from baocao.store.tables.incident_rows import OutboxRow
from tests.reporting.alerting.samples import at, sample_message

ELSEWHERE = "server-9, process 1"


def claim(store: Store, **given: object) -> Delivery:
    found = store.outbox.claim(at(16), **given)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_who_was_reached_in_any_round_is_remembered_and_every_round_counts(store: Store) -> None:
    store.outbox.queue([sample_message()])
    for reached in ({"a@x.vn"}, {"b@x.vn"}, set[str]()):
        store.outbox.mark_failed(claim(store), "bận", at(15), reached)
    last = claim(store)
    assert (last.reached, last.attempts) == ({"a@x.vn", "b@x.vn"}, 3)


def test_of_two_letters_in_one_a_recipient_has_both_or_gets_both(store: Store) -> None:
    store.outbox.queue([sample_message("first", bundle="digest")])
    store.outbox.mark_failed(claim(store), "bận", at(15), {"a@x.vn"})
    store.outbox.queue([sample_message("second", bundle="digest")])
    both = claim(store)
    assert (len(both.messages), both.reached) == (2, frozenset())


@pytest.mark.parametrize("ending", ["sent", "failed", "set aside"])
def test_a_sender_whose_letter_was_taken_over_says_nothing_more_about_it(store: Store, ending: str) -> None:
    store.outbox.queue([sample_message()])
    late = claim(store, holder=ELSEWHERE, hold=timedelta(seconds=-1))
    claim(store, holder="server-8, process 1")
    if ending == "sent":
        store.outbox.mark_sent(late, at(16), "mail")
    elif ending == "failed":
        store.outbox.mark_failed(late, "bận", at(15))
    else:
        store.outbox.set_aside(late, "hỏng")
    (kept,) = store.outbox.waiting()
    assert (kept.attempts, kept.last_error, kept.set_aside) == (0, "", "")


def test_a_letter_of_a_dead_sender_is_free_after_the_clock_was_set_back(store: Store) -> None:
    store.outbox.queue([sample_message()])
    claim(store, holder=ELSEWHERE)
    assert store.outbox.claim(at(16)) is None
    with store._database.writing() as session:
        rows = session.query(OutboxRow).all()
        for row in rows:
            assert row.held_until is not None
            row.held_until += timedelta(hours=30)
    assert claim(store).holder != ELSEWHERE


def test_what_was_set_aside_is_not_sent_again_by_itself(store: Store) -> None:
    store.outbox.queue([sample_message()])
    store.outbox.set_aside(claim(store), "không soạn được")
    assert store.outbox.claim(at(16)) is None
    assert store.outbox.waiting() == ()
    assert [one.set_aside for one in store.outbox.list_set_aside()] == ["không soạn được"]
