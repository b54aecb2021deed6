"""Whether everything that was released is still what it was: the log's chain, the answers, the files, out/."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

from baocao.store import DamagedError, LogEntry, LogFault, NotInStoreError, Store, VintageKey
from flows.releasing import ENTRY_NAME
from flows.standing import Step

EXIT_CODE = DamagedError.exit_code
RELEASES = (Step.PUBLISH, Step.RESTATE)


class Damage(StrEnum):
    """The kinds of damage; those of the log's chain are named as the store names them."""

    LOG_REMOVED = "log_removed"
    LOG_CHANGED = "log_changed"
    LOG_REORDERED = "log_reordered"
    LOG_BROKEN = "log_broken"
    LOG_CUT = "log_cut"
    ENTRY_UNKNOWN = "entry_unknown"
    PAYLOAD = "payload"
    RELEASED_FILE = "released_file"
    OUT_FILE = "out_file"
    FORM = "form"
    REPLAY = "replay"


@dataclass(frozen=True)
class Finding:
    """One thing that is not what it was; `where` is a position, a hash or a path."""

    damage: Damage
    where: str
    says: str


@dataclass(frozen=True)
class Verification:
    """What was looked at, what is wrong, and the log's last hash to note down elsewhere."""

    findings: tuple[Finding, ...]
    entry_count: int
    payload_count: int
    file_count: int
    head: str
    replayed_count: int = 0

    @property
    def exit_code(self) -> int:
        return EXIT_CODE if self.findings else 0


CHAIN_WORDS = {
    Damage.LOG_REMOVED: "có dòng bị xóa khỏi nhật ký phát hành ngay tại vị trí này",
    Damage.LOG_CHANGED: "dòng nhật ký đã bị sửa sau khi ghi",
    Damage.LOG_REORDERED: "dòng nhật ký không nằm ở vị trí đã ghi: thứ tự đã bị đảo",
    Damage.LOG_BROKEN: "dòng nhật ký không nối tiếp dòng đứng trước",
    Damage.LOG_CUT: "phần cuối nhật ký phát hành đã bị cắt bỏ",
}


def verify(store: Store, out_dir: Path, expected_entry: str | None = None) -> Verification:
    """Walk everything. `expected_entry` is the hash of an entry noted elsewhere, which the log must still have."""
    faults = store.log_faults()
    entries = store.release_log(intact_only=True)
    payloads = store.kept_hashes()
    released = [entry for entry in entries if entry.kind in RELEASES]
    files = {kept["sha256"] for entry in entries for kept in entry.content.get("files", {}).values()}
    findings = [
        *(_tell_fault(fault) for fault in faults),
        *_check_entry(entries, expected_entry, "mã ghi ở nơi khác"),
        *_check_bodies(store, payloads, Damage.PAYLOAD, "dữ liệu gốc"),
        *_check_bodies(store, sorted(files), Damage.RELEASED_FILE, "tệp của bản phát hành"),
        *(finding for entry in released for finding in _check_form(store, entry)),
        *_check_out(out_dir, entries),
    ]
    head = entries[-1].sha256 if entries else ""
    return Verification(tuple(findings), len(entries), len(payloads), len(files), head)


def _tell_fault(fault: LogFault) -> Finding:
    damage = Damage(fault.kind)
    return Finding(damage, str(fault.position), f"{CHAIN_WORDS[damage]} ({fault.what})")


def _check_bodies(store: Store, hashes: Iterable[str], damage: Damage, name: str) -> Iterator[Finding]:
    for sha256 in hashes:
        try:
            store.load_file(sha256)
        except DamagedError as error:
            yield Finding(damage, sha256, f"{name} bị mất hoặc bị sửa: {error}")


def _check_form(store: Store, entry: LogEntry) -> Iterator[Finding]:
    """The released vintage is still in the database, and its form is the one its run wrote."""
    form_key = entry.form_key
    key = VintageKey(form_key.unit_code, form_key.form_code, form_key.period, int(entry.content["vintage"]))
    try:
        store.filled_form(key)
    except (DamagedError, NotInStoreError) as error:
        yield Finding(Damage.FORM, str(key), f"biểu mẫu đã phát hành trong cơ sở dữ liệu bị sửa hoặc mất: {error}")


def _check_out(out_dir: Path, entries: tuple[LogEntry, ...]) -> Iterator[Finding]:
    """Files under out/ are copies: one that is missing is no damage, one that differs is."""
    in_force = {entry.form_key: entry for entry in entries if entry.kind in RELEASES}
    for form_key, entry in in_force.items():
        folder = out_dir / form_key.unit_code / form_key.period.code / form_key.form_code
        for name, kept in entry.content["files"].items():
            path = folder / name
            if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != kept["sha256"]:
                yield Finding(Damage.OUT_FILE, str(path), "tệp khác với bản đã phát hành")
    for path in sorted(out_dir.glob(f"*/*/*/{ENTRY_NAME}")):
        yield from _check_entry(entries, _noted_entry(path), str(path))


def _check_entry(entries: tuple[LogEntry, ...], sha256: str | None, where: str) -> Iterator[Finding]:
    if sha256 is not None and sha256 not in {entry.sha256 for entry in entries}:
        yield Finding(Damage.ENTRY_UNKNOWN, where, f"nhật ký phát hành không còn dòng {sha256 or '(không đọc được)'}")


def _noted_entry(path: Path) -> str:
    """The entry a released folder says it is of; "" where the file does not say."""
    try:
        noted = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return ""
    return str(noted.get("sha256", "")) if isinstance(noted, dict) else ""
