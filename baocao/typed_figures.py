"""Typed-in figures as they are kept with a vintage, and read back from there."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from baocao.catalogue import ManualFigure
from baocao.catalogue.manual import ManualFigures

TYPED_IN = "typed_in"
"""The source typed-in figures are kept under."""


@dataclass(frozen=True)
class TypedFigures:
    """The figures of one file, by indicator, and the hash of the payload they were read from."""

    file: str
    sha256: str
    figures: Mapping[str, ManualFigure]

    def as_json(self, used: Container[str]) -> dict[str, Any]:
        """Where the figures stand, and what each of those `used` rests on."""
        figures = {code: plain_figure(figure) for code, figure in sorted(self.figures.items()) if code in used}
        return {"file": self.file, "sha256": self.sha256, "figures": figures}


def parse_typed(request: Mapping[str, Any], sha256: str, body: bytes) -> TypedFigures:
    """The figures of a kept payload, from what was asked, its hash and its content."""
    return TypedFigures(request["file"], sha256, ManualFigures(figures=_with_figures(orjson.loads(body))).figures)


def plain_figure(figure: ManualFigure) -> dict[str, str]:
    """A figure as it is kept: its declared keys, as text."""
    return {
        "value": f"{figure.value:f}",
        "given_by": figure.given_by,
        "given_on": figure.given_on.isoformat(),
        "evidence": figure.evidence,
    }


def _with_figures(kept: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """What was kept is a figure already: it is not read as what a person writes."""
    return {code: {**figure, "value": Decimal(figure["value"])} for code, figure in kept.items()}
