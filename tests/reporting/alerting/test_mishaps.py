"""One message, unit or incident that cannot be dealt with is named, and the rest goes."""

import json
import sqlite3
from typing import Any

import pytest
from sqlalchemy import update

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError
from baocao.incidents import CauseKind
from baocao.store import Store
from baocao.store.tables.incident_rows import OutboxRow
from reporting.delivery import routing
from reporting.delivery.rendering import RenderedMessage
from reporting.delivery.text_file import FileSender
from tests.cli.test_alerts_and_incidents import command
from tests.reporting.alerting.offices import AlertOffice
from tests.reporting.alerting.processes import raise_incident, send_due
from tests.reporting.alerting.samples import MORNING, at, cause, read_file, rules, sample_message
from tests.reporting.alerting.sinks import MailSink
from tests.reporting.delivery.test_channels import mailbox

GOOD, OTHER = sample_message("good"), sample_message("other", subject="[Cảnh báo] Khác")


def post_of(sink: MailSink, authority: Any, **changes: Any) -> Any:
    return rules(
        channels={"mail": mailbox(sink, authority, **changes)},
        routes={"office": {"channels": ["mail"]}},
        retries={"attempts": 3, "backoff_s": 0},
    )


def test_a_line_feed_in_a_subject_keeps_no_letter_from_anybody(store: Store, home, mail_sink, authority) -> None:
    odd = sample_message("a-odd", subject="[Cảnh báo] UBND xã\nAn Mẫu")
    store.outbox.queue([odd, GOOD])
    send_due(store, post_of(mail_sink, authority), home)
    assert sorted(mail_sink.subjects()) == sorted(["[Cảnh báo] UBND xã An Mẫu", GOOD.subject])
    assert store.outbox.waiting() == ()


