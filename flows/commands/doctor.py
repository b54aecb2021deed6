"""`baocao doctor`: is everything in place for a report: configuration, sources, typed-in figures, store, fonts."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from enum import StrEnum

import orjson
from rich.console import Console
from rich.markup import escape

from baocao.catalogue import Catalogue, Source
from baocao.domain import VIETNAM, Period, System, Window
from baocao.errors import BaocaoError, ConfigError
from baocao.settings import Settings
from baocao.store import open_store
from baocao.vocabulary import SYSTEMS
from connectors.registry import assign, connector_of
from flows.choosing import choose_unit
from flows.environment import TELEMETRY_OFF
from flows.plan import Plan, make_plan
from flows.training import sandbox_in_place

LEAST_FREE_BYTES = 1_000_000_000


class Health(StrEnum):
    """How one thing is."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `exit_code` is that of the error behind a bad one."""

    about: str
    health: Health
    says: str
    mend: str = ""
    exit_code: int = 0


MARKS = {Health.GOOD: "[green]✓[/]", Health.DOUBTFUL: "[yellow]![/]", Health.BAD: "[red]✗[/]"}


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
    counts = f"{len(catalogue.units)} đơn vị, {len(catalogue.indicators)} chỉ tiêu, {len(catalogue.forms)} biểu mẫu"
    yield Finding("Cấu hình", Health.GOOD, f"{settings.config_dir}: {counts}")
    period = period_code or period_due_next(catalogue, unit_code, settings)
    plan = make_plan(catalogue, unit_code, period, None, settings.now())
    yield _due_day(catalogue, plan, settings)
    yield from _systems(catalogue, plan)
    yield from (_reach(source, plan, settings) for source in plan.sources.values())
    yield from (_reach_compared(source, plan, settings) for source in plan.comparisons)
    yield _typed_in(catalogue, plan)
    yield _attempt("Kho dữ liệu", lambda: _store(settings))
    yield _disk(settings)
    yield _font()
    yield _telemetry()


def period_due_next(catalogue: Catalogue, unit_code: str, settings: Settings) -> str:
    """The quarter (or other report of the unit's regime) that is due next, or was due last within ten days."""
    unit = catalogue.unit(unit_code)
    today = settings.now().astimezone(VIETNAM).date()
    candidates = []
    for year in (today.year - 1, today.year, today.year + 1):
        for part in catalogue.calendar.regimes[unit.regime].periods:
            period = Period(year, "" if part == "year" else part)
            window = catalogue.calendar.window(unit.regime, period)
            due_on = catalogue.calendar.due_on(unit.regime, period, unit.tier)
            if window.start_on <= today <= due_on + timedelta(days=10) and unit.exists_in(window):
                candidates.append((due_on, window.end_on - window.start_on, period.code))
    if not candidates:
        raise ConfigError(f"units.yaml: {unit_code} owes no report around {today}; name one with --period")
    return min(candidates)[2]


def _due_day(catalogue: Catalogue, plan: Plan, settings: Settings) -> Finding:
    today = settings.now().astimezone(VIETNAM).date()
    due_on = catalogue.calendar.due_on(plan.unit.regime, plan.period, plan.unit.tier)
    left = catalogue.calendar.working_days_between(today, due_on)
    when = f"còn {left} ngày làm việc" if left >= 0 else f"đã quá hạn {-left} ngày làm việc"
    says = f"{plan.label}: chốt số liệu {plan.window.end_on:%d/%m/%Y}, nộp trước hết {due_on:%d/%m/%Y} ({when})"
    return Finding("Kỳ báo cáo", Health.GOOD if left >= 0 else Health.DOUBTFUL, says)


def _systems(catalogue: Catalogue, plan: Plan) -> Iterator[Finding]:
    needed = {catalogue.indicator(code).system for code in plan.indicators}
    for system in System:
        if system in needed and system not in plan.sources:
            mend = (
                f"Khai báo nguồn trong sources.yaml và mã đơn vị trong units.yaml ({plan.unit.unit_code}.source_keys)."
            )
            yield Finding(
                SYSTEMS[system], Health.BAD, "chưa khai báo nguồn cho đơn vị này", mend, ConfigError.exit_code
            )


def _reach(source: Source, plan: Plan, settings: Settings) -> Finding:
    """Sign in and take the first answer, over one day."""

    def first_answer() -> str:
        day = Window(plan.window.start_on, plan.window.start_on)
        quick = source.model_copy(update={"lookback_days": 0})
        connector = connector_of(source)
        payload = next(iter(connector.fetch(assign(quick, plan.unit, day, settings))), None)
        size = f"{payload.answer_bytes} byte" if payload else "không có bản ghi nào trong ngày thử"
        return f"kết nối và đăng nhập được ({size})"

    return _attempt(source.label, first_answer)


