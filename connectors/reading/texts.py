"""Values as texts, and the days by which systems write that there is none."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

_TEXT_OR_NONE = {str, type(None)}
LAST_PLACEHOLDER_YEAR = 1970
PLACEHOLDERS = ("0001-01-01", "01/01/0001", "1900-01-01", "01/01/1900", "1970-01-01", "01/01/1970")
"""Days by which systems write that there is none."""


def are_texts(values: Iterable[Any]) -> bool:
    return set(map(type, values)) <= {str}


def as_texts(values: list[Any]) -> list[Any]:
    """Empty texts as None; where a number is among them, all as text."""
    if "" in values or not set(map(type, values)) <= _TEXT_OR_NONE:
        values = [value or None for value in values]
        if int in map(type, values):
            values = [value if value is None else str(value) for value in values]
    return values


def without_placeholders(texts: pd.Series, read: pd.Series) -> pd.Series:
    first = read.min()
    if pd.isna(first) or first.year > LAST_PLACEHOLDER_YEAR:
        return read
    return read.mask(texts.astype("str").str.startswith(PLACEHOLDERS))
