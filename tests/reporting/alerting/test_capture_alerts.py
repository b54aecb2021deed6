"""Stocks nobody captured at the cut-off: told at once by a channel of its own words, over with a good capture."""

from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from baocao.domain import VIETNAM, Period, Severity
from baocao.incidents import CauseKind
from baocao.store import FormKey
from cli.main import cli
from reporting.alerting.capture_alerts import alert_captures
from reporting.collection.capture_plans import CaptureResult, capture_plans, plan_captures
from reporting.collection.capturing import LEASE_NAME
from sandbox.server import RunningSandbox
from tests.reporting.alerting.offices import AlertOffice
from tests.reporting.alerting.sinks import PostSink

CUTOFF = datetime(2025, 12, 15, tzinfo=VIETNAM)
LAST_SECOND = CUTOFF - timedelta(seconds=1)
MORNING = CUTOFF + timedelta(hours=7)
PORTAL = "Cổng Dịch vụ công quốc gia (kênh tích hợp)"

ALERT = f"""\
Chưa chụp số liệu thời điểm Quý IV năm 2025: {PORTAL} báo lỗi hoặc chưa có số liệu.

Vì sao: Khi lấy số liệu, hệ thống báo lỗi, bận hoặc chưa có số liệu (kỹ thuật: HTTP 429 tại /dvcqg/XrdAdapter/RestService/forward/mapi/g; cần có error_code 0, result [...]). Thời điểm chốt là hết ngày \
14/12/2025; đã hỏi lúc 23:59 ngày 14/12/2025, không được. Chưa có: “Số TTHC đủ điều kiện cung cấp trực tuyến toàn \
trình”; “Số DVCTT toàn trình đang cung cấp”; “Số TTHC có yêu cầu nghĩa vụ tài chính”; “Số TTHC có phí, lệ phí đã \
tích hợp thanh toán trực tuyến trên Cổng DVC quốc gia”.

Từ khi nào: 23:59 ngày 14/12/2025.

Ảnh hưởng: ô 4.1, 4.1.1, 4.1.2, 4.5, 4.5.1, 4.5.2 của Biểu mẫu 7, UBND đặc khu Sao Mẫu, Quý IV năm 2025.

Cần làm ngay: Báo đơn vị quản trị hệ thống kiểm tra; khi hệ thống hoạt động lại thì chụp ngay: baocao capture 2025-Q4 \
--unit dac-khu. Hệ thống nguồn không giữ số liệu cũ: chụp sau thời điểm chốt quá 12 giờ thì biểu mẫu ghi “Chụp muộn … \
ngày” và không phải là số liệu tại thời điểm chốt.

Thời hạn gửi báo cáo: 18/12/2025 (còn 4 ngày làm việc).

Mã sự cố: 1. Nhận xử lý: baocao incidents ack 1 --until 2025-12-18"""


@pytest.fixture
def office(small_office: AlertOffice, post_sink: PostSink) -> AlertOffice:
    """Its alerts are posted."""
    small_office.set_rules(
        channels={"hook": {"kind": "webhook", "address": post_sink.url}}, routes={"it": {"channels": ["hook"]}}
    )
    return small_office


def capture(office: AlertOffice, now: datetime, period: str = "2025-Q4", *, goes_on: bool = False) -> CaptureResult:
    with office.open(now) as workspace:
        result = capture_plans(workspace, plan_captures(workspace.catalogue, period, None, now))
        alert_captures(workspace, result, goes_on=goes_on)
    return result


def subjects(sink: PostSink) -> list[str]:
    return [post["subject"] for post in sink.posts]


