"""The files of the configuration folder held against one another: every name that points at nothing, in its place."""

import re
from collections.abc import Iterator, Mapping

from baocao.catalogue.computed import find_wrong_computed
from baocao.catalogue.fields import FIELDS
from baocao.catalogue.folder_files import INDICATORS, OWED, FolderFiles
from baocao.catalogue.forms import Form, FormRow
from baocao.catalogue.indicators import KINDS
from baocao.catalogue.matrix import Matrix
from baocao.catalogue.measures import MEASURES, tell_wrong_unit
from baocao.catalogue.owed import Obligation, find_overlaps, find_owed_twice
from baocao.catalogue.sites import SiteDifferences, SiteFile, site_path
from baocao.catalogue.sources import Source
from baocao.catalogue.units import Unit
from baocao.catalogue.yaml_files import FolderReading
from baocao.catalogue.yaml_text import Place
from baocao.errors import ConfigError
from baocao.groups import Dimension
from baocao.names import find_name_fault

_UNIT_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE_NAME = re.compile(r"[A-Za-z0-9_]+([.-][A-Za-z0-9_]+)*")
_GROUP = re.compile(rf"({'|'.join(Dimension)}):\S+")
UNIT_FORM = "tên đơn vị chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, như xa-binh-minh"
_OWN_KEY = "sửa number, hoặc ghi thêm key (như II.1) nếu mẫu đánh số lại từ đầu dưới mỗi đề mục"
CODE_FORM = "tên chỉ gồm chữ không dấu, chữ số, dấu gạch dưới và gạch nối"


def read_folder(reading: FolderReading) -> FolderFiles:
    """What is wrong of a file, or between two, is noted in `reading`."""
    files = FolderFiles.read(reading)
    _check(files)
    return files


def _check(files: FolderFiles) -> None:
    _check_names(files, "units.yaml", "units", _UNIT_NAME, UNIT_FORM)
    _check_names(files, "sources.yaml", "sources", _CODE_NAME, CODE_FORM)
    for file in files.indicator_files:
        _check_names(files, file, "indicators", _CODE_NAME, CODE_FORM)
    if files.texts.get(FIELDS) is not None:
        _check_names(files, FIELDS, "fields", _CODE_NAME, CODE_FORM)
    if files.texts.get(MEASURES) is not None:
        _check_names(files, MEASURES, "measures", _CODE_NAME, CODE_FORM)
    _check_indicators(files)
    for code, form in files.forms.items():
        _check_form(files, f"forms/{code}.yaml", form)
    for code, says in find_overlaps(files.forms):
        files.note(f"forms/{code}.yaml", ("valid_to",), says)
    for code, unit in files.units.units.items():
        _check_unit(files, code, unit)
    if files.owed is not None:
        _check_owed(files, files.owed.owed)
    for code, source in files.sources.sources.items():
        _check_site(files, code, source)
    _check_limits(files)


def _check_limits(files: FolderFiles) -> None:
    for number, known in enumerate(files.limits.history.breaks):
        place = ("history", "breaks", number)
        files.require("checks.yaml", (*place, "units"), "đơn vị", known.units, files.unit_names)
        files.require("checks.yaml", (*place, "indicators"), "chỉ tiêu", known.indicators, files.indicator_names)
    for number, gap in enumerate(files.limits.gap.known):
        files.require("checks.yaml", ("gap", "known", number, "units"), "đơn vị", gap.units, files.unit_names)


def _check_names(files: FolderFiles, file: str, key: str, shape: re.Pattern[str], says: str) -> None:
    names = files.names(file, key) or ()
    for name in names:
        if not shape.fullmatch(name):
            files.note(file, (key, name), says)
        elif fault := find_name_fault(name, names):
            files.note(file, (key, name), f"không dùng làm tên được: {fault}")


