"""The files of the configuration folder held against one another: every name that points at nothing, in its place."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from baocao.calendar import Calendar
from baocao.catalogue.checks import CheckLimits
from baocao.catalogue.computed import find_wrong_computed
from baocao.catalogue.fields import FIELDS, FieldList
from baocao.catalogue.file_place import Lines
from baocao.catalogue.forms import Form, FormRow
from baocao.catalogue.indicators import KINDS, Indicators, MoreIndicators
from baocao.catalogue.matrix import Matrix
from baocao.catalogue.measures import MEASURES, Measures, context_of, measures_of, read_measures, tell_wrong_unit
from baocao.catalogue.model import YamlModel
from baocao.catalogue.owed import Obligation, Obligations, find_overlaps, find_owed_twice
from baocao.catalogue.sites import SiteDifferences, SiteFile, site_path
from baocao.catalogue.sources import Source, Sources
from baocao.catalogue.units import Unit, Units
from baocao.catalogue.yaml_files import FolderReading, Model, YamlFile
from baocao.catalogue.yaml_text import Place
from baocao.domain import FIRST_MEASURES, Measure
from baocao.errors import ConfigError
from baocao.groups import Dimension
from baocao.messages import say_unknown
from baocao.names import find_name_fault

OWED, INDICATORS = "owed.yaml", "indicators.yaml"
Entry = TypeVar("Entry", bound=YamlModel)
_UNIT_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE_NAME = re.compile(r"[A-Za-z0-9_]+([.-][A-Za-z0-9_]+)*")
_GROUP = re.compile(rf"({'|'.join(Dimension)}):\S+")
UNIT_FORM = "tên đơn vị chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, như xa-binh-minh"
_OWN_KEY = "sửa number, hoặc ghi thêm key (như II.1) nếu mẫu đánh số lại từ đầu dưới mỗi đề mục"
CODE_FORM = "tên chỉ gồm chữ không dấu, chữ số, dấu gạch dưới và gạch nối"


@dataclass
class FolderFiles:
    """The files every command reads, and what is right of each; a file that could not be read is None."""

    reading: FolderReading
    texts: dict[str, YamlFile | None] = field(default_factory=dict)
    indicators: Indicators = field(default_factory=lambda: Indicators(owners={}, indicators={}))
    calendar: Calendar = field(default_factory=lambda: Calendar(regimes={}))
    units: Units = field(default_factory=lambda: Units(units={}))
    sources: Sources = field(default_factory=lambda: Sources(sources={}))
    limits: CheckLimits = field(default_factory=CheckLimits)
    forms: dict[str, Form] = field(default_factory=dict)
    owed: Obligations | None = None
    measures: dict[str, Measure] = field(default_factory=lambda: dict(FIRST_MEASURES))
    fields: FieldList = field(default_factory=FieldList)

    @classmethod
    def read(cls, reading: FolderReading) -> "FolderFiles":
        """What is wrong is noted in `reading`."""
        files = cls(reading)
        if reading.find(MEASURES).exists():
            files.measures = measures_of(files._examine(MEASURES, Measures))
        context = context_of(files.measures)
        files.indicators = files._examine(INDICATORS, Indicators, context) or files.indicators
        for name in reading.list_names("indicators"):
            files._add_indicators(name)
        if reading.find(FIELDS).exists():
            files.fields = files._examine(FIELDS, FieldList) or files.fields
        files.calendar = files._examine("calendars.yaml", Calendar) or files.calendar
        files.units = files._examine("units.yaml", Units) or files.units
        files.sources = files._examine("sources.yaml", Sources) or files.sources
        if (reading.folder / "checks.yaml").exists():
            files.limits = files._examine("checks.yaml", CheckLimits) or files.limits
        for name in reading.list_names("forms"):
            form, stem = files._examine(name, Form), Path(name).stem
            if fault := find_name_fault(stem):
                files._note(name, (), f"tên tệp không dùng được: {fault}")
            elif form is not None:
                files.forms[stem] = form
        if (reading.folder / OWED).exists():
            files.owed = files._examine(OWED, Obligations) or Obligations(owed={})
        files._check()
        return files

    def lines_of(self, file: str) -> Lines:
        text = self.texts.get(file)
        return Lines(text.text.find_line) if text is not None else Lines()

    def names(self, file: str, key: str) -> tuple[str, ...] | None:
        """The names a file gives, wrong entries too; None where it could not be read, so that none can be missed."""
        text = self.texts.get(file)
        return None if text is None else text.names_at(key)

    def _examine(self, name: str, model: type[Model], context: Mapping[str, Any] | None = None) -> Model | None:
        file = self.texts[name] = self.reading.open(name)
        return file.examine(model, context=context) if file is not None else None

    def _add_indicators(self, name: str) -> None:
        """Those of a file of their own; a name that another file gives already is noted."""
        file = self.texts[name] = self.reading.open(name)
        if file is None:
            return
        own = read_measures(file.text.content)
        for code in own.keys() & self.measures.keys():
            self._note(name, ("measures", code), "đơn vị tính này đã có; bỏ ở đây, hoặc đặt tên khác")
        self.measures = {**own, **self.measures}
        more = file.examine(MoreIndicators, context=context_of(self.measures))
        if more is None:
            return
        known = self.indicators
        for key, mine, others in (
            ("indicators", more.indicators, known.indicators),
            ("balances", more.balances, known.balances),
        ):
            for code in mine:
                if code in others:
                    self._note(name, (key, code), f"tên này đã có trong {self._file_of(key, code, name)}; đặt tên khác")
        self.indicators = known.model_copy(
            update={
                "indicators": {**known.indicators, **_where_shown(more.indicators, known.indicators)},
                "balances": {**known.balances, **_where_shown(more.balances, known.balances)},
            }
        )

    def _check(self) -> None:
        self._check_names("units.yaml", "units", _UNIT_NAME, UNIT_FORM)
        self._check_names("sources.yaml", "sources", _CODE_NAME, CODE_FORM)
        for file in self._indicator_files:
            self._check_names(file, "indicators", _CODE_NAME, CODE_FORM)
        if self.texts.get(FIELDS) is not None:
            self._check_names(FIELDS, "fields", _CODE_NAME, CODE_FORM)
        if self.texts.get(MEASURES) is not None:
            self._check_names(MEASURES, "measures", _CODE_NAME, CODE_FORM)
        self._check_indicators()
        for code, form in self.forms.items():
            self._check_form(f"forms/{code}.yaml", form)
        for code, says in find_overlaps(self.forms):
            self._note(f"forms/{code}.yaml", ("valid_to",), says)
        for code, unit in self.units.units.items():
            self._check_unit(code, unit)
        if self.owed is not None:
            self._check_owed(self.owed.owed)
        for code, source in self.sources.sources.items():
            self._check_site(code, source)
        self._check_limits()

    def _check_limits(self) -> None:
        for number, known in enumerate(self.limits.history.breaks):
            place = ("history", "breaks", number)
            self._require("checks.yaml", (*place, "units"), "đơn vị", known.units, self.unit_names)
            self._require("checks.yaml", (*place, "indicators"), "chỉ tiêu", known.indicators, self.indicator_names)
        for number, gap in enumerate(self.limits.gap.known):
            self._require("checks.yaml", ("gap", "known", number, "units"), "đơn vị", gap.units, self.unit_names)

    def _check_names(self, file: str, key: str, shape: re.Pattern[str], says: str) -> None:
        names = self.names(file, key) or ()
        for name in names:
            if not shape.fullmatch(name):
                self._note(file, (key, name), says)
            elif fault := find_name_fault(name, names):
                self._note(file, (key, name), f"không dùng làm tên được: {fault}")

    def _check_indicators(self) -> None:
        owners = self.names(INDICATORS, "owners")
        for code, indicator in self.indicators.indicators.items():
            file, place = self._file_of("indicators", code), ("indicators", code)
            self._require(file, (*place, "owner"), "người phụ trách", (indicator.owner,), owners)
            key = next((name for name in KINDS if getattr(indicator, name) is not None), "")
            for name, other in ((key, indicator.inputs), ("part_of", filter(None, (indicator.part_of,)))):
                self._require(file, (*place, name), "chỉ tiêu", other, self.indicator_names)
        for code, says in find_wrong_computed(self.indicators.indicators):
            self._note(self._file_of("indicators", code), ("indicators", code), says)
        for code, balance in self.indicators.balances.items():
            file = self._file_of("balances", code)
            for key in ("left", "right"):
                self._require(file, ("balances", code, key), "chỉ tiêu", getattr(balance, key), self.indicator_names)

    def _check_form(self, file: str, form: Form) -> None:
        if form.form_code and f"forms/{form.form_code}.yaml" != file:
            self._note(file, ("form_code",), "phải trùng với tên tệp, hoặc bỏ khóa này")
        if form.word_template and not (self.reading.folder / form.word_template).is_file():
            self._note(file, ("word_template",), "không có tệp này trong thư mục cấu hình")
        self._check_keys(file)
        if form.matrix is not None:
            self._check_matrix(file, form.matrix)
            return
        for row in form.rows:
            place = self._place_of(file, row)
            self._require(file, (*place, "indicator"), "chỉ tiêu", filter(None, (row.indicator,)), self.indicator_names)
            indicator = self.indicators.indicators.get(row.indicator or "")
            if indicator and (says := tell_wrong_unit(row.meant_unit, indicator.measure, self.measures.values())):
                self._note(file, (*place, "unit"), f"{says} ({row.indicator})")
            for other, key in row.crosswalk.items():
                self._require(file, (*place, "crosswalk"), "biểu mẫu", (other,), self._form_names)
                if other in self.forms:
                    keys = [found.key for found in self.forms[other].rows]
                    self._require(file, (*place, "crosswalk", other), "dòng", (key,), keys)

    def _check_matrix(self, file: str, matrix: Matrix) -> None:
        """Every figure by its place: a column's, a line's, a single cell's; every group by its dimension."""
        named: list[tuple[Place, str | None, str | None]] = [
            (("columns", number), column.indicator, column.group) for number, column in enumerate(matrix.columns)
        ]
        for number, line in enumerate(matrix.lines):
            named.append((("lines", number), line.indicator, line.group))
            named += [(("lines", number, "cells"), code, None) for code in line.cells.values()]
        for place, code, group in named:
            self._require(file, ("matrix", *place), "chỉ tiêu", filter(None, (code,)), self.indicator_names)
            if group and not _GROUP.fullmatch(group):
                self._note(
                    file, ("matrix", *place, "group"), "ghi như field:ho_tich, unit:xa-binh-minh, procedure:1.001193"
                )

    def _check_unit(self, code: str, unit: Unit) -> None:
        file, place = "units.yaml", ("units", code)
        if unit.covering_template and not (self.reading.folder / unit.covering_template).is_file():
            self._note(file, (*place, "covering_template"), "không có tệp này trong thư mục cấu hình")
        self._require(file, (*place, "parent"), "đơn vị", filter(None, (unit.parent,)), self.unit_names)
        self._require(file, (*place, "predecessors"), "đơn vị", unit.predecessors, self.unit_names)
        self._require(file, (*place, "regime"), "chế độ", (unit.regime,), self.names("calendars.yaml", "regimes"))
        sources = self.names("sources.yaml", "sources")
        self._require(file, (*place, "source_keys"), "nguồn trong sources.yaml", unit.source_keys, sources)
        known = [(name, self.sources.sources[name]) for name in unit.source_keys if name in self.sources.sources]
        if len(known) == len(unit.source_keys):
            for says in find_wrong_roles(dict(known)):
                self._note(file, (*place, "source_keys"), says)

    def _check_owed(self, owed: Mapping[str, Obligation]) -> None:
        series = [form.series or code for code, form in self.forms.items()]
        regimes = self.calendar.regimes
        for key, one in owed.items():
            place = ("owed", key)
            self._require(OWED, (*place, "series"), "loạt mẫu", (one.series,), dict.fromkeys(series))
            self._require(OWED, (*place, "units"), "đơn vị", one.units, self.unit_names)
            named = filter(None, (one.regime,))
            self._require(OWED, (*place, "regime"), "chế độ", named, self.names("calendars.yaml", "regimes"))
            if one.regime in regimes:
                self._require(
                    OWED, (*place, "parts"), f"kỳ của chế độ {one.regime}", one.parts, regimes[one.regime].part_codes
                )
        for key, says in find_owed_twice(owed, self.units.units, self.calendar):
            self._note(OWED, ("owed", key), says)

    def _check_site(self, code: str, source: Source) -> None:
        if not source.site:
            return
        place = ("sources", code, "site")
        if "site" in source.options:
            self._note("sources.yaml", place, "có cả site và options.site; chỉ giữ một")
        try:
            name = f"sites/{site_path(self.reading.folder, source.site).name}"
        except ConfigError as error:
            self._note("sources.yaml", place, str(error))
            return
        if name not in self.texts:
            self._examine(name, SiteFile)
        file = self.texts[name]
        if file is not None and (dialects := file.names_at("dialects")):
            self._require("sources.yaml", place, f"giao thức trong {name}", (source.connector,), dialects)
            if source.connector in dialects:
                file.examine(SiteDifferences, ("dialects", source.connector))

    @property
    def unit_names(self) -> tuple[str, ...] | None:
        return self.names("units.yaml", "units")

    @property
    def indicator_names(self) -> tuple[str, ...] | None:
        """Of all files that give some; None where one could not be read, so that none can be missed."""
        given = [self.names(file, "indicators") for file in self._indicator_files]
        return None if None in given else tuple(name for names in given for name in names or ())

    @property
    def _indicator_files(self) -> list[str]:
        return [name for name in self.texts if name == INDICATORS or name.startswith("indicators/")]

    def _file_of(self, key: str, code: str, other_than: str = "") -> str:
        """Which file gives an entry."""
        files = (file for file in self._indicator_files if file != other_than and code in (self.names(file, key) or ()))
        return next(files, INDICATORS)

    @property
    def _form_names(self) -> tuple[str, ...]:
        return tuple(name.removeprefix("forms/").removesuffix(".yaml") for name in self.texts if name[:6] == "forms/")

    def _check_keys(self, file: str) -> None:
        """A cell twice: each row's key is one row's."""
        seen: set[str] = set()
        for number, key in self._keys_of(file):
            if key in seen:
                self._note(file, ("rows", number), f"ô {key} đã có ở dòng trên; {_OWN_KEY}")
            seen.add(key)

    def _place_of(self, file: str, row: FormRow) -> Place:
        """By its key, for rows that are wrong are not among those read."""
        return ("rows", next((number for number, key in self._keys_of(file) if key == row.key), 0))

    def _keys_of(self, file: str) -> Iterator[tuple[int, str]]:
        """Each row's place and key, of wrong rows too."""
        text = self.texts[file]
        for number, one in enumerate(text.text.content.get("rows", ()) if text is not None else ()):
            if isinstance(one, dict):
                yield number, str(one.get("key") or str(one.get("number", "")).rstrip("."))

    def _require(self, file: str, place: Place, what: str, names: Iterable[str], known: Iterable[str] | None) -> None:
        """Note those of the names that are not known."""
        if known is not None:
            allowed = list(known)
            for name in names:
                if name not in allowed:
                    self._note(file, place, say_unknown(what, name, allowed))

    def _note(self, file: str, place: Place, says: str) -> None:
        text = self.texts[file]
        if text is not None:
            text.note(place, says)


def _where_shown(more: Mapping[str, Entry], known: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entries of a form's own file that no other file has: they concern only the forms that show them."""
    return {code: entry.model_copy(update={"where_shown": True}) for code, entry in more.items() if code not in known}


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
