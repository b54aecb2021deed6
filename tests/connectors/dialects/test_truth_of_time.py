"""How dossiers were settled, as collected from systems that give it: each figure, each field, is the world's own."""

from collections.abc import Iterator

import pytest

from baocao.catalogue import Catalogue
from baocao.counting import CountingContext, SourceRecords, add_computed, observe
from baocao.domain import CellStatus, Observation, Period, System
from baocao.grouping import observe_groups
from baocao.records import MORE
from connectors.contract import ParseResult
from sandbox.server import RunningSandbox, start
from sandbox.world.truth import true_figures
from sandbox.world.truth_resolving import true_days, true_field_figures
from tests.connectors.dialects.collected import collect
from tests.connectors.suite import WINDOW

pytestmark = pytest.mark.usefixtures("credentials")
DATA_SET = "size:400"
TANDAN, IGATE = "one_stop_tandan", "one_stop_igate"
TIMED = ("all_", "ii_06a_")
COUNTS = (
    "all_resolved_early_count", "all_resolved_on_time_count", "all_resolved_overdue_count",
    "all_resolved_no_appointment_count", "all_pending_not_due_count", "all_pending_overdue_count",
    "all_pending_no_appointment_count", "all_carried_over_count", "all_received_online_count",
)  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with start(DATA_SET) as running:
        yield running


@pytest.fixture(scope="module", params=[IGATE, TANDAN])
def parsed(request: pytest.FixtureRequest, catalogue: Catalogue, sandbox: RunningSandbox) -> ParseResult:
    return collect(catalogue, sandbox, request.param, page_size=500)


def observations(catalogue: Catalogue, parsed: ParseResult, *asked: tuple[str, str]) -> dict[str, Observation]:
    source = SourceRecords(System.ONE_STOP, parsed.frames)
    context = CountingContext(
        catalogue.unit("dac-khu"), Period(2025, "Q4"), WINDOW, WINDOW.end_at, {System.ONE_STOP: source}
    )
    mine = {code: one for code, one in catalogue.indicators.items() if code.startswith(TIMED)}
    totals = add_computed(mine, observe(mine, context), context)
    return {**totals, **observe_groups(mine, asked, totals, context, catalogue.groupings)}


def test_the_world_tells_the_groups_apart() -> None:
    truth = true_figures(DATA_SET, "dac-khu", "2025-Q4")
    assert all(truth[code] for code in COUNTS), {code: truth[code] for code in COUNTS}
    assert len({truth[code] for code in COUNTS}) == len(COUNTS), {code: truth[code] for code in COUNTS}


def test_each_figure_of_time_is_the_true_one(catalogue: Catalogue, parsed: ParseResult) -> None:
    truth, found = true_figures(DATA_SET, "dac-khu", "2025-Q4"), observations(catalogue, parsed)
    mine = {code for code, one in catalogue.indicators.items() if one.count and code.startswith("all_")}
    counts = {code for code in mine if code in truth}
    assert {code: found[code].value for code in counts} == {code: truth[code] for code in counts}
    days = true_days(DATA_SET, "dac-khu", "2025-Q4")
    assert {code: found[code].value for code in days} == days
    assert mine == counts | set(days)
    assert "chưa có ngày hẹn trả" in found["all_resolved_early_count"].note


def test_each_figure_of_each_field_is_the_true_one(catalogue: Catalogue, parsed: ParseResult) -> None:
    found = observations(catalogue, parsed, *((code, "field") for code in COUNTS))
    keys = {entry.label: key for key, entry in catalogue.fields.fields.items()}
    truth = true_field_figures(DATA_SET, "dac-khu", "2025-Q4")
    assert len(truth) > 3
    for label, figures in truth.items():
        mine = {code: found[f"{code}@field:{keys[label]}"].value for code in COUNTS}
        assert mine == {code: figures.get(code, 0) for code in COUNTS}, label


def test_each_dossier_is_received_by_its_unit_even_where_its_one_stop_centre_took_it(
    catalogue: Catalogue, parsed: ParseResult
) -> None:
    found = observations(catalogue, parsed, ("all_received_count", "unit"))
    assert {code: one.value for code, one in found.items() if "@" in code} == {
        "all_received_count@unit:dac-khu": true_figures(DATA_SET, "dac-khu", "2025-Q4")["all_received_count"]
    }


def test_a_field_by_its_code_comes_to_the_same(catalogue: Catalogue, sandbox: RunningSandbox) -> None:
    asked = (("all_received_count", "field"),)
    by_name = observations(catalogue, collect(catalogue, sandbox, TANDAN, page_size=500), *asked)
    sandbox.take_habit("tandan", "field_as", "code")
    by_code = observations(catalogue, collect(catalogue, sandbox, TANDAN, page_size=500), *asked)
    sandbox.clear_faults()
    assert {code: one.value for code, one in by_code.items()} == {code: one.value for code, one in by_name.items()}
    assert "all_received_count@field:unknown" not in by_name


@pytest.mark.parametrize("source_code", [IGATE, TANDAN])
def test_nothing_of_it_is_kept_where_no_figure_needs_it(
    catalogue: Catalogue, sandbox: RunningSandbox, source_code: str
) -> None:
    plain = collect(catalogue, sandbox, source_code, page_size=500, more=())
    assert not set(MORE["dossiers"]) & set(plain.frames["dossiers"])
    early = observations(catalogue, plain)["all_resolved_early_count"]
    assert (early.value, early.status) == (None, CellStatus.NOT_COLLECTED)
    assert early.note == "Chưa thu thập được: hệ thống một cửa không cung cấp ngày hẹn trả"


def test_what_opencps_counts_itself_is_the_true_figure_in_all_and_by_field(
    catalogue: Catalogue, sandbox: RunningSandbox
) -> None:
    """It counts every level, by the day of the appointment; days of processing it does not give."""
    parsed = collect(catalogue, sandbox, "one_stop_opencps", page_size=200)
    found = observations(catalogue, parsed, *((code, "field") for code in COUNTS))
    truth = true_figures(DATA_SET, "dac-khu", "2025-Q4")
    mine = [
        code for code, one in catalogue.indicators.items() if one.count and code in truth and code.startswith(TIMED)
    ]
    assert {code: found[code].value for code in mine} == {code: truth[code] for code in mine}
    assert found["all_resolved_days_mean"].status is CellStatus.NOT_COLLECTED
    keys = {entry.label: key for key, entry in catalogue.fields.fields.items()}
    for label, figures in true_field_figures(DATA_SET, "dac-khu", "2025-Q4").items():
        by_field = {code: found[f"{code}@field:{keys[label]}"].value for code in COUNTS}
        assert by_field == {code: figures.get(code, 0) for code in COUNTS}, label
    assert any("không rõ so theo ngày hay theo giờ hẹn" in one for one in parsed.notices.unproved_vi)
