"""What a dialect declares of itself, so that a site may have it otherwise and a probe can be held against it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.reading.minimising import Fields, Shape


@dataclass(frozen=True)
class Pages:
    """How a listing is turned: the parameters for the page's number and size, and the first page's number."""

    number: str
    size: str
    first: int


@dataclass(frozen=True)
class Declaration:
    """What of a dialect a site may have otherwise: paths by name, field names, and by field the codes it knows.

    `expects` says by path's name what its answer holds; `rows` which fields its rows have and under which name they
    stand. `dates` are the forms (as of strptime) of fields in answers, `asked_dates` those of parameters; `bounds` are
    the parameters with the first and last day asked for, and the field they choose by. `unit` is the parameter a
    listing chooses the unit by, `options` the dialect's own words under `options:` of a source, `choices` what those of
    few values may be.
    """

    paths: Mapping[str, str]
    fields: frozenset[str] = frozenset()
    codes: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    expects: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Fields] = field(default_factory=dict)
    rows_under: str = ""
    dates: Mapping[str, str] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    asked_dates: Mapping[str, str] = field(default_factory=dict)
    bounds: tuple[tuple[str, str, str], ...] = ()
    pages: Pages | None = None
    unit: str = ""
    options: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[str | bool, ...]] = field(default_factory=dict)

    def name_of(self, path: str) -> str:
        """The name of the path that a request's path is, begins with, or has behind a gateway's; empty for none."""
        found = max((one for one in self.paths.items() if one[1] in path), key=_length, default=("", ""))
        return found[0]

    def expected(self, path: str) -> str:
        """What the answer of a path must hold, in words."""
        return self.expects.get(self.name_of(path)) or "JSON"


def field_names(shape: Shape) -> Iterator[str]:
    """Every field of a row by its own name, those inside another with a dot."""
    for name, inner in shape.items():
        yield name
        yield from (f"{name}.{one}" for one in field_names(inner))


def _length(item: tuple[str, str]) -> int:
    return len(item[1])
