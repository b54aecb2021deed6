"""The folder of a released form under out/: the released files and their entry in the log, brought up to the log.

The log decides what is released; the folder follows in one step. A process that dies between the two leaves the folder
of before, whole: whoever works on the form next brings it up first.
"""

from pathlib import Path
from typing import Any

import orjson

from baocao.documents.files import write_file
from baocao.documents.folders import clear_leftovers, replacing
from baocao.documents.form_json import render_json
from baocao.store import FormKey, LogEntry, Store
from reporting.release.anchors import sign_entry
from reporting.release.entries import print_entry
from reporting.release.files import write_out
from reporting.release.telling import queue_letter
from reporting.standing import Standing, find_standing
from reporting.workspace import Workspace, form_dir

ENTRY_NAME = "release.json"


def write_released(workspace: Workspace, standing: Standing) -> dict[str, str]:
    """The released files and their entry in the log, under out/, from what was kept; file name → path."""
    assert standing.release is not None
    folder = form_dir(workspace.settings.out_dir, standing.form_key)
    with replacing(folder, workspace.settings.out_dir) as staged:
        names = write_out(workspace.store, standing.release.content["files"], staged)
        write_file(staged / ENTRY_NAME, render_entry(workspace, standing.release))
    return {name: str(folder / name) for name in (*names, ENTRY_NAME)}


def render_entry(workspace: Workspace, entry: LogEntry) -> bytes:
    """The entry with its anchor."""
    anchor = sign_entry(workspace.settings.var_dir, entry)
    return render_json({**print_entry(entry), "anchor": str(anchor)})


def bring_up(workspace: Workspace, form_key: FormKey) -> Standing | None:
    """Write the released folder where a process died before it did; the form's standing then, else None.

    What a process left that died while it wrote a folder of the form is cleared away. The caller holds the form's
    lease. A folder that names an entry the log does not have is left for `verify`.
    """
    clear_leftovers(form_dir(workspace.settings.out_dir, form_key))
    standing = find_standing(workspace.store, form_key)
    if standing.release is None or not _is_behind(workspace.settings.out_dir, workspace.store, standing):
        return None
    queue_letter(workspace, standing.release)
    write_released(workspace, standing)
    return standing


def noted_entry(path: Path) -> str:
    """The entry a released folder says it is of; "" where the file does not say."""
    return str((read_noted(path) or {}).get("sha256", ""))


def read_noted(path: Path) -> dict[str, Any] | None:
    """The entry as a released folder has it, with its anchor; None where that cannot be read."""
    try:
        noted = orjson.loads(path.read_bytes())
    except (orjson.JSONDecodeError, OSError):
        return None
    return noted if isinstance(noted, dict) else None


def is_entry(noted: dict[str, Any], entry: LogEntry) -> bool:
    """Whether what a folder has says nothing else than the log; the anchor proves itself."""
    told: dict[str, Any] = orjson.loads(render_json(print_entry(entry)))
    return {name: said for name, said in noted.items() if name != "anchor"} == told


def _is_behind(out_dir: Path, store: Store, standing: Standing) -> bool:
    assert standing.release is not None
    path = form_dir(out_dir, standing.form_key) / ENTRY_NAME
    if not path.is_file():
        return True
    noted = noted_entry(path)
    return noted != standing.release.sha256 and noted in {e.sha256 for e in store.releases.list(standing.form_key)}
