"""What must hold before release: checks on forms, figures, records and whole periods, by Great Expectations.

Importing this package is cheap: pandas is imported for records, Great Expectations when the first check runs.
"""

from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue, Form
from expectations.compared_sources import check_comparison
from expectations.complete_checks import check_complete
from expectations.figure_checks import check_figures, figure_rules
from expectations.form_checks import check_forms, form_rules
from expectations.lint import LintKind, LintNote, lint_rules
from expectations.reconcile import check_tallies
from expectations.rule import Rule

if TYPE_CHECKING:
    from expectations.record_checks import check_notices, check_records

__all__ = [
    "LintKind", "LintNote", "Rule", "check_comparison", "check_complete", "check_figures", "check_forms",
    "check_notices", "check_records",
    "check_tallies", "lint_rules", "rules",
]  # fmt: skip


def rules(form: Form, catalogue: Catalogue) -> list[Rule]:
    """Every check in force for a form, on its cells and on the figures behind them."""
    behind = [rule for _, found in figure_rules(catalogue, form) for rule in found]
    return [*form_rules(form, catalogue), *behind]


def __getattr__(name: str) -> Any:
    if name in {"check_notices", "check_records"}:
        from expectations import record_checks

        return getattr(record_checks, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
