"""A read-only SQL view the system's owner makes for us, in any database SQLAlchemy has a driver for.

Interface: one view per kind of record, its columns mapped to our fields in `sources.yaml` as those of a spreadsheet
are. Only mapped columns are selected. The address holds a password, hence stands behind a reference. Tested on
PostgreSQL and SQLite; on the others read-only and the time limit are asked for in their own words, untested.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson
from pydantic import Field

from baocao.catalogue.model import Secret
from baocao.domain import RawPayload
from baocao.errors import ConfigError, SourceContractError, SourceRejectedError, SourceUnavailableError
from baocao.references import read_reference
from baocao.source_text import SourceText
from connectors.asking.hours import await_opening
from connectors.assumptions import Assumption
from connectors.contract import Assignment, Connector, ParseResult
from connectors.files.cell_values import plain_cell
from connectors.files.column_mapping import ColumnMapping, fold, read_options
from connectors.files.kept_cells import CellScreen
from connectors.files.kept_tables import read_tables
from connectors.files.sql_reader import View, ViewChangedError, ViewRefusedError, ViewUnavailableError, open_view
from connectors.files.wholeness import TableFacts
from connectors.reading.minimising import make_payload, show_names
from connectors.reading.row_states import name_unseen
from connectors.reading.strict import Reader

PART = "view"


class SqlViewOptions(ColumnMapping):
    """Which view. With `day_column`, only rows of the period (and the source's `lookback_days`) are asked for."""

    url: Secret
    view: str
    db_schema: str | None = None
    day_column: str | None = None
    timeout_s: float = Field(default=60, gt=0, le=3600)
    block_rows: int = Field(default=5_000, ge=1, le=100_000)


class SqlView:
    """The connector `sql_view`; options as in SqlViewOptions."""

    code = "sql_view"
    kinds = ("documents", "dossiers", "procedures", "tallies")
    assumptions: tuple[Assumption, ...] = ()

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        options = read_options(assignment.source, SqlViewOptions).keeping(assignment.source.more)
        await_opening(assignment)
        view = _describe_view(assignment, options)
        names = assignment.source.source_code, assignment.unit_code
        try:
            with open_view(view) as (there, reader):
                places = _match_columns(assignment, options, there)
                yield from _payloads(assignment, options, there, places, reader.blocks(list(places)), reader.count())
        except ViewUnavailableError as error:
            raise SourceUnavailableError(*names, str(error)) from error
        except ViewRefusedError as error:
            raise SourceRejectedError(*names, str(error)) from error
        except ViewChangedError as error:
            raise SourceContractError(*names, str(error)) from error

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code)
        return read_tables(reader, payloads, lambda payload: f"khung nhìn {payload.request['view']}")


CONNECTOR: Connector = SqlView()
OPTIONS = SqlViewOptions


def _describe_view(assignment: Assignment, options: SqlViewOptions) -> View:
    url = read_reference(options.url, os.environ)
    if url is None:
        where = assignment.source.place("options", "url")
        raise ConfigError(f"{where}: {options.url} chưa được đặt hoặc không đọc được; đặt cho tài khoản chạy baocao.")
    asked = assignment.window.widened(before=assignment.source.lookback_days, after=1)
    return View(
        url=url,
        name=options.view,
        schema=options.db_schema,
        day_column=options.day_column,
        days=(asked.start_on, asked.end_on + timedelta(days=1)),
        timeout_s=options.timeout_s,
        block_rows=options.block_rows,
    )


def _match_columns(assignment: Assignment, options: SqlViewOptions, there: Sequence[str]) -> Mapping[str, list[str]]:
    """The view's columns to select, each with our fields it serves; SourceContractError names what is not found."""
    by_folded = {fold(name): name for name in there}
    places: dict[str, list[str]] = {}
    missing = []
    for name, headers in options.columns.items():
        found = next((by_folded[fold(header)] for header in headers if fold(header) in by_folded), None)
        if found is None:
            missing.append(" / ".join(headers))
        else:
            places.setdefault(found, []).append(name)
    if missing:
        names = assignment.source.source_code, assignment.unit_code
        shown = ", ".join(SourceText(name).as_title() for name in there)
        raise SourceContractError(
            *names,
            f"khung nhìn '{options.view}': không có cột {', '.join(missing)}; các cột đang có: {shown}",
        )
    return places


def _payloads(
    assignment: Assignment,
    options: SqlViewOptions,
    there: Sequence[str],
    places: Mapping[str, list[str]],
    blocks: Iterator[Sequence[Sequence[Any]]],
    counted: int,
) -> Iterator[RawPayload]:
    new = [name for name in there if name not in places and fold(name) not in options.ignored_headers]
    unknown = show_names([*new, *name_unseen(new)])
    facts = TableFacts(record_count=counted, counted=counted).as_kept()
    number, screen = 0, CellScreen(options)
    for block in _at_least_one(blocks):
        rows = list(screen.screened(_row(number + place, v, places) for place, v in enumerate(block, start=1)))
        content = {"unknown_fields": unknown, "mapping": options.evidence(), "table": facts, "rows": rows}
        yield make_payload(
            content,
            orjson.dumps(rows),
            source_code=assignment.source.source_code,
            unit_code=assignment.unit_code,
            window=assignment.window,
            request={"part": PART, "view": options.view, "order": [number]},
            fetched_at=assignment.clock(),
        )
        number += len(block)


def _at_least_one(blocks: Iterator[Sequence[Sequence[Any]]]) -> Iterator[Sequence[Sequence[Any]]]:
    """An empty view is an answer too."""
    yield next(blocks, ())
    yield from blocks


def _row(number: int, values: Sequence[Any], places: Mapping[str, list[str]]) -> dict[str, Any]:
    row: dict[str, Any] = {"row": number}
    for value, fields in zip(values, places.values(), strict=True):
        row.update(dict.fromkeys(fields, plain_cell(value)))
    return row