def break_file(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """A sender that cannot make one of the messages, for a reason nobody foresaw."""
    send = FileSender.send

    def fail(self: FileSender, message: RenderedMessage) -> None:
        if message.key == key:
            raise LookupError("Nguyễn Văn A, 0912345678")
        send(self, message)

    monkeypatch.setattr(FileSender, "send", fail)


def test_a_message_no_channel_can_send_is_set_aside_and_the_next_goes(store: Store, home, monkeypatch) -> None:
    store.outbox.queue([sample_message("a-odd", channels=("log",)), sample_message("z", channels=("log",))])
    with monkeypatch.context() as patch:
        break_file(patch, "a-odd")
        assert send_due(store, rules(), home) == ["z"]
    (aside,) = store.outbox.list_set_aside()
    assert "LookupError, test_mishaps.py:" in aside.set_aside
    assert "Nguyễn" not in aside.set_aside
    assert store.outbox.waiting() == ()
    assert send_due(store, rules(), home) == []
    assert store.outbox.put_back(MORNING) == 1
    assert send_due(store, rules(), home) == ["a-odd"]


def test_a_stored_message_that_cannot_be_read_is_set_aside_and_the_rest_goes(store: Store, home) -> None:
    store.outbox.queue([sample_message("a-odd", channels=("log",)), sample_message("z", channels=("log",))])
    with store._database.writing() as session:
        session.execute(update(OutboxRow).where(OutboxRow.message_key == "a-odd").values(body="{}"))
    assert send_due(store, rules(), home) == ["z"]
    assert [one.message.key for one in store.outbox.list_set_aside()] == ["a-odd"]


def test_an_incident_whose_message_cannot_be_written_is_kept_and_the_others_are_told(
    store: Store, home, monkeypatch
) -> None:
    tell = routing.tell_change

    def fail(catalogue: Catalogue, change: Any, today: Any, desk: Any) -> Any:
        if change.incident.fingerprint == "odd":
            raise ZeroDivisionError
        return tell(catalogue, change, today, desk)

    monkeypatch.setattr(routing, "tell_change", fail)
    raise_incident(store, rules(), cause("odd"), cause())
    send_due(store, rules(), home)
    assert len(store.incidents.open()) == 2
    assert len(read_file(home)) == 1
    (aside,) = store.outbox.list_set_aside()
    assert aside.message.subject == "Sự cố 1: không soạn được thông báo"
    assert store.outbox.put_back(at(16)) == 0
    assert store.outbox.list_set_aside() == ()


def test_status_and_health_name_what_was_set_aside(small_office: AlertOffice, monkeypatch) -> None:
    with small_office.open(MORNING) as workspace:
        workspace.store.outbox.queue([sample_message("a-odd", channels=("log",))])
    with monkeypatch.context() as patch:
        break_file(patch, "a-odd")
        ended = command(small_office, "alerts", "send")
    assert (ended.code, "gác lại" in ended.out) == (30, True)
    shown = command(small_office, "alerts", "status").out
    assert "Gác lại vì không gửi được: 1" in shown
    assert "LookupError" in shown
    checks = {one["check"]: one for one in json.loads(command(small_office, "health", "--json").out)["checks"]}
    assert checks["state.messages"]["health"] == "bad"
    assert "LookupError" in checks["state.messages"]["says"]
    assert command(small_office, "alerts", "send", "--set-aside").code == 0
    checks = {one["check"]: one for one in json.loads(command(small_office, "health", "--json").out)["checks"]}
    assert checks["state.messages"]["health"] == "good"


def test_a_report_never_fails_because_of_an_alert(small_office: AlertOffice, monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("reporting.alerting.run_alerts.tell", said.append)
    for place in ("fold", "find_causes", "compare_with_last", "open_channels"):
        with monkeypatch.context() as patch:
            patch.setattr(f"reporting.alerting.run_alerts.{place}", lambda *_: 1 // 0)
            assert small_office.run(MORNING).exit_code == 0
        assert any("ZeroDivisionError" in one for one in said), place
        said.clear()


def test_a_unit_the_watch_cannot_look_at_is_named_and_the_others_are_looked_at(
    small_office: AlertOffice, monkeypatch
) -> None:
    (small_office.home / "config/manual/dac-khu/2025-Q4.yaml").unlink()
    monkeypatch.setattr("reporting.watch.daily.find_missing_connections", lambda *_: 1 // 0)
    ended = command(small_office, "watch", "--unit", "dac-khu", now=at(10))
    assert ended.code == 1
    assert "Chưa xem được: dac-khu/2025-Q4/2025-bieu-mau-7 (ZeroDivisionError" in ended.out


def test_a_unit_s_name_is_one_line(small_office: AlertOffice) -> None:
    small_office.change_config("units.yaml", "UBND đặc khu Sao Mẫu", '"UBND đặc khu\\nSao Mẫu"')
    with pytest.raises(ConfigError, match=r"units\.yaml:\n  dòng \d+, units\.dac-khu\.name: phải nằm trên một dòng"):
        Catalogue.read(small_office.home / "config")


@pytest.mark.parametrize("sign", ["\\u202e", "\\u200b", "\\t", "\\ufeff"])
def test_a_unit_s_name_has_no_sign_that_nobody_sees(small_office: AlertOffice, sign: str) -> None:
    """One of them turns round whatever follows it on the screen and in a letter."""
    small_office.change_config("units.yaml", "UBND đặc khu Sao Mẫu", f'"UBND {sign}đặc khu Sao Mẫu"')
    with pytest.raises(
        ConfigError, match=r"units\.dac-khu\.name: có ký tự không nhìn thấy \(U\+[0-9A-F]{4}, chữ thứ 6\)"
    ):
        Catalogue.read(small_office.home / "config")


def test_one_refused_address_costs_the_good_one_no_second_copy(store: Store, home, mail_sink, authority) -> None:
    mail_sink.refused.add("cntt@bienmau.vi-du.vn")
    store.outbox.queue([GOOD, OTHER])
    assert len(send_due(store, post_of(mail_sink, authority), home)) == 2
    assert mail_sink.recipients == [["vanphong@bienmau.vi-du.vn"]] * 2
    assert sorted(mail_sink.subjects()) == sorted([GOOD.subject, OTHER.subject])
    assert store.outbox.waiting() == ()
    assert [one.set_aside for one in store.outbox.sent()] == [
        "mail: máy chủ thư không nhận địa chỉ cntt@bienmau.vi-du.vn"
    ] * 2


def test_one_refused_for_now_gets_it_later_and_nobody_gets_it_twice(store: Store, home, mail_sink, authority) -> None:
    mail_sink.busy.add("cntt@bienmau.vi-du.vn")
    store.outbox.queue([GOOD, OTHER])
    alerts = post_of(mail_sink, authority)
    send_due(store, alerts, home)
    assert mail_sink.recipients == [["vanphong@bienmau.vi-du.vn"]] * 2
    assert [one.reached for one in store.outbox.waiting()] == [("vanphong@bienmau.vi-du.vn",)] * 2
    assert send_due(store, alerts, home, at(16)) == [], "a round that reached nobody has sent nothing"
    mail_sink.busy.clear()
    send_due(store, alerts, home, at(17))
    assert mail_sink.recipients[2:] == [["cntt@bienmau.vi-du.vn"]] * 2
    assert store.outbox.waiting() == ()
    assert len({mail["Message-ID"] for mail in mail_sink.mails}) == 2


def test_a_letter_nobody_took_starves_no_other(store: Store, home, mail_sink, authority) -> None:
    mail_sink.refused |= {"vanphong@bienmau.vi-du.vn", "cntt@bienmau.vi-du.vn"}
    store.outbox.queue([GOOD])
    assert send_due(store, post_of(mail_sink, authority), home) == []
    assert len(mail_sink.asked) == 2
    assert len(store.outbox.waiting()) == 1
    mail_sink.refused.clear()
    assert send_due(store, post_of(mail_sink, authority), home, at(16)) == ["good"]


def test_a_clock_set_back_ends_no_incident_and_tells_none_again(office: AlertOffice) -> None:
    office.watch(at(19))
    (overdue,) = office.incidents(MORNING)
    assert overdue.kind is CauseKind.OVERDUE
    told = len(office.told)
    office.watch(at(17))
    office.watch(at(19, "15:00"))
    assert office.incidents(MORNING) == (overdue,) or office.incidents(MORNING)[0].number == overdue.number
    assert [one for one in office.told[told:] if "Đã khắc phục" in one or "chưa lập báo cáo" in one] == []


def test_a_look_at_a_past_day_sends_and_keeps_nothing(small_office: AlertOffice) -> None:
    small_office.watch(at(19))
    before = small_office.told
    assert command(small_office, "watch", "--on", "2025-12-17", "--unit", "dac-khu", now=at(19, "09:00")).code == 0
    assert small_office.told == before
    assert [one.is_open for one in small_office.incidents(MORNING)] == [True]


@pytest.mark.parametrize("body", ["{", "null", "[]", "{}", '{"kind": "no such"}'])
def test_an_incident_whose_row_is_damaged_is_set_aside_and_named_and_the_rest_goes_on(
    small_office: AlertOffice, body: str
) -> None:
    small_office.watch(at(19))
    with sqlite3.connect(small_office.database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE incident SET body = ? WHERE number = 1", (body,))
    listed = command(small_office, "incidents", "list", now=at(19, "09:00"))
    assert (listed.code, "Không đọc được trong cơ sở dữ liệu, đã gác lại: sự cố 1." in listed.err) == (0, True)
    told = len(small_office.told)
    small_office.watch(at(20))
    assert [one.number for one in small_office.incidents(MORNING)] == [2], "the same trouble, told anew"
    assert any("chưa lập báo cáo" in one for one in small_office.told[told:])
    assert "sự cố 1" in command(small_office, "incidents", "list", now=at(20, "09:00")).err
    assert "không đọc được: sự cố 1" in command(small_office, "health", now=at(20, "09:00")).out
    shown = command(small_office, "incidents", "show", "1", now=at(20, "09:00"))
    assert (shown.code, "không đọc được" in shown.err) == (14, True)
