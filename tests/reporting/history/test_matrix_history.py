"""A matrix form after it was made: released to the byte, corrected cell by cell, restated, backfilled, explained."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baocao.catalogue.backfill import BackfillRules
from baocao.domain import CellStatus, FormMark
from baocao.store import FormKey
from cli.main import cli
from reporting.history.backfill_jobs import plan_jobs
from reporting.history.backfilling import JobOutcome, backfill
from reporting.history.period_ranges import PeriodRange
from reporting.history.proving import prove_releases
from reporting.history.rerunning import PAYLOADS, accept_rerun, rerun
from reporting.history.showing import VintageChoice, find_shown, write_shown
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, restate
from reporting.release.verifying import verify
from sandbox.server import RunningSandbox
from sandbox.world.truth_resolving import true_field_figures
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office, form_key, plan_of
from tests.reporting.matrix_home import II_06A, copy_with_matrix_form, matrix_made, true_count
from tests.reporting.release.test_releasing import MINH, release
from tests.signed_in import sign_in

__all__ = ["matrix_made"]

FIELD, EARLY = "Đất đai", "all_resolved_early_count"
REASON = ("--reason", "Một hồ sơ ghi nhầm ngày trả", "--evidence", "Sổ tiếp nhận số 12")


@pytest.fixture
def command(matrix_made: Office, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    settings = {"HOME": matrix_made.home, "CONFIG_DIR": matrix_made.config_dir, "NOW": NOW.isoformat(), "UNIT": UNIT}
    for name, value in settings.items():
        monkeypatch.setenv(f"BAOCAO_{name}", str(value))
    return CliRunner(env={**sign_in(matrix_made, "lan"), "COLUMNS": "200"})


def correct(command: CliRunner, cell: str, said: int, should_be: int) -> Result:
    return command.invoke(cli, ["correct", PERIOD, cell, "--from", f"{said}", "--to", f"{should_be}", *REASON])


def move_one_from_early_to_on_time(command: CliRunner) -> int:
    """One dossier was given back on its very day: what column 8 says too much stands in column 9."""
    early = true_count(FIELD, EARLY)
    on_time = true_count(FIELD, "all_resolved_on_time_count")
    without = true_count(FIELD, "all_resolved_no_appointment_count")
    assert correct(command, f"dòng {FIELD}, cột 8", early, early - 1).exit_code == 0
    for code, said in (("all_resolved_on_time", on_time), ("ii_06a_resolved_on_time", on_time + without)):
        assert correct(command, f"{code}_count@field:dat-dai", said, said + 1).exit_code == 0
    return early


def out_of(office: Office) -> Path:
    return office.home / "out" / UNIT / PERIOD / II_06A


def test_a_released_matrix_comes_back_to_the_byte_and_is_proved_by_replay(
    matrix_made: Office, command: CliRunner
) -> None:
    release(matrix_made)
    shown = command.invoke(cli, ["show", PERIOD, "--as-released"])
    columns = [*range(3, 14)]
    (line,) = [one for one in shown.stdout.splitlines() if f"│ {FIELD} " in one]
    given = json.loads((out_of(matrix_made) / "form.json").read_text(encoding="utf-8"))
    assert re.findall(r"│ +(\d+) (?=│)", line)[-len(columns) :] == [
        given["cells"][f"dat-dai/{column}"]["value"] for column in columns
    ]
    assert int(given["cells"]["dat-dai/8"]["value"]) == true_count(FIELD, EARLY) > 0
    with matrix_made.open() as workspace:
        released = find_shown(workspace.store, form_key(workspace), VintageChoice(as_released=True))
        again = write_shown(workspace, released, matrix_made.home / "again")
        for name in ("form.docx", "form.pdf", "form.xlsx", "form.html", "form.csv", "form.json"):
            assert Path(again[name]).read_bytes() == (out_of(matrix_made) / name).read_bytes(), name
        proof = prove_releases(workspace, verify(workspace.store, workspace.settings.out_dir))
        assert (proof.findings, proof.replayed_count, proof.exit_code) == ((), 1, 0)


def test_what_was_released_on_an_earlier_layout_is_made_again_on_that_one(
    matrix_made: Office, command: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr("reporting.files.writing.VERSION", 1)
        release(matrix_made)
    manifest = json.loads((out_of(matrix_made) / "manifest.json").read_text(encoding="utf-8"))
    assert "layout" not in manifest
    with matrix_made.open() as workspace:
        proof = prove_releases(workspace, verify(workspace.store, workspace.settings.out_dir))
    assert (proof.findings, proof.replayed_count) == ((), 1)


def test_a_corrected_cell_is_restated_with_its_line_column_and_total(matrix_made: Office, command: CliRunner) -> None:
    release(matrix_made)
    early = move_one_from_early_to_on_time(command)
    with matrix_made.open() as workspace:
        key = form_key(workspace)
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
        cells = done.result.report.filled.cells
        whole = sum(cell.value or 0 for name, cell in cells.items() if name.endswith("/8") and "tong" not in name)
        assert (cells["dat-dai/8"].value, cells["dat-dai/8"].status) == (early - 1, CellStatus.CORRECTED)
        assert (cells["tong-cong/8"].value, cells["tong-cong/8"].status) == (whole, CellStatus.CORRECTED)
        assert done.result.exit_code == 0
        why = {one.cell.place: [cause.text_vi for cause in one.causes] for one in done.changed}
        assert set(why) == {f"dòng {line}, cột {column}" for line in (FIELD, "Tổng cộng") for column in (8, 9)}
        assert all("đính chính" in causes[0] for causes in why.values()), why
        assert "ở “Số hồ sơ đã giải quyết trước hạn, lĩnh vực Đất đai”" in why["dòng Tổng cộng, cột 8"][0]
        accept_rerun(workspace, done, StepRequest("lan", "Ghi nhầm ngày trả"))
        approve(workspace, key, MINH)
        restate(workspace, key, MINH)
        proof = prove_releases(workspace, verify(workspace.store, workspace.settings.out_dir))
        assert (proof.findings, proof.replayed_count) == ((), 2)
    form = json.loads((out_of(matrix_made) / "form.json").read_text(encoding="utf-8"))
    assert form["status"] == FormMark.RESTATED
    assert f"dòng {FIELD}, cột 8 ({early} → {early - 1})" in form["restatement_note"]
    note = (out_of(matrix_made) / "restatement.md").read_text(encoding="utf-8")
    assert f"| dòng Tổng cộng, cột 8 | Tổng cộng – Đã giải quyết – Trước hạn | {whole + 1} | {whole} |" in note


def test_a_line_nobody_had_a_dossier_of_comes_with_its_correction(matrix_made: Office, command: CliRunner) -> None:
    assert correct(command, "dòng Môi trường, cột 8", 0, 3).exit_code == 0
    with matrix_made.open() as workspace:
        cells = rerun(workspace, plan_of(workspace), PAYLOADS).result.report.filled.cells
        assert (cells["moi-truong/8"].value, cells["moi-truong/8"].status) == (3, CellStatus.CORRECTED)
        true = sum(figures.get(EARLY, 0) for figures in true_field_figures("tiny", UNIT, PERIOD).values())
        assert cells["tong-cong/8"].value == true + 3


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("dòng Tổng cộng, cột 8", "dòng này là tổng của các dòng trên; đính chính ô của dòng có số sai"),
        ("dòng Đất đai, cột 9", "ii_06a_resolved_on_time_count@field:dat-dai, all_withdrawn_count@field:dat-dai"),
        ("all_resolved_early_count@field:dat-dia", "ý bạn là “dat-dai”"),
        ("all_resolved_early_count@linh-vuc", "ghi như mã_chỉ_tiêu@field:mã_lĩnh_vực"),
    ],
)
def test_a_cell_that_cannot_be_corrected_says_which_can(command: CliRunner, cell: str, says: str) -> None:
    done = correct(command, cell, 1, 2)
    assert says in str(done.exception)


def test_a_correction_of_a_cell_ends_once_the_source_says_something_else(
    matrix_made: Office, command: CliRunner
) -> None:
    early = true_count(FIELD, EARLY)
    refused = correct(command, f"dòng {FIELD}, cột 8", early + 5, early)
    assert f"hệ thống nguồn cho {early} (lần lập 1), không phải {early + 5}" in str(refused.exception)


@pytest.mark.parametrize(
    "cell",
    [f"dòng {FIELD}, cột 8", f"Dòng {FIELD}, cột 8.", "cột 8, dòng dat dai", "dat-dai/8", f"{EARLY}@field:dat-dai"],
)
def test_a_cell_is_explained_however_it_is_called(command: CliRunner, cell: str) -> None:
    told = command.invoke(cli, ["explain", PERIOD, cell, "--records"]).stdout
    early = true_count(FIELD, EARLY)
    assert told.startswith(f"Dòng {FIELD}, cột 8: Đã giải quyết – Trước hạn\n")
    assert re.search(rf"^Số liệu: +{early} ", told, re.MULTILINE)
    assert f"lĩnh vực: {FIELD}" in told
    listed = told[told.index("lĩnh vực Đất đai: ") :].splitlines()
    assert listed[0] == f"lĩnh vực Đất đai: {early}"
    assert len(listed) == early + 2


def test_two_periods_of_a_matrix_are_backfilled_each_with_its_own_figures(
    tmp_path: Path, migrated_sqlite_url: str, tiny_sandbox: RunningSandbox, credentials: None
) -> None:
    """In the earlier one the sandbox has no dossier of the unit: nothing but a total of 0."""
    office = Office(tmp_path, copy_with_matrix_form(tmp_path / "config"), migrated_sqlite_url, tiny_sandbox.url)
    with office.open() as workspace:
        asked, unit = PeriodRange.parse("2025-Q3..2025-Q4"), workspace.catalogue.unit(UNIT)
        jobs = plan_jobs(workspace.store, workspace.catalogue, BackfillRules(), asked, [unit], None, NOW)
        ends = backfill(workspace, jobs, lambda _end: None)
        assert [(end.outcome, end.exit_code) for end in ends] == [(JobOutcome.MADE, 0)] * 2
        for end in ends:
            true = true_field_figures("tiny", UNIT, end.job.period.code)
            made = workspace.store.vintages.find_latest(FormKey(UNIT, II_06A, end.job.period))
            assert made is not None
            filled = workspace.store.contents.filled_form(made.key)
            assert {line.label for line in filled.lines} == {*true, "Tổng cộng"}
            early = {line.label: filled.cells[f"{line.key}/8"].value for line in filled.lines}
            assert early.pop("Tổng cộng") == sum(early.values())
            assert early == {field: figures.get(EARLY, 0) for field, figures in true.items()}


KEY = re.compile(r"\b[a-z]+(?:-[a-z]+)*/1?\d\b")


def test_no_command_calls_a_cell_of_a_matrix_by_its_key(matrix_made: Office, command: CliRunner) -> None:
    assert correct(command, f"dòng {FIELD}, cột 8", true_count(FIELD, EARLY), 51).exit_code == 0
    said = [
        command.invoke(cli, asked).output
        for asked in (
            ["rerun", PERIOD, "--from", "payloads"], ["checks", PERIOD], ["explain", PERIOD, f"dòng {FIELD}, cột 8"],
            ["show", PERIOD], ["show", PERIOD, "--history"], ["watch", "--on", "16/12/2025"], ["status", PERIOD],
            ["rules", "--form", II_06A],
        )
    ]  # fmt: skip
    assert [KEY.findall(text) for text in said] == [[]] * len(said)
    assert "dòng Đất đai, cột 7, 8, 9, 10" in said[5]


def test_the_rules_of_the_shipped_matrix_do_not_contradict_each_other(command: CliRunner) -> None:
    told = command.invoke(cli, ["rules", "--form", II_06A])
    assert (told.exit_code, "mâu thuẫn Dòng" in told.output) == (0, False)
