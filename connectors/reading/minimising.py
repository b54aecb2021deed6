"""Only declared fields reach the disk: every other field of a row is dropped, and only its name is kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from baocao.domain import RawPayload, Window

MEDIA_TYPE = "application/json"
Shape = Mapping[str, Any]
Body = bytes | bytearray | memoryview
WHOLE: Shape = {}


@dataclass(frozen=True)
class Fields:
    """The fields of a row: `kept` (nested where only a part is needed) and `known`, dropped but expected."""

    kept: Shape
    known: frozenset[str] = field(default_factory=frozenset)

    def minimise(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The rows cut down to the kept fields, and the names of fields nobody declared."""
        unknown = sorted({name for row in rows for name in row} - set(self.kept) - self.known)
        return {"unknown_fields": unknown, "rows": [cut(row, self.kept) for row in rows]}


def cut(value: Any, shape: Shape) -> Any:
    """`value` with only the keys of `shape`, at every level; an empty shape keeps the value whole."""
    if not shape:
        return value
    if isinstance(value, list):
        return [cut(item, shape) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: cut(value[name], inner) for name, inner in shape.items() if name in value}


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
