"""`baocao probe`: try one connector over a few days; say what came back and how fresh it is. Nothing is kept."""

from __future__ import annotations

import os
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click
import orjson

from baocao.domain import Window
from baocao.errors import ConfigError
from baocao.settings import Settings
from baocao.vocabulary import FIELDS, RECORDS, VALUES
from cli.options import choose_unit, json_option, sandbox_option, unit_option
from cli.sandbox import sandbox_in_place
from cli.tables import open_console
from cli.terminal import escape

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.catalogue import Source, Unit
    from reporting.collection.trying import TryResult


@click.command()
@click.argument("source")
@unit_option
@click.option(
    "--days",
    default=7,
    show_default=True,
    help="Lấy thử dữ liệu của bấy nhiêu ngày gần nhất; với --draft: của ngày cách đây bấy nhiêu ngày.",
)
@click.option("--draft", is_flag=True, help="Hỏi một ngày, so với giao thức đã khai báo, ghi bản nháp điểm khác.")
@sandbox_option
@json_option
def probe(source: str, unit_code: str | None, days: int, data_set: str | None, *, draft: bool, as_json: bool) -> None:
    """Thử một hệ thống nguồn: trả về những gì, mới đến đâu."""
    from baocao.catalogue import Catalogue
    from reporting.collection.trying import try_source

    with sandbox_in_place(data_set):
        settings = Settings.read(os.environ)
        catalogue = Catalogue.read(settings.config_dir)
        today = settings.today()
        window = Window(today - timedelta(days=days), today)
        unit = catalogue.unit(choose_unit(unit_code, catalogue))
        asked = catalogue.source(source)
        if draft:
            _draft(asked, unit, today - timedelta(days=max(days, 1)), settings, as_json=as_json)
            return
        trial = try_source(asked, unit, window, settings)
    if as_json:
        shown = {"role": asked.role, **_as_json(trial)}
        sys.stdout.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show(open_console(), asked, window, trial)


def _draft(source: Source, unit: Unit, day: date, settings: Settings, *, as_json: bool) -> None:
    """One day is asked; what differs is said and written down, also where the source then fails."""
    from reporting.collection.site_draft import SiteDraft, start_sightings
    from reporting.collection.trying import ask_for_nobody, try_source

    seen = start_sightings(source)
    if seen is None:
        raise ConfigError(f"{source.source_code}: nguồn này không hỏi qua mạng, không có gì để ghi nháp.")
    found = SiteDraft(source, seen, day)
    try:
        try_source(source, unit, Window(day, day), settings, watch=seen.see)
        found = SiteDraft(source, seen, day, *ask_for_nobody(source, unit, Window(day, day), settings))
    finally:
        if seen.statuses:
            path = found.write(settings.var_dir / "drafts")
            if as_json:
                shown = {**found.values(), "draft": str(path)}
                sys.stdout.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode() + "\n")
            else:
                for line in [f"{source.label}, ngày {day:%d/%m/%Y}:", *found.lines(), f"Bản nháp: {path}"]:
                    click.echo(line)


def _show(console: Console, source: Source, window: Window, trial: TryResult) -> None:
    from baocao.records import COLUMNS
    from baocao.records import VALUES as VALUES_BY_FIELD
    from reporting.collection.trying import newest

    size = f"{trial.answers} lần trả lời, {trial.answer_bytes / 1e6:.1f} MB, {trial.took_s:.1f} giây"
    role = " (chỉ để đối chiếu, không lấy số liệu cho biểu)" if source.role == "comparison" else ""
    console.print(f"[bold]{escape(source.label)}[/]{role}: kết nối được, {size}")
    for kind, frame in trial.parsed.frames.items():
        days = f"{window.start_on:%d/%m/%Y} – {window.end_on:%d/%m/%Y}"
        console.print(f"  {len(frame)} {RECORDS[kind]} ({days})")
        last = newest(frame, kind)
        if last:
            console.print(f"  Mới nhất: {FIELDS[last[0]]} {last[1]:%H:%M %d/%m/%Y}")
        for name in COLUMNS[kind]:
            if name in VALUES_BY_FIELD:
                counts = frame[name].value_counts(dropna=False)
                shown = ", ".join(f"{_word(value)} {n}" for value, n in counts.items() if n)
                console.print(f"  {FIELDS[name]}: {shown}")
    notices = trial.parsed.notices
    for name, values in notices.unknown_values.items():
        console.print(f"  [yellow]Mã lạ[/] ở trường {name}: {dict(values)}")
    if notices.unknown_fields:
        console.print(
            f"  [yellow]Trường mới chưa khai báo[/]: {', '.join(notices.unknown_fields)}",
        )


def _word(value: Any) -> str:
    import pandas as pd

    return "(trống)" if pd.isna(value) else VALUES[value]


def _as_json(trial: TryResult) -> dict[str, Any]:
    from reporting.collection.trying import newest

    last = {kind: newest(frame, kind) for kind, frame in trial.parsed.frames.items()}
    return {
        "answers": trial.answers,
        "answer_bytes": trial.answer_bytes,
        "took_s": round(trial.took_s, 2),
        "records": {kind: len(frame) for kind, frame in trial.parsed.frames.items()},
        "newest": {kind: {"field": at[0], "at": at[1].isoformat()} if at else None for kind, at in last.items()},
        "unknown_values": {name: dict(v) for name, v in trial.parsed.notices.unknown_values.items()},
        "unknown_fields": sorted(trial.parsed.notices.unknown_fields),
    }
