"""What a run of a report tells: one root cause each, once, in words an officer can act on at seven in the morning."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from baocao.check_comparison import CheckChange, compare_checks
from baocao.domain import Severity
from baocao.incidents import CauseKind
from reporting.alerting.run_alerts import alert
from reporting.history.rerunning import rerun
from reporting.outcome import RunResult
from reporting.plan import make_plan
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox, start
from sandbox.world.data_sets import data_set
from tests.reporting.alerting.offices import AlertOffice
from tests.reporting.alerting.samples import read_file

NOW = data_set("tiny").now
DAY = timedelta(days=1)
FAULTS = {
    "in order": {},
    "one_stop down": {"one_stop": "unavailable_503"},
    "one_stop changed": {"one_stop": "renamed_field"},
    "documents refusing": {"documents": "wrong_password"},
    "strange code": {"one_stop": "unknown_status"},
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, sqlite_original: Path) -> dict[str, RunResult]:
    """One report made of sources in order, and one for each thing that can be wrong."""
    home = tmp_path_factory.mktemp("reports")
    shutil.copy(sqlite_original, home / "baocao.db")
    made = {}
    with pytest.MonkeyPatch.context() as patch, start("tiny") as running:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        office = AlertOffice.make(home, f"sqlite:///{home}/baocao.db", running.url)
        for name, faults in FAULTS.items():
            for system, fault in faults.items():
                running.set_fault(system, fault)
            made[name] = office.make_report(NOW)
            running.clear_faults()
        (home / "config/manual/dac-khu/2025-Q4.yaml").unlink()
        made["nothing typed in"] = office.make_report(NOW)
    return made


def test_a_report_in_order_alerts_nobody(office: AlertOffice, reports: dict[str, RunResult]) -> None:
    assert reports["in order"].exit_code == 0
    office.tell(reports["in order"], NOW)
    assert (office.told, office.incidents(NOW)) == ([], ())


def test_a_dead_source_is_one_alert_then_silence_then_a_recovery(
    office: AlertOffice, reports: dict[str, RunResult]
) -> None:
    office.tell(reports["one_stop down"], NOW)
    assert office.told == [
        "[Cảnh báo] Hệ thống một cửa điện tử (VNPT iGate 2) báo lỗi hoặc chưa có số liệu – còn 3 ngày làm việc"
    ]
    (incident,) = office.incidents(NOW)
    assert len(incident.cells) == 9
    assert incident.units == ("dac-khu",)
    office.tell(reports["one_stop down"], NOW + DAY)
    assert len(office.told) == 1
    office.tell(reports["in order"], NOW + 2 * DAY)
    assert office.told[1:] == ["[Đã khắc phục] Hệ thống một cửa điện tử (VNPT iGate 2) báo lỗi hoặc chưa có số liệu"]
    assert office.incidents(NOW) == ()


ALERT = """\
Hệ thống một cửa điện tử (VNPT iGate 2) báo lỗi hoặc chưa có số liệu.

Vì sao: Khi lấy số liệu, hệ thống báo lỗi, bận hoặc chưa có số liệu (kỹ thuật: HTTP 503 tại /sso/auth/realms/digo/protocol/openid-connect/token; cần có access_token, expires_in).

Từ khi nào: 07:00 ngày 15/12/2025.

Ảnh hưởng: ô 4.2, 4.2.1, 4.2.2, 4.3, 4.3.1, 4.3.2, 4.4, 4.4.1, 4.4.2 của Biểu mẫu 7, UBND đặc khu Sao Mẫu, \
Quý IV năm 2025.

Cần làm ngay: Báo đơn vị quản trị hệ thống kiểm tra; khi hệ thống hoạt động lại thì chạy lại: \
baocao run 2025-Q4 --unit dac-khu.

Thời hạn gửi báo cáo: 18/12/2025 (còn 3 ngày làm việc).

