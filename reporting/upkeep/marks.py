"""When something that runs by schedule last ran on this machine, and last ran well: one small file each."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from baocao.private_files import make_private_dir, open_private


@dataclass(frozen=True)
class RunMark:
    """The last run, its exit code, and the last run that ended with 0."""

    at: datetime
    exit_code: int
    well_at: datetime | None


def leave_mark(var_dir: Path, name: str, exit_code: int, at: datetime | None = None) -> None:
    """Say that `name` (`watch`, `verify`) has just run."""
    at = at or datetime.now(UTC)
    before = read_mark(var_dir, name)
    well_at = at if exit_code == 0 else before.well_at if before else None
    path = _path(var_dir, name)
    make_private_dir(path.parent)
    draft = path.with_suffix(".new")
    with open(draft, "wb", opener=open_private) as file:
        file.write(orjson.dumps({"at": at, "exit_code": exit_code, "well_at": well_at}))
    draft.replace(path)


def read_mark(var_dir: Path, name: str) -> RunMark | None:
    """None where it never ran here, or the file is no mark."""
    try:
        found = orjson.loads(_path(var_dir, name).read_bytes())
        well_at = found["well_at"]
        return RunMark(
            datetime.fromisoformat(found["at"]),
            int(found["exit_code"]),
            datetime.fromisoformat(well_at) if well_at else None,
        )
    except (FileNotFoundError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


def _path(var_dir: Path, name: str) -> Path:
    return var_dir / "marks" / f"{name}.json"
