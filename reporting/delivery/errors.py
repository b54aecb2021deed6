"""What can go wrong with one channel."""

import socket
import ssl

from baocao.errors import DeliveryError


class ChannelFailedError(DeliveryError):
    """A channel did not take a message; the reason, in Vietnamese, holds no secret."""

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__(f"{channel}: {reason}")
        self.channel = channel
        self.reason = reason

    def __reduce__(self) -> tuple[type["ChannelFailedError"], tuple[str, str]]:
        return type(self), (self.channel, self.reason)


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
