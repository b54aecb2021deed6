"""Units known by their name only: compared in full, without the province behind it, never by a part of the name."""

import unicodedata
from typing import Any

from connectors.reading.strict import Reader

PROVINCES = (" - tỉnh ", " - thành phố ")
SHOWN = 10


def plain_name(name: str) -> str:
    """`UBND xã An Mẫu` from ` UBND  xã An Mẫu - tỉnh Biển Mẫu`, folded for comparison."""
    for province in PROVINCES:
        folded = unicodedata.normalize("NFC", name).casefold()
        name = folded.partition(province)[0]
    return " ".join(name.split())


def find_named(reader: Reader, rows: list[dict[str, Any]], field_name: str, names: list[str]) -> dict[str, Any]:
    """The one row with one of these names; the error lists the names there are."""
    wanted = {plain_name(name) for name in names}
    there = reader.required(field_name, reader.column(rows, field_name))
    own = [row for row, name in zip(rows, there, strict=True) if plain_name(name) in wanted]
    if len(own) != 1:
        listed = ", ".join(sorted(there)[:SHOWN])
        raise reader.broken(f"{field_name}: {len(own)} rows are named {sorted(wanted)}; names there: {listed}")
    return own[0]
