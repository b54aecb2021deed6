"""Typed-in figures as a source: `manual/<unit>/<period>.yaml` of the configuration folder, read, checked and kept.

A payload holds what the file declares and nothing else of it (no comment); `answer_sha256` is the whole file's. Where
there is no file the payload says so, so that a replay knows that nobody had typed anything in.
"""

import hashlib
from datetime import datetime

import orjson

from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.hand_files import MANUAL, find_hand_file, name_hand_file
from baocao.catalogue.yaml_files import read_bytes
from baocao.domain import Period, RawPayload, Window
from baocao.typed_figures import TYPED_IN, plain_figure

MEDIA_TYPE = "application/json"


def fetch_typed(catalogue: Catalogue, unit: Unit, period: Period, window: Window, at: datetime) -> RawPayload:
    """Read the file of the unit and period. Raise ConfigError, with every mistake in it, where it is wrong."""
    found = find_hand_file(catalogue.config_dir, MANUAL, unit.unit_code, period)
    name = found or name_hand_file(MANUAL, unit.unit_code, period)
    answer = read_bytes(catalogue.config_dir / found, found) if found else None
    figures = catalogue.read_manual_figures(name, answer)
    body = orjson.dumps({code: plain_figure(figure) for code, figure in figures.items()}, option=orjson.OPT_SORT_KEYS)
    return RawPayload(
        source_code=TYPED_IN,
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
