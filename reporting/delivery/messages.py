"""What an officer reads: the one thing that is wrong, why, since when, what it blocks, what to do now, days left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from baocao.calendar import say_days_left
from baocao.catalogue import Catalogue, Form
from baocao.catalogue.cell_names import name_cells
from baocao.desk_words import say_at_desk
from baocao.domain import VIETNAM
from baocao.hints import hint
from baocao.incidents import CauseKind, EventKind, Incident, IncidentChange, IncidentEvent
from baocao.messages import upper_first
from baocao.vocabulary import IT_OWNER
from reporting.delivery.desk_links import DeskLinks

LONGEST_SUBJECT = 110
MOST_CELLS = 12
MOST_UNITS = 5
OF_ONE_UNIT = frozenset({CauseKind.MISSING, CauseKind.FIGURES, CauseKind.RECORDS})
OF_MANY_UNITS = frozenset({CauseKind.SOURCE, CauseKind.RECORDS, CauseKind.CAPTURE})
EVENTS: dict[EventKind, str] = {
    EventKind.OPENED: "Cảnh báo",
    EventKind.WORSENED: "Nặng thêm",
    EventKind.EASED: "Nhẹ đi",
    EventKind.ESCALATED: "Nhắc",
    EventKind.ACKNOWLEDGED: "Đã nhận xử lý",
    EventKind.LAPSED: "Nhắc",
    EventKind.RECOVERED: "Đã khắc phục",
    EventKind.SET_ASIDE: "Gác lại",
}


@dataclass(frozen=True)
class MessageText:
    """A short subject, and paragraphs of plain text; the first line of a paragraph may end with a colon."""

    subject: str
    paragraphs: tuple[str, ...]


def tell_change(
    catalogue: Catalogue, change: IncidentChange, today: date, desk: DeskLinks | None = None
) -> MessageText:
    """One incident, one thing that happened to it; with a desk the addresses where it is seen to."""
    assert change.event is not None
    incident, event = change.incident, change.event
    subject = f"[{EVENTS[event.kind]}] {name_incident(catalogue, incident)}"
    left = days_left(catalogue, incident.due_on, today)
    if event.kind is EventKind.RECOVERED:
        return MessageText(_cut(subject), tuple(_recovered(name_incident(catalogue, incident), incident)))
    if left:
        subject = _cut(subject, LONGEST_SUBJECT - len(left) - 3) + f" – {left}"
    return MessageText(_cut(subject), tuple(_open(catalogue, incident, event, today, desk)))


def _open(
    catalogue: Catalogue, incident: Incident, event: IncidentEvent, today: date, desk: DeskLinks | None
) -> Iterator[str]:
    left = days_left(catalogue, incident.due_on, today)
    yield f"{name_incident(catalogue, incident)}."
    if event.detail_vi:
        yield f"Thay đổi so với lần báo trước: {event.detail_vi}."
    yield f"Vì sao: {incident.why_vi}"
    yield f"Từ khi nào: {incident.opened_at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}."
    yield f"Ảnh hưởng: {blocked(catalogue, incident)}"
    mend = say_at_desk(incident.mend_vi) if desk and incident.owner != IT_OWNER else incident.mend_vi
    yield f"Cần làm ngay: {_end(mend)}"
    if left and incident.due_on is not None:
        yield f"Thời hạn gửi báo cáo: {incident.due_on:%d/%m/%Y} ({left})."
    if desk is None:
        yield f"Mã sự cố: {incident.number}. Nhận xử lý: {ack_hint(incident, today)}"
        return
    if cells := list(_link_cells(catalogue, incident, desk)):
        yield "\n".join(("Mở trên trình duyệt:", *cells))
    yield f"Mã sự cố: {incident.number}. Nhận xử lý: {desk.to_incident(incident)}"


def _link_cells(catalogue: Catalogue, incident: Incident, desk: DeskLinks) -> Iterator[str]:
    """A line for each of the first reports concerned: its first cell, else its form."""
    for key, cell, address in desk.to_cells(incident):
        unit, form = catalogue.units.get(key.unit_code), catalogue.forms.get(key.form_code)
        if unit and form:
            where = f"{catalogue.name_cells(form.form_code, cell)}, {form.appendix}" if cell else form.appendix
            yield f"{where}, {unit.name}, {key.period.label_vi}: {address}"


def ack_hint(incident: Incident, today: date) -> str:
    """The command that takes it on until the report is due; until today where that is past."""
    until = max(incident.due_on or today, today)
    return hint("incidents ack", incident.number, until=until.isoformat())


def _recovered(name: str, incident: Incident) -> Iterator[str]:
    assert incident.recovered_at is not None
    yield f"Đã hết: {name}."
    opened, ended = (at.astimezone(VIETNAM) for at in (incident.opened_at, incident.recovered_at))
    yield f"Kéo dài từ {opened:%H:%M ngày %d/%m/%Y} đến {ended:%H:%M ngày %d/%m/%Y}."
    if incident.kind is CauseKind.CAPTURE:
        yield "Đã chụp được số liệu; chụp quá muộn so với thời điểm chốt thì biểu mẫu ghi rõ muộn bao nhiêu ngày."
    yield f"Không còn báo cáo nào bị ảnh hưởng; không phải làm gì thêm. Mã sự cố: {incident.number}."


def name_incident(catalogue: Catalogue, incident: Incident) -> str:
    """What is wrong, with whose report it is where it is one unit's own matter."""
    if incident.kind not in OF_ONE_UNIT or len(incident.units) != 1:
        return upper_first(incident.subject_vi)
    (unit,) = incident.units
    name = catalogue.units[unit].name if unit in catalogue.units else unit
    return f"{name} – {incident.subject_vi}" if ":" in incident.subject_vi else f"{name}: {incident.subject_vi}"


