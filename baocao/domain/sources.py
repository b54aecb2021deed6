"""What a source system answers, and what is said when it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from baocao.domain.periods import Window


class System(StrEnum):
    """The kinds of source system a figure may come from."""

    DOCUMENTS = "documents"
    ONE_STOP = "one_stop"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class RawPayload:
    """One answer of a source, minimised to the declared fields, kept before anything reads it.

    `body` is the minimised answer; `answer_sha256` and `answer_bytes` are of the answer as it came.
    `request` says what was asked, without secrets.
    """

    source_code: str
    unit_code: str
    window: Window
    request: Mapping[str, Any]
    fetched_at: datetime
    media_type: str
    body: bytes
    sha256: str
    answer_sha256: str
    answer_bytes: int


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """A source that could not be read in a run: which error, in words fit for a person."""

    source_code: str
    system: System
    unit_code: str
    exit_code: int
    kind: str
    reason: str
