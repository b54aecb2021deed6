"""Whatever a vendor's document leaves open: the figures are the true ones, or what is wrong is told.

Truth is the sandbox's ledger, never what a connector counted elsewhere.
"""

import re
from collections.abc import Iterator

import pytest

from baocao.catalogue import Catalogue
from baocao.counting import CountingContext, SourceRecords, observe
from baocao.domain import Outcome, Period, Severity, System
from baocao.errors import SourceContractError, SourceError
from baocao.selection import count_records, lacks_columns
from baocao.settings import CHECKOUT_DIR
from connectors.assumptions import Assumption
from connectors.contract import ParseResult
from connectors.registry import list_connectors
from expectations.records.suite import check_notices
from sandbox.faults.dialects import DIALECTS
from sandbox.server import RunningSandbox, start
from sandbox.world.data_sets import data_set
from sandbox.world.truth import true_figures
from tests.connectors.dialects.collected import collect, values, whole_numbers
from tests.connectors.suite import ENTRIES, WINDOW, Entry

pytestmark = pytest.mark.usefixtures("credentials")
DATA_SET = "size:400"
CONNECTORS = list_connectors()
ASKED_OVER_HTTP = [code for code, one in CONNECTORS.items() if one.__module__.startswith("connectors.dialects.")]


def entry_of(code: str) -> Entry:
    return next(entry for entry in ENTRIES if entry.source_code == code)


CASES = [
    pytest.param(entry_of(code), assumption, value, id=f"{code}-{assumption.name}-{value}")
    for code in ASKED_OVER_HTTP
    for assumption in CONNECTORS[code].assumptions
    for value in assumption.values
]


TOLD = {
    ("tallies", "day_filter", "ignored"): r"hỏi ngày 01/01/1990 vẫn nhận \d+.*không tính theo ngày",
    **dict.fromkeys(
        (("tallies", "day_bounds", "last_left_out"), ("tallies", "day_bounds", "first_left_out")),
        r"hỏi cả tuần từ \d\d/\d\d/2025 có hồ sơ.*bỏ ngày đầu hoặc ngày cuối của khoảng được hỏi",
    ),
    ("tallies", "days_counted", "whole_months"): r"hỏi đến 15/10/2025 nhận \d+.*không tính theo đúng các ngày",
    ("tallies", "level_filter", "ignored"): r"toàn trình \d+ và một phần \d+ khác số hỏi cả hai mức",
    ("dossiers", "statuses_unasked", "finished_left_out"): r"mọi trạng thái .* nhận \d+ hồ sơ, không kèm trạng thái",
    ("dossiers", "statuses_unasked", "returned_left_out"): r"mọi trạng thái .* nhận \d+ hồ sơ, không kèm trạng thái",
}
"""By kind of records, assumption and value: what is no right figure, and the sentence that tells it."""
SAID = {
    ("tallies", "on_time", "by_hour"): "không rõ so theo ngày hay theo giờ hẹn",
    ("tallies", "cancelled_toggle", "ignored"): "hệ thống không theo suppended-cancelled",
    ("dossiers", "statuses_unasked", "returned_never"): "hồ sơ đã trả kết quả có thể thiếu",
}
"""The same, said beside the figure."""
BLOCKED = {
    ("dossiers", "statuses_unasked", "finished_never"): "hệ thống có thể mặc định giấu hồ sơ đã xong",
    ("dossiers", "filter_date", "another"): "hệ thống có thể lọc theo một ngày khác",
    ("documents", "filter_date", "another"): "hệ thống có thể lọc theo một ngày khác (startDateBanHanh)",
}
"""The same, a count that nobody can release a form with."""


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with start(DATA_SET) as found:
        yield found


@pytest.fixture
def sandbox(running: RunningSandbox) -> Iterator[RunningSandbox]:
    yield running
    running.clear_faults()


@pytest.mark.parametrize("code", ASKED_OVER_HTTP)
def test_a_dialect_names_what_its_document_leaves_open(code: str) -> None:
    assert CONNECTORS[code].assumptions


@pytest.mark.parametrize("code", ASKED_OVER_HTTP)
def test_the_sandbox_plays_every_value_of_every_assumption_and_no_other(code: str) -> None:
    played = DIALECTS[entry_of(code).system].habits
    for assumption in CONNECTORS[code].assumptions:
        assert set(assumption.values) == set(played[assumption.name]), assumption.name
        assert played[assumption.name][assumption.values[0]] is None, "the usual one is played by itself"


