"""The days off of the year a report is due in: declared at all, and beside those of the law."""

from collections.abc import Iterable
from datetime import date

from baocao.calendar import Calendar
from baocao.days_off import legal_days
from reporting.upkeep.doctor.finding import DoctorFinding, doubtful, good

CHECK, ABOUT = "report.days_off", "Ngày nghỉ"


def look_at_days_off(calendar: Calendar, due_on: date) -> DoctorFinding:
    """Doubtful where the year is not declared, or declares fewer days than the law gives."""
    year, law = due_on.year, legal_days(due_on.year).off
    if not calendar.is_declared(year):
        return doubtful(
            CHECK, ABOUT,
            f"năm {year} chưa khai báo trong calendars.yaml; hạn {due_on:%d/%m/%Y} là tạm tính theo luật",
            why="lịch nghỉ Tết và lễ được công bố từng năm, hạn nộp và số ngày làm việc còn lại có thể khác",
            mend=f"Khi có lịch, ghi vào holidays của calendars.yaml; theo luật là:\n      {year}: [{_listed(law)}]",
        )  # fmt: skip
    declared = frozenset(calendar.days_off(year))
    absent, added = law - declared, declared - law
    says = f"năm {year} khai báo {len(declared)} ngày"
    if absent:
        says += f"; không có ngày nghỉ theo luật: {_listed(absent)}"
    if added:
        says += f"; ngoài luật còn có: {_listed(added)}"
    if weekend := calendar.idle_holidays(year):
        says += f"; trùng thứ Bảy, Chủ nhật nên không tính thêm: {_listed(weekend)} (nghỉ bù ngày nào thì ghi ngày đó)"
    if len(declared) >= len(law):
        return good(CHECK, ABOUT, says)
    return doubtful(
        CHECK, ABOUT, says,
        why=f"luật cho nghỉ {len(law)} ngày từ thứ Hai đến thứ Sáu; ngày thiếu bị tính là ngày làm việc",
        mend="Đối chiếu với thông báo lịch nghỉ của năm, rồi bổ sung vào holidays của calendars.yaml.",
    )  # fmt: skip


def _listed(days: Iterable[date]) -> str:
    return ", ".join(f"{day:%m-%d}" for day in sorted(days))
