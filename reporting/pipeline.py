"""One report, from its sources to its files: gather, count, check, keep, write.

Whoever makes a report takes these steps; where what it is made from is gathered (from the sources, from kept payloads,
from the units below) is all that differs.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial

from baocao.catalogue import Catalogue, MissingMode
from baocao.corrections import correct_counts
from baocao.counting import CountingContext, add_computed, observe
from baocao.domain import Cell, FilledForm, FormMark, Observation, SourceFailure
from baocao.errors import ConfigError
from baocao.forms.fill import fill_form
from baocao.forms.series import break_notes
from baocao.grouping import observe_groups
from baocao.rolling_up import divide_parts
from baocao.store import VintageKey
from connectors.registry import check_assignments
from expectations.engine.contexts import sharing_context
from reporting.alerting.run_alerts import alert
from reporting.collection.handed_forms import keep_handed
from reporting.collection.kept_answers import find_kept_stocks
from reporting.collection.predecessors import list_sources_before
from reporting.collection.typing_in import keep_typed, read_typed
from reporting.files.writing import write_files
from reporting.gathering import gather_from_payloads, gather_from_sources, gather_from_units, plan_of_kept
from reporting.log.run_log import step
from reporting.outcome import RunResult, exit_code_of, note_end
from reporting.past import read_past
from reporting.plan import Plan, group_by_window
from reporting.progress import tell
from reporting.report import Report, is_blocking
from reporting.report_input import ReportInput, list_coverages
from reporting.roll_up.adding_up import observe_below, require_children
from reporting.roll_up.by_unit import observe_by_unit
from reporting.roll_up.children import ChildUnit, has_children
from reporting.shared_answers import OpenReport, open_reports
from reporting.suites import run_suites
from reporting.upkeep.unread_files import find_unread_files
from reporting.vintages import opened_vintage, opened_vintages
from reporting.workspace import Workspace


def make_reports(
    workspace: Workspace, plans: Sequence[Plan], missing: MissingMode | None = None
) -> tuple[RunResult, ...]:
    """Ask the sources once for all forms, or add up the units below, and tell whom it concerns what was found.

    `missing` is what to do where a unit below has no form; by default the unit's own rule.
    """
    return tuple(alert(workspace, result) for result in run_from_sources(workspace, plans, missing))


def require_settings(
    workspace: Workspace,
    plans: Sequence[Plan],
    references: Mapping[str, VintageKey] | None = None,
    *,
    late_stocks: bool = False,
) -> None:
    """Raise ConfigError, with the mistakes of all sources, where one cannot be asked as it is set up.

    Those of which kept stocks will do are not asked.
    """
    wrong: dict[str, None] = {}
    for plan in plans:
        reference = (references or {}).get(plan.form.form_code)
        kept = {} if late_stocks else find_kept_stocks(workspace, plan, reference)
        asked = [source for system, source in plan.sources.items() if system not in kept]
        beside = (*plan.comparisons, *list_sources_before(workspace.catalogue, plan))
        try:
            check_assignments(asked, plan.unit, plan.window, workspace.settings, beside)
        except ConfigError as error:
            wrong |= dict.fromkeys(str(error).splitlines())
    if wrong:
        raise ConfigError("\n".join(wrong))


def run_from_sources(
    workspace: Workspace,
    plans: Sequence[Plan],
    missing: MissingMode | None = None,
    *,
    references: Mapping[str, VintageKey] | None = None,
    late_stocks: bool = False,
    in_order: AbstractContextManager[None] | None = None,
) -> tuple[RunResult, ...]:
    """A new vintage of each form of a unit's period, from what the sources, and the units below, say now.

    Stocks are taken from what was captured, or from the form's own of `references` where that is nearer, unless
    `late_stocks`. `in_order` is entered once all was asked: of several runs at once, it says when this one may count.
    Raise ConfigError, before anybody is asked, where a source is set up wrongly.
    """
    require_settings(workspace, plans, references, late_stocks=late_stocks)
    in_order = in_order or nullcontext()
    run = partial(_run, workspace, missing=missing, references=references or {}, late_stocks=late_stocks)
    groups = group_by_window(plans)
    if len(groups) > 1 or any(has_children(workspace.catalogue, plan) for plan in plans):  # what is below, in order
        with in_order:
            return tuple(result for group in groups for result in run(group, in_order=nullcontext()))
    return run(groups[0], in_order=in_order)


def _run(
    workspace: Workspace,
    plans: Sequence[Plan],
    *,
    missing: MissingMode | None,
    references: Mapping[str, VintageKey],
    in_order: AbstractContextManager[None],
    late_stocks: bool,
) -> tuple[RunResult, ...]:
    """The forms of one unit over the same days."""
    below = [require_children(workspace, plan, missing) for plan in plans]
    typed = read_typed(workspace, plans[0])
    tell_begin(workspace, plans, below)
    with opened_vintages(workspace, plans) as vintages:
        opened = open_reports(workspace, plans, vintages, typed, references, late_stocks=late_stocks)
        with opened[0].named():  # the answers are kept with the first form's vintage
            gathered = gather_from_sources(workspace, opened)
        with in_order, sharing_context():
            return tuple(
                _add_up_and_finish(workspace, one, mine, children, missing)
                for one, mine, children in zip(opened, gathered, below, strict=True)
            )


def _add_up_and_finish(
    workspace: Workspace,
    one: OpenReport,
    gathered: ReportInput,
    children: tuple[ChildUnit, ...] | None,
    missing: MissingMode | None,
) -> RunResult:
    with one.named():
        if children is not None:
            gathered = gather_from_units(workspace, one.plan, one.vintage, gathered, children, missing)
        return finish(workspace, one.plan, one.vintage, gathered)


def tell_begin(workspace: Workspace, plans: Sequence[Plan], below: Sequence[Sequence[ChildUnit] | None]) -> None:
    """What is being made, and the files somebody may take for part of it that nobody reads."""
    for plan, children in zip(plans, below, strict=True):
        tell(f"{'Lập' if children is None else 'Tổng hợp'} báo cáo: {plan.label}")
    for unread in find_unread_files(workspace.catalogue, plans[0]):
        tell(f"Tệp không ai đọc: {unread.says}")


def run_from_payloads(
    workspace: Workspace,
    plan: Plan,
    reference: VintageKey,
    *,
    typed_today: bool = False,
    given_today: bool = False,
) -> RunResult:
    """A new vintage from the reference's payloads and today's configuration, without asking anybody.

    The typed-in figures and the handed-in form are the reference's too; with `typed_today` those of today's file, with
    `given_today` both are what there is today.

    The new vintage is known from now on, its figures from when the reference's were: `show --as-of` never tells an
    earlier day something nobody knew on it. Of a reference on another form it is no replay but the first vintage on
    its own: numbers are each form's own.
    """
    replayed = reference.vintage if reference.form_code == plan.form.form_code else None
    plan = plan_of_kept(workspace, plan, reference)
    typed = read_typed(workspace, plan) if typed_today or given_today else None
    with opened_vintage(workspace, plan, replayed_from=replayed) as vintage:
        tell(f"Đọc lại dữ liệu gốc của lần lập thứ {reference.vintage}, không kết nối hệ thống nào")
        gathered = gather_from_payloads(workspace, plan, reference)
        for collection in workspace.store.collections.list(reference):
            workspace.store.collections.keep(vintage, collection)
        if typed is not None:
            gathered = replace(gathered, typed=keep_typed(workspace, plan, vintage, typed))
        if given_today:
            gathered = replace(gathered, handed=keep_handed(workspace, plan, vintage))
        return finish(workspace, plan, vintage, gathered)


def finish(workspace: Workspace, plan: Plan, vintage: VintageKey, gathered: ReportInput) -> RunResult:
    """Count, check, keep and write what was gathered."""
    workspace.store.vintages.mark_collected(vintage)
    tell("Tính số liệu và điền biểu mẫu")
    observations, filled = count(workspace.catalogue, plan, gathered, vintage.vintage)
    tell("Kiểm tra chất lượng số liệu")
    report = check(workspace, plan, gathered, observations, filled)
    keep(workspace, vintage, report, gathered.failures)
    tell("Ghi các tệp kết quả")
    files = write_files(workspace, plan, report, vintage)
    return note_end(RunResult(plan, report, vintage, gathered.failures, files))


def compute(workspace: Workspace, plan: Plan, gathered: ReportInput, number: int) -> Report:
    """Count and check only: the report of the plan's vintage of that number once more; nothing is kept."""
    observations, filled = count(workspace.catalogue, plan, gathered, number)
    return check(workspace, plan, gathered, observations, filled)


