"""`baocao alerts`: try the channels, send what waits, see what waits and what nobody would hear of."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from baocao.domain import Severity
from baocao.errors import ConfigError, DeliveryError
from baocao.figures import print_instant
from baocao.hints import hint
from baocao.messages import say_unknown
from baocao.settings import Settings
from cli.options import json_option
from cli.tables import open_console
from cli.terminal import escape, print_json
from reporting.accounts import name_account_and_machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from baocao.store import StoredMessage
    from reporting.delivery.channels import Channels
    from reporting.delivery.rendering import RenderedMessage
    from reporting.workspace import Workspace

NO_CHANNELS = "Chưa khai báo kênh nào. Chép config/examples/alerts.yaml thành config/alerts.yaml rồi sửa lại."


@click.group()
def alerts() -> None:
    """Kênh cảnh báo: gửi thử, gửi những gì còn chờ, xem tình trạng."""


@dataclass(frozen=True)
class ChannelTest:
    """How one channel took the test message."""

    channel: str
    taken: bool
    reason: str = ""


@alerts.command("test")
@click.option("--channel", "names", multiple=True, help="Chỉ kênh này; mặc định mọi kênh trong alerts.yaml.")
@json_option
def try_channels(names: tuple[str, ...], *, as_json: bool) -> int:
    """Gửi một tin thử qua từng kênh và nói kênh nào nhận, kênh nào không, vì sao; mã 30 nếu có kênh không nhận."""
    from reporting.alerting.run_alerts import open_channels
    from reporting.workspace import open_to_look

    with open_to_look(Settings.read(os.environ)) as workspace:
        channels = workspace.alerts.channels
        if not channels:
            raise ConfigError(NO_CHANNELS)
        unknown = [name for name in names if name not in channels]
        if unknown:
            raise ConfigError(f"alerts.yaml: {say_unknown('kênh', unknown[0], channels)}")
        message = _test_message(workspace)
        tests = [_try(open_channels(workspace), name, message) for name in names or channels]
    if as_json:
        print_json([asdict(test) for test in tests])
    else:
        for test in tests:
            mark, said = ("[green]✓[/]", "đã nhận tin thử") if test.taken else ("[red]✗[/]", test.reason)
            open_console().print(f"{mark} [bold]{escape(test.channel)}[/]: {escape(said)}")
    return 0 if all(test.taken for test in tests) else DeliveryError.exit_code


@alerts.command("send")
@click.option("--set-aside", "with_set_aside", is_flag=True, help="Thử lại cả những thông báo đã gác lại.")
@json_option
def send_all(*, with_set_aside: bool, as_json: bool) -> int:
    """Gửi những thông báo đã đến giờ gửi; mã 30 nếu còn thông báo không kênh nào nhận."""
    from reporting.alerting.run_alerts import deliver
    from reporting.workspace import open_to_look

    with open_to_look(Settings.read(os.environ)) as workspace:
        if with_set_aside:
            workspace.store.outbox.put_back(workspace.settings.now())
        delivered = deliver(workspace)
    if as_json:
        print_json(delivered.as_json())
    else:
        console = open_console()
        console.print(f"{delivered.summary_vi}.")
        for delivery, done in (*delivered.waiting, *delivered.set_aside):
            console.print(f"  [red]✗[/] {escape(delivery.messages[0].subject)}")
            console.print(f"    {escape(done.reasons)}")
    return DeliveryError.exit_code if delivered.waiting or delivered.set_aside else 0


@alerts.command("status")
@json_option
def show_status(*, as_json: bool) -> None:
    """Thông báo đang chờ, vừa gửi, và sự cố chưa có tuyến nào nhận."""
    from reporting.delivery.routing import find_unheard
    from reporting.workspace import open_to_look

    with open_to_look(Settings.read(os.environ)) as workspace:
        waiting, sent = workspace.store.outbox.waiting(), workspace.store.outbox.sent()
        set_aside = workspace.store.outbox.list_set_aside()
        unheard = find_unheard(workspace.alerts, workspace.store.incidents.open())
        channels = list(workspace.alerts.channels)
    if as_json:
        content = {
            "channels": channels,
            "waiting": [_message_json(one) for one in waiting],
            "set_aside": [_message_json(one) for one in set_aside],
            "sent": [_message_json(one) for one in sent],
            "unheard_incidents": [one.number for one in unheard],
        }
        print_json(content)
        return
    console = open_console()
    console.print(f"Kênh: {', '.join(channels)}." if channels else NO_CHANNELS)
    console.print(f"[bold]Đang chờ gửi: {len(waiting)}[/]")
    for one in waiting:
        console.print(f"  từ {print_instant(one.not_before)}: {escape(one.message.subject)}")
        if one.last_error:
            said = f"    đã thử {one.attempts} lần; lần cuối: {escape(one.last_error)}"
            console.print(said)
    _show_set_aside(console, set_aside)
    console.print(f"[bold]Vừa gửi: {len(sent)}[/]")
    for one in sent:
        at = print_instant(one.sent_at) if one.sent_at else ""
        console.print(f"  {at} qua {one.sent_by}: {escape(one.message.subject)}")
        if one.set_aside:
            console.print(f"    [yellow]![/] {escape(one.set_aside)}")
    for incident in unheard:
        said = f"Sự cố {incident.number} không có tuyến nào nhận: {escape(incident.subject_vi)}"
        console.print(f"[yellow]![/] {said}")


def _show_set_aside(console: Console, set_aside: Sequence[StoredMessage]) -> None:
    if not set_aside:
        return
    console.print(f"[bold red]Gác lại vì không gửi được: {len(set_aside)}[/]")
    for one in set_aside:
        console.print(f"  {print_instant(one.queued_at)}: {escape(one.message.subject)}")
        console.print(f"    {escape(one.set_aside)}")
    console.print(f"  Sửa xong thì gửi lại: {hint('alerts send', set_aside=True)}")


def _test_message(workspace: Workspace) -> RenderedMessage:
    from reporting.delivery.rendering import RenderedMessage

    now = workspace.settings.now()
    text = (
        f"Đây là tin thử của baocao, gửi lúc {print_instant(now)} bởi {name_account_and_machine()}.\n\n"
        "Nếu đọc được tin này thì kênh hoạt động; không phải làm gì thêm."
    )
    html = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    return RenderedMessage(f"test/{now.isoformat()}", Severity.INFO, "[Tin thử] Kênh cảnh báo của baocao", text, html)


def _try(channels: Channels, name: str, message: RenderedMessage) -> ChannelTest:
    from reporting.delivery.errors import ChannelFailedError

    try:
        channels.sender(name).send(message)
    except ChannelFailedError as error:
        return ChannelTest(name, taken=False, reason=error.reason)
    return ChannelTest(name, taken=True)


def _message_json(one: StoredMessage) -> dict[str, object]:
    return {
        "key": one.message.key,
        "bundle": one.message.bundle,
        "route": one.message.route,
        "channels": list(one.message.channels),
        "severity": one.message.severity.value,
        "subject": one.message.subject,
        "text": list(one.message.paragraphs),
        "not_before": one.not_before.isoformat(),
        "attempts": one.attempts,
        "last_error": one.last_error,
        "set_aside": one.set_aside,
        "reached": list(one.reached),
        "sent_at": one.sent_at.isoformat() if one.sent_at else None,
        "sent_by": one.sent_by,
    }
