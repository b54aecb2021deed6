"""The files of a report, where design says they lie: written whole, or not at all."""

from datetime import datetime
from pathlib import Path

from baocao.delivery.manifest import MANIFEST_NAME, build_manifest, write_manifest
from baocao.documents import Evidence, PastFigure, write_documents
from baocao.documents.checks_html import write_checks_html
from baocao.documents.export_indicators import PERIOD_IDS, write_indicators
from baocao.documents.fonts import times_family
from baocao.documents.form_json import write_checks_json
from baocao.store import FormKey, VintageKey
from flows.configurations import keep_configuration
from flows.passports import build_passports
from flows.plan import Plan
from flows.reporting import Report, form_dir
from flows.standing import find_standing
from flows.workspace import Workspace, code_version

CHECKS_NAME = "checks.json"
CHECKS_PAGE_NAME = "checks.html"
EXPORT_NAME = "indicators.json"
PERIODS_BACK = 7


def write_files(
    workspace: Workspace, plan: Plan, report: Report, vintage: VintageKey, folder: Path | None = None
) -> dict[str, str]:
    """Write every document and the manifest into the folder, by default the form's; return file name → path."""
    keep_configuration(workspace)
    folder = folder or choose_folder(workspace, report, vintage)
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
        indicators=workspace.catalogue.indicators,
        owners=workspace.catalogue.owners,
        history=past_figures(workspace, plan, report.known_at),
        template=workspace.catalogue.config_dir / plan.form.word_template if plan.form.word_template else None,
    )
    hashes |= _write_checks(workspace, plan, report, folder)
    office_code = plan.unit.code_on(plan.window.end_on)
    if office_code and plan.period.part in PERIOD_IDS:
        path = folder / EXPORT_NAME
        hashes[EXPORT_NAME] = write_indicators(report.filled, plan.form, path, office_code=office_code)
    manifest = build_manifest(
        report.filled,
        report.observations.values(),
        report.checks,
        hashes,
        code_version=code_version(),
        config_hash=workspace.catalogue.content_hash,
        pdf_font=times_family(),
    )
    write_manifest(manifest, folder)
    return {name: str(folder / name) for name in (*hashes, MANIFEST_NAME)}


def _write_checks(workspace: Workspace, plan: Plan, report: Report, folder: Path) -> dict[str, str]:
    """For programs and for people; file name → SHA-256."""
    evidence = Evidence(report.checks, owners=workspace.catalogue.owners)
    page, draft = folder / CHECKS_PAGE_NAME, not report.is_releasable
    return {
        CHECKS_NAME: write_checks_json(report.checks, folder / CHECKS_NAME),
        CHECKS_PAGE_NAME: write_checks_html(report.filled, plan.form, page, evidence, draft=draft),
    }


def choose_folder(workspace: Workspace, report: Report, vintage: VintageKey) -> Path:
    """The form's own folder; below it, by number, once a release is there that nothing may overwrite."""
    folder = form_dir(workspace.settings.out_dir, report.filled)
    is_locked = find_standing(workspace.store, vintage.form_key).is_locked
    return folder / f"v{vintage.vintage}" if is_locked else folder


def past_figures(workspace: Workspace, plan: Plan, as_of: datetime) -> dict[str, list[PastFigure]]:
    """The last periods' figures by row number, the oldest first, as the same form gave them and as known then.

    What was learnt of them later is not among them: the same report made again is the same to the byte.
    """
    found: dict[str, list[PastFigure]] = {}
    period = plan.period
    for _ in range(PERIODS_BACK):
        period = period.predecessor
        latest = workspace.store.latest_vintage(FormKey(plan.unit.unit_code, plan.form.form_code, period), as_of)
        if latest is None:
            continue
        for key, cell in workspace.store.filled_form(latest.key).cells.items():
            found.setdefault(key, []).insert(0, PastFigure(period, cell.value))
    return found
