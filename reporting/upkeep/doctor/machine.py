"""The machine: disk, clock, time zone, fonts."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from baocao.domain import VIETNAM
from baocao.settings import Settings
from reporting.upkeep.doctor.finding import DoctorFinding, bad, doubtful, good

LEAST_FREE_BYTES = 1_000_000_000
NO_FREE_BYTES = 100_000_000
GOOD_SKEW_S = 5.0
WORST_SKEW_S = 60.0
VIETNAM_OFFSET = timedelta(hours=7)
FONTS = ("Times New Roman", "Tinos", "Liberation Serif")


def look_at_disks(settings: Settings) -> Iterator[DoctorFinding]:
    """Every file system that state, kept answers or results lie on, once."""
    folders = [_nearest(folder) for folder in (settings.var_dir, settings.out_dir, *_local(settings.payload_url))]
    for folder in {folder.stat().st_dev: folder for folder in folders}.values():
        yield judge_space(folder, shutil.disk_usage(folder).free)


def judge_space(folder: Path, free_bytes: int) -> DoctorFinding:
    about, says = "Đĩa", f"còn trống {free_bytes / 1e9:.1f} GB".replace(".", ",") + f" tại {folder}"
    if free_bytes > LEAST_FREE_BYTES:
        return good("machine.disk", about, says)
    why = "dữ liệu gốc và biểu mẫu không ghi được khi đĩa đầy; một quý của một đơn vị cần khoảng 100 MB"
    mend = f"Giải phóng hoặc mở rộng đĩa chứa {folder}; không xóa tệp nào trong var/ bằng tay."
    tell = bad if free_bytes < NO_FREE_BYTES else doubtful
    return tell("machine.disk", about, says, why=why, mend=mend)


def look_at_clock(settings: Settings, ahead_s: dict[str, float]) -> DoctorFinding:
    """`ahead_s` is how far each other clock (the database's, the sources') is before ours."""
    about = "Đồng hồ"
    if settings.now_at is not None:
        return doubtful(
            "machine.clock", about, f"đứng yên ở {settings.now_at.astimezone(VIETNAM):%H:%M %d/%m/%Y} (BAOCAO_NOW)",
            why="chỉ dùng khi tập huấn: thời điểm ghi trên biểu mẫu không phải giờ thật",
            mend="Bỏ biến BAOCAO_NOW khi lập báo cáo thật.",
        )  # fmt: skip
    worst = max(ahead_s, key=lambda name: abs(ahead_s[name]), default=None)
    if worst is None or abs(ahead_s[worst]) <= GOOD_SKEW_S:
        compared = f" (so với {', '.join(ahead_s)})" if ahead_s else ""
        return good("machine.clock", about, f"lệch không quá {GOOD_SKEW_S:.0f} giây{compared}")
    says = f"lệch {-ahead_s[worst]:+.0f} giây so với {worst}"
    why = "thời điểm chốt số liệu, hạn nộp và thời hạn giữ quyền lập biểu mẫu đều tính theo đồng hồ"
    mend = "Bật đồng bộ thời gian (timedatectl set-ntp true) rồi kiểm tra lại; nếu máy này đúng thì báo bên kia."
    tell = bad if abs(ahead_s[worst]) > WORST_SKEW_S else doubtful
    return tell("machine.clock", about, says, why=why, mend=mend)


def look_at_time_zone() -> DoctorFinding:
    about = "Múi giờ"
    offset = datetime(2026, 1, 1, tzinfo=VIETNAM).utcoffset()
    if offset == VIETNAM_OFFSET:
        return good("machine.time_zone", about, "Asia/Ho_Chi_Minh (UTC+7)")
    return bad(
        "machine.time_zone", about, f"Asia/Ho_Chi_Minh trên máy này là UTC{offset}",
        why="ngày của kỳ báo cáo tính theo giờ Việt Nam", mend="Cài lại gói tzdata của hệ điều hành.",
    )  # fmt: skip


def look_at_fonts() -> DoctorFinding:
    """Whether a metric-compatible Times New Roman with Vietnamese letters is there for PDF."""
    check, about = "machine.fonts", "Phông chữ"
    tool = shutil.which("fc-match")
    if tool is None:
        return good(check, about, "dùng phông chữ đi kèm khi tạo PDF")
    found = subprocess.run(  # noqa: S603
        [tool, "-f", "%{family}", "Times New Roman:lang=vi"],
        capture_output=True, text=True, check=False, env={"PATH": os.defpath, "HOME": os.environ.get("HOME", "/")},
    ).stdout  # fmt: skip
    if any(name in found for name in FONTS):
        return good(check, about, found)
    return doubtful(
        check, about, found or "không tìm thấy",
        why="tệp PDF sẽ dùng phông đi kèm, khác Times New Roman trong bản Word",
        mend="Cài gói fonts-liberation2 (hoặc fonts-croscore).",
    )  # fmt: skip


def _nearest(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())


def _local(url: str) -> list[Path]:
    return [] if "://" in url else [Path(url)]
