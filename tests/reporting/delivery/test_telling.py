"""What is told to whom, and when: routes, steps of escalation, what waited together, reminders."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Alerts, QuietHours, Route
from baocao.domain import Severity
from baocao.incidents import CauseKind, EventKind, IncidentChange, IncidentEvent
from reporting.delivery.desk_links import DeskLinks
from reporting.delivery.quiet import find_send_time
from reporting.delivery.reminders import MissingItem, MissingKind, write_reminders
from reporting.delivery.rendering import RenderedMessage, render
from reporting.delivery.routing import MessageWriter, takes
from tests.reporting.alerting.samples import DUE_ON, Q4, at, incident, rules, sample_message

FILES = {name: {"kind": "file", "path": f"{name}.txt"} for name in ("log", "spare", "office", "leader")}
STEPS = {3: ["office"], 1: ["leader"]}


def told(alerts: Alerts, catalogue: Catalogue, kind: EventKind, **changed: Any) -> list[str]:
    over = {"recovered_at": at(17)} if kind is EventKind.RECOVERED else {}
    change = IncidentChange(incident(**over, **changed), IncidentEvent(kind, at(17)))
    return [message.route for message in MessageWriter(catalogue, alerts, at(17)).compose([change])]


def test_a_route_without_recoveries_hears_of_none(catalogue: Catalogue) -> None:
    routes = {"all": {"channels": ["log"]}, "short": {"channels": ["log"], "recoveries": False}}
    alerts = rules(channels=FILES, routes=routes)
    assert told(alerts, catalogue, EventKind.OPENED) == ["all", "short"]
    assert told(alerts, catalogue, EventKind.RECOVERED) == ["all"]


@pytest.mark.parametrize(
    ("units", "concerned", "is_taken"),
    [
        ([], ("xa",), True),
        (["xa"], ("xa", "dac-khu"), True),
        (["xa", "phuong"], ("xa",), True),
        (["xa"], ("phuong",), False),
    ],
)
def test_a_route_of_some_units_takes_what_concerns_any_of_them(
    units: list[str], concerned: tuple[str, ...], is_taken: bool
) -> None:
    assert takes(Route.model_validate({"channels": ["log"], "units": units}), incident(units=concerned)) is is_taken


def test_each_step_has_its_own_channels_and_all_that_were_told_hear_of_the_end(catalogue: Catalogue) -> None:
    alerts = rules(channels=FILES, routes={"all": {"channels": ["log", "spare"]}}, escalation={"steps": STEPS})
    assert told(alerts, catalogue, EventKind.ESCALATED, escalated_to=3) == ["all", "^office"]
    for kind in (EventKind.ESCALATED, EventKind.RECOVERED):
        assert told(alerts, catalogue, kind, escalated_to=1) == ["all", "^office", "^leader"]


def test_a_channel_that_is_only_a_spare_one_is_told_by_escalation_all_the_same(catalogue: Catalogue) -> None:
    steps = {"steps": {3: ["spare"], 1: ["log"]}}
    alerts = rules(channels=FILES, routes={"all": {"channels": ["log", "spare"]}}, escalation=steps)
    assert told(alerts, catalogue, EventKind.ESCALATED, escalated_to=1) == ["all", "^spare"]


def test_a_letter_sent_again_with_a_note_has_the_key_it_had() -> None:
    message = sample_message()
    plain, noted = render("b", [message]), render("b", [message], "Ghi chú: kênh khác không gửi được.")
    assert plain.text != noted.text
    assert plain.token == noted.token
    assert plain.token != render("c", [message]).token


def test_of_what_happened_to_an_incident_while_its_letter_waited_the_last_is_told() -> None:
    facts = {"incident": "7", "severity": "critical"}
    words = (("opened", "[Cảnh báo] mất kết nối"), ("worsened", "[Nặng thêm] mất kết nối"))
    messages = [sample_message(kind, subject=said, facts={**facts, "kind": kind}) for kind, said in words]
    assert render("digest", messages).subject == "[Nặng thêm] mất kết nối"


def test_quiet_hours_and_digests_go_by_viet_nam_s_clock_whatever_zone_the_moment_is_in(catalogue: Catalogue) -> None:
    quiet = QuietHours.model_validate({"from": "18:00", "to": "07:00", "days_off": False})
    way, digest = (Route.model_validate({"channels": ["log"], **more}) for more in ({}, {"digest": "16:00"}))
    evening, morning = at(15, "23:30").astimezone(UTC), at(15, "08:00").astimezone(UTC)
    assert find_send_time(way, quiet, Severity.WARNING, evening, catalogue.calendar).at == at(16, "07:00")
    assert find_send_time(digest, None, Severity.WARNING, morning, catalogue.calendar).at == at(15, "16:00")


def test_a_letter_written_at_the_very_time_of_the_digest_waits_for_the_next(catalogue: Catalogue) -> None:
    digest = Route.model_validate({"channels": ["log"], "digest": "16:00"})
    assert find_send_time(digest, None, Severity.WARNING, at(15, "16:00"), catalogue.calendar).at == at(16, "16:00")


def lacking(due_on: date, text_vi: str = "Chưa có số liệu.") -> MissingItem:
    return MissingItem(
        MissingKind.TYPED_IN, "dac-khu", "2025-bieu-mau-7", Q4, due_on, "one_stop_desk", text_vi, "Gửi số liệu."
    )


def severities(catalogue: Catalogue, day: int, items: Iterable[MissingItem]) -> list[Severity]:
    failed: list[str] = []
    writer = MessageWriter(catalogue, rules(), at(day))
    found = [message.severity for message in write_reminders(writer, items, failed)]
    assert failed == []
    return found


@pytest.mark.parametrize(
    ("day", "severity"), [(16, Severity.WARNING), (17, Severity.CRITICAL), (18, Severity.CRITICAL)]
)
def test_a_reminder_is_urgent_from_the_working_day_before_the_due_day(
    catalogue: Catalogue, day: int, severity: Severity
) -> None:
    assert severities(catalogue, day, [lacking(DUE_ON)]) == [severity]


def test_a_reminder_about_several_things_goes_by_the_nearest_due_day(catalogue: Catalogue) -> None:
    later = replace(lacking(DUE_ON + timedelta(days=20)), text_vi="Chưa phát hành.")
    assert severities(catalogue, 18, [later, lacking(DUE_ON)]) == [Severity.CRITICAL]


FORM_PAGE = "https://baocao.vi-du.vn/bieu-mau/dac-khu/2025-Q4/2025-bieu-mau-7"
DESK = DeskLinks("https://baocao.vi-du.vn/")


def letter(catalogue: Catalogue, desk: DeskLinks | None, **changed: Any) -> RenderedMessage:
    change = IncidentChange(incident(**changed), IncidentEvent(EventKind.OPENED, at(17)))
    return render("b", list(MessageWriter(catalogue, rules(), at(17), desk).compose([change]))[:1])


def test_an_alert_opens_at_its_cell_and_its_incident_where_people_can_reach_the_desk(catalogue: Catalogue) -> None:
    written = letter(catalogue, DESK)
    assert f"ô 4.2, Biểu mẫu 7, UBND đặc khu Sao Mẫu, Quý IV năm 2025: {FORM_PAGE}/o/4.2\n" in written.text + "\n"
    assert "Nhận xử lý: https://baocao.vi-du.vn/su-co#so-7" in written.text
    for address in (f"{FORM_PAGE}/o/4.2", "https://baocao.vi-du.vn/su-co#so-7"):
        assert f'<a href="{address}">{address}</a>' in written.html
    assert "baocao incidents ack 7" in letter(catalogue, None).text
    assert "https:" not in letter(catalogue, None).text


def test_a_figure_nobody_gave_is_linked_to_its_field_and_no_officer_reads_a_command(catalogue: Catalogue) -> None:
    mend = "Ghi vào tệp manual/dac-khu/2025-Q4.yaml. Sau đó chạy lại: baocao run 2025-Q4 --unit dac-khu"
    text = letter(catalogue, DESK, kind=CauseKind.MISSING, owner="one_stop_desk", mend_vi=mend).text
    assert f"{FORM_PAGE}#o-4.2" in text
    assert "Ghi vào số nhập tay trên trang biểu mẫu. Sau đó chạy lại: “Lập lại” trên trang biểu mẫu." in text
    assert "baocao run" in letter(catalogue, DESK, mend_vi=mend).text, "those who run the systems type it"


def test_what_has_recovered_needs_no_way_to_the_cell(catalogue: Catalogue) -> None:
    change = IncidentChange(incident(recovered_at=at(17)), IncidentEvent(EventKind.RECOVERED, at(17)))
    (message,) = list(MessageWriter(catalogue, rules(), at(17), DESK).compose([change]))[:1]
    assert "https:" not in render("b", [message]).text


def test_each_step_of_a_reminder_says_where_it_is_done(catalogue: Catalogue) -> None:
    figure = replace(lacking(DUE_ON), place="#so-communes")
    system = replace(lacking(DUE_ON, "Cổng không trả lời."), owner="it")
    failed: list[str] = []
    messages = list(write_reminders(MessageWriter(catalogue, rules(), at(16), DESK), [figure, system], failed))
    said = "\n".join(render("b", [message]).text for message in messages)
    assert f"Cần làm: Gửi số liệu.\nMở trên trình duyệt: {FORM_PAGE}#so-communes" in said
    assert "Mở trên trình duyệt: https://baocao.vi-du.vn/quan-tri" in said
