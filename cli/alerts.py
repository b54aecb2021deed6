"""`baocao alerts`: try the channels, send what waits, see what waits and what nobody would hear of."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape

from baocao.domain import Severity
from baocao.errors import ConfigError, DeliveryError
from baocao.figures import print_instant
from baocao.settings import Settings
from cli.options import json_option
from cli.terminal import print_json
from reporting.accounts import name_account_and_machine

if TYPE_CHECKING:
    from baocao.store import StoredLetter
    from reporting.delivery.channels import Switchboard
    from reporting.delivery.rendering import Outgoing
    from reporting.workspace import Workspace

NO_CHANNELS = "Chưa khai báo kênh nào. Chép config/examples/alerts.yaml thành config/alerts.yaml rồi sửa lại."


@click.group()
def alerts() -> None:
    """Kênh cảnh báo: gửi thử, gửi những gì còn chờ, xem tình trạng."""


@dataclass(frozen=True)
class Trial:
    """How one channel took the test message."""

    channel: str
    taken: bool
    reason: str = ""


@alerts.command("test")
@click.option("--channel", "names", multiple=True, help="Chỉ kênh này; mặc định mọi kênh trong alerts.yaml.")
@json_option
def try_channels(names: tuple[str, ...], *, as_json: bool) -> int:
    """Gửi một tin thử qua từng kênh và nói kênh nào nhận, kênh nào không, vì sao; mã 30 nếu có kênh không nhận."""
    from reporting.alerting.run_alerts import switchboard_of
    from reporting.workspace import open_workspace

    with open_workspace(Settings.read(os.environ)) as workspace:
        channels = workspace.alerts.channels
        if not channels:
            raise ConfigError(NO_CHANNELS)
        unknown = [name for name in names if name not in channels]
        if unknown:
            raise ConfigError(f"alerts.yaml: no channel '{unknown[0]}'; there are: {', '.join(channels)}")
        message = _test_message(workspace)
        trials = [_try(switchboard_of(workspace), name, message) for name in names or channels]
    if as_json:
        print_json([asdict(trial) for trial in trials])
    else:
        for trial in trials:
            mark, said = ("[green]✓[/]", "đã nhận tin thử") if trial.taken else ("[red]✗[/]", trial.reason)
            Console().print(f"{mark} [bold]{escape(trial.channel)}[/]: {escape(said)}", highlight=False)
    return 0 if all(trial.taken for trial in trials) else DeliveryError.exit_code


@alerts.command("send")
@json_option
def send_all(*, as_json: bool) -> int:
    """Gửi những thông báo đã đến giờ gửi; mã 30 nếu còn thông báo không kênh nào nhận."""
    from reporting.alerting.run_alerts import deliver
    from reporting.workspace import open_workspace

    with open_workspace(Settings.read(os.environ)) as workspace:
        delivered = deliver(workspace)
    if as_json:
        print_json(delivered.as_json())
    else:
        console = Console()
        console.print(f"{delivered.summary_vi}.", highlight=False)
        for parcel, done in delivered.waiting:
            console.print(f"  [red]✗[/] {escape(parcel.letters[0].subject)}", highlight=False)
            console.print(f"    {escape(done.reasons)}", highlight=False, soft_wrap=True)
    return DeliveryError.exit_code if delivered.waiting else 0


@alerts.command("status")
@json_option
def show_status(*, as_json: bool) -> None:
    """Thông báo đang chờ, vừa gửi, và sự cố chưa có tuyến nào nhận."""
    from reporting.delivery.routing import find_unheard
    from reporting.workspace import open_workspace

    with open_workspace(Settings.read(os.environ)) as workspace:
        waiting, sent = workspace.store.outbox.waiting(), workspace.store.outbox.sent()
        unheard = find_unheard(workspace.alerts, workspace.store.incidents.open())
        channels = list(workspace.alerts.channels)
    if as_json:
        content = {
            "channels": channels,
            "waiting": [_letter_json(one) for one in waiting],
            "sent": [_letter_json(one) for one in sent],
            "unheard_incidents": [one.number for one in unheard],
        }
        print_json(content)
        return
    console = Console()
    console.print(f"Kênh: {', '.join(channels)}." if channels else NO_CHANNELS, highlight=False, soft_wrap=True)
    console.print(f"[bold]Đang chờ gửi: {len(waiting)}[/]", highlight=False)
    for one in waiting:
        console.print(f"  từ {print_instant(one.not_before)}: {escape(one.letter.subject)}", highlight=False)
        if one.last_error:
            said = f"    đã thử {one.attempts} lần; lần cuối: {escape(one.last_error)}"
            console.print(said, highlight=False, soft_wrap=True)
    console.print(f"[bold]Vừa gửi: {len(sent)}[/]", highlight=False)
    for one in sent:
        at = print_instant(one.sent_at) if one.sent_at else ""
        console.print(f"  {at} qua {one.sent_by}: {escape(one.letter.subject)}", highlight=False)
    for incident in unheard:
        said = f"Sự cố {incident.number} không có tuyến nào nhận: {escape(incident.subject_vi)}"
        console.print(f"[yellow]![/] {said}", highlight=False, soft_wrap=True)


def _test_message(workspace: Workspace) -> Outgoing:
    from reporting.delivery.rendering import Outgoing

    now = workspace.settings.now()
    text = (
        f"Đây là tin thử của baocao, gửi lúc {print_instant(now)} bởi {name_account_and_machine()}.\n\n"
        "Nếu đọc được tin này thì kênh hoạt động; không phải làm gì thêm."
    )
    html = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    return Outgoing(f"test/{now.isoformat()}", Severity.INFO, "[Tin thử] Kênh cảnh báo của baocao", text, html)


def _try(switchboard: Switchboard, name: str, message: Outgoing) -> Trial:
    from reporting.delivery.errors import ChannelFailedError

    try:
        switchboard.sender(name).send(message)
    except ChannelFailedError as error:
        return Trial(name, taken=False, reason=error.reason)
    return Trial(name, taken=True)


def _letter_json(one: StoredLetter) -> dict[str, object]:
    return {
        "key": one.letter.key,
        "bundle": one.letter.bundle,
        "route": one.letter.route,
        "channels": list(one.letter.channels),
        "severity": one.letter.severity.value,
        "subject": one.letter.subject,
        "text": list(one.letter.paragraphs),
        "not_before": one.not_before.isoformat(),
        "attempts": one.attempts,
        "last_error": one.last_error,
        "sent_at": one.sent_at.isoformat() if one.sent_at else None,
        "sent_by": one.sent_by,
    }
