"""What the configuration folder says, read and held against itself: every error names file, key and what is allowed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from baocao.calendar import Calendar
from baocao.catalogue.checks import CheckLimits
from baocao.catalogue.forms import Form, FormRow
from baocao.catalogue.hand_files import HandFile, HandMistake, nearest_vi
from baocao.catalogue.indicators import Balance, Indicator, Indicators
from baocao.catalogue.manual import Correction, Corrections, ManualFigure, ManualFigures
from baocao.catalogue.sites import SiteFile, read_differences, say_unknown, site_path
from baocao.catalogue.sources import Source, Sources
from baocao.catalogue.units import Unit, Units
from baocao.catalogue.yaml_files import read_if_there, read_yaml
from baocao.domain import Period, System
from baocao.errors import ConfigError
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

    @classmethod
    def read(cls, config_dir: Path) -> "Catalogue":
        """Read and cross-check the whole folder; raise ConfigError at the first file that is wrong."""
        indicators = read_yaml(config_dir / "indicators.yaml", Indicators)
        catalogue = cls(
            config_dir=config_dir,
            calendar=read_yaml(config_dir / "calendars.yaml", Calendar),
            units=_named(read_yaml(config_dir / "units.yaml", Units).units, "unit_code"),
            indicators=_named(indicators.indicators, "indicator_code"),
            balances=_named(indicators.balances, "balance_code"),
            owners=indicators.owners,
            forms={path.stem: read_yaml(path, Form) for path in sorted((config_dir / "forms").glob("*.yaml"))},
            sources=_read_sources(config_dir),
            limits=read_if_there(config_dir / "checks.yaml", CheckLimits),
        )
        catalogue._cross_check()
        return catalogue

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
        return _look_up(self.units, unit_code, "unit", "units.yaml")

    def form(self, form_code: str) -> Form:
        return _look_up(self.forms, form_code, "form", "forms/")

    def indicator(self, indicator_code: str) -> Indicator:
        return _look_up(self.indicators, indicator_code, "indicator", "indicators.yaml")

    def source(self, source_code: str) -> Source:
        return _look_up(self.sources, source_code, "source", "sources.yaml")

    def sources_of(self, unit: Unit) -> dict[System, Source]:
        """The source of each system the unit's figures come from; raise ConfigError where a system has two."""
        found: dict[System, Source] = {}
        for source in map(self.source, unit.source_keys):
            if source.role == "comparison":
                continue
            if source.system in found:
                both = f"{found[source.system].source_code}, {source.source_code}"
                raise ConfigError(
                    f"units.yaml: {unit.unit_code}.source_keys: two sources of {source.system}: {both}. Figures come "
                    "from one; give the other `role: comparison` in sources.yaml, or leave it out here."
                )
            found[source.system] = source
        return found

    def comparisons_of(self, unit: Unit) -> tuple[Source, ...]:
        """The sources the unit's figures are only compared with; ConfigError where there is nothing to compare."""
        figures = self.sources_of(unit)
        found = tuple(source for source in map(self.source, unit.source_keys) if source.role == "comparison")
        for source in found:
            if source.system not in figures:
                raise ConfigError(
                    f"units.yaml: {unit.unit_code}.source_keys: {source.source_code} is only compared with "
                    f"(`role: comparison` in sources.yaml), but no other source gives the unit's {source.system}. Add "
                    "that source, or take the role away."
                )
        return found

    def form_in_force(self, day: date) -> Form:
        """The form valid on a day: for a period, the last day it covers. Raise ConfigError where none or two are."""
        valid = [form for form in self.forms.values() if form.in_force_on(day)]
        if len(valid) != 1:
            names = ", ".join(form.form_code for form in valid) or "none"
            raise ConfigError(f"{self.config_dir / 'forms'}: on {day} exactly one form must be valid, but: {names}")
        return valid[0]

    def indicators_of(self, form: Form) -> dict[str, Indicator]:
        """Every indicator the form's rows need, their inputs included."""
        codes = [row.indicator for row in form.rows if row.indicator]
        needed: dict[str, Indicator] = {}
        while codes:
            indicator = self.indicator(codes.pop(0))
            if indicator.indicator_code not in needed:
                needed[indicator.indicator_code] = indicator
                codes.extend(indicator.inputs)
        return needed

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
        name = manual_file(unit_code, period)
        return self.read_manual_figures(name, self._read_bytes(name))

    def read_manual_figures(self, name: str, raw: bytes | None) -> dict[str, ManualFigure]:
        """Those a file says; raise ConfigError with every mistake in it. None is no file."""
        if raw is None:
            return {}
        file = HandFile.load(name, raw)
        figures = file.read(ManualFigures).figures
        file.refuse(mistake for code, figure in figures.items() for mistake in self._manual_mistakes(code, figure))
        return figures

    def corrections(self, unit_code: str, period: Period) -> tuple[Correction, ...]:
        """The signed corrections of a period; none where there is no file."""
        name = corrections_file(unit_code, period)
        raw = self._read_bytes(name)
        if raw is None:
            return ()
        file = HandFile.load(name, raw)
        corrections = file.read(Corrections).corrections
        file.refuse(
            HandMistake(("corrections", number, "indicator"), says)
            for number, correction in enumerate(corrections)
            if (says := self._correction_mistake(correction))
        )
        return corrections

    def _read_bytes(self, name: str) -> bytes | None:
        path = self.config_dir / name
        return path.read_bytes() if path.is_file() else None

    def _manual_mistakes(self, code: str, figure: ManualFigure) -> Iterator[HandMistake]:
        indicator = self.indicators.get(code)
        if indicator is None:
            known = [name for name, one in self.indicators.items() if one.typed is not None]
            says = f"không có chỉ tiêu này trong indicators.yaml{nearest_vi(code, known)}"
            yield HandMistake(("figures", code), says)
        elif indicator.typed is None:
            says = "số này do hệ thống đếm, không nhập tay; muốn sửa thì dùng đính chính có ký (lệnh correct)"
            yield HandMistake(("figures", code), says)
        elif figure.value != figure.value.to_integral_value():
            says = "phải là số nguyên; dấu chấm, dấu phẩy không phải dấu phân cách hàng nghìn"
            yield HandMistake(("figures", code, "value"), f"{says} (đang ghi: {figure.value})")

    def _correction_mistake(self, correction: Correction) -> str:
        indicator = self.indicators.get(correction.indicator)
        if indicator is None:
            counted = [name for name, one in self.indicators.items() if one.count is not None]
            return f"không có chỉ tiêu này trong indicators.yaml{nearest_vi(correction.indicator, counted)}"
        return "" if indicator.count is not None else "chỉ đính chính được số do hệ thống đếm"

    def _cross_check(self) -> None:
        self._check_forms()
        self._check_units()
        for kind, code in self.limits.named:
            if code not in (self.units if kind == "unit" else self.indicators):
                raise ConfigError(f"checks.yaml: history.breaks: no {kind} '{code}'")

    def _check_forms(self) -> None:
        for form in self.forms.values():
            if form.word_template and not (self.config_dir / form.word_template).is_file():
                raise ConfigError(f"forms/{form.form_code}.yaml: word_template: no file '{form.word_template}'")
            for row in form.rows:
                if row.indicator and row.indicator not in self.indicators:
                    raise ConfigError(f"forms/{form.form_code}.yaml: row {row.number}: no indicator '{row.indicator}'")
                for other, key in row.crosswalk.items():
                    if not any(found.key == key for found in self.form(other).rows):
                        raise ConfigError(f"forms/{form.form_code}.yaml: row {row.number}: {other} has no row '{key}'")

    def _check_units(self) -> None:
        for unit in self.units.values():
            if unit.parent and unit.parent not in self.units:
                raise ConfigError(f"units.yaml: units.{unit.unit_code}.parent: no unit '{unit.parent}'")
            for code in unit.predecessors:
                if code not in self.units:
                    raise ConfigError(f"units.yaml: units.{unit.unit_code}.predecessors: no unit '{code}'")
            if unit.regime not in self.calendar.regimes:
                allowed = ", ".join(self.calendar.regimes)
                where = f"units.yaml: units.{unit.unit_code}.regime"
                raise ConfigError(f"{where}: no regime '{unit.regime}'; there are: {allowed}")
            self.comparisons_of(unit)


