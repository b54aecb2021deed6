"""The configuration a run was made with, kept whole and brought back, so that old forms can be made again."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from baocao.catalogue import Catalogue, Correction
from baocao.catalogue.hand_files import CORRECTIONS, find_hand_file, read_corrections
from baocao.catalogue.yaml_files import read_bytes
from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.names import is_plain_path, print_name
from baocao.private_files import make_private_dir
from baocao.store import Store
from baocao.unfinished import make_work_dir
from reporting.workspace import Workspace

KEPT = ("*.yaml", "*.docx")


def keep_configuration(workspace: Workspace) -> None:
    """Keep today's configuration folder, unless it is kept already."""
    catalogue, store = workspace.catalogue, workspace.store
    if store.configurations.find(catalogue.content_hash) is None:
        bundle = bundle_folder(catalogue.config_dir)
        store.configurations.keep(catalogue.content_hash, bundle, workspace.settings.now())


def bundle_folder(config_dir: Path) -> bytes:
    """Every YAML file and every Word template of the folder by its path, in one order; templates in base64."""
    files: dict[str, object] = {}
    for path in sorted(path for kind in KEPT for path in config_dir.rglob(kind)):
        content = path.read_bytes()
        name = path.relative_to(config_dir).as_posix()
        files[name] = content.decode() if path.suffix == ".yaml" else {"base64": base64.b64encode(content).decode()}
    return json.dumps(files, ensure_ascii=False, sort_keys=True, indent=0).encode()


@contextmanager
def configuration_of(workspace: Workspace, config_hash: str) -> Iterator[Catalogue]:
    """The catalogue of that time, while the block lasts.

    Raise ConfigError where it was not kept, or where this version of baocao no longer reads it.
    """
    if config_hash == workspace.catalogue.content_hash:
        yield workspace.catalogue
        return
    with make_work_dir() as folder:
        _unpack(workspace.store, config_hash, folder)
        yield Catalogue.read(folder)


def read_kept_corrections(
    workspace: Workspace, config_hash: str, unit_code: str, period: Period
) -> tuple[Correction, ...]:
    """Those in that configuration, without reading the rest of it. Raise ConfigError as `configuration_of` does."""
    with make_work_dir() as folder:
        _unpack(workspace.store, config_hash, folder, CORRECTIONS)
        name = find_hand_file(folder, CORRECTIONS, unit_code, period)
        return read_corrections(name, read_bytes(folder / name, name), workspace.catalogue.indicators) if name else ()


def _unpack(store: Store, config_hash: str, folder: Path, only: str = "") -> None:
    """Every file, or those of one folder."""
    bundle_sha256 = store.configurations.find(config_hash)
    if bundle_sha256 is None:
        raise ConfigError(f"cấu hình {config_hash[:12]}… không được giữ lại nên không dùng lại được")
    for name, content in json.loads(store.files.get(bundle_sha256)).items():
        if not name.startswith(only):
            continue
        if not is_plain_path(name):
            raise ConfigError(f"cấu hình {config_hash[:12]}… có tên tệp dẫn ra ngoài thư mục: {print_name(name)}")
        path = folder / name
        make_private_dir(path.parent)
        path.write_bytes(content.encode() if isinstance(content, str) else base64.b64decode(content["base64"]))