Mã sự cố: 1. Nhận xử lý: baocao incidents ack 1 --until 2025-12-18"""


def test_the_alert_says_what_why_since_when_what_it_blocks_and_what_to_do(
    small_office: AlertOffice, reports: dict[str, RunResult]
) -> None:
    small_office.tell(reports["one_stop down"], NOW)
    assert ALERT in small_office.text


@pytest.mark.parametrize(
    ("what", "says"),
    [("documents refusing", "từ chối tài khoản kết nối"), ("one_stop changed", "trả lời không đúng như đã khai báo")],
)
def test_who_must_act_follows_from_how_the_source_fails(
    small_office: AlertOffice, reports: dict[str, RunResult], what: str, says: str
) -> None:
    small_office.tell(reports[what], NOW)
    (incident,) = small_office.incidents(NOW)
    assert says in incident.subject_vi
    assert (incident.kind, incident.owner) == (CauseKind.SOURCE, "it")


def test_a_source_that_is_down_and_then_changed_is_told_again(
    small_office: AlertOffice, reports: dict[str, RunResult]
) -> None:
    small_office.tell(reports["one_stop down"], NOW)
    small_office.tell(reports["one_stop changed"], NOW + DAY)
    assert [subject.partition("]")[0] for subject in small_office.told] == ["[Cảnh báo", "[Nặng thêm"]
    assert "Thay đổi so với lần báo trước: nguyên nhân đã thay đổi." in small_office.text


def test_figures_people_owe_are_one_alert_for_each_owner(
    small_office: AlertOffice, reports: dict[str, RunResult]
) -> None:
    small_office.tell(reports["nothing typed in"], NOW)
    found = {incident.owner: incident for incident in small_office.incidents(NOW)}
    assert set(found) == {"digital_officer", "office"}
    assert found["office"].cells == ("2",)
    assert "Số liệu cần gửi: Số báo cáo định kỳ đã gửi" in found["office"].why_vi
    assert "manual/dac-khu/2025-Q4.yaml" in found["office"].mend_vi


def test_two_offices_of_one_name_each_hear_of_their_own_figures(small_office: AlertOffice) -> None:
    """The digital officer sits in the office of the People's Committee and is called by its name."""
    small_office.change_config("indicators.yaml", "Phòng Văn hoá - Xã hội (chuyển đổi số)", "Văn phòng HĐND và UBND")
    (small_office.home / "config/manual/dac-khu/2025-Q4.yaml").unlink()
    small_office.run(NOW)
    missing = [one for one in small_office.incidents(NOW) if one.kind is CauseKind.MISSING]
    assert {one.owner: one.cells for one in missing} == {"digital_officer": ("1",), "office": ("2",)}


def test_a_strange_code_is_one_incident_with_the_balances_it_breaks(
    small_office: AlertOffice, reports: dict[str, RunResult]
) -> None:
    small_office.tell(reports["strange code"], NOW)
    (incident,) = small_office.incidents(NOW)
    assert (incident.fingerprint, incident.severity) == ("records/one_stop_igate/codes", Severity.CRITICAL)
    assert "dossierStatus.id “77”" in incident.why_vi
    assert any(check.startswith("balance.") for claim in incident.claims for check in claim.checks)


def test_what_a_dead_source_hides_is_neither_new_nor_fixed(
    small_office: AlertOffice, reports: dict[str, RunResult]
) -> None:
    small_office.tell(reports["strange code"], NOW)
    small_office.tell(reports["one_stop down"], NOW + DAY)
    strange, dead = small_office.incidents(NOW)
    assert strange.is_unclear
    assert dead.fingerprint == "source/one_stop_igate"
    assert len(small_office.told) == 2
    small_office.tell(reports["in order"], NOW + 2 * DAY)
    assert [subject.partition("]")[0] for subject in small_office.told[2:]] == ["[Đã khắc phục"] * 2


def test_a_run_compared_with_the_one_before_says_what_is_new_fixed_and_lost(reports: dict[str, RunResult]) -> None:
    order, strange, down = (reports[name].report.checks for name in ("in order", "strange code", "one_stop down"))
    new = compare_checks(order, strange)[CheckChange.NEW]
    assert "records.unknown_values" in {one.check for one in new}
    assert compare_checks(strange, strange)[CheckChange.STILL_FAILING] == new
    fixed = compare_checks(strange, order)[CheckChange.FIXED]
    assert {(one.check, one.cells) for one in fixed} == {(one.check, one.cells) for one in new}
    lost = compare_checks(order, down)
    unclear = {(one.check, one.cells) for one in lost[CheckChange.NEWLY_NOT_EVALUABLE]}
    assert ("form.part_within_whole", ("4.3.2", "4.3.1")) in unclear
    assert lost[CheckChange.FIXED] == ()


