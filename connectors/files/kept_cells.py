"""What of a table's mapped cells may be kept: what has the shape of its field. Of any other text, a mark."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from baocao.records import DAY, INSTANT, KEYS, VALUES, YES_NO
from baocao.source_text import NUMBER_OF_A_PERSON, looks_personal, make_group_mark, make_mark
from connectors.files.cell_values import as_amount, as_text
from connectors.files.column_mapping import TRUTH_WORDS, ColumnMapping, fold
from connectors.reading.screening import Screen

_MOMENT = re.compile(r"(?i)(?:ngày )?\d(?:[\d/.:,+ TZhg-]|SA|CH|AM|PM|ngày){0,40}")
_KEY = re.compile(r"[\w./:+\-,()&]+(?: [\w./:+\-,()&]+)?")
_PLAIN = Screen()
GROUPS = frozenset({"field_key", "receiving_unit_key"})


class CellScreen:
    """Cuts the rows of one mapping down, field by field."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self._fits = {name: _fitting(mapping, name) for name in mapping.columns}

    def screened(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """The rows with marks where a cell has not the shape of its field."""
        for row in rows:
            yield {name: self._keep(name, value) for name, value in row.items()}

    def _keep(self, name: str, value: Any) -> Any:
        fits = self._fits.get(name)
        if fits is None or value is None or isinstance(value, bool) or value == "" or fits(value):
            return value
        return (make_group_mark if name in GROUPS else make_mark)(as_text(value))


def _fitting(mapping: ColumnMapping, name: str) -> Callable[[Any], bool]:
    kind = mapping.dtypes()[name]
    words = {fold(word) for word in mapping.meanings_of(name)}
    if kind in (DAY, INSTANT):
        return _is_moment
    if kind == "int64" or name in mapping.amounts:
        return _is_amount
    if name in VALUES or kind == YES_NO:
        known = words or set(TRUTH_WORDS)
        return lambda value: fold(as_text(value)) in known or _is_plain(value)
    if name == KEYS[mapping.kind] and name != "procedure_code":
        return lambda value: fold(as_text(value)) in words or _is_key(value)
    if name == "basis":
        return lambda value: not looks_personal(as_text(value))
    return lambda value: fold(as_text(value)) in words or _is_plain(value)


def _is_moment(value: Any) -> bool:
    text = " ".join(str(value).split())
    is_shaped = _PLAIN.keep(value, "") == value if isinstance(value, int | float) else _MOMENT.fullmatch(text)
    return bool(is_shaped) and not NUMBER_OF_A_PERSON.search(text)


def _is_amount(value: Any) -> bool:
    try:
        as_amount(value)
    except (ValueError, OverflowError):
        return False
    return not (isinstance(value, str) and NUMBER_OF_A_PERSON.search(value))


def _is_plain(value: Any) -> bool:
    return bool(_PLAIN.keep(value, "") == value)


def _is_key(value: Any) -> bool:
    text = " ".join(as_text(value).split())
    return bool(_KEY.fullmatch(text)) and any(map(str.isdigit, text)) and not looks_personal(text)
