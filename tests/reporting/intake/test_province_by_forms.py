"""A province of ten units, four of them without systems, closes a quarter by the forms those hand in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml

from baocao.catalogue import Catalogue, MissingMode
from baocao.domain import CellStatus, FormStage, Outcome
from reporting.history.explaining import read_explained
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.history.showing import VintageChoice, find_shown
from reporting.intake.given_file import GivenFile
from reporting.intake.handing_in import hand_in
from reporting.intake.replying import HandInAnswer
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish
from reporting.release.verifying import verify
from reporting.roll_up.below import read_lines
from reporting.status.grid import read_grid
from reporting.watch.daily import watch_day
from reporting.workspace import Workspace
from sandbox.world.truth import true_province_figures
from tests.conformance.made import NEW_FIGURES
from tests.conformance.renderers import to_word
from tests.reporting.intake.forms import make_form
from tests.reporting.roll_up.land import NAME
from tests.reporting.roll_up.made import PERIOD, Land, failed, form_key, plan_of, province

PAPER = {f"xa-giay-{number}": f"UBND xã Giấy số {number}" for number in range(1, 5)}
IN_TIME, LATE = datetime(2025, 12, 17, 2, tzinfo=UTC), datetime(2025, 12, 19, 2, tzinfo=UTC)
"""Communes are due on Thursday 18/12/2025."""
CONNECTED = (
    "architecture_updated_code", "periodic_reports_due_count", "periodic_reports_sent_count", "departments_count",
    "departments_connected_count", "communes_count", "communes_connected_count",
)  # fmt: skip
"""What the province itself types in."""
ONLINE, ALL = "dossiers_full_online_count", "dossiers_full_count"


@pytest.fixture
def ten(land: Land) -> Land:
    paper = {
        code: {"name": name, "tier": "commune", "parent": "tinh", "valid_from": "2025-07-01"}
        for code, name in PAPER.items()
    }
    units = province(6)
    units["don-vi-001"]["tier"] = "department"
    land.settle({**units, **paper})
    manual = land.config_dir / "manual" / "tinh"
    manual.mkdir(parents=True)
    figures = dict.fromkeys(CONNECTED, 1)
    given = {"given_by": "Văn phòng", "given_on": "2025-12-12", "evidence": "Sổ theo dõi"}
    text = yaml.safe_dump({"figures": {code: {"value": value, **given} for code, value in figures.items()}})
    (manual / f"{PERIOD}.yaml").write_text(text, encoding="utf-8")
    return land


def give(land: Land, catalogue: Catalogue, code: str, now: datetime, **changes: Any) -> HandInAnswer:
    content = to_word(make_form(catalogue, PAPER[code], **changes))
    with land.open(now) as workspace:
        return hand_in(workspace, GivenFile(content, ".docx", code, PERIOD))


def standings(workspace: Workspace) -> Iterator[tuple[str, FormStage, str]]:
    for row in read_grid(workspace, PERIOD):
        if row.unit.unit_code in PAPER:
            yield row.unit.unit_code, row.stage, row.hand_in_word


def release(land: Land, unit: str, now: datetime) -> None:
    with land.open(now) as workspace:
        key = form_key(workspace, unit)
        for step, by in ((prepare, "lan"), (approve, "minh"), (publish, "minh")):
            step(workspace, key, StepRequest(by, "chốt quý", early=True))


def test_ten_units_close_a_quarter(ten: Land, catalogue: Catalogue) -> None:
    one, two, three, four = PAPER
    assert give(ten, catalogue, one, IN_TIME).exit_code == 0
    sent_back = give(ten, catalogue, two, IN_TIME, written={"4.3.2": "95.300", "4.3": "56,94"})
    assert (sent_back.exit_code, sent_back.given.is_accepted) == (20, False)
    first = give(ten, catalogue, four, IN_TIME)
    again = give(ten, catalogue, four, IN_TIME, figures={ALL: 17_000})
    assert (first.result, again.result) != (None, None)
    assert {one.cell.number for one in again.changed} == {"4.3", "4.3.1"}
    with ten.open(LATE) as workspace:
        assert list(standings(workspace)) == [
            (one, FormStage.READY, "đã nhận biểu lần 1"),
            (two, FormStage.OPEN, "đã gửi trả biểu lần 1"),
            (three, FormStage.OPEN, "chưa nộp biểu"),
            (four, FormStage.READY, "đã nhận biểu lần 2"),
        ]
        watched = watch_day(workspace, PERIOD, two)
        assert [item.text_vi for item in watched.missing] == ["Biểu mẫu 7 nộp lần 1 đã gửi trả, chưa nộp lại."]
        overdue = [change.incident.subject_vi for change in watched.overdue]
        assert overdue == [f"{PAPER[two]} chưa lập báo cáo Quý IV năm 2025"]
    assert give(ten, catalogue, two, LATE).given.number == 2
    assert give(ten, catalogue, three, LATE).exit_code == 0

    rolled_up = ten.roll_up(mode=MissingMode.PARTIAL)
    assert failed(rolled_up)["roll_up.units_complete"] == "warning"
    (lacking,) = (one for one in rolled_up.report.checks if one.check == "roll_up.units_complete")
    assert f"{PAPER[four]} (" in lacking.message_vi
    assert "; có con số nhưng không có danh sách để đếm lại ô 4.1.1, 4.1.2, 4.2.1, " in lacking.message_vi
    assert "thiếu một số số liệu" not in lacking.message_vi
    truth = true_province_figures(NAME, PERIOD)
    online, whole = (truth[code] for code in (ONLINE, ALL))
    assert online is not None
    assert whole is not None
    cells = rolled_up.report.filled.cells
    online, whole = online + 4 * NEW_FIGURES[ONLINE], whole + 3 * NEW_FIGURES[ALL] + 17_000
    assert (cells["4.3.2"].value, cells["4.3.1"].value) == (online, whole)
    assert cells["4.3"].value == (Decimal(online) * 100 / Decimal(whole)).quantize(Decimal("0.01"))
    assert cells["4.3.1"].status is CellStatus.REPORTED
    assert "Thiếu 4/10 đơn vị" in cells["4.1.1"].note
    unclear = {one.check: one.reason for one in rolled_up.report.checks if one.outcome is Outcome.NOT_EVALUABLE}
    assert unclear["balance.part_within_whole"] == "các số liệu này cộng từ số của những đơn vị khác nhau"
    with ten.open() as workspace:
        shown = find_shown(workspace.store, form_key(workspace, "tinh"), VintageChoice())
        explained = read_explained(workspace, shown, "4.3.1")
        lines = read_lines(workspace, explained.collections, explained.cell.indicator_code)
        assert {line.unit_code: line.value for line in lines}[four] == Decimal(17_000)
    for unit in (*PAPER, "tinh"):
        release(ten, unit, LATE)
    with ten.open(LATE) as workspace:
        stages = {row.unit.unit_code: row.stage for row in read_grid(workspace, PERIOD)}
        assert {stages[unit] for unit in (*PAPER, "tinh")} == {FormStage.RELEASED}
        again_made = rerun(workspace, plan_of(workspace, four), PAYLOADS)
        assert again_made.changed == ()
        assert not again_made.other_files
        assert verify(workspace.store, workspace.settings.out_dir).findings == ()
