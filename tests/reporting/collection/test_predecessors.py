"""A year in which a unit came into being: the records of the units of before are counted with its own, or named."""

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from baocao.catalogue import Unit
from baocao.counting import SourceRecords
from baocao.domain import VIETNAM, CheckResult, Outcome, System, Tier, Window
from baocao.records import build_frame
from baocao.store import VintageKey
from baocao.succession import Inheritance, PredecessorPart, find_orphan_days, inherit, list_days, list_parts
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.outcome import RunResult
from reporting.pipeline import run_from_sources
from sandbox.server import RunningSandbox
from tests.reporting.conftest import UNIT, Office, plan_of

YEAR = Window(date(2024, 12, 15), date(2025, 12, 14))
MERGED = date(2025, 7, 1)
LAST = MERGED - timedelta(days=1)


def unit(code: str, **more: Any) -> Unit:
    return Unit(unit_code=code, name=f"UBND {code}", tier=Tier.COMMUNE, **more)


UNITS = {
    "moi": unit("moi", valid_from=MERGED, predecessors=("a", "b")),
    "a": unit("a", valid_to=LAST),
    "b": unit("b", valid_from=date(2025, 2, 1), valid_to=LAST, predecessors=("c",)),
    "c": unit("c", valid_to=date(2025, 1, 31)),
    "don-doc": unit("don-doc", valid_from=MERGED),
}


def dossiers(*codes: str) -> pd.DataFrame:
    count = len(codes)
    return build_frame("dossiers", {
        "dossier_code": list(codes), "procedure_code": ["1.000001"] * count,
        "service_level": ["full"] * count, "channel": ["online"] * count, "status": ["done"] * count,
        "submitted_at": [None] * count, "received_at": [None] * count, "finished_at": [None] * count,
    })  # fmt: skip


def test_the_units_of_before_and_theirs_each_have_their_own_days() -> None:
    parts = list_parts(UNITS["moi"], YEAR, UNITS)
    assert [(part.unit.unit_code, f"{part.window.start_on}", f"{part.window.end_on}") for part in parts] == [
        ("a", "2024-12-15", "2025-06-30"), ("b", "2025-02-01", "2025-06-30"), ("c", "2024-12-15", "2025-01-31"),
    ]  # fmt: skip
    assert find_orphan_days(UNITS["moi"], YEAR, parts) == ()
    assert list_parts(UNITS["a"], YEAR, UNITS) == ()
    assert find_orphan_days(UNITS["don-doc"], YEAR, ()) == (Window(YEAR.start_on, LAST),)


def test_records_are_joined_once_and_missing_days_are_named() -> None:
    part = PredecessorPart(UNITS["a"], Window(YEAR.start_on, LAST))
    brought = SourceRecords(System.ONE_STOP, {"dossiers": dossiers("H2", "H3")}, ("b" * 64,))
    own = SourceRecords(System.ONE_STOP, {"dossiers": dossiers("H1", "H2")}, ("a" * 64,))
    half = list_days([Window(YEAR.start_on, date(2025, 3, 14))], part.window)
    joined = inherit(own, [Inheritance(part, brought, half)], ())
    assert list(joined.frames["dossiers"]["dossier_code"]) == ["H1", "H2", "H3"]
    assert joined.frames["dossiers"].dtypes.equals(own.frames["dossiers"].dtypes)
    assert joined.payload_hashes == ("a" * 64, "b" * 64)
    assert joined.gaps == ("Thiếu số liệu từ 15/03/2025 đến 30/06/2025 của UBND a",)


def succession(result: RunResult) -> CheckResult:
    return next(check for check in result.report.checks if check.check == "succession.days_complete")


NOW = datetime(2025, 12, 16, 8, tzinfo=VIETNAM)


@pytest.fixture
def merged(made: Office) -> Office:
    """The special zone as the successor of the commune, whose source answers under another key."""
    made.change_config(
        "units.yaml", "    valid_from: 2025-07-01\n", "    valid_from: 2025-10-15\n    predecessors: [xa]\n"
    )
    made.change_config("units.yaml", "    valid_to: 2025-06-30\n", "    valid_to: 2025-10-14\n")
    made.change_config("units.yaml", '"2501"', '"5101"')
    made.change_config("units.yaml", "one_stop_igate: 64f0c1a2b3d4e5f607182925", "old_igate: 64f0c1a2b3d4e5f607182951")
    path = made.config_dir / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  one_stop_igate:\n"), text.index("  portal_dvcqg:")
    path.write_text(f"{text}\n{text[start:end].replace('one_stop_igate:', 'old_igate:', 1)}", encoding="utf-8")
    return made


def test_a_quarter_without_known_predecessors_names_the_gap(
    made: Office, tiny_sandbox: RunningSandbox, credentials: None
) -> None:
    made.change_config("units.yaml", "    valid_from: 2025-07-01\n", "    valid_from: 2025-10-15\n")
    with made.open(NOW, tiny_sandbox.url) as workspace:
        result = run_from_sources(workspace, (plan_of(workspace),))[0]
    said = "Thiếu số liệu từ 15/09/2025 đến 14/10/2025, trước khi đơn vị thành lập"
    assert result.report.filled.cells["4.3.1"].note == said
    assert said in result.report.filled.cells["4.3"].note
    assert said not in result.report.filled.cells["4.1.2"].note
    found = succession(result)
    assert (found.outcome, found.severity) == (Outcome.FAIL, "warning")
    assert said in found.message_vi


def test_a_unit_of_before_is_asked_for_its_own_days_and_counted_with_its_successor(
    merged: Office, tiny_sandbox: RunningSandbox, credentials: None
) -> None:
    with merged.open(NOW, tiny_sandbox.url) as workspace:
        plan = plan_of(workspace)
        before = workspace.store.contents.filled_form(VintageKey(UNIT, plan.form.form_code, plan.period, 1)).cells[
            "4.3.1"
        ]
        result = run_from_sources(workspace, (plan,))[0]
        cell = result.report.filled.cells["4.3.1"]
        assert cell.note == "Gồm số liệu từ 15/09/2025 đến 14/10/2025 của UBND xã An Mẫu"
        assert cell.value == before.value is not None, "a dossier both systems have is counted once"
        assert succession(result).outcome is Outcome.PASS
        units = {(c.source_code, c.unit_code) for c in workspace.store.collections.list(result.vintage)}
        assert ("old_igate", "xa") in units
        assert not {("portal_dvcqg", "xa"), ("documents_qlvb", "xa")} & units
        assert "Gồm số liệu" not in result.report.filled.cells["3.2"].note
        again = rerun(workspace, plan, PAYLOADS, number=result.vintage.vintage)
        assert again.result.report.observations == result.report.observations
