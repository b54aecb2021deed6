"""Every check of the suite `form`, from filled forms to results."""

from collections.abc import Iterator, Mapping, Sequence

from baocao.catalogue import Catalogue, Form
from baocao.domain import CheckResult, FilledForm, FormLine, Tier
from expectations.engine.case_sets import Case, CaseSet, evaluate, judge_by_great_expectations
from expectations.engine.trial import Judge
from expectations.form.distinct import DISTINCT_CHECKS
from expectations.form.figures import FIGURE_CHECKS
from expectations.form.fractions import FRACTION_AS_PERCENT
from expectations.form.matrix import COLUMN_TOTAL, line_rules
from expectations.form.parts import PART_CHECKS
from expectations.form.presence import PRESENCE_CHECKS
from expectations.form.ratios import RATIO_CHECKS
from expectations.form.twins import SAME_FIGURE
from expectations.form.view import FormCheck, FormLayout, FormView
from expectations.rule import Rule

FORM_CHECKS: tuple[FormCheck, ...] = (
    *PRESENCE_CHECKS, *FIGURE_CHECKS, FRACTION_AS_PERCENT, *PART_CHECKS, COLUMN_TOTAL, *DISTINCT_CHECKS, *RATIO_CHECKS,
    SAME_FIGURE,
)  # fmt: skip


def form_rules(form: Form, catalogue: Catalogue) -> list[Rule]:
    """Every rule of the suite in force for a form, check by check."""
    return [rule for check in FORM_CHECKS for rule in _rules_of(check, form, catalogue)]


def _rules_of(check: FormCheck, form: Form, catalogue: Catalogue) -> tuple[Rule, ...]:
    """On a matrix those of each line; its total down is a matter of the whole table."""
    if form.matrix is None or check is COLUMN_TOTAL:
        return check.rules(form, catalogue)
    return line_rules(check, form, catalogue)


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
    layouts = {_layout_key(form): form for form in forms}
    made = {key: FormLayout(catalogue.form(form.form_code).laid_out(form), catalogue) for key, form in layouts.items()}
    read = tiers or {}
    views = [FormView(form, made[_layout_key(form)], as_read, read.get(form.unit_code)) for form in forms]
    case_sets = [CaseSet.of(check, _cases(check, made, views)) for check in FORM_CHECKS]
    return evaluate(case_sets, len(views), judge)


def _layout_key(form: FilledForm) -> tuple[str, tuple[FormLine, ...]]:
    """What forms of one layout share: the code, of a matrix also its lines."""
    return form.form_code, form.lines


def _cases(
    check: FormCheck, layouts: Mapping[tuple[str, tuple[FormLine, ...]], FormLayout], views: Sequence[FormView]
) -> Iterator[Case[FormView]]:
    rules = {key: _rules_of(check, layout.form, layout.catalogue) for key, layout in layouts.items()}
    for number, view in enumerate(views):
        for rule in rules[_layout_key(view.filled)]:
            yield Case(number, rule, view)
