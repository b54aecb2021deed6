"""The daily watch: to each owner one message on what is still missing, nothing where nothing is."""

from datetime import date, timedelta

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import Period
from baocao.incidents import CauseKind
from baocao.store import FormKey
from reporting.delivery.reminders import MissingItem, MissingKind, tell_missing
from reporting.owed import find_watched
from reporting.release import releasing
from reporting.release.entries import StepRequest
from sandbox.server import RunningSandbox
from sandbox.world.data_sets import data_set
from tests.reporting.alerting.offices import AlertOffice
from tests.reporting.alerting.samples import at

NOW = data_set("tiny").now
DAY = timedelta(days=1)


def forget_figures(office: AlertOffice) -> None:
    (office.home / "config/manual/dac-khu/2025-Q4.yaml").unlink()


@pytest.mark.parametrize(
    ("unit", "today", "periods"),
    [
        ("dac-khu", "2025-11-20", []),
        ("dac-khu", "2025-12-04", ["2025-Q4"]),
        ("dac-khu", "2025-12-18", ["2025-Q4"]),
        ("dac-khu", "2025-12-28", ["2025-Q4"]),
        ("dac-khu", "2025-12-29", []),
        ("xa", "2025-06-10", ["2025-Q2"]),
        ("xa", "2025-12-10", []),
    ],
)
def test_the_reports_watched_are_those_coming_due(
    catalogue: Catalogue, unit: str, today: str, periods: list[str]
) -> None:
    found = find_watched(catalogue, catalogue.unit(unit), date.fromisoformat(today), 10)
    assert [due.period.code for due in found] == periods


def test_each_owner_is_told_once_a_day_what_is_missing(office: AlertOffice) -> None:
    forget_figures(office)
    found = office.watch(at(10)).missing
    assert {(one.kind, one.owner) for one in found} == {
        (MissingKind.TYPED_IN, "digital_officer"), (MissingKind.TYPED_IN, "office"),
    }  # fmt: skip
    assert office.told == [
        "[Nhắc việc] UBND đặc khu Sao Mẫu, Quý IV năm 2025: còn thiếu 1 việc – còn 6 ngày làm việc",
        "[Nhắc việc] UBND đặc khu Sao Mẫu, Quý IV năm 2025: còn thiếu 2 việc – còn 6 ngày làm việc",
    ]
    office.watch(at(10, "15:00"))
    assert len(office.told) == 2
    office.watch(at(11))
    assert len(office.told) == 4


def test_a_clock_set_back_reminds_nobody_of_a_day_that_is_gone(office: AlertOffice) -> None:
    forget_figures(office)
    office.watch(at(11))
    told = office.told
    watched = office.watch(at(10))
    assert office.told == told
    assert "đã nhắc việc của ngày 11/12/2025 rồi, đồng hồ của máy bị lùi" in watched.summary
    assert office.watch(at(12)).failed == ()
    assert len(office.told) == 2 * len(told)


def test_typed_in_figures_that_cannot_be_read_are_told_and_stop_no_watch(small_office: AlertOffice) -> None:
    path = small_office.home / "config/manual/dac-khu/2025-Q4.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 1\n", "value: một\n", 1), encoding="utf-8")
    (one,) = (item for item in small_office.watch(at(10)).missing if item.kind is MissingKind.TYPED_IN)
    assert "dòng 4, figures.architecture_updated_code.value: không phải số" in one.text_vi
    assert one.mend_vi == "Sửa tệp manual/dac-khu/2025-Q4.yaml."


def test_before_the_cut_off_nothing_more_than_figures_and_sources_is_asked(small_office: AlertOffice) -> None:
    assert small_office.watch(at(10)).missing == ()
    assert small_office.told == []