def _check_indicators(files: FolderFiles) -> None:
    owners = files.names(INDICATORS, "owners")
    for code, indicator in files.indicators.indicators.items():
        file, place = files.file_of("indicators", code), ("indicators", code)
        files.require(file, (*place, "owner"), "người phụ trách", (indicator.owner,), owners)
        key = next((name for name in KINDS if getattr(indicator, name) is not None), "")
        for name, other in ((key, indicator.inputs), ("part_of", filter(None, (indicator.part_of,)))):
            files.require(file, (*place, name), "chỉ tiêu", other, files.indicator_names)
    for code, says in find_wrong_computed(files.indicators.indicators):
        files.note(files.file_of("indicators", code), ("indicators", code), says)
    for code, balance in files.indicators.balances.items():
        file = files.file_of("balances", code)
        for key in ("left", "right"):
            files.require(file, ("balances", code, key), "chỉ tiêu", getattr(balance, key), files.indicator_names)


def _check_form(files: FolderFiles, file: str, form: Form) -> None:
    if form.form_code and f"forms/{form.form_code}.yaml" != file:
        files.note(file, ("form_code",), "phải trùng với tên tệp, hoặc bỏ khóa này")
    if form.word_template and not (files.reading.folder / form.word_template).is_file():
        files.note(file, ("word_template",), "không có tệp này trong thư mục cấu hình")
    _check_keys(files, file)
    if form.matrix is not None:
        _check_matrix(files, file, form.matrix)
        _check_matrix_crosswalk(files, file, form.matrix)
        return
    for row in form.rows:
        place = _place_of(files, file, row)
        files.require(file, (*place, "indicator"), "chỉ tiêu", filter(None, (row.indicator,)), files.indicator_names)
        indicator = files.indicators.indicators.get(row.indicator or "")
        if indicator and (says := tell_wrong_unit(row.meant_unit, indicator.measure, files.measures.values())):
            files.note(file, (*place, "unit"), f"{says} ({row.indicator})")
        for other, key in row.crosswalk.items():
            files.require(file, (*place, "crosswalk"), "biểu mẫu", (other,), files.form_names)
            if other in files.forms:
                keys = [found.key for found in files.forms[other].rows]
                files.require(file, (*place, "crosswalk", other), "dòng", (key,), keys)


def _check_matrix_crosswalk(files: FolderFiles, file: str, matrix: Matrix) -> None:
    for at, column in enumerate(matrix.columns):
        place = ("matrix", "columns", at, "crosswalk")
        for other, number in column.crosswalk.items():
            files.require(file, place, "biểu mẫu", (other,), files.form_names)
            before = files.forms[other].matrix if other in files.forms else None
            if other in files.forms:
                known = [one.number for one in before.figure_columns] if before else []
                files.require(file, (*place, other), "cột", (number,), known)


def _check_matrix(files: FolderFiles, file: str, matrix: Matrix) -> None:
    """Every figure by its place: a column's, a line's, a single cell's; every group by its dimension."""
    named: list[tuple[Place, str | None, str | None]] = [
        (("columns", number), column.indicator, column.group) for number, column in enumerate(matrix.columns)
    ]
    for number, line in enumerate(matrix.lines):
        named.append((("lines", number), line.indicator, line.group))
        named += [(("lines", number, "cells"), code, None) for code in line.cells.values()]
    for place, code, group in named:
        files.require(file, ("matrix", *place), "chỉ tiêu", filter(None, (code,)), files.indicator_names)
        if group and not _GROUP.fullmatch(group):
            files.note(
                file, ("matrix", *place, "group"), "ghi như field:ho_tich, unit:xa-binh-minh, procedure:1.001193"
            )


