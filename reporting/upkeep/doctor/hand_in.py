"""Whether forms handed in would arrive: the watched folder, the mailbox, the server answers go out by."""

import os
from collections.abc import Iterator
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.catalogue.hand_in import FILE_NAME, HandInRules, read_hand_in
from baocao.errors import BaocaoError, ConfigError
from baocao.settings import Settings
from reporting.delivery.mailbox_access import try_mailbox, try_reply_server
from reporting.upkeep.doctor.finding import DoctorFinding, bad, doubtful, good

CHECK, ABOUT = "hand_in.arrival", "Nhận biểu đơn vị nộp"
_FOLDER, _MAILBOX, _REPLY = "hand_in.folder", "hand_in.mailbox", "hand_in.reply"
BOX, REPLIES = "Hộp thư nộp biểu (mailbox)", "Máy chủ thư trả lời (mailbox.reply)"
"""By their keys: an address in a file may hold a password."""
_UNSEEN = "biểu đơn vị gửi qua đó sẽ không được nhận"


def look_at_hand_in(settings: Settings, catalogue: Catalogue) -> Iterator[DoctorFinding]:
    """Nothing here keeps a report from being made, but for a file that is wrong."""
    try:
        rules = read_hand_in(catalogue)
    except ConfigError as error:
        why, mend = "cấu hình nộp biểu sai nên không lệnh nào chạy được", f"Sửa tệp {FILE_NAME}."
        yield bad(CHECK, ABOUT, str(error), why=why, mend=mend, exit_code=error.exit_code)
        return
    if rules.folder is None and rules.mailbox is None:
        yield good(CHECK, ABOUT, "không khai báo thư mục hay hộp thư; biểu được nộp bằng lệnh hoặc trên trang")
        return
    yield from _look_at_folder(settings.home_dir / rules.folder.path, catalogue) if rules.folder else ()
    yield from _look_at_mailbox(rules) if rules.mailbox else ()


def _look_at_folder(root: Path, catalogue: Catalogue) -> Iterator[DoctorFinding]:
    about = f"Thư mục nộp biểu {root}"
    if not root.is_dir() or not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        says = "không có" if not root.exists() else "tài khoản này không đọc, ghi được"
        mend = "Tạo thư mục đó, mỗi đơn vị một thư mục con theo mã trong units.yaml, cho tài khoản này quyền ghi."
        yield doubtful(_FOLDER, about, says, why=_UNSEEN, mend=mend)
        return
    inside = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    strange = [name for name in inside if name not in catalogue.units]
    known = [name for name in inside if name in catalogue.units]
    closed = [name for name in known if not os.access(root / name, os.R_OK | os.W_OK | os.X_OK)]
    if strange or closed or not known:
        told = [f"{name}: không có đơn vị mã này" for name in strange] + [f"{name}: không ghi được" for name in closed]
        says = "; ".join(told) or "chưa có thư mục của đơn vị nào"
        mend = "Mỗi đơn vị một thư mục con theo đúng mã trong units.yaml, tài khoản này ghi được."
        yield doubtful(_FOLDER, about, says, why=_UNSEEN, mend=mend)
    else:
        yield good(_FOLDER, about, f"{len(known)} thư mục của đơn vị")


def _look_at_mailbox(rules: HandInRules) -> Iterator[DoctorFinding]:
    if rules.mailbox is None:
        return
    box = rules.mailbox
    try:
        waiting = try_mailbox(box)
    except BaocaoError as error:
        mend = "Kiểm tra địa chỉ, cổng, tài khoản, bí mật và chứng thư của mailbox trong hand_in.yaml."
        yield doubtful(_MAILBOX, BOX, str(error), why=_UNSEEN, mend=mend)
    else:
        yield good(_MAILBOX, BOX, f"vào được, {waiting} thư đang chờ")
    try:
        try_reply_server(box)
    except BaocaoError as error:
        why, mend = "đơn vị gửi biểu sẽ không nhận được trả lời", "Kiểm tra mailbox.reply trong hand_in.yaml."
        yield doubtful(_REPLY, REPLIES, str(error), why=why, mend=mend)
    else:
        yield good(_REPLY, REPLIES, "vào được")
    if not rules.senders:
        mend = "Ghi địa chỉ thư của từng đơn vị vào senders trong hand_in.yaml."
        yield doubtful(CHECK, ABOUT, "senders để trống", why="thư của mọi đơn vị đều bị coi là thư lạ", mend=mend)
