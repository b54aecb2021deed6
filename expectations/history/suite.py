"""Every check of the suite `history`, from this and earlier periods' figures to results."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from baocao.catalogue import Catalogue, Form
from baocao.domain import CheckResult, Outcome
from expectations.engine.case_sets import ABOUT, Case, CaseSet, evaluate, judge_by_great_expectations, name_subjects
from expectations.engine.trial import Judge
from expectations.form.figures_view import Figures
from expectations.history.jumps import LAST_YEAR_CHECK, PREVIOUS_CHECK, jump_subjects
from expectations.history.quiet import (
    FROZEN_CHECK,
    SHRUNK_CHECK,
    SILENT_CHECK,
    frozen_subjects,
    shrunk_subjects,
    silent_subjects,
)
from expectations.history.view import HistoryView, Past, make_views
from expectations.rule import Check, Rule, Subject

HISTORY_SUITE: tuple[tuple[Check[HistoryView], Callable[[Catalogue, Form | None], Iterator[Subject]]], ...] = (
    (PREVIOUS_CHECK, partial(jump_subjects, "kỳ liền trước")),
    (LAST_YEAR_CHECK, partial(jump_subjects, "cùng kỳ năm trước")),
    (SILENT_CHECK, silent_subjects),
    (FROZEN_CHECK, frozen_subjects),
    (SHRUNK_CHECK, shrunk_subjects),
)


def history_rules(catalogue: Catalogue, form: Form | None = None) -> list[tuple[Check[HistoryView], tuple[Rule, ...]]]:
    """Every check of the suite with its rules: the figures the form needs, or all."""
    return [
        (check, tuple(check.rule(subject) for subject in derive(catalogue, form))) for check, derive in HISTORY_SUITE
    ]


def check_history(
    observations: Mapping[str, Figures],
    past: Mapping[str, Past],
    catalogue: Catalogue,
    *,
    form: Form | None = None,
    judge: Judge = judge_by_great_expectations,
) -> list[CheckResult]:
    """Check the figures of many units for one period against earlier ones; all by unit code.

    `past` holds the earlier periods of these units and of their peers, for peers also this one where it is known.
    What cannot be evaluated for one reason is one result per check and unit, whatever the number of figures.
    """
    views = make_views(observations, past, catalogue, form)
    case_sets = [
        CaseSet.of(check, (Case(number, rule, view) for number, view in enumerate(views) for rule in rules))
        for check, rules in history_rules(catalogue, form)
    ]
    return _joined(evaluate(case_sets, len(views), judge))


def _joined(results: list[CheckResult]) -> list[CheckResult]:
    says = {check.check: check.says_vi for check, _ in HISTORY_SUITE}
    found: dict[tuple[object, ...], CheckResult] = {}
    for number, result in enumerate(results):
        clear = result.outcome is not Outcome.NOT_EVALUABLE
        key: tuple[object, ...] = (number,) if clear else (result.unit_code, result.check, result.reason)
        if key not in found:
            found[key] = result
            continue
        cells = tuple(dict.fromkeys((*found[key].cells, *result.cells)))
        subjects = (*found[key].evidence[ABOUT], *result.evidence[ABOUT])
        found[key] = replace(
            found[key],
            cells=cells,
            message_vi=says[result.check],
            message_en=result.check,
            evidence={**found[key].evidence, **name_subjects(*subjects)},
        )
    return list(found.values())
