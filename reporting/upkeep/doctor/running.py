"""What must be running: Prefect's server where one is configured, and the scheduled looks at data and store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from baocao.errors import EngineError
from baocao.figures import print_instant
from baocao.hints import hint
from reporting.upkeep.doctor.finding import DoctorFinding, bad, doubtful, good
from reporting.upkeep.engine_api import EngineNotAnsweringError, ask_engine, has_dead_scheduler
from reporting.upkeep.marks import RunMark, read_mark

MARKS = {"watch": ("Theo dõi hằng ngày", timedelta(days=2)), "verify": ("Kiểm tra nguyên vẹn", timedelta(days=14))}
"""What leaves a mark, what it is called, and how old its last good run may be."""


def look_at_engine(api_url: str | None) -> DoctorFinding:
    check, about = "running.engine", "Máy chủ Prefect"
    if not api_url:
        return good(check, about, "không cấu hình; báo cáo được lập ngay trong lệnh, không cần máy chủ")
    try:
        ask_engine(api_url, "/health")
    except EngineNotAnsweringError as error:
        return bad(
            check, about, f"{api_url} không trả lời: {error}", why="lịch tự động không chạy được",
            mend="Khởi động lại máy chủ Prefect (systemctl restart), xem nhật ký của nó.",
            exit_code=EngineError.exit_code,
        )  # fmt: skip
    if has_dead_scheduler(api_url):
        return bad(
            check, about, f"{api_url} trả lời, nhưng không lên lịch lần chạy nào nữa", why="lịch tự động không chạy",
            mend="Nếu vài phút sau vẫn vậy: khởi động lại máy chủ Prefect (systemctl restart).",
            exit_code=EngineError.exit_code,
        )  # fmt: skip
    return good(check, about, f"{api_url} trả lời")


def look_at_marks(var_dir: Path) -> Iterator[DoctorFinding]:
    for name, (about, oldest) in MARKS.items():
        yield judge_mark(name, about, read_mark(var_dir, name), oldest, datetime.now(UTC))


def judge_mark(name: str, about: str, mark: RunMark | None, oldest: timedelta, now: datetime) -> DoctorFinding:
    check, why = f"running.{name}", "không ai nhìn thấy dữ liệu thiếu, sai hoặc bị sửa cho đến khi quá muộn"
    if mark is None:
        return doubtful(
            check, about, "chưa chạy lần nào trên máy này", why=why, mend=f"Đặt lịch, hoặc chạy tay: {hint(name)}"
        )
    if mark.exit_code:
        return bad(
            check, about, f"lần cuối {print_instant(mark.at)} kết thúc với mã {mark.exit_code}", why=why,
            mend=f"Chạy {hint(name)} và làm theo hướng dẫn; tra mã trong docs/errors.md.", exit_code=mark.exit_code,
        )  # fmt: skip
    if now - mark.at > oldest:
        return bad(
            check, about, f"lần cuối đã lâu: {print_instant(mark.at)}", why=why,
            mend=f"Xem lịch và tiến trình thực thi còn chạy không; chạy tay: {hint(name)}",
        )  # fmt: skip
    return good(check, about, f"lần cuối {print_instant(mark.at)}")