def _check_unit(files: FolderFiles, code: str, unit: Unit) -> None:
    file, place = "units.yaml", ("units", code)
    if unit.covering_template and not (files.reading.folder / unit.covering_template).is_file():
        files.note(file, (*place, "covering_template"), "không có tệp này trong thư mục cấu hình")
    files.require(file, (*place, "parent"), "đơn vị", filter(None, (unit.parent,)), files.unit_names)
    files.require(file, (*place, "predecessors"), "đơn vị", unit.predecessors, files.unit_names)
    files.require(file, (*place, "regime"), "chế độ", (unit.regime,), files.names("calendars.yaml", "regimes"))
    sources = files.names("sources.yaml", "sources")
    files.require(file, (*place, "source_keys"), "nguồn trong sources.yaml", unit.source_keys, sources)
    known = [(name, files.sources.sources[name]) for name in unit.source_keys if name in files.sources.sources]
    if len(known) == len(unit.source_keys):
        for says in find_wrong_roles(dict(known)):
            files.note(file, (*place, "source_keys"), says)


def _check_owed(files: FolderFiles, owed: Mapping[str, Obligation]) -> None:
    series = [form.series or code for code, form in files.forms.items()]
    regimes = files.calendar.regimes
    for key, one in owed.items():
        place = ("owed", key)
        files.require(OWED, (*place, "series"), "loạt mẫu", (one.series,), dict.fromkeys(series))
        files.require(OWED, (*place, "units"), "đơn vị", one.units, files.unit_names)
        named = filter(None, (one.regime,))
        files.require(OWED, (*place, "regime"), "chế độ", named, files.names("calendars.yaml", "regimes"))
        if one.regime in regimes:
            files.require(
                OWED, (*place, "parts"), f"kỳ của chế độ {one.regime}", one.parts, regimes[one.regime].part_codes
            )
    for key, says in find_owed_twice(owed, files.units.units, files.calendar):
        files.note(OWED, ("owed", key), says)


def _check_site(files: FolderFiles, code: str, source: Source) -> None:
    if not source.site:
        return
    place = ("sources", code, "site")
    if "site" in source.options:
        files.note("sources.yaml", place, "có cả site và options.site; chỉ giữ một")
    try:
        name = f"sites/{site_path(files.reading.folder, source.site).name}"
    except ConfigError as error:
        files.note("sources.yaml", place, str(error))
        return
    if name not in files.texts:
        files.examine(name, SiteFile)
    file = files.texts[name]
    if file is not None and (dialects := file.names_at("dialects")):
        files.require("sources.yaml", place, f"giao thức trong {name}", (source.connector,), dialects)
        if source.connector in dialects:
            file.examine(SiteDifferences, ("dialects", source.connector))


def _check_keys(files: FolderFiles, file: str) -> None:
    """A cell twice: each row's key is one row's."""
    seen: set[str] = set()
    for number, key in files.keys_of(file):
        if key in seen:
            files.note(file, ("rows", number), f"ô {key} đã có ở dòng trên; {_OWN_KEY}")
        seen.add(key)


def _place_of(files: FolderFiles, file: str, row: FormRow) -> Place:
    """By its key, for rows that are wrong are not among those read."""
    return ("rows", next((number for number, key in files.keys_of(file) if key == row.key), 0))


def find_wrong_roles(sources: Mapping[str, Source]) -> Iterator[str]:
    """Two sources for the figures of one system; one that is compared where there is nothing to compare with."""
    figures: dict[str, list[str]] = {}
    for code, source in sources.items():
        if source.role == "figures":
            figures.setdefault(source.system, []).append(code)
    for system, codes in figures.items():
        if len(codes) > 1:
            yield (
                f"hai nguồn cùng cho số liệu {system}: {', '.join(codes)}; số liệu chỉ lấy từ một nguồn, nguồn kia ghi "
                "role: comparison trong sources.yaml, hoặc bỏ khỏi đây"
            )
    for code, source in sources.items():
        if source.role == "comparison" and source.system not in figures:
            yield (
                f"{code} chỉ để đối chiếu (role: comparison trong sources.yaml) mà không nguồn nào khác cho số liệu "
                f"{source.system}; thêm nguồn đó, hoặc bỏ role"
            )
