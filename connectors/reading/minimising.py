"""Only declared fields reach the disk: every other field of a row is dropped, and only its name is kept.

Of a declared field only what has the shape of a number, a date or a code is kept; of anything else, a mark.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from baocao.domain import RawPayload, Window
from baocao.source_text import SourceText, make_private_mark
from connectors.reading.row_states import name_states
from connectors.reading.screening import Screen

MEDIA_TYPE = "application/json"
Shape = Mapping[str, Any]
Body = bytes | bytearray | memoryview


@dataclass(frozen=True)
class Fields:
    """The fields of a row: `kept` (nested where only a part is needed) and `known`, dropped but expected.

    What a kept field may hold beside numbers, dates and codes: `words`, `names` and `numbers`, as in `Screen`, and
    `groups`, whose marks are compared.
    """

    kept: Shape
    known: frozenset[str] = field(default_factory=frozenset)
    words: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def with_more(self, shape: Shape) -> "Fields":
        """The same with some of the `known` fields kept too: they choose groups."""
        if not shape:
            return self
        kept, groups = merge_shapes(self.kept, shape), self.groups | set(_last_names(shape))
        return replace(self, kept=kept, known=self.known - set(shape), groups=groups)

    @cached_property
    def screen(self) -> Screen:
        return Screen(self.words, self.names, self.numbers, self.groups)

    def minimise(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The rows cut down to the kept fields, and the names of fields nobody declared.

        One that may take rows out of the count is named once more, as `isDeleted=true`: see `row_states`.
        """
        unknown = {name for row in rows for name in row} - set(self.kept) - self.known
        unknown |= set(name_states(unknown, self.kept, lambda name: [row.get(name) for row in rows]))
        return {"unknown_fields": show_names(unknown), "rows": self.screened([cut(row, self.kept) for row in rows])}

    def screened(self, rows: list[Any]) -> list[Any]:
        """Rows already cut down, with marks for what may be a person's."""
        if self.screen.passes(orjson.dumps(rows)):
            return rows
        return [_screen(row, self.kept, "", self.screen) for row in rows]


def merge_shapes(shape: Shape, other: Shape) -> Shape:
    """The fields of both, at every level."""
    merged = dict(shape)
    for name, inner in other.items():
        merged[name] = merge_shapes(merged[name], inner) if name in merged else inner
    return merged


def _last_names(shape: Shape) -> Iterator[str]:
    for name, inner in shape.items():
        yield from _last_names(inner) if inner else (name,)


def more_shape(shapes: Mapping[str, Shape], wanted: Iterable[str]) -> Shape:
    """The fields behind the wanted columns, at every level."""
    shape: Shape = {}
    for column in sorted(wanted):
        shape = merge_shapes(shape, shapes.get(column, {}))
    return shape


def note_more(wanted: Iterable[str]) -> dict[str, list[str]]:
    """What an answer's evidence says of columns that were kept because a report needs them; nothing where none does."""
    return {"kept_too": sorted(wanted)} if wanted else {}


def show_names(names: Iterable[str]) -> list[str]:
    """Names of fields or columns, in order; marks for those that hold a person's."""
    return sorted({SourceText(name).as_title() for name in names})


def cut(value: Any, shape: Shape) -> Any:
    """`value` with only the keys of `shape`, at every level; where one value is wanted and many came, a mark."""
    if not shape:
        return make_private_mark(str(value)) if isinstance(value, dict | list) else value
    if isinstance(value, list):
        return [cut(item, shape) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: cut(value[name], inner) for name, inner in shape.items() if name in value}


def _screen(value: Any, shape: Shape, name: str, screen: Screen) -> Any:
    if shape and isinstance(value, list):
        return [_screen(item, shape, name, screen) for item in value]
    if shape and isinstance(value, dict):
        return {key: _screen(inner, shape.get(key, {}), key, screen) for key, inner in value.items()}
    return screen.keep(value, name)


def make_payload(
    content: dict[str, Any] | bytes,
    answer: Body,
    *,
    source_code: str,
    unit_code: str,
    window: Window,
    request: Mapping[str, Any],
    fetched_at: datetime,
) -> RawPayload:
    """A payload whose body is canonical JSON of `content`, with the hash and size of the answer as it came.

    Bytes are taken to be canonical already.
    """
    body = content if isinstance(content, bytes) else orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return RawPayload(
        source_code=source_code,
        unit_code=unit_code,
        window=window,
        request=request,
        fetched_at=fetched_at,
        media_type=MEDIA_TYPE,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        answer_sha256=hashlib.sha256(answer).hexdigest(),
        answer_bytes=len(answer),
    )
