"""Typed-in figures as a source: `manual/<unit>/<period>.yaml` of the configuration folder, and what was typed in at
the desk; read, checked and kept.

A payload holds what the file declares and nothing else of it (no comment); `answer_sha256` is of the whole file and the
desk's entries. Where there is no file the payload says so, so that a replay knows that nobody had typed anything in.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import orjson

from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.hand_files import MANUAL, find_hand_file, name_hand_file
from baocao.catalogue.yaml_files import read_bytes
from baocao.domain import Period, RawPayload, Window
from baocao.typed_figures import TYPED_IN, TypedEntry, join_entries, plain_figure

MEDIA_TYPE = "application/json"


def fetch_typed(
    catalogue: Catalogue,
    unit: Unit,
    period: Period,
    window: Window,
    at: datetime,
    entries: Mapping[str, TypedEntry] | None = None,
) -> RawPayload:
    """Read the file of the unit and period, and join it with the desk's entries.

    Raise ConfigError, with every mistake in the file, where it is wrong, or where the two contradict each other.
    """
    found = find_hand_file(catalogue.config_dir, MANUAL, unit.unit_code, period)
    name = found or name_hand_file(MANUAL, unit.unit_code, period)
    answer = read_bytes(catalogue.config_dir / found, found) if found else None
    typed = {code: entry for code, entry in (entries or {}).items() if entry.value is not None}
    figures = join_entries(name, catalogue.read_manual_figures(name, answer), typed)
    body = orjson.dumps({code: plain_figure(figure) for code, figure in figures.items()}, option=orjson.OPT_SORT_KEYS)
    entered = {code: typed[code].origin for code in sorted(typed)}
    whole = (answer or b"") + (orjson.dumps(entered) if entered else b"")
    return RawPayload(
        source_code=TYPED_IN,
        unit_code=unit.unit_code,
        window=window,
        request={"file": name, "found": answer is not None, **({"entered": entered} if entered else {})},
        fetched_at=at,
        media_type=MEDIA_TYPE,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        answer_sha256=hashlib.sha256(whole).hexdigest(),
        answer_bytes=len(whole),
    )
