"""A province's II.06a: a line for each unit below with its true figures, one that says why it is empty, and the total."""

import shutil
from pathlib import Path

import pytest
import yaml

from baocao.catalogue import MissingMode
from baocao.domain import CellStatus, Outcome
from baocao.settings import CHECKOUT_DIR
from reporting.history.correcting import CorrectionRequest, write_correction
from reporting.history.rerunning import PAYLOADS, SOURCES, rerun
from reporting.intake.blank_forms import make_blank
from reporting.intake.handing_in import GivenFile, hand_in
from reporting.outcome import RunResult
from reporting.pipeline import run_from_payloads
from sandbox.server import RunningSandbox
from sandbox.world.data_sets import data_set
from sandbox.world.periods import window
from sandbox.world.truth_resolving import count_resolving
from tests.reporting.intake.test_matrix_handed_in import fill_word
from tests.reporting.roll_up.land import NAME
from tests.reporting.roll_up.made import PERIOD, Land, found_land, plan_of, province

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


PAPER = "xa-giay"
ON_PAPER = {
    "Hộ tịch": "24 14 10 0 18 15 3 0 6 0 6",
    "Đất đai": "1310 900 409 1 1205 1100 5 100 105 2 103",
    "Tổng cộng": "1334 914 419 1 1223 1115 8 100 111 2 109",
}


@pytest.fixture
def with_paper(by_unit: Land) -> Land:
    """One more commune below, which has no system and hands in the Word form it filled."""
    path = by_unit.config_dir / "units.yaml"
    units = yaml.safe_load(path.read_text(encoding="utf-8"))["units"]
    units[PAPER] = {"name": "UBND xã Giấy", "tier": "commune", "parent": "tinh", "valid_from": "2025-07-01"}
    by_unit.settle(units)
    form = "2020-ii-06a-vpcp"
    with by_unit.open() as workspace:
        blank = make_blank(workspace.catalogue, form, PAPER, PERIOD)
        content = fill_word(next(one for name, one in blank.items() if name.endswith("docx")), ON_PAPER)
        answer = hand_in(workspace, GivenFile(content, ".docx", PAPER, PERIOD))
        assert answer.given.is_accepted, answer.says_vi
    return by_unit


def test_a_unit_that_handed_in_its_form_has_its_line_with_every_column_it_wrote(with_paper: Land) -> None:
    cells = roll_up(with_paper).report.filled.cells
    given = dict(zip(map(str, range(3, 14)), map(int, ON_PAPER["Tổng cộng"].split()), strict=True))
    assert {column: cells[f"{PAPER}/{column}"].value for column in given} == given
    whole = {column: sum(cells[f"{unit}/{column}"].value or 0 for unit in (*MADE, PAPER)) for column in given}
    assert {column: cells[f"tong-cong/{column}"].value for column in given} == whole
    assert "xã Giấy" not in cells["tong-cong/9"].note
    assert LEFT_OUT in {key.partition("/")[0] for key in cells}


TYPED = {
    "form_code": "bieu-3",
    "appendix": "Biểu 3",
    "title": ["TUYÊN TRUYỀN"],
    "attached_to": "Kỳ báo cáo: {period}",
    "signature_block": False,
    "valid_from": "2020-01-01",
    "matrix": {
        "columns": [
            {"number": "1", "heads": ["Đơn vị"], "holds": "label"},
            {"number": "2", "heads": ["Số cuộc"], "indicator": "meetings_count"},
            {"number": "3", "heads": ["Hồ sơ tiếp nhận"], "indicator": "all_received_online_count"},
        ],
        "lines": [
            {"key": "toan-xa", "label": "Toàn xã", "tiers": ["commune"]},
            {"each": "unit", "tiers": ["province"]},
        ],
        "total": "Tổng cộng",
    },
}
MEETINGS = {
    "label": "Số cuộc tuyên truyền", "measure": "task", "typed": {}, "owner": "office", "legal_basis": "KH 1/KH-UBND",
}  # fmt: skip


