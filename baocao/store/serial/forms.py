"""The store's own exact text of a filled form and of a source's failure."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from baocao.domain import (
    FIRST_MEASURES,
    Cell,
    CellStatus,
    FilledForm,
    FormHead,
    FormLine,
    FormMark,
    Measure,
    MeasureKind,
    Period,
    SourceFailure,
    System,
    Tier,
    Window,
)
from baocao.store.canonical import dump_plain, stated_fields


def dump_form(form: FilledForm) -> str:
    """Canonical JSON of a filled form, its cells in their order."""
    plain = stated_fields(form)
    plain["cells"] = [{"row": row, **_plain_cell(cell)} for row, cell in form.cells.items()]
    plain["period"] = form.period and form.period.code
    return dump_plain(plain)


def load_form(text: str) -> FilledForm:
    """A form equal to the one `dump_form` was given (its words in NFC)."""
    plain = json.loads(text)
    return FilledForm(
        **{
            **plain,
            "period": plain["period"] and Period.parse(plain["period"]),
            "window": plain["window"] and _load_window(plain["window"]),
            "status": FormMark(plain["status"]),
            "cells": {cell.pop("row"): _load_cell(cell) for cell in plain["cells"]},
            "head": _load_head(plain.get("head", {})),
            "known_at": plain.get("known_at") and datetime.fromisoformat(plain["known_at"]),
            "lines": tuple(FormLine(**line) for line in plain.get("lines", ())),
            "tier": plain.get("tier") and Tier(plain["tier"]),
        }
    )


def dump_failure(failure: SourceFailure) -> str:
    """Canonical JSON of a source's failure."""
    return dump_plain(failure)


def load_failure(text: str) -> SourceFailure:
    """The inverse of `dump_failure`."""
    plain = json.loads(text)
    return SourceFailure(**{**plain, "system": System(plain["system"])})


def _load_cell(plain: Mapping[str, Any]) -> Cell:
    return Cell(
        **{
            **plain,
            "value": plain["value"] and Decimal(plain["value"]),
            "status": CellStatus(plain["status"]),
            "measure": plain.get("measure") and _load_measure(plain["measure"]),
        }
    )


def _plain_cell(cell: Cell) -> dict[str, Any]:
    stated = stated_fields(cell)
    return {**stated, "measure": _plain_measure(cell.measure)} if cell.measure else stated


def _plain_measure(measure: Measure) -> str | dict[str, Any]:
    """One of the first by its code; any other as it was declared then, for its declaration may change or go."""
    return measure.code if FIRST_MEASURES.get(measure.code) == measure else asdict(measure)


def _load_measure(plain: str | Mapping[str, Any]) -> Measure:
    if isinstance(plain, str):
        return FIRST_MEASURES[plain]
    bounds = {name: plain[name] and Decimal(plain[name]) for name in ("least", "most")}
    return Measure(**{**plain, **bounds, "kind": MeasureKind(plain["kind"])})


def _load_window(plain: Mapping[str, str]) -> Window:
    return Window(date.fromisoformat(plain["start_on"]), date.fromisoformat(plain["end_on"]))


def _load_head(plain: Mapping[str, Any]) -> FormHead:
    return FormHead(
        **{
            **plain,
            "dated_on": plain.get("dated_on") and date.fromisoformat(plain["dated_on"]),
            "signed_as": tuple(plain.get("signed_as", ())),
        }
    )
