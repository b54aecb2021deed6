"""What goes wrong on demand: a registry of small functions, each one way in which a real system fails.

A fault is played on requests of one system. Every fault takes `times` (how many answers, for ever by default),
`after` (how many good ones first) and `path` (only requests whose path contains it; the portal's data call is
"…/mapi/g#LayThuTuc"). Without `path` most leave the login alone.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.faults.dialects import DIALECTS
from sandbox.faults.exchange import Exchange, SandboxAnswer

Options = Mapping[str, Any]
Play = Callable[[Exchange, Options], Awaitable[SandboxAnswer]]
_ANY = {"times", "after", "path"}


class UnknownFaultError(ValueError):
    """No such system, fault or option; the message lists those there are."""


@dataclass(frozen=True)
class Fault:
    """A way to fail, where it applies by default (data, login or all) and its options with their defaults."""

    name: str
    summary: str
    play: Play
    on: str
    options: Options


FAULTS: dict[str, Fault] = {}


def fault(*, on: str = "data", **options: Any) -> Callable[[Play], Play]:
    """Register a function under its own name."""

    def register(play: Play) -> Play:
        name = play.__name__
        FAULTS[name] = Fault(name, (play.__doc__ or "").strip(), play, on, options)
        return play

    return register


@dataclass
class ActiveFault:
    """A fault switched on for a system, and how often it has been met and played."""

    system: str
    fault: Fault
    options: Options
    times: int | None
    after: int
    path: str | None
    met: int = field(default=0)
    played: int = field(default=0)

    async def play(self, exchange: Exchange) -> SandboxAnswer:
        """Fail, or let the request pass."""
        if not self._concerns(exchange):
            return await exchange.proceed()
        self.met += 1
        if self.met <= self.after or (self.times is not None and self.played >= self.times):
            return await exchange.proceed()
        self.played += 1
        return await self.fault.play(exchange, self.options)

    def _concerns(self, exchange: Exchange) -> bool:
        if self.path is not None:
            return self.path in exchange.label
        if self.fault.on == "login":
            return exchange.carries_login
        return self.fault.on == "all" or not exchange.is_login


def switch_on(system: str, name: str, given: Options) -> ActiveFault:
    """A fault ready to be played; UnknownFaultError when something in the order is not known."""
    if system not in DIALECTS:
        raise UnknownFaultError(f"no system {system!r}; there are: {', '.join(sorted(DIALECTS))}")
    if name not in FAULTS:
        raise UnknownFaultError(f"no fault {name!r}; there are: {', '.join(sorted(FAULTS))}")
    chosen = FAULTS[name]
    unknown = set(given) - set(chosen.options) - _ANY
    if unknown:
        allowed = ", ".join(sorted(set(chosen.options) | _ANY))
        raise UnknownFaultError(f"fault {name!r} has no option {', '.join(sorted(unknown))}; it takes: {allowed}")
    options = {**chosen.options, **given}
    return ActiveFault(
        system=system,
        fault=chosen,
        options=options,
        times=options.get("times"),
        after=int(options.get("after", 0)),
        path=options.get("path"),
    )
