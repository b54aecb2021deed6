"""The daily watch: what is still missing for the reports coming due, told to each owner once a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from baocao.catalogue import OwedReport, Unit
from baocao.catalogue.owed import list_owed
from baocao.domain import VIETNAM, Period, Severity
from baocao.errors import BaocaoError, ConfigError
from baocao.incidents import Aspect, Cause, CauseKind, IncidentChange, Message, Scope, Sighting
from baocao.mishaps import attempt, attempt_each
from baocao.settings import Settings
from baocao.store import StoreUnavailableError
from baocao.written.asked import ask_period
from reporting.alerting.run_alerts import DeliveryRound, deliver, escalate_open, fold_in, queue, writer_of
from reporting.collection.handed_forms import find_given
from reporting.days import morning_of
from reporting.delivery.reminders import MissingItem, last_day_told, write_reminders
from reporting.owed import find_watched
from reporting.plan import make_plan, missing_systems
from reporting.release.stamps import stamp_releases
from reporting.roll_up.children import has_children
from reporting.upkeep.marks import leave_mark
from reporting.watch.missing_items import (
    Watch,
    find_failing_sources,
    find_missing_connections,
    find_missing_figures,
    find_missing_form,
    find_missing_steps,
    hand_in_hint,
    watch_of,
)
from reporting.workspace import Workspace

LONGEST_SET_BACK = timedelta(days=366)


@dataclass(frozen=True)
class WatchResult:
    """What one day's watch found and did; `failed` is what it could not look at, and why."""

    on: date
    missing: tuple[MissingItem, ...]
    overdue: tuple[IncidentChange, ...]
    escalated: tuple[IncidentChange, ...]
    messages: tuple[Message, ...]
    delivered: DeliveryRound
    failed: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """One line: what is missing, what was told."""
        sent, waiting = len(self.delivered.sent), len(self.delivered.waiting)
        said = f"{self.on:%d/%m/%Y}: còn thiếu {len(self.missing)} mục, đã gửi {sent} thông báo, còn chờ gửi {waiting}"
        return said + (f"; CHƯA XEM ĐƯỢC: {', '.join(self.failed)}" if self.failed else "")

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "missing": [
                {
                    "kind": one.kind.value,
                    "unit": one.unit_code,
                    "period": one.period.code,
                    "form": one.form_code,
                    "due_on": one.due_on.isoformat(),
                    "owner": one.owner,
                    "text": one.text_vi,
                    "mend": one.mend_vi,
                }
                for one in self.missing
            ],
            "escalated": [change.incident.number for change in self.escalated],
            "reminders": [message.key for message in self.messages],
            "delivery": self.delivered.as_json(),
            "failed": list(self.failed),
        }


def choose_day(settings: Settings, on: str | None) -> tuple[Settings, bool]:
    """The settings to judge by seven o'clock of a day, and whether that is a look only: at any day but today."""
    if not on:
        return settings, False
    morning = morning_of(on)
    if morning.astimezone(VIETNAM).date() == settings.today():
        return settings, False
    return replace(settings, now_at=morning), True


def watch_day(
    workspace: Workspace, period_code: str | None = None, unit_code: str | None = None, *, only_look: bool = False
) -> WatchResult:
    """Look at every report coming due, remind, raise what is overdue, escalate, send. Twice a day is once.

    Where it is to `only_look`, nothing is kept and nobody told. What cannot be looked at keeps the rest from nothing.
    """
    today = workspace.settings.today()
    failed: list[str] = []
    watches = list(_find_watches(workspace, period_code, unit_code, today, failed))
    missing = tuple(_look(workspace, [watch for watch in watches if not watch.standing.is_locked], today, failed))
    if only_look:
        return WatchResult(today, missing, (), (), (), DeliveryRound(), tuple(failed))
    sights = list(
        attempt_each(watches, lambda one: (_sight(workspace, one, today),), _name, failed, StoreUnavailableError)
    )
    overdue = fold_in(workspace, *sights)
    escalated = escalate_open(workspace, workspace.settings.now())
    messages = _remind(workspace, today, missing, failed)
    attempt(lambda: stamp_releases(workspace))
    watched = WatchResult(today, missing, overdue, escalated, messages, deliver(workspace), tuple(failed))
    leave_mark(workspace.settings.var_dir, "watch", BaocaoError.exit_code if failed else 0)
    return watched


def _remind(
    workspace: Workspace, today: date, missing: Sequence[MissingItem], failed: list[str]
) -> tuple[Message, ...]:
    """Of a day that is gone nobody is reminded: the machine's clock was set back, and that is told instead.

    Where it was years ahead before, it is right now.
    """
    told = last_day_told(workspace.store.outbox)
    if told is not None and timedelta() < told - today <= LONGEST_SET_BACK:
        failed.append(
            f"việc của ngày {today:%d/%m/%Y}: đã nhắc việc của ngày {told:%d/%m/%Y} rồi, đồng hồ của máy bị lùi; chỉnh "
            "lại đồng hồ"
        )
        return ()
    return queue(workspace, write_reminders(writer_of(workspace), missing, failed))


