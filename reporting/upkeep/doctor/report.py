"""What one report needs: its period, the sources of its unit, the figures typed in."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from baocao.calendar import say_days_left
from baocao.catalogue import Catalogue, Source
from baocao.domain import Window
from baocao.errors import ConfigError, SourceContractError
from baocao.hints import hint
from baocao.settings import Settings
from baocao.vocabulary import SYSTEMS
from connectors.registry import assign, connector_of
from reporting.collection.trying import ask_for_nobody
from reporting.owed import find_due_reports, shortest_first
from reporting.plan import Plan, join_plans, missing_figures, missing_systems, typed_figures
from reporting.upkeep.doctor.days_off import look_at_days_off
from reporting.upkeep.doctor.finding import DoctorFinding, Health, bad, doubtful, examine_with, good
from reporting.upkeep.unread_files import find_unread_files


def look_at_reports(settings: Settings, catalogue: Catalogue, plans: Sequence[Plan]) -> Iterator[DoctorFinding]:
    """Each form by itself, what they are made from once."""
    counts = f"{len(catalogue.units)} đơn vị, {len(catalogue.indicators)} chỉ tiêu, {len(catalogue.forms)} biểu mẫu"
    yield good("report.configuration", "Cấu hình", f"{settings.config_dir}: {counts}")
    for plan in plans:
        yield _due_day(catalogue, plan, settings)
    for due_on in dict.fromkeys(plan.due_on for plan in plans):
        yield look_at_days_off(catalogue.calendar, due_on)
    together = join_plans(plans)
    yield from _systems(together)
    for source in together.sources.values():
        yield from _reach_for_unit(source, together, settings)
    yield from (_reach_compared(source, together, settings) for source in together.comparisons)
    yield _typed_in(catalogue, plans)
    yield _unread(catalogue)


def period_due_next(catalogue: Catalogue, unit_code: str, settings: Settings) -> str:
    """The quarter (or other report of the unit's regime) that is due next, or was due last within ten days."""
    today = settings.today()
    candidates = list(find_due_reports(catalogue, catalogue.unit(unit_code), today))
    if not candidates:
        raise ConfigError(
            f"units.yaml: {unit_code} không có kỳ báo cáo nào quanh ngày {today:%d/%m/%Y}; ghi kỳ bằng --period"
        )
    return min(candidates, key=shortest_first).period.code


def _due_day(catalogue: Catalogue, plan: Plan, settings: Settings) -> DoctorFinding:
    check, about = "report.due_day", "Kỳ báo cáo"
    today = settings.today()
    due_on = plan.due_on
    left = catalogue.calendar.working_days_between(today, due_on)
    says = f"{plan.label}: chốt số liệu {plan.window.end_on:%d/%m/%Y}, nộp trước hết {due_on:%d/%m/%Y}"
    if left >= 0:
        return good(check, about, f"{says} ({say_days_left(left)})")
    return doubtful(
        check, about, f"{says} ({say_days_left(left)})", why="báo cáo này chưa chắc đã được gửi",
        mend=f"Xem: {hint('release status', plan.period, unit=plan.unit.unit_code)}; "
        "nếu chưa phát hành thì lập và gửi ngay.",
    )  # fmt: skip


def _systems(plan: Plan) -> Iterator[DoctorFinding]:
    for system in missing_systems(plan):
        yield bad(
            "report.sources", SYSTEMS[system], "chưa khai báo nguồn cho đơn vị này",
            why="các ô lấy từ hệ thống này sẽ để trống", exit_code=ConfigError.exit_code,
            mend=f"Khai báo nguồn trong sources.yaml và mã trong units.yaml ({plan.unit.unit_code}.source_keys).",
        )  # fmt: skip


def _reach(source: Source, plan: Plan, settings: Settings) -> DoctorFinding:
    """Sign in and take the first answer, over one day."""

    def first_answer() -> str:
        day = Window(plan.window.start_on, plan.window.start_on)
        quick = source.model_copy(update={"lookback_days": 0})
        payload = next(iter(connector_of(source).fetch(assign(quick, plan.unit, day, settings))), None)
        size = f"{payload.answer_bytes} byte" if payload else "không có bản ghi nào trong ngày thử"
        return f"kết nối và đăng nhập được ({size})"

    return examine_with(
        "report.reach", source.label, first_answer, why="không lấy được số liệu từ hệ thống này cho báo cáo",
        mend="Theo docs/errors.md: mã 2 sửa tệp, 11 chờ và thử lại, 12 xin cấp lại tài khoản, 13 báo nhà phát triển.",
    )  # fmt: skip


def _reach_for_unit(source: Source, plan: Plan, settings: Settings) -> Iterator[DoctorFinding]:
    """The same, and where it answers whether it chooses by unit at all; a refused account is not tried twice."""
    found = _reach(source, plan, settings)
    yield found
    nobody, count = ask_for_nobody(source, plan.unit, plan.window, settings) if found.health is Health.GOOD else ("", 0)
    if count:
        yield bad(
            "report.unit", source.label, f"hỏi bằng mã đơn vị không có thật ({nobody}) vẫn nhận {count} bản ghi",
            why="hệ thống không lọc theo đơn vị, số liệu sẽ gồm cả hồ sơ của đơn vị khác",
            mend="Khai báo tên tham số đơn vị của hệ thống này ở parameters (sites/), xem docs/adding-a-source.md.",
            exit_code=SourceContractError.exit_code,
        )  # fmt: skip


def _reach_compared(source: Source, plan: Plan, settings: Settings) -> DoctorFinding:
    """The same of a source that no figure depends on: at worst doubtful."""
    found = _reach(source, plan, settings)
    about = f"{found.about} (chỉ để đối chiếu)"
    if found.health is Health.GOOD:
        return replace(found, about=about)
    return doubtful(
        found.check, about, found.says, why="số liệu của báo cáo không phụ thuộc nguồn này, nhưng không được đối chiếu",
        mend="Không phải sửa ngay; sửa theo docs/errors.md để số liệu lại được đối chiếu.",
    )  # fmt: skip


def _typed_in(catalogue: Catalogue, plans: Sequence[Plan]) -> DoctorFinding:
    check, about, plan = "report.typed_in", "Số liệu nhập tay", plans[0]
    needed = {code for one in plans for code in typed_figures(catalogue, one)}
    try:
        given = catalogue.manual_figures(plan.unit.unit_code, plan.period)
        missing = tuple(dict.fromkeys(code for one in plans for code in missing_figures(catalogue, one, given)))
    except ConfigError as wrong:
        return bad(
            check, about, str(wrong), why="báo cáo dừng trước khi hỏi bất cứ hệ thống nào", mend="Sửa các dòng đã nêu.",
            exit_code=wrong.exit_code,
        )  # fmt: skip
    if not missing:
        return good(check, about, f"đủ {len(needed)} số liệu")
    labels = "; ".join(f"{catalogue.indicator(code).label} ({code})" for code in missing)
    return doubtful(
        check, about, f"chưa có trong tệp: {labels}", why="không hệ thống nào có các số liệu này",
        mend=f"Điền vào tệp manual/{plan.unit.unit_code}/{plan.period}.yaml, trừ số đã nhập trên trang biểu mẫu.",
    )  # fmt: skip


def _unread(catalogue: Catalogue) -> DoctorFinding:
    check, about = "report.unread_files", "Tệp không ai đọc"
    unread = find_unread_files(catalogue)
    if not unread:
        return good(check, about, "không có; mọi tệp cấu hình, số nhập tay và đính chính đều được đọc")
    return doubtful(
        check, about, "\n    ".join(("", *(one.says for one in unread))).removeprefix("\n"),
        why="người ghi các tệp này tưởng là số liệu đã được dùng",
        mend="Đổi tên, chuyển vào đúng thư mục hoặc xóa các tệp ấy.",
    )  # fmt: skip
