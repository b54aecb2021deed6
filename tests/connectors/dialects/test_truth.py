"""What the newer dialects give is what the sandbox knows to be true, on a small and on a larger set."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import orjson
import pytest

from baocao.catalogue import Catalogue
from baocao.counting import CountingContext, SourceRecords, observe
from baocao.domain import Outcome, Period, RawPayload, Severity, System, Window
from baocao.errors import SourceContractError
from baocao.selection import count_records, lacks_columns
from expectations.across.tallies import check_tallies
from expectations.records.suite import check_notices
from sandbox.server import RunningSandbox, start
from sandbox.systems.documents_axis import is_on_axis, is_taken_back
from sandbox.world.data_sets import data_set
from sandbox.world.state import Options
from sandbox.world.truth import true_figures
from tests.connectors.dialects.collected import LEVELS, collect, days, entered, online, received, values, whole_numbers
from tests.connectors.suite import WINDOW, asked, with_option

pytestmark = pytest.mark.usefixtures("credentials")
QUARTER = date(2025, 10, 1), date(2025, 12, 31)


@pytest.fixture(scope="module", params=["tiny", "dac-khu-2025"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[RunningSandbox]:
    with start(request.param) as running:
        yield running


@pytest.fixture
def truth(sandbox: RunningSandbox) -> dict[str, int]:
    return whole_numbers(true_figures(sandbox.data_set.name, "dac-khu", "2025-Q4"))


@pytest.mark.parametrize("source_code", ["one_stop_tandan", "one_stop_igate_lgsp"])
def test_every_figure_counted_from_dossiers_is_the_true_one(
    catalogue: Catalogue, sandbox: RunningSandbox, truth: dict[str, int], source_code: str
) -> None:
    frames = collect(catalogue, sandbox, source_code, page_size=500).frames
    definitions = {code: one.count for code, one in catalogue.indicators.items() if one.count and not one.count.days}
    counted = {
        code: count_records(definition, frames, WINDOW)[0]
        for code, definition in definitions.items()
        if definition.records == "dossiers"
        and "level_3" not in code
        and "level_4" not in code
        and code in truth
        and not lacks_columns(definition, frames)
    }
    assert len(counted) > 8
    assert counted == {code: truth[code] for code in counted}


def test_the_statistic_of_tandan_is_of_the_calendar_quarter(catalogue: Catalogue, sandbox: RunningSandbox) -> None:
    parsed = collect(catalogue, sandbox, "one_stop_tandan", page_size=500)
    offered = [d for d in entered(sandbox.data_set.name, *QUARTER) if d.level in LEVELS]
    accepted = [d for d in offered if d.accepted_at is not None]
    assert days(parsed.frames["tallies"]) == {QUARTER}
    assert values(parsed)["dossiers_received_count"] == len(accepted)
    assert values(parsed)["dossiers_online_count"] == len(online(accepted))


def test_opencps_fills_nothing_by_counts_that_hold_every_level(
    catalogue: Catalogue, sandbox: RunningSandbox, truth: dict[str, int]
) -> None:
    """More dossiers were received than those of the levels a form asks about: the two differ in this world."""
    found = values(collect(catalogue, sandbox, "one_stop_opencps", page_size=200, more=()))
    assert len(received(sandbox.data_set.name)) > truth["dossiers_received_count"]
    assert found == {code: truth[code] for code in found}
    assert set(found) == {f"dossiers_{name}_count" for name in ("online", "full_online", "partial_online")}


@pytest.mark.parametrize("honour_zone", [False, True])
def test_igate_is_asked_for_the_right_days_whichever_zone_it_reads(catalogue: Catalogue, honour_zone: bool) -> None:
    accepted = [d for d in received("dac-khu-2025") if d.accepted_at is not None and d.level in LEVELS]
    with start("dac-khu-2025", options=Options(honour_zone=honour_zone)) as running:
        found = values(collect(catalogue, running, "one_stop_igate_statistics", online_by="accepted"))
    assert found["dossiers_received_count"] == len(accepted)
    assert found["dossiers_online_count"] == len(online(accepted))
    for level, word in LEVELS.items():
        at_level = [dossier for dossier in accepted if dossier.level is level]
        assert found[f"dossiers_{word}_count"] == len(at_level)
        assert found[f"dossiers_{word}_online_count"] == len(online(at_level))


@pytest.mark.parametrize(("honour_zone", "zone"), [(False, "ignored"), (True, "honoured")])
def test_the_probed_zone_is_kept_as_evidence(catalogue: Catalogue, honour_zone: bool, zone: str) -> None:
    with start("dac-khu-2025", options=Options(honour_zone=honour_zone)) as running:
        parsed = collect(catalogue, running, "one_stop_igate_statistics", online_by="applied")
    said = {"ignored": "theo giờ Việt Nam", "honoured": "theo UTC"}[zone]
    assert parsed.frames["tallies"]["basis"].str.contains(said).all()


def test_documents_of_the_axis_count_once_however_often_they_are_listed(
    catalogue: Catalogue, sandbox: RunningSandbox
) -> None:
    parsed = collect(catalogue, sandbox, "documents_axis", signed=True)
    chosen = sandbox.data_set
    now = chosen.now.timestamp()
    sent = [
        document
        for document in data_set(chosen.name).ledger.documents["dac-khu"]
        if document.outgoing and is_on_axis(document) and not is_taken_back(document) and document.issued_at <= now
        and WINDOW.start_on <= document.issued_on <= WINDOW.end_on
    ]  # fmt: skip
    definition = catalogue.indicator("documents_electronic_count").count
    assert definition is not None
    assert count_records(definition, parsed.frames, WINDOW)[0] == len(sent)
    assert values(parsed) == {"documents_electronic_count": len(sent)}


def test_documents_of_the_axis_are_not_called_signed_unless_the_province_says_so(
    catalogue: Catalogue, sandbox: RunningSandbox
) -> None:
    documents = collect(catalogue, sandbox, "documents_axis", signed=False).frames["documents"]
    assert documents["is_signed"].isna().all()


def test_the_portals_evaluation_is_of_the_calendar_quarter(
    catalogue: Catalogue, sandbox: RunningSandbox, truth: dict[str, int]
) -> None:
    parsed = collect(catalogue, sandbox, "portal_evaluation")
    found, frame = values(parsed), parsed.frames["tallies"]
    dossiers = [d for d in received(sandbox.data_set.name, *QUARTER) if d.level in LEVELS]
    assert days(frame) == {QUARTER}
    assert frame["basis"].str.contains("lấy khi chưa hết quý").all()
    assert found["dossiers_received_count"] == len(dossiers)
    assert found["dossiers_online_count"] == len(online(dossiers))
    for code in ("procedures_full_count", "procedures_online_count", "procedures_fee_count"):
        assert found[code] == truth[code]


def test_a_unit_is_counted_two_ways_and_the_difference_is_a_finding(
    catalogue: Catalogue, sandbox: RunningSandbox
) -> None:
    parsed = collect(catalogue, sandbox, "one_stop_igate_statistics", dossiers=True, page_size=500, online_by="applied")
    portal = collect(catalogue, sandbox, "portal_evaluation")
    collected = {System.ONE_STOP: SourceRecords(System.ONE_STOP, parsed.frames)}
    period, known_at = Period.parse("2025-Q4"), sandbox.data_set.now
    context = CountingContext(catalogue.unit("dac-khu"), period, WINDOW, known_at, collected)
    observations = observe(catalogue.indicators, context)
    tallies = {System.ONE_STOP: parsed.frames["tallies"], System.PORTAL: portal.frames["tallies"]}
    results = check_tallies(observations, tallies, catalogue, WINDOW, "dac-khu")
    outcomes = {(result.message_en.split(":")[0], result.outcome) for result in results}
    assert ("dossiers_received_count", Outcome.NOT_EVALUABLE) in outcomes
    unnoted = sum(d.accepted_at is None for d in received(sandbox.data_set.name) if d.level in LEVELS)
    (own,) = [r for r in results if r.message_en.startswith("dossiers_received") and r.outcome != Outcome.NOT_EVALUABLE]
    assert int(own.evidence.get("difference", "0")) == unnoted
    assert all(result.severity is not Severity.CRITICAL for result in results)


def few_at(catalogue: Catalogue, sandbox: RunningSandbox, received: str, **site: str) -> SourceRecords:
    """A day's twenty dossiers of a TanDan system, the first received at this moment."""
    one = with_option(asked(catalogue, sandbox, "one_stop_tandan"), site=site, statistic=False)
    page = next(kept for kept in one.fetch() if b"H98" in kept.body)
    rows = orjson.loads(page.body)["rows"][:20]
    usual = {"ngayTiepNhan": "2025-11-04T09:00:00", "mucDo": "4", "trangThaiHoSoId": "4"}
    rows = [row | usual for row in rows]
    rows[0]["ngayTiepNhan"] = received
    body = orjson.dumps({"rows": rows, "unknown_fields": []})
    parsed = one.parse([replace(page, body=body, request={**page.request, "total": None})])
    return SourceRecords(System.ONE_STOP, parsed.frames, notices=parsed.notices)


