"""Many periods at once: what is missing, failed or stale of them, and nothing else."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from baocao.catalogue.backfill import BackfillRules
from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.settings import CHECKOUT_DIR
from baocao.store.leasing.holding import StoredLeases
from cli.main import cli
from reporting.history import backfilling
from reporting.history.backfill_jobs import BackfillScope, Job, JobState, Staleness, plan_jobs
from reporting.history.backfill_journal import Journal
from reporting.history.backfilling import JobEnd, JobOutcome, backfill, exit_code_of
from reporting.history.period_ranges import PeriodRange, list_reports
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.upkeep.vintage_files import catch_up
from reporting.workspace import Workspace, form_dir
from sandbox.server import RunningSandbox
from tests.baocao.store.tampering import change
from tests.reporting.conftest import NOW, UNIT, Office, form_key, plan_of
from tests.reporting.release.test_releasing import release

pytestmark = pytest.mark.usefixtures("credentials")
RANGE = PeriodRange.parse("2025-Q2..2025-Q4")
ND09 = ("Q1", "Q2", "Q3", "Q4", "H1", "H2", "9M", "year")
CCHC = ("Q1", "H1", "Q3", "year")


def jobs_of(workspace: Workspace, only: BackfillScope | None = None, since: datetime | None = None) -> tuple[Job, ...]:
    units = [workspace.catalogue.unit(code) for code in (UNIT, "xa")]
    now = workspace.settings.now()
    return plan_jobs(workspace.store, workspace.catalogue, BackfillRules(), RANGE, units, only, now, done_since=since)


def ignore(_end: JobEnd) -> None:
    pass


@pytest.mark.parametrize(
    ("text", "parts", "found"),
    [
        ("2024-Q3..2025-Q2", ND09, "2024-Q3 2024-Q4 2025-Q1 2025-Q2"),
        ("2025-Q1..2025-Q4", CCHC, "2025-Q1 2025-H1 2025-Q3 2025"),
        ("2024-H2..2025-H2", ND09, "2024-H2 2025-H1 2025-H2"),
        ("2024..2025", ND09, "2024 2025"),
        ("2025-9M", ND09, "2025-9M"),
        ("2025-9M", CCHC, ""),
    ],
)
def test_a_range_means_the_reports_the_regime_has(text: str, parts: tuple[str, ...], found: str) -> None:
    assert " ".join(period.code for period in list_reports(PeriodRange.parse(text), parts)) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2025-Q4..2025-Q1", "ghi 2025-Q1..2025-Q4"),
        ("2025-Q1..2025", "hai đầu phải cùng loại"),
        ("2025-Q7", "nhiều kỳ ghi 2024-Q1..2025-Q4"),
    ],
)
def test_a_range_that_means_nothing_is_refused_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        PeriodRange.parse(text)


def test_what_is_missing_is_made_and_the_rest_is_named(small_office: Office) -> None:
    with small_office.open() as workspace:
        jobs = jobs_of(workspace)
        assert {(job.period.part, job.unit.unit_code): job.state for job in jobs} == {
            ("Q2", UNIT): JobState.NOT_OWED, ("Q3", UNIT): JobState.MISSING, ("Q4", UNIT): JobState.MISSING,
            ("Q2", "xa"): JobState.MISSING, ("Q3", "xa"): JobState.MISSING, ("Q4", "xa"): JobState.NOT_OWED,
        }  # fmt: skip
        told: list[JobEnd] = []
        ends = backfill(workspace, tuple(job for job in jobs if job.unit.unit_code == UNIT), told.append)
        assert [end.outcome for end in ends] == [JobOutcome.NOT_OWED, JobOutcome.MADE, JobOutcome.MADE]
        assert "không tồn tại trong kỳ 2025-Q2" in ends[0].says
        assert len(told) == 2
        again = [job for job in jobs_of(workspace) if job.unit.unit_code == UNIT]
        assert [job.is_wanted for job in again] == [False, False, False]
    history = json.loads((small_office.out / "form.json").read_text(encoding="utf-8"))
    assert history["vintage"] == 1


def test_a_job_that_fails_stops_no_other_and_is_failed_next_time(made: Office, tiny_sandbox: RunningSandbox) -> None:
    with made.open(NOW, tiny_sandbox.url) as workspace:
        wanted = tuple(job for job in jobs_of(workspace) if job.unit.unit_code == UNIT)
        with workspace.store.leases.hold(form_key(workspace), "server-2, process 7"):
            tiny_sandbox.set_fault("one_stop", "wrong_password")
            ends = backfill(workspace, wanted, ignore)
        tiny_sandbox.clear_faults()
        failed = next(end for end in ends if end.outcome is JobOutcome.FAILED)
        assert (failed.job.period.code, failed.exit_code, exit_code_of(ends)) == ("2025-Q3", 12, 12)
        after = {job.period.part: job for job in jobs_of(workspace) if job.unit.unit_code == UNIT}
        assert (after["Q3"].state, after["Q3"].why) == (JobState.FAILED, "mã kết thúc 12")
        assert after["Q4"].state is JobState.DONE


@pytest.mark.parametrize("asks_again", ["payloads", "sources"])
def test_every_mistake_of_every_job_is_told_before_anybody_is_asked(
    made: Office, tiny_sandbox: RunningSandbox, asks_again: str
) -> None:
    """Of a period never made, of one made again, and of a source only one of them asks."""
    for name, figure in (("2025-Q3", "architecture_updated_code"), ("2025-Q4", "periodic_reports_due_count")):
        path = made.config_dir / "manual" / UNIT / f"{name}.yaml"
        path.write_text(f"figures:\n  {figure}:\n    value: một\n", encoding="utf-8")
    made.change_config("sources.yaml", "options: {page_size: 500}", "options: {page_sise: 500}")
    with made.open(NOW, tiny_sandbox.url) as workspace:
        jobs = tuple(job for job in jobs_of(workspace, BackfillScope.ALL) if job.unit.unit_code == UNIT)
        assert {job.source for job in jobs} == {None, "run", "payloads"}
        jobs = tuple(replace(job, source=asks_again) if job.source == "payloads" else job for job in jobs)
        tiny_sandbox.requests.clear()
        with pytest.raises(ConfigError) as told:
            backfill(workspace, jobs, ignore)
        assert len(tiny_sandbox.requests) == 0
        assert told.value.exit_code == 2
        for said in ("2025-Q3.yaml", "2025-Q4.yaml", "page_sise", "page_size"):
            assert said in str(told.value)
        assert {job.state for job in jobs_of(workspace) if job.period.part == "Q3" and job.unit.unit_code == UNIT} == {
            JobState.MISSING
        }


def test_a_replay_needs_no_source_set_up(made: Office, tiny_sandbox: RunningSandbox) -> None:
    made.change_config("sources.yaml", "options: {page_size: 500}", "options: {page_sise: 500}")
    with made.open(NOW, tiny_sandbox.url) as workspace:
        stale = next(job for job in jobs_of(workspace, BackfillScope.STALE) if job.is_wanted)
        assert stale.source == "payloads"
        (end,) = backfill(workspace, (stale,), ignore)
        assert (end.outcome, end.exit_code) == (JobOutcome.MADE, 0)


def test_one_that_another_machine_makes_is_told_so(made: Office, tiny_sandbox: RunningSandbox) -> None:
    with made.open(NOW, tiny_sandbox.url) as workspace:
        jobs = tuple(
            j for j in jobs_of(workspace, BackfillScope.ALL) if (j.unit.unit_code, j.period.part) == (UNIT, "Q4")
        )
        with workspace.store.leases.hold(form_key(workspace), "server-2, process 7"):
            (end,) = backfill(workspace, jobs, ignore)
        assert (end.outcome, end.exit_code) == (JobOutcome.LEASED, 21)
        assert "server-2, process 7 đang làm từ" in end.says


def test_stale_figures_are_replayed_and_a_released_form_only_tells_the_difference(made: Office) -> None:
    release(made)
    before = {path.name: path.read_bytes() for path in made.out.iterdir() if path.is_file()}
    made.change_config("manual/dac-khu/2025-Q4.yaml", "value: 1\n", "value: 0\n")
    with made.open(NOW + timedelta(days=1)) as workspace:
        job = next(
            j for j in jobs_of(workspace, BackfillScope.STALE) if (j.unit.unit_code, j.period.part) == (UNIT, "Q4")
        )
        assert (job.state, job.staleness, job.source) == (JobState.STALE, (Staleness.CONFIGURATION,), "payloads")
        (end,) = backfill(workspace, (job,), ignore)
        assert (end.outcome, end.vintage, end.changed_count, end.revision) == (JobOutcome.MADE, 2, 1, 0)
        assert {path.name: path.read_bytes() for path in made.out.iterdir() if path.is_file()} == before
        assert not any(job.is_wanted for job in jobs_of(workspace, BackfillScope.STALE))


def test_a_released_form_s_files_are_the_release_s_and_a_backfill_writes_none_beside_them(made: Office) -> None:
    release(made)
    before = sorted(path.name for path in made.out.iterdir())
    with made.open() as workspace:
        done = [job for job in jobs_of(workspace) if job.state is JobState.DONE]
        assert done
        assert {end.says for end in backfill(workspace, tuple(done), ignore)} == {""}
    assert sorted(path.name for path in made.out.iterdir()) == before


def test_a_vintage_made_while_files_are_looked_after_is_not_overwritten_by_the_one_before(made: Office) -> None:
    (made.out / "manifest.json").unlink()
    with made.open() as workspace, pytest.MonkeyPatch.context() as patch:
        hold, turns = StoredLeases.hold, iter([True])

        def make_another_first(leases: StoredLeases, *named: Any, **how: Any) -> Any:
            if next(turns, False):
                rerun(workspace, plan_of(workspace), PAYLOADS)
            return hold(leases, *named, **how)

        patch.setattr(StoredLeases, "hold", make_another_first)
        assert catch_up(workspace, form_key(workspace)) == {}
    assert json.loads((made.out / "manifest.json").read_bytes())["vintage"] == 2


def test_figures_taken_before_late_records_had_time_to_come_grow_stale(made: Office) -> None:
    with made.open(NOW + timedelta(days=31)) as workspace:
        job = next(
            j for j in jobs_of(workspace, BackfillScope.STALE) if (j.unit.unit_code, j.period.part) == (UNIT, "Q4")
        )
        assert (job.staleness, job.source) == ((Staleness.LATE_RECORDS,), "sources")


def test_stopped_with_ctrl_c_it_ends_what_is_under_way_and_goes_on_next_time(
    made: Office, tiny_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfilling, "AT_ONCE", 1)

    presses = iter([KeyboardInterrupt])

    def stop(_end: JobEnd) -> None:
        for press in presses:
            raise press

    with made.open(NOW, tiny_sandbox.url) as workspace:
        wanted = tuple(j for j in jobs_of(workspace, BackfillScope.ALL) if j.period.part != "Q2" and j.is_wanted)
        ends = {(e.job.unit.unit_code, e.job.period.part): e.outcome for e in backfill(workspace, wanted, stop)}
        assert ends[UNIT, "Q3"] is JobOutcome.MADE
        assert JobOutcome.NOT_REACHED in ends.values()
        left = {
            (j.unit.unit_code, j.period.part) for j in jobs_of(workspace, BackfillScope.ALL, since=NOW) if j.is_wanted
        }
        assert (UNIT, "Q3") not in left
        assert {key for key, outcome in ends.items() if outcome is JobOutcome.NOT_REACHED} - {(UNIT, "Q4")} <= left


def test_what_died_before_its_files_were_written_has_them_after_the_next_backfill(small_office: Office) -> None:
    """The report is whole in the store and is not made again; nobody would find it in out/."""
    with small_office.open() as workspace, pytest.MonkeyPatch.context() as patch:
        patch.setattr("reporting.pipeline.write_files", lambda *_: sys.exit(137))
        with pytest.raises(SystemExit):
            backfill(workspace, jobs_of(workspace), ignore)
    with small_office.open() as workspace:
        jobs = jobs_of(workspace)
        kept = [one for one in jobs if one.state is JobState.DONE and one.plan]
        assert kept
        ends = {end.job.period: end for end in backfill(workspace, jobs, ignore) if end.job in kept}
        for one in kept:
            assert one.plan
            key = one.plan.form_key
            assert (ends[one.period].outcome, ends[one.period].says) == (JobOutcome.SKIPPED, "đã ghi lại các tệp")
            assert (form_dir(workspace.settings.out_dir, key) / "form.docx").is_file()
            assert [vintage.key.vintage for vintage in workspace.store.vintages.list(key)] == [1]
        again = backfill(workspace, jobs_of(workspace), ignore)
        assert {end.says for end in again if end.outcome is JobOutcome.SKIPPED} == {""}


@pytest.fixture
def command(made: Office, tiny_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings = {"HOME": made.home, "CONFIG_DIR": made.config_dir, "NOW": NOW.isoformat(), "UNIT": UNIT}
    for name, value in {**settings, "SANDBOX_URL": tiny_sandbox.url}.items():
        monkeypatch.setenv(f"BAOCAO_{name}", str(value))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(cli, ["backfill", *arguments])

    return run


def test_a_dry_run_says_what_would_be_done_and_does_nothing(made: Office, command: Any) -> None:
    done = command("2025-Q3..2025-Q4", "--dry-run", "--unit", "all", "--json")
    told = {(job["unit"], job["period"]): job["outcome"] for job in json.loads(done.stdout)["jobs"]}
    assert told == {
        (UNIT, "2025-Q3"): "planned", (UNIT, "2025-Q4"): "skipped",
        ("xa", "2025-Q3"): "planned", ("xa", "2025-Q4"): "not_owed",
    }  # fmt: skip
    assert not (made.home / "out" / UNIT / "2025-Q3").exists()


def test_the_summary_is_one_table(made: Office, command: Any) -> None:
    done = command("2025-Q4", "--only", "all")
    assert done.exit_code == 0, done.output
    assert "1 kỳ báo cáo: 1 đã lập." in done.stdout
    assert not list((made.home / "var" / "backfill").glob("*"))


def test_killed_half_way_it_doubles_nothing_and_does_the_rest_when_run_again(
    made: Office, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_NOW", (NOW + timedelta(hours=1)).isoformat())
    again = ("2025-Q3..2025-Q4", "--only", "all")
    killed = subprocess.run(
        [sys.executable, "-m", "tests.reporting.history.backfill_run", *again],
        cwd=CHECKOUT_DIR, capture_output=True, timeout=600, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    assert vintages_of(made) == {"2025-Q3": ["checked"], "2025-Q4": ["checked", "collected"]}
    change(made.database_url, "UPDATE lease SET expires_at = '2999' || substr(expires_at, 5)")  # its holder is dead
    done = command(*again, "--json")
    told = {job["period"]: job["outcome"] for job in json.loads(done.stdout)["jobs"]}
    assert told == {"2025-Q3": "skipped", "2025-Q4": "made"}
    assert vintages_of(made) == {"2025-Q3": ["checked"], "2025-Q4": ["checked", "failed", "checked"]}
    assert json.loads((made.out / "form.json").read_text(encoding="utf-8"))["vintage"] == 3
    assert not list((made.home / "var" / "backfill").glob("*"))


def vintages_of(office: Office) -> dict[str, list[str]]:
    """How far each vintage of a period has come, in their order."""
    with office.open() as workspace:
        key = form_key(workspace)
        keys = [replace(key, period=Period(2025, part)) for part in ("Q3", "Q4")]
        return {key.period.code: [str(one.status) for one in workspace.store.vintages.list(key)] for key in keys}


def test_everything_again_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "2024-Q1..2025-Q4 all")
    assert journal.begin(NOW) is None
    assert Journal(tmp_path, "2024-Q1..2025-Q4 all").begin(NOW + timedelta(days=1)) == NOW
    assert Journal(tmp_path, "2024-Q1..2025-Q4 xa").begun_at() is None
    journal.end()
    assert journal.begun_at() is None
