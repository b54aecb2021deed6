"""Days and instants as systems write them: by the declared form, with an offset or without one and then by the clock in
Viet Nam, and with a time of day in halves (`8:05 CH`, `8:05 PM`) or a year of two digits in the declared order.
"""

from datetime import datetime
from typing import Any

import pandas as pd

from baocao.domain import VIETNAM
from baocao.records import DAY, INSTANT
from connectors.reading.moments import read_declared

_OFFSET = r"(?:Z|[+-]\d\d:?\d\d)\s*$"


def read_instants(texts: pd.Series, form: str = "") -> pd.Series:
    """UTC instants of texts in ISO 8601, or else in the order of `form`, one way or several in a column; ValueError for
    one that is no date.
    """
    try:
        return _read_iso(texts)
    except ValueError:
        return pd.to_datetime(texts.map(lambda text: _localised(text, form), na_action="ignore"), utc=True).astype(
            INSTANT
        )


def read_usual(texts: pd.Series, form: str) -> pd.Series:
    """The same, quickly where all are written in the usual form."""
    try:
        found = pd.to_datetime(texts, format=form)
    except ValueError:
        return read_instants(texts, form)
    local = found if found.dt.tz is not None else found.dt.tz_localize(VIETNAM)
    return local.dt.tz_convert("UTC").astype(INSTANT)


def read_days(texts: pd.Series, form: str) -> pd.Series:
    """Days in Viet Nam of texts in the usual form, or else in its order; ValueError for one that is no date."""
    try:
        return pd.to_datetime(texts, format=form).dt.normalize()
    except ValueError:
        local = texts.map(lambda text: _localised(text, form).replace(tzinfo=None), na_action="ignore")
        return pd.to_datetime(local).dt.normalize().astype(DAY)


def _read_iso(texts: pd.Series) -> pd.Series:
    has_offset = texts.str.contains(_OFFSET, regex=True).fillna(value=False).astype(bool)
    given = pd.to_datetime(texts.where(has_offset), format="ISO8601", utc=True)
    local = pd.to_datetime(texts.mask(has_offset), format="ISO8601").dt.tz_localize(VIETNAM).dt.tz_convert("UTC")
    return given.astype(INSTANT).fillna(local.astype(INSTANT))


def _localised(text: Any, form: str) -> datetime:
    if not isinstance(text, str):
        raise ValueError("not a date")  # noqa: TRY004 - one error for all that is no date
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = read_declared(text, form)
    return at.astimezone(VIETNAM) if at.tzinfo else at.replace(tzinfo=VIETNAM)
