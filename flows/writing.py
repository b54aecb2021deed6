"""The files of a report, where design says they lie: written whole, or not at all."""

from baocao.delivery.manifest import MANIFEST_NAME, build_manifest, write_manifest
from baocao.documents import write_documents
from baocao.store import VintageKey
from flows.passports import build_passports
from flows.plan import Plan
from flows.reporting import Report, form_dir
from flows.workspace import Workspace, code_version


def write_files(workspace: Workspace, plan: Plan, report: Report, vintage: VintageKey) -> dict[str, str]:
    """Write every document and the manifest; return file name → path."""
    folder = form_dir(workspace.settings.out_dir, report.filled)
    passports = build_passports(
        workspace.catalogue, report.filled, report.observations, workspace.store.collections(vintage)
    )
    hashes = write_documents(
        report.filled,
        plan.form,
        folder,
        draft=not report.is_releasable,
        checks=report.checks,
        passports=passports,
    )
    manifest = build_manifest(
        report.filled,
        report.observations.values(),
        report.checks,
        hashes,
        code_version=code_version(),
        config_hash=workspace.catalogue.content_hash,
    )
    write_manifest(manifest, folder)
    return {name: str(folder / name) for name in (*hashes, MANIFEST_NAME)}
