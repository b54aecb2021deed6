"""Configuration folders for made provinces: the units of a `province:` data set, in groups, with their hours."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from sandbox.world.units import numbered_unit
from tests.configuration import ONE_FORM_CONFIG_DIR

PERIOD = "2025-Q4"
GROUP = "cap-xa"


def write_config(folder: Path, unit_count: int, pace: dict[str, float] | None = None, **operations: Any) -> Path:
    """The shipped configuration with `unit_count` communes of the sandbox below the province."""
    config_dir = folder / "config"
    shutil.copytree(ONE_FORM_CONFIG_DIR, config_dir)
    units = yaml.safe_load((config_dir / "units.yaml").read_text(encoding="utf-8"))["units"]
    write_yaml(config_dir / "units.yaml", {"units": {"tinh": units["tinh"], **_communes(config_dir, unit_count)}})
    if pace:
        path = config_dir / "sources.yaml"
        sources = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
        write_yaml(path, {"sources": {code: {**source, "pace": pace} for code, source in sources.items()}})
    set_operations(config_dir, **operations)
    return config_dir


def set_operations(config_dir: Path, **operations: Any) -> None:
    path = config_dir / "operations.yaml"
    write_yaml(path, {**yaml.safe_load(path.read_text(encoding="utf-8")), **operations})


def take_figure_away(config_dir: Path, unit: str, code: str) -> None:
    """As if nobody had given that typed-in figure."""
    path = config_dir / "manual" / unit / f"{PERIOD}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    del content["figures"][code]
    write_yaml(path, content)


def write_yaml(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _communes(config_dir: Path, count: int) -> dict[str, Any]:
    manual = yaml.safe_load((config_dir / "manual" / "dac-khu" / f"{PERIOD}.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = {}
    for number in range(1, count + 1):
        unit = numbered_unit(number)
        found[unit.code] = {
            "name": unit.name,
            "tier": unit.tier,
            "parent": "tinh",
            "valid_from": unit.valid_from,
            "source_keys": {
                "documents_qlvb": unit.document_userid,
                "one_stop_igate": unit.agency_key,
                "portal_dvcqg": unit.official_code,
            },
        }
        folder = config_dir / "manual" / unit.code
        folder.mkdir(parents=True)
        write_yaml(folder / f"{PERIOD}.yaml", manual)
    return found
