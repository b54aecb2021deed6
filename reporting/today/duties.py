"""What a person owes today, the most urgent first: a pure function of the grid, the questions, the incidents."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from baocao.catalogue import Form
from baocao.catalogue.cell_names import name_cells
from baocao.catalogue.grouped import GroupLabels
from baocao.domain import FormStage
from baocao.incidents import Incident
from baocao.people import ALL_UNITS, Action, Grant, Identity, PersonRole
from baocao.remarks import CellRemark
from baocao.store import FormKey, LogEntry, VintageStatus
from baocao.vocabulary import IT_OWNER
from reporting.status.rows import NOT_PUT_FORWARD, SOON_DAYS, GridRow, Urgency

MADE = (FormStage.DRAFTED, FormStage.READY, FormStage.SENT_BACK)


class DutyKind(IntEnum):
    """What is to be done; of two equally pressing the one named first comes first."""

    MEND_RETURNED = 1
    ANSWER = 2
    TYPE_IN = 3
    MEND = 4
    HAND_IN = 5
    MAKE = 6
    SUBMIT = 7
    APPROVE = 8
    RELEASE = 9
    INCIDENT = 10
    CHASE = 11


@dataclass(frozen=True)
class Duty:
    """One action. `form_key` and `cell` are where it is done; `days_left` working days until the due day, if any."""

    kind: DutyKind
    says: str
    form_key: FormKey | None = None
    cell: str = ""
    due_on: date | None = None
    days_left: int | None = None
    incident: int = 0
    count: int = 0

    @property
    def urgency(self) -> str:
        if self.days_left is None:
            return ""
        return "late" if self.days_left < 0 else "soon" if self.days_left <= SOON_DAYS else ""


@dataclass(frozen=True)
class DutyFacts:
    """What duties follow from. `missing` are the typed-in figures nobody has given, by form; `labels` name them,
    `names` the people, `forms` and `groups` the cells. `newer` says how many were typed in, corrected or handed in
    since the form was made.

    Figures are asked for once their period has ended, or is due in `near_days` working days.
    """

    rows: tuple[GridRow, ...]
    standings: Mapping[FormKey, tuple[LogEntry | None, LogEntry | None]]
    missing: Mapping[FormKey, tuple[str, ...]]
    labels: Mapping[str, str]
    owners: Mapping[str, str]
    questions: tuple[CellRemark, ...]
    incidents: tuple[Incident, ...]
    today: date
    newer: Mapping[FormKey, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    groups: GroupLabels = field(default_factory=dict)
    two_persons: bool = True
    near_days: int = 10


def list_duties(facts: DutyFacts, identity: Identity) -> tuple[Duty, ...]:
    """Of this person alone: what they may not do is no duty of theirs."""
    found = [
        *(duty for row in facts.rows for duty in _of_form(facts, row, identity)),
        *_answers(facts, identity),
        *_incidents(facts, identity),
        *_chases(facts, identity),
    ]
    far = 10_000
    return tuple(sorted(found, key=lambda one: (far if one.days_left is None else one.days_left, one.kind, one.says)))


def _of_form(facts: DutyFacts, row: GridRow, identity: Identity) -> Iterator[Duty]:
    def may(action: Action) -> bool:
        from_above = _only_from_above(identity, row.unit.unit_code) and not _adds_up(identity, row)
        return identity.may(action, row.unit.unit_code) and not from_above

    make = _maker(row)
    returned, proposal = facts.standings.get(row.form_key, (None, None))
    is_mended = bool(facts.newer.get(row.form_key)) or (row.vintage or 0) > _vintage_of(returned)
    if row.stage is FormStage.SENT_BACK and returned and may(Action.SUBMIT) and not is_mended:
        cells = tuple(returned.content["cells"])
        what = name_cells(facts.forms.get(row.form_code), cells, facts.groups) if cells else "theo lý do đã ghi"
        yield make(DutyKind.MEND_RETURNED, f"Sửa biểu mẫu bị trả lại: {what}", cells[0] if cells else "")
    yield from _figures(facts, row, identity, make, may)
    if row.has_ended:
        own = _is_own(facts, proposal, identity)
        yield from _steps(facts, row, make, may, may_approve=not own, returned_vintage=_vintage_of(returned))


def _steps(
    facts: DutyFacts,
    row: GridRow,
    make: Callable[[DutyKind, str, str], Duty],
    may: Callable[[Action], bool],
    *,
    may_approve: bool,
    returned_vintage: int,
) -> Iterator[Duty]:
    """The form's own next step, once its period has ended."""
    if facts.newer.get(row.form_key) and row.stage in MADE and may(Action.SUBMIT):
        count = f"{facts.newer[row.form_key]} điều đã nhập, đính chính hoặc nộp sau lần lập {row.vintage}"
        is_sent_back = row.stage is FormStage.SENT_BACK
        says = f"Sửa nốt biểu bị trả lại, rồi lập lại ({count})" if is_sent_back else f"Lập lại: {count}"
        yield make(DutyKind.MAKE, says, "")
    elif row.stage is FormStage.DRAFTED and may(Action.SUBMIT):
        yield make(DutyKind.MEND, f"Sửa số liệu chưa đạt kiểm tra ({len(row.blocking)} điều)", "")
    elif row.hands_in and row.stage is FormStage.OPEN and not _is_handed_in(row) and may(Action.HAND_IN):
        yield make(DutyKind.HAND_IN, "Nộp tệp biểu mẫu đã điền, hoặc nhập số vào biểu mẫu", "")
    elif row.step in (FormStage.OPEN, VintageStatus.FAILED) and may(Action.RUN):
        says = "Tổng hợp biểu mẫu từ các đơn vị" if row.is_rolled_up else "Lấy số liệu và lập biểu mẫu"
        yield make(DutyKind.MAKE, says, "")
    elif row.stage is FormStage.READY and may(Action.SUBMIT):
        yield make(DutyKind.SUBMIT, "Đọc lại rồi trình duyệt", "")
    elif row.stage is FormStage.SENT_BACK and (row.vintage or 0) > returned_vintage and may(Action.SUBMIT):
        yield make(DutyKind.SUBMIT, "Đã lập lại sau khi bị trả: đọc lại rồi trình duyệt", "")
    elif row.stage is FormStage.SUBMITTED and may(Action.APPROVE) and may_approve:
        yield make(DutyKind.APPROVE, "Xem và duyệt, hoặc trả lại", "")
    elif row.stage is FormStage.APPROVED and may(Action.RELEASE):
        yield make(DutyKind.RELEASE, "Phát hành biểu mẫu đã duyệt", "")


