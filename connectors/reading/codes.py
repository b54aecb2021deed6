"""What the codes of a source mean, however it writes them; and a procedure's national code."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from baocao.records import UNKNOWN
from connectors.reading.plain_codes import plain_code

EMPTY_CODES = frozenset({"", "null"})


class CodeList(dict[Any, Any]):
    """What the codes of a source mean, however it writes them; filled as values come."""

    def __init__(self, meanings: Mapping[Any, Any]) -> None:
        super().__init__()
        self._meanings = {plain_code(code): word for code, word in meanings.items()}
        self._is_yes_no = any(isinstance(word, bool) for word in self._meanings.values())
        self.unknown: set[Any] = set()

    def __missing__(self, value: Any) -> Any:
        code = "" if value is None else plain_code(value)
        found = self._meanings.get(code)
        if code not in self._meanings and code not in EMPTY_CODES:
            self.unknown.add(value)
            found = None if self._is_yes_no else UNKNOWN
        self[value] = found
        return found


@lru_cache(maxsize=8_192)
def procedure_code(code: str) -> str:
    """The national code of a procedure: `1.003560` from `1.003560.000.00.00.H56`."""
    return ".".join(code.split(".")[:2])
