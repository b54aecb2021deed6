"""From a run's findings to incidents and alerts: folded and queued in one transaction, then sent.

What cannot be sent waits in the outbox; it never changes how the report ends.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from baocao.domain import CheckResult, FilledForm, SourceFailure
from baocao.errors import BaocaoError
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
from baocao.references import read_reference
from baocao.store import Delivery
from baocao.vocabulary import CHANGE_GROUPS
from reporting.checking.comparison import ChecksComparison, compare_with_last
from reporting.delivery.channels import Channels
from reporting.delivery.routing import MessageWriter
from reporting.delivery.sending import Deliverer, DeliveryResult
from reporting.outcome import RunResult
from reporting.plan import Plan
from reporting.progress import tell
from reporting.workspace import Workspace


@dataclass(frozen=True)
class DeliveryRound:
    """One round of sending: the messages that went out by which channel, and those that still wait."""

    sent: tuple[tuple[Delivery, DeliveryResult], ...] = ()
    waiting: tuple[tuple[Delivery, DeliveryResult], ...] = ()

    @property
    def summary_vi(self) -> str:
        said = f"Đã gửi {len(self.sent)} thông báo"
        return said + (f", {len(self.waiting)} chưa gửi được (sẽ gửi lại)" if self.waiting else "")

    def as_json(self) -> dict[str, Any]:
        return {
            "sent": [{"bundle": delivery.bundle, "channel": done.channel} for delivery, done in self.sent],
            "waiting": [{"bundle": delivery.bundle, "reason": done.reasons} for delivery, done in self.waiting],
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
    run = RunFindings(workspace.catalogue, plan.unit, plan.form, filled, checks, failures)
    sight = Sighting(
        scope=Scope(plan.unit.unit_code, plan.form.form_code, plan.period),
        at=workspace.settings.now(),
        due_on=workspace.catalogue.calendar.due_on(plan.unit.regime, plan.period, plan.unit.tier),
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
        changes = fold(open_incidents, sight)
        found.extend(changes)
        return map(writer.mark_step, changes)

    for sight in sightings:
        workspace.store.incidents.change(partial(decide, sight), writer.compose)
    return tuple(found)


def escalate_open(workspace: Workspace, at: datetime) -> tuple[IncidentChange, ...]:
    """Tell again, and higher up, what is still open as the due day comes nearer."""
    writer = writer_of(workspace)
    left = workspace.catalogue.calendar.working_days_between

    def decide(open_incidents: tuple[Incident, ...]) -> Iterator[IncidentChange]:
        return escalate(open_incidents, writer.steps_for, at, left)

    return workspace.store.incidents.change(decide, writer.compose)


def queue(workspace: Workspace, messages: Iterable[Message]) -> tuple[Message, ...]:
    """Messages that are about no incident."""
    return workspace.store.outbox.queue(messages)


def deliver(workspace: Workspace) -> DeliveryRound:
    """Send all that is due; what no channel takes waits longer each time."""
    deliverer = Deliverer(open_channels(workspace))
    sent, waiting = [], []
    while (delivery := workspace.store.outbox.claim(workspace.settings.now())) is not None:
        done = deliverer.send(delivery.bundle, delivery.messages)
        now = workspace.settings.now()
        if done.channel is not None:
            workspace.store.outbox.mark_sent(delivery, now, done.channel)
            sent.append((delivery, done))
        else:
            again_at = now + deliverer.wait_before(delivery.attempts)
            workspace.store.outbox.mark_failed(delivery, done.reasons, again_at)
            waiting.append((delivery, done))
    return DeliveryRound(tuple(sent), tuple(waiting))


def alert(workspace: Workspace, result: RunResult) -> RunResult:
    """Raise and send the alerts of a run that has been kept, and say so; never an error of the run.

    The result says how its checks compare with those of the run before. Call it when the form's lease is given back:
    a mail server that hangs must keep nobody from the form.
    """
    compared: ChecksComparison | None = None

    def raise_now() -> tuple[IncidentChange, ...]:
        nonlocal compared
        compared = _compare(workspace, result)
        return raise_alerts(workspace, result.plan, result.report.filled, result.report.checks, result.failures)

    tell_all(workspace, raise_now)
    return replace(result, against_last=compared)


def tell_all(workspace: Workspace, raise_now: Callable[[], tuple[IncidentChange, ...]]) -> None:
    """Raise incidents, send what is due, and say so; what goes wrong with that is said, and stops nothing."""
    try:
        if said := _tell(raise_now()):
            tell(f"Sự cố: {said}")
        delivered = deliver(workspace)
    except BaocaoError as error:
        tell(f"Cảnh báo chưa gửi được: {error}")
        return
    if delivered.sent or delivered.waiting:
        tell(delivered.summary_vi)


def _compare(workspace: Workspace, result: RunResult) -> ChecksComparison | None:
    """The checks against those of the last whole run before, if there was one."""
    compared = compare_with_last(workspace.store, result.vintage, result.report.checks)
    if compared.before is None:
        return None
    if said := compared.summary_vi:
        tell(f"So với lần lập trước: {said}")
    return compared


def writer_of(workspace: Workspace) -> MessageWriter:
    return MessageWriter(workspace.catalogue, workspace.alerts, workspace.settings.now())


def open_channels(workspace: Workspace) -> Channels:
    return Channels(workspace.alerts, workspace.settings.home_dir, _read_secret)


def _tell(changes: Sequence[IncidentChange]) -> str:
    counts = Counter(change.group for change in changes)
    counts["still"] += counts.pop("eased", 0)
    return ", ".join(f"{counts[group]} {word}" for group, word in CHANGE_GROUPS.items() if counts[group])


def _read_secret(reference: str) -> str | None:
    return read_reference(reference, os.environ)
