"""A channel that fails: tried again, then the next one says so, and no alert is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stamina.instrumentation import set_on_retry_hooks

from baocao.catalogue.alerts import Alerts
from baocao.store import Store
from reporting.delivery.channels import Channels
from reporting.delivery.sending import Deliverer
from tests.reporting.alerting.processes import send_due
from tests.reporting.alerting.samples import PATIENCE_S, at, read_file, rules, sample_message
from tests.reporting.alerting.sinks import PASSWORD, MailSink, PostSink, free_port, hanging_server
from tests.reporting.delivery.test_channels import mailbox

TOO_SHORT_S = 0.5
BOTH = sample_message(channels=("first", "second"))


def alerts_of(first: dict[str, Any], attempts: int = 3, **retries: Any) -> Alerts:
    channels = {"first": first, "second": {"kind": "file", "path": "alerts.txt"}}
    tries = {"attempts": attempts, "backoff_s": 0.01, "timeout_s": PATIENCE_S, **retries}
    return rules(channels=channels, routes={"office": {"channels": list(channels)}}, retries=tries)


@pytest.fixture
def waits() -> Iterator[list[float]]:
    """How long was waited before each further try."""
    waited: list[float] = []
    set_on_retry_hooks([lambda details: waited.append(details.wait_for)])
    yield waited
    set_on_retry_hooks(None)


def deliverer_of(alerts: Alerts, home: Path) -> Deliverer:
    return Deliverer(Channels(alerts, home, lambda _: PASSWORD))


def test_a_channel_that_recovers_within_its_tries_is_used(home, post_sink: PostSink, waits: list[float]) -> None:
    post_sink.answers = [500, 503]
    deliverer = deliverer_of(alerts_of({"kind": "webhook", "address": post_sink.url}), home)
    assert deliverer.send("b", [BOTH]).channel == "first"
    assert waits == pytest.approx([0.01, 0.02])
    assert len(post_sink.posts) == 1
    assert read_file(home) == []


def test_mail_that_is_refused_for_now_goes_out_at_the_second_try(home, mail_sink: MailSink, authority) -> None:
    mail_sink.failures_left = 1
    assert deliverer_of(alerts_of(mailbox(mail_sink, authority)), home).send("b", [BOTH]).channel == "first"
    assert mail_sink.subjects() == [BOTH.subject]


@pytest.mark.parametrize("kind", ["dead", "hanging"])
def test_the_next_channel_says_that_the_one_before_failed(home, kind: str) -> None:
    with hanging_server() as hanging:
        port = free_port() if kind == "dead" else hanging
        alerts = alerts_of(
            {"kind": "webhook", "address": f"http://127.0.0.1:{port}/"}, attempts=2, timeout_s=TOO_SHORT_S
        )
        deliverer = deliverer_of(alerts, home)
        done = [deliverer.send(f"b{n}", [BOTH]) for n in (1, 2)]
    assert [one.channel for one in done] == ["second", "second"]
    text = (home / "alerts.txt").read_text(encoding="utf-8")
    why = "máy chủ không nhận kết nối" if kind == "dead" else "quá thời gian chờ"
    assert text.count(f"kênh first ({why}) không gửi được nên thông báo này đi qua kênh khác") == 2


def test_a_dead_channel_is_tried_once_in_a_round_however_many_letters_wait(home, waits: list[float]) -> None:
    alerts = alerts_of({"kind": "webhook", "address": f"http://127.0.0.1:{free_port()}/"})
    deliverer = deliverer_of(alerts, home)
    for number in range(5):
        deliverer.send(f"b{number}", [BOTH])
    assert waits == pytest.approx([0.01, 0.02])


def test_what_no_channel_takes_waits_longer_each_time_and_is_sent_in_the_end(
    store: Store, home, post_sink: PostSink
) -> None:
    only = rules(
        channels={"hook": {"kind": "webhook", "address": post_sink.url}},
        routes={"office": {"channels": ["hook"]}},
        retries={"attempts": 1, "longest_wait_minutes": 60},
    )
    deliverer = deliverer_of(only, home)
    assert [deliverer.wait_before(n).total_seconds() / 60 for n in range(5)] == [1, 4, 16, 60, 60]
    post_sink.answers = [500, 500, 500]
    store.outbox.queue([sample_message(channels=("hook",))])
    for hour in range(7, 11):
        send_due(store, only, home, at(15, f"{hour:02}:00"))
    assert len(post_sink.posts) == 1
    (kept,) = store.outbox.sent()
    assert (kept.attempts, kept.last_error) == (4, "hook: máy chủ trả lời HTTP 500")


def test_letters_to_a_channel_that_is_no_more_take_the_route_of_today(home) -> None:
    renamed = rules(routes={"office": {"channels": ["log"]}})
    assert deliverer_of(renamed, home).send("b", [sample_message(channels=("mail",))]).channel == "log"
    gone = rules(routes={})
    done = deliverer_of(gone, home).send("b", [sample_message(channels=("mail",))])
    assert (done.channel, done.reasons) == (None, "mail: không còn trong alerts.yaml")
