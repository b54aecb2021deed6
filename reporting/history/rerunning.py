"""A past period made again: a new vintage, its difference against the released form, and the decision about it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from baocao.documents.form_json import render_form_json
from baocao.errors import ConfigError
from baocao.store import FormKey, Store, VintageKey
from reporting.alerting.run_alerts import alert
from reporting.collection.capturing import stock_sources
from reporting.collection.kept_answers import find_kept_stocks
from reporting.collection.typing_in import find_typed_since
from reporting.configurations import configuration_of
from reporting.differences.changed_rules import find_changed_limits
from reporting.differences.differing import ExplainedDifference, explain_differences, only_changed
from reporting.differences.evidence_sides import read_side
from reporting.differences.late import LateRecords, compare_late
from reporting.files.writing import Circumstances
from reporting.outcome import RunResult
from reporting.pipeline import require_settings, run_from_payloads, run_from_sources
from reporting.plan import Plan, find_key_in_force
from reporting.release.entries import StepRequest
from reporting.release.files import hash_files, read_kept_manifest, render_release
from reporting.release.releasing import accept
from reporting.standing import Standing, find_standing, run_hint
from reporting.workspace import Workspace

PAYLOADS, SOURCES = "payloads", "sources"
FORM_NAME = "form.json"


@dataclass(frozen=True)
class Rerun:
    """What a re-run came to. `baseline` is what it is compared with: the released form, else the latest before it.

    `kept_stocks` are the sources of stocks not asked again, `asked_stocks` those that were; `same_files` and
    `other_files` say, after a replay without any difference, which released files came out the same to the byte;
    `typed_since` says what today's file of typed-in figures has otherwise than the replay, which took those of then;
    `changed_limits` are the limits of checks that read otherwise then; `accepted` is the form's standing afterwards.
    """

    result: RunResult
    source: str
    reference: VintageKey
    baseline: VintageKey
    baseline_revision: int | None
    differences: tuple[ExplainedDifference, ...]
    kept_stocks: tuple[str, ...] = ()
    asked_stocks: tuple[str, ...] = ()
    late: tuple[LateRecords, ...] = ()
    same_files: tuple[str, ...] = ()
    other_files: tuple[str, ...] = ()
    typed_since: tuple[str, ...] = ()
    changed_limits: tuple[str, ...] = ()
    accepted: Standing | None = None

    @property
    def changed(self) -> tuple[ExplainedDifference, ...]:
        return only_changed(self.differences)

    def as_json(self) -> dict[str, Any]:
        return {
            **self.result.as_json(),
            "from": self.source,
            "reference": self.reference.vintage,
            "baseline": self.baseline.vintage,
            "baseline_revision": self.baseline_revision,
            "stocks_not_asked_again": list(self.kept_stocks),
            "stocks_asked_again": list(self.asked_stocks),
            "late": [one.as_json() for one in self.late],
            "changed_cells": len(self.changed),
            "differences": [one.as_json() for one in self.differences],
            "typed_in_since": list(self.typed_since),
            "changed_limits": list(self.changed_limits),
            "same_files": list(self.same_files),
            "other_files": list(self.other_files),
            "accepted": self.accepted.stage.value if self.accepted else None,
        }


@dataclass(frozen=True)
class _FormBefore:
    """A form as it stands before it is made again: which vintage it is made from, and compared with."""

    plan: Plan
    standing: Standing
    reference: VintageKey
    baseline: VintageKey
    kept_stocks: tuple[str, ...]


def rerun(
    workspace: Workspace,
    plan: Plan,
    source: str,
    *,
    number: int | None = None,
    late_stocks: bool = False,
    typed_today: bool = False,
    in_order: AbstractContextManager[None] | None = None,
) -> Rerun:
    """Make one form's new vintage: see `rerun_all`."""
    return rerun_all(
        workspace,
        (plan,),
        source,
        number=number,
        late_stocks=late_stocks,
        typed_today=typed_today,
        in_order=in_order,
    )[0]


def rerun_all(
    workspace: Workspace,
    plans: Sequence[Plan],
    source: str,
    *,
    number: int | None = None,
    late_stocks: bool = False,
    typed_today: bool = False,
    in_order: AbstractContextManager[None] | None = None,
) -> tuple[Rerun, ...]:
    """Make the new vintage of each form and explain every difference; nothing of what was there changes.

    From payloads, the typed-in figures are those of then too, unless `typed_today`. `in_order` says when it may be
    counted and written: see run_from_sources.
    """
    before = [_look_back(workspace, plan, source, number, late_stocks=late_stocks) for plan in plans]
    if source == PAYLOADS:
        with in_order or nullcontext():
            results = tuple(
                run_from_payloads(workspace, one.plan, one.reference, typed_today=typed_today) for one in before
            )
    else:
        references = {one.plan.form.form_code: one.reference for one in before}
        results = run_from_sources(workspace, plans, references=references, late_stocks=late_stocks, in_order=in_order)
    return tuple(
        _tell_difference(workspace, one, result, source, typed_today=typed_today)
        for one, result in zip(before, results, strict=True)
    )


def _look_back(workspace: Workspace, plan: Plan, source: str, number: int | None, *, late_stocks: bool) -> _FormBefore:
    form_key = find_counted_key(workspace, plan)
    standing = find_standing(workspace.store, form_key)
    reference = choose_reference(workspace.store, form_key, number, standing.released_vintage)
    baseline = _choose_baseline(workspace.store, form_key, standing)
    kept = () if source == PAYLOADS or late_stocks else _kept_stocks(workspace, plan, reference)
    return _FormBefore(plan, standing, reference, baseline, kept)


