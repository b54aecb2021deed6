"""The files of a release: made from the kept vintage and the configuration of its own time, and kept by their hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from baocao.documents.files import write_file
from baocao.documents.manifest import MANIFEST_NAME
from baocao.domain import FilledForm, FormMark
from baocao.forms.compare import CellDifference
from baocao.store import LogEntry, Store, VintageKey
from baocao.unfinished import make_work_dir
from baocao.vocabulary import STATUSES
from reporting.configurations import configuration_of
from reporting.plan import make_plan
from reporting.report import Report
from reporting.workspace import Workspace

if TYPE_CHECKING:
    from reporting.files.writing import Circumstances

NOTE_NAME = "restatement.md"


def keep_release_files(
    workspace: Workspace, key: VintageKey, revision: int, changes: tuple[CellDifference, ...], reason: str
) -> dict[str, dict[str, Any]]:
    """Make every file as it will be released and keep it; return name → sha256 and size.

    Nothing of today goes into them: the same vintage gives the same files whenever they are made.
    """
    contents = render_release(workspace, key, revision, changes, reason=reason)
    if revision:
        contents[NOTE_NAME] = print_note(workspace.store.contents.filled_form(key), revision, changes, reason).encode()
    kept = {name: workspace.store.files.put(content) for name, content in sorted(contents.items())}
    return {name: {"sha256": sha256, "bytes": len(contents[name])} for name, sha256 in kept.items()}


def render_release(
    workspace: Workspace,
    key: VintageKey,
    revision: int,
    changes: tuple[CellDifference, ...] = (),
    report: Report | None = None,
    reason: str = "",
    circumstances: "Circumstances | None" = None,
) -> dict[str, bytes]:
    """The documents, checks and manifest of a vintage as a released (or restated) form.

    `report` is given where the vintage stands for another one it replays, `circumstances` where files of before are to
    come out again.
    """
    from reporting.files.writing import write_files

    vintage = workspace.store.vintages.find(key)
    with configuration_of(workspace, vintage.config_hash) as catalogue:
        then = replace(workspace, catalogue=catalogue)
        plan = make_plan(catalogue, key.unit_code, key.period.code, key.form_code, workspace.settings.now())
        report = report or read_report(workspace.store, key)
        released = replace(report, filled=_as_released(report.filled, revision, changes, reason))
        with make_work_dir() as folder:
            paths = write_files(then, plan, released, key, folder, circumstances)
            return {name: Path(path).read_bytes() for name, path in paths.items()}


def read_kept_manifest(store: Store, entry: LogEntry) -> dict[str, Any]:
    """The manifest among the files an entry of the log released or put forward."""
    manifest: dict[str, Any] = orjson.loads(store.files.get(entry.content["files"][MANIFEST_NAME]["sha256"]))
    return manifest


def read_report(store: Store, key: VintageKey) -> Report:
    """A finished vintage as the report it was."""
    observations = {observation.indicator_code: observation for observation in store.contents.observations(key)}
    contents = store.contents
    return Report(observations, contents.filled_form(key), contents.check_results(key), contents.coverages(key))


def write_out(store: Store, files: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, str]:
    """Write the very bytes that were kept; raise PayloadDamagedError where one was changed."""
    contents = {name: store.files.get(kept["sha256"]) for name, kept in files.items()}
    for name, content in contents.items():
        write_file(folder / name, content)
    return {name: str(folder / name) for name in contents}


def hash_files(contents: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def print_note(filled: FilledForm, revision: int, changes: tuple[CellDifference, ...], reason: str) -> str:
    """The note that goes with a restated form: which cells, from what to what, and why."""
    period = filled.period.label_vi if filled.period else ""
    lines = [f"# Điều chỉnh lần {revision}: {filled.unit_name}, {period}", "", f"Lý do: {reason}", ""]
    lines += ["| Ô | Chỉ tiêu | Đã phát hành | Điều chỉnh | Nguyên nhân |", "|---|---|---:|---:|---|"]
    for one in changes:
        before, after = (_printed(value, status) for value, status in _ends(one))
        lines.append(f"| {one.place} | {one.label} | {before} | {after} | {one.cause_vi} |")
    return "\n".join([*lines, ""])


def _as_released(filled: FilledForm, revision: int, changes: tuple[CellDifference, ...], reason: str) -> FilledForm:
    """The form with its new status; a restated one names its revision, and each cell it changes what it said before."""
    if not revision:
        return filled.with_status(FormMark.RELEASED)
    cells = dict(filled.cells)
    for one in changes:
        if one.number in cells:
            said = f"Điều chỉnh lần {revision}: trước là {_printed(one.before, one.status_before)}"
            cell = cells[one.number]
            cells[one.number] = replace(cell, note="; ".join(filter(None, (said, cell.note))))
    note = _list_changes(revision, changes, reason)
    return replace(filled, status=FormMark.RESTATED, cells=cells, revision=revision, restatement_note=note)


def _list_changes(revision: int, changes: tuple[CellDifference, ...], reason: str) -> str:
    """On the form itself: `Điều chỉnh lần 1: ô 4.3 (56,94 → 56,86), ô 4.3.1 (…). Lý do: …`."""
    told = []
    for one in changes:
        before, after = (_printed(value, status) for value, status in _ends(one))
        told.append(f"ô {one.place} ({before} → {after})")
    return f"Điều chỉnh lần {revision}: {', '.join(told) or 'không ô nào đổi'}. Lý do: {reason.rstrip('.')}."


def _ends(one: CellDifference) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    return (one.before, one.status_before), (one.after, one.status)


def _printed(value: Any, status: Any) -> str:
    if value is None:
        return STATUSES[status].lower() if status else "không có"
    return f"{value:,f}".translate(str.maketrans(",.", ".,"))
