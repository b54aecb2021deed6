"""Letters to several people: who was reached at any try is left in peace, who was not is tried again."""

from pathlib import Path

import pytest

from baocao.catalogue.alerts import Alerts, EmailChannel
from baocao.store import Store
from reporting.delivery.mail import MailSender
from tests.reporting.alerting.processes import send_due
from tests.reporting.alerting.samples import at, rules, sample_message
from tests.reporting.alerting.sinks import PASSWORD, Authority, MailSink
from tests.reporting.delivery.test_channels import mailbox
from tests.reporting.delivery.test_sending import deliverer_of

OFFICE, IT = "vanphong@bienmau.vi-du.vn", "cntt@bienmau.vi-du.vn"


def alerts_of(sink: MailSink, authority: Authority, attempts: int = 2) -> Alerts:
    tries = {"attempts": attempts, "backoff_s": 0.01, "timeout_s": 10}
    return rules(channels={"mail": mailbox(sink, authority)}, routes={"office": {"channels": ["mail"]}}, retries=tries)


def test_whoever_a_try_has_reached_is_left_out_of_the_next(
    home: Path, mail_sink: MailSink, authority: Authority
) -> None:
    mail_sink.busy = {IT}
    done = deliverer_of(alerts_of(mail_sink, authority), home).send("b", [sample_message()])
    assert mail_sink.asked == [OFFICE, IT, IT]
    assert (done.channel, done.reached, done.is_partial) == ("mail", {OFFICE}, True)


def test_a_letter_that_reached_some_waits_for_the_others_alone(
    store: Store, home: Path, mail_sink: MailSink, authority: Authority
) -> None:
    store.outbox.queue([sample_message()])
    mail_sink.busy = {IT}
    alerts = alerts_of(mail_sink, authority, attempts=1)
    send_due(store, alerts, home, at(15, "07:00"))
    (waiting,) = store.outbox.waiting()
    assert (waiting.reached, waiting.sent_at) == ((OFFICE,), None)
    mail_sink.busy = set()
    send_due(store, alerts, home, at(15, "09:00"))
    assert store.outbox.waiting() == ()
    assert mail_sink.recipients == [[OFFICE], [IT]]


@pytest.mark.parametrize(("code", "for_good"), [(450, False), (499, False), (500, True), (550, True)])
def test_a_refusal_from_500_on_is_for_good(code: int, for_good: bool) -> None:
    given = {"kind": "email", "host": "127.0.0.1", "tls": "plain", "sender": "a@x.vn", "to": [OFFICE, IT]}
    sender = MailSender("mail", EmailChannel.model_validate(given), PASSWORD, 1)
    refused = sender._refused([OFFICE, IT], {IT: (code, b"")})
    assert (bool(refused.refused), bool(refused.later), refused.reached) == (for_good, not for_good, {OFFICE})