@pytest.mark.parametrize(
    ("received", "site", "is_told"),
    [
        ("2025-12-14T19:30:00", {}, True), ("2025-09-14T17:00:00", {}, True), ("2025-12-14T16:59:00", {}, False),
        ("2025-09-15T00:10:00", {}, False), ("2025-12-14T19:30:00+07:00", {}, False),
        ("2025-12-14T19:30:00", {"zone": "local"}, False),
    ],
)  # fmt: skip
def test_a_zone_nothing_proves_is_said_beside_the_figure_where_it_would_move_a_record(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, received: str, site: dict[str, str], is_told: bool
) -> None:
    records = few_at(catalogue, tiny_sandbox, received, **site)
    period, known_at = Period.parse("2025-Q4"), tiny_sandbox.data_set.now
    unit = catalogue.unit("dac-khu")
    context = CountingContext(unit, period, WINDOW, known_at, {System.ONE_STOP: records})
    figure = observe(catalogue.indicators, context)["dossiers_received_count"]
    said = "1 bản ghi ở sát đầu hoặc cuối kỳ có thể thuộc kỳ khác"
    assert figure.value == (19 if received.startswith("2025-09-14") else 20)
    assert (said in figure.note) == is_told
    read = [one for one in check_notices(records.notices, System.ONE_STOP, "dac-khu") if one.outcome is Outcome.FAIL]
    assert [(one.check, one.severity) for one in read] == [("records.read_plainly", Severity.WARNING)] * is_told


