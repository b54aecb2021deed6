"""What each unit's form brings to the one above: its figures as they stand, and the keys of what is counted anew.

Keys are counted again from the kept payloads of the unit's own vintage; a form that is itself a roll-up has kept them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from baocao.catalogue import Catalogue, Indicator, Source
from baocao.domain import FormMark, System
from baocao.grouping import with_inputs
from baocao.groups import Dimension
from baocao.rolling_up import (
    Parts,
    keys_of,
    missing_parts,
    parts_of,
    reported_parts,
    typed_parts,
    with_corrections,
    without_systems,
)
from baocao.store import Collection, Store, VintageKey
from reporting.collection.kept_answers import parse_kept
from reporting.plan import Plan
from reporting.roll_up.children import ChildUnit
from reporting.roll_up.payloads import Contribution, find_collection, unpack

if TYPE_CHECKING:
    import pandas as pd

Keys = Mapping[str, frozenset[str]]


class KeyReader:
    """Counts keys in the kept answers of units; the same answers (many units share a catalogue) are read once.

    One unit's records are held at a time.
    """

    def __init__(self, store: Store, plan: Plan) -> None:
        self._store = store
        self._plan = plan
        self._seen: dict[tuple[object, ...], Keys] = {}

    def read(self, sources: Mapping[System, Source], collections: Iterable[Collection]) -> Keys:
        """The keys by indicator, of every system that gave records."""
        by_source = {source.source_code: source for source in sources.values()}
        needed = {system for _, system in self._recounted()}
        given = [c for c in collections if c.failure is None and c.source_code in by_source]
        given = [c for c in given if by_source[c.source_code].system in needed]
        if self._joins_systems():
            return self._count(by_source, given)
        return {code: keys for one in given for code, keys in self._count(by_source, [one]).items()}

    def _count(self, by_source: Mapping[str, Source], given: list[Collection]) -> Keys:
        mark = tuple((c.source_code, kept.sha256, kept.request.get("part")) for c in given for kept in c.payloads)
        if mark not in self._seen:
            self._seen[mark] = self._parse(by_source, given)
        return self._seen[mark]

    def _parse(self, by_source: Mapping[str, Source], given: list[Collection]) -> Keys:
        frames: dict[str, pd.DataFrame] = {}
        for collection in given:
            frames.update(parse_kept(self._store, by_source[collection.source_code], collection).frames)
        return self.count(frames, frozenset(by_source[collection.source_code].system for collection in given))

    def count(self, frames: Mapping[str, "pd.DataFrame"], systems: frozenset[System]) -> Keys:
        """The keys by indicator in records that were read already."""
        counted: dict[str, frozenset[str]] = {}
        for indicator, system in self._recounted():
            if system in systems and indicator.count is not None:
                keys = keys_of(indicator.count, frames, self._plan.window)
                if keys is not None:
                    counted[indicator.indicator_code] = keys
        return counted

    def _recounted(self) -> list[tuple[Indicator, System]]:
        found = [i for i in self._plan.indicators.values() if i.count is not None and i.count.is_recounted]
        return [(indicator, indicator.system) for indicator in found if indicator.system is not None]

    def _joins_systems(self) -> bool:
        """Whether a definition takes the level from the catalogue: then one system's records do not suffice."""
        return any(i.count is not None and i.count.level_as_of == "period_end" for i, _ in self._recounted())


def bring(store: Store, catalogue: Catalogue, plan: Plan, child: ChildUnit, reader: KeyReader) -> Contribution | None:
    """What a unit's form brings; None where there is no form of it that counts."""
    if child.vintage is None:
        return None
    collections = store.collections.list(child.vintage)
    parts = _parts(store, catalogue, plan, child, child.vintage, collections, reader)
    return Contribution(
        unit_code=child.unit.unit_code,
        name=child.unit.name,
        vintage=child.vintage.vintage,
        revision=child.revision,
        is_draft=store.contents.filled_form(child.vintage).status is FormMark.DRAFT,
        parts=without_systems(parts, plan.indicators, child.continued),
    )


def missing_children(plan: Plan, children: Iterable[ChildUnit]) -> Iterator[Parts]:
    """Nothing, said of every figure, of the units without a form."""
    for child in children:
        if child.vintage is None:
            parts = missing_parts(plan.indicators, child.unit)
            typed = typed_parts(typed_by_unit(plan), child.unit, None)
            whole = {child.unit.tier: {**parts[child.unit.tier], **typed}}
            yield without_systems(whole, plan.indicators, child.continued)


def _parts(
    store: Store,
    catalogue: Catalogue,
    plan: Plan,
    child: ChildUnit,
    vintage: VintageKey,
    collections: tuple[Collection, ...],
    reader: KeyReader,
) -> Parts:
    observations = {o.indicator_code: o for o in store.contents.observations(vintage)}
    kept = find_collection(collections)
    if kept is not None:
        return with_corrections(plan.indicators, child.unit, unpack(store, kept).whole, observations)
    keys = reader.read(catalogue.sources_of(child.unit), collections)
    parts = parts_of(plan.indicators, child.unit, observations, keys)
    reported = reported_parts(plan.indicators, child.unit, observations)
    typed = typed_parts(typed_by_unit(plan), child.unit, observations)
    return {child.unit.tier: {**parts[child.unit.tier], **reported, **typed}}


def typed_by_unit(plan: Plan) -> tuple[str, ...]:
    """The typed-in figures a form shows on a line for each unit."""
    asked = plan.form.matrix.groupings(plan.unit.tier) if plan.form.matrix else ()
    codes = (code for code, dimension in asked if dimension == Dimension.UNIT)
    needed = dict.fromkeys(part for code in codes for part in with_inputs(code, plan.indicators))
    return tuple(code for code in needed if plan.indicators[code].typed is not None)
