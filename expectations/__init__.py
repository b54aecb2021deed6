"""What must hold before release: checks on forms, figures, records and whole periods, by Great Expectations.

Importing this package is cheap: pandas is imported for records, Great Expectations when the first check runs.
"""

from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue, Form
from expectations.across.compared_sources import check_comparison
from expectations.across.complete import check_complete
from expectations.across.lists import Asked, Given
from expectations.across.owing import units_owing
from expectations.across.suite import check_across
from expectations.across.tallies import check_tallies
from expectations.engine.attempts import sharing_context
from expectations.engine.data_docs import data_docs
from expectations.form.figure_suite import check_figures, figure_rules
from expectations.form.suite import check_forms, form_rules
from expectations.history.suite import check_history, history_rules
from expectations.history.view import PastPeriod
from expectations.registry import rules_of_records
from expectations.rule import Rule
from expectations.rule_lint import LintKind, LintNote, lint_rules

if TYPE_CHECKING:
    from expectations.across.roll_up import RollUpView, check_roll_up
    from expectations.across.succession import SuccessionView, check_succession
    from expectations.records.suite import check_notices, check_records, check_unread

__all__ = [
    "Asked", "Given", "LintKind", "LintNote", "PastPeriod", "RollUpView", "Rule", "SuccessionView", "check_across",
    "check_comparison",
    "check_complete", "check_figures", "check_forms", "check_history", "check_notices", "check_records",
    "check_roll_up", "check_succession",
    "check_tallies", "check_unread", "data_docs", "lint_rules", "rules", "rules_of_records",
    "sharing_context", "units_owing",
]  # fmt: skip


def rules(form: Form, catalogue: Catalogue) -> list[Rule]:
    """Every check in force for a form: on its cells, on the figures behind them, and on these beside earlier ones."""
    suites = (*figure_rules(catalogue, form), *history_rules(catalogue, form))
    behind = [rule for _, found in suites for rule in found]
    return [*form_rules(form, catalogue), *behind]


def __getattr__(name: str) -> Any:
    if name in {"check_notices", "check_records", "check_unread"}:
        from expectations.records import suite as record_checks

        return getattr(record_checks, name)
    if name in {"RollUpView", "check_roll_up"}:
        from expectations.across import roll_up as roll_up_checks

        return getattr(roll_up_checks, name)
    if name in {"SuccessionView", "check_succession"}:
        from expectations.across import succession as succession_checks

        return getattr(succession_checks, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
