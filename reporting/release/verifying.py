"""Whether everything that was released is still what it was: the log's chain, the answers, the files, out/."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from baocao.catalogue.release import read_release_rules
from baocao.hints import hint
from baocao.private_files import find_link
from baocao.store import DamagedError, LogEntry, LogFault, NotInStoreError, Store, VintageKey
from reporting.release.anchors import KEY_NAME, find_fault, read_anchors
from reporting.release.folders import ENTRY_NAME, is_entry, noted_entry, read_noted
from reporting.release.given import list_given_faults, list_given_hashes, say_person_fault
from reporting.release.roots import MEND, has_root, key_of, say_difference, say_vintage
from reporting.release.stamps import list_stamp_faults
from reporting.standing import RELEASES, Step
from reporting.workspace import form_dir

EXIT_CODE = DamagedError.exit_code


class Damage(StrEnum):
    """The kinds of damage; those of the log's chain are named as the store names them."""

    LOG_REMOVED = "log_removed"
    LOG_CHANGED = "log_changed"
    LOG_REORDERED = "log_reordered"
    LOG_BROKEN = "log_broken"
    LOG_CUT = "log_cut"
    ENTRY_UNKNOWN = "entry_unknown"
    ANCHOR = "anchor"
    STAMP = "stamp"
    PAYLOAD = "payload"
    RELEASED_FILE = "released_file"
    OUT_FILE = "out_file"
    OUT_BEHIND = "out_behind"
    OUT_LINK = "out_link"
    FORM = "form"
    ROOT_MISSING = "root_missing"
    ROOT_CHANGED = "root_changed"
    ROOT_ADDED = "root_added"
    ACCOUNT = "account"
    REPLAY = "replay"


@dataclass(frozen=True)
class DamageFinding:
    """One thing that is not what it was; `where` is a position, a hash or a path."""

    damage: Damage
    where: str
    says: str


@dataclass(frozen=True)
class Verification:
    """What was looked at, what is wrong, and the log's last hash to note down elsewhere.

    `unrooted` are the vintages whose entry, of an earlier version, holds no root: of these only the form is known.
    """

    findings: tuple[DamageFinding, ...]
    entry_count: int
    payload_count: int
    file_count: int
    head: str
    replayed_count: int = 0
    unrooted: tuple[str, ...] = ()

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


def verify(
    store: Store,
    out_dir: Path,
    expected_entry: str | None = None,
    *,
    var_dir: Path | None = None,
    letter: str = "",
    config_dir: Path | None = None,
) -> Verification:
    """Walk everything. `expected_entry` is the hash of an entry noted elsewhere, which the log must still have.

    `letter` is a text that holds anchors; they and those under out/ must be of the key in `var_dir`. Time stamps are
    held against the authority `config_dir` names. Raise ConfigError where that cannot be read.
    """
    faults = store.releases.find_faults()
    entries = store.releases.list(intact_only=True)
    payloads = store.payloads.list_hashes()
    vouching = list({_vouched(entry): entry for entry in entries if "config_hash" in entry.content}.values())
    files = {kept["sha256"] for entry in entries for kept in entry.content.get("files", {}).values()}
    roots = {entry.content["root"] for entry in vouching if has_root(entry)} | list_given_hashes(entries)
    findings = [
        *(_tell_fault(fault) for fault in faults),
        *_check_entry(entries, expected_entry, "mã ghi ở nơi khác"),
        *_check_bodies(store, payloads, Damage.PAYLOAD, "dữ liệu gốc"),
        *_check_bodies(store, store.typed_entries.list_files(), Damage.PAYLOAD, "tệp căn cứ của số nhập tay"),
        *_check_bodies(store, sorted(files), Damage.RELEASED_FILE, "tệp của bản phát hành"),
        *_check_bodies(store, sorted(roots), Damage.RELEASED_FILE, "bản kê của lần lập"),
        *(finding for entry in vouching for finding in _check_vintage(store, entry)),
        *_check_given(store, entries),
        *_check_emptied(var_dir, entries),
        *_check_out(out_dir, entries),
        *_check_anchors(store, out_dir, var_dir, letter),
        *_check_stamps(store, out_dir, var_dir, config_dir),
    ]
    head = entries[-1].sha256 if entries else ""
    unrooted = tuple(str(key_of(entry)) for entry in vouching if not has_root(entry))
    return Verification(tuple(findings), len(entries), len(payloads), len(files), head, unrooted=unrooted)


