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

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from baocao.domain import RawPayload
from connectors.assumptions import Assumption
from connectors.contract import Assignment, Connector, ParseResult
from connectors.files.column_mapping import fold, read_options
from connectors.files.exports import Export, SpreadsheetOptions, broken, find_exports, name_place, show_sheet
from connectors.files.kept_cells import CellScreen
from connectors.files.kept_tables import read_tables
from connectors.files.sheets import SourceSheet, UnreadableFileError
from connectors.files.spreadsheet_files import read_sheets
from connectors.files.spreadsheet_table import (
    Header,
    NoTableError,
    ambiguous_headers,
    column_values,
    find_header,
    new_headers,
    records,
    score_header,
)
from connectors.files.text_tables import CUT_OFF
from connectors.files.wholeness import TableFacts, is_cut_off, look_at
from connectors.reading.minimising import make_payload, show_names
from connectors.reading.row_states import name_states
from connectors.reading.strict import Reader

PART = "table"
ROWS_A_PAYLOAD = 5_000


class Spreadsheet:
    """The connector `spreadsheet`; options as in SpreadsheetOptions."""

    code = "spreadsheet"
    kinds = ("documents", "dossiers", "procedures", "tallies")
    assumptions: tuple[Assumption, ...] = ()

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        options = read_options(assignment.source, SpreadsheetOptions).keeping(assignment.source.more)
        tables = [
            (export, sheet, header, look_at(sheet, header, options))
            for export in find_exports(assignment, options)
            for sheet, header in _find_tables(assignment, options, export)
        ]
        found = [facts for *_, facts in tables]
        is_told = any(facts.record_count or (facts.totals and max(facts.totals) == 0) for facts in found)
        if not is_told and not options.may_be_empty:
            raise broken(assignment, _say_empty([export.name for export, *_ in tables]))
        for export, sheet, header, facts in tables:
            yield from _payloads(assignment, options, export, sheet, header, facts)

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code)
        return read_tables(
            reader, payloads, lambda payload: name_place(payload.request["file"], payload.request["sheet"])
        )


CONNECTOR: Connector = Spreadsheet()
OPTIONS = SpreadsheetOptions


def _find_tables(
    assignment: Assignment, options: SpreadsheetOptions, export: Export
) -> list[tuple[SourceSheet, Header]]:
    """The sheets to read with their headers; raise SourceContractError naming file, sheet and columns."""
    ending = Path(export.name).suffix.lower()
    try:
        sheets = read_sheets(ending, export.content, partial(score_header, mapping=options))
    except UnreadableFileError as error:
        raise broken(assignment, f"không đọc được {export.name}: {error}") from error
    wanted = [sheet for sheet in sheets if _is_wanted(sheet, options)]
    if not wanted:
        there = ", ".join(f"'{show_sheet(sheet)}'" for sheet in sheets) or "không có"
        raise broken(assignment, f"{export.name}: không có trang tính '{options.sheet}'; các trang đang hiện: {there}")
    best = max(score_header(sheet.rows[:60], options) for sheet in wanted)
    chosen = [s for s in wanted if len(wanted) == 1 or score_header(s.rows[:60], options) * 2 > best]
    return [(sheet, _read_header(assignment, options, export, sheet)) for sheet in chosen or wanted[:1]]


def _is_wanted(sheet: SourceSheet, options: SpreadsheetOptions) -> bool:
    return options.sheet is None or not sheet.name or fold(sheet.name) == fold(options.sheet)


def _read_header(assignment: Assignment, options: SpreadsheetOptions, export: Export, sheet: SourceSheet) -> Header:
    place = name_place(export.name, show_sheet(sheet))
    try:
        header = find_header(sheet, options)
    except NoTableError as error:
        raise broken(assignment, f"{place}: {error}") from error
    double = ambiguous_headers(header, options)
    if double:
        raise broken(assignment, f"{place}: cột '{double[0]}' có hai lần; ánh xạ bằng tên khác")
    if is_cut_off(sheet, header, options):
        raise broken(assignment, f"không đọc được {place}: {CUT_OFF}")
    return header


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
    new = new_headers(header, options)
    unknown = show_names([*new, *name_states(new, options.columns, partial(column_values, sheet, header, options))])
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
                "sheet": show_sheet(sheet),
                "order": [export.modified_at.isoformat(), export.name, show_sheet(sheet), place],
            },
            fetched_at=min(export.modified_at, assignment.clock()),
        )
