"""People, sign-ins and the journal, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from baocao.errors import ConfigError
from baocao.people import Actor, Grant, Person, PersonRole
from baocao.store import NotInStoreError, Store
from baocao.store.database.opening import Database
from baocao.store.people.sessions import Door

AT = datetime(2026, 1, 5, 2, tzinfo=UTC)
IT = Actor("quan-tri", "may@test")
LAN = Person("lan", "Trần Thị Lan", (Grant(PersonRole.OWNER, "dac-khu", "one_stop_desk"),))
HOUR = timedelta(hours=1)


def test_a_person_comes_back_as_kept(store: Store) -> None:
    store.people.add(LAN, IT, AT, subject="https://sso lan")
    assert store.people.find("lan") == LAN
    assert store.people.list() == (LAN,)
    assert store.people.find_by_subject("https://sso lan") == LAN
    assert store.people.find_by_subject("https://sso khac") is None
    assert store.people.means_of("ai-do") is None


def test_a_code_and_an_account_of_the_province_are_one_persons(store: Store) -> None:
    store.people.add(LAN, IT, AT, subject="https://sso lan")
    with pytest.raises(ConfigError, match="lan"):
        store.people.add(LAN, IT, AT)
    with pytest.raises(ConfigError, match="lan"):
        store.people.add(Person("minh", "Minh"), IT, AT, subject="https://sso lan")
    with pytest.raises(NotInStoreError, match="ai-do"):
        store.people.lock("ai-do", IT, AT, "x")
    assert [one.deed for one in store.journal.list()] == ["person.added"]


def test_a_code_of_the_telephone_counts_once_and_none_of_before_it(store: Store) -> None:
    store.people.add(LAN, IT, AT)
    assert [store.people.use_step("lan", step) for step in (7, 7, 6, 8)] == [True, False, False, True]


def test_failures_count_since_the_last_success_and_for_a_while(store: Store) -> None:
    for minutes, good in ((0, False), (1, True), (2, False), (3, False)):
        store.attempts.note(Actor("lan", "10.0.0.1"), AT + timedelta(minutes=minutes), has_succeeded=good)
    assert store.attempts.count_failures("lan", AT) == 2
    assert store.attempts.count_failures("lan", AT + timedelta(minutes=3)) == 1
    assert store.attempts.count_failures("minh", AT) == 0
    assert store.attempts.count_from("10.0.0.1", AT) == 3 - 2
    assert store.attempts.count_from("10.0.0.2", AT) == 0


def test_a_sign_in_lasts_while_it_is_used_and_no_longer_than_its_end(store: Store) -> None:
    store.people.add(LAN, IT, AT)
    store.sessions.begin("t", Actor("lan", "x"), Door.DESK, AT, 3 * HOUR, has_second_factor=False, by="password")
    for minutes in (50, 100, 150):
        assert store.sessions.find("t", Door.DESK, AT + timedelta(minutes=minutes), HOUR)
    assert store.sessions.find("t", Door.DESK, AT + timedelta(minutes=181), HOUR) is None
    assert store.sessions.find("other", Door.DESK, AT, HOUR) is None


@pytest.mark.parametrize("deed", ["lock", "password", "sign_out"])
def test_what_ends_a_sign_in_ends_it_at_once(store: Store, deed: str) -> None:
    store.people.add(LAN, IT, AT)
    store.sessions.begin("t", Actor("lan", "x"), Door.DESK, AT, HOUR, has_second_factor=False, by="password")
    if deed == "lock":
        store.people.lock("lan", IT, AT, "nghỉ việc")
        store.people.unlock("lan", IT, AT)
    elif deed == "password":
        store.people.set_password("lan", "hash", IT, AT, must_change=True)
    else:
        store.sessions.end("t", Actor("lan", "x"), AT)
    assert store.sessions.find("t", Door.DESK, AT, HOUR) is None


@pytest.mark.parametrize("change", ["UPDATE journal SET person_code = 'ai-do'", "DELETE FROM journal"])
def test_the_database_itself_refuses_to_change_the_journal(store: Store, database: Database, change: str) -> None:
    store.people.add(LAN, IT, AT)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(change))
    assert len(store.journal.list()) == 1


def test_the_journal_is_asked_by_person_and_by_unit(store: Store) -> None:
    for number, unit in enumerate(("dac-khu", None, "xa")):
        store.journal.append(Actor("lan", "x"), "form.seen", AT, {"number": number}, unit)
    store.people.add(LAN, IT, AT)
    assert [one.said["number"] for one in store.journal.list(units=["xa"])] == [2]
    assert [one.deed for one in store.journal.list(person_code="quan-tri")] == ["person.added"]
    assert [one.deed for one in store.journal.list(newest=2)] == ["form.seen", "person.added"]
