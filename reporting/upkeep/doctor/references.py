"""Secrets in the configuration: each reference resolves, and none is written out."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from baocao.catalogue.model import REFERENCE
from baocao.references import NO_SECRET, read_reference
from baocao.settings import Settings
from reporting.upkeep.doctor.finding import DoctorFinding, doubtful, good

_REFERENCE = re.compile(REFERENCE)
_SECRET_KEY = re.compile(r"(?i).*(?:password|passwd|secret|api_?key|token|mat_?khau)")
_SIGNED_ADDRESS = re.compile(r"://[^/\s:@]+:[^/\s@]+@")


def find_references(config_dir: Path) -> dict[str, list[str]]:
    """Every reference to a secret → the places (`sources.yaml: sources.x.auth.secret`) it is used at."""
    found: dict[str, list[str]] = {}
    for place, _, value in _walk_files(config_dir):
        if _REFERENCE.fullmatch(value):
            found.setdefault(value, []).append(place)
    return found


def find_written_out(config_dir: Path) -> list[str]:
    """Places where a secret seems to be written instead of referred to; never the secret."""
    return [place for place, key, value in _walk_files(config_dir) if _is_written_out(key, value)]


def secret_files(config_dir: Path) -> list[Path]:
    return [Path(name.partition(":")[2]) for name in find_references(config_dir) if name.startswith("file:")]


def look_at_secrets(settings: Settings) -> Iterator[DoctorFinding]:
    check, about = "secrets.references", "Tham chiếu bí mật"
    references = find_references(settings.config_dir)
    missing = {name: places for name, places in references.items() if read_reference(name, os.environ) is None}
    if missing:
        yield doubtful(
            check, about, "; ".join(f"{name} ({', '.join(places)})" for name, places in missing.items()),
            why="chưa đặt, hoặc tài khoản này không đọc được; hệ thống dùng bí mật đó sẽ không đăng nhập được",
            mend="Đặt biến môi trường, tệp (chmod 600) hoặc khối Secret của Prefect theo tên trên cho tài khoản này.",
        )  # fmt: skip
    else:
        yield good(check, about, f"đọc được cả {len(references)} bí mật")
    if written := find_written_out(settings.config_dir):
        yield doubtful(
            "secrets.written_out", "Bí mật ghi thẳng trong cấu hình", "; ".join(written),
            why="thư mục cấu hình được chép vào kho cùng mỗi lần lập, nên bí mật sẽ nằm lại trong đó",
            mend="Đổi bí mật đó tại hệ thống nguồn, rồi chỉ ghi tham chiếu env:TÊN, file:/đường-dẫn hoặc prefect:tên.",
        )  # fmt: skip


def _walk_files(config_dir: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted(config_dir.glob("*.yaml")):
        yield from _walk(yaml.safe_load(path.read_text(encoding="utf-8")), f"{path.name}: ", "")


def _walk(node: Any, place: str, key: str) -> Iterator[tuple[str, str, str]]:
    """Each text of a YAML file: where it stands, under which key, and itself."""
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _walk(child, f"{place}{'' if place.endswith(' ') else '.'}{name}", str(name))
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child, place, key)
    elif isinstance(node, str):
        yield place, key, node


def _is_written_out(key: str, value: str) -> bool:
    if _REFERENCE.fullmatch(value) or value in {"", NO_SECRET}:
        return False
    return bool(_SECRET_KEY.fullmatch(key) or _SIGNED_ADDRESS.search(value))