def test_a_released_report_lacks_nothing(small_office: AlertOffice) -> None:
    small_office.run(NOW)
    (missing,) = small_office.watch(NOW).missing
    assert (missing.kind, missing.mend_vi) == (
        MissingKind.RELEASE,
        "Bước tiếp theo: baocao release prepare 2025-Q4 --unit dac-khu --form 2025-bieu-mau-7.",
    )
    with small_office.open(NOW) as workspace:
        key = FormKey("dac-khu", "2025-bieu-mau-7", Period.parse("2025-Q4"))
        releasing.prepare(workspace, key, StepRequest("lan"))
        releasing.approve(workspace, key, StepRequest("minh"))
        releasing.publish(workspace, key, StepRequest("minh"))
    assert small_office.watch(NOW + DAY).missing == ()
    assert len(small_office.told) == 1


def test_those_who_run_the_systems_hear_of_one_that_does_not_answer(
    small_office: AlertOffice, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("one_stop", "down")
    (missing,) = small_office.watch(at(10)).missing
    assert (missing.kind, missing.owner) == (MissingKind.SOURCE, "it")
    assert "Bộ phận kỹ thuật (công nghệ thông tin) còn thiếu" in small_office.text
    assert "kiểm tra lại: baocao probe one_stop_igate" in small_office.text


def test_a_source_into_which_nothing_new_comes_is_told_before_the_period_closes(small_office: AlertOffice) -> None:
    found = small_office.watch(at(31), "2025-Q4").missing
    stale = [one for one in found if one.kind is MissingKind.STALE]
    assert {one.owner for one in stale} == {"documents_clerk", "one_stop_desk"}
    assert "không có bản ghi mới nào" in stale[0].text_vi


def test_the_watch_asks_no_faster_than_it_and_all_runs_together_may(
    small_office: AlertOffice, tiny_sandbox: RunningSandbox
) -> None:
    with small_office.open(at(10)) as workspace:
        others_ask_until = workspace.store.rate_limits.reserve("one_stop_igate", 20, 0.1) + 20 * 0.1
    begun = len(tiny_sandbox.requests)
    small_office.watch(at(10))
    asked = [one.received_at for one in list(tiny_sandbox.requests)[begun:] if one.system == "one_stop"]
    assert asked
    assert min(asked) >= others_ask_until - 0.05


def test_an_overdue_report_is_an_incident_until_it_is_made(small_office: AlertOffice) -> None:
    small_office.set_rules(escalation={"steps": {-2: ["log"]}})
    small_office.watch(at(19))
    (incident,) = small_office.incidents(NOW)
    assert (incident.kind, incident.subject_vi) == (
        CauseKind.OVERDUE, "UBND đặc khu Sao Mẫu chưa lập báo cáo Quý IV năm 2025",
    )  # fmt: skip
    small_office.watch(at(22))
    assert [subject for subject in small_office.told if "chưa lập báo cáo" in subject] == [
        "[Cảnh báo] UBND đặc khu Sao Mẫu chưa lập báo cáo Quý IV năm 2025 – quá hạn 1 ngày làm việc",
        "[Nhắc] UBND đặc khu Sao Mẫu chưa lập báo cáo Quý IV năm 2025 – quá hạn 2 ngày làm việc",
    ]
    small_office.run(at(22))
    assert small_office.told[-1] == "[Đã khắc phục] UBND đặc khu Sao Mẫu chưa lập báo cáo Quý IV năm 2025"
    assert small_office.incidents(NOW) == ()


def test_the_same_system_down_for_ten_units_is_one_step_of_one_message(catalogue: Catalogue) -> None:
    dead = [
        MissingItem(
            MissingKind.SOURCE,
            unit,
            "2025-bieu-mau-7",
            Period.parse("2025-Q4"),
            date(2025, 12, 18),
            "it",
            "Cổng không trả lời.",
            "Báo.",
        )
        for unit in ("dac-khu", "xa")
    ]
    message = tell_missing(catalogue, "it", dead, date(2025, 12, 15))
    assert message.subject == "[Nhắc việc] 2 đơn vị, Quý IV năm 2025: còn thiếu 1 việc – còn 3 ngày làm việc"
    assert message.paragraphs[1] == (
        "1. Cổng không trả lời. Đơn vị: UBND đặc khu Sao Mẫu, UBND xã An Mẫu.\nCần làm: Báo."
    )
