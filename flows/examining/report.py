"""What one report needs: its period, the sources of its unit, the figures typed in."""

from collections.abc import Iterator
from datetime import timedelta

from baocao.catalogue import Catalogue, Source
from baocao.domain import VIETNAM, Period, System, Window
from baocao.errors import ConfigError
from baocao.settings import Settings
from baocao.vocabulary import SYSTEMS
from connectors.registry import assign, connector_of
from flows.examining.finding import Finding, attempt, bad, doubtful, good
from flows.plan import Plan

GRACE = timedelta(days=10)


def look_at_report(settings: Settings, catalogue: Catalogue, plan: Plan) -> Iterator[Finding]:
    counts = f"{len(catalogue.units)} đơn vị, {len(catalogue.indicators)} chỉ tiêu, {len(catalogue.forms)} biểu mẫu"
    yield good("report.configuration", "Cấu hình", f"{settings.config_dir}: {counts}")
    yield _due_day(catalogue, plan, settings)
    yield from _systems(catalogue, plan)
    yield from (_reach(source, plan, settings) for source in plan.sources.values())
    yield _typed_in(catalogue, plan)


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
            if window.start_on <= today <= due_on + GRACE and unit.exists_in(window):
                candidates.append((due_on, window.end_on - window.start_on, period.code))
    if not candidates:
        raise ConfigError(f"units.yaml: {unit_code} owes no report around {today}; name one with --period")
    return min(candidates)[2]


def _due_day(catalogue: Catalogue, plan: Plan, settings: Settings) -> Finding:
    check, about = "report.due_day", "Kỳ báo cáo"
    today = settings.now().astimezone(VIETNAM).date()
    due_on = catalogue.calendar.due_on(plan.unit.regime, plan.period, plan.unit.tier)
    left = catalogue.calendar.working_days_between(today, due_on)
    says = f"{plan.label}: chốt số liệu {plan.window.end_on:%d/%m/%Y}, nộp trước hết {due_on:%d/%m/%Y}"
    if left >= 0:
        return good(check, about, f"{says} (còn {left} ngày làm việc)")
    return doubtful(
        check, about, f"{says} (đã quá hạn {-left} ngày làm việc)", why="báo cáo này chưa chắc đã được gửi",
        mend=f"Xem: baocao release status {plan.period}; nếu chưa phát hành thì lập và gửi ngay.",
    )  # fmt: skip


def _systems(catalogue: Catalogue, plan: Plan) -> Iterator[Finding]:
    needed = {catalogue.indicator(code).system for code in plan.indicators}
    for system in System:
        if system in needed and system not in plan.sources:
            yield bad(
                "report.sources", SYSTEMS[system], "chưa khai báo nguồn cho đơn vị này",
                why="các ô lấy từ hệ thống này sẽ để trống", exit_code=ConfigError.exit_code,
                mend=f"Khai báo nguồn trong sources.yaml và mã trong units.yaml ({plan.unit.unit_code}.source_keys).",
            )  # fmt: skip


def _reach(source: Source, plan: Plan, settings: Settings) -> Finding:
    """Sign in and take the first answer, over one day."""

    def first_answer() -> str:
        day = Window(plan.window.start_on, plan.window.start_on)
        quick = source.model_copy(update={"lookback_days": 0})
        payload = next(iter(connector_of(source).fetch(assign(quick, plan.unit, day, settings))), None)
        size = f"{payload.answer_bytes} byte" if payload else "không có bản ghi nào trong ngày thử"
        return f"kết nối và đăng nhập được ({size})"

    return attempt(
        "report.reach", source.label, first_answer, why="không lấy được số liệu từ hệ thống này cho báo cáo",
        mend="Theo docs/errors.md: mã 11 chờ rồi thử lại, 12 xin cấp lại tài khoản, 13 báo người phát triển.",
    )  # fmt: skip


def _typed_in(catalogue: Catalogue, plan: Plan) -> Finding:
    check, about = "report.typed_in", "Số liệu nhập tay"
    given = catalogue.manual_figures(plan.unit.unit_code, plan.period)
    rows = [row for row in plan.form.rows if row.indicator and plan.unit.tier in row.tiers]
    needed = {code for row in rows for code in _typed_behind(catalogue, row.indicator or "")}
    missing = sorted(needed - set(given))
    if not missing:
        return good(check, about, f"đủ {len(needed)} số liệu")
    labels = "; ".join(f"{catalogue.indicator(code).label} ({code})" for code in missing)
    return doubtful(
        check, about, f"còn thiếu: {labels}", why="không hệ thống nào có các số liệu này",
        mend=f"Điền vào tệp manual/{plan.unit.unit_code}/{plan.period}.yaml.",
    )  # fmt: skip


def _typed_behind(catalogue: Catalogue, indicator_code: str) -> list[str]:
    indicator = catalogue.indicator(indicator_code)
    return [code for code in (indicator_code, *indicator.inputs) if catalogue.indicator(code).typed is not None]
