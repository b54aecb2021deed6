"""Rows kept under a mapping read back into frames, whatever table they came from."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson
import pandas as pd

from baocao.domain import RawPayload
from baocao.records import join_frames
from connectors.contract import ParseResult
from connectors.files.cell_values import TableReader
from connectors.files.column_mapping import ColumnMapping
from connectors.files.date_evidence import DateEvidence
from connectors.files.file_ends import FileEnds
from connectors.files.wholeness import TableAccount, TableFacts
from connectors.reading.moments import DateStyle
from connectors.reading.row_states import say_states
from connectors.reading.strict import Reader


def read_tables(reader: Reader, payloads: Iterable[RawPayload], place_of: Callable[[RawPayload], str]) -> ParseResult:
    """Frames of rows kept under a mapping, whatever table they came from; the order of the payloads does not matter."""
    pieces: list[tuple[Any, pd.DataFrame]] = []
    account, ends = TableAccount(), FileEnds()
    evidence: dict[str, DateEvidence] = {}
    kind, is_declared, newest_at, window = "", False, None, None
    for payload in payloads:
        newest_at = max(newest_at or payload.fetched_at, payload.fetched_at)
        content = orjson.loads(payload.body)
        reader.notices.note_fields(content["unknown_fields"])
        mapping = ColumnMapping.model_validate(content["mapping"])
        kind, is_declared, place = mapping.kind, mapping.day_order is not None, place_of(payload)
        facts = TableFacts.of_kept(content.get("table", {}))
        style = DateStyle.around(
            payload.window, month_first=mapping.day_order == "month_first", starts_1904=facts.starts_1904
        )
        dates = evidence.setdefault(place, DateEvidence(payload.window, style))
        frame = TableReader(reader, mapping, place, style, dates).frame(content["rows"])
        account.note(place, facts, frame[mapping.key].tolist(), content["rows"], payload.request["order"])
        if facts.may_be_cut and kind != "tallies" and len(frame):
            ends.note(place, payload.request["order"], frame)
        window = payload.window
        pieces.append((payload.request["order"], frame))
    for place, dates in evidence.items():
        if doubt := dates.doubt(is_declared=is_declared):
            raise reader.broken(f"{place}: {doubt}")
    account.tell(reader.notices)
    if window is not None and newest_at is not None:
        ends.tell(reader.notices, window, newest_at)
    for said in say_states(reader.notices.unknown_fields):
        reader.notices.note_uncertain(said)
    reader.notices.held_at = newest_at
    pieces.sort(key=lambda piece: piece[0])
    return ParseResult({kind: join_frames(kind, [frame for _, frame in pieces])} if kind else {}, reader.notices)
