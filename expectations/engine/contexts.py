"""Which context of Great Expectations a block of checks runs in; light to import."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# Inside `sharing_context`: the context, once there is one.
SHARED: ContextVar[list[Any] | None] = ContextVar("SHARED", default=None)
# The context whose Data Docs are being made, if any.
DOCUMENTED: ContextVar[Any] = ContextVar("DOCUMENTED", default=None)


@contextmanager
def sharing_context() -> Iterator[None]:
    """All suites of the block share one context: setting one up costs more than a small suite."""
    token = SHARED.set([])
    try:
        yield
    finally:
        SHARED.reset(token)
