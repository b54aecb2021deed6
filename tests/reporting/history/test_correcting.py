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
from tests.signed_in import sign_in

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
    runner = CliRunner(env=sign_in(made, "lan"))
    reason = ["--reason", "Hai hồ sơ giấy chưa nhập vào hệ thống", "--evidence", "Sổ tiếp nhận số 12"]
    figures = ["--from", f"{said}", "--to", f"{said + 2}"]
    done = runner.invoke(cli, ["correct", PERIOD, CODE, *figures, *reason, "--json"])
    assert json.loads(done.stdout)["file"].endswith(f"corrections/{UNIT}/{PERIOD}.yaml")
    runner.invoke(cli, ["rerun", PERIOD, "--from", "payloads"])
    explained = runner.invoke(cli, ["explain", PERIOD, "4.3.1"]).stdout
    assert (
        f"Đính chính từ {said} thành {said + 2}: Hai hồ sơ giấy chưa nhập vào hệ thống (Lan (lan) ký ngày" in explained
    )
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
        ({"expect": "1"}, r"hệ thống nguồn cho \d+ \(lần lập 1\), không phải 1"),
        ({"indicator": "4.3"}, "là tỷ lệ, luôn được tính lại; đính chính một trong các số thành phần"),
        ({"indicator": "1"}, "là số nhập tay, không phải số đếm; sửa trong manual/dac-khu/2025-Q4.yaml"),
        ({"indicator": "9.9"}, "không có chỉ tiêu “9.9”"),
        ({"value": "nhiều"}, "--to: không phải số; ghi như 12"),
        ({"value": "12,5"}, r"--to: số đếm phải là số nguyên không âm \(đang ghi: 12,5\)"),
        ({"value": "-3"}, "số đếm phải là số nguyên không âm"),
        ({"value": "16,738"}, "--to: không rõ là hàng nghìn hay phần lẻ"),
        ({"reason": "sai"}, "--reason: quá ngắn; cần ít nhất 10 ký tự"),
    ],
)
def test_a_wrong_correction_is_refused_and_nothing_is_written(made: Office, changed: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        correct(made, wish(made, **changed))
    assert not (made.config_dir / "corrections" / UNIT).exists()


def test_a_figure_is_corrected_once_only(made: Office) -> None:
    path = correct(made, wish(made))
    before = path.read_bytes()
    for changed in ({}, {"value": f"{counted(made) + 7}", "by": "Hoa", "reason": "Đếm lại sổ tiếp nhận giấy"}):
        with pytest.raises(ConfigError, match="đã có đính chính ở đây"):
            correct(made, wish(made, **changed))
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_file_nothing_can_be_added_to_is_left_as_it_was(made: Office) -> None:
    path = made.config_dir / "corrections" / UNIT / f"{PERIOD}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("corrections: []\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="ghi đính chính bằng tay"):
        correct(made, wish(made))
    assert path.read_text(encoding="utf-8") == "corrections: []\n"


def test_a_run_stops_once_the_source_has_mended_itself(made: Office) -> None:
    path = correct(made, wish(made))
    said = counted(made)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"expect: {said}", f"expect: {said - 1}"), encoding="utf-8")
    with made.open() as workspace:
        with pytest.raises(
            ConfigError, match=f"nhưng nay hệ thống cho {said}. Bỏ đính chính này, hoặc đề nghị Trưởng"
        ) as stop:
            rerun(workspace, plan_of(workspace), PAYLOADS)
        assert stop.value.exit_code == 2
        stopped = workspace.store.vintages.list(form_key(workspace))[-1]
        assert (stopped.status, stopped.exit_code) == (VintageStatus.FAILED, 2)
