"""From a run's findings to incidents and alerts: folded and queued in one transaction, then sent.

What cannot be sent waits in the outbox; it never changes how the report ends.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from baocao.domain import CheckResult, FilledForm, SourceFailure
from baocao.errors import BaocaoError
from baocao.incidents import (
    Aspect,
    Change,
    Folded,
    Incident,
    Judged,
    Letter,
    Scope,
    Sight,
    escalate,
    find_causes,
    fold,
)
from baocao.references import read_reference
from baocao.store import Changed, Parcel
from reporting.checking.comparison import ChecksComparison, compare_with_last
from reporting.delivery.channels import Switchboard
from reporting.delivery.routing import Post
from reporting.delivery.sending import Attempted, Courier
from reporting.outcome import RunResult
from reporting.plan import Plan
from reporting.progress import tell
from reporting.workspace import Workspace


@dataclass(frozen=True)
class Delivered:
    """One round of sending: the messages that went out by which channel, and those that still wait."""

    sent: tuple[tuple[Parcel, Attempted], ...] = ()
    waiting: tuple[tuple[Parcel, Attempted], ...] = ()

    @property
    def summary_vi(self) -> str:
        said = f"Đã gửi {len(self.sent)} thông báo"
        return said + (f", {len(self.waiting)} chưa gửi được (sẽ gửi lại)" if self.waiting else "")

    def as_json(self) -> dict[str, Any]:
        return {
            "sent": [{"bundle": parcel.bundle, "channel": done.channel} for parcel, done in self.sent],
            "waiting": [{"bundle": parcel.bundle, "reason": done.reasons} for parcel, done in self.waiting],
        }


def raise_alerts(
    workspace: Workspace,
    plan: Plan,
    filled: FilledForm,
    checks: Sequence[CheckResult],
    failures: Sequence[SourceFailure],
) -> Folded:
    """Fold what a report shows into the incidents and queue the letters about it; nothing is sent yet.

    A report that is made is no longer overdue.
    """
    judged = Judged(workspace.catalogue, plan.unit, plan.form, filled, checks, failures)
    sight = Sight(
        scope=Scope(plan.unit.unit_code, plan.form.form_code, plan.period),
        at=workspace.settings.now(),
        due_on=workspace.catalogue.calendar.due_on(plan.unit.regime, plan.period, plan.unit.tier),
        causes=find_causes(judged),
        unclear=judged.unclear,
        unread=frozenset(failure.system for failure in failures),
    )
    made = Sight(replace(sight.scope, aspect=Aspect.WATCH), sight.at, sight.due_on, causes=())
    return fold_in(workspace, sight, made)


def fold_in(workspace: Workspace, *sights: Sight) -> Folded:
    """Fold sights into the open incidents and queue the letters, each sight in a transaction of its own."""
    post = post_of(workspace)
    folded: list[Folded] = []

    def decide(sight: Sight, open_incidents: tuple[Incident, ...]) -> Iterator[Change]:
        folded.append(fold(open_incidents, sight))
        return map(post.mark_step, folded[-1].changes)

    for sight in sights:
        workspace.store.incidents.change(partial(decide, sight), post.compose)
    return _together(folded)


def climb(workspace: Workspace, at: datetime) -> Changed:
    """Tell again, and higher up, what is still open as the due day comes nearer."""
    post = post_of(workspace)
    left = workspace.catalogue.calendar.working_days_between

    def decide(open_incidents: tuple[Incident, ...]) -> Iterator[Change]:
        return escalate(open_incidents, post.steps_for, at, left)

    return workspace.store.incidents.change(decide, post.compose)


def queue(workspace: Workspace, letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """Letters that are about no incident."""
    return workspace.store.outbox.queue(letters)


def deliver(workspace: Workspace) -> Delivered:
    """Send all that is due; what no channel takes waits longer each time."""
    courier = Courier(switchboard_of(workspace))
    sent, waiting = [], []
    while (parcel := workspace.store.outbox.claim(workspace.settings.now())) is not None:
        done = courier.send(parcel.bundle, parcel.letters)
        now = workspace.settings.now()
        if done.channel is not None:
            workspace.store.outbox.mark_sent(parcel, now, done.channel)
            sent.append((parcel, done))
        else:
            again_at = now + courier.wait_before(parcel.attempts)
            workspace.store.outbox.mark_failed(parcel, done.reasons, again_at)
            waiting.append((parcel, done))
    return Delivered(tuple(sent), tuple(waiting))


def alert(workspace: Workspace, result: RunResult) -> RunResult:
    """Raise and send the alerts of a run that has been kept, and say so; never an error of the run.

    The result says how its checks compare with those of the run before. Call it when the form's lease is given back:
    a mail server that hangs must keep nobody from the form.
    """
    compared: ChecksComparison | None = None

    def raise_now() -> Folded:
        nonlocal compared
        compared = _compare(workspace, result)
        return raise_alerts(workspace, result.plan, result.report.filled, result.report.checks, result.failures)

    tell_all(workspace, raise_now)
    return replace(result, against_last=compared)


def tell_all(workspace: Workspace, raise_now: Callable[[], Folded]) -> None:
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


def post_of(workspace: Workspace) -> Post:
    return Post(workspace.catalogue, workspace.alerts, workspace.settings.now())


def switchboard_of(workspace: Workspace) -> Switchboard:
    return Switchboard(workspace.alerts, workspace.settings.home_dir, _read_secret)


def _together(folded: Sequence[Folded]) -> Folded:
    names = Folded.__dataclass_fields__
    return Folded(**{name: tuple(change for one in folded for change in getattr(one, name)) for name in names})


def _tell(folded: Folded) -> str:
    counts = {
        "mới": folded.new,
        "nặng thêm": folded.worse,
        "vẫn còn": (*folded.still, *folded.eased),
        "đã khắc phục": folded.fixed,
        "chưa xác định được": folded.unclear,
    }
    return ", ".join(f"{len(found)} {word}" for word, found in counts.items() if found)


def _read_secret(reference: str) -> str | None:
    return read_reference(reference, os.environ)
