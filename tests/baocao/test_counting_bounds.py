"""What is counted exactly at a bound, of what is not known, and where two answers could be taken."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.counts import Count
from baocao.corrections import apply_corrections
from baocao.counting import SourceRecords, add_computed, observe, tallies_within
from baocao.coverage import Coverage
from baocao.domain import VIETNAM, CellStatus, Measure, System, Window
from baocao.figures import print_figure, print_instant
from baocao.notices import CountProof
from baocao.records import build_frame
from baocao.selection import count_range, count_records
from tests.baocao.table import table
from tests.baocao.test_statuses import correction, make_context

Q4 = Window(date(2025, 9, 15), date(2025, 12, 14))
FIRST, AFTER = "2025-09-15 00:00:00", "2025-12-15 00:00:00"
TALLIED = "dossiers_full_count"


def count(definition: Mapping[str, Any], *rows: dict[str, Any]) -> int:
    read = Count.model_validate({"records": "dossiers", **definition})
    return count_records(read, table(read.records, *rows), Q4)[0]


@pytest.mark.parametrize(
    ("when", "counted"),
    [("within", ["first"]), ("before", ["before"]), ("until_end", ["before", "first"])],
)
def test_the_first_instant_is_inside_and_the_first_after_the_end_is_not(when: str, counted: list[str]) -> None:
    rows = {"before": "2025-09-14 23:59:59", "first": FIRST, "after": AFTER}
    definition = {"date_field": "received_at", "when": when}
    assert [name for name, at in rows.items() if count(definition, {"received_at": at})] == counted


def test_the_other_date_is_only_for_those_without_the_first() -> None:
    definition = {"date_field": "received_at", "date_fallback": "submitted_at"}
    assert count(definition, {"received_at": "2025-09-01 09:00", "submitted_at": "2025-10-01 09:00"}) == 0


@pytest.mark.parametrize(
    ("open_at", "finished_at", "is_open"),
    [
        ("start", FIRST, 1), ("start", "2025-09-14 23:59:59", 0), ("start", "2025-10-01 08:00", 1),
        ("end", AFTER, 1), ("end", "2025-12-14 23:59:59", 0),
    ],
)  # fmt: skip
def test_finished_at_the_very_instant_was_still_open(open_at: str, finished_at: str, is_open: int) -> None:
    assert count({"open_at": open_at}, {"finished_at": finished_at}) == is_open


def test_what_is_not_known_fulfils_no_condition() -> None:
    assert count({"where": {"channel": ["online"]}}, {"channel": None}) == 0
    documents = {"records": "documents", "where": {"is_signed": [True]}}
    assert count(documents, {"is_signed": None}, {"is_signed": True}) == 1


def test_an_empty_key_is_not_one_more_different_key() -> None:
    assert count({"distinct": "procedure_code"}, {"procedure_code": None}, {"procedure_code": "1.000001"}) == 1
    definition = Count.model_validate({"records": "procedures", "distinct": "procedure_code"})
    frame = table("procedures", {"procedure_code": "1.000001"}, {"procedure_code": "1.000002"})["procedures"]
    frame.loc[1, "procedure_code"] = None
    assert count_records(definition, {"procedures": frame}, Q4)[0] == 1


def test_an_unknown_code_could_be_a_wanted_one_and_so_could_an_empty_one_without_a_convention() -> None:
    definition = Count.model_validate({"records": "dossiers", "where": {"channel": ["online"]}})
    found = count_range(definition, table("dossiers", {}, {"channel": "unknown"}, {"channel": None}), Q4)
    assert (found.low, found.high, found.undecided, found.fields) == (1, 3, 2, ("channel",))


@pytest.mark.parametrize(("early", "status"), [(0, CellStatus.REPORTED), (1, CellStatus.PROVISIONAL)])
def test_a_figure_taken_at_the_very_close_is_final(catalogue: Catalogue, early: int, status: CellStatus) -> None:
    context = make_context(catalogue, known_at=Q4.end_at - timedelta(seconds=early))
    assert observe({TALLIED: catalogue.indicator(TALLIED)}, context)[TALLIED].status is status


def test_a_ratio_of_nought_is_nought_and_not_blank(catalogue: Catalogue) -> None:
    context = make_context(catalogue)
    offline = {System.ONE_STOP: SourceRecords(System.ONE_STOP, table("dossiers", {"channel": "in_person"}))}
    indicators = catalogue.indicators_of(catalogue.form("2025-bieu-mau-7"))
    found = add_computed(
        indicators, observe(indicators, replace(context, collected={**context.collected, **offline})), context
    )
    assert (found["dossiers_full_online_pct"].value, found["dossiers_full_online_pct"].status) == (
        Decimal("0.00"), CellStatus.REPORTED,
    )  # fmt: skip


def test_of_a_corrected_and_a_provisional_count_the_ratio_is_provisional(catalogue: Catalogue) -> None:
    context = make_context(catalogue)
    indicators = catalogue.indicators_of(catalogue.form("2025-bieu-mau-7"))
    counts = observe(indicators, context)
    counts["dossiers_full_count"] = replace(counts["dossiers_full_count"], status=CellStatus.PROVISIONAL)
    online = "dossiers_full_online_count"
    counts[online] = replace(counts[online], status=CellStatus.CORRECTED)
    assert add_computed(indicators, counts, context)["dossiers_full_online_pct"].status is CellStatus.PROVISIONAL


def tallies(*rows: tuple[date, date, int, str]) -> pd.DataFrame:
    return build_frame("tallies", {
        "tally_key": [f"{number}" for number, _ in enumerate(rows)],
        "indicator_code": [TALLIED for _ in rows],
        "value": [row[2] for row in rows],
        "start_on": [pd.Timestamp(row[0]) for row in rows],
        "end_on": [pd.Timestamp(row[1]) for row in rows],
        "basis": [row[3] for row in rows],
    })  # fmt: skip


def test_a_tally_counts_for_exactly_its_days_and_on_one_basis(catalogue: Catalogue) -> None:
    frame = tallies(
        (Q4.start_on, Q4.end_on, 40, "theo ngày tiếp nhận"),
        (Q4.start_on, Q4.end_on, 44, "theo ngày nộp"),
        (Q4.start_on, date(2025, 12, 31), 90, "theo ngày tiếp nhận"),
        (date(2025, 10, 1), Q4.end_on, 30, "theo ngày tiếp nhận"),
    )
    assert list(tallies_within(frame, TALLIED, Q4)["value"]) == [40, 44]
    context = make_context(catalogue)
    collected = {**context.collected, System.ONE_STOP: SourceRecords(System.ONE_STOP, {"tallies": frame})}
    found = observe({TALLIED: catalogue.indicator(TALLIED)}, replace(context, collected=collected))
    assert found[TALLIED].value == 40


def test_each_system_s_own_records_are_counted_for_it(catalogue: Catalogue) -> None:
    context = make_context(catalogue)
    ours, theirs = table("dossiers", {}, {}), table("dossiers", {}, {}, {})
    collected = {
        System.ONE_STOP: SourceRecords(System.ONE_STOP, ours),
        System.PORTAL: SourceRecords(System.PORTAL, {**table("procedures", {}), **theirs}),
    }
    found = observe({TALLIED: catalogue.indicator(TALLIED)}, replace(context, collected=collected))
    assert found[TALLIED].value == 2


def test_days_still_to_come_are_not_missing(catalogue: Catalogue) -> None:
    halfway = datetime(2025, 11, 1, 7, tzinfo=VIETNAM)
    covered = Coverage("one_stop", System.ONE_STOP, "dac-khu", Q4, halfway)
    context = make_context(catalogue, known_at=halfway)
    records = replace(context.collected[System.ONE_STOP], coverage=covered)
    found = observe(
        {TALLIED: catalogue.indicator(TALLIED)},
        replace(context, collected={**context.collected, System.ONE_STOP: records}),
    )
    assert found[TALLIED].status is CellStatus.PROVISIONAL


def test_a_percentage_that_came_with_more_places_is_printed_half_up() -> None:
    assert print_figure(Decimal("12.345"), Measure.PERCENT) == "12,35"


@pytest.mark.parametrize("hours", [-5, 0, 7])
def test_an_instant_is_printed_by_viet_nam_s_clock(hours: int) -> None:
    at = datetime(2025, 12, 14, 23, 30, tzinfo=VIETNAM).astimezone(timezone(timedelta(hours=hours)))
    assert print_instant(at) == "23:30 14/12/2025"


def test_whether_a_day_was_over_is_told_by_viet_nam_s_clock() -> None:
    asked_at = datetime(2025, 12, 14, 18, tzinfo=UTC)  # one in the morning of the 15th here
    assert Coverage("one_stop", System.ONE_STOP, "dac-khu", Q4, asked_at).find_missing(Q4) == ()


def test_one_count_that_does_not_agree_leaves_the_whole_unproved() -> None:
    proofs = (CountProof("tổng số nguồn nêu", 5, 5), CountProof("dòng tổng cộng", 5, 6))
    covered = Coverage("one_stop", System.ONE_STOP, "dac-khu", Q4, Q4.end_at, proofs)
    assert not covered.is_proved
    assert replace(covered, proofs=proofs[:1]).is_proved


def test_every_correction_of_a_period_stays(catalogue: Catalogue) -> None:
    context = make_context(catalogue)
    indicators = catalogue.indicators_of(catalogue.form("2025-bieu-mau-7"))
    counts = observe(indicators, context)
    wanted = {code: counts[code].value for code in ("dossiers_full_count", "dossiers_full_online_count")}
    signed = [correction(indicator=code, expect=was, value=was + 1) for code, was in wanted.items() if was is not None]
    found = apply_corrections(counts, signed)
    for code, was in wanted.items():
        assert was is not None
        assert (found[code].value, found[code].status) == (was + 1, CellStatus.CORRECTED)