def _name(watch: Watch) -> str:
    return f"{watch.plan.unit.unit_code}/{watch.plan.period}/{watch.plan.form.form_code}"


def _look(workspace: Workspace, watches: Sequence[Watch], today: date, failed: list[str]) -> Iterator[MissingItem]:
    def look(watch: Watch) -> Iterator[MissingItem]:
        given = find_given(workspace.store, watch.form_key)
        if given is None and workspace.catalogue.hands_in(watch.plan.unit):
            yield from find_missing_form(workspace, watch, today)
            return
        yield from find_missing_figures(workspace, watch, given)
        if not has_children(workspace.catalogue, watch.plan) and given is None:
            yield from find_missing_connections(watch)
        if today > watch.plan.window.end_on:
            yield from find_missing_steps(workspace, watch, today)

    found = list(attempt_each(watches, look, _name, failed, StoreUnavailableError))
    uncollected = attempt_each(
        watches, lambda one: () if _is_collected(workspace, one) else (one,), _name, failed, StoreUnavailableError
    )
    yield from _each_once([*found, *find_failing_sources(workspace, list(uncollected), failed)])


def _each_once(missing: Sequence[MissingItem]) -> list[MissingItem]:
    """What several forms of a unit lack alike is one thing to do, due with the first of them."""
    found: dict[tuple[str, Period, str, str], MissingItem] = {}
    for one in missing:
        same = (one.unit_code, one.period, one.text_vi, one.mend_vi)
        found[same] = min(found.get(same, one), one, key=lambda item: item.due_on)
    return list(found.values())


def _is_collected(workspace: Workspace, watch: Watch) -> bool:
    """Whether the sources have given all for the closed period already: then their state is of no concern."""
    latest = workspace.store.vintages.find_latest(watch.form_key, workspace.settings.now())
    closed = latest is not None and latest.known_at is not None and latest.known_at >= watch.plan.window.end_at
    return closed and latest is not None and not workspace.store.contents.failures(latest.key)


def _find_watches(
    workspace: Workspace, period_code: str | None, unit_code: str | None, today: date, failed: list[str]
) -> Iterator[Watch]:
    """Of the units named, a mistake is told; of all, it keeps the others from nothing."""
    catalogue = workspace.catalogue
    units = [catalogue.unit(unit_code)] if unit_code else list(catalogue.units.values())
    let: tuple[type[Exception], ...] = (StoreUnavailableError, ConfigError)[: 2 if unit_code or period_code else 1]

    def find(unit: Unit) -> Iterator[Watch]:
        if period_code:
            dues = list(_named(workspace, unit, period_code))
        else:
            dues = find_watched(catalogue, unit, today, workspace.alerts.watch.working_days_before)
        for due in dues:
            plan = make_plan(catalogue, unit.unit_code, due.period.code, due.form.form_code, workspace.settings.now())
            by_form = catalogue.hands_in(unit)
            if plan.sources or by_form or has_children(catalogue, plan) or not missing_systems(plan):
                yield watch_of(workspace, plan)

    yield from attempt_each(units, find, lambda unit: unit.unit_code, failed, *let)


def _named(workspace: Workspace, unit: Unit, period_code: str) -> tuple[OwedReport, ...]:
    """What the unit owes for a period."""
    return list_owed(workspace.catalogue, unit, ask_period(period_code, "--period"))


def _sight(workspace: Workspace, watch: Watch, today: date) -> Sighting:
    """Whether a report is overdue, as an incident sees it."""
    plan = watch.plan
    scope = Scope(plan.unit.unit_code, plan.form.form_code, plan.period, Aspect.WATCH)
    made = workspace.store.vintages.find_latest(watch.form_key, workspace.settings.now()) is not None
    causes = () if made or today <= plan.due_on else (_overdue(workspace, watch),)
    return Sighting(scope, workspace.settings.now(), plan.due_on, causes)


def _overdue(workspace: Workspace, watch: Watch) -> Cause:
    """Where the unit owes several forms, each is an incident of its own."""
    unit, period, form = watch.plan.unit, watch.plan.period, watch.plan.form
    alone = len(list_owed(workspace.catalogue, unit, period)) == 1
    named = "báo cáo" if alone else form.appendix
    return Cause(
        fingerprint=f"overdue/{unit.unit_code}/{period}" + ("" if alone else f"/{form.form_code}"),
        kind=CauseKind.OVERDUE,
        severity=Severity.CRITICAL,
        owner=workspace.catalogue.compiler,
        subject_vi=f"{unit.name} chưa lập {named} {period.label_vi}",
        why_vi=f"Đã quá thời hạn {watch.plan.due_on:%d/%m/%Y} mà chưa lập {form.appendix} của kỳ này.",
        mend_vi=f"{_say_now(workspace, watch)}; nếu chưa lập được, báo cáo cấp trên lý do.",
        units=(unit.unit_code,),
        checks=("complete.given",),
    )


def _say_now(workspace: Workspace, watch: Watch) -> str:
    if workspace.catalogue.hands_in(watch.plan.unit):
        return f"Nộp biểu ngay: {hand_in_hint(watch)}"
    return f"Chạy ngay: {watch.again_vi}"
