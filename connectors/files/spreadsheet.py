"""Exports people drop into a folder: workbooks, text, pages, their columns mapped to our fields in `sources.yaml`.

Interface: none; an officer exports a list from a system that has no other way out. Only mapped columns are kept; of
the file as it came, hash and size. A file is read as of the time it was last changed. Files are read oldest first, so
that of a record exported twice the newer export counts, and that is told where the two differ.

An export holds no record of a day that was not over when the newest file was saved: such days are missing.

A period longer than a quarter is read from a file for each of its quarters where the pattern names the quarter. A table
is held against its own total row; one that is cut off, or has no record and no total of 0, is refused.

A column that is not found is a SourceContractError (13), not a ConfigError (2): whether the mapping is wrong or the
vendor renamed a column cannot be told from the file, and the other systems' figures must not wait for it. A mapping
that can be seen to be wrong without any file is a ConfigError.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from baocao.domain import RawPayload, Window
from baocao.errors import ConfigError, SourceContractError, SourceUnavailableError
from baocao.messages import may_be_shown
from baocao.names import is_plain_path
from baocao.records import join_frames
from baocao.source_text import SourceText
from connectors.assumptions import Assumption
from connectors.contract import UNIT_MARK, Assignment, Connector, ParseResult
from connectors.files.cell_values import TableReader
from connectors.files.column_mapping import ColumnMapping, fold, read_options
from connectors.files.date_evidence import DateEvidence
from connectors.files.file_ends import FileEnds
from connectors.files.kept_cells import CellScreen
from connectors.files.sheets import SourceSheet, UnreadableFileError
from connectors.files.spreadsheet_files import read_sheets
from connectors.files.spreadsheet_table import (
    Header,
    NoTableError,
    ambiguous_headers,
    find_header,
    new_headers,
    records,
    score_header,
)
from connectors.files.text_tables import CUT_OFF
from connectors.files.wholeness import TableAccount, TableFacts, is_cut_off, look_at
from connectors.reading.minimising import make_payload, show_names
from connectors.reading.moments import DateStyle
from connectors.reading.strict import Reader

PART = "table"
ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html", ".xml")
ROWS_A_PAYLOAD = 5_000
DAYS_OF_A_QUARTER = 91.3
MEGABYTE = 1024 * 1024


class SpreadsheetOptions(ColumnMapping):
    """Where the exports are and what is in them.

    `folder` and `files` may hold {unit_code}, {unit_key}, {year}, {quarter} (of the window's last day), {start_on},
    {end_on} (with a format, as {end_on:%Y-%m}). `sheet` names the one sheet to read; else all with our columns are.
    `may_be_empty`: a table without a record and without a total row stands for none, not for a failed export.
    """

    folder: str
    files: tuple[str, ...] = ("*.xlsx", "*.xls", "*.ods", "*.csv")
    sheet: str | None = None
    may_be_empty: bool = False


@dataclass(frozen=True)
class Export:
    """One file as it was found."""

    name: str
    content: bytes
    modified_at: datetime


class Spreadsheet:
    """The connector `spreadsheet`; options as in SpreadsheetOptions."""

    code = "spreadsheet"
    kinds = ("documents", "dossiers", "procedures", "tallies")
    assumptions: tuple[Assumption, ...] = ()

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        options = read_options(assignment.source, SpreadsheetOptions).keeping(assignment.source.more)
        tables = [
            (export, sheet, header, look_at(sheet, header, options))
            for export in _find_exports(assignment, options)
            for sheet, header in _find_tables(assignment, options, export)
        ]
        found = [facts for *_, facts in tables]
        is_told = any(facts.record_count or (facts.totals and max(facts.totals) == 0) for facts in found)
        if not is_told and not options.may_be_empty:
            raise _broken(assignment, _say_empty([export.name for export, *_ in tables]))
        for export, sheet, header, facts in tables:
            yield from _payloads(assignment, options, export, sheet, header, facts)

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code)
        return read_tables(
            reader, payloads, lambda payload: _name_place(payload.request["file"], payload.request["sheet"])
        )


CONNECTOR: Connector = Spreadsheet()
OPTIONS = SpreadsheetOptions


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
    reader.notices.held_at = newest_at
    pieces.sort(key=lambda piece: piece[0])
    return ParseResult({kind: join_frames(kind, [frame for _, frame in pieces])} if kind else {}, reader.notices)


def _find_exports(assignment: Assignment, options: SpreadsheetOptions) -> list[Export]:
    """All files of the patterns, oldest first; SourceUnavailableError where a part of the period has none (yet)."""
    found: dict[Path, Export] = {}
    for part, window in _parts(assignment, options):
        fill = partial(_fill_in, assignment, window)
        show = partial(_fill_in, _as_shown(assignment), window)
        folder, patterns = Path(fill(options.folder)), [fill(pattern) for pattern in options.files]
        try:
            paths = [path for path in _list_folder(folder) if _is_export(path, patterns)]
            found |= {path: _read_export(assignment, path) for path in paths if path not in found}
        except OSError as error:
            raise _unavailable(
                assignment, f"không đọc được thư mục {show(options.folder)} (lỗi {error.errno})"
            ) from error
        if not paths:
            names = [SourceText(path.name).as_file_name() for path in _list_folder(folder)[:20]]
            there = ", ".join(names) or "không có gì, hoặc không có thư mục này"
            wanted = ", ".join(map(show, options.files))
            what = f"chưa có tệp {wanted}{part} trong {show(options.folder)}; đang có: {there}"
            raise _unavailable(assignment, what)
    return sorted(found.values(), key=lambda export: (export.modified_at, export.name))


def _parts(assignment: Assignment, options: SpreadsheetOptions) -> list[tuple[str, Window]]:
    """The windows files are looked for: each quarter of a longer period where the names hold the quarter, else it all.

    A quarter of any regime ends in its last month, and a period some days from quarters is made of whole ones.
    """
    window = assignment.window
    if not any("{quarter" in text for text in (options.folder, *options.files)):
        return [("", window)]
    count = max(1, round((window.end_on - window.start_on).days / DAYS_OF_A_QUARTER))
    if count == 1:
        return [("", window)]
    ends = [_months_before(window.end_on, 3 * back) for back in reversed(range(count))]
    return [(f" cho quý {(end.month + 2) // 3}/{end.year}", Window(window.start_on, end)) for end in ends]


def _months_before(day: date, months: int) -> date:
    """The same day so many months before, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _list_folder(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_export(path: Path, patterns: Iterable[str]) -> bool:
    """A whole file of one of the patterns, in any case; not what an open program leaves beside it."""
    named = any(fnmatchcase(path.name.lower(), pattern.lower()) for pattern in patterns)
    return named and path.is_file() and path.suffix.lower() in ENDINGS and not path.name.startswith(("~$", "."))


def _read_export(assignment: Assignment, path: Path) -> Export:
    most = assignment.source.limits.answer_mb
    if path.stat().st_size > most * MEGABYTE:
        raise _broken(assignment, f"{SourceText(path.name).as_file_name()} lớn hơn {most:g} MB")
    return Export(
        SourceText(path.name).as_file_name(), path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    )


def _as_shown(assignment: Assignment) -> Assignment:
    return assignment if may_be_shown(assignment.unit_key) else replace(assignment, unit_key=UNIT_MARK)


def _fill_in(assignment: Assignment, part: Window, text: str) -> str:
    """`year` and `quarter` are of the part looked for, the days of the whole window."""
    window = assignment.window
    if "{unit_key" in text and not is_plain_path(assignment.unit_key):
        where = f"units.yaml: {assignment.unit_code}.source_keys.{assignment.source.source_code}"
        raise ConfigError(f"{where}: mã này dẫn ra ngoài thư mục của các tệp xuất")
    try:
        return text.format(
            unit_code=assignment.unit_code,
            unit_key=assignment.unit_key,
            year=part.end_on.year,
            quarter=(part.end_on.month + 2) // 3,
            start_on=window.start_on,
            end_on=window.end_on,
        )
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        allowed = "{unit_code}, {unit_key}, {year}, {quarter}, {start_on}, {end_on}"
        raise ConfigError(
            f"{assignment.source.place('options')}: trong dấu ngoặc nhọn chỉ được dùng: {allowed}"
        ) from error


def _find_tables(
    assignment: Assignment, options: SpreadsheetOptions, export: Export
) -> list[tuple[SourceSheet, Header]]:
    """The sheets to read with their headers; raise SourceContractError naming file, sheet and columns."""
    ending = Path(export.name).suffix.lower()
    try:
        sheets = read_sheets(ending, export.content, partial(score_header, mapping=options))
    except UnreadableFileError as error:
        raise _broken(assignment, f"không đọc được {export.name}: {error}") from error
    wanted = [sheet for sheet in sheets if _is_wanted(sheet, options)]
    if not wanted:
        there = ", ".join(f"'{_show_sheet(sheet)}'" for sheet in sheets) or "không có"
        raise _broken(assignment, f"{export.name}: không có trang tính '{options.sheet}'; các trang đang hiện: {there}")
    best = max(score_header(sheet.rows[:60], options) for sheet in wanted)
    chosen = [s for s in wanted if len(wanted) == 1 or score_header(s.rows[:60], options) * 2 > best]
    return [(sheet, _read_header(assignment, options, export, sheet)) for sheet in chosen or wanted[:1]]


def _is_wanted(sheet: SourceSheet, options: SpreadsheetOptions) -> bool:
    return options.sheet is None or not sheet.name or fold(sheet.name) == fold(options.sheet)


def _read_header(assignment: Assignment, options: SpreadsheetOptions, export: Export, sheet: SourceSheet) -> Header:
    place = _name_place(export.name, _show_sheet(sheet))
    try:
        header = find_header(sheet, options)
    except NoTableError as error:
        raise _broken(assignment, f"{place}: {error}") from error
    double = ambiguous_headers(header, options)
    if double:
        raise _broken(assignment, f"{place}: cột '{double[0]}' có hai lần; ánh xạ bằng tên khác")
    if is_cut_off(sheet, header, options):
        raise _broken(assignment, f"không đọc được {place}: {CUT_OFF}")
    return header


def _show_sheet(sheet: SourceSheet) -> str:
    return SourceText(sheet.name).as_title()


def _name_place(file: str, sheet: str) -> str:
    return f"{file}, trang tính '{sheet}'" if sheet else file


def _say_empty(names: list[str]) -> str:
    return (
        f"{', '.join(dict.fromkeys(names))}: có tiêu đề mà không có bản ghi nào, cũng không có dòng tổng bằng 0. Tệp "
        "xuất rỗng không được coi là không có: hãy xuất lại, hoặc ghi options.may_be_empty: true nếu có thể không có"
    )


def _payloads(
    assignment: Assignment,
    options: SpreadsheetOptions,
    export: Export,
    sheet: SourceSheet,
    header: Header,
    facts: TableFacts,
) -> Iterator[RawPayload]:
    rows = CellScreen(options).screened(records(sheet, header, options))
    unknown = show_names(new_headers(header, options))
    first = True
    while (block := list(islice(rows, ROWS_A_PAYLOAD))) or first:
        first = False
        place = block[0]["row"] if block else 0
        yield make_payload(
            {"unknown_fields": unknown, "mapping": options.evidence(), "table": facts.as_kept(), "rows": block},
            export.content,
            source_code=assignment.source.source_code,
            unit_code=assignment.unit_code,
            window=assignment.window,
            request={
                "part": PART,
                "file": export.name,
                "sheet": _show_sheet(sheet),
                "order": [export.modified_at.isoformat(), export.name, _show_sheet(sheet), place],
            },
            fetched_at=min(export.modified_at, assignment.clock()),
        )


def _broken(assignment: Assignment, reason: str) -> SourceContractError:
    return SourceContractError(assignment.source.source_code, assignment.unit_code, reason)


def _unavailable(assignment: Assignment, reason: str) -> SourceUnavailableError:
    return SourceUnavailableError(assignment.source.source_code, assignment.unit_code, reason)
