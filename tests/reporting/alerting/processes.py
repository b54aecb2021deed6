"""Real processes that raise or send alerts, to race each other or to be killed on the way."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Alerts
from baocao.incidents import IncidentChange, Message, fold
from baocao.store import Store, open_store
from reporting.alerting.run_alerts import deliver_due
from reporting.delivery.channels import Channels
from reporting.delivery.routing import MessageWriter
from reporting.delivery.sending import Deliverer
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.reporting.alerting.samples import MORNING, cause, rules, sample_message, sight
from tests.reporting.alerting.sinks import PASSWORD


def raise_incident(store: Store, alerts: Alerts, *causes: Any, when: Any = MORNING) -> None:
    """Fold a report's causes and queue its messages, as a run does."""
    post = MessageWriter(Catalogue.read(ONE_FORM_CONFIG_DIR), alerts, when)
    store.incidents.change(lambda found: fold(found, sight(*causes, when=when)), post.compose)


def send_due(store: Store, alerts: Alerts, home: Path, now: Any = MORNING) -> list[str]:
    """Send all that is due, as a run does; the bundles that went out."""
    deliverer = Deliverer(Channels(alerts, home, lambda _: PASSWORD))
    return [delivery.bundle for delivery, _ in deliver_due(store.outbox, deliverer, lambda: now).sent]


def die_before_sending(database_url: str, payload_url: str, url: str) -> None:
    """The incident and its message are stored, nothing has been sent."""
    with open_store(database_url, payload_url) as store:
        raise_incident(store, webhook(url), cause())
        os.kill(os.getpid(), signal.SIGKILL)


def die_while_sending(database_url: str, payload_url: str, url: str) -> None:
    """The message is claimed, its sender dies before the first byte is sent."""
    with open_store(database_url, payload_url) as store:
        raise_incident(store, webhook(url), cause())
        assert store.outbox.claim(MORNING) is not None
        os.kill(os.getpid(), signal.SIGKILL)


def die_within_change(database_url: str, payload_url: str, url: str) -> None:
    """The incident is written, its message is being composed."""

    def compose(_: Sequence[IncidentChange]) -> Sequence[Message]:
        os.kill(os.getpid(), signal.SIGKILL)
        return ()

    with open_store(database_url, payload_url) as store:
        store.incidents.change(lambda found: fold(found, sight(cause())), compose)


def send_slowly(meet: Callable[[], object], database_url: str, payload_url: str) -> list[str]:
    """Claim everything there is, at the same time as others."""
    with open_store(database_url, payload_url) as store:
        meet()
        claimed = []
        while (delivery := store.outbox.claim(MORNING, holder=f"elsewhere {os.getpid()}")) is not None:
            claimed.append(delivery.bundle)
            time.sleep(0.01)
            store.outbox.mark_sent(delivery, MORNING, "log")
        return claimed


def raise_at_once(meet: Callable[[], object], database_url: str, payload_url: str) -> int:
    """Fold the same cause, seen by two runs at once."""
    with open_store(database_url, payload_url) as store:
        meet()
        raise_incident(store, rules(), cause())
        return len(store.incidents.all())


def webhook(url: str) -> Alerts:
    return rules(channels={"hook": {"kind": "webhook", "address": url}}, routes={"all": {"channels": ["hook"]}})


def queue_many(store: Store, count: int) -> None:
    store.outbox.queue(sample_message(f"message/{number}") for number in range(count))