def _tell_fault(fault: LogFault) -> DamageFinding:
    damage = Damage(fault.kind)
    return DamageFinding(damage, str(fault.position), f"{CHAIN_WORDS[damage]} ({fault.what})")


def _check_bodies(store: Store, hashes: Iterable[str], damage: Damage, name: str) -> Iterator[DamageFinding]:
    for sha256 in hashes:
        try:
            store.files.get(sha256)
        except DamagedError as error:
            yield DamageFinding(damage, sha256, f"{name} bị mất hoặc bị sửa: {error}")


def _vouched(entry: LogEntry) -> tuple[VintageKey, str]:
    """A vintage and its root: looked at once, however many entries speak of it."""
    return key_of(entry), entry.content.get("root", "")


def _check_vintage(store: Store, entry: LogEntry) -> Iterator[DamageFinding]:
    """Everything the vintage is made of is what it was when the entry was written."""
    key = key_of(entry)
    try:
        if not has_root(entry):
            store.contents.filled_form(key)
            return
        for one in store.roots.find_differences(key, entry.content["root"]):
            where = f"{key} {one.place}".rstrip()
            says = f"{say_vintage(key)}: {say_difference(one)}. {MEND}"
            yield DamageFinding(Damage(f"root_{one.change}"), where, says)
    except (DamagedError, NotInStoreError) as error:
        says = f"{say_vintage(key)}: biểu mẫu trong cơ sở dữ liệu bị sửa hoặc mất: {error}"
        yield DamageFinding(Damage.FORM, str(key), says)


def _check_given(store: Store, entries: tuple[LogEntry, ...]) -> Iterator[DamageFinding]:
    """What people typed in, said and handed in, the journal and the accounts are what they were."""
    try:
        for where, one, says in list_given_faults(store, entries):
            yield DamageFinding(Damage(f"root_{one.change}"), where, says)
        for fault in store.given.find_person_faults():
            yield DamageFinding(Damage.ACCOUNT, fault.person_code, say_person_fault(fault))
    except DamagedError as error:
        yield DamageFinding(Damage.FORM, "", str(error))


def _check_out(out_dir: Path, entries: tuple[LogEntry, ...]) -> Iterator[DamageFinding]:
    """Files under out/ are copies: one that is missing is no damage, one that differs or is a link is."""
    in_force = {entry.form_key: entry for entry in entries if entry.kind in (*RELEASES, Step.UNLOCK)}
    for form_key, entry in in_force.items():
        folder = form_dir(out_dir, form_key)
        links = list(_check_links(folder, out_dir, entry))
        yield from links or _check_folder(folder, entry, entries)
    for path in sorted(out_dir.glob(f"*/*/*/{ENTRY_NAME}")):
        yield from _check_noted(path, entries)


def _check_noted(path: Path, entries: tuple[LogEntry, ...]) -> Iterator[DamageFinding]:
    """The entry a released folder has is one of the log, word for word."""
    noted = read_noted(path)
    if noted is None:
        yield DamageFinding(Damage.OUT_FILE, str(path), "không đọc được dòng nhật ký ghi trong tệp này: tệp bị sửa")
        return
    sha256 = str(noted.get("sha256", ""))
    yield from _check_entry(entries, sha256, str(path))
    if any(entry.sha256 == sha256 and not is_entry(noted, entry) for entry in entries):
        yield DamageFinding(Damage.OUT_FILE, str(path), "tệp không còn ghi đúng dòng nhật ký phát hành của nó")