@step("count")
def count(
    catalogue: Catalogue, plan: Plan, gathered: ReportInput, number: int
) -> tuple[dict[str, Observation], FilledForm]:
    """Every observation of the plan (counted or typed in, corrected, then divided), and the form filled with them."""
    below, typed = gathered.below, gathered.typed
    context = CountingContext(
        unit=plan.unit,
        period=plan.period,
        window=plan.window,
        known_at=gathered.known_at,
        collected={} if below else gathered.records,
        manual=typed.figures if typed else catalogue.manual_figures(plan.unit.unit_code, plan.period),
        typed_hashes=(typed.sha256,) if typed else (),
        names_evidence=plan.form.evidence_in_notes,
        handed=gathered.handed,
    )
    counted = observe_below(plan, below, context, catalogue.units) if below else observe(plan.indicators, context)
    corrections = catalogue.corrections(plan.unit.unit_code, plan.period)
    corrected = correct_counts(counted, corrections, catalogue.groupings)
    if below:
        observations = divide_parts(plan.indicators, corrected, below.whole, context, catalogue.units)
        observations |= observe_by_unit(plan, below, observations, context, catalogue.units, corrections)
    else:
        observations = add_computed(plan.indicators, corrected, context)
        asked = plan.form.matrix.groupings(plan.unit.tier) if plan.form.matrix else ()
        observations |= observe_groups(plan.indicators, asked, observations, context, catalogue.groupings, corrections)
    return observations, _fill(catalogue, plan, observations, context, number)


