"""From a run's findings to incidents and alerts: folded and queued in one transaction, then sent.

What cannot be sent waits in the outbox, or is set aside there; it never changes how the report ends.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from baocao.catalogue.desk import read_desk_rules
from baocao.domain import CheckResult, FilledForm, SourceFailure
from baocao.errors import BaocaoError, ConfigError
from baocao.hints import hint
from baocao.incidents import (
    Aspect,
    Incident,
    IncidentChange,
    Message,
    RunFindings,
    Scope,
    Sighting,
    escalate,
    find_causes,
    fold,
)
from baocao.mishaps import Mishap, attempt, attempt_each
from baocao.references import read_reference
from baocao.store import Delivery, StoredOutbox, StoreUnavailableError
from baocao.vocabulary import CHANGE_GROUPS
from reporting.checking.comparison import ChecksComparison, compare_with_last
from reporting.delivery.channels import Channels
from reporting.delivery.desk_links import DeskLinks
from reporting.delivery.routing import MessageWriter
from reporting.delivery.sending import Deliverer, DeliveryResult
from reporting.outcome import RunResult
from reporting.plan import Plan
from reporting.progress import tell
from reporting.workspace import Workspace


@dataclass(frozen=True)
class DeliveryRound:
    """One round of sending: the messages that went out by which channel, those that still wait, those set aside.

    One that has reached some of its recipients, and waits for others, is among both the first and the second.
    """

    sent: tuple[tuple[Delivery, DeliveryResult], ...] = ()
    waiting: tuple[tuple[Delivery, DeliveryResult], ...] = ()
    set_aside: tuple[tuple[Delivery, DeliveryResult], ...] = ()

    @property
    def summary_vi(self) -> str:
        said = [f"Đã gửi {len(self.sent)} thông báo"]
        unsent = sum(not done.is_partial for _, done in self.waiting)
        if unsent:
            said.append(f"{unsent} chưa gửi được (sẽ gửi lại)")
        if partial := len(self.waiting) - unsent:
            said.append(f"{partial} chưa tới đủ người nhận (sẽ gửi nốt)")
        if refused := [done.refused for _, done in self.sent if done.refused and not done.is_partial]:
            said.append(f"{len(refused)} có người nhận bị từ chối ({'; '.join(dict.fromkeys(refused))})")
        if self.set_aside:
            said.append(f"{len(self.set_aside)} gác lại vì không gửi được (xem: {hint('alerts status')})")
        return ", ".join(said)

    @property
    def is_empty(self) -> bool:
        return not (self.sent or self.waiting or self.set_aside)

    def as_json(self) -> dict[str, Any]:
        return {
            "sent": [{"bundle": delivery.bundle, "channel": done.channel} for delivery, done in self.sent],
            "waiting": [{"bundle": delivery.bundle, "reason": done.reasons} for delivery, done in self.waiting],
            "set_aside": [{"bundle": delivery.bundle, "reason": done.reasons} for delivery, done in self.set_aside],
        }


def raise_alerts(
    workspace: Workspace,
    plan: Plan,
    filled: FilledForm,
    checks: Sequence[CheckResult],
    failures: Sequence[SourceFailure],
) -> tuple[IncidentChange, ...]:
    """Fold what a report shows into the incidents and queue the messages about it; nothing is sent yet.

    A report that is made is no longer overdue.
    """
    run = RunFindings(workspace.catalogue, plan.unit, plan.form.laid_out(filled), filled, checks, failures)
    sight = Sighting(
        scope=Scope(plan.unit.unit_code, plan.form.form_code, plan.period),
        at=workspace.settings.now(),
        due_on=plan.due_on,
        causes=find_causes(run),
        unclear=run.unclear,
        unread=frozenset(failure.system for failure in failures),
    )
    made = Sighting(replace(sight.scope, aspect=Aspect.WATCH), sight.at, sight.due_on, causes=())
    return fold_in(workspace, sight, made)


def fold_in(workspace: Workspace, *sightings: Sighting) -> tuple[IncidentChange, ...]:
    """Fold sightings into the open incidents and queue the messages, each in a transaction of its own."""
    writer = writer_of(workspace)
    found: list[IncidentChange] = []

    def decide(sight: Sighting, open_incidents: tuple[Incident, ...]) -> Iterator[IncidentChange]:
        return map(writer.mark_step, fold(open_incidents, sight))

    for sight in sightings:
        change = partial(workspace.store.incidents.change, partial(decide, sight), writer.compose)
        changes = attempt(change, StoreUnavailableError)
        if isinstance(changes, Mishap):
            tell(f"Sự cố của báo cáo {sight.scope} chưa ghi được (kỹ thuật: {changes})")
        else:
            found.extend(changes)
    return tuple(found)


def escalate_open(workspace: Workspace, at: datetime) -> tuple[IncidentChange, ...]:
    """Tell again, and higher up, what is still open as the due day comes nearer."""
    writer = writer_of(workspace)
    left = workspace.catalogue.calendar.working_days_between

    def decide(open_incidents: tuple[Incident, ...]) -> Iterator[IncidentChange]:
        failed: list[str] = []
        yield from attempt_each(
            open_incidents,
            lambda one: escalate([one], writer.steps_for, at, left, workspace.store.people.name_of),
            lambda one: f"sự cố {one.number}",
            failed,
        )
        if failed:
            tell(f"Chưa nhắc lại được: {', '.join(failed)}")

    return workspace.store.incidents.change(decide, writer.compose)


def queue(workspace: Workspace, messages: Iterable[Message]) -> tuple[Message, ...]:
    """Messages that are about no incident."""
    return workspace.store.outbox.queue(messages)


def deliver(workspace: Workspace) -> DeliveryRound:
    """Send all that is due; what no channel takes waits longer each time, what none could ever take is set aside."""
    return deliver_due(workspace.store.outbox, Deliverer(open_channels(workspace)), workspace.settings.now)


def deliver_due(outbox: StoredOutbox, deliverer: Deliverer, clock: Callable[[], datetime]) -> DeliveryRound:
    """One round of sending what the clock says is due."""
    sent, waiting, set_aside = [], [], []
    while (delivery := outbox.claim(clock())) is not None:
        done = deliverer.send(delivery.bundle, delivery.messages, delivery.reached)
        now = clock()
        if done.channel is not None and not (done.is_partial and done.reached <= delivery.reached):
            sent.append((delivery, done))
        if done.is_unsendable:
            outbox.set_aside(delivery, done.reasons)
            set_aside.append((delivery, done))
        elif done.channel is None or done.is_partial:
            again_at = now + deliverer.wait_before(delivery.attempts)
            outbox.mark_failed(delivery, done.reasons, again_at, done.reached)
            waiting.append((delivery, done))
        else:
            outbox.mark_sent(delivery, now, done.channel, done.refused)
    return DeliveryRound(tuple(sent), tuple(waiting), tuple(set_aside))


def alert(workspace: Workspace, result: RunResult) -> RunResult:
    """Raise and send the alerts of a run that has been kept, and say so; never an error of the run.

    The result says how its checks compare with those of the run before. Call it when the form's lease is given back:
    a mail server that hangs must keep nobody from the form.
    """
    compared: ChecksComparison | None = None

    def compare() -> None:
        nonlocal compared
        compared = _compare(workspace, result)

    def raise_now() -> tuple[IncidentChange, ...]:
        return raise_alerts(workspace, result.plan, result.report.filled, result.report.checks, result.failures)

    _go_on("Chưa so được với lần lập trước", compare)
    tell_all(workspace, raise_now)
    return replace(result, against_last=compared)


def tell_all(workspace: Workspace, raise_now: Callable[[], tuple[IncidentChange, ...]]) -> None:
    """Raise incidents, send what is due, and say so; what goes wrong with that is said, and stops nothing."""

    def tell_changes() -> None:
        if said := _tell(raise_now()):
            tell(f"Sự cố: {said}")

    def tell_delivered() -> None:
        if not (delivered := deliver(workspace)).is_empty:
            tell(delivered.summary_vi)

    _go_on("Sự cố chưa ghi được", tell_changes)
    _go_on("Cảnh báo chưa gửi được", tell_delivered)


def _go_on(failing_vi: str, act: Callable[[], None]) -> None:
    try:
        mishap = attempt(act, BaocaoError)
    except BaocaoError as error:
        tell(f"{failing_vi}: {error}")
    else:
        if mishap is not None:
            tell(f"{failing_vi} (kỹ thuật: {mishap})")


def _compare(workspace: Workspace, result: RunResult) -> ChecksComparison | None:
    """The checks against those of the last whole run before, if there was one."""
    compared = compare_with_last(workspace.store, result.vintage, result.report.checks)
    if compared.before is None:
        return None
    if said := compared.summary_vi:
        tell(f"So với lần lập trước: {said}")
    return compared


def writer_of(workspace: Workspace) -> MessageWriter:
    """With addresses of the desk where desk.yaml says how browsers reach it."""
    try:
        public_url = read_desk_rules(workspace.settings.config_dir).public_url
    except ConfigError as wrong:
        tell(f"Thông báo chưa có đường dẫn tới trang: {wrong}")
        public_url = None
    desk = DeskLinks(public_url) if public_url else None
    return MessageWriter(workspace.catalogue, workspace.alerts, workspace.settings.now(), desk)


def open_channels(workspace: Workspace) -> Channels:
    return Channels(workspace.alerts, workspace.settings.home_dir, _read_secret)


def _tell(changes: Sequence[IncidentChange]) -> str:
    counts = Counter(change.group for change in changes)
    counts["still"] += counts.pop("eased", 0)
    return ", ".join(f"{counts[group]} {word}" for group, word in CHANGE_GROUPS.items() if counts[group])


def _read_secret(reference: str) -> str | None:
    return read_reference(reference, os.environ)
