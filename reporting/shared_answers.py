"""One asking for all forms of a unit's period: what is asked, and what each form takes of the answers.

The answers are kept with the first form's vintage and become the others' own, so that each can be made again, explained
and proved by itself.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from baocao.catalogue import Catalogue, Source
from baocao.counting import SourceRecords
from baocao.domain import RawPayload, System
from baocao.figures import print_instant
from baocao.store import Collection, VintageKey
from reporting.collection.capturing import gives_stocks
from reporting.collection.handed_forms import find_handed, keep_handed
from reporting.collection.kept_answers import captured_at, find_kept_stocks, read_kept
from reporting.collection.predecessors import bring_predecessors, join_predecessors
from reporting.collection.typing_in import find_typed, keep_typed
from reporting.log.run_log import about
from reporting.plan import Plan, join_plans
from reporting.progress import tell
from reporting.report_input import ReportInput
from reporting.workspace import Workspace


@dataclass(frozen=True)
class OpenReport:
    """One report under way: its vintage, and where stocks of it are kept already, by system."""

    plan: Plan
    vintage: VintageKey
    kept: Mapping[System, Collection] = field(default_factory=dict)

    @property
    def unit_code(self) -> str:
        return self.plan.unit.unit_code

    def named(self) -> AbstractContextManager[None]:
        """What is logged inside is about this report, of several that are open."""
        return about(form=self.plan.form.form_code, vintage=self.vintage.vintage)

    def needs(self, collection: Collection, catalogue: Catalogue) -> bool:
        """Whether an answer to all reports is one to this: of its own sources, or of a unit of before's like them."""
        if collection.unit_code == self.unit_code:
            asked = (source for system, source in self.plan.sources.items() if system not in self.kept)
            return collection.source_code in {source.source_code for source in (*asked, *self.plan.comparisons)}
        system = catalogue.source(collection.source_code).system
        own = self.plan.sources.get(system)
        return own is not None and not gives_stocks(self.plan, own)


@dataclass(frozen=True)
class Answers:
    """What the sources gave in one asking: of figures by system, of comparisons by source."""

    found: Mapping[System, SourceRecords]
    compared: Mapping[str, SourceRecords] = field(default_factory=dict)


def open_reports(
    workspace: Workspace,
    plans: Sequence[Plan],
    vintages: Sequence[VintageKey],
    typed: RawPayload,
    references: Mapping[str, VintageKey] | None = None,
    *,
    late_stocks: bool = False,
) -> list[OpenReport]:
    """One for each form, with what people gave kept with its vintage: `typed`, and the form handed in.

    Stocks are asked for only where `late_stocks`; else what is kept of them, or of the form's reference, is used.
    """
    opened = []
    for plan, vintage in zip(plans, vintages, strict=True):
        reference = (references or {}).get(plan.form.form_code)
        opened.append(OpenReport(plan, vintage, {} if late_stocks else find_kept_stocks(workspace, plan, reference)))
        keep_typed(workspace, plan, vintage, typed)
        keep_handed(workspace, plan, vintage)
    return opened


def sources_to_ask(reports: Sequence[OpenReport]) -> dict[System, Source]:
    """The sources some report needs more of than what is kept; the reports are those of one unit and window."""
    return {system: source for one in reports for system, source in one.plan.sources.items() if system not in one.kept}


def sources_to_compare(reports: Sequence[OpenReport]) -> dict[str, Source]:
    """By code."""
    return {source.source_code: source for one in reports for source in one.plan.comparisons}


def join_answers(workspace: Workspace, reports: Sequence[OpenReport], answers: Answers) -> tuple[ReportInput, ...]:
    """What each report takes of the answers; with what the unit inherits in the period in which it came into being."""
    first, *others = reports
    asked = workspace.store.collections.list(first.vintage)
    taken = [_take_stocks(workspace, one) for one in reports]
    bring_predecessors(workspace, join_plans([one.plan for one in reports]), first.vintage)
    inherited = [one for one in workspace.store.collections.list(first.vintage) if one.unit_code != first.unit_code]
    for one in others:
        for collection in (*asked, *inherited):
            if one.needs(collection, workspace.catalogue):
                workspace.store.collections.keep(one.vintage, collection)
    return tuple(_join(workspace, one, answers, mine) for one, mine in zip(reports, taken, strict=True))


def _join(
    workspace: Workspace, one: OpenReport, answers: Answers, taken: Mapping[System, SourceRecords]
) -> ReportInput:
    plan, every = one.plan, {**answers.found, **taken}
    collections = workspace.store.collections.list(one.vintage)
    ordered = {system: every[system] for system in plan.sources}
    records = join_predecessors(workspace.store, workspace.catalogue, plan, collections, ordered)
    compared = {source.source_code: answers.compared[source.source_code] for source in plan.comparisons}
    typed, handed = find_typed(workspace.store, collections), find_handed(workspace.store, collections)
    return ReportInput(records, workspace.settings.now(), compared, typed=typed, handed=handed)


def _take_stocks(workspace: Workspace, one: OpenReport) -> dict[System, SourceRecords]:
    """The kept answers of stocks, made the vintage's own."""
    found = {}
    for system, collection in one.kept.items():
        source = one.plan.sources[system]
        workspace.store.collections.keep(one.vintage, collection)
        at = print_instant(captured_at(collection))
        tell(f"{source.label}: dùng số liệu thời điểm đã chụp lúc {at}", source_code=source.source_code)
        found[system] = read_kept(workspace.store, source, collection)
    return found
