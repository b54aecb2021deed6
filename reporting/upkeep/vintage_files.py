"""The files of a kept vintage, written once more: on request, or where the process that made it died before it did."""

from dataclasses import replace
from pathlib import Path

import orjson

from baocao.documents.manifest import MANIFEST_NAME
from baocao.store import FormKey, Vintage
from reporting.configurations import configuration_of
from reporting.files.writing import choose_folder, write_files
from reporting.plan import make_plan
from reporting.release.files import read_report
from reporting.standing import find_standing
from reporting.workspace import Workspace


def write_vintage(workspace: Workspace, vintage: Vintage, folder: Path | None = None) -> dict[str, str]:
    """The files a kept vintage gives under its own configuration; by default into the form's own folder, whose lease
    the caller holds.
    """
    with configuration_of(workspace, vintage.config_hash) as catalogue:
        then, key = replace(workspace, catalogue=catalogue), vintage.key
        plan = make_plan(catalogue, key.unit_code, key.period.code, key.form_code, workspace.settings.now())
        return write_files(then, plan, read_report(workspace.store, key), key, folder)


def catch_up(workspace: Workspace, form_key: FormKey) -> dict[str, str]:
    """Write the files of the form's latest vintage where others, or none, lie in its folder; nothing else is written.

    Raise LeaseHeldError where somebody is at work on the form: whoever that is writes them.
    """
    if _find_unwritten(workspace, form_key) is None:
        return {}
    with workspace.store.leases.hold(form_key):
        latest = _find_unwritten(workspace, form_key)  # another may have been made, and written, meanwhile
        return write_vintage(workspace, latest) if latest is not None else {}


def _find_unwritten(workspace: Workspace, form_key: FormKey) -> Vintage | None:
    """The latest vintage, unless its files are there; those of a released one are the release's own to look after."""
    latest = workspace.store.vintages.find_latest(form_key)
    if latest is None or latest.key.vintage == find_standing(workspace.store, form_key).released_vintage:
        return None
    manifest = choose_folder(workspace, latest.key) / MANIFEST_NAME
    is_there = manifest.is_file() and orjson.loads(manifest.read_bytes())["vintage"] == latest.key.vintage
    return None if is_there else latest
