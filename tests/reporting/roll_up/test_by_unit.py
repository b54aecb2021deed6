"""A province's II.06a: a line for each unit below with its true figures, one that says why it is empty, and the total."""

import shutil
from pathlib import Path

import pytest

from baocao.catalogue import MissingMode
from baocao.domain import CellStatus, Outcome
from baocao.settings import CHECKOUT_DIR
from reporting.outcome import RunResult
from reporting.pipeline import run_from_payloads
from sandbox.server import RunningSandbox
from sandbox.world.data_sets import data_set
from sandbox.world.periods import window
from sandbox.world.truth_resolving import count_resolving
from tests.reporting.roll_up.land import NAME
from tests.reporting.roll_up.made import PERIOD, Land, found_land, province

MADE, LEFT_OUT = ("don-vi-001", "don-vi-002"), "don-vi-003"


@pytest.fixture
def by_unit(tmp_path: Path, province_sandbox: RunningSandbox, credentials: None) -> Land:
    """Three communes below the province, two of which have made the form; it is the only one owed."""
    land = found_land(tmp_path, province_sandbox.url, NAME, province(3))
    for path in (land.config_dir / "forms").iterdir():
        path.unlink()
    shutil.copy(CHECKOUT_DIR / "config" / "forms" / "2020-ii-06a-vpcp.yaml", land.config_dir / "forms")
    land.make(MADE)
    return land


def roll_up(land: Land) -> RunResult:
    return land.roll_up(mode=MissingMode.PARTIAL)


def test_each_unit_has_its_line_with_its_own_figures_and_a_missing_one_says_so(by_unit: Land) -> None:
    result = roll_up(by_unit)
    filled, chosen = result.report.filled, data_set(NAME)
    lines = [(line.key, line.order) for line in filled.lines]
    assert lines == [(MADE[0], "1"), (MADE[1], "2"), (LEFT_OUT, "3"), ("tong-cong", "")]
    whole: dict[str, int] = {"4": 0, "8": 0, "13": 0}
    names = {"4": "all_received_online_count", "8": "all_resolved_early_count", "13": "all_pending_overdue_count"}
    for unit in MADE:
        true = count_resolving(chosen, (unit,), window(PERIOD), int(chosen.now.timestamp()))
        for column, code in names.items():
            assert filled.cells[f"{unit}/{column}"].value == true[code], (unit, column)
            whole[column] += true[code]
    assert {column: filled.cells[f"tong-cong/{column}"].value for column in whole} == whole
    assert min(whole.values()) > 0
    empty = filled.cells[f"{LEFT_OUT}/3"]
    assert (empty.status, empty.note) == (CellStatus.NOT_COLLECTED, "Chưa có số liệu của đơn vị: chưa có báo cáo")


def test_a_missing_unit_is_one_finding_named_by_its_line(by_unit: Land) -> None:
    found = [one for one in roll_up(by_unit).report.checks if one.outcome is Outcome.FAIL]
    (missing,) = [one for one in found if one.check == "form.not_collected"]
    name = by_unit_name(by_unit)
    assert missing.message_vi.startswith(f"Cột 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13: Dòng {name}, cột 3")
    assert not [one for one in found if one.check in ("form.column_total", "form.total_equals_parts")]


def by_unit_name(land: Land) -> str:
    with land.open() as workspace:
        return workspace.catalogue.units[LEFT_OUT].name


def test_a_roll_up_by_unit_is_made_again_to_the_cell(by_unit: Land) -> None:
    first = roll_up(by_unit)
    with by_unit.open() as workspace:
        again = run_from_payloads(workspace, first.plan, first.vintage)
    assert again.report.filled.cells == first.report.filled.cells
    assert again.report.filled.lines == first.report.filled.lines
