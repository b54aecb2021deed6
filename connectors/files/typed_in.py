"""Typed-in figures as a source: `manual/<unit>/<period>.yaml` of the configuration folder, read, checked and kept.

A payload holds what the file declares and nothing else of it (no comment); `answer_sha256` is the whole file's. Where
there is no file the payload says so, so that a replay knows that nobody had typed anything in.
"""

import hashlib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from baocao.catalogue import Catalogue, ManualFigure, Unit
from baocao.catalogue.loading import manual_file
from baocao.catalogue.manual import ManualFigures
from baocao.domain import Period, RawPayload, Window

SOURCE_CODE = "typed_in"
MEDIA_TYPE = "application/json"


@dataclass(frozen=True)
class TypedFigures:
    """The figures of one file, by indicator, and the hash of the payload they were read from."""

    file: str
    sha256: str
    figures: Mapping[str, ManualFigure]

    def as_json(self, used: Container[str]) -> dict[str, Any]:
        """Where the figures stand, and what each of those `used` rests on."""
        figures = {code: _plain(figure) for code, figure in sorted(self.figures.items()) if code in used}
        return {"file": self.file, "sha256": self.sha256, "figures": figures}


def fetch_typed(catalogue: Catalogue, unit: Unit, period: Period, window: Window, at: datetime) -> RawPayload:
    """Read the file of the unit and period. Raise ConfigError, with every mistake in it, where it is wrong."""
    name = manual_file(unit.unit_code, period)
    path = catalogue.config_dir / name
    answer = path.read_bytes() if path.is_file() else None
    figures = catalogue.read_manual_figures(name, answer)
    body = orjson.dumps({code: _plain(figure) for code, figure in figures.items()}, option=orjson.OPT_SORT_KEYS)
    return RawPayload(
        source_code=SOURCE_CODE,
        unit_code=unit.unit_code,
        window=window,
        request={"file": name, "found": answer is not None},
        fetched_at=at,
        media_type=MEDIA_TYPE,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        answer_sha256=hashlib.sha256(answer or b"").hexdigest(),
        answer_bytes=len(answer or b""),
    )


def parse_typed(request: Mapping[str, Any], sha256: str, body: bytes) -> TypedFigures:
    """The figures of a kept payload, from what was asked, its hash and its content."""
    return TypedFigures(request["file"], sha256, ManualFigures(figures=orjson.loads(body)).figures)


def _plain(figure: ManualFigure) -> dict[str, str]:
    return {
        "value": f"{figure.value:f}",
        "given_by": figure.given_by,
        "given_on": figure.given_on.isoformat(),
        "evidence": figure.evidence,
    }
