"""Data Docs of a kept vintage: its checks run once more, from its kept answers and under its own configuration."""

from dataclasses import replace
from pathlib import Path

from baocao.store import VintageKey
from reporting.configurations import configuration_of
from reporting.plan import make_plan
from reporting.workspace import Workspace


def build_data_docs(workspace: Workspace, key: VintageKey, folder: Path) -> Path:
    """Write the pages into the folder; give the first of them. No source is asked, nothing is kept in the store."""
    from expectations.engine.data_docs import data_docs
    from reporting.gathering import gather_from_payloads
    from reporting.pipeline import compute

    vintage = workspace.store.vintages.find(key)
    with configuration_of(workspace, vintage.config_hash) as catalogue:
        then = replace(workspace, catalogue=catalogue)
        plan = make_plan(catalogue, key.unit_code, key.period.code, key.form_code, workspace.settings.now())
        gathered = gather_from_payloads(then, plan, key)
        with data_docs(folder) as index:
            compute(then, plan, gathered, key.vintage)
    return index