def _figures(
    facts: DutyFacts,
    row: GridRow,
    identity: Identity,
    make: Callable[[DutyKind, str, str], Duty],
    may: Callable[[Action], bool],
) -> Iterator[Duty]:
    """The officer types in all figures, an owner their own."""
    missing = facts.missing.get(row.form_key, ())
    if row.hands_in or (not row.has_ended and row.days_left > facts.near_days):
        return
    if not missing or row.stage not in (*MADE, FormStage.OPEN) or not may(Action.TYPE_IN):
        return
    roles = identity.roles_for(row.unit.unit_code)
    mine = missing if PersonRole.OFFICER in roles else [c for c in missing if facts.owners[c] in _owned(identity)]
    if mine:
        first = facts.labels[mine[0]]
        what = f"“{first}”" if len(mine) == 1 else f"{len(mine)} số, trước hết “{first}”"
        yield make(DutyKind.TYPE_IN, f"Nhập {what}", mine[0])


def _vintage_of(returned: LogEntry | None) -> int:
    return int(returned.content["vintage"]) if returned is not None else 0


def _is_handed_in(row: GridRow) -> bool:
    return row.hand_in is not None and row.hand_in.is_accepted


def _maker(row: GridRow) -> Callable[[DutyKind, str, str], Duty]:
    def make(kind: DutyKind, says: str, cell: str) -> Duty:
        said = f"{row.form_name}, {row.unit.name}, {row.period.label_vi}: {says}"
        return Duty(kind, said, row.form_key, cell, row.due_on, row.days_left)

    return make


