"""What of a row's declared fields may be kept: numbers, dates and codes. Any other text is kept as a mark.

A page is looked at as a whole first, by a few passes over its bytes; value by value only where they find something.
"""

import re
from collections.abc import Iterable
from typing import Any

import orjson

from baocao.source_text import (
    NUMBER_OF_A_PERSON,
    ORGANISATION,
    is_mark,
    looks_personal,
    make_group_mark,
    make_mark,
    make_private_mark,
)
from connectors.reading.plain_codes import plain_code

_PUNCTUATION = "._:/+-,[]{}"
_PLAIN = re.compile(rf"[A-Za-z0-9{re.escape(_PUNCTUATION)}]*")
_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_TIME = r"[\d:.+]{4,20}(?: ?(?:SA|CH|AM|PM|A\.M|P\.M)\.?)?"
_MOMENT = re.compile(rf"{_DAY}[ T]{_TIME}|{_TIME} {_DAY}", re.IGNORECASE)
_PLAIN_BYTES = bytes(byte for byte in range(128) if chr(byte).isalnum()) + f'{_PUNCTUATION}"'.encode()
_DIGITS_AS_0 = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 9
_TEXT_NUMBER = re.compile(NUMBER_OF_A_PERSON.pattern.encode())
_SHORTEST_NUMBER, _LONGEST_NUMBER = 10**8, 10**11


class Screen:
    """Says what is kept of single values.

    `words` are texts of code lists that are no plain codes, `names` the fields that hold an organisation's name,
    `numbers` those whose numbers may be as long as a telephone's, `groups` those that choose a group by their mark.
    """

    def __init__(
        self,
        words: Iterable[str] = (),
        names: frozenset[str] = frozenset(),
        numbers: frozenset[str] = frozenset(),
        groups: frozenset[str] = frozenset(),
    ) -> None:
        self._words = frozenset(words)
        self._plain_words = frozenset(map(plain_code, self._words))
        self._names = names
        self._numbers = numbers
        self._groups = groups
        self._quoted = [orjson.dumps(word) for word in sorted(self._words) if not _PLAIN.fullmatch(word)]
        others = "".join(f'(?<!"{re.escape(name)}")' for name in sorted(numbers))
        self._bare_number = re.compile(rf"{others}:\d{{9,11}}(?=[,}}\]])".encode())

    def passes(self, body: bytes) -> bool:
        """Whether no value in this JSON without blanks would be changed; False where that is not sure."""
        for word in self._quoted:
            body = body.replace(word, b'""')
        if body.translate(None, _PLAIN_BYTES):
            return False
        if _LONG_NUMBER not in body.translate(_DIGITS_AS_0):
            return True
        return not (_TEXT_NUMBER.search(body) or self._bare_number.search(body))

    def keep(self, value: Any, name: str) -> Any:
        """One value of the field `name`, or its mark."""
        mark = make_group_mark if name in self._groups else make_mark
        if isinstance(value, str):
            return value if self._is_kept(value, name) else mark(value)
        if isinstance(value, dict | list):
            return make_private_mark(orjson.dumps(value).decode())
        is_long = isinstance(value, int | float) and _SHORTEST_NUMBER <= abs(value) < _LONGEST_NUMBER
        return mark(str(value)) if is_long and name not in self._numbers else value

    def _is_kept(self, text: str, name: str) -> bool:
        if text in self._words or is_mark(text) or plain_code(text) in self._plain_words:
            return True
        text = text.strip()
        if name in self._names:
            return bool(ORGANISATION.match(text)) and not looks_personal(text)
        shaped = _PLAIN.fullmatch(text) or _MOMENT.fullmatch(text)
        return bool(shaped) and not NUMBER_OF_A_PERSON.search(text)
