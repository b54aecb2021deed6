"""The whole table of checks: each has a case where it fires, one where it is silent, one where it cannot be evaluated.

A new check that lacks one of the three is found here. OperandTable of `form` and `records` are the scenarios of their own
tests, each of which is judged there; those of the other suites are judged here.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.matrix import Matrix
from baocao.catalogue.owed import list_owed
from baocao.domain import CellStatus, CheckResult, CountStep, Observation, Outcome, Period, System, Window
from baocao.handed_in import HandedFigure, HandedIn
from baocao.notices import CountProof
from baocao.rolling_up import Nesting
from expectations.across.compared_sources import COMPARISON_GIVEN, check_comparison
from expectations.across.complete import check_complete
from expectations.across.days_off import DAYS_OFF_DECLARED, DueDayView, check_days_off
from expectations.across.handed_in import check_handed_in
from expectations.across.roll_up import RollUpView, check_roll_up
from expectations.across.succession import DAYS_COMPLETE, SuccessionView, check_succession
from expectations.engine.case_sets import Case as Tried
from expectations.engine.case_sets import CaseSet, evaluate
from expectations.form.certain import check_certain
from expectations.form.figure_suite import check_figures
from expectations.records.suite import check_notices, check_unread
from expectations.registry import all_cards
from expectations.rule import Check, Demand, Subject
from tests.expectations.across import test_across
from tests.expectations.across.test_reconcile import CODE as CODE_TALLIED
from tests.expectations.across.test_reconcile import check as reconcile
from tests.expectations.across.test_reconcile import observation, tallies
from tests.expectations.form import test_form_checks, test_matrix
from tests.expectations.form.test_figure_checks import QUARTERS, figures
from tests.expectations.history.test_history_checks import CODE, STOCK, judge, past_of, wide
from tests.expectations.made_forms import FORM_2025, true_form
from tests.expectations.records import test_record_checks
from tests.expectations.records.test_record_checks import WINDOW, Seen

__all__ = ["wide"]

FIRES, SILENT, UNCLEAR = Outcome.FAIL, Outcome.PASS, Outcome.NOT_EVALUABLE
Case = tuple[str, Outcome, Callable[[Catalogue], list[CheckResult]]]
PCT = "periodic_reports_via_national_system_pct"
GONE = CellStatus.NOT_COLLECTED
BALANCES = {
    "dossiers_by_channel": "dossiers_postal_count",
    "dossiers_by_level": "dossiers_partial_count",
    "dossiers_flow": "dossiers_resolved_count",
    "all_by_channel": "all_received_direct_count",
    "all_flow": "all_pending_count",
    "all_resolved_by_time": "all_resolved_no_appointment_count",
    "all_pending_by_time": "all_pending_overdue_count",
}


def balances(**changes: int | str | CellStatus) -> Callable[[Catalogue], list[CheckResult]]:
    return lambda catalogue: check_figures(
        {"dac-khu": figures("2025-Q4", **changes)}, catalogue, form=catalogue.form(FORM_2025)
    )


def carried(pending: int | CellStatus) -> Callable[[Catalogue], list[CheckResult]]:
    before = {"dac-khu": figures("2025-Q3", dossiers_pending_count=pending)}
    return lambda catalogue: check_figures({"dac-khu": figures("2025-Q4")}, catalogue, before=before)


def a_year(received: int, quarters: int = 4) -> Callable[[Catalogue], list[CheckResult]]:
    year = {"dac-khu": figures("2025", dossiers_received_count=received)}
    return lambda catalogue: check_figures(year, catalogue, inside={"dac-khu": QUARTERS[:quarters]})


def history(value: int, *past: int, code: str = CODE) -> Callable[[Catalogue], list[CheckResult]]:
    return lambda catalogue: list(judge(catalogue, value, past_of(*past, code=code), code=code).values())


def owed(on: date | None, today: date, changes: dict[str, CellStatus] | None = None):
    def results(catalogue: Catalogue) -> list[CheckResult]:
        form = true_form(catalogue, FORM_2025, "dac-khu", changes or {})
        known_at = datetime(on.year, on.month, on.day, 1, tzinfo=UTC) if on else None
        forms = [replace(form, known_at=known_at)] if on else []
        owing = list_owed(catalogue, catalogue.units["dac-khu"], Period(2025, "Q4"))
        return check_complete(forms, catalogue, Period(2025, "Q4"), today=today, owed=owing)

    return results


def rolled_up(units: int, lacking: int = 0, *, drafts: tuple[str, ...] = (), holds_all: bool = False):
    nesting = Nesting(
        System.ONE_STOP, is_declared=False, holds_all=holds_all, indicator_code=CODE, own=Decimal(9), below=Decimal(9)
    )
    missing = {f"u{n}": "chưa có báo cáo" for n in range(lacking)}
    period = Period(2025, "Q4")
    return lambda catalogue: check_roll_up(
        RollUpView("tinh", catalogue, period, True, units, missing, drafts, (nesting,))
    )


def noticed(seen: Seen) -> Callable[[Catalogue], list[CheckResult]]:
    return lambda catalogue: check_notices(seen, System.ONE_STOP, "dac-khu", catalogue)


def unread(catalogue: Catalogue) -> list[CheckResult]:
    return check_unread(System.ONE_STOP, "dac-khu", "không kết nối được", catalogue)


def compared(count: int) -> Callable[[Catalogue], list[CheckResult]]:
    return lambda catalogue: check_comparison(
        next(iter(catalogue.sources.values())), None, {"tallies": tallies(60).head(count)}, "dac-khu"
    )


def handed_in(counted: int, written: str | None) -> Callable[[Catalogue], list[CheckResult]]:
    """What is said of a figure a system counted, beside the unit's own form."""
    value = None if written is None else Decimal(written)
    cell = HandedFigure("4.3.1", value, written or "", "bảng 1, dòng 20, cột 4")
    form = HandedIn(1, datetime(2025, 12, 15, tzinfo=UTC), "docx", ("f" * 64,), {CODE_TALLIED: cell})
    return lambda catalogue: check_handed_in({CODE_TALLIED: observation(counted)}, form, catalogue, "dac-khu")


