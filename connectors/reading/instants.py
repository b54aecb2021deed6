"""Instants as systems write them: with an offset, with `Z`, or without, and then by the clock in Viet Nam."""

import pandas as pd

from baocao.domain import VIETNAM
from baocao.records import INSTANT

_OFFSET = r"(?:Z|[+-]\d\d:?\d\d)\s*$"


def read_instants(texts: pd.Series) -> pd.Series:
    """UTC instants of texts in ISO 8601, one way or several in a column; ValueError for one that is no date."""
    has_offset = texts.str.contains(_OFFSET, regex=True).fillna(value=False).astype(bool)
    given = pd.to_datetime(texts.where(has_offset), format="ISO8601", utc=True)
    local = pd.to_datetime(texts.mask(has_offset), format="ISO8601").dt.tz_localize(VIETNAM).dt.tz_convert("UTC")
    return given.astype(INSTANT).fillna(local.astype(INSTANT))


def read_usual(texts: pd.Series, form: str) -> pd.Series:
    """The same, quickly where all are written in the usual form."""
    try:
        found = pd.to_datetime(texts, format=form)
    except ValueError:
        return read_instants(texts)
    local = found if found.dt.tz is not None else found.dt.tz_localize(VIETNAM)
    return local.dt.tz_convert("UTC").astype(INSTANT)
