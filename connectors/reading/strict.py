"""Reading kept payloads strictly: a missing field, an odd date or an unknown code is noticed, never guessed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pandas as pd

from baocao.domain import RawPayload, Window
from baocao.errors import SourceContractError
from baocao.notices import CountProof, Notices
from baocao.source_text import SourceText, count_marks
from connectors.contract import ParseResult
from connectors.reading.codes import CodeList
from connectors.reading.hours import ZONE_UNSAID, WorkingHours
from connectors.reading.narrowed import NARROWING_PART, OF_DAYS, note_narrowing
from connectors.reading.picking import ABSENT, Sightings, holds, pick_attributes, pick_values
from connectors.reading.quick_pages import decode_plainly
from connectors.reading.row_states import say_states
from connectors.reading.texts import are_texts, as_texts, without_placeholders

UNPROVED_PART = "unproved"
FAILED_PART = "statistic_failed"
NO_STATISTIC_VI = "không có số tổng hợp của nguồn để đối chiếu"
ZONE_OPEN_VI = (
    "{count} bản ghi ở sát đầu hoặc cuối kỳ có thể thuộc kỳ khác: nguồn không ghi múi giờ (trường {name}), đã đọc là "
    "giờ Việt Nam, chưa đủ giờ ghi để loại trừ giờ UTC; khai báo zone: local hoặc utc ở site"
)
BLOCK_ROWS = 5_000
_SHAPES: Mapping[type, str] = {
    str: "chữ",
    bool: "đúng/sai",
    int: "số",
    float: "số",
    list: "danh sách",
    type(None): "trống",
}
Decode = Callable[[bytes], tuple[Sequence[Any], Sequence[str]]]


@dataclass
class Reader:
    """Reads the rows of one source's payloads for one unit; errors name the field, never the content.

    `optional` fields may be left out of every row.
    """

    source_code: str
    unit_code: str
    notices: Notices = field(default_factory=Notices)
    optional: frozenset[str] = frozenset()
    _path: str = ""
    _seen: dict[tuple[str, ...], "Sightings"] = field(default_factory=dict)
    _listed: dict[str, tuple[dict[int, int], set[int]]] = field(default_factory=dict)
    _hours: dict[str, WorkingHours] = field(default_factory=dict)
    _window_in_doubt: Window | None = None
    _narrowings: dict[tuple[str, str], tuple[Mapping[str, Any], Window, Mapping[str, Any] | None]] = field(
        default_factory=dict
    )

    def broken(self, reason: str) -> SourceContractError:
        where = f" (HTTP 200 tại {self._path})" if self._path else ""
        return SourceContractError(self.source_code, self.unit_code, f"{reason}{where}")

    def note_listed(self, payload: RawPayload, count: int) -> None:
        """How many rows a page of a listing has; `prove_listings` holds them against what the source counts."""
        name, total = payload.request.get("listing"), payload.request.get("total")
        if name is not None and isinstance(total, int):
            pages, totals = self._listed.setdefault(name, ({}, set()))
            pages[payload.request["page"]] = count
            totals.add(total)

    def prove_listings(self) -> None:
        """Note for each listing what the source counts in it; rows listed twice on the way are no more than it has."""
        for name, (pages, totals) in self._listed.items():
            rows, total = sum(pages.values()), max(totals)
            self.notices.proofs.append(CountProof(f"tổng số nguồn nêu ({name})", min(rows, total), total))

    def rows(self, payloads: Iterable[RawPayload], part: str, decode: Decode = decode_plainly) -> Iterator[Any]:
        """Every row of the payloads that answered the question `part`: a mapping, unless `decode` makes others."""
        for payload in payloads:
            yield from self._rows_of(payload, part, decode)

    def _rows_of(self, payload: RawPayload, part: str, decode: Decode) -> Sequence[Any]:
        self._note_aside(payload)
        if payload.request.get("part") != part:
            return ()
        self._window_in_doubt = payload.window if payload.request.get(ZONE_UNSAID) else None
        self._path = str(payload.request.get("path", "")) if "method" in payload.request else ""
        rows, unknown_fields = decode(payload.body)
        self.notices.note_fields(unknown_fields)
        self.note_listed(payload, len(rows))
        return rows

    def _note_aside(self, payload: RawPayload) -> None:
        """Of a payload that holds no rows: what could not be asked, or what came of a question for nobody's records."""
        part = payload.request.get("part")
        if part == UNPROVED_PART:
            self.notices.note_unproved(str(payload.request["what"]))
        elif part == FAILED_PART:
            self.notices.note_doubt(f"{NO_STATISTIC_VI}: {payload.request['what']}")
        elif part == NARROWING_PART:
            noted = payload.request
            of_days = orjson.loads(payload.body).get(OF_DAYS)
            self._narrowings[noted["by"], noted["parameter"]] = (noted, payload.window, of_days)

    def blocks(self, payloads: Iterable[RawPayload], part: str, decode: Decode = decode_plainly) -> Iterator[list[Any]]:
        """The same rows in lists of some thousands, of whole payloads and of one type: enough for speed, few enough
        to be held.

        A list is emptied before the next payload is waited for, whoever may still refer to it.
        """
        block: list[Any] = []
        for payload in payloads:
            rows = self._rows_of(payload, part, decode)
            if block and rows and type(block[0]) is not type(rows[0]):
                yield block
                block.clear()
            block += rows
            del rows
            if len(block) >= BLOCK_ROWS:
                yield block
                block.clear()
        if block:
            yield block

    def column(self, rows: Sequence[Any], *path: str) -> list[Any]:
        """One field of every row, nested by `path`; one left out is None like null, unless `finish` objects."""
        seen = self._seen.setdefault(tuple(path), Sightings())
        if rows and not isinstance(rows[0], dict):
            seen.given += len(rows)
            return pick_attributes(rows, path)
        try:
            values = pick_values(rows, path)
        except (KeyError, TypeError):
            return self._pick_with_care(rows, path, seen)
        seen.given += len(rows)
        return values

    def gives(self, rows: Sequence[Any], *path: str) -> bool:
        """Whether a field that only some reports need was kept of these rows."""
        first: Any = rows[0] if rows else None
        for name in path[:-1]:
            first = first.get(name) if isinstance(first, dict) else getattr(first, name, None)
        if not isinstance(first, dict):
            return hasattr(first, path[-1])
        return any(holds(row, path) for row in rows)

    def _pick_with_care(self, rows: Sequence[Mapping[str, Any]], path: Sequence[str], seen: "Sightings") -> list[Any]:
        values, before = list[Any](rows), seen.left_out
        for name in path:
            for index, value in enumerate(values):
                if value is None:
                    continue
                found = value.get(name, ABSENT) if isinstance(value, dict) else ABSENT
                if found is ABSENT:
                    seen.left_out += 1
                    seen.others.update(rows[index])
                values[index] = None if found is ABSENT else found
        seen.given += len(rows) - (seen.left_out - before)
        return values

    def finish(self, frames: Mapping[str, pd.DataFrame]) -> ParseResult:
        """What was read. Raise SourceContractError where a field came in no row, or in some and new ones came too: it
        may have another name.
        """
        for path, seen in self._seen.items():
            is_missing = seen.given <= 0 and path[0] not in self.optional
            if seen.left_out and (is_missing or self.notices.unknown_fields):
                raise self._missing(path, seen)
        self._judge_hours()
        for said in say_states(self.notices.unknown_fields):
            self.notices.note_uncertain(said)
        self.prove_listings()
        for noted, window, of_days in self._narrowings.values():
            note_narrowing(self.notices, noted, frames, window, of_days)
        return ParseResult(frames, self.notices)

    def codes(self, name: str, values: Iterable[Any], meanings: Mapping[Any, Any]) -> list[Any]:
        """Source codes in our words: "0" and 0 are one code, so are "TRUE" and true; null and an empty text are none.

        An unknown one is counted among the notices, and stays UNKNOWN: it is never taken for an empty one. Where the
        words are yes and no, which leave no room for a third, it is empty.
        """
        given = list(values)
        code_list = CodeList(meanings)
        try:
            read = list(map(code_list.__getitem__, given))
        except TypeError:
            raise self.broken(f"trường {name}: không phải mã") from None
        if code_list.unknown:
            unknown = Counter(SourceText(value) for value in given if value in code_list.unknown)
            for text, count in unknown.items():
                self.notices.note_value(name, text, count)
        return read

    def dates(self, name: str, values: Iterable[Any], convert: Callable[[pd.Series], pd.Series]) -> pd.Series:
        """Dates by `convert`; an impossible one is a changed contract, an empty one stays empty."""
        texts = pd.Series(as_texts(list(values)), dtype="object")
        try:
            read = convert(texts)
        except (ValueError, TypeError, OverflowError, AttributeError):
            raise self.broken(f"trường {name}: không phải ngày đúng dạng đã khai báo") from None
        if bool((read.isna() & texts.notna()).any()):
            raise self.broken(f"trường {name}: không phải ngày đúng dạng đã khai báo")
        return without_placeholders(texts, read)

    def worked(self, name: str, values: Iterable[Any], convert: Callable[[pd.Series], pd.Series]) -> pd.Series:
        """The same for instants at which people work: their hours tell whether the zone is the one they are read in."""
        given = list(values)
        read = self.dates(name, given, convert)
        self.note_hours(name, given, read)
        return read

    def note_hours(self, name: str, given: Sequence[Any], read: pd.Series) -> None:
        """Take in the hours of instants at which people work, of which no more than the day may be wanted."""
        hours = self._hours.setdefault(name, WorkingHours())
        hours.note(given, read)
        if self._window_in_doubt is not None:
            hours.note_edges(given, read, self._window_in_doubt)

    def _judge_hours(self) -> None:
        for name, hours in self._hours.items():
            if hours.is_utc_unsaid and self._window_in_doubt is None:
                self.notices.note_uncertain(f"{hours.say(name)}: trông như giờ UTC, mà site ghi zone: local")
            elif hours.is_utc_unsaid:
                raise self.broken(f"{hours.say(name)}: giờ UTC không kèm múi giờ; khai báo zone: utc ở site")
            if hours.is_local_as_utc:
                self.notices.note_doubt(f"{hours.say(name)}: có thể là giờ Việt Nam ghi nhầm là UTC")
            if hours.at_edges and hours.leaves_zone_open:
                self.notices.note_uncertain(ZONE_OPEN_VI.format(count=hours.at_edges, name=name))

    def objects(self, name: str, value: Any) -> list[Mapping[str, Any]]:
        """The objects in a list inside a row; one that stands alone is a list of one, null and "" are none."""
        if value in (None, ""):
            return []
        found = value if isinstance(value, list) else [value]
        wrong = [one for one in found if not isinstance(one, dict)]
        if wrong:
            raise self.broken(
                f"trường {name}: cần danh sách các mục con, nhận {_SHAPES.get(type(wrong[0]), 'giá trị khác')}"
            )
        return found

    def filled(self, name: str, values: list[Any]) -> list[str]:
        """Values that must be there in every row, as text."""
        if None in values or "" in values:
            raise self.broken(f"trường {name}: để trống ở {sum(v in (None, '') for v in values)}/{len(values)} bản ghi")
        return values if are_texts(values) else list(map(str, values))

    def required(self, name: str, values: list[Any]) -> list[str]:
        """Codes that must be there in every row, as text."""
        texts = self.filled(name, values)
        if marks := count_marks(texts):
            raise self.broken(f"trường {name}: không phải mã ở {marks}/{len(values)} bản ghi")
        return texts

    def _missing(self, path: Sequence[str], seen: "Sightings") -> SourceContractError:
        new = ", ".join(sorted(self.notices.unknown_fields)) or "không có"
        there = ", ".join(sorted(seen.others))
        where = f"ở {seen.left_out} bản ghi; các trường đang có: {there}; trường mới: {new}"
        return self.broken(f"thiếu trường {'.'.join(path)} {where}")
