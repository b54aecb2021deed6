"""The files of the configuration folder that every command reads, and what is right of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from baocao.calendar import Calendar
from baocao.catalogue.checks import CheckLimits
from baocao.catalogue.fields import FIELDS, FieldList
from baocao.catalogue.file_place import Lines
from baocao.catalogue.forms import Form
from baocao.catalogue.indicators import Indicators, MoreIndicators
from baocao.catalogue.measures import MEASURES, Measures, context_of, measures_of, read_measures
from baocao.catalogue.model import YamlModel
from baocao.catalogue.owed import Obligations
from baocao.catalogue.sources import Sources
from baocao.catalogue.units import Units
from baocao.catalogue.yaml_files import FolderReading, Model, YamlFile
from baocao.catalogue.yaml_text import Place
from baocao.domain import FIRST_MEASURES, Measure
from baocao.messages import say_unknown
from baocao.names import find_name_fault

OWED, INDICATORS = "owed.yaml", "indicators.yaml"
Entry = TypeVar("Entry", bound=YamlModel)


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
        """What is wrong in a file by itself is noted in `reading`; `read_folder` holds them against one another too."""
        files = cls(reading)
        if reading.find(MEASURES).exists():
            files.measures = measures_of(files.examine(MEASURES, Measures))
        context = context_of(files.measures)
        files.indicators = files.examine(INDICATORS, Indicators, context) or files.indicators
        for name in reading.list_names("indicators"):
            files._add_indicators(name)
        if reading.find(FIELDS).exists():
            files.fields = files.examine(FIELDS, FieldList) or files.fields
        files.calendar = files.examine("calendars.yaml", Calendar) or files.calendar
        files.units = files.examine("units.yaml", Units) or files.units
        files.sources = files.examine("sources.yaml", Sources) or files.sources
        if (reading.folder / "checks.yaml").exists():
            files.limits = files.examine("checks.yaml", CheckLimits) or files.limits
        for name in reading.list_names("forms"):
            form, stem = files.examine(name, Form), Path(name).stem
            if fault := find_name_fault(stem):
                files.note(name, (), f"tên tệp không dùng được: {fault}")
            elif form is not None:
                files.forms[stem] = form
        if (reading.folder / OWED).exists():
            files.owed = files.examine(OWED, Obligations) or Obligations(owed={})
        return files

    def lines_of(self, file: str) -> Lines:
        text = self.texts.get(file)
        return Lines(text.text.find_line) if text is not None else Lines()

    def names(self, file: str, key: str) -> tuple[str, ...] | None:
        """The names a file gives, wrong entries too; None where it could not be read, so that none can be missed."""
        text = self.texts.get(file)
        return None if text is None else text.names_at(key)

    def examine(self, name: str, model: type[Model], context: Mapping[str, Any] | None = None) -> Model | None:
        file = self.texts[name] = self.reading.open(name)
        return file.examine(model, context=context) if file is not None else None

    def _add_indicators(self, name: str) -> None:
        """Those of a file of their own; a name that another file gives already is noted."""
        file = self.texts[name] = self.reading.open(name)
        if file is None:
            return
        own = read_measures(file.text.content)
        for code in own.keys() & self.measures.keys():
            self.note(name, ("measures", code), "đơn vị tính này đã có; bỏ ở đây, hoặc đặt tên khác")
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
                    self.note(name, (key, code), f"tên này đã có trong {self.file_of(key, code, name)}; đặt tên khác")
        self.indicators = known.model_copy(
            update={
                "indicators": {**known.indicators, **_where_shown(more.indicators, known.indicators)},
                "balances": {**known.balances, **_where_shown(more.balances, known.balances)},
            }
        )

    @property
    def unit_names(self) -> tuple[str, ...] | None:
        return self.names("units.yaml", "units")

    @property
    def indicator_names(self) -> tuple[str, ...] | None:
        """Of all files that give some; None where one could not be read, so that none can be missed."""
        given = [self.names(file, "indicators") for file in self.indicator_files]
        return None if None in given else tuple(name for names in given for name in names or ())

    @property
    def indicator_files(self) -> list[str]:
        return [name for name in self.texts if name == INDICATORS or name.startswith("indicators/")]

    def file_of(self, key: str, code: str, other_than: str = "") -> str:
        """Which file gives an entry."""
        files = (file for file in self.indicator_files if file != other_than and code in (self.names(file, key) or ()))
        return next(files, INDICATORS)

    @property
    def form_names(self) -> tuple[str, ...]:
        return tuple(name.removeprefix("forms/").removesuffix(".yaml") for name in self.texts if name[:6] == "forms/")

    def keys_of(self, file: str) -> Iterator[tuple[int, str]]:
        """Each row's place and key, of wrong rows too."""
        text = self.texts[file]
        for number, one in enumerate(text.text.content.get("rows", ()) if text is not None else ()):
            if isinstance(one, dict):
                yield number, str(one.get("key") or str(one.get("number", "")).rstrip("."))

    def require(self, file: str, place: Place, what: str, names: Iterable[str], known: Iterable[str] | None) -> None:
        """Note those of the names that are not known."""
        if known is not None:
            allowed = list(known)
            for name in names:
                if name not in allowed:
                    self.note(file, place, say_unknown(what, name, allowed))

    def note(self, file: str, place: Place, says: str) -> None:
        text = self.texts[file]
        if text is not None:
            text.note(place, says)


def _where_shown(more: Mapping[str, Entry], known: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entries of a form's own file that no other file has: they concern only the forms that show them."""
    return {code: entry.model_copy(update={"where_shown": True}) for code, entry in more.items() if code not in known}
