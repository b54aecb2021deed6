"""Signing in to the mailbox forms are handed in by, and to the server answers go out by."""

import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from baocao.catalogue.alerts import EmailChannel
from baocao.catalogue.hand_in import Mailbox
from baocao.errors import ConfigError, DeliveryError
from baocao.references import read_reference
from reporting.delivery.errors import ChannelFailedError, name_trouble
from reporting.delivery.mail import MailSender

NAME = "hand_in.yaml: mailbox"
TIMEOUT_S = 60
_TRIAL_S = 10


@contextmanager
def signed_in(mailbox: Mailbox, timeout_s: float = TIMEOUT_S) -> Iterator[Any]:
    """At no folder yet. Raise DeliveryError where it cannot be reached."""
    from imapclient import IMAPClient
    from imapclient.exceptions import IMAPClientError

    context = None if mailbox.tls == "plain" else ssl.create_default_context(cafile=mailbox.ca_file)
    try:
        with IMAPClient(
            mailbox.host, mailbox.port, ssl=mailbox.tls == "implicit", ssl_context=context, timeout=timeout_s
        ) as client:
            if mailbox.tls == "starttls":
                client.starttls(context)
            client.login(mailbox.username, _secret(mailbox.secret))
            yield client
    except (OSError, IMAPClientError) as error:
        raise DeliveryError(f"{NAME}: {name_trouble(error)}") from error


def reply_sender(mailbox: Mailbox, to: str, timeout_s: float = TIMEOUT_S) -> MailSender:
    """Who writes to one address through the mailbox's server for answers."""
    server = mailbox.reply
    channel = EmailChannel(kind="email", to=(to,), **server.model_dump())
    return MailSender(NAME, channel, _secret(server.secret), timeout_s)


def try_mailbox(mailbox: Mailbox) -> int:
    """How many letters wait there; nothing is changed. Raise DeliveryError, or ConfigError, where it lets nobody in."""
    with signed_in(mailbox, _TRIAL_S) as client:
        status: Mapping[bytes, int] = client.folder_status(mailbox.inbox, ["MESSAGES"])
        return status[b"MESSAGES"]


def try_reply_server(mailbox: Mailbox) -> None:
    """Sign in there and send nothing. Raise DeliveryError, or ConfigError, where that cannot be done."""
    try:
        reply_sender(mailbox, mailbox.reply.sender, _TRIAL_S).sign_in()
    except ChannelFailedError as error:
        raise DeliveryError(str(error)) from error


def _secret(reference: str | None) -> str:
    if reference is None:
        return ""
    found = read_reference(reference, os.environ)
    if found is None:
        raise ConfigError(f"{NAME}: {reference} chưa được đặt hoặc không đọc được")
    return found
