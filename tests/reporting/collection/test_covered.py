"""What is said of how whole the sources' answers are: in the report's files, in a replay, at a release."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from sqlalchemy import create_engine, text

from baocao.domain import CellStatus, FormMark
from baocao.errors import ReleaseError
from reporting.outcome import RunResult
from reporting.pipeline import run_from_payloads
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish
from tests.connectors.files.test_spreadsheet import HEADER, OPTIONS, TITLES, as_xlsx
from tests.connectors.files.test_whole_tables import rows
from tests.reporting.conftest import NOW, Office, form_key, plan_of

LAN, MINH = StepRequest("lan"), StepRequest("minh")
SYSTEM_CELLS = ("4.2", "4.2.1", "4.2.2", "4.3", "4.3.1", "4.3.2", "4.4", "4.4.1", "4.4.2")
WHOLE_VI = "15/09/2025 – 14/12/2025 (đủ 91 ngày)"


def use_export(office: Office, folder: Path, total: int | None = 40, saved_at: datetime = NOW) -> None:
    """The unit's one-stop shop has no way out but an export, saved at some time, with or without a total row."""
    folder.mkdir(exist_ok=True)
    table = [*TITLES, HEADER, *rows(40), *([["Tổng cộng", total]] if total is not None else [])]
    (folder / "quy-4.xlsx").write_bytes(as_xlsx(table))
    os.utime(folder / "quy-4.xlsx", (saved_at.timestamp(),) * 2)
    sources, units = (
        yaml.safe_load((office.config_dir / n).read_text("utf-8")) for n in ("sources.yaml", "units.yaml")
    )
    sources["sources"]["one_stop_export"] = {
        "label": "Bảng xuất từ phần mềm một cửa", "system": "one_stop", "connector": "spreadsheet",
        "options": {**OPTIONS, "folder": str(folder)},
    }  # fmt: skip
    keys = units["units"]["dac-khu"]["source_keys"]
    keys.pop("one_stop_igate", None)
    keys["one_stop_export"] = "dac-khu"
    for name, content in (("sources.yaml", sources), ("units.yaml", units)):
        (office.config_dir / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def coverage_of(result: RunResult, source_code: str) -> dict[str, Any]:
    return next(one for one in result.as_json()["coverage"] if one["source"] == source_code)


def test_every_source_says_which_days_it_covers_and_what_proves_it(small_office: Office) -> None:
    result = small_office.run()
    told = {one["source"]: one for one in result.as_json()["coverage"]}
    assert set(told) == {"documents_qlvb", "one_stop_igate", "portal_dvcqg"}
    assert told["one_stop_igate"]["proved"] is True
    assert told["one_stop_igate"]["missing"] == []
    assert told["one_stop_igate"]["says_vi"].startswith(f"{WHOLE_VI}; tổng số nguồn nêu")
    assert told["portal_dvcqg"]["says_vi"].startswith("số liệu thời điểm, lấy lúc 07:00 15/12/2025; ")
    manifest = json.loads((small_office.out / "manifest.json").read_text("utf-8"))
    assert manifest["coverage"] == result.as_json()["coverage"]
    assert WHOLE_VI in (small_office.out / "checks.html").read_text("utf-8")
    sheet = openpyxl.load_workbook(small_office.out / "form.xlsx")["Nguồn số liệu"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Ngày đã có, chứng minh là đủ")
    said = {row[0].value: row[column - 1].value for row in sheet.iter_rows(min_row=2)}
    assert said["4.3.1"].startswith(f"one_stop_igate: {WHOLE_VI}; tổng số nguồn nêu")


def test_a_replay_of_the_kept_answers_covers_the_same(small_office: Office) -> None:
    first = small_office.run()
    with small_office.open(now=NOW + timedelta(days=90)) as workspace:
        again = run_from_payloads(workspace, plan_of(workspace), first.vintage)
        kept = workspace.store.contents.coverages(again.vintage)
    assert kept == again.report.coverages == first.report.coverages


def test_an_export_saved_before_the_periods_last_days_gives_no_figure(small_office: Office, tmp_path: Path) -> None:
    use_export(small_office, tmp_path / "xuat", saved_at=datetime(2025, 12, 11, 3, tzinfo=UTC))
    result = small_office.run()
    cells = result.report.filled.cells
    assert {cells[key].status for key in SYSTEM_CELLS} == {CellStatus.INCOMPLETE}
    assert {cells[key].display for key in SYSTEM_CELLS} == {""}
    assert "chưa cho số liệu ngày 11/12/2025 – 14/12/2025" in cells["4.3.1"].note
    assert (result.exit_code, result.report.filled.status) == (11, FormMark.DRAFT)
    assert set(SYSTEM_CELLS) <= set(result.missing)
    told = [one for one in result.failed_checks if one.check == "form.not_collected" and one.cells == ("4.3.1",)]
    assert "chưa thu thập đủ từ Bảng xuất từ phần mềm một cửa" in told[0].message_vi
    assert coverage_of(result, "one_stop_export")["missing"] == [["2025-12-11", "2025-12-14"]]
    use_export(small_office, tmp_path / "xuat")
    assert small_office.run().report.filled.cells["4.3.1"].value == 40


def test_answers_kept_for_other_days_fill_no_period_with_more(small_office: Office) -> None:
    first = small_office.run()
    with small_office.open() as workspace:
        plan = plan_of(workspace)
        longer = plan.window.widened(before=3)
        again = run_from_payloads(workspace, replace(plan, window=longer), first.vintage)
    cell = again.report.filled.cells["4.3.1"]
    assert (cell.status, cell.display) == (CellStatus.INCOMPLETE, "")
    assert cell.note.endswith("chưa cho số liệu ngày 12/09/2025 – 14/09/2025")


def test_what_nothing_proves_is_told_to_whoever_approves_and_stands_in_the_log(
    small_office: Office, tmp_path: Path
) -> None:
    use_export(small_office, tmp_path / "xuat", total=None)
    assert small_office.run().exit_code == 0
    with small_office.open() as workspace:
        key = form_key(workspace)
        proposal = prepare(workspace, key, LAN).proposal
        approve(workspace, key, MINH)
        release = publish(workspace, key, MINH).release
    assert proposal is not None
    assert release is not None
    for entry in (proposal, release):
        said = {one["source"]: one for one in entry.content["coverage"]}
        assert said["one_stop_export"]["proved"] is False
        assert said["one_stop_export"]["says_vi"] == (
            f"{WHOLE_VI}; chưa chứng minh được là đủ: quy-4.xlsx, trang tính 'Sheet1' không có dòng tổng cộng để đối chiếu"
        )
        assert said["documents_qlvb"]["proved"] is True


def test_what_is_proved_not_to_be_whole_is_never_released(small_office: Office, tmp_path: Path) -> None:
    use_export(small_office, tmp_path / "xuat", total=41)
    result = small_office.run()
    assert result.exit_code == 20
    assert coverage_of(result, "one_stop_export")["says_vi"].endswith(
        "quy-4.xlsx, trang tính 'Sheet1': 40/41 – KHÔNG KHỚP"
    )
    with small_office.open() as workspace, pytest.raises(ReleaseError, match=r"records\.proved_whole"):
        prepare(workspace, form_key(workspace), StepRequest("lan", reason="gấp", early=True))


def test_a_vintage_of_before_says_that_it_is_not_known(made: Office) -> None:
    with create_engine(made.database_url).begin() as connection:
        connection.execute(text("DELETE FROM coverage"))
    with made.open() as workspace:
        proposal = prepare(workspace, form_key(workspace), LAN).proposal
    assert proposal is not None
    assert {one["says_vi"] for one in proposal.content["coverage"]} == {"không rõ (lần lập trước khi có ghi nhận này)"}
    assert {one["source"] for one in proposal.content["coverage"]} == {
        "documents_qlvb", "one_stop_igate", "portal_dvcqg"
    }  # fmt: skip
