"""One vintage with all it was made from: the side of a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from baocao.catalogue import Catalogue, Correction, Indicator, ManualFigure
from baocao.counting import SourceRecords
from baocao.domain import CellStatus, FilledForm, Observation, System
from baocao.errors import ConfigError
from baocao.groups import total_code
from baocao.handed_in import HandedIn
from baocao.store import Collection, Store, Vintage, VintageKey
from reporting.collection.handed_forms import find_handed
from reporting.collection.kept_answers import read_kept
from reporting.collection.predecessors import join_predecessors
from reporting.collection.typing_in import find_typed
from reporting.configurations import configuration_of
from reporting.plan import Plan, make_plan
from reporting.roll_up.payloads import Contribution, find_collection, unpack
from reporting.workspace import Workspace


@dataclass(frozen=True)
class EvidenceSide:
    """`plan` and `corrections` are of the vintage's own configuration; None where that was not kept.

    `indicators` are all of that configuration, those of groups too.
    `manual` is what was typed in then: kept with the vintage, or of an older one in its configuration.

    `brought` is what each unit below brought to a roll-up, by its code; `handed` the form the unit handed in.
    """

    vintage: Vintage
    filled: FilledForm
    observations: Mapping[str, Observation]
    collected: Mapping[System, SourceRecords]
    plan: Plan | None = None
    corrections: Mapping[str, Correction] | None = None
    manual: Mapping[str, ManualFigure] | None = None
    brought: Mapping[str, Contribution] = field(default_factory=dict)
    handed: HandedIn | None = None
    indicators: Mapping[str, Indicator] = field(default_factory=dict)

    def indicator(self, code: str) -> Indicator | None:
        """One of the plan's, or the same of one group."""
        if self.plan is None or total_code(code) not in self.plan.indicators:
            return None
        return self.plan.indicators.get(code) or self.indicators.get(code)

    def status_of(self, code: str) -> CellStatus | None:
        found = self.observations.get(code)
        return found.status if found else None

    def frames_for(self, system: System) -> dict[str, pd.DataFrame]:
        """The system's own records, and the others' for definitions that join them."""
        joined: dict[str, pd.DataFrame] = {}
        for other in self.collected.values():
            joined.update(other.frames)
        own = self.collected.get(system)
        return {**joined, **(own.frames if own else {})}


def read_side(workspace: Workspace, key: VintageKey) -> EvidenceSide:
    """Read a vintage back, under the configuration of its own time where that can still be used."""
    vintage = workspace.store.vintages.find(key)
    try:
        with configuration_of(workspace, vintage.config_hash) as catalogue:
            return _read(workspace, vintage, catalogue)
    except ConfigError:
        return _read(workspace, vintage, None)


def _read(workspace: Workspace, vintage: Vintage, catalogue: Catalogue | None) -> EvidenceSide:
    store, key = workspace.store, vintage.key
    then = catalogue or workspace.catalogue
    plan = make_plan(then, key.unit_code, key.period.code, key.form_code, workspace.settings.now())
    sources = {source.source_code: source for source in plan.sources.values()}
    kept = store.collections.list(key)
    rolled_up = find_collection(kept)
    collections = [c for c in kept if c.source_code in sources and c.unit_code == plan.unit.unit_code]
    own = {sources[c.source_code].system: read_kept(store, sources[c.source_code], c) for c in collections}
    given = join_predecessors(store, then, plan, kept, own)
    return EvidenceSide(
        vintage=vintage,
        filled=store.contents.filled_form(key),
        observations={o.indicator_code: o for o in store.contents.observations(key)},
        collected=given,
        plan=plan if catalogue else None,
        corrections=_corrections(catalogue, plan) if catalogue else None,
        manual=_typed(store, kept, catalogue, plan),
        brought={each.unit_code: each for each in unpack(store, rolled_up).brought} if rolled_up else {},
        handed=find_handed(store, kept),
        indicators=catalogue.indicators if catalogue else {},
    )


def _typed(
    store: Store, kept: tuple[Collection, ...], catalogue: Catalogue | None, plan: Plan
) -> Mapping[str, ManualFigure] | None:
    typed = find_typed(store, kept)
    if typed is not None:
        return typed.figures
    return catalogue.manual_figures(plan.unit.unit_code, plan.period) if catalogue else None


def _corrections(catalogue: Catalogue, plan: Plan) -> dict[str, Correction]:
    return {c.indicator: c for c in catalogue.corrections(plan.unit.unit_code, plan.period)}
