"""The figures of a form a unit handed in, as they are kept with a vintage and read back from there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import orjson

from baocao.figures import print_instant

HANDED_IN: Final = "handed_in"
"""The source handed-in figures are kept under."""
FIGURES, FILE = "figures", "file"


@dataclass(frozen=True, slots=True)
class HandedFigure:
    """One cell of a handed-in form: what was read, what stands there to the letter, and where in the file.

    `value` is None of a cell that was left empty.
    """

    row: str
    value: Decimal | None
    text: str
    place: str
    how_read: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedFinding:
    """A critical finding about exactly these cells, and why the unit says that they are right all the same."""

    check: str
    cells: tuple[str, ...]
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"check": self.check, "cells": list(self.cells), "reason": self.reason}


@dataclass(frozen=True)
class HandedIn:
    """One accepted form: the how manieth of its unit, form and period, and its cells by indicator.

    `hashes` name the payload of the figures and the file itself.
    """

    number: int
    received_at: datetime
    media_type: str
    hashes: tuple[str, ...]
    figures: Mapping[str, HandedFigure]
    explained: tuple[ExplainedFinding, ...] = ()

    def find_value(self, indicator_code: str) -> Decimal | None:
        """None where the form does not have the figure."""
        found = self.figures.get(indicator_code)
        return found.value if found else None

    def as_json(self) -> dict[str, Any]:
        """Which form it is, for the manifest."""
        received_at = self.received_at.isoformat()
        return {"number": self.number, "received_at": received_at, "sha256": list(self.hashes)}

    @property
    def says_vi(self) -> str:
        """`biểu nộp lần 2, 09:12:00 08/01/2026`."""
        return f"biểu nộp lần {self.number}, {print_instant(self.received_at)}"


def dump_figures(figures: Mapping[str, HandedFigure]) -> bytes:
    """The same bytes for the same cells."""
    plain = {code: {**asdict(one), "value": _print(one.value)} for code, one in figures.items()}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def parse_handed(request: Mapping[str, Any], received_at: datetime, sha256: str, body: bytes) -> HandedIn:
    """The form of a kept payload, from what was said of it, its hash and its content."""
    cells = orjson.loads(body)
    figures = {code: HandedFigure(**{**cell, "value": _read(cell["value"])}) for code, cell in cells.items()}
    hashes = (sha256, request["file_sha256"])
    explained = tuple(
        ExplainedFinding(one["check"], tuple(one["cells"]), one["reason"]) for one in request["explained"]
    )
    return HandedIn(request["number"], received_at, request["media_type"], hashes, figures, explained)


def _print(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _read(kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)