@pytest.mark.parametrize("is_ignored", [False, True])
def test_withdrawn_dossiers_that_are_left_out_whatever_is_asked_are_told_beside_the_figure(
    catalogue: Catalogue, is_ignored: bool
) -> None:
    with start("dac-khu-2025") as running:
        if is_ignored:
            running.take_habit("one_stop", "cancelled_toggle", "ignored")
        parsed = collect(catalogue, running, "one_stop_igate_statistics", online_by="accepted")
    period, known_at = Period.parse("2025-Q4"), data_set("dac-khu-2025").now
    collected = {
        System.ONE_STOP: SourceRecords(System.ONE_STOP, {"tallies": parsed.frames["tallies"]}, notices=parsed.notices)
    }
    context = CountingContext(catalogue.unit("dac-khu"), period, WINDOW, known_at, collected)
    note = observe(catalogue.indicators, context)["dossiers_received_count"].note
    assert ("không theo suppended-cancelled" in note) == is_ignored


def test_a_list_of_the_axis_that_heeds_no_first_day_changes_no_figure(
    catalogue: Catalogue, sandbox: RunningSandbox
) -> None:
    """Documents of before are listed too, and are of before by their own day."""
    one = asked(catalogue, sandbox, "documents_axis")
    definition = catalogue.indicator("documents_electronic_count").count
    assert definition is not None
    period = Window(date(2025, 10, 1), date(2025, 11, 30))
    heeded, unheeded = (
        replace(one, assignment=replace(one.assignment, window=window)).collect().frames for window in (period, WINDOW)
    )
    assert len(unheeded["documents"]) > len(heeded["documents"]) > 0
    assert count_records(definition, unheeded, period)[0] == count_records(definition, heeded, period)[0]


