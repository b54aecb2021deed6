"""`baocao doctor`: is everything in place for a report: configuration, sources, secrets, store, machine, packages."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import orjson
from rich.console import Console

from baocao.catalogue import Catalogue
from baocao.settings import Settings
from cli.choosing import choose_unit
from cli.training import sandbox_in_place
from reporting.plan import make_plan
from reporting.upkeep.doctor.alerts import look_at_alerts
from reporting.upkeep.doctor.endpoints import clocks_of, judge_certificates, look_at_endpoints
from reporting.upkeep.doctor.finding import Finding, Health, show_examined
from reporting.upkeep.doctor.installation import look_at_packages, look_at_python, look_at_telemetry
from reporting.upkeep.doctor.machine import look_at_clock, look_at_disks, look_at_fonts, look_at_time_zone
from reporting.upkeep.doctor.references import look_at_secrets, secret_files
from reporting.upkeep.doctor.report import look_at_report, period_due_next
from reporting.upkeep.doctor.state import look_at_database, look_at_payloads, look_at_permissions


def examine(unit_code: str | None, period: str | None, data_set: str | None, *, as_json: bool) -> int:
    """Look at everything; return 0, or the exit code of the gravest finding."""
    with sandbox_in_place(data_set):
        settings = Settings.read(os.environ)
        catalogue = Catalogue.read(settings.config_dir)
        findings = list(_look(settings, catalogue, choose_unit(unit_code, catalogue), period))
    if as_json:
        shown = {"findings": [asdict(finding) for finding in findings]}
        sys.stdout.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show(Console(), findings)
    return max((finding.exit_code for finding in findings), default=0)


def _look(settings: Settings, catalogue: Catalogue, unit_code: str, period_code: str | None) -> Iterator[Finding]:
    period = period_code or period_due_next(catalogue, unit_code, settings)
    yield from look_at_report(settings, catalogue, make_plan(catalogue, unit_code, period, None, settings.now()))
    yield look_at_alerts(catalogue, unit_code)
    yield from look_at_secrets(settings)
    endpoints = look_at_endpoints(catalogue, settings)
    yield from judge_certificates(catalogue, endpoints)
    database_finding, database = look_at_database(settings.database_url)
    yield database_finding
    yield look_at_payloads(settings)
    yield look_at_permissions(settings, database, secret_files(settings.config_dir))
    yield from look_at_disks(settings)
    clocks = clocks_of(endpoints)
    if database is not None and database.exists:
        clocks["cơ sở dữ liệu"] = database.clock_ahead_s
    yield look_at_clock(settings, clocks)
    yield look_at_time_zone()
    yield look_at_fonts()
    yield look_at_python()
    yield look_at_packages()
    yield look_at_telemetry()


def _show(console: Console, findings: Sequence[Finding]) -> None:
    show_examined(console, findings)
    bad, doubtful = (sum(f.health is health for f in findings) for health in (Health.BAD, Health.DOUBTFUL))
    noted = f" {doubtful} mục nên xem lại." if doubtful else ""
    if bad:
        console.print(f"[bold red]{bad} mục cần xử lý.[/]{noted}")
    else:
        console.print(f"[bold green]Sẵn sàng lập báo cáo.[/]{noted}")
