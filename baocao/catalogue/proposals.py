"""A change of definitions somebody thinks of, laid over the catalogue; no file of the configuration is touched."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from baocao.catalogue.checks import CheckLimits
from baocao.catalogue.indicators import Indicator
from baocao.catalogue.loading import Catalogue
from baocao.catalogue.measures import context_of
from baocao.catalogue.model import YamlModel
from baocao.catalogue.wrong_values import Mistake, find_mistakes
from baocao.catalogue.yaml_files import YamlFile
from baocao.catalogue.yaml_text import Place
from baocao.messages import say_unknown

Model = TypeVar("Model", bound=BaseModel)
INDICATORS, CHECKS = "indicators", "checks"


class Proposal(YamlModel):
    """`indicators` as in indicators.yaml: of one that is there, the keys that change; of a new one, all. `checks` as in
    checks.yaml.
    """

    indicators: dict[str, dict[str, Any]] = Field(default_factory=dict)
    checks: dict[str, Any] = Field(default_factory=dict)


def propose(catalogue: Catalogue, path: Path) -> Catalogue:
    """The catalogue as it would be. Raise ConfigError with every mistake of the file."""
    return _lay_over(catalogue, YamlFile.open(path, str(path)))


def propose_text(catalogue: Catalogue, text: str, name: str) -> Catalogue:
    """The same of a text that is no file yet."""
    return _lay_over(catalogue, YamlFile.load(name, text.encode()))


def _lay_over(catalogue: Catalogue, file: YamlFile) -> Catalogue:
    proposal = file.read(Proposal)
    indicators, context = dict(catalogue.indicators), context_of(catalogue.measures)
    for code, changed in proposal.indicators.items():
        known = catalogue.indicators.get(code)
        whole = {**(_as_written(known) if known else {}), **changed}
        found = _read(file, Indicator, {**whole, "indicator_code": code}, (INDICATORS, code), context)
        if found is not None:
            indicators[code] = found.on_calendar(catalogue.calendar)
    limits = _read(file, CheckLimits, _laid_over(_as_written(catalogue.limits), proposal.checks), (CHECKS,))
    proposed = replace(catalogue, indicators=indicators, limits=limits or catalogue.limits)
    file.refuse(_dangling(proposed, proposal.indicators))
    return proposed


def _as_written(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Key by key, as deep as both have keys."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        merged[key] = _laid_over(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def _read(
    file: YamlFile, model: type[Model], content: Any, at: Place, context: Mapping[str, Any] | None = None
) -> Model | None:
    try:
        return model.model_validate(content, context=context)
    except ValidationError as error:
        for mistake in find_mistakes(error, model, content, at):
            file.note(mistake.place, mistake.says)
        return None


def _dangling(proposed: Catalogue, changed: Mapping[str, Any]) -> Iterator[Mistake]:
    """Names in the changed entries that point at nothing."""
    for code in changed:
        indicator = proposed.indicators.get(code)
        if indicator is None:
            continue
        if indicator.owner not in proposed.owners:
            says = say_unknown("người phụ trách", indicator.owner, proposed.owners)
            yield Mistake((INDICATORS, code, "owner"), says)
        for other in filter(None, (*indicator.inputs, indicator.part_of)):
            if other not in proposed.indicators:
                yield Mistake((INDICATORS, code), say_unknown("chỉ tiêu", other, proposed.indicators))
