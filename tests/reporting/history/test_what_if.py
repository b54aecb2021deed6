"""A proposed change of definitions, tried on what was kept: what would differ, by how much, why; nothing is written."""

from datetime import timedelta
from pathlib import Path

import pytest

from baocao.catalogue.proposals import propose
from baocao.check_comparison import CheckChange
from baocao.domain import Period
from baocao.errors import ConfigError
from reporting.history.what_if import TriedForm, try_on_past
from sandbox.server import RunningSandbox
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office
from tests.reporting.matrix_home import matrix_made

__all__ = ["matrix_made"]

ALL_CHANNELS = """\
indicators:
  documents_outgoing_count:
    count:
      records: documents
      where: {direction: [outgoing]}
      date_field: issued_on
"""


def tried(office: Office, tmp_path: Path, proposal: str) -> tuple[TriedForm, ...]:
    file = tmp_path / "thu.yaml"
    file.write_text(proposal, encoding="utf-8")
    with office.open(NOW + timedelta(days=9)) as workspace:
        return try_on_past(workspace, propose(workspace.catalogue, file), [Period.parse(PERIOD)], [UNIT])


def test_cells_that_would_differ_are_told_with_their_cause(
    made: Office, tmp_path: Path, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.requests.clear()
    (one,) = tried(made, tmp_path, ALL_CHANNELS)
    changed = {change.cell.number: change for change in one.changed}
    assert {"3.2", "3.2.2"} == set(changed)
    cell = changed["3.2"].cell
    assert cell.before is not None
    assert cell.after is not None
    assert cell.after < cell.before
    assert any("độ mật" in cause.text_vi for cause in changed["3.2"].causes)
    assert len(tiny_sandbox.requests) == 0


def test_nothing_is_written(made: Office, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in made.home.rglob("*") if path.is_file() and "log" not in path.parts}
    tried(made, tmp_path, ALL_CHANNELS)
    after = {path: path.read_bytes() for path in made.home.rglob("*") if path.is_file() and "log" not in path.parts}
    assert after == before


def test_a_changed_key_leaves_the_others_of_its_entry_alone(made: Office, tmp_path: Path) -> None:
    (one,) = tried(made, tmp_path, "indicators: {documents_outgoing_count: {label: Số văn bản đi}}")
    assert one.is_same


def test_a_check_that_would_fire_is_told(made: Office, tmp_path: Path) -> None:
    whole = "indicators: {procedures_full_eligible_count: {part_of: procedures_full_count}}"
    (one,) = tried(made, tmp_path, whole)
    assert one.changed == ()
    assert [change for change, _ in one.checks][:1] == [CheckChange.NEW]


@pytest.mark.parametrize(
    ("proposal", "says"),
    [
        ("indicators: {documents_outgoing_count: {owner: hoi}}", "không có người phụ trách.*hoi"),
        ("indicators: {moi: {label: Mới}}", "dòng 1, indicators.moi.measure: thiếu khóa này"),
        ("chi_tieu: {}", "không có khóa này"),
        ("checks: {history: {jump: {spreads: -1}}}", r"checks\.history\.jump\.spreads: phải lớn hơn 0"),
    ],
)
def test_a_proposal_that_is_wrong_is_refused_with_its_line(
    made: Office, tmp_path: Path, proposal: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        tried(made, tmp_path, proposal)


def test_every_cell_of_a_line_that_would_go_says_why(matrix_made: Office, tmp_path: Path) -> None:
    """Hộ tịch has two dossiers, received at the desk and settled early: counted otherwise, it has no figure left."""

    def stopped(date: str) -> str:
        return f"{{count: {{records: dossiers, where: {{status: [stopped]}}, date_field: {date}}}}}"

    days = {"received_direct": "received_at", "received": "received_at"}
    days |= {"resolved": "finished_at", "resolved_early": "finished_at"}
    changed = ", ".join(f"all_{name}_count: {stopped(date)}" for name, date in days.items())
    (one,) = tried(matrix_made, tmp_path, f"indicators: {{{changed}}}")
    gone = {change.cell.place: change for change in one.changed if "Hộ tịch" in change.cell.place}
    assert set(gone) == {f"dòng Hộ tịch, cột {column}" for column in range(3, 14)}
    assert all(change.causes for change in one.changed)
    assert "đã đổi" in gone["dòng Hộ tịch, cột 8"].causes[0].text_vi
    assert gone["dòng Hộ tịch, cột 6"].causes[0].text_vi.startswith("dòng không còn trong biểu")
    assert not [cause for change in one.changed for cause in change.causes if "không xác định được" in cause.text_vi]
