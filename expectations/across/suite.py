"""Every check that holds one system's records against another's."""

from baocao.domain import CheckResult
from expectations.across.code_lists import check_portal_dossiers, check_sent_documents
from expectations.across.lists import UnitSources
from expectations.across.procedures import check_procedures_offered


def check_across(asked: UnitSources) -> list[CheckResult]:
    """Warnings and information only; a unit without the system a check starts from has no result of it."""
    return [*check_procedures_offered(asked), *check_portal_dossiers(asked), *check_sent_documents(asked)]
