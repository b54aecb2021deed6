"""Mail by SMTP, to each recipient once, always over verified TLS unless the server is on this machine.

By the standard library and not by apprise, which makes a new Message-ID each time, takes no certificate authority of
the province's own, and says only that a message was not sent, never why.
"""

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import localtime

from baocao.catalogue.alerts import EmailChannel
from baocao.messages import quote_name
from reporting.delivery.errors import ChannelFailedError, RecipientsRefusedError, name_trouble
from reporting.delivery.rendering import RenderedMessage

PERMANENT = 500


@dataclass(frozen=True)
class MailSender:
    """One mailbox to many; the same message sent again has the same Message-ID."""

    name: str
    channel: EmailChannel
    secret: str = field(repr=False)
    timeout_s: float
    reached: frozenset[str] = frozenset()

    def send(self, message: RenderedMessage) -> None:
        """To those who have not got it yet; RecipientsRefusedError says who has it and who was refused."""
        to = [address for address in self.channel.to if address not in self.reached]
        if not to:
            return
        mail = self._compose(message)
        try:
            with self._told(), self._connected() as server:
                refused = server.send_message(mail, to_addrs=to)
        except smtplib.SMTPRecipientsRefused as error:
            raise self._refused(to, error.recipients) from error
        if refused:
            raise self._refused(to, refused)

    def sign_in(self) -> None:
        """As far as a message would be sent; raise ChannelFailedError where it would not be."""
        with self._told(), self._connected():
            return

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the server or the network refuses, in our words."""
        try:
            yield
        except smtplib.SMTPRecipientsRefused:
            raise
        except smtplib.SMTPAuthenticationError as error:
            raise self._failed(f"máy chủ thư từ chối tài khoản{quote_name(self.channel.username)}") from error
        except smtplib.SMTPResponseException as error:
            raise self._failed(f"máy chủ thư trả lời {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._failed(f"máy chủ thư: {name_trouble(error)}") from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        channel = self.channel
        context = None if channel.tls == "plain" else ssl.create_default_context(cafile=channel.ca_file)
        server: smtplib.SMTP
        if channel.tls == "implicit":
            server = smtplib.SMTP_SSL(channel.host, channel.port, timeout=self.timeout_s, context=context)
        else:
            server = smtplib.SMTP(channel.host, channel.port, timeout=self.timeout_s)
        with server:
            if channel.tls == "starttls":
                server.starttls(context=context)
            if channel.username:
                server.login(channel.username, self.secret)
            yield server

    def _compose(self, message: RenderedMessage) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = message.subject
        mail["From"] = self.channel.sender
        mail["To"] = ", ".join(self.channel.to)
        mail["Date"] = localtime()
        mail["Message-ID"] = f"<{message.token}@{self.channel.sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text, cte="base64")
        mail.add_alternative(f'<html lang="vi"><body>{message.html}</body></html>', subtype="html", cte="base64")
        for name, content in message.attached.items():
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return mail

    def _refused(self, to: Sequence[str], refused: Mapping[str, tuple[int, bytes]]) -> RecipientsRefusedError:
        """A code from 500 on is for good, one below means later."""
        for_good = {address for address, (code, _) in refused.items() if code >= PERMANENT}
        return RecipientsRefusedError(self.name, set(to) - set(refused), set(refused) - for_good, for_good)

    def _failed(self, reason: str) -> ChannelFailedError:
        return ChannelFailedError(self.name, reason)
