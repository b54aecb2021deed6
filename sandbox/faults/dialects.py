"""What the faults must know of each played system: where it is, where its rows are, how it says that it failed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

FAILED_VI = "Lỗi hệ thống, vui lòng thử lại sau"
Value = tuple[str, Any]
Played = tuple[str, Mapping[str, Any]] | None
"""The fault that plays a habit, and its options."""


@dataclass(frozen=True)
class PagingStyle:
    """How a listing is paged: the parameter and its first value; `end` where a page is asked for by two row numbers."""

    name: str
    first: int
    end: str | None = None


@dataclass(frozen=True)
class Dialect:
    """One played system.

    `mounts` are its paths, `rows` where its answers hold their rows (several, as its calls differ). `needed` is a
    field the counting needs and another name for it; `strange` a field with a code on no list; `impossible` one with
    an impossible date. `signs_each` systems are signed in to with every request.
    `habits` is what its document leaves open, each way of it, and how that is played.
    """

    mounts: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    needed: tuple[str, str]
    error: tuple[Any, Callable[[Any], Any]]
    strange: Value | None = None
    impossible: Value | None = None
    turning: PagingStyle | None = None
    signs_each: bool = False
    habits: Mapping[str, Mapping[str, Played]] = field(default_factory=dict)


DIALECTS: dict[str, Dialect] = {}
"""Each played system by its name, as its module describes it."""


def describe(system: str, dialect: Dialect) -> None:
    """Let every fault be played on this system."""
    DIALECTS[system] = dialect


def find_system(path: str) -> str | None:
    """Which played system a path belongs to."""
    return next((name for name, dialect in DIALECTS.items() if path.startswith(dialect.mounts)), None)


def find_rows(system: str, content: Any) -> list[dict[str, Any]]:
    """The rows in an answer of this system; none where it has no list."""
    if not isinstance(content, dict):
        return _only_rows(content)
    return [row for path in DIALECTS[system].rows for row in _only_rows(_dig(content, path))]


def _dig(content: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        content = content.get(name) if isinstance(content, dict) else None
    return content


def _only_rows(rows: Any) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
