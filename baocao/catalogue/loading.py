"""What the configuration folder says, read and held against itself: every error names file, key and what is allowed."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NoReturn, TypeVar

from pydantic import BaseModel

from baocao.calendar import Calendar
from baocao.catalogue.cell_names import name_cells
from baocao.catalogue.checks import CheckLimits
from baocao.catalogue.cross_check import find_wrong_roles, read_folder
from baocao.catalogue.fields import FieldList
from baocao.catalogue.file_place import Lines
from baocao.catalogue.folder_files import FolderFiles
from baocao.catalogue.forms import Form, FormRow
from baocao.catalogue.grouped import IndicatorTable
from baocao.catalogue.groupings import Groupings
from baocao.catalogue.hand_files import CORRECTIONS, MANUAL, find_hand_file, read_corrections, read_manual
from baocao.catalogue.indicators import Balance, Indicator
from baocao.catalogue.manual import Correction, ManualFigure
from baocao.catalogue.owed import Obligation
from baocao.catalogue.sites import SiteFile, site_path
from baocao.catalogue.sources import Source
from baocao.catalogue.units import Unit
from baocao.catalogue.yaml_files import FolderReading, YamlFile, read_bytes
from baocao.domain import FIRST_MEASURES, Measure, Period, System
from baocao.errors import ConfigError
from baocao.messages import say_unknown, upper_first
from baocao.vocabulary import IT_LABEL, IT_OWNER


@dataclass(frozen=True)
class Catalogue:
    """Everything the configuration folder says."""

    config_dir: Path
    calendar: Calendar
    units: dict[str, Unit]
    indicators: dict[str, Indicator]
    balances: dict[str, Balance]
    owners: dict[str, str]
    forms: dict[str, Form]
    sources: dict[str, Source]
    limits: CheckLimits = field(default_factory=CheckLimits)
    owed: tuple[Obligation, ...] | None = None
    measures: dict[str, Measure] = field(default_factory=lambda: dict(FIRST_MEASURES))
    fields: FieldList = field(default_factory=FieldList)

    def __post_init__(self) -> None:
        object.__setattr__(self, "indicators", IndicatorTable(self.indicators, self.groupings))

    @cached_property
    def groupings(self) -> Groupings:
        """Which group of a field or receiving unit a source's word stands for."""
        return Groupings.of(self.fields, self.units)

    @cached_property
    def group_labels(self) -> dict[str, dict[str, str]]:
        """By dimension the words of the groups that are declared, in their order."""
        return {dimension: dict(labels) for dimension, labels in self.groupings.labels.items()}

    @classmethod
    def read(cls, config_dir: Path, over: Path | None = None) -> "Catalogue":
        """Read and cross-check the whole folder; raise ConfigError with every mistake of every file in it.

        `over` is a folder of a draft whose files count as if they stood there.
        """
        reading = FolderReading(config_dir, over)
        files = read_folder(reading)
        if reading.told:
            _refuse(reading, files)
        return cls(
            config_dir=config_dir,
            calendar=files.calendar,
            units=_named(files.units.units, "unit_code"),
            indicators=_on_calendar(_named(files.indicators.indicators, "indicator_code"), files.calendar),
            balances=_named(files.indicators.balances, "balance_code"),
            owners=files.indicators.owners,
            forms=_named(files.forms, "form_code"),
            sources={
                code: _with_site(config_dir, source, files.lines_of("sources.yaml"))
                for code, source in _named(files.sources.sources, "source_code").items()
            },
            limits=files.limits,
            owed=tuple(files.owed.owed.values()) if files.owed is not None else None,
            measures=files.measures,
            fields=files.fields,
        )

    def refuse_folder(self) -> NoReturn:
        """Raise ConfigError with every mistake of every file in the folder."""
        reading = FolderReading(self.config_dir)
        _refuse(reading, read_folder(reading))

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over every YAML file and Word template of the folder: which configuration a run used."""
        digest = hashlib.sha256()
        for path in sorted([*self.config_dir.rglob("*.yaml"), *self.config_dir.rglob("*.docx")]):
            digest.update(path.relative_to(self.config_dir).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    @property
    def compiler(self) -> str:
        """The code of the owner who compiles the forms: the first of indicators.yaml."""
        return next(iter(self.owners), "")

    def owner_label(self, owner: str) -> str:
        """As it is printed. What was kept before owners were codes is printed as it is."""
        return IT_LABEL if owner == IT_OWNER else self.owners.get(owner, owner)

    def unit(self, unit_code: str) -> Unit:
        """Raise ConfigError, listing the units, where there is none of that name."""
        return _look_up(self.units, unit_code, "đơn vị", "units.yaml")

    def hands_in(self, unit: Unit) -> bool:
        """Whether a unit reports by the forms it fills itself: it is connected to nothing, and counts for another."""
        return not unit.source_keys and unit.parent is not None and unit.unit_code not in self._parents

    @cached_property
    def _parents(self) -> frozenset[str]:
        return frozenset(unit.parent for unit in self.units.values() if unit.parent is not None)

    def form(self, form_code: str) -> Form:
        return _look_up(self.forms, form_code, "biểu mẫu", "forms/")

    def name_cells(self, form_code: str, *keys: str) -> str:
        """Cells of a form as people call them: `ô 4.3, 4.4`, `dòng Hộ tịch, cột 6, 8`."""
        return name_cells(self.forms.get(form_code), keys, self.group_labels)

    def name_cell(self, form_code: str, key: str) -> str:
        """One of them, as a sentence begins with it: `Ô 4.3`, `Dòng Hộ tịch, cột 6`."""
        return upper_first(self.name_cells(form_code, key))

    def indicator(self, indicator_code: str) -> Indicator:
        return _look_up(self.indicators, indicator_code, "chỉ tiêu", "indicators.yaml")

    def source(self, source_code: str) -> Source:
        return _look_up(self.sources, source_code, "nguồn", "sources.yaml")

    def sources_of(self, unit: Unit) -> dict[System, Source]:
        """The source of each system the unit's figures come from; raise ConfigError where a system has two."""
        sources = {code: self.source(code) for code in unit.source_keys}
        for says in find_wrong_roles(sources):
            raise ConfigError(f"units.yaml: units.{unit.unit_code}.source_keys: {says}")
        return {source.system: source for source in sources.values() if source.role != "comparison"}

    def comparisons_of(self, unit: Unit) -> tuple[Source, ...]:
        """The sources the unit's figures are only compared with; ConfigError where there is nothing to compare."""
        self.sources_of(unit)
        return tuple(source for source in map(self.source, unit.source_keys) if source.role == "comparison")

    @cached_property
    def obligations(self) -> tuple[Obligation, ...]:
        """Who owes which series of forms; without owed.yaml every unit each of them."""
        if self.owed is not None:
            return self.owed
        return tuple(Obligation(series=code) for code in dict.fromkeys(f.series_code for f in self.forms.values()))

    def series_on(self, series: str, day: date) -> Form | None:
        """The version of a series valid on a day: for a period, the last day it covers; None where there is none."""
        asked = (series, day)
        if asked not in self._versions:
            valid = (form for form in self.forms.values() if form.series_code == series and form.in_force_on(day))
            self._versions[asked] = next(valid, None)
        return self._versions[asked]

    @cached_property
    def _versions(self) -> dict[tuple[str, date], Form | None]:
        return {}

    def indicators_of(self, form: Form) -> dict[str, Indicator]:
        """Every indicator the form's rows need, their inputs included."""
        codes = [row.indicator for row in form.rows if row.indicator]
        if form.matrix is not None:
            codes = list(form.matrix.indicator_codes)
        needed: dict[str, Indicator] = {}
        while codes:
            indicator = self.indicator(codes.pop(0))
            if indicator.indicator_code not in needed:
                needed[indicator.indicator_code] = indicator
                codes.extend(indicator.inputs)
        return needed

    def base_figures(self, indicator: Indicator) -> tuple[Indicator, ...]:
        """What a figure is made of in the end: the counted and typed-in ones, in order; itself where it is one."""
        if not indicator.is_computed:
            return (indicator,)
        parts = (part for code in indicator.inputs for part in self.base_figures(self.indicator(code)))
        return tuple({part.indicator_code: part for part in parts}.values())

    def ratio_rows(self, form: Form, row: FormRow) -> tuple[str, str] | None:
        """The keys of a ratio's numerator and denominator, where the form prints both."""
        ratio = self.indicators[row.indicator].ratio if row.indicator else None
        if ratio is None:
            return None
        keys = {other.indicator: other.key for other in form.rows}
        if ratio.numerator not in keys or ratio.denominator not in keys:
            return None
        return keys[ratio.numerator], keys[ratio.denominator]

    def manual_figures(self, unit_code: str, period: Period) -> dict[str, ManualFigure]:
        """The typed-in figures of a period; none where there is no file."""
        name = find_hand_file(self.config_dir, MANUAL, unit_code, period)
        return self.read_manual_figures(name, read_bytes(self.config_dir / name, name)) if name else {}

    def read_manual_figures(self, name: str, raw: bytes | None) -> dict[str, ManualFigure]:
        """Those a file says; raise ConfigError with every mistake in it. None is no file."""
        return {} if raw is None else read_manual(name, raw, self.indicators)

    def corrections(self, unit_code: str, period: Period) -> tuple[Correction, ...]:
        """The signed corrections of a period; none where there is no file."""
        name = find_hand_file(self.config_dir, CORRECTIONS, unit_code, period)
        return read_corrections(name, read_bytes(self.config_dir / name, name), self.indicators) if name else ()


