"""Canonical JSON: the same bytes for the same content, for ever, so that its hash can stand for it.

Keys sorted, text in NFC, decimals as strings of digits, instants in UTC. A dataclass field that has its default
is left out: a field added to a type later then changes neither the text nor the hash of what was stored before.
For the same reason the default of a stored field must never change.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from numbers import Integral
from typing import Any

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def write_decimal(value: Decimal) -> str:
    """All digits, no exponent; ValueError for what is not a number."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a figure")
    return f"{value:f}"


def write_instant(instant: datetime) -> str:
    """ISO 8601 in UTC, of fixed width, so that text order is time order; ValueError without a time zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone: no instant can be kept from it")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def clean_text(text: str) -> str:
    """NFC, with lone surrogates, which no file can hold, replaced."""
    return str(text) if text.isascii() else unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())


def hash_text(text: str) -> str:
    """The sha256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def dump_plain(content: object) -> str:
    """Canonical JSON in which decimals, dates and instants are plain strings."""
    return _print(_plain(content, tagged=False))


def dump_tagged(content: object) -> str:
    """Canonical JSON from which `load_tagged` gives decimals, dates and instants back as such."""
    return _print(_plain(content, tagged=True))


def load_tagged(text: str) -> Any:
    """The inverse of `dump_tagged`; sequences come back as lists."""
    return json.loads(text, object_hook=_untag)


def stated_fields(thing: Any) -> dict[str, Any]:
    """The fields of a dataclass that do not have their default, by name."""
    pairs = ((field, getattr(thing, field.name)) for field in fields(thing))
    return {field.name: value for field, value in pairs if value != _default(field)}


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _print(plain: object) -> str:
    return _CANONICAL.encode(plain)


def _plain(content: object, *, tagged: bool) -> object:
    if isinstance(content, str):
        return clean_text(content)
    if content is None or isinstance(content, bool | float):
        return content
    if isinstance(content, Integral):
        return int(content)
    if isinstance(content, Decimal | date):
        return _plain_scalar(content, tagged=tagged)
    return _plain_whole(content, tagged=tagged)


def _plain_whole(content: object, *, tagged: bool) -> object:
    if is_dataclass(content):
        content = stated_fields(content)
    if isinstance(content, Mapping) and all(isinstance(name, str) for name in content):
        return {clean_text(name): _plain(value, tagged=tagged) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value, tagged=tagged) for value in content]
    raise TypeError(f"{type(content).__name__} cannot be kept as JSON")


def _plain_scalar(content: Decimal | date, *, tagged: bool) -> object:
    tag, text = _tag(content)
    return {tag: text} if tagged else text


def _tag(content: Decimal | date) -> tuple[str, str]:
    if isinstance(content, Decimal):
        return "$decimal", write_decimal(content)
    if isinstance(content, datetime):
        return "$instant", write_instant(content)
    return "$date", content.isoformat()


def _untag(plain: dict[str, Any]) -> Any:
    match plain:
        case {"$decimal": str(text), **rest} if not rest:
            return Decimal(text)
        case {"$instant": str(text), **rest} if not rest:
            return datetime.fromisoformat(text)
        case {"$date": str(text), **rest} if not rest:
            return date.fromisoformat(text)
    return plain
