"""One field of every row, however deep it lies, and in how many rows it came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

ABSENT = object()


@dataclass
class Sightings:
    """In how many rows a field came and was left out, and the fields of those without it."""

    given: int = 0
    left_out: int = 0
    others: set[str] = field(default_factory=set)


def holds(row: Any, path: Sequence[str]) -> bool:
    for name in path:
        if not isinstance(row, dict) or name not in row:
            return False
        row = row[name]
    return True


def pick_values(rows: Sequence[Mapping[str, Any]], path: Sequence[str]) -> list[Any]:
    """The quick way; KeyError or TypeError where a row is not as it should be."""
    first, *rest = path
    values: list[Any] = [row[first] for row in rows]
    for name in rest:
        values = [None if value is None else value[name] for value in values]
    return values


def pick_attributes(rows: Sequence[Any], path: Sequence[str]) -> list[Any]:
    """Of rows that were decoded by their shape, in which nothing can be missing."""
    first, *rest = map(attrgetter, path)
    values = list(map(first, rows))
    for get in rest:
        has_none = None in values
        values = [None if value is None else get(value) for value in values] if has_none else list(map(get, values))
    return values
