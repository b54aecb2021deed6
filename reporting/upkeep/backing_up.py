"""One folder that holds an installation: database, every kept answer and file, configuration, and what all that is.

The database is taken first: answers are kept before they are entered and never changed, so that whatever a snapshot
speaks of is there when the answers are copied afterwards. A further back-up into the same folder copies what is new.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from baocao.catalogue.release import read_release_rules
from baocao.documents.files import write_file
from baocao.errors import ConfigError
from baocao.names import is_plain_path, print_name
from baocao.private_files import close_to_others, make_private_dir, refuse_links, refuse_links_below
from baocao.settings import DESK_KEY_NAME, Settings
from baocao.store import (
    DamagedError,
    Store,
    bring_back,
    clear_unused,
    copy_all_bodies,
    has_store,
    look_at,
    open_store,
    snapshot_name,
    take_snapshot,
)
from baocao.unfinished import clear_abandoned
from reporting.configurations import KEPT
from reporting.release.anchors import KEY_NAME
from reporting.release.given import list_given_hashes
from reporting.release.stamps import STAMPS_DIR
from reporting.release.verifying import Verification, verify
from reporting.workspace import code_version

MANIFEST, PAYLOADS, CONFIG = "backup.json", "payloads", "config"


@dataclass(frozen=True)
class BackUp:
    """What was written. `damaged` are kept bodies that are missing or changed in the installation itself."""

    folder: Path
    content: Mapping[str, Any]
    new_payloads: int
    damaged: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        return DamagedError.exit_code if self.damaged else 0

    def as_json(self) -> dict[str, Any]:
        return {"folder": str(self.folder), **self.content, "new_payloads": self.new_payloads}


@dataclass(frozen=True)
class Restoration:
    """What was brought back, and whether all of it is what it was."""

    folder: Path
    config_dir: Path
    content: Mapping[str, Any]
    found: Verification


def back_up(settings: Settings, folder: Path) -> BackUp:
    """Write everything; the manifest last, so that a folder without one is no back-up."""
    refuse_links_below(folder)
    if not has_store(settings.database_url):
        place = settings.database_url.removeprefix("sqlite:///")
        raise ConfigError(
            f"chưa có gì để sao lưu: không thấy cơ sở dữ liệu {place}. Nếu đã từng lập báo cáo thì "
            "BAOCAO_HOME hoặc BAOCAO_DATABASE_URL đang trỏ sai chỗ"
        )
    make_private_dir(folder)
    with _alone_in(folder):
        return _back_up(settings, folder)


def _back_up(settings: Settings, folder: Path) -> BackUp:
    clear_abandoned(folder.rglob(".*.part"))
    manifest = folder / MANIFEST
    manifest.unlink(missing_ok=True)
    with open_store(settings.database_url, settings.payload_url) as store:
        snapshot = take_snapshot(settings.database_url, folder)
        make_private_dir(folder / PAYLOADS)
        hashes = _all_hashes(store)
        new, damaged = store.payloads.copy_bodies(hashes, str(folder / PAYLOADS))
        entries = store.releases.list(intact_only=True)
    _copy_keys(settings.var_dir, folder)
    _copy_stamps(settings.var_dir, folder)
    state = look_at(settings.database_url)
    content = {
        "made_at": settings.now().isoformat(),
        "code_version": code_version(),
        "database": {"kind": state.kind, "schema": state.schema, **_describe(snapshot)},
        "payloads": len(hashes),
        "damaged": list(damaged),
        "release_log": {"entries": len(entries), "last": entries[-1].sha256 if entries else ""},
        "config": _copy_config(settings.config_dir, folder / CONFIG),
    }
    for written in (folder / PAYLOADS, folder / CONFIG, snapshot):
        close_to_others(written)
    write_file(manifest, orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    return BackUp(folder, content, new, damaged)


def restore(settings: Settings, folder: Path, config_dir: Path) -> Restoration:
    """Fill an empty installation, and verify it. The database comes last and all at once: a killed one is repeated.

    Raise ConfigError, having changed nothing, where the folder is no whole back-up or the installation is not empty.
    """
    content = _read_manifest(folder, settings.database_url)
    for made in (settings.var_dir, config_dir):
        refuse_links(made, made)
    _require_new_config(folder / CONFIG, config_dir)
    with _alone_in(folder):
        _copy_keys(folder, settings.var_dir)
        _copy_stamps(folder, settings.var_dir)
        clear_unused(settings.database_url)
        copy_all_bodies(str(folder / PAYLOADS), settings.payload_url)
        for name in content["config"]:
            write_file(config_dir / name, (folder / CONFIG / name).read_bytes())
        bring_back(settings.database_url, folder / str(content["database"]["name"]))
    last = content["release_log"]["last"] or None
    with open_store(settings.database_url, settings.payload_url) as store:
        return Restoration(
            folder,
            config_dir,
            content,
            verify(store, settings.out_dir, last, var_dir=settings.var_dir, config_dir=config_dir),
        )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """While the block lasts no other command uses the back-up; the lock goes with the process that has it."""
    held = os.open(folder, os.O_RDONLY)
    try:
        _lock(held, folder)
        yield
    finally:
        os.close(held)


def _lock(held: int, folder: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConfigError(f"{folder}: một lệnh backup hoặc restore khác đang dùng thư mục này; đợi nó xong") from None


def _copy_keys(source: Path, target: Path) -> None:
    """The key releases are signed with and that of the desk, for their owner alone."""
    for name in (KEY_NAME, DESK_KEY_NAME):
        _copy_key(source / name, target / name)


def _copy_key(source: Path, target: Path) -> None:
    """Raise ConfigError where another one is there already."""
    if not source.is_file():
        return
    key = source.read_bytes()
    if target.is_file():
        if target.read_bytes() != key:
            raise ConfigError(f"{target}: đã có một khóa khác ở đây; cất khóa đó đi rồi chạy lại")
        return
    write_file(target, key)


def _copy_stamps(source: Path, target: Path) -> None:
    for stamp in sorted((source / STAMPS_DIR).glob("*.tsr")):
        write_file(target / STAMPS_DIR / stamp.name, stamp.read_bytes())


def settings_for_restore(environment: Mapping[str, str]) -> Settings:
    """The installation to fill: its configuration folder need not be there yet."""
    given = environment.get("BAOCAO_CONFIG_DIR")
    known = {name: value for name, value in environment.items() if name != "BAOCAO_CONFIG_DIR"}
    settings = Settings.read(known)
    target = Path(given).expanduser().resolve() if given else settings.home_dir / CONFIG
    return replace(settings, config_dir=target)


def _all_hashes(store: Store) -> list[str]:
    """Every body the database speaks of: answers, configurations, evidence, released files and inventories."""
    entries = store.releases.list(intact_only=True)
    files = (kept for entry in entries for kept in entry.content.get("files", {}).values())
    roots = (entry.content["root"] for entry in entries if "root" in entry.content)
    released = {*(str(kept["sha256"]) for kept in files), *roots, *list_given_hashes(entries)}
    return sorted({*store.payloads.list_hashes(), *store.typed_entries.list_files(), *released})


def _describe(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def _is_whole(path: Path, sha256: str) -> bool:
    return path.is_file() and _describe(path)["sha256"] == sha256


def _copy_config(source: Path, target: Path) -> dict[str, str]:
    """The files a configuration is made of; those of an earlier back-up that are gone by now are removed."""
    if target.exists():
        shutil.rmtree(target)
    hashes = {}
    stamping = read_release_rules(source).time_stamp
    authority = [source / stamping.ca_file] if stamping and (source / stamping.ca_file).is_file() else []
    for path in sorted([*(path for kind in KEPT for path in source.rglob(kind)), *authority]):
        name = path.relative_to(source).as_posix()
        content = path.read_bytes()
        write_file(target / name, content)
        hashes[name] = hashlib.sha256(content).hexdigest()
    return hashes


def _read_manifest(folder: Path, database_url: str) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise ConfigError(f"{folder}: không có {MANIFEST} ở đây: không phải bản sao lưu, hoặc sao lưu chưa xong")
    content: dict[str, Any] = orjson.loads(path.read_bytes())
    database = content["database"]
    if database["name"] != snapshot_name(database_url):
        raise ConfigError(f"{folder} là bản sao lưu của {database['kind']}; BAOCAO_DATABASE_URL là loại khác")
    if leading_out := [name for name in content["config"] if not is_plain_path(name)]:
        told = ", ".join(map(print_name, leading_out))
        raise ConfigError(f"{path}: có tên tệp dẫn ra ngoài thư mục: {told}. Dùng bản sao lưu khác.")
    wanted = {database["name"]: database["sha256"]}
    wanted |= {f"{CONFIG}/{name}": sha256 for name, sha256 in content["config"].items()}
    changed = sorted(name for name, sha256 in wanted.items() if not _is_whole(folder / name, sha256))
    if changed:
        raise ConfigError(f"{folder}: đã bị sửa hoặc mất từ khi sao lưu: {', '.join(changed)}. Dùng bản sao lưu khác.")
    return content


def _require_new_config(source: Path, target: Path) -> None:
    """A configuration that is there already must be the same: it may hold somebody's work."""
    for path in sorted(source.rglob("*")):
        there = target / path.relative_to(source)
        if path.is_file() and there.is_file() and there.read_bytes() != path.read_bytes():
            raise ConfigError(f"{there}: khác với bản sao lưu; chuyển tệp đó đi, hoặc ghi BAOCAO_CONFIG_DIR khác")
