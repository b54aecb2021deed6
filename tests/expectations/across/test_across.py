"""One system's list against another's: which codes differ, what is known to differ, and never more than codes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from baocao.catalogue import Catalogue, Source
from baocao.catalogue.checks import CheckLimits
from baocao.domain import CellStatus, CheckResult, Observation, Outcome, Period, Severity, System, Window
from baocao.records import build_frame
from expectations.across.lists import SourceContent, UnitSources
from expectations.across.suite import check_across

WINDOW = Window(date(2025, 9, 15), date(2025, 12, 14))
MIDDLE = date(2025, 10, 20)
PLANTED_NAME = "Nguyễn Văn Giả"
Frames = dict[str, pd.DataFrame]


def source(code: str, system: System, role: str = "figures") -> Source:
    return Source.model_validate({
        "source_code": code, "label": f"Nguồn {code}", "system": system, "connector": "spreadsheet", "role": role,
    })  # fmt: skip


def dossier(code: str, **changes: Any) -> dict[str, Any]:
    """An online dossier of the middle of the period, in hand."""
    received = datetime.combine(changes.pop("on", MIDDLE), datetime.min.time(), UTC) + timedelta(hours=3)
    return {
        "dossier_code": code, "procedure_code": "1.003560", "service_level": "full", "channel": "online",
        "status": "processing", "submitted_at": received, "received_at": received, "finished_at": None, **changes,
    }  # fmt: skip


def document(key: str, **changes: Any) -> dict[str, Any]:
    """An outgoing electronic document of the middle of the period."""
    return {
        "document_key": key, "direction": "outgoing", "issued_on": pd.Timestamp(changes.pop("on", MIDDLE)),
        "form_of_sending": "electronic", "is_signed": True, "confidentiality": "normal", **changes,
    }  # fmt: skip


def procedure(code: str, level: str = "full") -> dict[str, Any]:
    return {
        "procedure_code": code, "service_level": level, "eligible_level": level, "is_published": True,
        "has_fee": False, "payment_gateway": "none",
    }  # fmt: skip


def tally(code: str, value: int, window: Window = WINDOW) -> dict[str, Any]:
    days = {"start_on": pd.Timestamp(window.start_on), "end_on": pd.Timestamp(window.end_on)}
    return {"tally_key": code, "indicator_code": code, "value": value, **days, "basis": "theo ngày nộp"}


def frames(**rows: list[dict[str, Any]]) -> Frames:
    return {
        kind: build_frame(kind, {name: [r[name] for r in found] for name in found[0]}) for kind, found in rows.items()
    }


def codes(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [dossier(f"H98.51-251020-{n:04d}") for n in range(first, first + count)]


def sent(count: int, prefix: str = "") -> list[dict[str, Any]]:
    return [document(f"{prefix}{n}/UBND-VP") for n in range(count)]


def figure(code: str, value: int) -> Observation:
    known_at = datetime(2025, 12, 15, tzinfo=UTC)
    return Observation(code, "dac-khu", Period(2025, "Q4"), Decimal(value), CellStatus.REPORTED, known_at)


def judge(
    catalogue: Catalogue,
    check: str,
    *,
    one_stop: Frames | None = None,
    portal: Frames | None = None,
    documents: Frames | None = None,
    beside: Frames | None = None,
    observations: dict[str, Observation] | None = None,
    failure: str = "",
    **limits: Any,
) -> list[CheckResult]:
    """The check's results; `beside` is what a comparison source gave, `failure` why the figures' own gave nothing."""
    if limits:
        catalogue = replace(catalogue, limits=CheckLimits.model_validate({"reconcile": {check: limits}}))
    given = {System.ONE_STOP: one_stop, System.PORTAL: portal, System.DOCUMENTS: documents}
    figures = {s: SourceContent(source(s.value, s), f, failure) for s, f in given.items() if f is not None}
    other = System.DOCUMENTS if documents is not None else System.PORTAL
    comparisons = [SourceContent(source("beside", other, "comparison"), beside)] if beside is not None else []
    results = check_across(UnitSources("dac-khu", catalogue, WINDOW, observations or {}, figures, comparisons))
    return [result for result in results if result.check == f"reconcile.{check}"]


def dossiers(
    catalogue: Catalogue, ours: list[dict[str, Any]], theirs: list[dict[str, Any]], **limits: Any
) -> CheckResult:
    beside = frames(dossiers=theirs)
    (result,) = judge(catalogue, "portal_dossiers", one_stop=frames(dossiers=ours), beside=beside, **limits)
    return result


def documents(
    catalogue: Catalogue, ours: list[dict[str, Any]], theirs: list[dict[str, Any]], **limits: Any
) -> CheckResult:
    beside = frames(documents=theirs)
    (result,) = judge(catalogue, "sent_documents", documents=frames(documents=ours), beside=beside, **limits)
    return result


def offered(
    catalogue: Catalogue, used: list[dict[str, Any]], listed: list[dict[str, Any]], **limits: Any
) -> CheckResult:
    given = {"one_stop": frames(dossiers=used), "portal": frames(procedures=listed)}
    (result,) = judge(catalogue, "procedures_offered", **given, **limits)
    return result


def test_the_same_dossiers_on_both_sides_pass(catalogue: Catalogue) -> None:
    result = dossiers(catalogue, codes(9), codes(9))
    assert result.outcome is Outcome.PASS
    assert (result.evidence["ours"], result.evidence["theirs"]) == (9, 9)
    assert result.evidence["about"] == ["one_stop beside"]


def test_the_codes_only_one_side_has_are_named(catalogue: Catalogue) -> None:
    result = dossiers(catalogue, codes(40), codes(40, first=2))
    assert (result.outcome, result.severity) == (Outcome.FAIL, Severity.WARNING)
    assert result.evidence["only_ours"] == ["H98.51-251020-0000", "H98.51-251020-0001"]
    assert result.evidence["only_theirs"] == ["H98.51-251020-0040", "H98.51-251020-0041"]
    assert "chỉ có ở Nguồn one_stop: 2 (H98.51-251020-0000" in result.message_vi


def test_a_difference_within_the_tolerance_is_information_and_a_unit_may_have_its_own(catalogue: Catalogue) -> None:
    ours, theirs = codes(100), codes(98)
    assert dossiers(catalogue, ours, theirs, tolerance_pct=2).severity is Severity.INFO
    assert dossiers(catalogue, ours, theirs, tolerance_pct=1.9).severity is Severity.WARNING
    assert dossiers(catalogue, ours, theirs, tolerance_pct=1, units={"dac-khu": 5}).severity is Severity.INFO


def test_all_suspects_are_counted_and_the_first_kept(catalogue: Catalogue) -> None:
    result = dossiers(catalogue, codes(300), codes(1))
    assert len(result.evidence["only_ours"]) == catalogue.limits.reconcile.listed == 20
    assert result.evidence["only_ours_count"] == result.evidence["differ"] == 299


def test_a_dossier_outside_the_period_or_not_online_is_no_suspect(catalogue: Catalogue) -> None:
    early = dossier("H98.51-250801-0001", on=date(2025, 8, 1))
    turned_away = dossier("H98.51-251020-0901", status="refused")
    at_the_desk = dossier("H98.51-251020-0902", channel=None)
    assert dossiers(catalogue, [*codes(5), early, turned_away, at_the_desk], codes(5)).outcome is Outcome.PASS


def test_a_dossier_both_have_under_dates_of_two_periods_is_not_missing(catalogue: Catalogue) -> None:
    ours = [*codes(5), dossier("H98.51-251214-0001", on=date(2025, 12, 14))]
    theirs = [*codes(5), dossier("H98.51-251214-0001", on=date(2025, 12, 15))]
    result = dossiers(catalogue, ours, theirs)
    assert (result.outcome, result.evidence["ours"], result.evidence["theirs"]) == (Outcome.PASS, 6, 5)


def test_the_day_is_that_of_viet_nam_and_of_the_chosen_date(catalogue: Catalogue) -> None:
    late = datetime(2025, 12, 14, 17, 30, tzinfo=UTC)
    crossing = dossier("H98.51-251215-0001", received_at=late, submitted_at=late - timedelta(days=9))
    assert dossiers(catalogue, [*codes(5), crossing], codes(5)).outcome is Outcome.PASS
    assert dossiers(catalogue, [*codes(5), crossing], codes(5), date_field="submitted_at").outcome is Outcome.FAIL


def test_what_only_one_side_has_at_the_border_is_counted_but_no_suspect(catalogue: Catalogue) -> None:
    last = dossier("H98.51-251214-0001", on=WINDOW.end_on)
    ours = [*codes(5), last, dossier("H98.51-251020-0500")]
    assert dossiers(catalogue, ours, codes(5)).evidence["only_ours"] == ["H98.51-251020-0500"]
    assert dossiers(catalogue, ours, codes(5)).evidence["at_border"] == 1
    assert dossiers(catalogue, ours, codes(5), border_days=0).evidence["only_ours_count"] == 2


@pytest.mark.parametrize("local", ["supplement_requested", "payment_requested", "stopped"])
def test_a_local_status_that_the_portal_always_shows_as_done_is_named_not_flagged(
    catalogue: Catalogue, local: str
) -> None:
    ours = [*codes(5), dossier("H98.51-251020-0901", status=local)]
    theirs = [*codes(5), dossier("H98.51-251020-0901", status="done")]
    assert dossiers(catalogue, ours, theirs).outcome is Outcome.PASS
    result = dossiers(catalogue, [*ours, dossier("H98.51-251020-0902")], theirs)
    assert "1 trạng thái khác nhau do cách đồng bộ đã biết, không tính" in result.message_vi
    assert result.evidence["known_statuses"] == 1


def test_any_other_difference_of_status_is_told_and_two_steps_of_one_state_are_not(catalogue: Catalogue) -> None:
    ours = [dossier("H98.51-251020-0901"), dossier("H98.51-251020-0902", status="returned")]
    theirs = [dossier("H98.51-251020-0901", status="withdrawn"), dossier("H98.51-251020-0902", status="done")]
    result = dossiers(catalogue, ours, theirs)
    assert result.evidence["other_status"] == ["H98.51-251020-0901: processing / withdrawn"]
    assert "đang xử lý / công dân rút" in result.message_vi


def test_a_dossier_filed_at_the_desk_here_and_online_there_is_a_suspect(catalogue: Catalogue) -> None:
    ours = [*codes(5), dossier("H98.51-251020-0901", channel="in_person")]
    theirs = [*codes(5), dossier("H98.51-251020-0901")]
    assert dossiers(catalogue, ours, theirs).evidence["other_channel"] == ["H98.51-251020-0901"]


def test_a_portal_list_without_channels_is_one_of_online_dossiers(catalogue: Catalogue) -> None:
    theirs = [dossier(one["dossier_code"], channel=None, status=None) for one in codes(5)]
    assert dossiers(catalogue, codes(5), theirs).outcome is Outcome.PASS


def test_the_portal_of_the_figures_is_taken_where_it_lists_dossiers(catalogue: Catalogue) -> None:
    both = {"one_stop": frames(dossiers=codes(5)), "portal": frames(dossiers=codes(4))}
    (result,) = judge(catalogue, "portal_dossiers", **both)
    assert result.evidence["only_ours"] == ["H98.51-251020-0004"]


def test_without_a_list_the_numbers_are_compared_and_only_for_information(catalogue: Catalogue) -> None:
    figures = {"dossiers_online_count": figure("dossiers_online_count", 60)}
    given = {"one_stop": frames(dossiers=codes(5)), "observations": figures}
    (same,) = judge(catalogue, "portal_dossiers", **given, beside=frames(tallies=[tally("dossiers_online_count", 60)]))
    (less,) = judge(catalogue, "portal_dossiers", **given, beside=frames(tallies=[tally("dossiers_online_count", 6)]))
    assert same.outcome is Outcome.PASS
    assert (less.outcome, less.severity) == (Outcome.FAIL, Severity.INFO)
    assert "chỉ so được số lượng" in less.message_vi


def test_numbers_of_other_days_are_not_compared(catalogue: Catalogue) -> None:
    quarter = Window(date(2025, 10, 1), date(2025, 12, 31))
    figures = {"dossiers_online_count": figure("dossiers_online_count", 60)}
    given = {"one_stop": frames(dossiers=codes(5)), "observations": figures}
    beside = frames(tallies=[tally("dossiers_online_count", 60, quarter)])
    (result,) = judge(catalogue, "portal_dossiers", **given, beside=beside)
    assert result.outcome is Outcome.NOT_EVALUABLE
    assert "15/09/2025–14/12/2025" in result.reason


def test_with_no_list_of_the_other_system_it_says_how_to_give_one(catalogue: Catalogue) -> None:
    (result,) = judge(catalogue, "portal_dossiers", one_stop=frames(dossiers=codes(5)))
    assert "role: comparison" in result.reason
    (result,) = judge(catalogue, "sent_documents", documents=frames(documents=sent(5)))
    assert "trục liên thông" in result.reason


def test_a_source_that_gave_nothing_is_the_reason_and_not_a_difference(catalogue: Catalogue) -> None:
    (result,) = judge(
        catalogue, "portal_dossiers", one_stop={}, failure="không kết nối được", beside=frames(dossiers=codes(5))
    )
    assert (result.outcome, "không kết nối được" in result.reason) == (Outcome.NOT_EVALUABLE, True)


def test_days_of_the_units_of_before_are_not_held_against_a_list_without_them(catalogue: Catalogue) -> None:
    ours = SourceContent(source("one_stop", System.ONE_STOP), frames(dossiers=codes(5)), inherits=True)
    beside = SourceContent(source("beside", System.PORTAL, "comparison"), frames(dossiers=codes(3)))
    asked = UnitSources("dac-khu", catalogue, WINDOW, {}, {System.ONE_STOP: ours}, [beside])
    (result,) = [one for one in check_across(asked) if one.check == "reconcile.portal_dossiers"]
    assert "đơn vị trước sắp xếp" in result.reason


def test_documents_that_need_not_go_by_the_axis_and_those_received_are_no_suspects(catalogue: Catalogue) -> None:
    ours = [
        *sent(5), document("90/UBND", form_of_sending="paper"), document("91/UBND", confidentiality="confidential"),
        document("92/CV", direction="incoming"),
    ]  # fmt: skip
    theirs = [*sent(5, prefix="outgoing/"), document("incoming/77", direction="incoming")]
    result = documents(catalogue, ours, theirs)
    assert (result.outcome, result.evidence["ours"], result.evidence["theirs"]) == (Outcome.PASS, 5, 5)


def test_a_document_that_never_reached_the_axis_is_named(catalogue: Catalogue) -> None:
    result = documents(catalogue, sent(6), [*sent(5), document("800/UBND-VP")])
    assert (result.outcome, result.severity) == (Outcome.FAIL, Severity.WARNING)
    assert result.evidence["only_ours"] == ["5/UBND-VP"]
    assert result.evidence["only_theirs"] == ["800/UBND-VP"]


def test_a_document_sent_three_times_is_one(catalogue: Catalogue) -> None:
    assert documents(catalogue, sent(5), [*sent(5), *sent(5), *sent(5)]).evidence["theirs"] == 5


def test_a_document_issued_on_the_last_days_may_be_sent_in_the_next_period(catalogue: Catalogue) -> None:
    late = document("90/UBND", on=date(2025, 12, 12))
    assert documents(catalogue, [*sent(5), late], sent(5)).outcome is Outcome.PASS
    assert documents(catalogue, [*sent(5), late], sent(5), border_days=1).outcome is Outcome.FAIL


def test_lists_that_share_no_code_are_compared_by_number(catalogue: Catalogue) -> None:
    axis = [document(f"outgoing/H98.51,2025/10/20,{n}") for n in range(5)]
    assert documents(catalogue, sent(5), axis).outcome is Outcome.PASS
    result = documents(catalogue, sent(9), axis)
    assert (result.observed, result.expected, result.severity) == ("5", "9", Severity.WARNING)
    assert "không có mã nào chung" in result.message_vi
    assert "only_ours" not in result.evidence


def test_a_procedure_the_catalogue_does_not_have_is_named_with_its_dossiers(catalogue: Catalogue) -> None:
    used = [*codes(5), dossier("H98.51-251020-0901", procedure_code="2.000815")]
    result = offered(catalogue, used, [procedure("1.003560")])
    assert (result.outcome, result.severity) == (Outcome.FAIL, Severity.WARNING)
    assert result.evidence["missing"] == ["2.000815×1"]


def filed(count: int) -> list[dict[str, Any]]:
    """One dossier of each of so many procedures."""
    return [dossier(f"H98.51-251020-{n:04d}", procedure_code=f"1.{n:06d}") for n in range(count)]


@pytest.mark.parametrize(
    ("used", "listed", "severity"),
    [
        (42, 20, Severity.CRITICAL), (42, 10, Severity.CRITICAL), (42, 31, Severity.CRITICAL),
        (104, 100, Severity.CRITICAL), (104, 101, Severity.WARNING), (102, 100, Severity.WARNING),
    ],
)  # fmt: skip
def test_a_catalogue_that_lacks_much_of_what_is_worked_on_blocks(
    catalogue: Catalogue, used: int, listed: int, severity: Severity
) -> None:
    result = offered(catalogue, filed(used), [procedure(f"1.{n:06d}") for n in range(listed)])
    assert (result.outcome, result.severity) == (Outcome.FAIL, severity)
    is_cut = severity is Severity.CRITICAL
    assert (f"Danh mục lấy từ Cổng có {listed} thủ tục" in result.message_vi) is is_cut
    assert ("không chặn việc phát hành" in result.mend_vi) is not is_cut


def test_procedures_of_the_province_alone_do_not_block(catalogue: Catalogue) -> None:
    used = [dossier(f"H98.51-251020-{n:04d}", procedure_code=f"T{n:04d}") for n in range(9)]
    assert offered(catalogue, used, [procedure("1.003560")]).severity is Severity.WARNING


def test_a_suffix_of_the_province_makes_no_other_procedure(catalogue: Catalogue) -> None:
    used = [dossier("H98.51-251020-0901", procedure_code="1.003560.000.00.00.H98")]
    assert offered(catalogue, used, [procedure("1.003560")]).outcome is Outcome.PASS
    assert offered(catalogue, codes(5), [procedure("1.003560.000.00.00.H98")]).outcome is Outcome.PASS


def test_another_level_is_information(catalogue: Catalogue) -> None:
    result = offered(catalogue, codes(5), [procedure("1.003560", "partial")])
    assert (result.outcome, result.severity) == (Outcome.FAIL, Severity.INFO)
    assert result.evidence["other_level"] == ["1.003560×5"]


def test_a_procedure_raised_within_the_period_is_no_suspect(catalogue: Catalogue) -> None:
    used = [*codes(5), dossier("H98.51-250920-0001", service_level="partial", on=date(2025, 9, 20))]
    assert offered(catalogue, used, [procedure("1.003560")]).outcome is Outcome.PASS


def test_a_procedure_used_only_before_the_period_is_not_looked_for(catalogue: Catalogue) -> None:
    used = [*codes(5), dossier("H98.51-250801-0001", procedure_code="2.000815", on=date(2025, 8, 1))]
    assert offered(catalogue, used, [procedure("1.003560")]).outcome is Outcome.PASS


def test_a_few_dossiers_of_unknown_procedures_are_information(catalogue: Catalogue) -> None:
    used = [*codes(99), dossier("H98.51-251020-0901", procedure_code="2.000815")]
    assert offered(catalogue, used, [procedure("1.003560")], tolerance_pct=1).severity is Severity.INFO
    assert offered(catalogue, used, [procedure("1.003560")], tolerance_pct=0.5).severity is Severity.WARNING


@pytest.mark.parametrize("key", [PLANTED_NAME, "0912345678", "001099012345", "a@b.vn1"])
def test_a_key_that_is_no_code_is_never_repeated(catalogue: Catalogue, key: str) -> None:
    """A list whose code column was mapped to a name, a telephone or an identity number."""
    for judged, made in ((dossiers, dossier), (documents, document)):
        rows = codes(3) if made is dossier else sent(3)
        result = judged(catalogue, [*rows, made(key)], rows)
        assert result.evidence["only_ours"] == ["(mã không đúng dạng)"]
        assert key not in repr(result)


def test_a_unit_without_the_system_has_no_result(catalogue: Catalogue) -> None:
    assert check_across(UnitSources("dac-khu", catalogue, WINDOW, {}, {})) == []


CASES: dict[str, tuple[Callable[[Catalogue], CheckResult], ...]] = {
    "procedures_offered": (
        lambda c: offered(c, codes(5), [procedure("2.000815")]),
        lambda c: offered(c, codes(5), [procedure("1.003560")]),
        lambda c: judge(c, "procedures_offered", one_stop=frames(dossiers=codes(5)), portal={}, failure="hỏng")[0],
    ),
    "portal_dossiers": (
        lambda c: dossiers(c, codes(5), codes(4)),
        lambda c: dossiers(c, codes(5), codes(5)),
        lambda c: judge(c, "portal_dossiers", one_stop=frames(dossiers=codes(5)))[0],
    ),
    "sent_documents": (
        lambda c: documents(c, sent(5), sent(4)),
        lambda c: documents(c, sent(5), sent(5)),
        lambda c: judge(c, "sent_documents", documents=frames(documents=sent(5)))[0],
    ),
}
"""Of each check a case that fires, one that is silent and one that cannot be evaluated."""
