"""What can go wrong with one channel."""

from baocao.errors import DeliveryError


class ChannelFailedError(DeliveryError):
    """A channel did not take a message; the reason, in Vietnamese, holds no secret."""

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__(f"{channel}: {reason}")
        self.channel = channel
        self.reason = reason

    def __reduce__(self) -> tuple[type["ChannelFailedError"], tuple[str, str]]:
        return type(self), (self.channel, self.reason)