def succeeded(*gaps: str) -> Callable[[Catalogue], list[CheckResult]]:
    return lambda _: check_succession(SuccessionView("dac-khu", "2025-Q3", "office", {System.ONE_STOP: gaps}))


def due_in_2027(*, declared: bool) -> Callable[[Catalogue], list[CheckResult]]:
    return lambda _: check_days_off(DueDayView("dac-khu", "2026-Q4", date(2027, 1, 5), declared))


def failing_engine(check: Check[Any]) -> Callable[[Catalogue], list[CheckResult]]:
    """A check that can always be judged, asked something Great Expectations raises at: a text above a number."""
    broken = replace(
        check,
        columns=("value",),
        operands=lambda *_: ("chữ",),
        demand=lambda _: Demand("ExpectColumnValuesToBeBetween", {"min_value": 0}),
    )
    rule = broken.rule(Subject(owner="", cells=(), sentence_vi=check.says_vi, sentence_en=check.check))
    view = SuccessionView("dac-khu", "2025-Q3", "office", {})
    return lambda _: evaluate([CaseSet.of(broken, [Tried(0, rule, view)])], 1)


def judged_here() -> Iterator[Case]:
    for code, part in BALANCES.items():
        yield f"balance.{code}", FIRES, balances(**{part: 4})
        yield f"balance.{code}", SILENT, balances()
        yield f"balance.{code}", UNCLEAR, balances(**{part: GONE})
    yield "balance.part_within_whole", FIRES, balances(periodic_reports_sent_count=13, **{PCT: "108.33"})
    yield "balance.part_within_whole", SILENT, balances()
    yield "balance.part_within_whole", UNCLEAR, balances(periodic_reports_sent_count=GONE)
    yield "balance.ratio_matches", FIRES, balances(**{PCT: "75.01"})
    yield "balance.ratio_matches", SILENT, balances()
    yield "balance.ratio_matches", UNCLEAR, balances(**{PCT: GONE})
    yield "balance.carried_over", FIRES, carried(17)
    yield "balance.carried_over", SILENT, carried(15)
    yield "balance.carried_over", UNCLEAR, carried(GONE)
    yield "balance.periods_inside", FIRES, a_year(99)
    yield "balance.periods_inside", SILENT, a_year(100)
    yield "balance.periods_inside", UNCLEAR, a_year(100, quarters=3)
    steady = (1000, 1010, 990, 1005, 995, 1000, 1003, 998, 1001, 1000)
    for name in ("jump_from_previous", "jump_from_last_year"):
        yield f"history.{name}", FIRES, history(2770, *steady)
        yield f"history.{name}", SILENT, history(1001, *steady)
        yield f"history.{name}", UNCLEAR, history(1001)
    for name, fires, silent, code in (
        ("fell_silent", (0, 40, 35), (3, 40, 35), CODE),
        ("frozen", (2809, 2809, 2809), (2809, 2809, 2808), CODE),
        ("stock_shrank", (60, 98), (97, 98), STOCK),
    ):
        yield f"history.{name}", FIRES, history(*fires, code=code)
        yield f"history.{name}", SILENT, history(*silent, code=code)
        yield f"history.{name}", UNCLEAR, history(5, code=code)
    due, late, early = date(2025, 12, 18), date(2025, 12, 22), date(2025, 12, 10)
    yield "complete.given", FIRES, owed(None, late)
    yield "complete.given", SILENT, owed(due, due)
    yield "complete.given", UNCLEAR, owed(None, due)
    yield "complete.on_time", FIRES, owed(late, late)
    yield "complete.after_closing", FIRES, owed(early, due)
    yield "complete.cells", FIRES, owed(due, due, {"4.3.1": GONE})
    for name in ("on_time", "after_closing", "cells"):
        yield f"complete.{name}", SILENT, owed(due, due)
        yield f"complete.{name}", UNCLEAR, owed(None, due)
    quarter = Window(date(2025, 10, 1), date(2025, 12, 31))
    yield "reconcile.list_vs_statistic", FIRES, lambda c: reconcile(c, observation(60), tallies(58))
    yield "reconcile.list_vs_statistic", SILENT, lambda c: reconcile(c, observation(60), tallies(60))
    yield "reconcile.list_vs_statistic", UNCLEAR, lambda c: reconcile(c, observation(60), tallies(60, quarter))
    yield "roll_up.units_complete", FIRES, rolled_up(10, 1)
    yield "roll_up.units_sound", FIRES, rolled_up(10, drafts=("xã A",))
    yield "roll_up.counted_once", FIRES, rolled_up(10, holds_all=True)
    for name, unclear in (("units_complete", (0, 0)), ("units_sound", (3, 3)), ("counted_once", (3, 2))):
        yield f"roll_up.{name}", SILENT, rolled_up(10)
        yield f"roll_up.{name}", UNCLEAR, rolled_up(*unclear)
    yield "reconcile.comparison_given", FIRES, compared(0)
    yield "reconcile.comparison_given", SILENT, compared(1)
    yield "reconcile.comparison_given", UNCLEAR, failing_engine(COMPARISON_GIVEN)
    yield "complete.days_off_declared", FIRES, due_in_2027(declared=False)
    yield "complete.days_off_declared", SILENT, due_in_2027(declared=True)
    yield "complete.days_off_declared", UNCLEAR, failing_engine(DAYS_OFF_DECLARED)
    yield "succession.days_complete", FIRES, succeeded("thiếu từ 15/06/2025 đến 30/06/2025")
    yield "succession.days_complete", SILENT, succeeded()
    yield "succession.days_complete", UNCLEAR, failing_engine(DAYS_COMPLETE)