def blocked(catalogue: Catalogue, incident: Incident) -> str:
    """Which cells of which report of whom."""
    said = []
    for claim in incident.claims:
        unit = catalogue.units.get(claim.scope.unit_code)
        form = catalogue.forms.get(claim.scope.form_code)
        where = f"{form.appendix}, " if form else ""
        name = unit.name if unit else claim.scope.unit_code
        cells = f"{_name_cells(catalogue, form, claim.cells)} của " if claim.cells else ""
        said.append(f"{cells}{where}{name}, {claim.scope.period.label_vi}")
    told = "; ".join(dict.fromkeys(said)) or "chưa rõ"
    return told + _shared_by(catalogue, incident) + "."


def _name_cells(catalogue: Catalogue, form: Form | None, cells: Sequence[str]) -> str:
    if form is not None and form.matrix is not None:
        return name_cells(form, cells, catalogue.group_labels)
    return f"ô {_few(cells, MOST_CELLS)}"


def _shared_by(catalogue: Catalogue, incident: Incident) -> str:
    """The other units that use the same system."""
    concerned = {claim.scope.unit_code for claim in incident.claims}
    others = [unit for unit in incident.units if unit not in concerned]
    if not others or incident.kind not in OF_MANY_UNITS:
        return ""
    names = [catalogue.units[unit].name if unit in catalogue.units else unit for unit in others]
    return f". Dùng chung hệ thống này: {_few(names, MOST_UNITS)}"


def days_left(catalogue: Catalogue, due_on: date | None, today: date) -> str:
    """As `say_days_left`; a due day that has just passed, with no working day since, is not today."""
    if due_on is None:
        return ""
    left = catalogue.calendar.working_days_between(today, due_on)
    return "vừa quá hạn" if left == 0 and due_on != today else say_days_left(left)


def _few(names: Sequence[str], most: int) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" và {rest} mục khác" if rest > 0 else "")


def _cut(text: str, longest: int = LONGEST_SUBJECT) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _end(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!")) else f"{sentence}."