def test_alerts_reach_those_they_concern(small_office: AlertOffice, reports: dict[str, RunResult]) -> None:
    names = ("it", "desk", "log")
    small_office.set_rules(
        channels={name: {"kind": "file", "path": f"{name}.txt"} for name in names},
        routes={
            "it": {"owners": ["it"], "channels": ["it"]},
            "desk": {"owners": ["one_stop_desk"], "units": ["dac-khu"], "channels": ["desk"]},
            "elsewhere": {"units": ["xa"], "channels": ["log"]},
        },
    )
    for what in ("documents refusing", "strange code"):
        small_office.tell(reports[what], NOW)
    told = {name: read_file(small_office.home, f"{name}.txt") for name in names}
    assert {name: len(subjects) for name, subjects in told.items()} == {"it": 2, "desk": 1, "log": 0}
    assert all("quản lý văn bản" in subject for subject in told["it"])
    assert "có mã lạ" in told["desk"][0]


def test_a_night_s_alerts_arrive_together_in_the_morning(
    small_office: AlertOffice, reports: dict[str, RunResult]
) -> None:
    small_office.set_rules(quiet_hours={"from": "18:00", "to": "07:00"})
    small_office.tell(reports["strange code"], NOW + timedelta(hours=12))
    small_office.tell(reports["in order"], NOW + timedelta(hours=15))
    small_office.tell(reports["documents refusing"], NOW + timedelta(hours=16))
    assert small_office.told == []
    small_office.tell(reports["documents refusing"], NOW + DAY)
    assert small_office.told == ["[Tổng hợp] 1 cảnh báo mới, 1 đã khắc phục"]
    assert "[Đã xảy ra và đã khắc phục] UBND đặc khu Sao Mẫu – Hệ thống một cửa điện tử" in small_office.text


def test_the_second_run_says_how_it_compares_and_a_replay_alerts_nobody(
    small_office: AlertOffice, tiny_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small_office.run(NOW).against_last is None
    said: list[str] = []
    monkeypatch.setattr("reporting.alerting.run_alerts.tell", said.append)
    tiny_sandbox.set_fault("one_stop", "unknown_status")
    result = small_office.run(NOW + DAY)
    compared = result.against_last
    assert compared is not None
    assert "records.unknown_values" in compared.name_changed()["new"]
    new = compared.changes[CheckChange.NEW]
    assert f"So với lần lập trước: {len(new)} kiểm tra mới không đạt" in said[0]
    with small_office.open(NOW + 30 * DAY) as workspace:
        rerun(workspace, make_plan(workspace.catalogue, "dac-khu", "2025-Q4", None, NOW), "payloads")
        assert len(workspace.store.vintages.list(result.vintage.form_key)) == 3
    assert len(small_office.told) == 1


def test_a_run_says_of_a_check_whose_rule_was_taken_away_that_it_no_longer_applies(
    small_office: AlertOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reports sent are typed in above those due; then nobody compares the two any more."""
    said: list[str] = []
    monkeypatch.setattr("reporting.alerting.run_alerts.tell", said.append)
    given = "    value: 12\n    given_by: Văn phòng HĐND và UBND\n    given_on: 2025-12-12\n    evidence: Sổ"
    small_office.change_config("manual/dac-khu/2025-Q4.yaml", given, given.replace("12\n", "99\n", 1))
    small_office.run(NOW)
    small_office.change_config("indicators.yaml", "    part_of: periodic_reports_due_count\n", "")
    result = small_office.run(NOW + DAY)
    assert result.against_last is not None
    compared = result.against_last.name_changed()
    assert compared["no_longer_applies"] == ["balance.part_within_whole"]
    assert (compared["fixed"], compared["newly_not_evaluable"]) == ([], [])
    assert any(one.endswith("1 không còn áp dụng") for one in said)


def test_a_store_that_fails_while_alerting_is_said_and_fails_no_report(
    small_office: AlertOffice, reports: dict[str, RunResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("reporting.alerting.run_alerts.tell", said.append)
    with small_office.open(NOW) as workspace:
        with sqlite3.connect(small_office.home / "baocao.db") as connection:
            connection.execute("ALTER TABLE outbox RENAME TO gone")
        alert(workspace, reports["one_stop down"])
    assert said[-1].startswith("Cảnh báo chưa gửi được")