def as_in_utc(payload: RawPayload) -> RawPayload:
    """The same documents sent, their hours written by the clock in Greenwich."""
    content, form = orjson.loads(payload.body), "%Y/%m/%d %H:%M:%S"
    if payload.request["part"] != "sent":
        return payload
    for row in content["rows"]:
        sent_at = datetime.strptime(row["sentTime"], form)  # noqa: DTZ007  by the clock here
        row["sentTime"] = f"{sent_at - timedelta(hours=7):{form}}"
    return replace(payload, body=orjson.dumps(content))


def test_days_of_the_axis_in_utc_are_found_by_the_hours_people_send_at(catalogue: Catalogue) -> None:
    with start("dac-khu-2025") as running:
        one = asked(catalogue, running, "documents_axis")
        payloads = one.fetch()
    assert one.parse(payloads).notices.unproved_vi == []
    with pytest.raises(SourceContractError, match=r"trường sentTime: .* giờ UTC không kèm múi giờ; khai báo zone: utc"):
        one.parse([as_in_utc(payload) for payload in payloads])


def test_a_few_documents_of_the_axis_at_the_edge_of_the_period_leave_their_zone_open(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = asked(catalogue, tiny_sandbox, "documents_axis")
    (payload,) = (payload for payload in one.fetch() if payload.request["part"] == "sent")
    content = orjson.loads(payload.body)
    content["rows"] = [{**row, "sentTime": "2025/12/14 18:05:00"} for row in content["rows"][:5]]
    told = one.parse([replace(payload, body=orjson.dumps(content))]).notices.unproved_vi
    assert any(said.startswith("5 bản ghi ở sát đầu hoặc cuối kỳ") and "sentTime" in said for said in told)


def test_a_statistic_of_the_axis_that_heeds_no_first_day_is_told_by_the_list(catalogue: Catalogue) -> None:
    with start("dac-khu-2025") as running:
        running.set_fault("axis", "parameters_unheeded", values={"fromDate": "01/01/2025"})
        parsed = collect(catalogue, running, "documents_axis", signed=True, statistic=True)
    collected = {System.DOCUMENTS: SourceRecords(System.DOCUMENTS, parsed.frames, notices=parsed.notices)}
    unit, period, known_at = catalogue.unit("dac-khu"), Period.parse("2025-Q4"), data_set("dac-khu-2025").now
    observations = observe(catalogue.indicators, CountingContext(unit, period, WINDOW, known_at, collected))
    tallies = {System.DOCUMENTS: parsed.frames["tallies"]}
    found = check_tallies(observations, tallies, catalogue, WINDOW, "dac-khu")
    assert [one.check for one in found if one.outcome is Outcome.FAIL] == ["reconcile.list_vs_statistic"]


@pytest.mark.parametrize(("system", "is_told"), [(System.ONE_STOP, True), (System.PORTAL, False)])
def test_sums_by_channel_say_that_their_levels_are_unknown_where_they_could_fill_a_cell(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, system: System, is_told: bool
) -> None:
    """Of the portal's own source they fill none: those figures are the one-stop shop's."""
    one = asked(catalogue, tiny_sandbox, "portal_evaluation")
    source = one.assignment.source.model_copy(update={"system": system})
    parsed = replace(one, assignment=replace(one.assignment, source=source)).collect()
    quarter, now = Window(*QUARTER), tiny_sandbox.data_set.now
    collected = {system: SourceRecords(system, parsed.frames, notices=parsed.notices)}
    context = CountingContext(catalogue.unit("dac-khu"), Period.parse("2025-Q4"), quarter, now, collected)
    figure = observe(catalogue.indicators, context)["dossiers_received_count"]
    assert ("những mức dịch vụ nào" in figure.note) == is_told
    assert (figure.value is None) == (not is_told)
