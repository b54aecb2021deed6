"""`baocao doctor`: is everything in place for a report: configuration, sources, secrets, store, machine, packages."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
import orjson

from baocao.settings import Settings
from cli.options import choose_unit, json_option, sandbox_option, unit_option
from cli.sandbox import sandbox_in_place
from cli.tables import open_console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from baocao.catalogue import Catalogue
    from reporting.upkeep.doctor.finding import DoctorFinding


@click.command()
@unit_option
@click.option("--period", help="Kỳ báo cáo cần chuẩn bị; mặc định là kỳ sắp đến hạn.")
@sandbox_option
@json_option
def doctor(unit_code: str | None, period: str | None, data_set: str | None, *, as_json: bool) -> int:
    """Kiểm tra cài đặt: cấu hình đủ chưa, hệ thống nguồn kết nối được không, còn thiếu gì."""
    from baocao.catalogue import Catalogue
    from reporting.upkeep.doctor.examination import examine

    with sandbox_in_place(data_set):
        settings = Settings.read(os.environ)
        catalogue = Catalogue.read(settings.config_dir)
        findings = list(examine(settings, catalogue, _choose_unit(unit_code, catalogue), period))
    if as_json:
        shown = {"findings": [asdict(finding) for finding in findings]}
        sys.stdout.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show(open_console(), findings)
    return max((finding.exit_code for finding in findings), default=0)


def _choose_unit(given: str | None, catalogue: Catalogue) -> str:
    """Where none is meant, the first connected one: most of what is looked at concerns the whole installation."""
    connected = next((unit.unit_code for unit in catalogue.units.values() if unit.source_keys), None)
    return choose_unit(given or os.environ.get("BAOCAO_UNIT") or connected, catalogue)


def _show(console: Console, findings: Sequence[DoctorFinding]) -> None:
    from reporting.upkeep.doctor.finding import Health, show_examined

    show_examined(console, findings)
    bad, doubtful = (sum(f.health is health for f in findings) for health in (Health.BAD, Health.DOUBTFUL))
    noted = f" {doubtful} mục nên xem lại." if doubtful else ""
    if bad:
        console.print(f"[bold red]{bad} mục cần xử lý.[/]{noted}")
    else:
        console.print(f"[bold green]Sẵn sàng lập báo cáo.[/]{noted}")
