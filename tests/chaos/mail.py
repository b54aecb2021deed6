"""A mail server on loopback that counts: which letter, to whom, how often."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.reporting.alerting.sinks import free_port

RECIPIENTS = ("van-phong@bienmau.vi-du.vn", "cntt@bienmau.vi-du.vn")


@dataclass
class PostOffice:
    """What was delivered, by the letter's id and its recipient; while `is_closed` it takes nothing."""

    port: int = 0
    is_closed: bool = False
    delivered: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.is_closed:
            return "451 try again"
        letter = message_from_bytes(envelope.content or b"", policy=policy.default)
        self.delivered.update((str(letter["Message-ID"]), recipient) for recipient in envelope.rcpt_tos)
        return "250 OK"

    def take(self) -> Counter[tuple[str, str]]:
        """What was delivered since the last look."""
        delivered, self.delivered = self.delivered, Counter()
        return delivered

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["PostOffice"]:
        office = cls()
        controller = Controller(office, hostname="127.0.0.1", port=free_port())
        office.port = controller.port
        controller.start()
        try:
            yield office
        finally:
            controller.stop()
