"""Figures beside earlier ones: jumps, silence, frozen and shrunken figures, and breaks that are named, not flagged."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.checks import CheckLimits, DeclaredBreak, HistoryLimits
from baocao.domain import CellStatus, CheckResult, Observation, Outcome, Period, Severity, Tier
from expectations.history.suite import HISTORY_SUITE, check_history
from expectations.history.view import Past, PastPeriod
from tests.expectations.made_forms import FORM_2024, FORM_2025

KNOWN_AT = datetime(2026, 12, 15, tzinfo=UTC)
NOW = Period(2026, "Q4")
CODE = "dossiers_full_count"
STOCK = "procedures_full_count"
UNIT = "xa-mau"
Value = int | CellStatus | None


def observed(code: str, period: Period, value: Value, unit_code: str = UNIT) -> Observation:
    status = value if isinstance(value, CellStatus) else CellStatus.REPORTED
    number = None if isinstance(value, CellStatus) or value is None else Decimal(value)
    return Observation(code, unit_code, period, number, status, KNOWN_AT)


def quarters_before(count: int, period: Period = NOW) -> list[Period]:
    """The latest first."""
    found = []
    for _ in range(count):
        period = period.predecessor
        found.append(period)
    return found


def past_of(*values: Value, code: str = CODE, form_code: str = FORM_2025) -> Past:
    """Earlier periods, the latest first; None where there is none."""
    return {
        period: PastPeriod(form_code, {code: observed(code, period, value)})
        for period, value in zip(quarters_before(len(values)), values, strict=True)
        if value is not None
    }


@pytest.fixture
def wide(catalogue: Catalogue) -> Catalogue:
    """Communes without any break, under default thresholds."""
    units = {code: Unit(unit_code=code, name=f"UBND xã {code}", tier=Tier.COMMUNE) for code in [UNIT, *PEERS]}
    return replace(catalogue, units={**catalogue.units, **units}, limits=CheckLimits())


PEERS = [f"peer{n}" for n in range(9)]


def judge(
    catalogue: Catalogue, value: Value, past: Past, peers: Mapping[str, Past] | None = None, code: str = CODE
) -> dict[str, CheckResult]:
    now = {code: observed(code, NOW, value)}
    form = catalogue.form(FORM_2025)
    results = check_history({UNIT: now}, {UNIT: past, **(peers or {})}, catalogue, form=form)
    return {result.check.removeprefix("history."): result for result in results}


STEADY = past_of(*[1000, 1010, 990, 1005, 995, 1000, 1003, 998, 1001, 1000])


@pytest.mark.parametrize(
    ("value", "outcome"),
    [(1000, Outcome.PASS), (1290, Outcome.PASS), (1310, Outcome.FAIL), (690, Outcome.FAIL), (0, Outcome.FAIL)],
)
def test_a_steady_figure_jumps_where_it_leaves_its_own_range(wide: Catalogue, value: int, outcome: Outcome) -> None:
    """Its own changes are tiny, so practical size (30 per cent) decides; all of it gone is the unit's silence."""
    found = judge(wide, value, STEADY)
    if value == 0:
        assert found["fell_silent"].outcome is outcome
        assert "jump_from_previous" not in found
        return
    assert found["jump_from_previous"].outcome is outcome
    assert found["jump_from_last_year"].outcome is outcome


def test_a_jump_says_from_what_to_what_and_what_is_usual(wide: Catalogue) -> None:
    result = judge(wide, 2770, STEADY)["jump_from_previous"]
    assert result.severity is Severity.WARNING
    assert "(2.770) tăng bất thường so với Quý III năm 2026 (1.000)" in result.message_vi
    assert "9 lần thay đổi trước đây của chính đơn vị" in result.message_vi
    assert (result.observed, result.expected) == ("2.770", "từ 700 đến 1.300")
    assert result.cells == ("4.3.1",)


@pytest.mark.parametrize(
    ("past", "value", "outcome"),
    [
        ((2, 3, 0, 4, 1, 3), 9, Outcome.PASS),
        ((0, 0, 0, 0, 0, 0), 8, Outcome.PASS),
        ((0, 0, 0, 0, 0, 0), 60, Outcome.FAIL),
        ((0, 30, 0, 0, 28, 0, 31, 0), 29, Outcome.PASS),
        ((1000, 400, 1100, 380, 1050, 420), 410, Outcome.PASS),
    ],
    ids=["small counts", "few after zeros", "many after zeros", "bursts among zeros", "a swinging figure"],
)
def test_small_and_zero_inflated_counts_do_not_cry_wolf(
    wide: Catalogue, past: tuple[int, ...], value: int, outcome: Outcome
) -> None:
    assert judge(wide, value, past_of(*past))["jump_from_previous"].outcome is outcome


