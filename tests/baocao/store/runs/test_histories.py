"""The figures of many units and periods at once: which vintage counts, as known when, in how many queries."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from baocao.domain import Period
from baocao.store import HistoryQuery, Store, VintageKey
from tests.baocao.store import samples
from tests.baocao.store.samples import FORM, HOUR, NOW, Q4

KINDS = (("publish", "restate"), "unlock")
LATE = NOW + 1000 * HOUR


def value_of(store: Store, as_of=LATE) -> Decimal | None:
    found = store.histories.figures(HistoryQuery(["dac-khu"], [Q4], as_of, *KINDS))
    past = found.get("dac-khu", {}).get(Q4)
    return past.figures["dossiers_count"].value if past else None


def release(store: Store, key: VintageKey, kind: str, after: str = "", hours: int = 5) -> str:
    return store.releases.append(key.form_key, kind, NOW + hours * HOUR, {"vintage": key.vintage}, after=after).sha256


def test_the_last_whole_vintage_counts_until_one_is_released(store: Store) -> None:
    first = samples.run(store, observations=[samples.observation("10")])
    samples.run(store, observations=[samples.observation("20")])
    assert value_of(store) == 20
    entry = release(store, first, "publish")
    assert value_of(store) == 10
    third = samples.run(store, observations=[samples.observation("30")])
    assert value_of(store) == 10
    release(store, third, "restate", entry, hours=7)
    assert value_of(store) == 30


def test_what_was_learnt_or_released_later_does_not_count(store: Store) -> None:
    first = samples.run(store, observations=[samples.observation("10")])
    known_at = store.vintages.find(first).known_at
    assert known_at is not None
    assert value_of(store, known_at - HOUR) is None
    assert value_of(store, known_at) == 10
    samples.run(store, observations=[samples.observation("20")], known_at=known_at + 2 * HOUR)
    release(store, first, "publish", hours=500)
    assert value_of(store, known_at + 3 * HOUR) == 20
    assert value_of(store) == 10


def test_a_release_that_was_unlocked_counts_no_longer_from_then_on(store: Store) -> None:
    first = samples.run(store, observations=[samples.observation("10")])
    second = samples.run(store, observations=[samples.observation("20")])
    entry = release(store, first, "publish", hours=5)
    unlocked = release(store, first, "unlock", entry, hours=9)
    assert value_of(store, NOW + 8 * HOUR) == 10
    assert value_of(store) == 20
    (given,) = store.histories.given_forms(HistoryQuery(["dac-khu"], [Q4], LATE, *KINDS)).values()
    assert (given.key, given.is_released) == (second, False)
    release(store, first, "publish", unlocked, hours=11)
    assert value_of(store) == 10


def test_other_entries_of_the_log_release_nothing(store: Store) -> None:
    first = samples.run(store, observations=[samples.observation("10")])
    samples.run(store, observations=[samples.observation("20")])
    release(store, first, "prepare")
    assert value_of(store) == 20


def test_many_units_and_periods_take_as_few_queries_as_one(store: Store) -> None:
    periods = [Q4, Q4.predecessor]
    units = [f"u{number}" for number in range(12)]
    for unit in units:
        for period in periods:
            key = replace(FORM, unit_code=unit, period=period)
            samples.run(store, key, observations=[samples.observation("7", unit_code=unit, period=period)])
    asked: list[str] = []

    def note(_connection, _cursor, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        found = store.histories.figures(HistoryQuery(units, periods, LATE, *KINDS))
        many = len([statement for statement in asked if statement.startswith("SELECT")])
        asked.clear()
        store.histories.figures(HistoryQuery(units[:1], periods[:1], LATE, *KINDS))
        one = len([statement for statement in asked if statement.startswith("SELECT")])
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert {unit: set(past) for unit, past in found.items()} == {unit: set(periods) for unit in units}
    assert many == one == 3
    assert found["u3"][Q4].key == VintageKey("u3", FORM.form_code, Q4, 1)


@pytest.mark.parametrize("unit_codes", [[], ["nobody"]])
def test_of_units_without_a_past_there_is_nothing(store: Store, unit_codes: list[str]) -> None:
    assert store.histories.figures(HistoryQuery(unit_codes, [Period(2025, "Q3")], LATE, *KINDS)) == {}


def test_forms_come_with_the_times_of_all_whole_vintages(store: Store) -> None:
    first = samples.run(store)
    samples.run(store, known_at=NOW + 9 * HOUR)
    (given,) = store.histories.given_forms(HistoryQuery(["dac-khu"], [Q4], LATE, *KINDS)).values()
    assert (given.key.vintage, given.is_released, given.known_ats) == (2, False, (NOW + HOUR, NOW + 9 * HOUR))
    release(store, first, "publish")
    (given,) = store.histories.given_forms(HistoryQuery(["dac-khu"], [Q4], LATE, *KINDS)).values()
    assert (given.filled, given.is_released) == (store.contents.filled_form(first), True)
    assert len(given.known_ats) == 2
