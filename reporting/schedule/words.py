"""What runs by itself and when next, in words."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from baocao.catalogue import Catalogue
from baocao.catalogue.operations import Operations
from baocao.catalogue.owed import regimes_of
from reporting.schedule.operations import parts_of, period_of

WEEKDAYS: Final[Mapping[str, str]] = {
    "monday": "thứ hai", "tuesday": "thứ ba", "wednesday": "thứ tư", "thursday": "thứ năm", "friday": "thứ sáu",
    "saturday": "thứ bảy", "sunday": "chủ nhật",
}  # fmt: skip


def say_schedule(catalogue: Catalogue, operations: Operations, today: date) -> Iterator[str]:
    """One sentence for each thing that runs."""
    hours = ", ".join(f"{hour}:{operations.report_minute:02d}" for hour in operations.report_hours)
    for name, group in operations.groups.items():
        alike = (one for one in catalogue.units.values() if one.tier in group.tiers)
        units = [one for one in alike if group.regime in regimes_of(catalogue, one)]
        connected = sum(bool(one.source_keys) for one in units)
        begins = _find_next(catalogue, group.regime, group.parts, today)
        yield (
            f"{group.label or name}: {len(units)} đơn vị, {connected} có hệ thống nguồn. Lấy số liệu lúc {hours}, lần "
            f"tới từ ngày {begins:%d/%m/%Y}."
        )
    for code in operations.provinces:
        yield f"{catalogue.units[code].name}: tổng hợp từ các đơn vị lúc {operations.province_hour}:00."
    yield f"Nhắc việc, nhắc hạn: {operations.watch_hour}:00 hằng ngày."
    weekday, hour = WEEKDAYS[operations.verify.weekday], operations.verify.hour
    yield f"Kiểm tra sổ phát hành còn nguyên vẹn: {hour}:00 {weekday}."
    yield f"Dọn dữ liệu quá hạn lưu: {operations.retention_hour}:00 hằng ngày."


def _find_next(catalogue: Catalogue, regime: str, parts: tuple[str, ...], today: date) -> date:
    """The day after the next cut-off, or after today's."""
    calendar = catalogue.calendar
    years = (today.year, today.year + 1)
    periods = (period_of(part, year) for part in parts_of(calendar, regime, parts) for year in years)
    ends = (calendar.window(regime, period).end_on for period in periods)
    return min(end for end in ends if end >= today) + timedelta(days=1)
