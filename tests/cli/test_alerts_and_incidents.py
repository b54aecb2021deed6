"""The commands about incidents and alerts, as a person or a program uses them."""

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest

from baocao.catalogue import Catalogue
from cli.main import main
from reporting.accounts import name_account
from reporting.upkeep.doctor.alerts import look_at_alerts
from tests.reporting.alerting.offices import AlertOffice
from tests.reporting.alerting.processes import raise_incident
from tests.reporting.alerting.samples import MORNING, at, cause
from tests.reporting.alerting.sinks import PostSink, free_port


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command(office: AlertOffice, *arguments: str, now=MORNING) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    environment = {**office.environment, "BAOCAO_NOW": now.isoformat(), "COLUMNS": "160"}
    with (
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", ["baocao", *arguments]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


@pytest.fixture
def troubled(small_office: AlertOffice) -> AlertOffice:
    """One incident is open, its alert waits to be sent."""
    with small_office.open(MORNING) as workspace:
        raise_incident(workspace.store, workspace.alerts, cause())
    return small_office


def test_the_list_names_what_is_open_the_gravest_first(troubled: AlertOffice) -> None:
    shown = command(troubled, "incidents").out
    assert "số liệu ô 4.2 cần xem lại" in shown
    assert "còn 3 ngày làm việc" in shown
    (one,) = command(troubled, "incidents", "list", "--json").json
    assert (one["number"], one["severity"], one["reports"][0]["cells"]) == (1, "critical", ["4.2"])
    assert command(troubled, "incidents", "list", "--unit", "xa", "--json").json == []


def test_no_incident_is_said_so(small_office: AlertOffice) -> None:
    assert "Không có sự cố nào đang mở" in command(small_office, "incidents").out


def test_one_incident_is_told_in_full(troubled: AlertOffice) -> None:
    shown = command(troubled, "incidents", "show", "1").out
    for said in ("Ô 4.2 ghi 84,12%", "Ghi 84,13 vào ô 4.2", "ô 4.2 của Biểu mẫu 7, UBND đặc khu Sao Mẫu", "18/12/2025"):
        assert said in shown
    ended = command(troubled, "incidents", "show", "9")
    assert (ended.code, "không có sự cố số 9" in ended.err) == (2, True)
    ended = command(troubled, "incidents", "history", "9")
    assert (ended.code, "không có sự cố số 9" in ended.err) == (2, True)


def test_taking_an_incident_on_is_kept_with_its_day(troubled: AlertOffice) -> None:
    taken = command(troubled, "incidents", "ack", "1", "--until", "2025-12-17", "--note", "đang đối chiếu")
    assert (taken.code, f"{name_account()} nhận xử lý sự cố 1 đến hết ngày 17/12/2025" in taken.out) == (0, True)
    assert f"{name_account()} đến 17/12" in command(troubled, "incidents").out
    kinds = [(event["kind"], event["by"]) for event in command(troubled, "incidents", "history", "1", "--json").json]
    assert kinds == [("opened", ""), ("acknowledged", name_account())]
    assert "đang đối chiếu" in command(troubled, "incidents", "history", "1").out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("ack", "1", "--until", "17/12"), 2, "không phải ngày"),
        (("ack", "1", "--until", "2025-12-01"), 2, "ngày này đã qua"),
        (("ack", "7", "--until", "2025-12-17"), 2, "không có sự cố số 7"),
    ],
)
def test_an_acknowledgement_that_makes_no_sense_is_refused(
    troubled: AlertOffice, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ended = command(troubled, "incidents", *arguments)
    assert (ended.code, says in ended.err) == (code, True)


def test_what_waits_is_shown_and_sent(troubled: AlertOffice) -> None:
    waiting = command(troubled, "alerts", "status", "--json").json["waiting"]
    assert [one["route"] for one in waiting] == ["all"]
    assert "Đang chờ gửi: 1" in command(troubled, "alerts", "status").out
    assert "Đã gửi 1 thông báo" in command(troubled, "alerts", "send").out
    assert len(troubled.told) == 1
    assert command(troubled, "alerts", "send").out.startswith("Đã gửi 0 thông báo")
    assert command(troubled, "alerts", "status", "--json").json["sent"][0]["sent_by"] == "log"


def test_what_cannot_be_sent_ends_with_30_and_names_the_channel(small_office: AlertOffice) -> None:
    dead = {"kind": "webhook", "address": f"http://127.0.0.1:{free_port()}/"}
    small_office.set_rules(channels={"hook": dead}, routes={"all": {"channels": ["hook"]}})
    with small_office.open(MORNING) as workspace:
        raise_incident(workspace.store, workspace.alerts, cause())
    ended = command(small_office, "alerts", "send")
    assert ended.code == 30
    assert "hook: máy chủ không nhận kết nối" in ended.out
    assert "đã thử 1 lần" in command(small_office, "alerts", "status").out


def test_the_channels_are_tried_each_by_itself(small_office: AlertOffice, post_sink: PostSink) -> None:
    small_office.set_rules(
        channels={
            "good": {"kind": "webhook", "address": post_sink.url},
            "dead": {"kind": "webhook", "address": f"http://127.0.0.1:{free_port()}/"},
        },
        routes={"all": {"channels": ["good"]}},
    )
    ended = command(small_office, "alerts", "test", "--json")
    assert ended.code == 30
    assert {trial["channel"]: trial["taken"] for trial in ended.json} == {"good": True, "dead": False}
    assert post_sink.posts[0]["subject"] == "[Tin thử] Kênh cảnh báo của baocao"
    assert command(small_office, "alerts", "test", "--channel", "good").code == 0
    assert command(small_office, "alerts", "test", "--channel", "mail").code == 2


def test_an_installation_without_channels_keeps_incidents_and_says_that_nobody_hears(troubled: AlertOffice) -> None:
    (troubled.home / "config/alerts.yaml").unlink()
    shown = command(troubled, "alerts", "status").out
    assert "Chưa khai báo kênh nào" in shown
    assert "Sự cố 1 không có tuyến nào nhận" in shown
    assert command(troubled, "alerts", "test").code == 2


def test_a_broken_alerts_yaml_is_named_before_anything_is_done(troubled: AlertOffice) -> None:
    (troubled.home / "config/alerts.yaml").write_text("chanels: {}\n", encoding="utf-8")
    ended = command(troubled, "incidents")
    assert ended.code == 2
    assert "alerts.yaml" in ended.err
    assert "chanels" in ended.err


def test_the_watch_says_what_is_missing_on_a_day(small_office: AlertOffice) -> None:
    (small_office.home / "config/manual/dac-khu/2025-Q4.yaml").unlink()
    told = command(small_office, "watch", "--on", "2025-12-10", "--unit", "dac-khu", "--json").json
    assert told["on"] == "2025-12-10"
    assert {(one["kind"], one["unit"]) for one in told["missing"]} == {("typed_in", "dac-khu")}
    shown = command(small_office, "watch", "--on", "2025-12-11", "--unit", "dac-khu").out
    assert "hạn 18/12/2025 (còn 5 ngày làm việc)" in shown
    assert "Chỉ xem: không gửi và không ghi gì" in shown
    assert small_office.told == []
    shown = command(small_office, "watch", "--on", "2025-12-11", "--unit", "dac-khu", now=at(11, "15:00")).out
    assert "Đã gửi 2 thông báo" in shown
    assert command(small_office, "watch", "--on", "11/12").code == 2


def test_the_watch_of_a_day_without_anything_missing_says_so(small_office: AlertOffice) -> None:
    shown = command(small_office, "watch", "--unit", "dac-khu", now=at(10)).out
    assert "Không còn thiếu gì cho các báo cáo sắp đến hạn" in shown
    assert small_office.told == []


@pytest.mark.parametrize(
    ("rules", "health", "says"),
    [
        ({}, "good", "1 kênh, 1 tuyến"),
        ({"channels": {}, "routes": {}}, "doubtful", "chưa khai báo kênh nào"),
        ({"routes": {"it": {"owners": ["it", "office"], "channels": ["log"]}}}, "doubtful",
         "documents_clerk, one_stop_desk, digital_officer"),
        ({"routes": {"it": {"severities": ["warning"], "channels": ["log"]}}}, "doubtful", "office"),
        ({"routes": {"it": {"channels": ["fax"]}}}, "bad", "không có kênh “fax”"),
    ],
)  # fmt: skip
def test_doctor_says_whom_no_alert_would_reach(small_office: AlertOffice, rules: dict, health: str, says: str) -> None:
    small_office.set_rules(**rules)
    catalogue = Catalogue.read(small_office.home / "config")
    found = look_at_alerts(catalogue, "dac-khu")
    assert (found.health, says in found.says) == (health, True)