@pytest.mark.parametrize(("entry", "assumption", "value"), CASES)
def test_the_figures_are_true_or_what_is_wrong_is_told(
    catalogue: Catalogue, sandbox: RunningSandbox, entry: Entry, assumption: Assumption, value: str
) -> None:
    usual = collect(catalogue, sandbox, entry.source_code)
    sandbox.take_habit(entry.system, assumption.name, value)
    if told := TOLD.get((entry.kind, assumption.name, value)):
        with pytest.raises(SourceContractError, match=told):
            collect(catalogue, sandbox, entry.source_code)
        return
    found = collect(catalogue, sandbox, entry.source_code)
    if said := SAID.get((entry.kind, assumption.name, value)):
        assert any(said in one for one in found.notices.unproved_vi)
        return
    if blocked := BLOCKED.get((entry.kind, assumption.name, value)):
        assert any(blocked in one.what_vi for one in found.notices.proofs if not one.is_met)
        return
    assert figures(catalogue, found, entry) == expected(catalogue, usual, entry)
    assert not found.notices.unknown_values


def figures(catalogue: Catalogue, parsed: ParseResult, entry: Entry) -> dict[str, int]:
    if entry.kind == "tallies":
        return values(parsed)
    definitions = {code: one.count for code, one in catalogue.indicators.items() if one.count and not one.count.days}
    return {
        code: count_records(definition, parsed.frames, WINDOW)[0]
        for code, definition in definitions.items()
        if definition.records == entry.kind
        and is_in_truth(entry, code)
        and not lacks_columns(definition, parsed.frames)
    }


def expected(catalogue: Catalogue, usual: ParseResult, entry: Entry) -> dict[str, int]:
    """The true figures; of a source that counts by itself, what it says in its usual way."""
    if entry.kind == "tallies" or entry.source_code == "documents_axis":
        return figures(catalogue, usual, entry)
    truth = whole_numbers(true_figures(DATA_SET, "dac-khu", "2025-Q4"))
    return {code: truth[code] for code in figures(catalogue, usual, entry)}


def is_in_truth(entry: Entry, code: str) -> bool:
    known = true_figures(DATA_SET, "dac-khu", "2025-Q4")
    return code in known and "level_3" not in code and "level_4" not in code


def test_the_world_tells_the_habits_apart() -> None:
    """Undated dossiers, online ones among them, and more rows than a page of any habit."""
    dossiers = data_set(DATA_SET).ledger.dossiers["dac-khu"]
    undated = [one for one in dossiers if one.accepted_at is None]
    assert len(undated) > 5
    assert len(dossiers) > 100


def test_dossiers_that_cannot_be_asked_for_are_told_beside_every_figure(
    catalogue: Catalogue, sandbox: RunningSandbox
) -> None:
    """A filter that drops them, and no other filter: fewer than there are, and said so."""
    sandbox.take_habit("one_stop", "empty_dates", "dropped")
    sandbox.take_habit("one_stop", "filter_by_application", "refused")
    found = collect(catalogue, sandbox, "one_stop_igate")
    truth = whole_numbers(true_figures(DATA_SET, "dac-khu", "2025-Q4"))
    assert (
        figures(catalogue, found, entry_of("one_stop_igate"))["dossiers_received_count"]
        < truth["dossiers_received_count"]
    )
    assert found.notices.unproved_vi == [
        "hồ sơ chưa ghi ngày tiếp nhận có thể thiếu, vì hệ thống chỉ cho hỏi theo ngày tiếp nhận"
    ]
    (doubt,) = [
        one
        for one in check_notices(found.notices, System.ONE_STOP, "dac-khu", catalogue)
        if one.check == "records.read_plainly"
    ]
    assert (doubt.outcome, doubt.severity) == (Outcome.FAIL, Severity.WARNING)
    context = CountingContext(
        catalogue.unit("dac-khu"),
        Period.parse("2025-Q4"),
        WINDOW,
        sandbox.now,
        {System.ONE_STOP: SourceRecords(System.ONE_STOP, found.frames, notices=found.notices)},
    )
    assert "có thể thiếu" in observe(catalogue.indicators, context)["dossiers_received_count"].note


@pytest.mark.parametrize("code", ["one_stop_igate", "one_stop_tandan", "documents_qlvb"])
def test_a_listing_says_by_which_count_it_was_proved_whole(
    catalogue: Catalogue, sandbox: RunningSandbox, code: str
) -> None:
    found = collect(catalogue, sandbox, code)
    assert found.notices.proofs
    assert all(proof.found_count == proof.expected_count for proof in found.notices.proofs)


def test_more_rows_than_a_source_counts_are_an_error(catalogue: Catalogue, sandbox: RunningSandbox) -> None:
    sandbox.set_fault("one_stop", "total_of_pages")
    with pytest.raises(
        SourceContractError, match=r"hỏi cả kỳ nhận \d+, hỏi từng phần của kỳ nhận \d+.*tổng ấy không phải số bản ghi"
    ):
        collect(catalogue, sandbox, "one_stop_igate")


