"""A form before it is in force: empty as it will be printed, and filled with what was kept of a past period."""

from dataclasses import dataclass
from pathlib import Path

from baocao.catalogue import Catalogue, Form
from baocao.domain import Cell, CellStatus, FilledForm, FormMark
from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.messages import say_unknown
from baocao.store import VintageKey
from reporting.gathering import gather_from_payloads
from reporting.past import EarlierFigures
from reporting.pipeline import count
from reporting.plan import Plan, make_plan
from reporting.report import Report
from reporting.report_input import list_coverages
from reporting.suites import run_suites
from reporting.workspace import Workspace


@dataclass(frozen=True)
class FilledPreview:
    """The form over the answers kept of one vintage."""

    plan: Plan
    report: Report
    kept: VintageKey


def read_with_draft(config_dir: Path, asked: str) -> tuple[Catalogue, Form]:
    """The configuration with a draft's folder laid over it, and the form meant; of a code, the form of that code.

    Raise ConfigError with every mistake of the files, or where neither a folder nor a form is of that name.
    """
    folder = Path(asked)
    if (folder / "forms").is_dir():
        catalogue = Catalogue.read(config_dir, folder)
        code = next(iter(sorted(path.stem for path in (folder / "forms").glob("*.yaml"))), "")
        return catalogue, catalogue.form(code)
    catalogue = Catalogue.read(config_dir)
    if asked not in catalogue.forms:
        raise ConfigError(say_unknown("biểu mẫu hay thư mục bản thảo", asked, catalogue.forms))
    return catalogue, catalogue.form(asked)


def leave_empty(form: Form) -> FilledForm:
    """The form with no figure in it, and nothing said of that."""
    lines = form.matrix.fixed_lines() if form.matrix is not None else ()
    cells = {row.key: Cell(row.key, None, "", CellStatus.HEADING) for row in form.rows}
    return FilledForm(form.form_code, "", "", None, None, FormMark.UNMARKED, cells, lines=lines)


def fill_from_past(workspace: Workspace, form: Form, unit_code: str, period_code: str) -> FilledPreview:
    """Counted anew from what was kept, and checked but for its own past, which a new form has none of; nobody is asked,
    nothing is kept. Raise ConfigError where nothing was kept.
    """
    plan = make_plan(workspace.catalogue, unit_code, period_code, form.form_code, workspace.settings.now())
    kept = _find_kept(workspace, plan)
    gathered = gather_from_payloads(workspace, plan, kept)
    observations, filled = count(workspace.catalogue, plan, gathered, kept.vintage)
    checks = run_suites(workspace.catalogue, plan, gathered, observations, filled, EarlierFigures())
    return FilledPreview(plan, Report(observations, filled, checks, list_coverages(plan, gathered)), kept)


def _find_kept(workspace: Workspace, plan: Plan) -> VintageKey:
    """The last whole vintage of the unit's period, of a form of the same series before others."""
    states = [
        state
        for state in workspace.store.vintages.list_states([plan.period])
        if state.whole is not None and state.form_key.unit_code == plan.unit.unit_code
    ]
    if not states:
        run = hint("run", plan.period.code, unit=plan.unit.unit_code)
        raise ConfigError(f"{plan.unit.name} chưa có số liệu nào được giữ của kỳ {plan.period}; lập trước bằng: {run}")
    forms = workspace.catalogue.forms

    def is_of_series(code: str) -> bool:
        return code in forms and forms[code].series_code == plan.form.series_code

    best = max(states, key=lambda state: is_of_series(state.form_key.form_code))
    key = best.form_key
    assert best.whole is not None
    return VintageKey(key.unit_code, key.form_code, key.period, best.whole)