@pytest.fixture
def typed_land(tmp_path: Path, province_sandbox: RunningSandbox, credentials: None) -> Land:
    """Two of three communes have typed in their meetings; the third has made its form without them."""
    land = found_land(tmp_path, province_sandbox.url, NAME, province(3))
    for path in (land.config_dir / "forms").iterdir():
        path.unlink()
    (land.config_dir / "forms" / "bieu-3.yaml").write_text(yaml.safe_dump(TYPED), encoding="utf-8")
    found = {"indicators": {"meetings_count": MEETINGS}}
    (land.config_dir / "indicators" / "meetings.yaml").write_text(yaml.safe_dump(found), encoding="utf-8")
    shutil.rmtree(land.config_dir / "manual", ignore_errors=True)
    for unit, value in zip(MADE, (4, 7), strict=True):
        given = {"value": value, "given_by": "Văn phòng", "given_on": "2025-12-12", "evidence": "Sổ theo dõi số 3"}
        path = land.config_dir / "manual" / unit / f"{PERIOD}.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump({"figures": {"meetings_count": given}}), encoding="utf-8")
    land.make((*MADE, LEFT_OUT))
    return land


def test_a_column_people_of_each_unit_typed_in_is_added_up_and_says_who_lacks(typed_land: Land) -> None:
    result = roll_up(typed_land)
    cells = result.report.filled.cells
    assert {unit: cells[f"{unit}/2"].value for unit in (*MADE, LEFT_OUT)} == {MADE[0]: 4, MADE[1]: 7, LEFT_OUT: None}
    assert (cells["tong-cong/2"].value, cells["tong-cong/2"].status) == (11, CellStatus.PROVISIONAL)
    assert cells["tong-cong/2"].note.startswith("Thiếu 1/3 đơn vị")
    with typed_land.open() as workspace:
        again = run_from_payloads(workspace, result.plan, result.vintage)
    assert again.report.filled.cells == cells


def test_a_correction_of_a_units_line_moves_its_cell_its_sums_and_the_total(by_unit: Land) -> None:
    first = roll_up(by_unit).report.filled.cells
    name = first_name(by_unit)
    was = int(first[f"{MADE[0]}/8"].value or 0)
    with by_unit.open() as workspace:
        plan = plan_of(workspace, "tinh")
        wish = CorrectionRequest(f"dòng {name}, cột 8", str(was), str(was - 1), "Ghi nhầm ngày", "Sổ số 12", "lan")
        write_correction(workspace, plan, wish)
    with by_unit.open() as workspace:
        done = rerun(workspace, plan_of(workspace, "tinh"), PAYLOADS)
    cells = done.result.report.filled.cells
    assert (cells[f"{MADE[0]}/8"].value, cells[f"{MADE[0]}/8"].status) == (was - 1, CellStatus.CORRECTED)
    assert cells["tong-cong/8"].value == (first["tong-cong/8"].value or 0) - 1
    assert cells[f"{MADE[1]}/8"] == first[f"{MADE[1]}/8"]
    why = {one.cell.place: [cause.text_vi for cause in one.causes] for one in done.changed}
    assert set(why) == {f"dòng {name}, cột 8", "dòng Tổng cộng, cột 8"}
    assert all(causes and "đính chính" in causes[0] for causes in why.values()), why


def first_name(land: Land) -> str:
    with land.open() as workspace:
        return workspace.catalogue.units[MADE[0]].name


def test_a_line_that_moved_says_which_form_of_its_unit_moved_it(with_paper: Land) -> None:
    roll_up(with_paper)
    moved = {
        **ON_PAPER,
        "Hộ tịch": "25 14 11 0 19 15 4 0 6 0 6",
        "Tổng cộng": "1335 914 420 1 1224 1115 9 100 111 2 109",
    }
    with with_paper.open() as workspace:
        blank = make_blank(workspace.catalogue, "2020-ii-06a-vpcp", PAPER, PERIOD)
        content = fill_word(next(one for name, one in blank.items() if name.endswith("docx")), moved)
        assert hand_in(workspace, GivenFile(content, ".docx", PAPER, PERIOD)).given.is_accepted
    with with_paper.open() as workspace:
        done = rerun(workspace, plan_of(workspace, "tinh"), SOURCES)
    why = {one.cell.place: " ".join(cause.text_vi for cause in one.causes) for one in done.changed}
    lines = {f"dòng {line}, cột {column}" for line in ("UBND xã Giấy", "Tổng cộng") for column in (3, 5, 7, 9)}
    assert lines <= set(why)
    assert all("UBND xã Giấy (lần lập 1 → lần lập 2)" in why[line] for line in lines), why
