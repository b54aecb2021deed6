"""Who may do a step, and what is never released: each rule beside the one case it does not cover."""

from dataclasses import replace
from datetime import date

import pytest

from baocao.catalogue.release import ReleaseRules
from baocao.domain import CellStatus, FormMark
from baocao.errors import ReleaseError
from baocao.store import LogEntry
from reporting.release.rules import require_closed, require_role, require_two_persons
from reporting.standing import Standing, Step
from tests.baocao.store.samples import FORM, NOW, form

RULES = ReleaseRules(since=date(2026, 1, 1))


def entry(kind: str, by: str, number: int) -> LogEntry:
    return LogEntry(number, FORM, kind, NOW, {"by": by, "revision": 0, "vintage": 1}, "", f"{number}")


def test_an_early_release_needs_its_reason() -> None:
    early = form(status=FormMark.PROVISIONAL)
    require_closed(early, RULES, early=True, reason="Sở yêu cầu gửi trước")
    for given in ({"early": True, "reason": ""}, {"early": False, "reason": "Sở yêu cầu gửi trước"}):
        with pytest.raises(ReleaseError, match="số tạm tính"):
            require_closed(early, RULES, **given)


def test_one_provisional_cell_makes_the_form_provisional() -> None:
    whole = form()
    cells = {**whole.cells, "4.2": replace(whole.cells["4.2"], status=CellStatus.PROVISIONAL)}
    require_closed(whole, RULES, early=False, reason="")
    with pytest.raises(ReleaseError, match="số tạm tính"):
        require_closed(replace(whole, cells=cells), RULES, early=False, reason="")


@pytest.mark.parametrize(
    ("step", "role"),
    [
        (Step.PREPARE, "lan"), (Step.ACCEPT, "lan"), (Step.APPROVE, "minh"), (Step.PUBLISH, "minh"),
        (Step.RESTATE, "minh"), (Step.UNLOCK, "quan-tri"),
    ],
)  # fmt: skip
def test_each_step_is_its_own_role_s(step: Step, role: str) -> None:
    accounts = {"preparer": "lan", "approver": "minh", "administrator": "quan-tri"}
    roles = {name: {"label": name, "accounts": [account]} for name, account in accounts.items()}
    rules = ReleaseRules.model_validate({"since": "2026-01-01", "roles": roles})
    for person in accounts.values():
        if person == role:
            require_role(rules, step, person)
            continue
        with pytest.raises(ReleaseError, match=f"{person} không có quyền"):
            require_role(rules, step, person)


def test_two_persons_are_asked_of_a_restatement_too() -> None:
    standing = Standing(FORM, has_figures=True, proposal=entry("prepare", "lan", 1))
    locked = replace(standing, proposal=entry("accept", "lan", 3), release=entry("publish", "minh", 2))
    for one in (standing, locked):
        require_two_persons(RULES, one, "minh")
        with pytest.raises(ReleaseError, match="không được tự duyệt"):
            require_two_persons(RULES, one, "lan")