def _check_emptied(var_dir: Path | None, entries: tuple[LogEntry, ...]) -> Iterator[DamageFinding]:
    """The key is made by the first release: beside it stands a log."""
    if var_dir and (var_dir / KEY_NAME).exists() and not entries:
        says = (
            f"nơi này đã từng phát hành (có khóa ký {var_dir / KEY_NAME}) mà nhật ký phát hành trống: "
            "nhật ký bị xóa, hoặc cơ sở dữ liệu không phải của nơi này"
        )
        yield DamageFinding(Damage.LOG_CUT, "0", says)


def _check_anchors(store: Store, out_dir: Path, var_dir: Path | None, letter: str) -> Iterator[DamageFinding]:
    """Every anchor found outside the database names an entry that is still where it was."""
    log = {entry.position: entry.sha256 for entry in store.releases.list(intact_only=True)}
    paths = [path for path in sorted(out_dir.glob(f"*/*/*/{ENTRY_NAME}")) if path.is_file()]
    texts = {str(path): path.read_text(errors="replace") for path in paths}
    for where, text in ({"--anchor": letter} | texts).items():
        anchors = list(read_anchors(text))
        if where == "--anchor" and letter and not anchors:
            yield DamageFinding(Damage.ANCHOR, where, "không thấy dấu neo nào (baocao1:…) trong nội dung đã cho")
        for anchor in anchors:
            if says := find_fault(anchor, log, var_dir):
                yield DamageFinding(Damage.ANCHOR, where, says)


def _check_stamps(
    store: Store, out_dir: Path, var_dir: Path | None, config_dir: Path | None
) -> Iterator[DamageFinding]:
    if var_dir is not None:
        stamping = read_release_rules(config_dir).time_stamp if config_dir else None
        for where, says in list_stamp_faults(store, out_dir, var_dir, config_dir, stamping):
            yield DamageFinding(Damage.STAMP, where, says)


def _check_links(folder: Path, out_dir: Path, entry: LogEntry) -> Iterator[DamageFinding]:
    """Nothing of ours under out/ is a link: what stands behind one is not what was released, whatever it says now."""
    names = (*entry.content.get("files", {}), ENTRY_NAME)
    above = find_link(folder, out_dir)
    links = [above] if above else [path for path in (folder / name for name in names) if path.is_symlink()]
    again = hint("release publish", entry.form_key.period, unit=entry.form_key.unit_code, form=entry.form_key.form_code)
    for link in links:
        says = (
            f"là liên kết (tới {link.readlink()}), không phải nơi ghi bản đã phát hành: các tệp đã phát hành không còn "
            f"ở đây. Lập biên bản, xóa liên kết, rồi ghi lại đúng bản đã phát hành: {again}"
        )
        yield DamageFinding(Damage.OUT_LINK, str(link), says)


def _check_folder(folder: Path, entry: LogEntry, entries: tuple[LogEntry, ...]) -> Iterator[DamageFinding]:
    files = {folder / name: kept["sha256"] for name, kept in entry.content.get("files", {}).items()}
    changed = [path for path, sha256 in files.items() if path.is_file() and _hash(path) != sha256]
    noted = noted_entry(folder / ENTRY_NAME) if (folder / ENTRY_NAME).is_file() else None
    if changed and (noted is None or noted in {other.sha256 for other in entries} - {entry.sha256}):
        said = (
            f"{len(changed)} tệp chưa theo bản đã phát hành: lần phát hành bị ngắt, hoặc {ENTRY_NAME} bị xóa. "
            f"Ghi lại đúng bản đã phát hành: "
            f"{hint('release publish', entry.form_key.period, unit=entry.form_key.unit_code)}"
        )
        yield DamageFinding(Damage.OUT_BEHIND, str(folder), said)
        return
    for path in changed:
        yield DamageFinding(Damage.OUT_FILE, str(path), "tệp khác với bản đã phát hành")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check_entry(entries: tuple[LogEntry, ...], sha256: str | None, where: str) -> Iterator[DamageFinding]:
    if sha256 is not None and sha256 not in {entry.sha256 for entry in entries}:
        yield DamageFinding(
            Damage.ENTRY_UNKNOWN, where, f"nhật ký phát hành không còn dòng {sha256 or '(tệp không ghi dòng nào)'}"
        )
