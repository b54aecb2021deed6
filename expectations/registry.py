"""The one registry of checks: every check there is, and which are in force for a form, for records, for a province."""

from baocao.catalogue import Catalogue, Form
from baocao.vocabulary import RECORDS
from expectations.across.code_lists import PORTAL_DOSSIERS, SENT_DOCUMENTS
from expectations.across.compared_sources import COMPARISON_GIVEN
from expectations.across.complete import COMPLETE_CHECKS
from expectations.across.days_off import DAYS_OFF_DECLARED
from expectations.across.handed_in import AS_HANDED_IN
from expectations.across.procedures import PROCEDURES_OFFERED
from expectations.across.roll_up import COUNTED_ONCE, WHOLE_CHECKS
from expectations.across.succession import DAYS_COMPLETE
from expectations.across.tallies import LIST_VS_STATISTIC
from expectations.form.balances import PART_CHECK, RATIO_CHECK, balance_check
from expectations.form.balances_over_time import CARRIED_CHECK, QUARTERS_CHECK
from expectations.form.certain import FIGURES_CERTAIN
from expectations.form.declared import GROUPS_DECLARED
from expectations.form.figure_suite import figure_rules
from expectations.form.suite import FORM_CHECKS, form_rules
from expectations.history.suite import HISTORY_SUITE, history_rules
from expectations.records.cards import ON_ANSWERS, ON_RECORDS, RECORD_CARDS
from expectations.records.frame import owner_of_records
from expectations.rule import CheckCard, Rule, Subject

ACROSS: tuple[CheckCard, ...] = (
    *COMPLETE_CHECKS, DAYS_OFF_DECLARED, LIST_VS_STATISTIC, AS_HANDED_IN, COMPARISON_GIVEN, PROCEDURES_OFFERED,
    PORTAL_DOSSIERS, SENT_DOCUMENTS, *WHOLE_CHECKS, COUNTED_ONCE, DAYS_COMPLETE, FIGURES_CERTAIN,
)  # fmt: skip
"""What holds two things against each other: what is owed and given, two systems, two levels, two units."""


def rules(form: Form, catalogue: Catalogue) -> list[Rule]:
    """Every check in force for a form: on its cells, on the figures behind them, and on these beside earlier ones."""
    suites = (*figure_rules(catalogue, form), *history_rules(catalogue, form))
    behind = [rule for _, found in suites for rule in found]
    return [*form_rules(form, catalogue), *behind]


def rules_of_records(catalogue: Catalogue) -> list[Rule]:
    """One rule per check, those of records one per kind of records; they concern no cell in particular."""
    of_records = [
        _rule(card, f"{card.says_vi.rstrip('.')} ({RECORDS[kind]}).", owner_of_records(kind, catalogue), kind)
        for kind, cards in ON_RECORDS.items()
        for card in cards
    ]
    return [*of_records, *(_rule(card, card.says_vi, catalogue.compiler) for card in (*ON_ANSWERS, *ACROSS))]


def all_cards() -> list[CheckCard]:
    """Every check there is; `balance.<mã>` stands for the balances of `indicators.yaml`."""
    balances = (balance_check("<mã>"), PART_CHECK, RATIO_CHECK, CARRIED_CHECK, QUARTERS_CHECK, GROUPS_DECLARED)
    history = (check for check, _ in HISTORY_SUITE)
    return [*FORM_CHECKS, *balances, *history, *RECORD_CARDS, *ACROSS]


def _rule(card: CheckCard, says_vi: str, owner: str, kind: str = "") -> Rule:
    subject = Subject(
        owner=owner,
        cells=(),
        sentence_vi=says_vi,
        sentence_en=f"{card.check}: {kind}" if kind else card.check,
        roles={"codes": (kind,)} if kind else {},
    )
    return card.rule(subject)