def of_answers() -> Iterator[Case]:
    yield "records.unknown_values", FIRES, noticed(Seen({"status": Counter({"11": 12})}, Counter()))
    yield "records.unknown_fields", FIRES, noticed(Seen({}, Counter({"ghiChuMoi": 40})))
    yield "records.proved_whole", FIRES, noticed(Seen(proofs=(CountProof("dòng tổng cộng", 636, 909),)))
    yield "records.read_plainly", FIRES, noticed(Seen(doubts_vi=("12 dòng đang ẩn vẫn được tính",)))
    for name in ("unknown_values", "unknown_fields", "read_plainly"):
        yield f"records.{name}", SILENT, noticed(Seen({}, Counter()))
    yield "records.proved_whole", SILENT, noticed(Seen(proofs=(CountProof("dòng tổng cộng", 909, 909),)))
    for name in ("unknown_values", "unknown_fields", "columns_present", "not_empty", "proved_whole", "read_plainly"):
        yield f"records.{name}", UNCLEAR, unread


def certain(
    channels: list[str | None], status: CellStatus = CellStatus.REPORTED
) -> Callable[[Catalogue], list[CheckResult]]:
    """What is said of a form whose one-stop shop gave dossiers by these channels."""

    def results(catalogue: Catalogue) -> list[CheckResult]:
        frame = test_record_checks.frame_of("dossiers", put_channels(channels))
        code = "dossiers_full_online_count"
        steps = (CountStep("hồ sơ trong dữ liệu nguồn", 2), CountStep("kênh nộp: trực tuyến", 1))
        observed = Observation(code, "dac-khu", Period(2025, "Q4"), Decimal(1), status, WINDOW.end_at, steps=steps)
        frames = {System.ONE_STOP: {"dossiers": frame}}
        return check_certain({code: observed}, frames, catalogue, catalogue.form(FORM_2025), WINDOW, "dac-khu")

    return results