def test_the_table_of_the_documents_has_every_assumption_of_every_dialect_and_no_other() -> None:
    page = (CHECKOUT_DIR / "docs" / "collecting.md").read_text(encoding="utf-8")
    table = page.partition("| assumption | of | values | comes out |")[2].partition("\n\n")[0]
    rows = [[re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:4]] for line in table.splitlines()[2:]]
    shown = {(code, names[0]): set(values) for names, codes, values in rows for code in codes}
    declared = {(code, one.name): set(one.values) for code in ASKED_OVER_HTTP for one in CONNECTORS[code].assumptions}
    assert {key: values & declared.get(key, set()) for key, values in shown.items()} == declared


def test_the_readme_says_of_every_connector_by_what_its_list_is_proved_whole() -> None:
    readme = (CHECKOUT_DIR / "README.md").read_text(encoding="utf-8")
    head = next(line for line in readme.splitlines() if line.startswith("| source | gives"))
    place = [cell.strip() for cell in head.split("|")].index("proved whole by")
    told = {
        line.split("`")[1]: line.split("|")[place].strip() for line in readme.splitlines() if line.startswith("| `")
    }
    assert all(len(told[code]) > 10 for code in CONNECTORS)


@pytest.mark.parametrize(
    ("code", "parameter"),
    [("one_stop_igate", "ancestor-agency-id"), ("one_stop_tandan", "donViQuanLy"), ("portal_dvcqg", "madonvi")],
)
def test_a_system_that_chooses_no_unit_is_told_even_where_the_records_are_the_units_own(
    catalogue: Catalogue, sandbox: RunningSandbox, code: str, parameter: str
) -> None:
    sandbox.take_habit(entry_of(code).system, "unit_filter", "ignored")
    found = collect(catalogue, sandbox, code)
    unmet = [proof.what_vi for proof in found.notices.proofs if proof.is_met is False]
    said = [*found.notices.doubts_vi, *unmet]
    assert any(f"hệ thống không lọc theo đơn vị ({parameter})" in one for one in said)


@pytest.mark.parametrize("code", ["one_stop_igate", "one_stop_tandan", "documents_qlvb", "portal_dvcqg"])
def test_what_narrows_an_answer_is_proved_with_every_collection(
    catalogue: Catalogue, sandbox: RunningSandbox, code: str
) -> None:
    said = " ".join(proof.what_vi for proof in collect(catalogue, sandbox, code).notices.proofs if proof.is_met)
    assert "lọc theo đơn vị" in said
    assert ("lọc theo ngày" in said) is (code != "portal_dvcqg"), "a catalogue has no days"


def test_days_that_are_not_heeded_are_told_and_block_where_no_record_is_from_before(
    catalogue: Catalogue, sandbox: RunningSandbox
) -> None:
    sandbox.take_habit("documents", "day_filter", "ignored")
    found = collect(catalogue, sandbox, "documents_qlvb")
    assert any("không lọc theo ngày (startDateBanHanh)" in doubt for doubt in found.notices.doubts_vi)
    only_now = {"startDateBanHanh": "01/10/2025", "endDateBanHanh": "01/01/2100"}
    sandbox.set_fault("documents", "parameters_unheeded", values=only_now)
    (unmet,) = [
        proof for proof in collect(catalogue, sandbox, "documents_qlvb").notices.proofs if proof.is_met is False
    ]
    assert "không có bản ghi nào trước ngày đầu kỳ" in unmet.what_vi


def test_a_post_that_is_not_taken_blocks_where_no_document_says_whose_it_is(
    catalogue: Catalogue, sandbox: RunningSandbox
) -> None:
    sandbox.set_fault("documents", "field_set", field="coQuanBanHanh", to="", every=1)
    sandbox.set_fault("documents", "switch_unheeded", unit="5101")
    found = collect(catalogue, sandbox, "documents_qlvb")
    unmet = [
        proof.what_vi for proof in found.notices.proofs if proof.is_met is False and proof.expected_count is not None
    ]
    assert any("không lọc theo đơn vị (switch)" in said and "account: unit" in said for said in unmet)


def test_what_is_wrong_with_a_list_is_said_of_its_own_address(catalogue: Catalogue, sandbox: RunningSandbox) -> None:
    """Though a unit that nobody has was asked for after it."""
    sandbox.set_fault("documents", "repeat_page", page=1)
    with pytest.raises(SourceError) as caught:
        collect(catalogue, sandbox, "documents_qlvb", page_size=10)
    assert "/switch/" not in str(caught.value)
    assert "lookupdocument" in str(caught.value)


def test_a_register_that_gives_documents_received_only_is_told(catalogue: Catalogue, sandbox: RunningSandbox) -> None:
    sandbox.set_fault("documents", "field_set", field="congVanDenDi", to="1", every=1)
    found = collect(catalogue, sandbox, "documents_qlvb")
    assert any("không có văn bản đi nào" in said for said in found.notices.unproved_vi)
