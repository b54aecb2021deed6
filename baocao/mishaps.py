"""One of many things that fails must not stop the others: the one place where any exception is caught.

Of what was raised only its class and the place in the code are kept: its text may quote a person's data.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mishap:
    """An exception nobody foresaw: `error` is its class, `place` where in the code it was raised."""

    error: str
    place: str

    def __str__(self) -> str:
        return f"{self.error}, {self.place}"


def attempt(act: Callable[[], T], *let: type[Exception]) -> T | Mishap:
    """What `act` returns, or what went wrong; only the errors to `let` through are raised."""
    try:
        return act()
    except let:
        raise
    except Exception as error:  # noqa: BLE001 - what comes after must be reached, whatever this one thing raises
        return _describe(error)


def attempt_each(
    things: Iterable[S],
    act: Callable[[S], Iterable[T]],
    name: Callable[[S], str],
    failed: list[str],
    *let: type[Exception],
) -> Iterator[T]:
    """What `act` gives for each thing, one after the other; the names of those it fails for go into `failed`."""
    for thing in things:
        found = attempt(partial(_list, act, thing), *let)
        if isinstance(found, Mishap):
            failed.append(f"{name(thing)} ({found})")
        else:
            yield from found


def _list(act: Callable[[S], Iterable[T]], thing: S) -> list[T]:
    return list(act(thing))


def _describe(error: Exception) -> Mishap:
    last = extract_tb(error.__traceback__)[-1]
    return Mishap(type(error).__name__, f"{Path(last.filename).name}:{last.lineno}")