def manual_file(unit_code: str, period: Period) -> str:
    """Where typed-in figures stand, relative to the configuration folder."""
    return f"manual/{unit_code}/{period.code}.yaml"


def corrections_file(unit_code: str, period: Period) -> str:
    """Where signed corrections stand, relative to the configuration folder."""
    return f"corrections/{unit_code}/{period.code}.yaml"


def _read_sources(config_dir: Path) -> dict[str, Source]:
    """The sources, each with what its site has otherwise; raise ConfigError where one is wrong."""
    sources = _named(read_yaml(config_dir / "sources.yaml", Sources).sources, "source_code")
    return {code: _with_site(config_dir, source) if source.site else source for code, source in sources.items()}


def _with_site(config_dir: Path, source: Source) -> Source:
    where = f"sources.yaml: sources.{source.source_code}"
    if "site" in source.options:
        raise ConfigError(f"{where}: có cả site ({source.site}) và options.site; chỉ giữ một.")
    path = site_path(config_dir, source.site, source.source_code)
    dialects = read_yaml(path, SiteFile).dialects
    if source.connector not in dialects:
        raise ConfigError(say_unknown(f"sites/{path.name}: dialects", source.connector, dialects))
    differences = dialects[source.connector]
    read_differences(f"sites/{path.name}: dialects.{source.connector}", differences)
    return source.model_copy(update={"options": {**source.options, "site": differences}})


NamedModel = TypeVar("NamedModel", bound=BaseModel)


def _named(entries: dict[str, NamedModel], field: str) -> dict[str, NamedModel]:
    """Give each entry its own key of the YAML mapping."""
    return {code: entry.model_copy(update={field: code}) for code, entry in entries.items()}


Found = TypeVar("Found")


def _look_up(entries: dict[str, Found], code: str, what: str, file: str) -> Found:
    if code not in entries:
        raise ConfigError(f"no {what} '{code}' in {file}; there are: {', '.join(entries) or 'none'}")
    return entries[code]
