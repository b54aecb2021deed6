"""What is installed, beside what the lock says, and what it may send."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from baocao.settings import CHECKOUT_DIR, TELEMETRY_OFF
from reporting.upkeep.doctor.finding import DoctorFinding, doubtful, good

LOCK = CHECKOUT_DIR / "requirements.lock"
SHOWN = 5
_PINNED = re.compile(r"(?m)^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)(\s*;)?")


@dataclass
class Pin:
    """The versions of a package the lock allows: several where it depends on the machine or the Python."""

    versions: set[str] = field(default_factory=set)
    is_conditional: bool = False


def read_lock(path: Path) -> dict[str, Pin]:
    pins: dict[str, Pin] = {}
    for name, version, mark in _PINNED.findall(path.read_text(encoding="utf-8")):
        pin = pins.setdefault(name, Pin())
        pin.versions.add(version)
        pin.is_conditional = pin.is_conditional or bool(mark)
    return pins


def find_drift(locked: Mapping[str, Pin]) -> list[str]:
    """Packages that are missing or of another version."""
    drifted = []
    for name, pin in locked.items():
        wanted = " hoặc ".join(sorted(pin.versions))
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            drifted += [] if pin.is_conditional else [f"{name} (thiếu, cần {wanted})"]
            continue
        if found not in pin.versions:
            drifted.append(f"{name} {found} (cần {wanted})")
    return drifted


def look_at_packages(lock: Path = LOCK) -> DoctorFinding:
    check, about = "installation.packages", "Phiên bản gói"
    why = "chỉ tổ hợp phiên bản trong requirements.lock đã được kiểm thử; tổ hợp khác có thể cài được mà chạy sai"
    if not lock.is_file():
        return doubtful(
            check, about, "không thấy requirements.lock để đối chiếu", why=why,
            mend="Cài từ bản đầy đủ của mã nguồn, theo requirements.lock.",
        )  # fmt: skip
    locked = read_lock(lock)
    drifted = find_drift(locked)
    if not drifted:
        return good(check, about, f"đúng {len(locked)} gói của requirements.lock")
    more = f" và {len(drifted) - SHOWN} gói nữa" if len(drifted) > SHOWN else ""
    return doubtful(
        check, about, f"{len(drifted)} gói khác bản khóa: {'; '.join(drifted[:SHOWN])}{more}", why=why,
        mend="Chạy: make setup (hoặc pip install --require-hashes --no-deps -r requirements.lock).",
    )  # fmt: skip


def look_at_python() -> DoctorFinding:
    check, about = "installation.python", "Python"
    here, asked = sys.version_info[:2], metadata.metadata("baocao")["Requires-Python"] or ""
    limits = re.findall(r"(>=|<)\s*(\d+)\.(\d+)", asked)
    fits = all((here >= (int(a), int(b))) if sign == ">=" else (here < (int(a), int(b))) for sign, a, b in limits)
    says = f"{sys.version.split()[0]} (cần {asked})"
    if fits:
        return good(check, about, says)
    why = "các gói đã khóa không hỗ trợ phiên bản này"
    return doubtful(check, about, says, why=why, mend="Tạo lại môi trường ảo bằng Python phù hợp rồi cài lại.")


def look_at_telemetry(environment: Mapping[str, str] = os.environ) -> DoctorFinding:
    """Off whatever the environment says; a variable that says otherwise acts on what is started without baocao."""
    check, about = "installation.telemetry", "Gửi số liệu sử dụng ra ngoài"
    turned = [name for name, value in TELEMETRY_OFF.items() if environment.get(name, value) != value]
    if not turned:
        return good(check, about, "đã tắt hoàn toàn")
    return doubtful(
        check, about, f"{', '.join(turned)} bị đổi trong môi trường; baocao vẫn tắt khi chạy",
        why="lệnh prefect chạy riêng bằng tài khoản này sẽ gửi số liệu sử dụng ra Internet",
        mend=f"Đặt lại: export {' '.join(f'{name}={TELEMETRY_OFF[name]}' for name in turned)}",
    )  # fmt: skip