def peers_that(now: int | None, *earlier: int) -> dict[str, Past]:
    """Peers of sizes 1 to 9 times the figures given; for this period too where it is known."""
    made = {}
    for size, code in enumerate(PEERS, start=1):
        figures = dict(zip(quarters_before(len(earlier)), earlier, strict=True))
        figures |= {NOW: now} if now is not None else {}
        made[code] = {
            period: PastPeriod(FORM_2025, {CODE: observed(CODE, period, value * size, code)})
            for period, value in figures.items()
        }
    return made


def test_peers_stand_in_for_a_short_past_of_its_own(wide: Catalogue) -> None:
    peers = peers_that(None, 100, 105, 98)
    short = past_of(500)
    assert judge(wide, 480, short, peers)["jump_from_previous"].outcome is Outcome.PASS
    result = judge(wide, 1400, short, peers)["jump_from_previous"]
    assert result.outcome is Outcome.FAIL
    assert "lần thay đổi trước đây của các đơn vị cùng cấp" in result.message_vi


def test_a_movement_all_peers_share_is_no_jump(wide: Catalogue) -> None:
    """After Tết every commune has half as many dossiers."""
    peers = peers_that(50, 100, 102)
    assert judge(wide, 500, STEADY, peers)["jump_from_previous"].outcome is Outcome.PASS
    assert judge(wide, 1000, STEADY, peers)["jump_from_previous"].outcome is Outcome.FAIL
    assert judge(wide, 500, STEADY)["jump_from_previous"].outcome is Outcome.FAIL


def test_too_short_a_past_is_not_evaluable(wide: Catalogue) -> None:
    result = judge(wide, 400, past_of(100, 90))["jump_from_previous"]
    assert result.outcome is Outcome.NOT_EVALUABLE
    assert "cần 4 lần thay đổi của đơn vị hoặc 8 của các đơn vị cùng cấp" in result.reason


@pytest.mark.parametrize(
    ("past", "says"),
    [
        ((None, 5), "không có số liệu của Quý III năm 2026"),
        ((CellStatus.NOT_COLLECTED, 5), "của Quý III năm 2026: chưa thu thập được"),
    ],
)
def test_a_gap_in_the_past_is_named(wide: Catalogue, past: tuple[Value, ...], says: str) -> None:
    for check in ("jump_from_previous", "fell_silent", "frozen"):
        result = judge(wide, 5, past_of(*past))[check]
        assert result.outcome is Outcome.NOT_EVALUABLE
        assert says in result.reason


@pytest.mark.parametrize(
    ("past", "value", "outcome"),
    [((40, 35), 0, Outcome.FAIL), ((40, 35), 3, Outcome.PASS), ((4, 35), 0, Outcome.PASS), ((0, 0), 0, Outcome.PASS)],
)
def test_a_unit_falls_silent_only_after_having_been_busy(
    wide: Catalogue, past: tuple[int, ...], value: int, outcome: Outcome
) -> None:
    assert judge(wide, value, past_of(*past))["fell_silent"].outcome is outcome


@pytest.mark.parametrize(
    ("past", "value", "outcome"),
    [
        ((2809, 2809), 2809, Outcome.FAIL),
        ((2809, 2808), 2809, Outcome.PASS),
        ((12, 12), 12, Outcome.PASS),
    ],
    ids=["frozen", "moved", "small figures repeat by chance"],
)
def test_a_figure_frozen_for_periods(wide: Catalogue, past: tuple[int, ...], value: int, outcome: Outcome) -> None:
    assert judge(wide, value, past_of(*past))["frozen"].outcome is outcome


@pytest.mark.parametrize(
    ("code", "before", "value", "outcome"),
    [
        (STOCK, 98, 97, Outcome.PASS),
        (STOCK, 98, 90, Outcome.PASS),
        (STOCK, 98, 60, Outcome.FAIL),
        (STOCK, 10, 8, Outcome.PASS),
        (STOCK, 10, 7, Outcome.FAIL),
        ("architecture_updated_code", 1, 0, Outcome.FAIL),
        ("architecture_updated_code", 0, 1, Outcome.PASS),
    ],
)
def test_a_stock_that_shrank(wide: Catalogue, code: str, before: int, value: int, outcome: Outcome) -> None:
    found = judge(wide, value, past_of(before, code=code), code=code)
    assert found["stock_shrank"].outcome is outcome
    assert "jump_from_previous" not in found or found["jump_from_previous"].outcome is not Outcome.FAIL


