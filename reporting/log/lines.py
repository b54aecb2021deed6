"""A log record as one line: JSON for a program, or words for a person. Nothing but named fields leaves."""

import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from reporting.log.redaction import redact, redact_line

LONGEST_TEXT = 500


class JsonLines(logging.Formatter):
    """`at`, `level`, `says`, `logger`, then the fields of the run and of the event."""

    def format(self, record: logging.LogRecord) -> str:
        return redact_line(orjson.dumps(fields_of(record), default=str).decode())


class TextLines(logging.Formatter):
    """`2026-01-05T00:00:01.250Z INFO step ended unit=dac-khu step=count seconds=0.4`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record)
        head = " ".join(str(fields.pop(name)) for name in ("at", "level", "says"))
        return redact_line(" ".join([head, *(f"{name}={_quoted(value)}" for name, value in fields.items())]))


FORMATS: Mapping[str, type[logging.Formatter]] = {"json": JsonLines, "text": TextLines}


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says. Of an error only its class and where it was raised: its text may quote a row."""
    at = datetime.fromtimestamp(record.created, UTC)
    given: Mapping[str, Any] = getattr(record, "fields", {})
    return {
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "says": _clean(record.getMessage()),
        "logger": record.name,
        **{name: _clean(value) for name, value in given.items() if value is not None},
        **_error_of(record),
    }


def _error_of(record: logging.LogRecord) -> dict[str, str]:
    if not record.exc_info or record.exc_info[1] is None:
        return {}
    error = record.exc_info[1]
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "where": where}


def _clean(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    line = " ".join(value.split())
    return redact(line if len(line) <= LONGEST_TEXT else f"{line[:LONGEST_TEXT]}…")


def _quoted(value: Any) -> str:
    text = str(value)
    return orjson.dumps(text).decode() if " " in text else text
