"""Telegram, Slack and Teams, by apprise."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reporting.delivery.errors import ChannelFailedError
from reporting.delivery.rendering import RenderedMessage


@dataclass(frozen=True)
class TelegramSender:
    """A bot's message to one chat."""

    name: str
    chat: str
    secret: str = field(repr=False)
    timeout_s: float

    def send(self, message: RenderedMessage) -> None:
        """Apprise says no more than whether it was taken; its warnings say why."""
        address = {"schema": "tgram", "bot_token": self.secret, "targets": [self.chat]}
        notify(self.name, address, message, self.secret, self.timeout_s)


@dataclass(frozen=True)
class HookSender:
    """An incoming webhook of Slack or Teams, whose whole address is the secret."""

    name: str
    secret: str = field(repr=False)
    timeout_s: float

    def send(self, message: RenderedMessage) -> None:
        notify(self.name, self.secret, message, self.secret, self.timeout_s)


def notify(
    channel: str, address: str | Mapping[str, Any], message: RenderedMessage, secret: str, timeout_s: float
) -> None:
    """Send by apprise; ChannelFailedError with what apprise warned of, the secret taken out."""
    import apprise

    times = {"rto": timeout_s, "cto": timeout_s}
    plugin = apprise.Apprise.instantiate(
        {**address, **times} if isinstance(address, Mapping) else address, suppress_exceptions=True
    )
    if plugin is None:
        raise ChannelFailedError(channel, "mã hoặc địa chỉ không đúng dạng")
    plugin.socket_connect_timeout = plugin.socket_read_timeout = timeout_s
    warnings = apprise.LogCapture(level=logging.WARNING, fmt="%(message)s")  # type: ignore[no-untyped-call]
    with warnings as warned:
        taken = plugin.notify(body=message.text, title=message.subject, body_format=apprise.NotifyFormat.TEXT)
        said = warned.getvalue().strip().partition("\n")[0]
    if not taken:
        raise ChannelFailedError(channel, said.replace(secret, "…") or "không nhận tin")
