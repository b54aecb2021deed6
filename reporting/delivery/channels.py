"""Channels: what each kind of `alerts.yaml` is at work, and where its secret comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from baocao.catalogue.alerts import Alerts, Channel, ChatChannel, EmailChannel, FileChannel, HookChannel, WebhookChannel
from reporting.delivery.chats import HookSender, TelegramSender
from reporting.delivery.errors import ChannelFailedError
from reporting.delivery.mail import MailSender
from reporting.delivery.posting import WebhookSender, ZaloSender
from reporting.delivery.rendering import RenderedMessage
from reporting.delivery.text_file import FileSender

ReadSecret = Callable[[str], str | None]


class Sender(Protocol):
    """Something that can send a message. Raise ChannelFailedError, naming no secret, where it was not taken."""

    def send(self, message: RenderedMessage) -> None: ...


@dataclass(frozen=True)
class Channels:
    """The channels of an installation, each opened when it is needed."""

    alerts: Alerts
    home_dir: Path
    read_secret: ReadSecret

    def sender(self, name: str, reached: frozenset[str] = frozenset()) -> Sender:
        """What sends to all but those it has `reached` before.

        Raise ChannelFailedError where there is no such channel any more, or its secret cannot be read.
        """
        channel = self.alerts.channels.get(name)
        if channel is None:
            raise ChannelFailedError(name, "không còn trong alerts.yaml")
        return self._open(name, channel, self._secret(name, channel), reached)

    def _secret(self, name: str, channel: Channel) -> str:
        reference = None if isinstance(channel, FileChannel) else channel.secret
        if reference is None:
            return ""
        secret = self.read_secret(reference)
        if secret is None:
            raise ChannelFailedError(name, f"chưa đặt hoặc không đọc được {reference}")
        return secret

    def _open(self, name: str, channel: Channel, secret: str, reached: frozenset[str]) -> Sender:
        timeout_s = self.alerts.retries.timeout_s
        match channel:
            case EmailChannel():
                return MailSender(name, channel, secret, timeout_s, reached)
            case WebhookChannel():
                return WebhookSender(name, channel, secret, timeout_s)
            case ChatChannel(kind="zalo"):
                return ZaloSender(name, channel.chat, secret, timeout_s)
            case ChatChannel():
                return TelegramSender(name, channel.chat, secret, timeout_s)
            case HookChannel():
                return HookSender(name, secret, timeout_s)
            case FileChannel():
                return FileSender(name, self.home_dir / channel.path)

    def usable(self, channels: tuple[str, ...], route: str, reached: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The channels a message names, or, where none of them exists any more, those of its route today.

        One that has `reached` some of its recipients stays with the channel that did.
        """
        known: Mapping[str, object] = self.alerts.channels
        named = tuple(name for name in channels if name in known)
        today = self.alerts.routes.get(route)
        found = named or (today.channels if today else channels)
        begun = tuple(name for name in found if reached.intersection(getattr(known.get(name), "to", ())))
        return begun or found
