"""A vintage against the root the release log holds: by `verify`, and before anything of it is read or released."""

from baocao.hints import hint
from baocao.store import (
    FormDamagedError,
    LogDamagedError,
    LogEntry,
    RootChange,
    RootDifference,
    Store,
    VintageKey,
)

TABLES = {
    "vintage": "thông tin của lần lập (số thứ tự, thời điểm, trạng thái, mã cấu hình)",
    "filled_form": "biểu mẫu",
    "observation": "số liệu",
    "check_result": "kết quả kiểm tra",
    "coverage": "độ đủ của số liệu nguồn",
    "source_failure": "ghi nhận hệ thống không trả lời",
    "collection": "lần thu thập",
    "collection_payload": "liên kết giữa lần thu thập và gói dữ liệu gốc",
    "payload": "thông tin của gói dữ liệu gốc (đã hỏi gì, lúc nào)",
    "configuration": "cấu hình đã dùng",
    "typed_entry": "số liệu nhập tay",
    "remark": "ý kiến, giải trình về ô",
    "hand_in": "lần nhận biểu đơn vị nộp",
    "hand_in_payload": "liên kết giữa lần nộp và tệp đã nộp",
    "capture": "lần chụp số liệu tại thời điểm chốt",
    "capture_payload": "liên kết giữa lần chụp và gói dữ liệu gốc",
    "journal": "nhật ký việc làm",
    "": "một phần không xác định được (bản kê của lần lập cũng không còn)",
}
CHANGES = {RootChange.MISSING: "bị mất", RootChange.CHANGED: "bị sửa", RootChange.ADDED: "bị thêm vào"}
MEND = (
    f"Không phát hành, không in lại. Lập biên bản kết quả {hint('verify')}, rồi khôi phục cơ sở dữ liệu và kho dữ liệu "
    "gốc từ bản sao lưu gần nhất còn nguyên vẹn."
)
TOLD = 3
GIVEN = "given"
"""Under this an entry holds the hash of what people gave for the form by then."""


def key_of(entry: LogEntry) -> VintageKey:
    """The vintage an entry of the log is about."""
    form_key = entry.form_key
    return VintageKey(form_key.unit_code, form_key.form_code, form_key.period, int(entry.content["vintage"]))


def has_root(entry: LogEntry) -> bool:
    """Entries of earlier versions have none."""
    return "root" in entry.content


def require_intact(store: Store, entry: LogEntry) -> None:
    """Raise DamagedError, naming what, where the log or the vintage an entry vouches for is not what it was."""
    if faults := store.releases.find_faults():
        raise LogDamagedError(
            f"Nhật ký phát hành không còn nguyên vẹn (vị trí {faults[0].position}: {faults[0].what}), nên "
            f"{say_vintage(key_of(entry))} không có gì bảo đảm. {MEND}"
        )
    if not has_root(entry):
        return
    if differences := store.roots.find_differences(key_of(entry), entry.content["root"]):
        raise FormDamagedError(f"{say_vintage(key_of(entry))}: {say_differences(differences)}. {MEND}")
    given = entry.content.get(GIVEN)
    if given and (differences := store.given.find_differences(entry.form_key, given)):
        raise FormDamagedError(f"{say_vintage(key_of(entry))}: {say_differences(differences)}. {MEND}")


def require_vouched(store: Store, key: VintageKey) -> None:
    """The same for a vintage, by the last entry of the log that speaks of it; nothing where none does."""
    entries = [entry for entry in store.releases.list(key.form_key) if has_root(entry) and key_of(entry) == key]
    if entries:
        require_intact(store, entries[-1])


def say_vintage(key: VintageKey) -> str:
    return f"đơn vị {key.unit_code}, kỳ {key.period}, biểu mẫu {key.form_code}, lần lập {key.vintage}"


def say_differences(differences: tuple[RootDifference, ...]) -> str:
    """The first few rows, missing and changed told apart."""
    told = [say_difference(one) for one in differences[:TOLD]]
    more = [f"và {len(differences) - TOLD} chỗ nữa"] if len(differences) > TOLD else []
    return "; ".join([*told, *more])


def say_difference(one: RootDifference) -> str:
    what = TABLES.get(one.table, f"bảng {one.table}")
    place = f" {one.name}" if one.name else ""
    return f"{what}{place} {CHANGES[one.change]} (dòng {one.place or '?'})"
