"""The daily reminder: to each owner one message about what is still missing for the report, and how long there is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Route
from baocao.desk_words import say_at_desk
from baocao.domain import VIETNAM, Period, Severity
from baocao.incidents import Message
from baocao.mishaps import attempt_each
from baocao.store import FormKey, StoredOutbox
from baocao.vocabulary import IT_OWNER
from reporting.delivery.desk_links import MOST_LINKS, DeskLinks, path_of
from reporting.delivery.messages import MessageText, days_left
from reporting.delivery.routing import MessageWriter

URGENT_DAYS = 1
KEY_PREFIX = "watch/"
"""Then the day: a reminder is of its day."""


class MissingKind(StrEnum):
    """What can be missing for a report."""

    TYPED_IN = "typed_in"
    NOT_CONNECTED = "not_connected"
    SOURCE = "source"
    STALE = "stale"
    FORM = "form"
    CHECKS = "checks"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class MissingItem:
    """One thing missing for a unit's report, and who is to see to it."""

    kind: MissingKind
    unit_code: str
    form_code: str
    period: Period
    due_on: date
    owner: str
    text_vi: str
    mend_vi: str
    place: str = ""

    @property
    def path(self) -> str:
        """The page of the desk where it is seen to: of systems that of IT, else at the form, where `place` says."""
        if self.owner == IT_OWNER:
            return "/quan-tri"
        return path_of(FormKey(self.unit_code, self.form_code, self.period)) + self.place


def last_day_told(outbox: StoredOutbox) -> date | None:
    """The latest day reminders were written for."""
    key = outbox.last_key(KEY_PREFIX)
    return date.fromisoformat(key.removeprefix(KEY_PREFIX).partition("/")[0]) if key else None


def write_reminders(writer: MessageWriter, missing: Iterable[MissingItem], failed: list[str]) -> Iterator[Message]:
    """One message a day for each owner of each unit; one for all units together for those who run the systems.

    None that would have to wait on a day off: it would arrive together with that of the next working day. Those that
    cannot be written are named in `failed`.
    """
    groups: dict[tuple[str, str], list[MissingItem]] = defaultdict(list)
    for one in missing:
        groups["" if one.owner == IT_OWNER else one.unit_code, one.owner].append(one)
    yield from attempt_each(
        groups.items(), lambda group: _remind(writer, *group[0], group[1]), lambda group: "/".join(group[0]), failed
    )


def _remind(writer: MessageWriter, unit_code: str, owner: str, items: Sequence[MissingItem]) -> Iterator[Message]:
    today = writer.now.astimezone(VIETNAM).date()
    is_day_off = not writer.catalogue.calendar.is_working_day(today)
    due_on = min(item.due_on for item in items)
    left = writer.catalogue.calendar.working_days_between(today, due_on)
    severity = Severity.CRITICAL if left <= URGENT_DAYS else Severity.WARNING
    units = {item.unit_code for item in items}
    facts = {"kind": "reminder", "owner": owner, "units": ",".join(sorted(units)), "severity": severity}
    text = tell_missing(writer.catalogue, owner, items, today, writer.desk)
    for name, route in writer.alerts.routes.items():
        if _takes(route, severity, owner, units):
            key = f"{KEY_PREFIX}{today}/{unit_code or IT_OWNER}/{owner}/{name}"
            message = writer.write(key, name, route, severity, text, facts)
            if not (is_day_off and message.not_before > writer.now):
                yield message


def tell_missing(
    catalogue: Catalogue, owner: str, items: Sequence[MissingItem], today: date, desk: DeskLinks | None = None
) -> MessageText:
    """The message to one owner: which report, by when, and what is missing, each with what to do, and where."""
    first = min(items, key=lambda item: item.due_on)
    units = list(dict.fromkeys(item.unit_code for item in items))
    about = catalogue.units[units[0]].name if len(units) == 1 else f"{len(units)} đơn vị"
    left = days_left(catalogue, first.due_on, today)
    steps = _merge(catalogue, items, desk, with_units=len(units) > 1)
    subject = f"[Nhắc việc] {about}, {first.period.label_vi}: còn thiếu {len(steps)} việc – {left}"
    opening = (
        f"Báo cáo {first.period.label_vi} của {about} phải gửi trước hết ngày {first.due_on:%d/%m/%Y} ({left}). "
        f"Phần việc của {catalogue.owner_label(owner)} còn thiếu:"
    )
    return MessageText(subject, (opening, *(f"{number}. {step}" for number, step in enumerate(steps, start=1))))


def _merge(
    catalogue: Catalogue, items: Sequence[MissingItem], desk: DeskLinks | None, *, with_units: bool
) -> list[str]:
    """The same thing missing for several units is one step."""
    concerned: dict[tuple[str, str], list[MissingItem]] = defaultdict(list)
    for item in items:
        concerned[item.text_vi, item.mend_vi].append(item)
    steps = []
    for (text, mend), alike in concerned.items():
        names = dict.fromkeys(catalogue.units[item.unit_code].name for item in alike)
        whom = f" Đơn vị: {', '.join(names)}." if with_units else ""
        said = say_at_desk(mend) if desk and alike[0].owner != IT_OWNER else mend
        steps.append(f"{text}{whom}\nCần làm: {said}{_link(desk, alike)}")
    return steps


def _link(desk: DeskLinks | None, alike: Sequence[MissingItem]) -> str:
    if desk is None:
        return ""
    paths = list(dict.fromkeys(item.path for item in alike))[:MOST_LINKS]
    return "".join(f"\nMở trên trình duyệt: {desk.to(path)}" for path in paths)


def _takes(route: Route, severity: Severity, owner: str, units: set[str]) -> bool:
    return (
        route.reminders
        and severity in route.severities
        and (not route.owners or owner in route.owners)
        and (not route.units or bool(units & set(route.units)))
    )
