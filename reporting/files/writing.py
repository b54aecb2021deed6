"""The files of a report, where design says they lie: written whole, or not at all."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue
from baocao.disk import telling_disk_errors
from baocao.documents.evidence import Evidence, PastFigure
from baocao.documents.export_indicators import PERIOD_IDS, write_indicators
from baocao.documents.folders import replacing
from baocao.documents.form_json import write_checks_json
from baocao.documents.layout import VERSION
from baocao.documents.manifest import MANIFEST_NAME, build_manifest, write_manifest
from baocao.domain import Period
from baocao.store import FormKey, Store, VintageKey
from reporting.collection.handed_forms import find_handed
from reporting.collection.typing_in import find_typed
from reporting.configurations import keep_configuration
from reporting.files.covering import describe_coverages
from reporting.files.passports import build_passports
from reporting.log.run_log import step
from reporting.plan import Plan
from reporting.report import Report
from reporting.standing import find_standing
from reporting.workspace import Workspace, code_version, form_dir

if TYPE_CHECKING:
    from baocao.documents.writing import CoveringReport

CHECKS_NAME = "checks.json"
CHECKS_PAGE_NAME = "checks.html"
EXPORT_NAME = "indicators.json"
PERIODS_BACK = 7


@dataclass(frozen=True)
class Circumstances:
    """What a file says of how it was made besides its figures; taken from an earlier manifest to make the file again.

    `history` maps earlier periods to the vintages their figures are taken from; `layout` is the version of the page.
    """

    made_by: str
    history: Mapping[str, int]
    layout: int = field(default_factory=lambda: VERSION)

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "Circumstances":
        return cls(manifest["code_version"], manifest["history"], manifest.get("layout", 1))


@step("write")
def write_files(
    workspace: Workspace,
    plan: Plan,
    report: Report,
    vintage: VintageKey,
    folder: Path | None = None,
    circumstances: Circumstances | None = None,
) -> dict[str, str]:
    """Write every document and the manifest into the folder; return file name → path.

    By default into the form's own, which then changes all at once.
    """
    keep_configuration(workspace)
    if folder is not None:
        names = _write(workspace, plan, report, vintage, folder, circumstances)
    else:
        folder = choose_folder(workspace, vintage)
        with telling_disk_errors(folder), replacing(folder, workspace.settings.out_dir) as staged:
            names = _write(workspace, plan, report, vintage, staged, circumstances)
    return {name: str(folder / name) for name in names}


def _write(
    workspace: Workspace,
    plan: Plan,
    report: Report,
    vintage: VintageKey,
    folder: Path,
    circumstances: Circumstances | None,
) -> tuple[str, ...]:
    from baocao.documents.fonts import times_family
    from baocao.documents.writing import write_documents

    around = circumstances or Circumstances(code_version(), find_history(workspace.store, plan, report.known_at))
    collections = workspace.store.collections.list(vintage)
    typed, handed = find_typed(workspace.store, collections), find_handed(workspace.store, collections)
    figures = typed.figures if typed else {}
    passports = build_passports(
        workspace.catalogue, report.filled, report.observations, collections, figures, report.coverages
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
        history=past_figures(workspace.store, plan, around.history),
        template=workspace.catalogue.config_dir / plan.form.word_template if plan.form.word_template else None,
        covering=_find_covering(workspace.catalogue, plan) if plan.form.covering_report else None,
        layout_version=around.layout,
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
        code_version=around.made_by,
        config_hash=workspace.catalogue.content_hash,
        pdf_font=times_family(),
        history=around.history,
        layout=around.layout if plan.form.matrix is not None else 1,
        typed_in=typed.as_json(report.observations) if typed else None,
        handed_in=handed.as_json() if handed else None,
        coverage=describe_coverages(report.coverages, collections, plan.unit.unit_code),
    )
    write_manifest(manifest, folder)
    return (*hashes, MANIFEST_NAME)


def _find_covering(catalogue: Catalogue, plan: Plan) -> "CoveringReport":
    """The periods the report compares with that were on another version of the form, by the configuration alone."""
    from baocao.documents.writing import CoveringReport

    other: dict[Period, str] = {}
    for period in (plan.period.predecessor, plan.period.same_period_last_year):
        with suppress(ValueError):  # the regime has no such period
            end_on = catalogue.calendar.window(plan.regime, period).end_on
            form = catalogue.series_on(plan.form.series_code, end_on)
            if form is not None and form.form_code != plan.form.form_code:
                other[period] = form.appendix
    template = plan.unit.covering_template
    return CoveringReport(catalogue.config_dir / template if template else None, other)


def _write_checks(workspace: Workspace, plan: Plan, report: Report, folder: Path) -> dict[str, str]:
    """For programs and for people; file name → SHA-256."""
    from baocao.documents.checks_html import write_checks_html

    coverages = {workspace.catalogue.source(one.source_code).label: one for one in report.coverages}
    evidence = Evidence(report.checks, owners=workspace.catalogue.owners, coverages=coverages)
    page, draft = folder / CHECKS_PAGE_NAME, not report.is_releasable
    return {
        CHECKS_NAME: write_checks_json(report.checks, folder / CHECKS_NAME),
        CHECKS_PAGE_NAME: write_checks_html(report.filled, plan.form, page, evidence, draft=draft),
    }


def choose_folder(workspace: Workspace, vintage: VintageKey) -> Path:
    """The form's own folder; below it, by number, once a release is there that nothing may overwrite."""
    folder = form_dir(workspace.settings.out_dir, vintage.form_key)
    is_locked = find_standing(workspace.store, vintage.form_key).is_locked
    return folder / f"v{vintage.vintage}" if is_locked else folder


def find_history(store: Store, plan: Plan, as_of: datetime) -> dict[str, int]:
    """The last periods' vintages on the same form by period, the newest period first, as known then."""
    found: dict[str, int] = {}
    period = plan.period
    for _ in range(PERIODS_BACK):
        period = period.predecessor
        latest = store.vintages.find_latest(FormKey(plan.unit.unit_code, plan.form.form_code, period), as_of)
        if latest is not None:
            found[period.code] = latest.key.vintage
    return found


def past_figures(store: Store, plan: Plan, history: Mapping[str, int]) -> dict[str, list[PastFigure]]:
    """The figures of these vintages by row number, the oldest period first."""
    found: dict[str, list[PastFigure]] = {}
    for period, number in sorted((Period.parse(code), number) for code, number in history.items()):
        past = VintageKey(plan.unit.unit_code, plan.form.form_code, period, number)
        for key, cell in store.contents.filled_form(past).cells.items():
            found.setdefault(key, []).append(PastFigure(period, cell.value))
    return found