def _reach_compared(source: Source, plan: Plan, settings: Settings) -> Finding:
    """The same of a source that no figure depends on: at worst doubtful."""
    found = _reach(source, plan, settings)
    about = f"{found.about} (chỉ để đối chiếu)"
    if found.health is Health.GOOD:
        return replace(found, about=about)
    mend = "Không ảnh hưởng đến báo cáo; sửa để số liệu lại được đối chiếu."
    return replace(found, about=about, health=Health.DOUBTFUL, mend=mend, exit_code=0)


def _typed_in(catalogue: Catalogue, plan: Plan) -> Finding:
    given = catalogue.manual_figures(plan.unit.unit_code, plan.period)
    rows = [row for row in plan.form.rows if row.indicator and plan.unit.tier in row.tiers]
    needed = {code for row in rows for code in _typed_behind(catalogue, row.indicator or "")}
    missing = sorted(needed - set(given))
    if not missing:
        return Finding("Số liệu nhập tay", Health.GOOD, f"đủ {len(needed)} số liệu")
    labels = "; ".join(f"{catalogue.indicator(code).label} ({code})" for code in missing)
    file = f"manual/{plan.unit.unit_code}/{plan.period}.yaml"
    return Finding("Số liệu nhập tay", Health.DOUBTFUL, f"còn thiếu: {labels}", f"Điền vào tệp {file}.")


def _typed_behind(catalogue: Catalogue, indicator_code: str) -> list[str]:
    indicator = catalogue.indicator(indicator_code)
    return [code for code in (indicator_code, *indicator.inputs) if catalogue.indicator(code).typed is not None]


def _store(settings: Settings) -> str:
    with open_store(settings.database_url, settings.payload_url):
        kind = settings.database_url.partition(":")[0].partition("+")[0]
        return f"{kind}, dữ liệu gốc tại {settings.payload_url}"


def _disk(settings: Settings) -> Finding:
    folder = next(f for f in (settings.var_dir, *settings.var_dir.parents) if f.exists())
    free = shutil.disk_usage(folder).free
    says = f"còn trống {free / 1e9:.0f} GB tại {folder}"
    return Finding("Đĩa", Health.GOOD if free > LEAST_FREE_BYTES else Health.DOUBTFUL, says)


def _font() -> Finding:
    """Whether a metric-compatible Times New Roman with Vietnamese letters is there for PDF."""
    tool = shutil.which("fc-match")
    if tool is None:
        return Finding("Phông chữ", Health.GOOD, "dùng phông chữ đi kèm khi tạo PDF")
    found = subprocess.run(  # noqa: S603
        [tool, "-f", "%{family}", "Times New Roman:lang=vi"], capture_output=True, text=True, check=False
    ).stdout
    good = any(name in found for name in ("Times New Roman", "Tinos", "Liberation Serif"))
    mend = "" if good else "Cài gói fonts-liberation2 (hoặc fonts-croscore) để tệp PDF có đúng phông Times New Roman."
    return Finding("Phông chữ", Health.GOOD if good else Health.DOUBTFUL, found or "không tìm thấy", mend)


def _telemetry() -> Finding:
    sent = [name for name, value in TELEMETRY_OFF.items() if os.environ.get(name, value) != value]
    says = f"{', '.join(sent)} bị đổi trong môi trường; baocao vẫn tắt khi chạy" if sent else "đã tắt hoàn toàn"
    return Finding("Gửi số liệu sử dụng ra ngoài", Health.GOOD, says)


def _attempt(about: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(about, Health.GOOD, look())
    except BaocaoError as error:
        return Finding(about, Health.BAD, str(error), exit_code=error.exit_code)


def _show(console: Console, findings: list[Finding]) -> None:
    for finding in findings:
        console.print(
            f"{MARKS[finding.health]} [bold]{escape(finding.about)}[/]: {escape(finding.says)}", highlight=False
        )
        if finding.mend:
            console.print(f"    Cần làm: {escape(finding.mend)}", highlight=False, soft_wrap=True)
    bad = sum(finding.health is Health.BAD for finding in findings)
    verdict = f"[bold red]{bad} mục cần xử lý.[/]" if bad else "[bold green]Sẵn sàng lập báo cáo.[/]"
    console.print(verdict)
