"""The checks in force for whatever form: of collected records, of sources' own figures, of what a province owes."""

from collections.abc import Iterator

from baocao.catalogue import Catalogue
from baocao.vocabulary import RECORDS
from expectations.across.code_lists import PORTAL_DOSSIERS, SENT_DOCUMENTS
from expectations.across.compared_sources import COMPARISON_GIVEN
from expectations.across.complete import COMPLETE_CHECKS
from expectations.across.procedures import PROCEDURES_OFFERED
from expectations.across.roll_up import COUNTED_ONCE, WHOLE_CHECKS
from expectations.across.succession import DAYS_COMPLETE
from expectations.across.tallies import LIST_VS_STATISTIC
from expectations.records.cards import ON_RECORDS, UNKNOWN_FIELDS, UNKNOWN_VALUES
from expectations.records.frame import owner_of_records
from expectations.rule import CheckCard, Rule


def rules_of_records(catalogue: Catalogue) -> list[Rule]:
    """One rule per check, those of records one per kind of records; they concern no cell in particular."""
    office = next(iter(catalogue.owners.values()), "")
    of_records = [
        _rule(card, f"{card.says_vi.rstrip('.')} ({RECORDS[kind]}).", owner_of_records(kind, catalogue), kind)
        for kind, cards in ON_RECORDS.items()
        for card in cards
    ]
    return [*of_records, *(_rule(card, card.says_vi, office) for card in _of_answers())]


def _of_answers() -> Iterator[CheckCard]:
    yield from (UNKNOWN_VALUES, UNKNOWN_FIELDS, LIST_VS_STATISTIC, COMPARISON_GIVEN)
    yield from (PROCEDURES_OFFERED, PORTAL_DOSSIERS, SENT_DOCUMENTS)
    yield from COMPLETE_CHECKS
    yield from (*WHOLE_CHECKS, COUNTED_ONCE, DAYS_COMPLETE)


def _rule(card: CheckCard, says_vi: str, owner: str, kind: str = "") -> Rule:
    return Rule(
        check=card.check,
        severity=card.severity,
        owner=owner,
        cells=(),
        sentence_vi=says_vi,
        sentence_en=f"{card.check}: {kind}" if kind else card.check,
        roles={"codes": (kind,)} if kind else {},
    )
