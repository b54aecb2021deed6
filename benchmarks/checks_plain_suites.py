"""The checks of `balance.*`, `complete.*` and `records.*` written out by hand in bare pandas.

What Great Expectations answers must equal it; what each answer is about is told as the suites tell it.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from benchmarks.checks_world import CODES, QUARTERS, Series

Finding = tuple[str, str, str]
BALANCES = {
    "dossiers_by_channel": (
        ("dossiers_received_count",),
        ("dossiers_online_count", "dossiers_in_person_count", "dossiers_postal_count"),
    ),
    "dossiers_by_level": (("dossiers_received_count",), ("dossiers_full_count", "dossiers_partial_count")),
    "dossiers_flow": (
        ("dossiers_carried_over_count", "dossiers_received_count"),
        ("dossiers_resolved_count", "dossiers_withdrawn_count", "dossiers_pending_count"),
    ),
}
PARTS = (
    ("periodic_reports_sent_count", "periodic_reports_due_count"),
    ("documents_electronic_count", "documents_outgoing_count"),
    *((f"dossiers_{part}_count", "dossiers_received_count") for part in ("online", "in_person", "postal", "full")),
    ("dossiers_partial_count", "dossiers_received_count"),
    ("procedures_with_dossier_count", "dossiers_received_count"),
)
DUE_ON = date(2025, 12, 18)
LONG_GAP = 5


def failing_balances(series: Series) -> set[Finding]:
    """The failed checks by unit, check and indicators."""
    last, before = (_quarter(series, n) for n in (QUARTERS - 1, QUARTERS - 2))
    found: set[Finding] = set()
    for name, (left, right) in BALANCES.items():
        fails = _sum(last, left).ne(_sum(last, right)) & last[[*left, *right]].notna().all(axis=1)
        found |= {(str(unit), name, " ".join((*left, *right))) for unit in last.index[fails]}
    for part, whole in PARTS:
        found |= {(str(u), "part_within_whole", f"{part} {whole}") for u in last.index[last[part] > last[whole]]}
    carried, pending = last["dossiers_carried_over_count"], before["dossiers_pending_count"]
    fails = carried.ne(pending) & carried.notna() & pending.notna()
    about = "dossiers_carried_over_count dossiers_pending_count"
    return found | {(str(unit), "carried_over", about) for unit in last.index[fails]}


def failing_completeness(given: Mapping[str, tuple[date, int, int] | None], today: date) -> set[Finding]:
    """`given` by unit: the day, the cells owed, the cells done; None where nothing was given."""
    frame = pd.DataFrame(
        [(unit, *(one or (None, 0, 0)), one is not None) for unit, one in given.items()],
        columns=["unit", "on", "owed", "done", "is_given"],
    ).set_index("unit")
    late = frame["is_given"] & frame["on"].map(lambda on: on is not None and on > DUE_ON)
    missing = ~frame["is_given"] & (today > DUE_ON)
    short = frame["is_given"] & (frame["done"] < frame["owed"])
    ends = {"given": missing, "on_time": late, "cells": short}
    return {(str(unit), name, "") for name, fails in ends.items() for unit in frame.index[fails]}


def failing_records(dossiers: pd.DataFrame, first: date, last: date, working_days: Sequence[date]) -> set[Finding]:
    """Of all dossiers in one frame, with the period's days; freshness apart, which needs the time of asking."""
    code = pd.Series(list(dossiers["dossier_code"]), dtype=str)
    received, submitted, finished = (_day(dossiers, f"{name}_at") for name in ("received", "submitted", "finished"))
    inside = received[(received >= _at(first)) & (received <= _at(last))]
    fails = {
        ("key_given", "dossier_code"): code.isna(),
        ("key_unique", "dossier_code"): code.dropna().duplicated(),
        ("unit_known", ""): ~code.dropna().str.startswith("H98.51-"),
        ("codes_given", "service_level"): dossiers["service_level"].isna(),
        ("codes_given", "status"): dossiers["status"].isna(),
        ("procedure_code", "procedure_code"): ~dossiers["procedure_code"].dropna().str.match(r"^\d\.\d{6}$"),
        ("dates_in_order", "received_at submitted_at"): received < submitted,
        ("dates_in_order", "finished_at received_at"): finished < received,
        ("date_given", ""): received.fillna(submitted).isna(),
        ("some_in_window", ""): pd.Series([inside.empty]),
        ("volume", ""): _quiet_days(inside, working_days),
        ("days_filled", ""): pd.Series([_longest_gap(inside, working_days) >= LONG_GAP]),
    }
    return {("", name, f"dossiers {fields}".strip()) for (name, fields), failed in fails.items() if failed.any()}


def _quiet_days(inside: "pd.Series[pd.Timestamp]", working_days: Sequence[date]) -> "pd.Series[bool]":
    days = pd.DatetimeIndex([_at(day) for day in working_days])
    counts = inside.value_counts().reindex(days, fill_value=0)
    usual = counts.groupby(days.weekday).transform("median")
    return (counts < usual / 10) & (usual >= 10)


def _longest_gap(inside: "pd.Series[pd.Timestamp]", working_days: Sequence[date]) -> int:
    """Working days in a row without a dossier; at the pace of a benchmark each usually has many."""
    filled = inside.value_counts().reindex(pd.DatetimeIndex([_at(day) for day in working_days]), fill_value=0) > 0
    return int((~filled).groupby(filled.cumsum()).sum().max())


def _at(day: date) -> pd.Timestamp:
    return pd.Timestamp(day, tz="Asia/Ho_Chi_Minh")


def _quarter(series: Series, number: int) -> pd.DataFrame:
    rows: Sequence[Mapping[str, int | None]] = [
        {code: unit[code][number] for code in CODES} for unit in series.values()
    ]
    return pd.DataFrame(rows, index=list(series), dtype="Int64")


def _sum(frame: pd.DataFrame, codes: Sequence[str]) -> "pd.Series[int]":
    return frame[list(codes)].sum(axis=1, skipna=False)


def _day(dossiers: pd.DataFrame, name: str) -> "pd.Series[pd.Timestamp]":
    return dossiers[name].dt.tz_convert("Asia/Ho_Chi_Minh").dt.normalize()
