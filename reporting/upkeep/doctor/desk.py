"""The desk: its rules, its key, who approves without a second factor, figures typed in that no form reads."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.catalogue.desk import DeskRules, read_desk_rules
from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.private_files import is_open_to_others
from baocao.references import read_reference
from baocao.settings import DESK_KEY_LENGTH, DESK_KEY_VARIABLE, Settings
from baocao.store import Store
from connectors.asking.endpoints import look_at_address
from reporting.plan import find_typed_codes
from reporting.upkeep.doctor.endpoints import judge_end
from reporting.upkeep.doctor.finding import DoctorFinding, bad, doubtful, good

MOST_NAMED = 5


def look_at_desk(settings: Settings, catalogue: Catalogue, store: Store | None) -> Iterator[DoctorFinding]:
    """`store` is None where there is none yet, or it is not to be read."""
    try:
        rules = read_desk_rules(settings.config_dir)
    except ConfigError as error:
        yield bad(
            "desk.rules", "Bàn làm việc", str(error), why="bàn làm việc không mở được", mend="Sửa tệp desk.yaml.",
            exit_code=error.exit_code,
        )  # fmt: skip
    else:
        yield from _judge_rules(rules)
    yield look_at_key(settings.desk_key_file, os.environ.get(DESK_KEY_VARIABLE, ""))
    yield judge_second_factors(list_unprotected(store) if store else [])
    yield judge_typed(catalogue, store.typed_entries.list_figures() if store else ())


def _judge_rules(rules: DeskRules) -> Iterator[DoctorFinding]:
    about = "Địa chỉ bàn làm việc"
    if rules.public_url is None:
        yield good("desk.address", about, "chỉ mở trên chính máy này (desk.yaml không có public_url)")
        return
    seen = look_at_address(rules.public_url)
    why = "cán bộ không mở được trang bằng địa chỉ này; thư nhắc việc dẫn tới đó"
    if not seen.is_trusted:
        yield bad("desk.address", about, f"{rules.public_url}: chứng thư không tin cậy được: {seen.fault}", why=why,
                  mend="Cài chứng thư đúng tên miền trên máy chủ TLS đứng trước.")  # fmt: skip
    elif seen.ends_at is None:
        yield doubtful("desk.address", about, f"{rules.public_url}: chưa trả lời máy này", why=why,
                       mend="Mở thử từ máy của cán bộ; xem máy chủ TLS đứng trước có chạy không.")  # fmt: skip
    else:
        yield judge_end(f"{about}, chứng thư", seen.ends_at, datetime.now(UTC))


def look_at_key(file: Path, reference: str) -> DoctorFinding:
    """Read, never made or shown."""
    check, about = "desk.key", "Khóa của bàn làm việc"
    why = "khóa ký phiên đăng nhập và mã hóa bảo vệ hai lớp; mất khóa thì mọi người phải thiết lập lại"
    if reference:
        secret = read_reference(reference, os.environ)
        if secret is None or len(secret) < DESK_KEY_LENGTH:
            says = f"{DESK_KEY_VARIABLE} không dẫn tới khóa nào, hoặc khóa ngắn hơn {DESK_KEY_LENGTH} ký tự"
            mend = "Ghi file:/đường/dẫn hoặc env:TÊN_BIẾN của khóa dùng chung."
            return bad(check, about, says, why=why, mend=mend, exit_code=2)
        return good(check, about, f"theo {DESK_KEY_VARIABLE}")
    if not file.exists():
        return good(check, about, "chưa có, sẽ được tạo khi mở bàn làm việc lần đầu")
    if len(file.read_text(encoding="ascii", errors="replace").strip()) < DESK_KEY_LENGTH:
        return bad(check, about, f"{file} bị hỏng", why=why, mend="Khôi phục từ bản sao lưu.", exit_code=2)
    if is_open_to_others(file):
        return bad(check, about, f"{file} người khác trên máy đọc được", why=why, mend=f"Chạy: chmod 600 {file}")
    return good(check, about, "có, chỉ tài khoản này đọc được")


def list_unprotected(store: Store) -> list[str]:
    """Who may do what asks for a second factor and has none here; a provider's own is asked at each sign-in."""
    needing = (one for one in store.people.list() if one.needs_second_factor and not (one.locked_at or one.is_demo))
    found = ((one, store.people.means_of(one.person_code)) for one in needing)
    return [
        f"{one.name} ({one.person_code})" for one, means in found if means and not (means.totp_secret or means.subject)
    ]


def judge_second_factors(unprotected: list[str]) -> DoctorFinding:
    check, about = "desk.second_factor", "Bảo vệ hai lớp"
    if not unprotected:
        return good(check, about, "mọi người duyệt và quản trị đã bật, hoặc chưa có ai")
    return doubtful(
        check, about, f"{len(unprotected)} người duyệt hoặc quản trị chưa bật: {_list(unprotected)}",
        why="chưa bật thì những người này chưa duyệt, chưa quản trị được",
        mend="Nhắc họ đăng nhập và thiết lập; mất điện thoại thì "
        f"{hint('people reset', 'TÊN', second_factor=True)}.",
    )  # fmt: skip


def judge_typed(catalogue: Catalogue, typed: tuple[tuple[str, str, str], ...]) -> DoctorFinding:
    """Figures of the desk that went astray: no form of their unit has them, or there is no such unit any more."""
    check, about = "desk.typed", "Số nhập trên trang"
    read = {
        code: {each for form in catalogue.forms.values() for each in find_typed_codes(catalogue, form, unit)}
        for code, unit in catalogue.units.items()
        if code in {unit_code for unit_code, _, _ in typed}
    }
    astray = [" ".join(one) for one in typed if one[2] not in read.get(one[0], ())]
    if not astray:
        return good(check, about, f"{len(typed)} số, biểu mẫu nào cũng đọc đến" if typed else "chưa có số nào")
    return doubtful(
        check, about, f"{len(astray)} số không biểu mẫu nào đọc: {_list(astray)}",
        why="chỉ tiêu đã đổi tên, đã bỏ, hoặc không còn nhập tay; số người ta đã nhập không vào biểu nào",
        mend="Trả lại mã chỉ tiêu cũ trong indicators.yaml, hoặc nhập lại số vào ô mới.",
    )  # fmt: skip


def _list(names: list[str]) -> str:
    more = f" và {len(names) - MOST_NAMED} nữa" if len(names) > MOST_NAMED else ""
    return "; ".join(names[:MOST_NAMED]) + more
