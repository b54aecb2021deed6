"""Two systems' lists held against each other in a whole run: found once, told by code, replayed the same."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from baocao.domain import CheckResult, Outcome, Severity
from baocao.incidents import Cause, RunFindings, find_causes
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.outcome import RunResult
from sandbox.systems.igate_rows import write_code
from sandbox.systems.portal_dossiers import find_dossier
from sandbox.world.data_sets import data_set
from sandbox.world.periods import read_clock
from sandbox.world.state import Options, World
from tests.reporting.collection.test_comparing import KEY, alone
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office, plan_of

__all__ = ["alone"]

FIELDS = ("MaHoSo", "MaTTHC", "KenhThucHien", "TrangThaiHoSo", "NgayNopHoSo", "NgayTiepNhan")
CHECKS = ("portal_dossiers", "sent_documents", "procedures_offered")
PORTAL_ONLY = "H98.51-251101-9999"
SOURCES = """
  portal_export:
    label: Hồ sơ trực tuyến (tệp xuất từ Cổng)
    system: portal
    connector: spreadsheet
    role: comparison
    options:
      folder: {folder}
      kind: dossiers
      columns:
        dossier_code: MaHoSo
        procedure_code: MaTTHC
        channel: KenhThucHien
        status: TrangThaiHoSo
        submitted_at: NgayNopHoSo
        received_at: NgayTiepNhan
      values:
        channel: {{1: in_person, 2: online, 3: postal}}
        status: {{1: registered, 2: accepted, 3: refused, 4: processing, 7: withdrawn, 9: done, 10: returned}}
      absent: [service_level, finished_at]
  axis:
    label: Trục liên thông văn bản quốc gia
    system: documents
    connector: documents_axis
    role: comparison
    base_url: sandbox:///vxp
    auth: {{username: H98.BAOCAO, secret: env:BAOCAO_AXIS_KEY}}
    lookback_days: 0
    options: {{statistic: true}}
"""


def write_export(path: Path) -> str:
    """What the portal holds of the unit: one dossier lost on the way, one it has of its own. Gives the lost one's code."""
    world = World(data_set("tiny"), read_clock(NOW), Options())
    unit = next(unit for unit in world.ledger.units if unit.code == UNIT)
    rows = [find_dossier(world, write_code(dossier))[0] for dossier in world.visible_dossiers(unit)]
    online = [row for row in rows if row["KenhThucHien"] == "2" and "20251001" < row["NgayTiepNhan"] < "20251201"]
    lost = next(row for row in online if row["TrangThaiHoSo"] == "10")
    own = {**lost, "MaHoSo": PORTAL_ONLY}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**row, **_days(row)} for row in [*(row for row in rows if row is not lost), own])
    return str(lost["MaHoSo"])


def _days(row: dict[str, Any]) -> dict[str, str]:
    """`20251018093000` as a table shows it."""
    given = {name: row[name] for name in ("NgayNopHoSo", "NgayTiepNhan")}
    return {
        name: datetime.fromisoformat(f"{at[:8]}T{at[8:]}").isoformat(" ") if at else "" for name, at in given.items()
    }


@pytest.fixture
def lost(alone: Office, tmp_path: Path) -> str:
    """An office with both comparison sources; the code of the dossier the portal lost."""
    (tmp_path / "in").mkdir()
    with (alone.config_dir / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write(SOURCES.format(folder=tmp_path / "in"))
    alone.change_config("units.yaml", KEY, f"{KEY}      portal_export: H98.51\n      axis: H98.51\n")
    return write_export(tmp_path / "in" / f"{PERIOD}.csv")


def told(result: RunResult) -> dict[str, CheckResult]:
    return {n: one for n in CHECKS for one in result.report.checks if one.check == f"reconcile.{n}"}


def causes(office: Office, result: RunResult) -> tuple[Cause, ...]:
    with office.open() as workspace:
        plan = plan_of(workspace)
        report = result.report
        return find_causes(
            RunFindings(workspace.catalogue, plan.unit, plan.form, report.filled, report.checks, result.failures)
        )


def test_a_run_names_the_suspects_and_only_codes_and_a_replay_finds_the_same(
    alone: Office, lost: str, tmp_path: Path
) -> None:
    before = alone.run()
    found = told(before)
    dossiers, documents, procedures = (found[name] for name in CHECKS)
    assert (dossiers.evidence["only_ours"], dossiers.evidence["only_theirs"]) == ([lost], [PORTAL_ONLY])
    assert (dossiers.outcome, dossiers.evidence["differ"]) == (Outcome.FAIL, 2)
    assert "other_status" not in dossiers.evidence
    assert dossiers.evidence["known_statuses"] > 0, "waiting for papers here is finished at the portal"
    assert (documents.outcome, documents.severity) == (Outcome.FAIL, Severity.WARNING)
    assert documents.evidence["ours"] > documents.evidence["theirs"] > 0, "some were taken back from the axis"
    assert "không có mã nào chung" in documents.message_vi
    assert procedures.outcome is Outcome.PASS or procedures.severity is Severity.INFO
    assert before.report.is_releasable
    reconciling = [cause for cause in causes(alone, before) if "/reconcile" in cause.fingerprint]
    assert [cause.fingerprint for cause in reconciling].count("figures/dac-khu/2025-Q4/reconcile/axis") == 1
    assert len({cause.fingerprint for cause in reconciling}) == len(reconciling) <= 2, "one for each source"
    assert "CCCD" not in "".join(repr(one) for one in found.values())
    (tmp_path / "in" / f"{PERIOD}.csv").unlink()
    with alone.open(sandbox_url="http://127.0.0.1:9") as workspace:
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
    assert done.result.report.checks == before.report.checks
    assert done.changed == ()


def test_a_list_that_fails_is_the_reason_and_changes_no_exit_code(
    alone: Office, lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in" / f"{PERIOD}.csv").unlink()
    monkeypatch.setenv("BAOCAO_AXIS_KEY", "sai")
    after = alone.run()
    assert (after.exit_code, after.failures) == (0, ())
    found = told(after)
    assert {found[name].outcome for name in CHECKS[:2]} == {Outcome.NOT_EVALUABLE}
    assert all("không thu thập được" in found[name].reason for name in CHECKS[:2])