def test_a_merged_unit_is_named_not_flagged(wide: Catalogue) -> None:
    """Founded from two others in the middle of the quarter before last: neither that quarter nor earlier ones count."""
    old = {
        code: Unit(unit_code=code, name=f"UBND xã {code}", tier=Tier.COMMUNE, valid_to=date(2026, 6, 30))
        for code in "ab"
    }
    born = Unit(
        unit_code=UNIT, name="UBND xã Mới", tier=Tier.COMMUNE, valid_from=date(2026, 7, 1), predecessors=("a", "b")
    )
    merged = replace(wide, units={**wide.units, **old, UNIT: born})
    result = judge(merged, 2500, STEADY)["jump_from_previous"]
    assert result.outcome is Outcome.NOT_EVALUABLE
    assert result.reason == "UBND xã Mới thành lập ngày 01/07/2026 từ việc sáp nhập UBND xã a, UBND xã b"


def test_a_unit_that_took_others_over_begins_anew_the_day_after_they_ended(wide: Catalogue) -> None:
    old = Unit(unit_code="a", name="UBND xã A", tier=Tier.COMMUNE, valid_to=date(2026, 9, 30))
    grown = wide.units[UNIT].model_copy(update={"predecessors": ("a",)})
    merged = replace(wide, units={**wide.units, "a": old, UNIT: grown})
    assert "nhận sáp nhập UBND xã A từ ngày 01/10/2026" in judge(merged, 2500, STEADY)["frozen"].reason


def test_a_declared_break_is_named(wide: Catalogue) -> None:
    known = DeclaredBreak(since=date(2026, 9, 20), label="thay phần mềm một cửa", indicators=(CODE,))
    limits = CheckLimits(history=HistoryLimits(breaks=(known,)))
    result = judge(replace(wide, limits=limits), 2500, STEADY)["jump_from_previous"]
    assert result.reason == "chuỗi số liệu gián đoạn từ ngày 20/09/2026: thay phần mềm một cửa"
    elsewhere = DeclaredBreak(since=date(2026, 9, 20), label="thay phần mềm một cửa", units=("peer1",))
    limits = CheckLimits(history=HistoryLimits(breaks=(elsewhere,)))
    assert judge(replace(wide, limits=limits), 2500, STEADY)["jump_from_previous"].outcome is Outcome.FAIL


def test_the_merger_of_july_2025_ships_as_a_known_break(catalogue: Catalogue) -> None:
    (known,) = catalogue.limits.history.breaks
    assert known.since == date(2025, 7, 1)


def test_a_change_of_the_form_is_named_by_the_crosswalk(wide: Catalogue) -> None:
    """A figure the old form has too is compared; one it counts otherwise, or lacks, is not."""
    same = past_of(98, code=STOCK, form_code=FORM_2024)
    other = {period: replace(one, figures={}) for period, one in same.items()}
    assert judge(wide, 60, same, code=STOCK)["stock_shrank"].outcome is Outcome.FAIL
    assert judge(wide, 60, other, code=STOCK)["stock_shrank"].reason == (
        "mẫu đổi từ Phụ lục 8 sang Biểu mẫu 7: ô 6.2.2 trước đây tính theo chỉ tiêu khác"
    )
    assert judge(wide, 60, other)["jump_from_previous"].reason == (
        "mẫu đổi từ Phụ lục 8 sang Biểu mẫu 7: mẫu trước không có số liệu này"
    )


def test_one_reason_is_one_result_whatever_the_number_of_figures(wide: Catalogue) -> None:
    codes = ("dossiers_full_count", "dossiers_partial_count", "dossiers_full_online_count")
    now = {UNIT: {code: observed(code, NOW, 5) for code in codes}}
    results = check_history(now, {}, wide, form=wide.form(FORM_2025))
    previous = [result for result in results if result.check == "history.jump_from_previous"]
    assert [set(result.cells) for result in previous] == [{"4.3.1", "4.4.1", "4.3.2"}]
    assert len(results) == len({result.check for result in results}) == len(HISTORY_SUITE) - 1


@pytest.mark.parametrize(("before", "outcome"), [(4, Outcome.PASS), (5, Outcome.FAIL)])
def test_a_system_is_silent_where_it_had_at_least_the_least_number_before(
    wide: Catalogue, before: int, outcome: Outcome
) -> None:
    assert wide.limits.history.silent.at_least == 5
    assert judge(wide, 0, past_of(*[before] * 9))["fell_silent"].outcome is outcome


@pytest.mark.parametrize(("value", "outcome"), [(99, Outcome.PASS), (100, Outcome.FAIL)])
def test_a_figure_is_frozen_from_the_least_size_on(wide: Catalogue, value: int, outcome: Outcome) -> None:
    assert wide.limits.history.frozen.at_least == 100
    assert judge(wide, value, past_of(*[value] * 9))["frozen"].outcome is outcome
