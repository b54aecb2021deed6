"""Where state lies: database, kept answers, and who else may read it."""

import os
from pathlib import Path

from baocao.errors import BaocaoError, DeliveryError
from baocao.hints import hint
from baocao.private_files import is_open_to_others
from baocao.settings import Settings
from baocao.store.database.inspection import DatabaseInspection, inspect_database
from baocao.store.files.payloads import PayloadStore
from reporting.release.anchors import KEY_NAME
from reporting.upkeep.doctor.finding import DoctorFinding, bad, doubtful, examine_with, good

DATABASE = "Cơ sở dữ liệu"
MOST_REASONS = 3
WHY_DATABASE = "mọi lần lập, nhật ký phát hành và dữ liệu gốc đều ghi ở đây"


def look_at_database(url: str) -> tuple[DoctorFinding, DatabaseInspection | None]:
    """Whether it answers and has the code's schema; its state where it does. Nothing is made or migrated."""
    try:
        state = inspect_database(url)
    except BaocaoError as error:
        mend = "Kiểm tra BAOCAO_DATABASE_URL, máy chủ cơ sở dữ liệu và tài khoản; xem nhật ký của máy chủ đó."
        found = bad("state.database", DATABASE, str(error), why=WHY_DATABASE, mend=mend, exit_code=error.exit_code)
        return found, None
    return judge_database(state), state


def judge_database(state: DatabaseInspection) -> DoctorFinding:
    check, name = "state.database", state.name
    if not state.exists:
        return good(check, DATABASE, f"{name}: chưa có, sẽ được tạo ở lần chạy đầu tiên")
    if state.is_newer:
        return bad(
            check, DATABASE, f"{name}: lược đồ {state.found} mới hơn phiên bản này (biết đến {state.known})",
            why="phiên bản cũ không hiểu những gì phiên bản mới đã ghi",
            mend="Cài lại phiên bản baocao mới hơn; hoặc khôi phục bản sao lưu trước khi nâng cấp.", exit_code=2,
        )  # fmt: skip
    if not state.is_current:
        pending = ", ".join(state.pending)
        return doubtful(
            check, DATABASE, f"{name}: lược đồ {state.found or 'trống'}, còn chờ nâng cấp {pending}",
            why="lần chạy tới sẽ tự nâng cấp; các phiên bản cũ trên máy khác sẽ không dùng được nữa",
            mend="Sao lưu cơ sở dữ liệu, nâng cấp baocao trên mọi máy, rồi chạy tiếp.",
        )  # fmt: skip
    return good(check, DATABASE, f"{name}: lược đồ {state.found}, mới nhất")


def look_at_messages(database: DatabaseInspection | None) -> DoctorFinding:
    """Whether some were set aside or refused for good: their recipients know nothing of an incident."""
    check, about = "state.messages", "Thông báo"
    undelivered = database.undelivered if database else ()
    if not undelivered:
        return good(check, about, "không có thông báo nào bị gác lại hay bị từ chối")
    reasons = "; ".join(list(dict.fromkeys(undelivered))[:MOST_REASONS])
    return bad(
        check, about, f"{len(undelivered)} thông báo bị gác lại hoặc có người nhận bị từ chối: {reasons}",
        why="người nhận không biết có sự cố",
        mend=f"Xem: {hint('alerts status')}; sửa xong thì chạy: {hint('alerts send', set_aside=True)}.",
        exit_code=DeliveryError.exit_code,
    )  # fmt: skip


def look_at_incidents(database: DatabaseInspection | None) -> DoctorFinding:
    """Whether some could not be read any more: nobody follows them up."""
    check, about = "state.incidents", "Sự cố"
    numbers = ", ".join(map(str, database.unreadable)) if database else ""
    if not numbers:
        return good(check, about, "mọi sự cố đều đọc được")
    return doubtful(
        check, about, f"đã gác lại vì dòng trong cơ sở dữ liệu không đọc được: sự cố {numbers}",
        why="các sự cố khác vẫn được báo; sự cố này nếu còn thì được mở lại với số mới",
        mend=f"Đối chiếu với bản sao lưu gần nhất; xem: {hint('incidents list')}.",
    )  # fmt: skip


def look_at_payloads(settings: Settings) -> DoctorFinding:
    def look() -> str:
        PayloadStore(settings.payload_url).check()
        return settings.payload_url

    return examine_with(
        "state.payloads", "Kho dữ liệu gốc", look, why="không giữ được dữ liệu gốc thì không lập được báo cáo",
        mend="Kiểm tra BAOCAO_PAYLOAD_URL, quyền ghi của tài khoản chạy baocao, và kết nối tới kho.",
    )  # fmt: skip


def look_at_permissions(
    settings: Settings, database: DatabaseInspection | None, secret_files: list[Path]
) -> DoctorFinding:
    """State, kept answers and files of secrets are for the account that runs baocao alone."""
    check, about = "state.permissions", "Quyền truy cập tệp"
    looked = [
        settings.var_dir,
        settings.var_dir / "log",
        settings.var_dir / KEY_NAME,
        Path(settings.payload_url),
        *secret_files,
    ]
    opened = [str(path) for path in looked if path.exists() and is_open_to_others(path)]
    if database is not None and database.open_to_others:
        opened.append(database.name)
    foreign = settings.var_dir.exists() and settings.var_dir.stat().st_uid != os.geteuid()
    if not opened and not foreign:
        return good(check, about, "chỉ tài khoản chạy baocao đọc được")
    says = f"tài khoản khác đọc được: {', '.join(opened)}" if opened else f"{settings.var_dir} thuộc tài khoản khác"
    return doubtful(
        check, about, says, why="tệp bí mật, dữ liệu gốc và nhật ký không dành cho tài khoản khác của máy",
        mend=f"Chạy: chmod -R go-rwx {' '.join(opened)}" if opened else "Chạy baocao bằng đúng một tài khoản.",
    )  # fmt: skip
