"""What the checks of a block share: a context of Great Expectations, what was found of records; light to import."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass
class CheckBlock:
    """`context` once there is one; `found` is what was judged already, by what it was judged from."""

    context: Any = None
    found: dict[tuple[object, ...], Any] = field(default_factory=dict)


# Inside `sharing_context`.
SHARED: ContextVar[CheckBlock | None] = ContextVar("SHARED", default=None)
# The context whose Data Docs are being made, if any.
DOCUMENTED: ContextVar[Any] = ContextVar("DOCUMENTED", default=None)


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
