"""Every check of the suite `balance`, from observations to results."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from baocao.catalogue import Catalogue, Form
from baocao.domain import CheckResult
from expectations.engine.case_sets import Case, CaseSet, evaluate, judge_by_great_expectations
from expectations.engine.trial import Judge
from expectations.form.balances import (
    PART_CHECK,
    RATIO_CHECK,
    balance_check,
    balance_subject,
    part_subjects,
    ratio_subjects,
)
from expectations.form.balances_over_time import CARRIED_CHECK, QUARTERS_CHECK, carried_subjects, quarters_subjects
from expectations.form.declared import GROUPS_DECLARED, declared_subjects
from expectations.form.figures_view import Figures, FiguresView
from expectations.rule import Check, Rule, Subject

FIGURE_SUITE: tuple[tuple[Check[FiguresView], Callable[[Catalogue, Form | None], Iterator[Subject]]], ...] = (
    (PART_CHECK, part_subjects),
    (RATIO_CHECK, ratio_subjects),
    (CARRIED_CHECK, carried_subjects),
    (QUARTERS_CHECK, quarters_subjects),
    (GROUPS_DECLARED, declared_subjects),
)


def figure_rules(catalogue: Catalogue, form: Form | None = None) -> list[tuple[Check[FiguresView], tuple[Rule, ...]]]:
    """Every check of the suite with its rules; `form` leaves out what the suite `form` already sees there."""
    balances = [
        (check, (check.rule(balance_subject(balance, catalogue, form)),))
        for balance in catalogue.balances.values()
        for check in (balance_check(balance.balance_code),)
    ]
    suite = [
        (check, tuple(check.rule(subject) for subject in derive(catalogue, form))) for check, derive in FIGURE_SUITE
    ]
    return balances + suite


def check_figures(
    observations: Mapping[str, Figures],
    catalogue: Catalogue,
    *,
    form: Form | None = None,
    before: Mapping[str, Figures] | None = None,
    inside: Mapping[str, Sequence[Figures]] | None = None,
    lacking: Mapping[str, Mapping[str, frozenset[str]]] | None = None,
    judge: Judge = judge_by_great_expectations,
) -> list[CheckResult]:
    """Check the figures of many units for one period, on the form or not; all by unit code.

    `before` are the figures of the period just before; `inside` those of the periods that make up a cumulative one,
    in order; `lacking` says of each figure added up over units whose part it does not have. `form` names the rows in
    results and leaves out what `check_forms` already says.
    """
    views = [
        FiguresView(
            code,
            figures,
            catalogue,
            form,
            (before or {}).get(code, {}),
            (inside or {}).get(code, ()),
            (lacking or {}).get(code, {}),
        )
        for code, figures in observations.items()
    ]
    case_sets = [
        CaseSet.of(check, (Case(number, rule, view) for number, view in enumerate(views) for rule in rules))
        for check, rules in figure_rules(catalogue, form)
    ]
    return evaluate(case_sets, len(views), judge)
