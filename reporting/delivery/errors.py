"""What can go wrong with one channel."""

import socket
import ssl
from collections.abc import Collection
from typing import Any

from baocao.errors import DeliveryError


class ChannelFailedError(DeliveryError):
    """A channel did not take a message; the reason, in Vietnamese, holds no secret."""

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__(f"{channel}: {reason}")
        self.channel = channel
        self.reason = reason

    def __reduce__(self) -> tuple[type["ChannelFailedError"], tuple[str, str]]:
        return type(self), (self.channel, self.reason)


class UnsendableError(ChannelFailedError):
    """It is the message that a channel cannot send, not the channel that fails: another try is of no use."""


class RecipientsRefusedError(ChannelFailedError):
    """Some recipients, or all, were refused: `refused` for good, `later` for now; `reached` have the message."""

    def __init__(
        self, channel: str, reached: Collection[str], later: Collection[str], refused: Collection[str]
    ) -> None:
        said = [f"không nhận địa chỉ {', '.join(sorted(refused))}"] if refused else []
        if later:
            said.append(f"chưa nhận địa chỉ {', '.join(sorted(later))}")
        super().__init__(channel, f"máy chủ thư {'; '.join(said)}")
        self.reached, self.later, self.refused = frozenset(reached), frozenset(later), frozenset(refused)

    def __reduce__(self) -> tuple[type["RecipientsRefusedError"], tuple[Any, ...]]:
        return type(self), (self.channel, self.reached, self.later, self.refused)


def name_trouble(error: BaseException) -> str:
    """What went wrong on the way to a server, in words, without its address."""
    chain = (error, getattr(error, "reason", None), error.__cause__, error.__context__)
    for one in chain:
        match one:
            case TimeoutError():
                return "quá thời gian chờ"
            case ssl.SSLError():
                return "không xác minh được chứng thư TLS"
            case socket.gaierror():
                return "không tìm thấy máy chủ"
            case ConnectionRefusedError():
                return "máy chủ không nhận kết nối"
    return f"kết nối bị ngắt ({type(error).__name__})"
