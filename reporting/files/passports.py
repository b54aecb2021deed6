"""The passport of every cell: formula, inputs, what was left after each step, and the answers it was made from."""

from collections.abc import Iterator, Mapping, Sequence

from baocao.catalogue import Catalogue, Count, Indicator, ManualFigure
from baocao.catalogue.counts import Days
from baocao.coverage import Coverage
from baocao.documents.passport import STEP_OF_INPUT, Passport, PassportInput
from baocao.domain import CellStatus, CountStep, FilledForm, Observation, System
from baocao.figures import PCT_PLACES
from baocao.store import Collection
from baocao.vocabulary import FIELDS, RECORDS, SYSTEMS
from reporting.files.covering import say_coverages
from reporting.roll_up.payloads import find_collection


def build_passports(
    catalogue: Catalogue,
    filled: FilledForm,
    observations: Mapping[str, Observation],
    collections: tuple[Collection, ...],
    typed: Mapping[str, ManualFigure],
    coverages: Sequence[Coverage] = (),
) -> dict[str, Passport]:
    """By row number, for every cell that has an indicator and was not left out for the unit's tier.

    `typed` are the typed-in figures by indicator.
    """
    return {
        key: build_passport(catalogue, cell.indicator_code, observations, collections, typed, coverages)
        for key, cell in filled.cells.items()
        if cell.indicator_code in observations and cell.indicator_code is not None
    }


def build_passport(
    catalogue: Catalogue,
    indicator_code: str,
    observations: Mapping[str, Observation],
    collections: tuple[Collection, ...],
    typed: Mapping[str, ManualFigure],
    coverages: Sequence[Coverage] = (),
) -> Passport:
    indicator = catalogue.indicator(indicator_code)
    observation = observations[indicator_code]
    hashes = set(observation.payload_hashes)
    asked = asked_for(catalogue, indicator_code, collections)
    times = sorted({p.fetched_at for c in asked for p in c.payloads if p.sha256 in hashes})
    is_rolled_up = find_collection(collections) is not None
    return Passport(
        formula=_formula_of(catalogue, indicator, observations, is_rolled_up=is_rolled_up),
        inputs=tuple(_inputs(catalogue, indicator, observations)),
        system=", ".join(SYSTEMS[s] for s in _systems(catalogue, indicator)),
        owner=indicator.owner,
        legal_basis=indicator.legal_basis,
        payload_hashes=observation.payload_hashes,
        fetched_at=tuple(dict.fromkeys([times[0], times[-1]])) if times else (),
        known_at=observation.known_at,
        steps=observation.steps or _steps_of_inputs(catalogue, indicator, observations),
        evidence=tuple(_evidence_of_inputs(catalogue, indicator, typed)),
        coverage=say_coverages(
            catalogue, coverages, collections, _systems(catalogue, indicator), observation.unit_code
        ),
    )


def asked_for(catalogue: Catalogue, indicator_code: str, collections: tuple[Collection, ...]) -> tuple[Collection, ...]:
    """Those a figure can be from: two systems may give the same answer (nothing), which lies under one hash."""
    systems = _systems(catalogue, catalogue.indicator(indicator_code))
    others = {code for code, source in catalogue.sources.items() if source.system not in systems}
    return tuple(collection for collection in collections if collection.source_code not in others)


def formula(catalogue: Catalogue, indicator: Indicator) -> str:
    """How the figure is made, in words an officer can check."""
    if indicator.ratio is not None:
        numerator, denominator = (catalogue.indicator(code).label for code in indicator.inputs)
        return f"({numerator}) ÷ ({denominator}) × 100, làm tròn {PCT_PLACES} chữ số thập phân"
    if indicator.difference is not None:
        return " − ".join(f"({catalogue.indicator(code).label})" for code in indicator.inputs)
    if indicator.sum is not None:
        return " + ".join(f"({catalogue.indicator(code).label})" for code in indicator.inputs)
    if indicator.count is not None and indicator.count.days is not None:
        return _formula_of_days(indicator.count, indicator.count.days)
    if indicator.count is not None:
        what = f"đếm {RECORDS[indicator.count.records]}"
        return f"{what} khác nhau theo thủ tục" if indicator.count.distinct == "procedure_code" else what
    return "nhập tay, có căn cứ"


def _inputs(
    catalogue: Catalogue, indicator: Indicator, observations: Mapping[str, Observation]
) -> Iterator[PassportInput]:
    """What a figure is computed from, each followed by what that is computed from itself."""
    for code in indicator.inputs:
        part = catalogue.indicator(code)
        yield PassportInput(part.label, observations[code].value, code)
        yield from _inputs(catalogue, part, observations)


def _formula_of_days(definition: Count, days: Days) -> str:
    take = {"mean": "bình quân", "median": "trung vị"}[days.take]
    kind = {"calendar": "ngày", "working": "ngày làm việc"}[days.days]
    return f"{take} số {kind} từ {FIELDS[days.from_]} đến {FIELDS[days.to]} của {RECORDS[definition.records]}"


def _formula_of(
    catalogue: Catalogue, indicator: Indicator, observations: Mapping[str, Observation], *, is_rolled_up: bool
) -> str:
    is_divided = indicator.ratio is not None and all(observations[code].value is not None for code in indicator.inputs)
    if observations[indicator.indicator_code].status is CellStatus.HANDED_IN and not is_divided:
        return "số đơn vị ghi trong biểu đã nộp"
    if is_rolled_up and indicator.count:
        return formula_over_units(indicator)
    return formula(catalogue, indicator)


def formula_over_units(indicator: Indicator) -> str:
    """How a roll-up makes a counted figure."""
    assert indicator.count is not None
    what = RECORDS[indicator.count.records]
    if indicator.count.days is not None:
        return f"{_formula_of_days(indicator.count, indicator.count.days)} của mọi đơn vị trực thuộc, tính lại chung"
    if indicator.count.is_recounted:
        return f"đếm {FIELDS[indicator.count.key_field]} khác nhau trên dữ liệu của các đơn vị trực thuộc"
    return f"cộng số {what} của các đơn vị trực thuộc"


def _systems(catalogue: Catalogue, indicator: Indicator) -> list[System]:
    parts = catalogue.base_figures(indicator)
    return list(dict.fromkeys(part.system for part in parts if part.system is not None))


def _evidence_of_inputs(catalogue: Catalogue, indicator: Indicator, typed: Mapping[str, ManualFigure]) -> Iterator[str]:
    for part in catalogue.base_figures(indicator):
        figure = typed.get(part.indicator_code)
        if figure is not None:
            label = f"{part.label}: " if indicator.inputs else ""
            yield f"{label}{figure.evidence} ({figure.given_by} nhập ngày {figure.given_on:%d/%m/%Y})"


def _steps_of_inputs(
    catalogue: Catalogue, indicator: Indicator, observations: Mapping[str, Observation]
) -> tuple[CountStep, ...]:
    return tuple(
        CountStep(f"{part.label}{STEP_OF_INPUT}{step.step}", step.left_count)
        for part in catalogue.base_figures(indicator)
        for step in observations[part.indicator_code].steps
    )