def _tell_difference(
    workspace: Workspace, before: _FormBefore, result: RunResult, source: str, *, typed_today: bool
) -> Rerun:
    plan, standing, reference = before.plan, before.standing, before.reference
    if source == SOURCES and not standing.is_locked:  # what is asked of a released period is a question, not its state
        result = alert(workspace, result)
    then, now = (read_side(workspace, key) for key in (before.baseline, result.vintage))
    asked = tuple(s.label for s in stock_sources(plan) if s.label not in before.kept_stocks)
    done = Rerun(
        result=result,
        source=source,
        reference=reference,
        baseline=before.baseline,
        baseline_revision=standing.revision if standing.is_locked else None,
        differences=explain_differences(then, now, workspace.catalogue),
        kept_stocks=before.kept_stocks,
        late=compare_late(then, now),
        changed_limits=_find_changed_limits(workspace, before.baseline),
        typed_since=find_typed_since(workspace, reference) if source == PAYLOADS and not typed_today else (),
        asked_stocks=asked if source == SOURCES else (),
    )
    is_same_form = source == PAYLOADS and reference == before.baseline and reference.form_code == plan.form.form_code
    return _prove(workspace, done, standing) if is_same_form else done


def _find_changed_limits(workspace: Workspace, baseline: VintageKey) -> tuple[str, ...]:
    """Against the configuration of the baseline's time; nothing where that was not kept."""
    try:
        with configuration_of(workspace, workspace.store.vintages.find(baseline).config_hash) as then:
            return find_changed_limits(then, workspace.catalogue)
    except ConfigError:
        return ()


def require_askable(workspace: Workspace, plans: Sequence[Plan], number: int | None = None) -> None:
    """Raise ConfigError where a source that a re-run from sources would ask is set up wrongly; nobody is asked."""
    before = [_look_back(workspace, plan, SOURCES, number, late_stocks=False) for plan in plans]
    require_settings(workspace, plans, {one.plan.form.form_code: one.reference for one in before})


def accept_rerun(workspace: Workspace, done: Rerun, request: StepRequest) -> Rerun:
    """Put the new vintage forward as a restatement."""
    changes = tuple(one.summary for one in done.changed)
    return replace(done, accepted=accept(workspace, done.result.vintage, request, changes, done.baseline.vintage))


def find_counted_key(workspace: Workspace, plan: Plan) -> FormKey:
    """The form's own key; of another version than the one in force, never yet filled, that of the one in force."""
    if workspace.store.vintages.find_latest(plan.form_key) is not None:
        return plan.form_key
    counted = find_key_in_force(workspace.catalogue, plan)
    return counted if workspace.store.vintages.find_latest(counted) is not None else plan.form_key


def choose_reference(store: Store, form_key: FormKey, number: int | None, released: int | None) -> VintageKey:
    """The vintage whose answers are used: the one named, else the released one, else the latest whole one."""
    latest = store.vintages.find_latest(form_key)
    number = number or released or (latest.key.vintage if latest else None)
    if number is None:
        raise ConfigError(f"{form_key}: chưa giữ dữ liệu nào của kỳ này. Chạy: {run_hint(form_key)}")
    return VintageKey(form_key.unit_code, form_key.form_code, form_key.period, number)


def _choose_baseline(store: Store, form_key: FormKey, standing: Standing) -> VintageKey:
    return choose_reference(store, form_key, standing.released_vintage, None)


def _kept_stocks(workspace: Workspace, plan: Plan, reference: VintageKey) -> tuple[str, ...]:
    return tuple(plan.sources[system].label for system in find_kept_stocks(workspace, plan, reference))


def _prove(workspace: Workspace, done: Rerun, standing: Standing) -> Rerun:
    """Whether the replay gives the very files of before: the released ones, else the form itself."""
    if standing.release is None or standing.revision or done.changed:
        same = _gives_same_form(workspace, done)
        return replace(done, same_files=(FORM_NAME,) if same else (), other_files=() if same else (FORM_NAME,))
    circumstances = Circumstances.of(read_kept_manifest(workspace.store, standing.release))
    again = hash_files(render_replayed(workspace, done, circumstances))
    kept = {name: file["sha256"] for name, file in standing.release.content["files"].items()}
    alike = tuple(name for name in kept if again.get(name) == kept[name])
    return replace(done, same_files=alike, other_files=tuple(name for name in kept if name not in alike))


def render_replayed(workspace: Workspace, done: Rerun, circumstances: Circumstances) -> dict[str, bytes]:
    """The files of the replayed report, under the number of the vintage it replays."""
    report = done.result.report
    numbered = replace(report.filled, vintage=done.reference.vintage)
    return render_release(
        workspace, done.result.vintage, 0, report=replace(report, filled=numbered), circumstances=circumstances
    )


def _gives_same_form(workspace: Workspace, done: Rerun) -> bool:
    """Of a form not released, `form.json` stands for the rest."""
    form, filled = done.result.plan.form, workspace.store.contents.filled_form(done.reference)
    again = replace(done.result.report.filled, vintage=done.reference.vintage)
    return render_form_json(filled, form) == render_form_json(again, form)
