"""How figures of units become those of the unit above: small numbers a clerk can add up."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baocao.catalogue import Catalogue, Indicator, Unit, children_in, continuations
from baocao.counting import CountingContext
from baocao.domain import CellStatus, Observation, Period, System, Tier, Window
from baocao.rolling_up import (
    FigurePart,
    Parts,
    add_up,
    divide_parts,
    find_nestings,
    keys_of,
    missing_parts,
    observe_parts,
    over_tiers,
    parts_of,
    with_corrections,
)
from tests.baocao.table import table

Q4 = Period.parse("2025-Q4")
LATER = datetime(2025, 12, 20, tzinfo=UTC)
WHOLE, ONLINE = "dossiers_full_count", "dossiers_full_online_count"
DISTINCT = "procedures_with_dossier_count"
RATIO = "dossiers_full_online_pct"


def unit(code: str, tier: str = "commune", **more: Any) -> Unit:
    return Unit(unit_code=code, name=f"UBND {code}", tier=Tier(tier), **more)


def seen(code: str, unit_code: str, value: int | None, **more: Any) -> Observation:
    status = CellStatus.REPORTED if value is not None else CellStatus.NOT_COLLECTED
    given_value = None if value is None else Decimal(value)
    return Observation(**{
        "indicator_code": code, "unit_code": unit_code, "period": Q4, "value": given_value, "status": status,
        "known_at": LATER, **more,
    })  # fmt: skip


def wanted(catalogue: Catalogue) -> dict[str, Indicator]:
    return {code: catalogue.indicator(code) for code in (WHOLE, ONLINE, DISTINCT, RATIO)}


def brings(catalogue: Catalogue, of: Unit, whole: int | None, online: int | None, *procedures: str) -> Parts:
    figures = {
        WHOLE: seen(WHOLE, of.unit_code, whole),
        ONLINE: seen(ONLINE, of.unit_code, online),
        DISTINCT: seen(DISTINCT, of.unit_code, len(procedures)),
    }
    return parts_of(wanted(catalogue), of, figures, {DISTINCT: frozenset(procedures)})


def observed(catalogue: Catalogue, parts: Parts, known_at: datetime = LATER) -> dict[str, Observation]:
    window = catalogue.calendar.window("nd09", Q4)
    context = CountingContext(unit("tinh", "province"), Q4, window, known_at, collected={})
    counts = observe_parts(wanted(catalogue), parts, context, {}, ("ab" * 32,))
    return divide_parts(wanted(catalogue), counts, parts, context, {})


def test_a_ratio_is_of_the_sums_and_never_the_mean_of_ratios(catalogue: Catalogue) -> None:
    """1 of 1 and 10 of 99: 11 %, where the mean of 100 % and 10,10 % would be 55,05 %."""
    found = observed(
        catalogue, add_up([brings(catalogue, unit("a"), 1, 1, "1.1"), brings(catalogue, unit("b"), 99, 10, "1.1")])
    )
    assert (found[WHOLE].value, found[ONLINE].value, found[RATIO].value) == (100, 11, Decimal("11.00"))


def test_a_procedure_of_two_units_is_one_procedure_and_the_steps_say_so(catalogue: Catalogue) -> None:
    parts = add_up([brings(catalogue, unit("a"), 5, 1, "1.1", "1.2"), brings(catalogue, unit("b"), 5, 1, "1.2")])
    found = observed(catalogue, parts)[DISTINCT]
    assert found.value == 2
    assert [step.left_count for step in found.steps] == [3, 2]


def test_a_unit_without_a_figure_is_named_and_makes_the_sum_provisional(catalogue: Catalogue) -> None:
    parts = add_up([brings(catalogue, unit("a"), 5, 1), missing_parts(wanted(catalogue), unit("b"))])
    found = observed(catalogue, parts)[WHOLE]
    assert (found.value, found.status, found.note) == (5, CellStatus.PROVISIONAL, "Thiếu 1/2 đơn vị: b")


def test_no_unit_at_all_is_no_figure_rather_than_zero(catalogue: Catalogue) -> None:
    parts = add_up([missing_parts(wanted(catalogue), unit("b"))])
    found = observed(catalogue, parts)
    assert {found[code].value for code in (WHOLE, DISTINCT, RATIO)} == {None}
    assert found[WHOLE].status is CellStatus.NOT_COLLECTED


def test_a_count_without_records_cannot_be_counted_anew(catalogue: Catalogue) -> None:
    figures = {DISTINCT: seen(DISTINCT, "a", 40)}
    found = observed(catalogue, parts_of(wanted(catalogue), unit("a"), figures, {}))[DISTINCT]
    assert found.value is None
    assert "không đếm lại được" in found.note


def test_what_a_unit_says_of_a_figure_is_said_above_with_how_many_say_it(catalogue: Catalogue) -> None:
    late = "Chụp muộn 3 ngày sau thời điểm chốt số liệu"
    each = [parts_of(wanted(catalogue), unit(c), {WHOLE: seen(WHOLE, c, 1, note=late)}, {}) for c in ("a", "b")]
    assert f"{late} (2 đơn vị)" in observed(catalogue, add_up(each))[WHOLE].note


def test_keys_are_those_of_the_counted_records_only(catalogue: Catalogue) -> None:
    definition = catalogue.indicator(DISTINCT).count
    assert definition is not None
    rows = ({"procedure_code": "1.1"}, {"procedure_code": "1.2", "status": "refused"})
    window = catalogue.calendar.window("nd09", Q4)
    assert keys_of(definition, table("dossiers", *rows), window) == {"1.1"}
    assert keys_of(definition, {}, window) is None


@pytest.mark.parametrize(("own", "holds_all"), [((12, 3, "1.1", "1.2"), True), ((4, 3, "1.1", "1.2"), False)])
def test_a_source_that_seems_to_hold_the_units_below_is_noticed(
    catalogue: Catalogue, own: tuple[Any, ...], holds_all: bool
) -> None:
    below = add_up([brings(catalogue, unit("a"), 5, 1, "1.1"), brings(catalogue, unit("b"), 5, 1, "1.2")])
    mine = brings(catalogue, unit("tinh", "province"), *own)
    (found,) = find_nestings(wanted(catalogue), mine, below, frozenset())
    assert (found.system, found.holds_all, found.own, found.below) == (System.ONE_STOP, holds_all, own[0], 10)


def test_units_that_ended_within_the_window_are_among_the_children_once() -> None:
    units = {
        each.unit_code: each
        for each in (
            unit("tinh", "province", predecessors=("tinh-cu",)),
            unit("tinh-cu", "province", valid_to="2025-06-30"),
            unit("huyen", "district", parent="tinh", valid_to="2025-06-30"),
            unit("xa-cu", parent="huyen", valid_to="2025-06-30"),
            unit("xa-bo", parent="tinh-cu", valid_to="2025-06-30"),
            unit("xa-moi", parent="tinh", valid_from="2025-07-01", predecessors=("xa-cu", "xa-bo")),
        )
    }
    whole, after = (Window(_day(start), _day("2025-12-14")) for start in ("2024-12-15", "2025-09-15"))
    assert [u.unit_code for u in children_in(units, units["tinh"], whole)] == ["huyen", "tinh-cu", "xa-moi"]
    assert [u.unit_code for u in children_in(units, units["tinh"], after)] == ["xa-moi"]
    assert children_in(units, units["xa-moi"], whole) == (), "a merged unit makes its own form, from its own sources"


def test_a_renamed_unit_under_the_same_key_is_counted_with_its_successor_wherever_that_stands() -> None:
    old = unit("cu", parent="huyen", valid_to="2025-06-30", source_keys={"one_stop": "K", "documents": "7"})
    new = unit("moi", valid_from="2025-07-01", source_keys={"one_stop": "K", "documents": "8"}, predecessors=("cu",))
    units = {"cu": old, "moi": new}
    spanning, before = (Window(_day("2025-03-15"), _day(end)) for end in ("2025-09-14", "2025-06-14"))
    assert continuations(units, (old,), spanning) == {"cu": frozenset({"one_stop"})}
    assert continuations(units, (old,), before) == {}


def _day(text: str) -> Any:
    return datetime.fromisoformat(text).date()


LEAF = st.tuples(
    st.sampled_from(["commune", "ward", "department"]),
    st.none() | st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sets(st.sampled_from([f"1.{n}" for n in range(9)])),
)


def _leaves(catalogue: Catalogue, drawn: list[Any]) -> list[Parts]:
    return [brings(catalogue, unit(f"u{n}", t), w, o, *sorted(p)) for n, (t, w, o, p) in enumerate(drawn)]


@settings(max_examples=60, deadline=None)
@given(drawn=st.lists(LEAF, min_size=1, max_size=9), data=st.data())
def test_neither_order_nor_districts_between_change_anything(
    catalogue: Catalogue, drawn: list[Any], data: st.DataObject
) -> None:
    leaves = _leaves(catalogue, drawn)
    straight = add_up(leaves)
    shuffled = data.draw(st.permutations(leaves))
    cut = data.draw(st.integers(0, len(leaves)))
    districts = [add_up(shuffled[:cut]), add_up(shuffled[cut:])]
    for other in (add_up(shuffled), add_up(districts)):
        assert {t: dict(f) for t, f in other.items()} == {t: dict(f) for t, f in straight.items()}
        assert observed(catalogue, other) == observed(catalogue, straight)


@settings(max_examples=60, deadline=None)
@given(drawn=st.lists(LEAF, min_size=1, max_size=9))
def test_sums_ratios_and_keys_are_what_plain_arithmetic_says(catalogue: Catalogue, drawn: list[Any]) -> None:
    found = observed(catalogue, add_up(_leaves(catalogue, drawn)))
    whole = [w for _, w, _, _ in drawn if w is not None]
    assert found[WHOLE].value == (sum(whole) if whole else None)
    assert found[DISTINCT].value == len(set().union(*(p for *_, p in drawn)))
    online = sum(o for _, _, o, _ in drawn)
    if whole and len(whole) < len(drawn):
        assert found[RATIO].value is None, "its two counts are sums over different units"
        assert "cộng từ số của những đơn vị khác nhau" in found[RATIO].note or not sum(whole)
    elif whole and sum(whole):
        exact = Decimal(online) * 100 / Decimal(sum(whole))
        assert found[RATIO].value is not None
        assert abs(found[RATIO].value - exact) <= Decimal("0.005")


def test_a_part_with_nothing_changes_nothing() -> None:
    one = FigurePart(Decimal(3), frozenset({"1.1"}), 1, frozenset({"x"}), is_provisional=True, notes={"n": 2})
    assert one.plus(FigurePart()) == FigurePart().plus(one) == one
    assert over_tiers({Tier.WARD: {"f": one}}, "f", (Tier.COMMUNE,)) == FigurePart()


def test_a_correction_of_a_unit_s_own_form_changes_its_part_by_the_difference(catalogue: Catalogue) -> None:
    indicators, province = wanted(catalogue), unit("tinh", "province")
    below = add_up([brings(catalogue, unit("a"), 10, 4), brings(catalogue, unit("b"), 20, 8)])
    corrected = {WHOLE: seen(WHOLE, "tinh", 33, status=CellStatus.CORRECTED)}
    changed = with_corrections(indicators, province, below, corrected)
    assert (over_tiers(below, WHOLE).value, over_tiers(changed, WHOLE).value) == (30, 33)
    assert over_tiers(changed, ONLINE).value == 12


def test_one_provisional_figure_of_many_makes_the_sum_provisional(catalogue: Catalogue) -> None:
    whole = {"is_provisional": False, "value": Decimal(1), "given_count": 1}
    parts = [FigurePart(**whole), FigurePart(**{**whole, "is_provisional": True}), FigurePart(**whole)]
    assert parts[0].plus(parts[1]).plus(parts[2]).is_provisional
    assert not parts[0].plus(parts[2]).is_provisional


RESOLVED, EARLY = "all_resolved_count", "all_resolved_early_count"
IN_TIME, ON_TIME, IN_TIME_PCT = "all_resolved_in_time_count", "all_resolved_on_time_count", "all_resolved_in_time_pct"
MEAN, MEDIAN = "all_resolved_days_mean", "all_resolved_days_median"


def of_time(catalogue: Catalogue, parts: Parts, *codes: str) -> dict[str, Observation]:
    window = catalogue.calendar.window("nd09", Q4)
    context = CountingContext(unit("tinh", "province"), Q4, window, LATER, collected={})
    mine = {code: catalogue.indicator(code) for code in codes}
    return divide_parts(mine, observe_parts(mine, parts, context, {}, ("ab" * 32,)), parts, context, {})


def by_field(catalogue: Catalogue, of: Unit, **figures: int | None) -> Parts:
    """`resolved` and `early` of all, and of a field where a name is given: `early_ho_tich`."""
    names = {"resolved": RESOLVED, "early": EARLY, "on_time": ON_TIME}
    codes = {}
    for name, value in figures.items():
        figure, _, key = name.partition("__")
        code = f"{names[figure]}@field:{key}" if key else names[figure]
        codes[code] = seen(code, of.unit_code, value)
    mine = {code: catalogue.indicator(code) for code in (RESOLVED, EARLY, ON_TIME)}
    return parts_of(mine, of, codes, {})


def test_the_figures_of_a_field_are_added_up_over_units_and_divided_last(catalogue: Catalogue) -> None:
    a = by_field(
        catalogue, unit("a"), resolved=10, early=6, on_time=1,
        resolved__ho_tich=4, early__ho_tich=2, on_time__ho_tich=1, resolved__dat_dai=6, early__dat_dai=4, on_time__dat_dai=0,
    )  # fmt: skip
    b = by_field(
        catalogue, unit("b"), resolved=5, early=5, on_time=0, resolved__ho_tich=5, early__ho_tich=5, on_time__ho_tich=0
    )
    found = of_time(catalogue, add_up([a, b]), RESOLVED, EARLY, ON_TIME, IN_TIME, IN_TIME_PCT)
    assert found[f"{RESOLVED}@field:ho_tich"].value == 9
    assert found[f"{RESOLVED}@field:dat_dai"].value == 6
    assert found[f"{IN_TIME}@field:ho_tich"].value == 8
    assert found[f"{IN_TIME_PCT}@field:ho_tich"].value == Decimal("88.89")
    assert found[f"{IN_TIME_PCT}@field:dat_dai"].value == Decimal("66.67")
    assert found[IN_TIME_PCT].value == Decimal("80.00")


def test_a_unit_without_a_report_is_missing_from_every_field(catalogue: Catalogue) -> None:
    a = by_field(catalogue, unit("a"), resolved=4, early=2, on_time=2, resolved__ho_tich=4)
    mine = {code: catalogue.indicator(code) for code in (RESOLVED, EARLY, ON_TIME)}
    found = of_time(catalogue, add_up([a, missing_parts(mine, unit("b"))]), RESOLVED)
    assert found[f"{RESOLVED}@field:ho_tich"].note.startswith("Thiếu 1/2 đơn vị: b")
    assert found[f"{RESOLVED}@field:ho_tich"].status is CellStatus.PROVISIONAL


def test_days_are_taken_anew_over_the_dossiers_of_all_units(catalogue: Catalogue) -> None:
    """1, 1, 1 and 9 days: a mean of 3 and a median of 1, where the units' own means are 1 and 9."""
    short, long = ({"received_at": "2025-11-03 08:00", "finished_at": f"2025-11-{day} 08:00"} for day in ("04", "14"))
    window = catalogue.calendar.window("nd09", Q4)
    brought = []
    for code, rows, own in (("a", (short, short, short), 1), ("b", (long,), 9)):
        figures = {name: seen(name, code, own) for name in (MEAN, MEDIAN)}
        definitions = {name: catalogue.indicator(name) for name in (MEAN, MEDIAN)}
        keys = {}
        for name, one in definitions.items():
            assert one.count is not None
            keys[name] = keys_of(one.count, table("dossiers", *rows), window) or frozenset()
        brought.append(parts_of(definitions, unit(code), figures, keys))
    found = of_time(catalogue, add_up(brought), MEAN, MEDIAN)
    assert (found[MEAN].value, found[MEDIAN].value) == (Decimal("3.00"), 1)
    assert [(step.step, step.left_count) for step in found[MEAN].steps] == [("hồ sơ của 2 đơn vị", 4)]
