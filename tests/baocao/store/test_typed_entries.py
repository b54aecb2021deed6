"""Figures typed in at the desk, on both databases: nothing overwritten, nothing lost, the second is told."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from baocao.domain import Period
from baocao.remarks import CellRemark, RemarkKind, list_open_questions
from baocao.store import FigureMovedError, FormKey, Store, open_store
from baocao.typed_figures import TypedEntry
from tests.baocao.store.samples import NOW
from tests.baocao.store.tampering import change

Q4 = Period.parse("2025-Q4")
ENTRY = TypedEntry(
    "dac-khu", Q4, "periodic_reports_due_count", 0, Decimal(12), "Văn phòng", date(2025, 12, 12), "Sổ", "lan", NOW
)
WRITERS = 6


def test_a_figure_is_changed_by_whoever_saw_the_last_one(store: Store) -> None:
    first = store.typed_entries.add(ENTRY)
    second = store.typed_entries.add(replace(ENTRY, based_on=1, value=Decimal(13), account="minh"))
    assert (first.revision, second.revision) == (1, 2)
    assert store.typed_entries.list_current("dac-khu", Q4) == {ENTRY.indicator_code: second}
    assert store.typed_entries.history("dac-khu", Q4, ENTRY.indicator_code) == (first, second)


def test_who_comes_too_late_is_told_what_stands_there_now_and_his_figure_is_kept(store: Store) -> None:
    first = store.typed_entries.add(ENTRY)
    late = replace(ENTRY, value=Decimal(99), account="minh")
    with pytest.raises(FigureMovedError, match=r"lan vừa ghi 12 lúc .* Số 99 của bạn chưa được lấy") as told:
        store.typed_entries.add(late)
    assert told.value.current == first
    assert store.typed_entries.list_current("dac-khu", Q4)[ENTRY.indicator_code].value == 12
    assert store.typed_entries.history("dac-khu", Q4, ENTRY.indicator_code) == (first, late)


def test_of_writers_at_once_one_counts_and_none_is_lost(database_url: str, payload_url: str) -> None:
    with open_store(database_url, payload_url) as store:

        def write(number: int) -> bool:
            try:
                store.typed_entries.add(replace(ENTRY, value=Decimal(number), account=f"a{number}"))
            except FigureMovedError:
                return False
            return True

        with ThreadPoolExecutor(WRITERS) as pool:
            counted = list(pool.map(write, range(WRITERS)))
        kept = store.typed_entries.history("dac-khu", Q4, ENTRY.indicator_code)
    assert counted.count(True) == 1
    assert sorted(int(one.value) for one in kept if one.value is not None) == list(range(WRITERS))
    assert [one.revision for one in kept if one.revision] == [1]


def test_a_figure_taken_back_is_given_no_more(store: Store) -> None:
    store.typed_entries.add(ENTRY)
    assert store.typed_entries.list_given({"dac-khu"}, {Q4}) == {("dac-khu", "2025-Q4"): {ENTRY.indicator_code}}
    store.typed_entries.add(replace(ENTRY, based_on=1, value=None))
    assert store.typed_entries.list_given({"dac-khu"}, {Q4}) == {("dac-khu", "2025-Q4"): set()}


@pytest.mark.parametrize("table", ["typed_entry", "remark"])
def test_the_database_itself_refuses_to_change_what_was_typed(database_url: str, payload_url: str, table: str) -> None:
    with open_store(database_url, payload_url) as store:
        store.typed_entries.add(ENTRY)
        store.remarks.add(QUESTION)
        for statement in (f"UPDATE {table} SET account = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match=f"{table} is append-only"):
                change(database_url, statement)


QUESTION = CellRemark(
    "dac-khu", "2025-bieu-mau-7", Q4, "4.2", RemarkKind.QUESTION, "Sao giảm?", "lan", NOW, owner="one_stop"
)


def test_a_question_is_open_until_it_is_answered(store: Store) -> None:
    asked = store.remarks.add(QUESTION)
    key = FormKey("dac-khu", "2025-bieu-mau-7", Q4)
    assert list_open_questions(store.remarks.list(key)) == (asked,)
    answer = store.remarks.add(replace(QUESTION, kind=RemarkKind.ANSWER, text="Nghỉ lễ", answers=asked.number))
    assert list_open_questions(store.remarks.list_of_periods({Q4})) == ()
    assert store.remarks.list(replace(key, form_code="khac")) == ()
    assert store.remarks.list(key) == (asked, answer)
