"""`baocao incidents`: what is wrong at present, one root cause a line; one incident in full; who has taken it on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from baocao.domain import VIETNAM
from baocao.figures import print_instant
from baocao.hints import hint
from baocao.settings import Settings
from baocao.vocabulary import SEVERITIES
from cli.options import any_unit_option, json_option
from cli.tables import Column, open_console, print_table
from cli.terminal import COLOURS, escape, print_json
from reporting.days import read_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from baocao.incidents import Incident
    from reporting.workspace import Workspace


COLUMNS = (
    Column("Số", is_key=True),
    Column("Mức độ"),
    Column("Sự cố"),
    Column("Ô", is_right=True),
    Column("Từ"),
    Column("Thời hạn"),
    Column("Tình trạng"),
)


@click.group(invoke_without_command=True)
@click.pass_context
def incidents(context: click.Context) -> None:
    """Sự cố: mỗi nguyên nhân gốc là một sự cố, từ khi phát hiện đến khi khắc phục."""
    if context.invoked_subcommand is None:
        context.invoke(show_list)


@incidents.command("list")
@click.option("--all", "whole", is_flag=True, help="Cả những sự cố đã khắc phục.")
@any_unit_option
@json_option
def show_list(unit_code: str | None = None, *, whole: bool = False, as_json: bool = False) -> None:
    """Các sự cố đang mở, nặng nhất trước."""
    from baocao.incidents import GRAVITY
    from reporting.workspace import open_to_look

    with open_to_look(Settings.read(os.environ)) as workspace:
        found = workspace.store.incidents.all() if whole else workspace.store.incidents.open()
        if unit_code:
            found = tuple(one for one in found if workspace.catalogue.unit(unit_code).unit_code in one.units)
        ordered = sorted(found, key=lambda one: (not one.is_open, -GRAVITY[one.severity], one.number))
        if as_json:
            print_json([incident_json(one) for one in ordered])
        else:
            _show_list(open_console(), workspace, ordered)
        if unreadable := workspace.store.incidents.list_unreadable():
            numbers = ", ".join(map(str, unreadable))
            click.echo(f"Không đọc được trong cơ sở dữ liệu, đã gác lại: sự cố {numbers}.", err=True)


@incidents.command("show")
@click.argument("number", type=int)
@json_option
def show_one(number: int, *, as_json: bool) -> None:
    """Một sự cố: vì sao, từ khi nào, ảnh hưởng ô nào, cần làm gì."""
    from reporting.workspace import open_to_look

    with open_to_look(Settings.read(os.environ)) as workspace:
        incident = workspace.store.incidents.find(number)
        if as_json:
            print_json(incident_json(incident))
        else:
            for line in _lines(workspace, incident):
                open_console().print(line)


@incidents.command("history")
@click.argument("number", type=int)
@json_option
def show_history(number: int, *, as_json: bool) -> None:
    """Những gì đã xảy ra với một sự cố, theo thứ tự thời gian."""
    from reporting.delivery.messages import EVENTS
    from reporting.workspace import open_to_look

    with open_to_look(Settings.read(os.environ)) as workspace:
        incident, events = workspace.store.incidents.find(number), workspace.store.incidents.history(number)
    if as_json:
        print_json(
            [{"kind": one.kind, "at": one.at.isoformat(), "by": one.by, "detail": one.detail_vi} for one in events]
        )
        return
    console = open_console()
    console.print(f"[bold]Sự cố {number}[/]: {escape(incident.subject_vi)}")
    for event in events:
        said = " – ".join(part for part in (EVENTS[event.kind], event.by, event.detail_vi) if part)
        console.print(f"  {print_instant(event.at)}  {escape(said)}")


@incidents.command("ack")
@click.argument("number", type=int)
@click.option("--until", required=True, help="Nhận xử lý đến hết ngày này (2025-12-15); tới lúc đó không nhắc lại.")
@click.option("--note", default="", help="Ghi chú: đang làm gì.")
@json_option
def acknowledge_one(number: int, until: str, note: str, *, as_json: bool) -> None:
    """Nhận xử lý một sự cố: ai, đến ngày nào."""
    from baocao.people import Action
    from reporting.alerting.acknowledging import acknowledge_incident
    from reporting.identities import identify
    from reporting.workspace import open_to_look

    day = read_day(until)
    with open_to_look(Settings.read(os.environ)) as workspace:
        by = identify(workspace, Action.ACKNOWLEDGE)
        taken = acknowledge_incident(workspace, number, by, day, note)
    if as_json:
        print_json(incident_json(taken))
    else:
        open_console().print(
            f"{escape(by)} nhận xử lý sự cố {number} đến hết ngày {day:%d/%m/%Y}. "
            "Trong thời gian đó chỉ báo lại khi sự cố nặng thêm hoặc đã khắc phục.",
        )


def incident_json(incident: Incident) -> dict[str, Any]:
    """An incident for a program."""
    taken = incident.acknowledged
    return {
        "number": incident.number,
        "fingerprint": incident.fingerprint,
        "kind": incident.kind.value,
        "severity": incident.severity.value,
        "owner": incident.owner,
        "subject": incident.subject_vi,
        "why": incident.why_vi,
        "mend": incident.mend_vi,
        "units": list(incident.units),
        "reports": [
            {
                "unit": claim.scope.unit_code,
                "form": claim.scope.form_code,
                "period": claim.scope.period.code,
                "due_on": claim.due_on.isoformat(),
                "cells": list(claim.cells),
                "unclear": claim.is_unclear,
            }
            for claim in incident.claims
        ],
        "opened_at": incident.opened_at.isoformat(),
        "last_seen_at": incident.last_seen_at.isoformat(),
        "recovered_at": incident.recovered_at.isoformat() if incident.recovered_at else None,
        "acknowledged": {"by": taken.by, "until": taken.until.isoformat(), "note": taken.note} if taken else None,
    }


def _show_list(console: Console, workspace: Workspace, found: list[Incident]) -> None:
    from rich.text import Text

    from reporting.delivery.messages import ack_hint, days_left, name_incident

    if not found:
        console.print("[bold green]Không có sự cố nào đang mở.[/]")
        return
    today = workspace.settings.today()
    rows = (
        (
            str(one.number),
            Text(SEVERITIES[one.severity], style=COLOURS[one.severity]),
            name_incident(workspace.catalogue, one),
            str(len(one.cells)),
            f"{one.opened_at.astimezone(VIETNAM):%d/%m/%Y}",
            days_left(workspace.catalogue, one.due_on, today) if one.is_open else "",
            _state(one),
        )
        for one in found
    )
    print_table(console, COLUMNS, rows)
    first = found[0]
    console.print(f"Xem một sự cố: {hint('incidents show', first.number)}")
    if first.is_open:
        console.print(f"Nhận xử lý: {ack_hint(first, today)}")


def _state(incident: Incident) -> str:
    if incident.recovered_at is not None:
        return f"khắc phục {incident.recovered_at.astimezone(VIETNAM):%d/%m}"
    if incident.acknowledged is not None:
        return f"{incident.acknowledged.by} đến {incident.acknowledged.until:%d/%m}"
    return "chưa xác định được" if incident.is_unclear else "đang mở"


def _lines(workspace: Workspace, incident: Incident) -> Iterator[str]:
    from reporting.delivery.messages import blocked, days_left, name_incident

    label = f"[{COLOURS[incident.severity]}]{SEVERITIES[incident.severity]}[/]"
    yield f"[bold]Sự cố {incident.number}[/] ({label}): {escape(name_incident(workspace.catalogue, incident))}"
    yield f"  Vì sao:    {escape(incident.why_vi)}"
    yield f"  Từ:        {print_instant(incident.opened_at)}; thấy lần cuối {print_instant(incident.last_seen_at)}"
    if incident.recovered_at is not None:
        yield f"  Khắc phục: {print_instant(incident.recovered_at)}"
        return
    yield f"  Ảnh hưởng: {escape(blocked(workspace.catalogue, incident))}"
    yield f"  Cần làm:   {escape(incident.mend_vi)}"
    today = workspace.settings.today()
    if incident.due_on:
        left = days_left(workspace.catalogue, incident.due_on, today)
        yield f"  Thời hạn:  {incident.due_on:%d/%m/%Y} ({left})"
    yield f"  Tình trạng: {escape(_state(incident))}"
