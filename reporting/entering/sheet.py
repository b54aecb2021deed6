"""A form as it stands while it is being filled: the last vintage, with the figures typed in since, judged at once.

Nothing is kept: the next run makes the same of it, with everything else it asks.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from baocao.catalogue import Indicator, ManualFigure
from baocao.counting import CountingContext, SourceRecords, add_computed, observe
from baocao.domain import CellStatus, CheckResult, FilledForm, FormMark, Observation, Outcome, SourceFailure, System
from baocao.errors import ConfigError
from baocao.forms.fill import fill_form
from baocao.store import Vintage
from baocao.typed_figures import TYPED_IN, TypedEntry
from baocao.vocabulary import NOT_ASKED
from reporting.collection.typing_in import find_typed, read_current_and_entries
from reporting.configurations import configuration_of
from reporting.plan import Plan, make_plan
from reporting.report import is_blocking
from reporting.workspace import Workspace


@dataclass(frozen=True)
class OpenForm:
    """What an officer sees. `typed` are today's figures, `entries` who typed in those of the desk.

    `changed` are the indicators that are not as the last vintage has them; `findings` failed, the gravest first.
    """

    plan: Plan
    vintage: Vintage | None
    filled: FilledForm
    observations: Mapping[str, Observation]
    typed: Mapping[str, ManualFigure]
    entries: Mapping[str, TypedEntry]
    findings: tuple[CheckResult, ...]
    changed: frozenset[str]


def read_sheet(workspace: Workspace, plan: Plan, trial: Mapping[str, ManualFigure] | None = None) -> OpenForm:
    """`trial` are figures that are being typed in and not kept yet.

    Raise ConfigError where the file of typed-in figures is wrong, or contradicts what was typed in at the desk.
    """
    store, now = workspace.store, workspace.settings.now()
    vintage = store.vintages.find_latest(plan.form_key)
    kept = {o.indicator_code: o for o in store.contents.observations(vintage.key)} if vintage else {}
    today, entries = read_current_and_entries(workspace, plan.unit.unit_code, plan.period)
    typed = {**today, **(trial or {})}
    known_at = vintage.known_at if vintage and vintage.known_at else now
    context = CountingContext(
        plan.unit, plan.period, plan.window, known_at, _unasked(plan), typed, names_evidence=plan.form.evidence_in_notes
    )
    observations = _observe_today(plan, kept, context)
    changed = frozenset(code for code, one in observations.items() if code not in kept or one.value != kept[code].value)
    before = store.contents.filled_form(vintage.key) if vintage else None
    filled = _fill(plan, observations, context, before)
    findings = _judge(workspace, plan, filled, observations, changed, vintage)
    is_blocked = any(map(is_blocking, findings))
    marked = filled.with_status(FormMark.DRAFT) if is_blocked else filled
    return OpenForm(plan, vintage, marked, observations, typed, entries, findings, changed)


def read_kept_sheet(workspace: Workspace, plan: Plan, vintage: Vintage, filled: FilledForm) -> OpenForm:
    """The form as a vintage has it, with the figures typed in and the findings of then: nothing of today is in it.

    Under the configuration of its time; under today's where that was not kept, or is no longer read.
    """
    store, key = workspace.store, vintage.key
    typed = find_typed(store, store.collections.list(key, TYPED_IN))
    failed = [result for result in store.contents.check_results(key) if result.outcome is Outcome.FAIL]
    return OpenForm(
        plan=_plan_of_then(workspace, plan, vintage),
        vintage=vintage,
        filled=filled,
        observations={one.indicator_code: one for one in store.contents.observations(key)},
        typed=typed.figures if typed else {},
        entries={},
        findings=_order(failed),
        changed=frozenset(),
    )


def _plan_of_then(workspace: Workspace, plan: Plan, vintage: Vintage) -> Plan:
    key = vintage.key
    try:
        with configuration_of(workspace, vintage.config_hash) as catalogue:
            return make_plan(catalogue, key.unit_code, key.period.code, key.form_code, workspace.settings.now())
    except ConfigError:
        return plan


def _unasked(plan: Plan) -> dict[System, SourceRecords]:
    """The unit's systems, before a run has asked them."""
    unit_code = plan.unit.unit_code
    return {
        system: SourceRecords(system, failure=SourceFailure(source.source_code, system, unit_code, 0, NOT_ASKED, ""))
        for system, source in plan.sources.items()
    }


def _observe_today(plan: Plan, kept: Mapping[str, Observation], context: CountingContext) -> dict[str, Observation]:
    """Counted and handed-in figures as they were kept; typed-in ones as they are now; what follows from them anew."""
    fresh = observe(plan.indicators, context)
    found = {code: one if _is_todays(code, kept, context) else kept[code] for code, one in fresh.items()}
    moved = {code for code, one in found.items() if code not in kept or one.value != kept[code].value}
    computed = {code: one for code, one in plan.indicators.items() if one.inputs}
    stale: dict[str, Indicator] = {}
    while more := {
        code: one
        for code, one in computed.items()
        if code not in stale and (code not in kept or {*moved, *stale}.intersection(one.inputs))
    }:
        stale |= more
    same = {code: kept[code] for code in computed if code not in stale}
    anew = add_computed(stale, {**same, **found}, context)
    return {**kept, **found, **same, **{code: anew[code] for code in stale}}


def _is_todays(code: str, kept: Mapping[str, Observation], context: CountingContext) -> bool:
    """Whether a figure is what is typed in now, and not what the last run has: also one that was taken back."""
    return code not in kept or code in context.manual or kept[code].status is CellStatus.TYPED_IN


def _fill(
    plan: Plan, observations: Mapping[str, Observation], context: CountingContext, before: FilledForm | None
) -> FilledForm:
    """Cells that did not move keep all they said; a form nothing was asked for yet has empty ones."""
    lines = before.lines if before is not None else None
    filled = fill_form(
        plan.form, plan.indicators, observations, context, vintage=before.vintage if before else None, lines=lines
    )
    if before is None:
        return filled
    same = {
        key: before.cells[key]
        for key, cell in filled.cells.items()
        if key in before.cells and before.cells[key].value == cell.value
    }
    return replace(filled, cells={**filled.cells, **same}, head=before.head)


def _judge(
    workspace: Workspace,
    plan: Plan,
    filled: FilledForm,
    observations: Mapping[str, Observation],
    changed: Collection[str],
    vintage: Vintage | None,
) -> tuple[CheckResult, ...]:
    """The form and its figures by the plain evaluator; what only a run can tell as the last one told it."""
    from expectations.engine import plain
    from expectations.form.figure_suite import check_figures
    from expectations.form.suite import check_forms

    if vintage is None:
        return ()
    unit_code, moved = plan.unit.unit_code, {c.number for c in filled.cells.values() if c.indicator_code in changed}
    judged = [
        *check_forms([filled], workspace.catalogue, judge=plain.judge),
        *check_figures({unit_code: observations}, workspace.catalogue, form=plan.form, judge=plain.judge),
    ]
    told = {result.check for result in judged if result.outcome is not Outcome.NOT_EVALUABLE}
    kept = [
        result
        for result in workspace.store.contents.check_results(vintage.key, Outcome.FAIL)
        if result.check not in told and not moved.intersection(result.cells)
    ]
    return _order([result for result in (*judged, *kept) if result.outcome is Outcome.FAIL])


def _order(failed: Collection[CheckResult]) -> tuple[CheckResult, ...]:
    order = ("critical", "warning", "info")
    return tuple(sorted(failed, key=lambda result: order.index(result.severity.value)))
