"""Signed corrections by command: written once, guarded, told in the cell, and stopped once the source has mended."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from baocao.domain import CellStatus
from baocao.errors import ConfigError
from baocao.store import VintageStatus
from cli.main import cli
from reporting.history.correcting import CorrectionRequest, write_correction
from reporting.history.rerunning import PAYLOADS, rerun
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office, form_key, plan_of

CODE = "dossiers_full_count"


def counted(office: Office) -> Decimal:
    with office.open() as workspace:
        latest = workspace.store.vintages.find_latest(form_key(workspace))
        assert latest is not None
        found = next(o.value for o in workspace.store.contents.observations(latest.key) if o.indicator_code == CODE)
        assert found is not None
        return found


def wish(office: Office, **changed: str) -> CorrectionRequest:
    said = counted(office)
    given = {
        "indicator": "4.3.1", "expect": f"{said}", "value": f"{said + 2}", "by": "Trưởng Bộ phận một cửa",
        "reason": "Hai hồ sơ giấy chưa nhập vào hệ thống", "evidence": "Sổ tiếp nhận số 12",
    }  # fmt: skip
    return CorrectionRequest(**{**given, **changed})


def correct(office: Office, given: CorrectionRequest) -> Path:
    with office.open() as workspace:
        return write_correction(workspace, plan_of(workspace), given).path


def test_a_correction_is_told_in_the_cell_and_in_explain(made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    said = counted(made)
    settings = {"HOME": made.home, "CONFIG_DIR": made.config_dir, "NOW": NOW.isoformat(), "UNIT": UNIT}
    for name, value in settings.items():
        monkeypatch.setenv(f"BAOCAO_{name}", str(value))
    runner = CliRunner()
    reason = ["--reason", "Hai hồ sơ giấy chưa nhập vào hệ thống", "--evidence", "Sổ tiếp nhận số 12", "--by", "Lan"]
    figures = ["--from", f"{said}", "--to", f"{said + 2}"]
    done = runner.invoke(cli, ["correct", PERIOD, CODE, *figures, *reason, "--json"])
    assert json.loads(done.stdout)["file"].endswith(f"corrections/{UNIT}/{PERIOD}.yaml")
    runner.invoke(cli, ["rerun", PERIOD, "--from", "payloads"])
    explained = runner.invoke(cli, ["explain", PERIOD, "4.3.1"]).stdout
    assert f"Đính chính từ {said} thành {said + 2}: Hai hồ sơ giấy chưa nhập vào hệ thống (Lan ký ngày" in explained
    shown = json.loads(runner.invoke(cli, ["show", PERIOD, "--json"]).stdout)
    assert shown["cells"]["4.3.1"]["status"] == CellStatus.CORRECTED
    assert f"Đính chính từ {said}" in shown["cells"]["4.3.1"]["note"]


def test_what_stands_in_the_file_stays_comments_and_all(made: Office) -> None:
    path = made.config_dir / "corrections" / UNIT / f"{PERIOD}.yaml"
    path.parent.mkdir(parents=True)
    first = "# Nhắc việc: hỏi lại Văn thư\ncorrections:\n- indicator: documents_outgoing_count  # ô 3.2\n  expect: 1\n"
    first += "  value: 2\n  reason: 'Một văn bản ghi trùng'\n  evidence: Sổ công văn\n  signed_by: Lan\n"
    path.write_text(first + "  signed_on: 2025-12-15", encoding="utf-8")
    assert correct(made, wish(made)) == path
    text = path.read_text(encoding="utf-8")
    assert text.startswith(first)
    with made.open() as workspace:
        both = workspace.catalogue.corrections(UNIT, plan_of(workspace).period)
    assert [one.indicator for one in both] == ["documents_outgoing_count", CODE]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"expect": "1"}, r"the source said \d+ \(vintage 1\), not 1"),
        ({"indicator": "4.3"}, "is a ratio and always recomputed; correct one of its parts"),
        ({"indicator": "1"}, "is typed in, not counted; change it in manual/dac-khu/2025-Q4.yaml"),
        ({"indicator": "9.9"}, "no indicator '9.9'"),
        ({"value": "nhiều"}, "--to nhiều: not a figure"),
        ({"value": "12,5"}, "--to 12,5: not a figure"),
        ({"value": "-3"}, "a whole number that is not negative"),
        ({"reason": "sai"}, "at least 10 characters"),
    ],
)
def test_a_wrong_correction_is_refused_and_nothing_is_written(made: Office, changed: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        correct(made, wish(made, **changed))
    assert not (made.config_dir / "corrections" / UNIT).exists()


def test_a_figure_is_corrected_once_only(made: Office) -> None:
    path = correct(made, wish(made))
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="is corrected there already"):
        correct(made, wish(made))
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_file_nothing_can_be_added_to_is_left_as_it_was(made: Office) -> None:
    path = made.config_dir / "corrections" / UNIT / f"{PERIOD}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("corrections: []\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="write the correction in by hand"):
        correct(made, wish(made))
    assert path.read_text(encoding="utf-8") == "corrections: []\n"


def test_a_run_stops_once_the_source_has_mended_itself(made: Office) -> None:
    path = correct(made, wish(made))
    said = counted(made)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"expect: {said}", f"expect: {said - 1}"), encoding="utf-8")
    with made.open() as workspace:
        with pytest.raises(ConfigError, match=f"but it now says {said}. Remove the correction, or have Trưởng") as stop:
            rerun(workspace, plan_of(workspace), PAYLOADS)
        assert stop.value.exit_code == 2
        stopped = workspace.store.vintages.list(form_key(workspace))[-1]
        assert (stopped.status, stopped.exit_code) == (VintageStatus.FAILED, 2)