def _refuse(reading: FolderReading, files: FolderFiles) -> NoReturn:
    """Raise ConfigError with what is wrong in these files and in all others of the folder."""
    from baocao.catalogue.survey import examine_others

    examine_others(reading, files)
    raise ConfigError("\n".join(dict.fromkeys(reading.told)))


def _on_calendar(indicators: dict[str, Indicator], calendar: Calendar) -> dict[str, Indicator]:
    return {code: indicator.on_calendar(calendar) for code, indicator in indicators.items()}


def _with_site(config_dir: Path, source: Source, lines: Lines) -> Source:
    """The source with what its site has otherwise, knowing the lines of both files."""
    if not source.site:
        return source.read_in(lines)
    file = YamlFile.open(site_path(config_dir, source.site))
    site = file.read(SiteFile).dialects[source.connector]
    options = {**source.options, "site": site}
    return source.model_copy(update={"options": options}).read_in(lines, Lines(file.text.find_line))


NamedModel = TypeVar("NamedModel", bound=BaseModel)


def _named(entries: dict[str, NamedModel], field: str) -> dict[str, NamedModel]:
    """Give each entry its own key of the YAML mapping."""
    return {code: entry.model_copy(update={field: code}) for code, entry in entries.items()}


Found = TypeVar("Found")


def _look_up(entries: dict[str, Found], code: str, what: str, file: str) -> Found:
    if code not in entries:
        raise ConfigError(f"{file}: {say_unknown(what, code, entries)}")
    return entries[code]
