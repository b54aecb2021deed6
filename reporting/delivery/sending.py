"""Sending one delivery: its channels in order, each tried a few times; the next one says that the one before failed.

An exception that is no failure of a channel is one of the message: where no channel takes it, it is set aside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import stamina

from baocao.incidents import Message
from baocao.mishaps import Mishap, attempt
from reporting.delivery.channels import Channels
from reporting.delivery.errors import ChannelFailedError, RecipientsRefusedError, UnsendableError
from reporting.delivery.rendering import RenderedMessage, render

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT_S = 600.0
_GROWTH = 4


@dataclass(frozen=True)
class DeliveryResult:
    """How sending ended: the channel that took the message, and why the ones before it did not.

    Where the channel has several recipients, `reached` are those that have it and `is_partial` says that others are
    to be tried again.
    """

    channel: str | None
    failures: tuple[ChannelFailedError, ...] = ()
    reached: frozenset[str] = frozenset()
    is_partial: bool = False

    @property
    def reasons(self) -> str:
        return "; ".join(str(failure) for failure in self.failures)

    @property
    def refused(self) -> str:
        """Whom the channel that took the message could not give it to."""
        return "; ".join(str(one) for one in self.failures if isinstance(one, RecipientsRefusedError) and self.channel)

    @property
    def is_unsendable(self) -> bool:
        """Whether the message itself is why nobody took it."""
        return bool(self.failures) and all(isinstance(one, UnsendableError) for one in self.failures)


@dataclass
class Deliverer:
    """One round of sending. A channel that failed all its tries is not tried again in the same round."""

    channels: Channels
    _broken: dict[str, ChannelFailedError] = field(default_factory=dict)

    def send(self, bundle: str, messages: Sequence[Message], reached: frozenset[str] = frozenset()) -> DeliveryResult:
        """By the first channel that takes it, to all but those it has reached before."""
        done = attempt(lambda: self._send(bundle, messages, reached))
        if isinstance(done, Mishap):
            return DeliveryResult(None, (UnsendableError("baocao", f"không soạn được thông báo ({done})"),))
        return done

    def _send(self, bundle: str, messages: Sequence[Message], reached: frozenset[str]) -> DeliveryResult:
        failures: list[ChannelFailedError] = []
        for name in self.channels.usable(messages[0].channels, messages[0].route, reached):
            failure = self._find_failure(name, render(bundle, messages, _tell_failed(failures)), reached)
            if failure is None:
                return DeliveryResult(name, tuple(failures))
            if isinstance(failure, RecipientsRefusedError) and failure.reached:
                return DeliveryResult(name, (failure,), failure.reached, is_partial=bool(failure.later))
            failures.append(failure)
        return DeliveryResult(None, tuple(failures))

    def wait_before(self, attempts: int) -> timedelta:
        """How long a delivery waits after so many rounds in which nobody took it."""
        longest = timedelta(minutes=self.channels.alerts.retries.longest_wait_minutes)
        growth: int = _GROWTH ** min(attempts, 10)
        return min(longest, FIRST_WAIT * growth)

    def _find_failure(self, name: str, message: RenderedMessage, reached: frozenset[str]) -> ChannelFailedError | None:
        """Why a channel did not take the message, or not for all its recipients."""
        try:
            done = attempt(lambda: self._send_by(name, message, reached), ChannelFailedError)
        except ChannelFailedError as error:
            return error
        return UnsendableError(name, f"không gửi được thông báo này ({done})") if isinstance(done, Mishap) else None

    def _send_by(self, name: str, message: RenderedMessage, reached: frozenset[str]) -> None:
        if name in self._broken:
            raise self._broken[name]
        retries = self.channels.alerts.retries
        try:
            for attempted in stamina.retry_context(
                on=_may_heal,
                attempts=retries.attempts,
                timeout=None,
                wait_initial=retries.backoff_s,
                wait_max=LONGEST_WAIT_S,
                wait_jitter=0,
            ):
                with attempted:
                    try:
                        self.channels.sender(name, reached).send(message)
                    except RecipientsRefusedError as error:
                        reached |= error.reached
                        raise
        except RecipientsRefusedError as error:  # the channel works: the next message may be for others
            raise RecipientsRefusedError(name, reached, error.later, error.refused) from error
        except ChannelFailedError as error:
            if not reached:
                self._broken[name] = error
                raise
            raise RecipientsRefusedError(name, reached, self._to(name) - reached, ()) from error

    def _to(self, name: str) -> frozenset[str]:
        return frozenset(getattr(self.channels.alerts.channels.get(name), "to", ()))


def _may_heal(error: Exception) -> bool:
    """Whether the same try a little later may end otherwise."""
    if isinstance(error, RecipientsRefusedError):
        return bool(error.later)
    return isinstance(error, ChannelFailedError)


def _tell_failed(failures: Sequence[ChannelFailedError]) -> str:
    if not failures:
        return ""
    said = "; ".join(f"{failure.channel} ({failure.reason})" for failure in failures)
    return f"Ghi chú cho bộ phận kỹ thuật: kênh {said} không gửi được nên thông báo này đi qua kênh khác."