def test_the_command_alerts_at_once_which_stocks_since_when_and_what_to_do_and_tells_the_end(
    office: AlertOffice, post_sink: PostSink, tiny_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in office.environment.items():
        monkeypatch.setenv(name, value)
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600")
    for minutes in (0, 30):
        monkeypatch.setenv("BAOCAO_NOW", (LAST_SECOND + timedelta(minutes=minutes)).isoformat())
        done = CliRunner().invoke(cli, ["capture", "2025-Q4"])
        assert done.exit_code == 11
    assert "Sự cố: 1 vẫn còn" in done.output
    assert [subject.partition(":")[0] for subject in subjects(post_sink)] == [
        "[Cảnh báo] Chưa chụp số liệu thời điểm Quý IV năm 2025"
    ]
    (post,) = post_sink.posts
    assert (post["severity"], post["facts"]["owner"], post["text"]) == ("critical", "it", ALERT)
    (incident,) = office.incidents(MORNING)
    assert "đã hỏi 2 lần, từ 23:59 ngày 14/12/2025 đến 00:29 ngày 15/12/2025, đều không được." in incident.why_vi
    tiny_sandbox.clear_faults()
    monkeypatch.setenv("BAOCAO_NOW", MORNING.isoformat())
    done = CliRunner().invoke(cli, ["capture", "2025-Q4"])
    assert done.exit_code == 0
    assert office.incidents(MORNING) == ()
    assert subjects(post_sink)[1].startswith("[Đã khắc phục] Chưa chụp số liệu thời điểm Quý IV năm 2025")
    assert "Đã chụp được số liệu; chụp quá muộn" in post_sink.posts[1]["text"]


def test_a_capture_in_order_or_before_the_cut_off_alerts_nobody(
    office: AlertOffice, post_sink: PostSink, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600")
    assert capture(office, CUTOFF - timedelta(days=2)).exit_code == 11
    tiny_sandbox.clear_faults()
    assert capture(office, LAST_SECOND).exit_code == 0
    assert (office.incidents(MORNING), post_sink.posts) == ((), [])


def test_while_the_night_goes_on_only_what_time_does_not_heal_is_told(
    office: AlertOffice, post_sink: PostSink, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600")
    capture(office, LAST_SECOND, goes_on=True)
    assert post_sink.posts == []
    tiny_sandbox.clear_faults()
    tiny_sandbox.set_fault("portal", "wrong_password")
    capture(office, CUTOFF + timedelta(minutes=30), goes_on=True)
    (incident,) = office.incidents(MORNING)
    assert (incident.kind, incident.severity) == (CauseKind.CAPTURE, Severity.CRITICAL)
    assert "từ chối tài khoản kết nối" in incident.subject_vi
    assert incident.opened_at == LAST_SECOND
    assert "Từ khi nào: 23:59 ngày 14/12/2025." in post_sink.posts[0]["text"]


def test_the_year_captured_is_its_fourth_quarter_captured(
    office: AlertOffice, post_sink: PostSink, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600")
    capture(office, MORNING)
    tiny_sandbox.clear_faults()
    capture(office, MORNING + timedelta(hours=1), "2025")
    assert office.incidents(MORNING) == ()
    assert [subject.partition("]")[0] for subject in subjects(post_sink)] == ["[Cảnh báo", "[Đã khắc phục"]


def test_one_that_another_process_is_at_is_neither_over_nor_told_again(
    office: AlertOffice, post_sink: PostSink, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600")
    capture(office, MORNING)
    tiny_sandbox.clear_faults()
    key = FormKey("dac-khu", LEASE_NAME.format(source_code="portal_dvcqg"), Period.parse("2025-Q4"))
    with office.open(MORNING) as workspace, workspace.store.leases.hold(key, "server-2, process 7"):
        assert capture(office, MORNING).exit_code == 21
    (incident,) = office.incidents(MORNING)
    assert incident.is_unclear
    assert len(post_sink.posts) == 1


def test_a_secret_that_is_not_set_is_told_as_well(
    office: AlertOffice, post_sink: PostSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BAOCAO_PORTAL_PASSWORD", raising=False)
    assert capture(office, MORNING).exit_code == 2
    assert subjects(post_sink)[0].startswith("[Cảnh báo] Chưa chụp số liệu thời điểm Quý IV năm 2025")
