"""A file as it was handed in, and which way it came."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NEUTRAL_NAME = "bieu-mau"


class HandInWay(StrEnum):
    """Which way a form came."""

    COMMAND = "command"
    DESK = "desk"
    FOLDER = "folder"
    MAIL = "mail"


@dataclass(frozen=True)
class GivenFile:
    """A file as it was handed in. `explanations` say why critical findings are right, by check or `check:cell`.

    Only the ending of its name counts: a name may hold a person's. `message_key` tells one message from another.
    """

    content: bytes = field(repr=False)
    suffix: str
    unit_code: str
    period: str
    way: HandInWay = HandInWay.COMMAND
    explanations: Mapping[str, str] = field(default_factory=dict)
    form_code: str | None = None
    column: str = ""
    sheet: str = ""
    message_key: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def clean_suffix(suffix: str) -> str:
    """The ending of a file's name, where it looks like one."""
    return suffix.lower() if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= len(".xhtml") else ""
