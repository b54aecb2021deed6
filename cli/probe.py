"""`baocao probe`: try one connector over a few days; say what came back and how fresh it is. Nothing is kept."""

import os
import sys
from datetime import timedelta
from typing import Any

import orjson
import pandas as pd
from rich.console import Console
from rich.markup import escape

from baocao.catalogue import Catalogue, Source
from baocao.domain import VIETNAM, Window
from baocao.records import COLUMNS
from baocao.records import VALUES as VALUES_BY_FIELD
from baocao.settings import Settings
from baocao.vocabulary import FIELDS, RECORDS, VALUES
from cli.choosing import choose_unit
from cli.training import sandbox_in_place
from reporting.collection.trying import Trial, newest, try_source


def probe_source(source_code: str, unit_code: str | None, days: int, data_set: str | None, *, as_json: bool) -> int:
    """Fetch and parse; raise SourceError where it fails."""
    with sandbox_in_place(data_set):
        settings = Settings.read(os.environ)
        catalogue = Catalogue.read(settings.config_dir)
        today = settings.now().astimezone(VIETNAM).date()
        window = Window(today - timedelta(days=days), today)
        unit = catalogue.unit(choose_unit(unit_code, catalogue))
        trial = try_source(catalogue.source(source_code), unit, window, settings)
    if as_json:
        shown = {"role": catalogue.source(source_code).role, **_as_json(trial)}
        sys.stdout.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show(Console(), catalogue.source(source_code), window, trial)
    return 0


def _show(console: Console, source: Source, window: Window, trial: Trial) -> None:
    size = f"{trial.answers} lần trả lời, {trial.answer_bytes / 1e6:.1f} MB, {trial.took_s:.1f} giây"
    role = " (chỉ để đối chiếu, không lấy số liệu cho biểu)" if source.role == "comparison" else ""
    console.print(f"[bold]{escape(source.label)}[/]{role}: kết nối được, {size}", highlight=False, soft_wrap=True)
    for kind, frame in trial.parsed.frames.items():
        days = f"{window.start_on:%d/%m/%Y} – {window.end_on:%d/%m/%Y}"
        console.print(f"  {len(frame)} {RECORDS[kind]} ({days})", highlight=False, soft_wrap=True)
        last = newest(frame, kind)
        if last:
            console.print(f"  Mới nhất: {FIELDS[last[0]]} {last[1]:%H:%M %d/%m/%Y}", highlight=False, soft_wrap=True)
        for name in COLUMNS[kind]:
            if name in VALUES_BY_FIELD:
                counts = frame[name].value_counts(dropna=False)
                shown = ", ".join(f"{_word(value)} {n}" for value, n in counts.items() if n)
                console.print(f"  {FIELDS[name]}: {shown}", highlight=False, soft_wrap=True)
    notices = trial.parsed.notices
    for name, values in notices.unknown_values.items():
        console.print(f"  [yellow]Mã lạ[/] ở trường {name}: {dict(values)}", highlight=False, soft_wrap=True)
    if notices.unknown_fields:
        console.print(
            f"  [yellow]Trường mới chưa khai báo[/]: {', '.join(notices.unknown_fields)}",
            highlight=False,
            soft_wrap=True,
        )


def _word(value: Any) -> str:
    return "(trống)" if pd.isna(value) else VALUES[value]


def _as_json(trial: Trial) -> dict[str, Any]:
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
