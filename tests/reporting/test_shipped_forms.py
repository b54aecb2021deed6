"""The shipped configuration: all forms a unit owes made from one asking, their figures the sandbox's true ones."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import CellStatus, FilledForm, Outcome
from baocao.settings import CHECKOUT_DIR
from reporting.history.explaining import read_explained
from reporting.history.showing import ShownForm
from reporting.outcome import RunResult
from reporting.pipeline import run_from_payloads, run_from_sources
from reporting.plan import make_plans
from reporting.workspace import Workspace
from sandbox.server import RunningSandbox
from sandbox.world.truth_resolving import true_field_figures
from tests.reporting.conftest import PERIOD, UNIT, Office

II_06A, REFORM, DIGITAL = "2020-ii-06a-vpcp", "2025-cai-cach-hanh-chinh", "2025-bieu-mau-7"
PARTS = {
    "4": ("received_online",),
    "5": ("received_direct",),
    "6": ("carried_over",),
    "8": ("resolved_early",),
    "9": ("resolved_on_time", "resolved_no_appointment", "withdrawn"),
    "10": ("resolved_overdue",),
    "12": ("pending_not_due", "pending_no_appointment"),
    "13": ("pending_overdue",),
}
WHOLES = {"3": ("4", "5", "6"), "7": ("8", "9", "10"), "11": ("12", "13")}


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKOUT_DIR / "config", tmp_path / "config"))


@pytest.fixture
def whole_office(
    tmp_path: Path, config_dir: Path, migrated_sqlite_url: str, tiny_sandbox: RunningSandbox, credentials: None
) -> Office:
    return Office(tmp_path, config_dir, migrated_sqlite_url, tiny_sandbox.url)


def make(workspace: Workspace) -> dict[str, RunResult]:
    plans = make_plans(workspace.catalogue, UNIT, PERIOD, None, workspace.settings.now())
    results = run_from_sources(workspace, plans, late_stocks=True)
    return {result.plan.form.form_code: result for result in results}


def true_lines(catalogue: Catalogue) -> dict[str, dict[str, int]]:
    """Each field's columns by the sandbox's own pass over its dossiers, and the total's."""
    keys = {entry.label: key for key, entry in catalogue.fields.fields.items()}
    lines: dict[str, dict[str, int]] = {}
    for label, figures in true_field_figures("tiny", UNIT, PERIOD).items():
        line = {column: sum(figures.get(f"all_{n}_count", 0) for n in names) for column, names in PARTS.items()}
        lines[keys[label]] = line | {column: sum(line[part] for part in parts) for column, parts in WHOLES.items()}
    lines["tong-cong"] = {column: sum(line[column] for line in lines.values()) for column in (*PARTS, *WHOLES)}
    return lines


def figures(filled: FilledForm) -> dict[str, dict[str, Decimal | None]]:
    lines: dict[str, dict[str, Decimal | None]] = {}
    for key, cell in filled.cells.items():
        line, column = key.split("/")
        lines.setdefault(line, {})[column] = cell.value
    return lines


def test_a_unit_has_three_forms_from_one_asking_ready_and_true(whole_office: Office) -> None:
    with whole_office.open() as workspace:
        made = make(workspace)
        asked = [c.source_code for c in workspace.store.collections.list(made[II_06A].vintage)]
        alone = [c.source_code for c in workspace.store.collections.list(made[REFORM].vintage)]
        assert set(made) == {II_06A, REFORM, DIGITAL}
        matrix = made[II_06A].report
        assert [one.message_vi for one in matrix.checks if one.outcome is Outcome.FAIL] == []
        true = {line: columns for line, columns in true_lines(workspace.catalogue).items() if any(columns.values())}
        assert figures(matrix.filled) == true
        reform = made[REFORM].report.filled.cells
        assert {key: reform[key].display for key in ("1.2", "1.4", "6.1", "6.1.1", "6.1.2")} == {
            "1.2": "90,63", "1.4": "96,40", "6.1": "86,45", "6.1.1": "48.250,50", "6.1.2": "41.712,25",
        }  # fmt: skip
        assert "one_stop_igate" in asked
        assert "one_stop_igate" not in alone
        assert reform["6.1.1"].status is CellStatus.TYPED_IN


def test_a_matrix_is_made_again_from_what_is_kept_and_its_cells_are_explained(whole_office: Office) -> None:
    with whole_office.open() as workspace:
        made = make(workspace)[II_06A]
        files = {name: Path(path).read_bytes() for name, path in made.files.items() if name.startswith("form.")}
        again = run_from_payloads(workspace, made.plan, made.vintage)
        assert again.report.filled.cells == made.report.filled.cells
        vintage = workspace.store.vintages.find(made.vintage)
        filled = workspace.store.contents.filled_form(made.vintage)
        assert filled == made.report.filled
        explained = read_explained(workspace, ShownForm(vintage, filled), "dòng Hộ tịch, cột 9")
        assert explained.cell.number == "ho-tich/9"
        assert explained.passport is not None
        assert [one.indicator_code.partition("@")[2] for one in explained.passport.inputs] == ["field:ho-tich"] * 2
        assert {"form.docx", "form.pdf", "form.xlsx", "form.html", "form.json", "form.csv"} == set(files)
