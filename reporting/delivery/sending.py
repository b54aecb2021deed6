"""Sending one delivery: its channels in order, each tried a few times; the next one says that the one before failed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import stamina

from baocao.incidents import Message
from reporting.delivery.channels import Channels
from reporting.delivery.errors import ChannelFailedError
from reporting.delivery.rendering import RenderedMessage, render

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT_S = 600.0
_GROWTH = 4


@dataclass(frozen=True)
class DeliveryResult:
    """How sending ended: the channel that took the message, and why the ones before it did not."""

    channel: str | None
    failures: tuple[ChannelFailedError, ...] = ()

    @property
    def reasons(self) -> str:
        return "; ".join(str(failure) for failure in self.failures)


@dataclass
class Deliverer:
    """One round of sending. A channel that failed all its tries is not tried again in the same round."""

    channels: Channels
    _broken: dict[str, ChannelFailedError] = field(default_factory=dict)

    def send(self, bundle: str, messages: Sequence[Message]) -> DeliveryResult:
        """By the first channel that takes it."""
        failures: list[ChannelFailedError] = []
        for name in self.channels.usable(messages[0].channels, messages[0].route):
            try:
                self._send_by(name, render(bundle, messages, _tell_failed(failures)))
            except ChannelFailedError as error:
                failures.append(error)
            else:
                return DeliveryResult(name, tuple(failures))
        return DeliveryResult(None, tuple(failures))

    def wait_before(self, attempts: int) -> timedelta:
        """How long a delivery waits after so many rounds in which nobody took it."""
        longest = timedelta(minutes=self.channels.alerts.retries.longest_wait_minutes)
        growth: int = _GROWTH ** min(attempts, 10)
        return min(longest, FIRST_WAIT * growth)

    def _send_by(self, name: str, message: RenderedMessage) -> None:
        if name in self._broken:
            raise self._broken[name]
        retries = self.channels.alerts.retries
        try:
            for attempt in stamina.retry_context(
                on=ChannelFailedError,
                attempts=retries.attempts,
                timeout=None,
                wait_initial=retries.backoff_s,
                wait_max=LONGEST_WAIT_S,
                wait_jitter=0,
            ):
                with attempt:
                    self.channels.sender(name).send(message)
        except ChannelFailedError as error:
            self._broken[name] = error
            raise


def _tell_failed(failures: Sequence[ChannelFailedError]) -> str:
    if not failures:
        return ""
    said = "; ".join(f"{failure.channel} ({failure.reason})" for failure in failures)
    return f"Ghi chú cho bộ phận kỹ thuật: kênh {said} không gửi được nên thông báo này đi qua kênh khác."
