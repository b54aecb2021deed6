"""What each person owes today: each kind of duty, whose it is, and in which order."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import FormStage, Period, Severity
from baocao.incidents import CauseKind, Incident
from baocao.people import ALL_UNITS, Grant, Identity, Person, PersonRole
from baocao.remarks import CellRemark, RemarkKind
from baocao.store import FormKey, HandIn, HandInOutcome, LogEntry, VintageStatus
from reporting.status.rows import GridRow
from reporting.today.duties import DutyFacts, DutyKind, list_duties

Q4 = Period.parse("2025-Q4")
NOW = datetime(2025, 12, 16, tzinfo=UTC)
K = DutyKind


def row_of(
    catalogue: Catalogue, stage: FormStage, unit: str = "dac-khu", days_left: int = 2, **more: object
) -> GridRow:
    given = {
        "unit": catalogue.unit(unit), "period": Q4, "form_code": "2025-bieu-mau-7", "form_name": "Biểu mẫu 7",
        "is_alone": True, "due_on": date(2025, 12, 18), "days_left": days_left, "stage": stage,
        "last_run": VintageStatus.WHOLE, "systems": {}, "blocking": (), "vintage": 1, "has_ended": True,
        "is_rolled_up": False, "is_locked": False, **more,
    }  # fmt: skip
    return GridRow(**given)  # type: ignore[arg-type]


def facts_of(*rows: GridRow, **more: object) -> DutyFacts:
    facts = DutyFacts(
        rows, {}, {}, {"a": "Số A", "b": "Số B"}, {"a": "van_phong", "b": "mot_cua"}, (), (), date(2025, 12, 16)
    )
    return replace(facts, **more)  # type: ignore[arg-type]


def person_of(catalogue: Catalogue, *grants: Grant, code: str = "lan") -> Identity:
    return Identity(Person(code, "Lan", grants), {key: unit.parent for key, unit in catalogue.units.items()})


def kinds(facts: DutyFacts, identity: Identity) -> list[DutyKind]:
    return [duty.kind for duty in list_duties(facts, identity)]


def entry(content: dict[str, object]) -> LogEntry:
    return LogEntry(1, FormKey("dac-khu", "2025-bieu-mau-7", Q4), "prepare", NOW, content, "0" * 64, "1" * 64)


OFFICER = Grant(PersonRole.OFFICER, "dac-khu")
APPROVER = Grant(PersonRole.APPROVER, "dac-khu")
OWNER = Grant(PersonRole.OWNER, "dac-khu", "mot_cua")
PROVINCE = Grant(PersonRole.PROVINCE, "tinh")
IT = Grant(PersonRole.IT, ALL_UNITS)


@pytest.mark.parametrize(
    ("stage", "officer", "approver"),
    [
        (FormStage.OPEN, [K.MAKE], []),
        (FormStage.DRAFTED, [K.MEND], []),
        (FormStage.READY, [K.SUBMIT], []),
        (FormStage.SUBMITTED, [], [K.APPROVE]),
        (FormStage.APPROVED, [], [K.RELEASE]),
        (FormStage.RELEASED, [], []),
    ],
)
def test_each_stage_is_somebody_s_turn_and_nobody_else_s(
    catalogue: Catalogue, stage: FormStage, officer: list[DutyKind], approver: list[DutyKind]
) -> None:
    facts = facts_of(row_of(catalogue, stage))
    assert kinds(facts, person_of(catalogue, OFFICER)) == officer
    assert kinds(facts, person_of(catalogue, APPROVER)) == approver
    chased = stage in (FormStage.OPEN, FormStage.DRAFTED, FormStage.READY)
    assert kinds(facts, person_of(catalogue, PROVINCE)) == [K.CHASE] * chased
    for other in (OWNER, IT, Grant(PersonRole.AUDITOR, "tinh"), Grant(PersonRole.OFFICER, "xa")):
        assert kinds(facts, person_of(catalogue, other)) == []


def test_nothing_but_typing_in_is_owed_before_the_period_has_ended(catalogue: Catalogue) -> None:
    row = row_of(catalogue, FormStage.OPEN, has_ended=False)
    assert kinds(facts_of(row), person_of(catalogue, OFFICER)) == []
    facts = facts_of(row, missing={row.form_key: ("a", "b")})
    assert kinds(facts, person_of(catalogue, OFFICER)) == [K.TYPE_IN]
    far = replace(row, days_left=40)
    assert kinds(replace(facts, rows=(far,)), person_of(catalogue, OFFICER)) == []


def test_a_unit_without_systems_hands_its_form_in_and_types_in_nothing(catalogue: Catalogue) -> None:
    row = row_of(catalogue, FormStage.OPEN, hands_in=True)
    facts = facts_of(row, missing={row.form_key: ("a", "b")})
    assert kinds(facts, person_of(catalogue, OFFICER)) == [K.HAND_IN]


def test_an_owner_owes_only_their_own_figures(catalogue: Catalogue) -> None:
    row = row_of(catalogue, FormStage.READY)
    facts = facts_of(row, missing={row.form_key: ("a", "b")})
    (duty,) = list_duties(facts, person_of(catalogue, OWNER))
    assert (duty.says.endswith("Nhập “Số B”"), duty.cell) == (True, "b")
    assert "2 số, trước hết “Số A”" in list_duties(facts, person_of(catalogue, OFFICER))[0].says


def test_a_form_sent_back_names_its_cells(catalogue: Catalogue) -> None:
    row = row_of(catalogue, FormStage.SENT_BACK)
    facts = facts_of(
        row, standings={row.form_key: (entry({"cells": {"4.2": "sai", "1": "thiếu"}, "vintage": 1}), None)}
    )
    (duty,) = list_duties(facts, person_of(catalogue, OFFICER))
    assert (duty.kind, duty.cell, "ô 4.2, 1" in duty.says) == (K.MEND_RETURNED, "4.2", True)


def test_nobody_is_asked_to_approve_what_they_put_forward(catalogue: Catalogue) -> None:
    row = row_of(catalogue, FormStage.SUBMITTED)
    facts = facts_of(row, standings={row.form_key: (None, entry({"by": "lan"}))})
    both = person_of(catalogue, OFFICER, APPROVER)
    assert kinds(facts, both) == []
    assert kinds(replace(facts, two_persons=False), both) == [K.APPROVE]


def test_a_question_is_the_owner_s_and_the_officer_s_and_not_the_asker_s(catalogue: Catalogue) -> None:
    asked = CellRemark(
        "dac-khu", "2025-bieu-mau-7", Q4, "4.2", RemarkKind.QUESTION, "Sao?", "lan", NOW, owner="mot_cua"
    )
    facts = facts_of(questions=(asked,))
    assert kinds(facts, person_of(catalogue, OWNER, code="tuan")) == [K.ANSWER]
    assert kinds(facts, person_of(catalogue, OFFICER, code="hoa")) == [K.ANSWER]
    assert kinds(facts, person_of(catalogue, OFFICER)) == []
    elsewhere = (Grant(PersonRole.OWNER, "dac-khu", "van_phong"), Grant(PersonRole.OWNER, "xa", "mot_cua"))
    assert kinds(facts, person_of(catalogue, *elsewhere, code="tuan")) == []
    other = replace(OWNER, owner_code="van_phong")
    assert kinds(facts, person_of(catalogue, other, code="tuan")) == []


def incident(number: int, owner: str) -> Incident:
    return Incident(
        "x",
        CauseKind.SOURCE,
        Severity.CRITICAL,
        owner,
        "Một cửa không trả lời",
        "",
        "",
        ("dac-khu",),
        NOW,
        NOW,
        number=number,
    )


def test_incidents_of_systems_are_those_who_run_them_and_of_figures_their_owner_s(catalogue: Catalogue) -> None:
    facts = facts_of(incidents=(incident(1, "it"), incident(2, "mot_cua")))
    assert [duty.incident for duty in list_duties(facts, person_of(catalogue, IT))] == [1]
    assert [duty.incident for duty in list_duties(facts, person_of(catalogue, OWNER))] == [2]
    assert kinds(facts, person_of(catalogue, APPROVER)) == []


def test_the_province_chases_those_who_are_late_in_one_line(catalogue: Catalogue) -> None:
    late = [row_of(catalogue, FormStage.OPEN, unit, days_left=-1) for unit in ("dac-khu", "xa")]
    in_time = row_of(catalogue, FormStage.OPEN, "dac-khu")
    done = row_of(catalogue, FormStage.RELEASED, "dac-khu", days_left=-1)
    (duty,) = list_duties(facts_of(*late, in_time, done), person_of(catalogue, PROVINCE))
    assert (duty.kind, "2 đơn vị quá hạn, 1 đơn vị chưa trình" in duty.says) == (K.CHASE, True)


def test_the_province_owes_its_own_roll_up_and_looks_after_dead_systems_of_its_units(catalogue: Catalogue) -> None:
    own = row_of(catalogue, FormStage.OPEN, "tinh", is_rolled_up=True)
    facts = facts_of(own, incidents=(incident(1, "it"),))
    made, told = list_duties(facts, person_of(catalogue, PROVINCE))
    assert (made.kind, "Tổng hợp biểu mẫu từ các đơn vị" in made.says, told.incident) == (K.MAKE, True, 1)
    assert kinds(facts, person_of(catalogue, Grant(PersonRole.PROVINCE, "dac-khu"))) == [K.INCIDENT]


def test_the_most_urgent_comes_first_and_what_has_no_due_day_last(catalogue: Catalogue) -> None:
    asked = CellRemark(
        "dac-khu", "2025-bieu-mau-7", Q4, "4.2", RemarkKind.QUESTION, "Sao?", "hoa", NOW, owner="mot_cua"
    )
    soon, late = row_of(catalogue, FormStage.READY), row_of(catalogue, FormStage.OPEN, days_left=-3)
    duties = list_duties(facts_of(soon, late, questions=(asked,)), person_of(catalogue, OFFICER))
    assert [(duty.kind, duty.urgency) for duty in duties] == [(K.MAKE, "late"), (K.SUBMIT, "soon"), (K.ANSWER, "")]


def test_a_form_made_again_since_it_was_sent_back_is_to_be_put_forward(catalogue: Catalogue) -> None:
    row = row_of(catalogue, FormStage.SENT_BACK, vintage=2)
    facts = facts_of(row, standings={row.form_key: (entry({"cells": {"4.2": "sai"}, "vintage": 1}), None)})
    assert kinds(facts, person_of(catalogue, OFFICER)) == [K.SUBMIT]


def test_a_form_that_was_handed_in_and_not_made_yet_is_to_be_made_not_handed_in(catalogue: Catalogue) -> None:
    given = HandIn("dac-khu", Q4, 1, "2025-bieu-mau-7", NOW, "desk", HandInOutcome.ACCEPTED)
    row = row_of(catalogue, FormStage.OPEN, hands_in=True, last_run=None, vintage=None)
    officer = person_of(catalogue, OFFICER)
    assert kinds(facts_of(row), officer) == [K.HAND_IN]
    assert kinds(facts_of(replace(row, hand_in=given)), officer) == [K.MAKE]
    sent_back = replace(given, outcome=HandInOutcome.SENT_BACK)
    assert kinds(facts_of(replace(row, hand_in=sent_back)), officer) == [K.HAND_IN]


@pytest.mark.parametrize("stage", [FormStage.DRAFTED, FormStage.READY, FormStage.SENT_BACK])
def test_a_form_is_made_again_before_it_is_put_forward_where_figures_came_since(
    catalogue: Catalogue, stage: FormStage
) -> None:
    row = row_of(catalogue, stage)
    facts = facts_of(row, newer={row.form_key: 2})
    (duty,) = list_duties(facts, person_of(catalogue, OFFICER))
    count = "2 điều đã nhập, đính chính hoặc nộp sau lần lập 1"
    says = f"Sửa nốt biểu bị trả lại, rồi lập lại ({count})" if stage is FormStage.SENT_BACK else f"Lập lại: {count}"
    assert (duty.kind, duty.says.split(": ", 1)[1]) == (K.MAKE, says)
    assert kinds(facts, person_of(catalogue, APPROVER)) == []