def put_channels(channels: list[str | None]) -> Callable[[test_record_checks.Rows], None]:
    return lambda rows: rows.update(channel=[*channels, *["in_person"] * (len(rows["channel"]) - len(channels))])


def by_field(unknown: int | None, status: CellStatus = CellStatus.REPORTED) -> Callable[[Catalogue], list[CheckResult]]:
    """A form with a line for each field, so many dossiers of it in none that is declared."""

    def results(catalogue: Catalogue) -> list[CheckResult]:
        code = "all_received_count"
        columns = [
            {"number": "1", "heads": ["Lĩnh vực"], "holds": "label"},
            {"number": "2", "heads": ["Hồ sơ"], "indicator": code},
        ]
        matrix = {"columns": columns, "lines": [{"each": "field"}], "total": "Tổng cộng"}
        form = catalogue.form(FORM_2025).model_copy(update={"matrix": Matrix.model_validate(matrix)})
        given = {code: 9, **({f"{code}@field:unknown": unknown} if unknown is not None else {})}
        found = figures("2025-Q4", **{**given, **({code: status} if status is GONE else {})})
        return check_figures({"dac-khu": found}, catalogue, form=form)

    return results


def of_groups() -> Iterator[Case]:
    yield "balance.groups_declared", FIRES, by_field(2)
    yield "balance.groups_declared", SILENT, by_field(None)
    yield "balance.groups_declared", UNCLEAR, by_field(None, GONE)


def of_codes() -> Iterator[Case]:
    yield "records.figures_certain", FIRES, certain(["online", "unknown"])
    yield "records.figures_certain", SILENT, certain(["online", None])
    yield "records.figures_certain", UNCLEAR, certain(["online", "unknown"], CellStatus.TYPED_IN)


def of_handed_forms() -> Iterator[Case]:
    yield "reconcile.as_handed_in", FIRES, handed_in(60, "58")
    yield "reconcile.as_handed_in", SILENT, handed_in(60, "60")
    yield "reconcile.as_handed_in", UNCLEAR, handed_in(60, None)


def of_two_systems() -> Iterator[Case]:
    for name, cases in test_across.CASES.items():
        for outcome, case in zip((FIRES, SILENT, UNCLEAR), cases, strict=True):
            yield f"reconcile.{name}", outcome, lambda c, case=case: [case(c)]


JUDGED = (*judged_here(), *of_answers(), *of_codes(), *of_groups(), *of_handed_forms(), *of_two_systems())


@pytest.mark.parametrize("number", range(len(JUDGED)), ids=lambda n: f"{JUDGED[n][0]}-{JUDGED[n][1]}")
def test_the_case_is_what_it_says(number: int, wide: Catalogue) -> None:
    name, outcome, results_of = JUDGED[number]
    mine = [result for result in results_of(wide) if result.check == name]
    assert outcome in {result.outcome for result in mine}
    for result in mine:
        assert result.message_vi
        assert bool(result.reason) == (result.outcome is UNCLEAR)
        assert result.outcome is not FIRES or result.mend_vi


def test_no_check_lacks_one_of_the_three(catalogue: Catalogue) -> None:
    told = {(name, outcome) for name, outcome, _ in JUDGED}
    told |= {(one.check, one.outcome) for one in test_form_checks.SCENARIOS}
    told |= {(f"form.{name}", outcome) for name, outcome, *_ in test_matrix.CASES}
    told |= {(f"records.{one.check}", one.outcome) for one in test_record_checks.SCENARIOS}
    table = [card.check for card in all_cards() if "<" not in card.check]
    table += [f"balance.{code}" for code in catalogue.balances]
    assert not {(name, outcome.value) for name in table for outcome in Outcome} - {(n, o.value) for n, o in told}


def test_no_case_is_of_a_check_that_is_not_in_the_table(catalogue: Catalogue) -> None:
    table = {card.check for card in all_cards()} | {f"balance.{code}" for code in catalogue.balances}
    assert {name for name, _, _ in JUDGED} <= table
