"""Every check of the suite `form`, from filled forms to results."""

from collections.abc import Iterator, Mapping, Sequence

from baocao.catalogue import Catalogue, Form
from baocao.domain import CheckResult, FilledForm, Tier
from expectations.engine.case_sets import Case, CaseSet, evaluate, judge_by_great_expectations
from expectations.engine.trial import Judge
from expectations.form.distinct import DISTINCT_CHECKS
from expectations.form.figures import FIGURE_CHECKS
from expectations.form.fractions import FRACTION_AS_PERCENT
from expectations.form.parts import PART_CHECKS
from expectations.form.presence import PRESENCE_CHECKS
from expectations.form.ratios import RATIO_CHECKS
from expectations.form.twins import SAME_FIGURE
from expectations.form.view import FormCheck, FormLayout, FormView
from expectations.rule import Rule

FORM_CHECKS: tuple[FormCheck, ...] = (
    *PRESENCE_CHECKS, *FIGURE_CHECKS, FRACTION_AS_PERCENT, *PART_CHECKS, *DISTINCT_CHECKS, *RATIO_CHECKS, SAME_FIGURE,
)  # fmt: skip


def form_rules(form: Form, catalogue: Catalogue) -> list[Rule]:
    """Every rule of the suite in force for a form, check by check."""
    return [rule for check in FORM_CHECKS for rule in check.rules(form, catalogue)]


def check_forms(
    forms: Sequence[FilledForm],
    catalogue: Catalogue,
    *,
    as_read: bool = False,
    tiers: Mapping[str, Tier | None] | None = None,
    judge: Judge = judge_by_great_expectations,
) -> list[CheckResult]:
    """Check many forms at once, of one form code or several: one expectation per check, whatever their number.

    `as_read` is for forms somebody filled by hand: a wrong way of rounding is then a warning; `tiers` are those they
    say they are of, by unit code, for units the catalogue does not have. Results come form by form, in the order
    given. Raise ConfigError for a form code the catalogue does not have.
    """
    layouts = {code: FormLayout(catalogue.form(code), catalogue) for code in {form.form_code for form in forms}}
    read = tiers or {}
    views = [FormView(form, layouts[form.form_code], as_read, read.get(form.unit_code)) for form in forms]
    case_sets = [CaseSet.of(check, _cases(check, layouts, views)) for check in FORM_CHECKS]
    return evaluate(case_sets, len(views), judge)


def _cases(check: FormCheck, layouts: dict[str, FormLayout], views: Sequence[FormView]) -> Iterator[Case[FormView]]:
    rules = {code: check.rules(layout.form, layout.catalogue) for code, layout in layouts.items()}
    for number, view in enumerate(views):
        for rule in rules[view.filled.form_code]:
            yield Case(number, rule, view)
