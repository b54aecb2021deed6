"""What may stand in an address or a field whatever page it is of: what nobody writes by hand is refused before a page
takes it.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from fastapi import Request
from starlette.datastructures import UploadFile

from desk.mistakes import MissingPageError, UnreadableTextError

LONGEST: Final = 4_000
LONGEST_FILE: Final = 1_000_000
A_FILE: Final = "a whole file"
"""Beside `Form()` in a field's annotation: it takes the text of a file."""
MOST_DIGITS: Final = 9
_SPACE: Final = frozenset("\n\r\t")


@dataclass(frozen=True)
class WrittenCheck:
    """Refuses a text that is too long or has control characters.

    `numbers` are what the page takes whole numbers as, `files` the fields that take a file's text.
    """

    numbers: frozenset[str]
    files: frozenset[str] = frozenset()

    async def __call__(self, request: Request) -> None:
        for name, text in (*request.path_params.items(), *request.query_params.items()):
            if _is_odd(str(text)) or self._is_beyond(name, str(text)):
                raise MissingPageError
        if request.method != "POST":
            return
        for name, given in (await request.form()).multi_items():
            text = (given.filename or "") if isinstance(given, UploadFile) else given
            most = LONGEST_FILE if name in self.files else LONGEST
            if _is_odd(name) or _is_odd(text, most) or self._is_beyond(name, text):
                raise UnreadableTextError

    def _is_beyond(self, name: str, text: str) -> bool:
        return name in self.numbers and len(text) > MOST_DIGITS


def check_written(function: Callable[..., Any]) -> WrittenCheck:
    """By what the page's function takes."""
    hints = get_type_hints(function, include_extras=True)
    files = frozenset(name for name, kind in hints.items() if A_FILE in getattr(kind, "__metadata__", ()))
    return WrittenCheck(frozenset(name for name, kind in get_type_hints(function).items() if kind is int), files)


def _is_odd(text: str, most: int = LONGEST) -> bool:
    return len(text) > most or any(unicodedata.category(one) in ("Cc", "Cs") and one not in _SPACE for one in text)
