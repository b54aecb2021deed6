"""The very records behind a figure of a vintage, chosen once more from its kept answers by the definitions of its time.

Codes, days and statuses only: nothing else of a record is kept.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue, Count, Indicator
from baocao.documents.files import write_file
from baocao.domain import VIETNAM
from baocao.errors import ConfigError
from baocao.messages import say_unknown
from baocao.records import COLUMNS
from baocao.selection import select_records
from baocao.store import VintageKey
from baocao.vocabulary import FIELDS, VALUES
from reporting.configurations import configuration_of
from reporting.gathering import gather_from_payloads
from reporting.plan import make_plan
from reporting.roll_up.below import UnitLine
from reporting.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

TIMES = "số bản ghi"
UNIT_COLUMNS = ("mã đơn vị", "đơn vị", "số liệu", "lấy từ")
SHEET_NAME_LENGTH = 31


@dataclass(frozen=True)
class CountedRecords:
    """What one count counted: `rows` under `columns`. `kept` is the figure in the vintage, as a person reads it.

    `heading` is said of what is no list of records: of the units a figure was added up from.
    """

    indicator_code: str
    label: str
    kept: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    heading: str = ""

    @property
    def says(self) -> str:
        if self.heading:
            return self.heading
        counted = f"{self.label}: {len(self.rows)}"
        return (
            counted
            if str(len(self.rows)) == self.kept
            else f"{counted} (khác số đã ghi: {self.kept}; xem đính chính trong ghi chú của ô)"
        )


def find_counted(workspace: Workspace, key: VintageKey, indicator_code: str | None) -> tuple[CountedRecords, ...]:
    """For a ratio of its numerator and denominator. Raise ConfigError where no record stands behind the figure."""
    vintage = workspace.store.vintages.find(key)
    with configuration_of(workspace, vintage.config_hash) as catalogue:
        then = replace(workspace, catalogue=catalogue)
        counted = list(_counts_of(catalogue, indicator_code))
        plan = make_plan(catalogue, key.unit_code, key.period.code, key.form_code, workspace.settings.now())
        gathered = gather_from_payloads(then, plan, key)
        if gathered.below is not None or not counted:
            raise ConfigError(f"{key}: ô này không đếm từ hồ sơ hay thủ tục của chính đơn vị, nên không có danh sách.")
        values = {one.indicator_code: one.value for one in workspace.store.contents.observations(key)}
        frames = {system: source.frames for system, source in gathered.records.items() if source.failure is None}
        found = []
        for indicator, definition in counted:
            own = frames.get(indicator.system, {}) if indicator.system else {}
            every: dict[str, pd.DataFrame] = {name: one for each in frames.values() for name, one in each.items()}
            if definition.records not in own:
                raise ConfigError(f"{key}: hệ thống chỉ cho số tổng hợp của “{indicator.label}”, không có danh sách.")
            chosen, _ = select_records(definition, {**every, **own}, plan.window)
            value = values.get(indicator.indicator_code)
            kept = "chưa có" if value is None else f"{value:f}"
            found.append(CountedRecords(indicator.indicator_code, indicator.label, kept, *_tell(definition, chosen)))
        return tuple(found)


def list_units(lines: Iterable[UnitLine]) -> tuple[CountedRecords, ...]:
    """The units a rolled-up figure was added up from, each with its own figure and the form it stands in."""
    by_code: dict[str, list[UnitLine]] = {}
    for line in lines:
        by_code.setdefault(line.indicator_code, []).append(line)
    return tuple(_list_units(code, found) for code, found in by_code.items())


def find_counted_below(
    workspace: Workspace, key: VintageKey, indicator_code: str | None, lines: Iterable[UnitLine], unit_code: str
) -> tuple[CountedRecords, ...]:
    """The records of one of the units, as they stood in the form of it that was added up."""
    made = {line.unit_code: line.vintage for line in lines if line.vintage is not None}
    if unit_code not in made:
        raise ConfigError(say_unknown("đơn vị có biểu trong số tổng hợp", unit_code, list(made)))
    return find_counted(workspace, replace(key, unit_code=unit_code, vintage=made[unit_code]), indicator_code)


def _list_units(code: str, lines: list[UnitLine]) -> CountedRecords:
    rows = tuple((one.unit_code, one.name, "" if one.value is None else f"{one.value:f}", one.which) for one in lines)
    given = sum(one.value is not None for one in lines)
    heading = f"{lines[0].label}: số của {given} đơn vị" + (
        f", thiếu {len(lines) - given}" if given < len(lines) else ""
    )
    return CountedRecords(code, lines[0].label, "", UNIT_COLUMNS, rows, heading)


def write_counted(lists: tuple[CountedRecords, ...], file: Path) -> None:
    """One sheet for each count; every cell is text."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for number, one in enumerate(lists, start=1):
            sheet = book.add_worksheet(f"{number}. {one.indicator_code}"[:SHEET_NAME_LENGTH])
            sheet.write_string(0, 0, one.says)
            for place, row in enumerate((one.columns, *one.rows), start=2):
                for column, text in enumerate(row):
                    sheet.write_string(place, column, text)
    write_file(file, content.getvalue())


def _counts_of(catalogue: Catalogue, code: str | None) -> Iterator[tuple[Indicator, Count]]:
    if code is None:
        return
    indicator = catalogue.indicator(code)
    for one in catalogue.base_figures(indicator):
        if one.count is not None:
            yield one, one.count


def _tell(definition: Count, chosen: "pd.DataFrame") -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """By key where different keys are counted, else record by record, in the order of their codes."""
    if definition.distinct is not None:
        times: Mapping[Any, int] = chosen[definition.distinct].astype(object).value_counts().to_dict()
        keys = sorted((str(key), str(count)) for key, count in times.items())
        return (_name(definition.distinct), TIMES), tuple(keys)
    names = list(COLUMNS[definition.records])
    rows = chosen[names].astype(object).itertuples(index=False, name=None)
    return tuple(map(_name, names)), tuple(sorted(tuple(map(_say, row)) for row in rows))


def _name(column: str) -> str:
    return FIELDS.get(column, column)


def _say(value: Any) -> str:
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124  # NaN alone
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value.tz_convert(VIETNAM):%d/%m/%Y %H:%M}" if value.tzinfo else f"{value:%d/%m/%Y}"
    return VALUES.get(value, str(value)) if isinstance(value, str | bool) else str(value)
