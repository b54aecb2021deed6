"""The steps of a report that need no network and no engine: count, correct, fill, check, write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.corrections import apply_corrections
from baocao.counting import CountingContext, add_ratios, observe
from baocao.domain import Cell, CheckResult, FilledForm, FormStatus, Observation, Outcome, Severity, System
from baocao.forms.fill import fill_form
from baocao.forms.series import break_notes
from expectations.across.tallies import check_tallies
from expectations.engine.contexts import sharing_context
from expectations.form.figure_suite import check_figures
from expectations.form.suite import check_forms
from expectations.history.suite import check_history
from expectations.records.suite import check_notices, check_records, check_unread
from reporting.collection.collecting import SourceYield
from reporting.collection.comparing import Compared, check_across, check_compared
from reporting.collection.predecessors import check_gaps
from reporting.log.run_log import step
from reporting.past import Past
from reporting.plan import Plan


@dataclass(frozen=True)
class Report:
    """A report before it is stored or written: its figures, the form, what the checks say."""

    observations: Mapping[str, Observation]
    filled: FilledForm
    checks: tuple[CheckResult, ...]

    @property
    def known_at(self) -> datetime:
        assert self.filled.known_at is not None
        return self.filled.known_at

    @property
    def is_releasable(self) -> bool:
        return self.filled.status is not FormStatus.DRAFT


@step("count")
def count_figures(
    catalogue: Catalogue, plan: Plan, yields: Mapping[System, SourceYield], known_at: datetime
) -> tuple[dict[str, Observation], CountingContext]:
    """Every observation of the plan: counted or typed in, corrected, then divided."""
    context = CountingContext(
        unit=plan.unit,
        period=plan.period,
        window=plan.window,
        known_at=known_at,
        collected={system: found.collected for system, found in yields.items()},
        manual=catalogue.manual_figures(plan.unit.unit_code, plan.period),
    )
    counted = observe(plan.indicators, context)
    corrections = catalogue.corrections(plan.unit.unit_code, plan.period)
    corrected = apply_corrections(counted, [c for c in corrections if c.indicator in counted])
    return add_ratios(plan.indicators, corrected, context), context


def fill(plan: Plan, observations: Mapping[str, Observation], context: CountingContext, vintage: int) -> FilledForm:
    """The form; on another one than that in force, a cell whose series breaks says so."""
    filled = fill_form(plan.form, plan.indicators, observations, context, vintage=vintage)
    notes = break_notes(plan.breaks)
    cells = {key: _add_note(cell, notes.get(key, "")) for key, cell in filled.cells.items()}
    return replace(filled, cells=cells) if notes else filled


def _add_note(cell: Cell, note: str) -> Cell:
    return replace(cell, note="; ".join(filter(None, (cell.note, note))))


@step("check")
@sharing_context()
def check(
    catalogue: Catalogue,
    plan: Plan,
    yields: Mapping[System, SourceYield],
    observations: Mapping[str, Observation],
    filled: FilledForm,
    past: Past,
    others: Iterable[CheckResult] = (),
    compared: Sequence[Compared] = (),
) -> Report:
    """Run every suite; a failed critical check, or one of `others`, makes the form a draft."""
    unit_code = plan.unit.unit_code
    checks = [
        *others,
        *check_forms([filled], catalogue),
        *_check_against_past(catalogue, plan, observations, past),
        *check_gaps(plan, yields),
    ]
    for found in yields.values():
        collected = found.collected
        for kind, frame in collected.frames.items():
            checks += check_records(
                kind, frame, catalogue, plan.window, unit_code=unit_code, taken_at=collected.captured_at
            )
        if collected.failure is None:
            checks += check_notices(found.notices, collected.system, unit_code, catalogue)
        else:
            checks += check_unread(collected.system, unit_code, collected.failure.reason, catalogue)
    tallies = {
        found.collected.system: found.collected.frames["tallies"]
        for found in yields.values()
        if "tallies" in found.collected.frames
    }
    checks += check_tallies(observations, tallies, catalogue, plan.window, unit_code)
    checks += check_compared(catalogue, plan, observations, compared)
    checks += check_across(catalogue, plan, yields, observations, compared)
    if any(is_blocking(result) for result in checks):
        filled = replace(filled, status=FormStatus.DRAFT)
    return Report(observations, filled, tuple(sorted(checks, key=_gravity)))


def _check_against_past(
    catalogue: Catalogue, plan: Plan, observations: Mapping[str, Observation], past: Past
) -> list[CheckResult]:
    """The balances, across periods too, and the comparison with what is usual."""
    unit_code = plan.unit.unit_code
    balances = check_figures(
        {unit_code: observations},
        catalogue,
        form=plan.form,
        before={unit_code: past.before},
        inside={unit_code: past.inside},
    )
    history = check_history({unit_code: observations}, past.periods, catalogue, form=plan.form)
    return [*balances, *history]


def is_blocking(result: CheckResult) -> bool:
    """Whether a result forbids a release: a critical check that failed."""
    return result.outcome is Outcome.FAIL and result.severity is Severity.CRITICAL


def form_dir(out_dir: Path, filled: FilledForm) -> Path:
    """`out/<unit>/<period>/<form code>/`."""
    assert filled.period is not None
    return out_dir / filled.unit_code / filled.period.code / filled.form_code


def _gravity(result: CheckResult) -> tuple[int, int, str, tuple[str, ...]]:
    outcomes, severities = list(Outcome), list(Severity)
    failed_first = 0 if result.outcome is Outcome.FAIL else 1
    return (
        failed_first * 10 + outcomes.index(result.outcome),
        severities.index(result.severity),
        result.check,
        result.cells,
    )
