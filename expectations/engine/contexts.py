"""What the checks of a block share: a context of Great Expectations, what was found of records; light to import."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

Found = TypeVar("Found")


@dataclass
class CheckBlock:
    """`context` once there is one; `found` is what was judged already, by what it was judged from."""

    context: Any = None
    found: dict[tuple[object, ...], Any] = field(default_factory=dict)


# Inside `sharing_context`.
SHARED: ContextVar[CheckBlock | None] = ContextVar("SHARED", default=None)
# The context whose Data Docs are being made, if any.
DOCUMENTED: ContextVar[Any] = ContextVar("DOCUMENTED", default=None)


def find_once(key: tuple[object, ...], held: tuple[object, ...], find: Callable[[], Found]) -> Found:
    """What was found in this block from the very things that are `held`, found now if it was not; Data Docs find anew.

    What is held is kept with it: an id is theirs for as long.
    """
    shared = SHARED.get()
    if shared is None or DOCUMENTED.get():
        return find()
    whole = (*key, *map(id, held))
    if whole not in shared.found:
        shared.found[whole] = held, find()
    found: Found = shared.found[whole][1]
    return found


@contextmanager
def sharing_context() -> Iterator[None]:
    """All suites of the block share one context: setting one up costs more than a small suite.

    A block inside another shares what the outer one does.
    """
    token = SHARED.set(SHARED.get() or CheckBlock())
    try:
        yield
    finally:
        SHARED.reset(token)