def _fill(
    catalogue: Catalogue, plan: Plan, observations: Mapping[str, Observation], context: CountingContext, number: int
) -> FilledForm:
    """The form; on another one than that in force, a cell whose series breaks says so."""
    groups = catalogue.group_labels
    filled = fill_form(plan.form, plan.indicators, observations, context, vintage=number, groups=groups)
    notes = break_notes(plan.breaks)
    cells = {key: _add_note(cell, notes.get(key, "")) for key, cell in filled.cells.items()}
    return replace(filled, cells=cells) if notes else filled


def _add_note(cell: Cell, note: str) -> Cell:
    return replace(cell, note="; ".join(filter(None, (cell.note, note))))


@step("check")
def check(
    workspace: Workspace, plan: Plan, gathered: ReportInput, observations: Mapping[str, Observation], filled: FilledForm
) -> Report:
    """Run every suite, against the past as known then; a failed critical check makes the form a draft."""
    assert filled.vintage is not None
    past = read_past(workspace.store, workspace.catalogue, plan, filled.vintage)
    checks = run_suites(workspace.catalogue, plan, gathered, observations, filled, past)
    is_blocked = any(is_blocking(result) for result in checks)
    marked = replace(filled, status=FormMark.DRAFT) if is_blocked else filled
    return Report(observations, marked, checks, list_coverages(plan, gathered))


def keep(workspace: Workspace, vintage: VintageKey, report: Report, failures: Sequence[SourceFailure]) -> None:
    """Keep what was found out, in one transaction."""
    workspace.store.vintages.finish(
        vintage,
        observations=list(report.observations.values()),
        filled_form=report.filled,
        check_results=report.checks,
        failures=failures,
        coverages=report.coverages,
        known_at=workspace.settings.now(),
        exit_code=exit_code_of(failures, report),
    )
