"""The files people drop into a folder for a period, oldest first; a place in them, as it is named."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from baocao.domain import Window
from baocao.errors import ConfigError, SourceContractError, SourceUnavailableError
from baocao.messages import may_be_shown
from baocao.names import is_plain_path
from baocao.source_text import SourceText
from connectors.contract import UNIT_MARK, Assignment
from connectors.files.column_mapping import ColumnMapping
from connectors.files.sheets import SourceSheet

ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html", ".xml")
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


def find_exports(assignment: Assignment, options: SpreadsheetOptions) -> list[Export]:
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
            raise unavailable(
                assignment, f"không đọc được thư mục {show(options.folder)} (lỗi {error.errno})"
            ) from error
        if not paths:
            names = [SourceText(path.name).as_file_name() for path in _list_folder(folder)[:20]]
            there = ", ".join(names) or "không có gì, hoặc không có thư mục này"
            wanted = ", ".join(map(show, options.files))
            what = f"chưa có tệp {wanted}{part} trong {show(options.folder)}; đang có: {there}"
            raise unavailable(assignment, what)
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
        raise broken(assignment, f"{SourceText(path.name).as_file_name()} lớn hơn {most:g} MB")
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


def show_sheet(sheet: SourceSheet) -> str:
    return SourceText(sheet.name).as_title()


def name_place(file: str, sheet: str) -> str:
    return f"{file}, trang tính '{sheet}'" if sheet else file


def broken(assignment: Assignment, reason: str) -> SourceContractError:
    return SourceContractError(assignment.source.source_code, assignment.unit_code, reason)


def unavailable(assignment: Assignment, reason: str) -> SourceUnavailableError:
    return SourceUnavailableError(assignment.source.source_code, assignment.unit_code, reason)