def _answers(facts: DutyFacts, identity: Identity) -> Iterator[Duty]:
    """The owner of the figure answers; where a unit has none, its officer."""
    for one in facts.questions:
        is_owner = Grant(PersonRole.OWNER, one.unit_code, one.owner) in identity.person.grants
        is_officer = PersonRole.OFFICER in identity.roles_for(one.unit_code) and one.account != identity.code
        if is_owner or is_officer:
            key = FormKey(one.unit_code, one.form_code, one.period)
            yield Duty(
                DutyKind.ANSWER,
                f"Trả lời {facts.names.get(one.account, one.account)} về {_name_cell(facts, one)}: {one.text}",
                key,
                one.cell,
            )


def _name_cell(facts: DutyFacts, remark: CellRemark) -> str:
    return name_cells(facts.forms.get(remark.form_code), (remark.cell,), facts.groups)


def _incidents(facts: DutyFacts, identity: Identity) -> Iterator[Duty]:
    """Of systems those who run them and the province that waits for their units, of figures their owner."""
    for one in facts.incidents:
        units = [code for code in one.units if identity.may(Action.ACKNOWLEDGE, code)]
        roles = {role for code in units for role in identity.roles_for(code)}
        of_systems = roles & {PersonRole.IT, PersonRole.PROVINCE}
        mine = bool(of_systems) if one.owner == IT_OWNER else one.owner in _owned(identity)
        if units and mine and not one.is_quiet(facts.today):
            yield Duty(DutyKind.INCIDENT, f"Nhận xử lý sự cố {one.number}: {one.subject_vi}", incident=one.number)


def _chases(facts: DutyFacts, identity: Identity) -> Iterator[Duty]:
    """One line for each period and form that units have not put forward: those late, and those whose day comes near."""
    lacking: dict[tuple[str, str], list[GridRow]] = {}
    for row in facts.rows:
        is_below = identity.may(Action.CHASE, row.unit.unit_code) and not _adds_up(identity, row)
        is_due = row.has_ended and row.days_left <= facts.near_days
        if is_below and is_due and (row.urgency is Urgency.LATE or row.stage in NOT_PUT_FORWARD):
            lacking.setdefault((row.period.code, row.form_name), []).append(row)
    for (_, form_name), rows in lacking.items():
        first, days_left = rows[0], min(row.days_left for row in rows)
        late = sum(row.urgency is Urgency.LATE for row in rows)
        waiting = len(rows) - late
        counted = [f"{late} đơn vị quá hạn"] * bool(late) + [f"{waiting} đơn vị chưa trình"] * bool(waiting)
        says = f"Đôn đốc {', '.join(counted)}: {form_name}, {first.period.label_vi}"
        yield Duty(
            DutyKind.CHASE, says, FormKey("", first.form_code, first.period), "", first.due_on, days_left, 0, len(rows)
        )


def _owned(identity: Identity) -> Collection[str]:
    return {grant.owner_code for grant in identity.person.grants if grant.role is PersonRole.OWNER}


def _only_from_above(identity: Identity, unit_code: str) -> bool:
    """Whoever looks down on a unit does not do its daily work."""
    return not any(grant.unit_code in (unit_code, ALL_UNITS) for grant in _working(identity))


def _adds_up(identity: Identity, row: GridRow) -> bool:
    """Whether the form is this person's to make from the units below."""
    return row.is_rolled_up and Grant(PersonRole.PROVINCE, row.unit.unit_code) in identity.person.grants


def _working(identity: Identity) -> Iterable[Grant]:
    daily = (PersonRole.OFFICER, PersonRole.OWNER, PersonRole.APPROVER)
    return (grant for grant in identity.person.grants if grant.role in daily)


def _is_own(facts: DutyFacts, proposal: LogEntry | None, identity: Identity) -> bool:
    return facts.two_persons and proposal is not None and proposal.content["by"] == identity.code
