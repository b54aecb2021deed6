"""The grid as whoever chases the units reads it: who is where, what is late, what to do now."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from baocao.calendar import say_days_left
from baocao.domain import FormStage, System
from baocao.errors import ConfigError
from reporting.pipeline import run_from_sources
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish
from reporting.status.columns import COLUMNS
from reporting.status.grid import read_grid
from reporting.status.page import render_page
from reporting.status.rows import GridRow, Urgency
from reporting.status.words import next_step
from sandbox.server import RunningSandbox
from tests.reporting.roll_up.made import PERIOD, Land, form_key, numbered, plan_of, province

FRIDAY = datetime(2025, 12, 19, 2, tzinfo=UTC)


def grid(land: Land, period: str | None = PERIOD, now: datetime | None = None) -> dict[str, GridRow]:
    with land.open(now) as workspace:
        return {f"{row.unit.unit_code} {row.period}": row for row in read_grid(workspace, period)}


def test_every_form_stands_at_its_step_with_the_next_one_named(land: Land) -> None:
    land.settle({**province(6), "don-vi-007": numbered(7)})
    with land.open() as workspace:
        for unit, steps in (("don-vi-001", 3), ("don-vi-002", 2), ("don-vi-003", 1)):
            key = form_key(workspace, unit)
            for step, by in ((prepare, "lan"), (approve, "minh"), (publish, "minh"))[:steps]:
                step(workspace, key, StepRequest(by, "chốt"))
    rows = grid(land)
    stages = {code.split()[0]: row.stage for code, row in rows.items()}
    assert stages == {
        "tinh": FormStage.OPEN, "don-vi-001": FormStage.RELEASED, "don-vi-002": FormStage.APPROVED,
        "don-vi-003": FormStage.SUBMITTED,        "don-vi-004": FormStage.READY, "don-vi-005": FormStage.READY, "don-vi-006": FormStage.READY,
        "don-vi-007": FormStage.OPEN,
    }  # fmt: skip
    assert str(next_step(rows["tinh 2025-Q4"])) == "tổng hợp: baocao run 2025-Q4 --unit tinh"
    assert (
        str(next_step(rows["don-vi-002 2025-Q4"]))
        == "phát hành: baocao release publish 2025-Q4 --unit don-vi-002 --form 2025-bieu-mau-7"
    )
    assert str(next_step(rows["don-vi-007 2025-Q4"])) == "chạy: baocao run 2025-Q4 --unit don-vi-007"


def test_a_source_that_failed_is_named_with_what_to_do(land: Land, province_sandbox: RunningSandbox) -> None:
    province_sandbox.set_fault("one_stop", "wrong_password")
    try:
        with land.open() as workspace:
            run_from_sources(workspace, (plan_of(workspace, "don-vi-001"),), late_stocks=True)[0]
    finally:
        province_sandbox.clear_faults()
    row = grid(land)["don-vi-001 2025-Q4"]
    assert row.systems[System.ONE_STOP].word == "lỗi"
    assert row.systems[System.DOCUMENTS].word == "đủ"
    assert row.stage is FormStage.DRAFTED
    assert str(next_step(row)) == "Hệ thống một cửa điện tử (VNPT iGate 2): xin cấp lại tài khoản, rồi chạy lại"


def test_days_left_are_working_days_and_a_late_form_says_so(land: Land) -> None:
    """Communes are due on Thursday 18/12/2025, the province on Thursday 25/12/2025."""
    rows = grid(land, now=FRIDAY)
    late, due = rows["don-vi-001 2025-Q4"], rows["tinh 2025-Q4"]
    assert (late.days_left, late.urgency, say_days_left(late.days_left)) == (
        -1,
        Urgency.LATE,
        "quá hạn 1 ngày làm việc",
    )
    assert (due.days_left, due.urgency, say_days_left(due.days_left)) == (4, Urgency.OPEN, "còn 4 ngày làm việc")


def test_without_a_period_it_shows_the_one_that_ended_and_the_one_under_way(land: Land) -> None:
    rows = grid(land, None, FRIDAY)
    assert {row.period.code for row in rows.values()} == {"2025-Q4", "2026-Q1"}
    assert str(next_step(rows["don-vi-001 2026-Q1"])) == "kỳ chưa khép lại; chưa phải làm gì"


def test_a_period_nobody_owes_is_refused_in_a_sentence(land: Land) -> None:
    for wrong, says in (("2025-Q9", "“2025-Q9”"), ("2019-Q1", "không đơn vị nào trong units.yaml phải báo cáo kỳ này")):
        with pytest.raises(ConfigError, match=says):
            grid(land, wrong)


def test_as_many_questions_are_asked_for_six_units_as_for_two(land: Land) -> None:
    def questions() -> int:
        asked: list[str] = []
        with land.open() as workspace:
            engine = workspace.store._database.engine
            event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
            read_grid(workspace, PERIOD)
        return sum(statement.lstrip().upper().startswith("SELECT") for statement in asked)

    many = questions()
    land.settle(province(2))
    assert questions() == many <= 5


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(land: Land, tmp_path: Path) -> None:
    units = province(6)
    units["don-vi-001"]["name"] = "UBND <script>alert(1)</script>"
    land.settle(units)
    with land.open(FRIDAY) as workspace:
        page = render_page(read_grid(workspace, None), FRIDAY)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert not re.search(r'(src|href)="|url\(|@import', page)
    heads = (f"<th>{column.head}</th>" for column in COLUMNS)
    for words in ("Quý IV năm 2025", "quá hạn 1 ngày làm việc", "0/7", "baocao run 2025-Q4 --unit tinh", *heads):
        assert words in page
