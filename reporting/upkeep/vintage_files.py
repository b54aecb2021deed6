"""The files of a kept vintage, written once more: on request, or where the process that made it died before it did."""

from dataclasses import replace
from pathlib import Path

import orjson

from baocao.documents.manifest import MANIFEST_NAME
from baocao.store import Vintage
from reporting.configurations import configuration_of
from reporting.files.writing import choose_folder, write_files
from reporting.plan import make_plan
from reporting.release.files import read_report
from reporting.workspace import Workspace


def write_vintage(workspace: Workspace, vintage: Vintage, folder: Path | None = None) -> dict[str, str]:
    """The files a kept vintage gives under its own configuration; by default into the form's own folder, whose lease
    the caller holds.
    """
    with configuration_of(workspace, vintage.config_hash) as catalogue:
        then, key = replace(workspace, catalogue=catalogue), vintage.key
        plan = make_plan(catalogue, key.unit_code, key.period.code, key.form_code, workspace.settings.now())
        return write_files(then, plan, read_report(workspace.store, key), key, folder)


def catch_up(workspace: Workspace, latest: Vintage) -> dict[str, str]:
    """Write the files of a form's latest vintage where others, or none, lie in its folder; nothing else is written.

    Raise LeaseHeldError where somebody is at work on the form: whoever that is writes them.
    """
    if _find_written(workspace, latest) == latest.key.vintage:
        return {}
    with workspace.store.leases.hold(latest.key.form_key):
        return write_vintage(workspace, latest)


def _find_written(workspace: Workspace, latest: Vintage) -> int | None:
    """The vintage whose files lie in the form's folder; None where none does."""
    manifest = choose_folder(workspace, latest.key) / MANIFEST_NAME
    return int(orjson.loads(manifest.read_bytes())["vintage"]) if manifest.is_file() else None
