"""A form a unit hands in: taken, sent back, explained, corrected; its figures in the report, down to the cell."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from baocao.catalogue import Catalogue
from baocao.domain import CellStatus
from baocao.errors import ConfigError
from baocao.store import FormKey, HandInOutcome
from baocao.vocabulary import NOT_HANDED_IN
from cli.main import cli
from reporting.history.explaining import read_explained
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.history.showing import VintageChoice, find_shown
from reporting.intake.given_file import GivenFile, HandInWay
from reporting.intake.handing_in import hand_in
from reporting.intake.replying import HandInAnswer
from reporting.intake.unit_names import find_other_named
from reporting.plan import make_plan
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish
from reporting.release.verifying import verify
from reporting.status.grid import read_grid
from sandbox.server import RunningSandbox
from tests.conformance.renderers import to_word
from tests.reporting.conftest import NOW, Office
from tests.reporting.intake.forms import make_form

UNIT, NAME = "xa-giay", "UBND xã Giấy"
PERIOD, FORM = "2025-Q4", "2025-bieu-mau-7"
ZONE, ZONE_NAME = "dac-khu", "UBND đặc khu Sao Mẫu"


@pytest.fixture
def paper_office(small_office: Office) -> Office:
    """One with a commune that has no system."""
    add_unit(small_office.config_dir, UNIT, NAME)
    return small_office


def add_unit(config_dir: Path, code: str, name: str) -> None:
    path = config_dir / "units.yaml"
    units = yaml.safe_load(path.read_text(encoding="utf-8"))
    units["units"][code] = {"name": name, "tier": "commune", "parent": "tinh", "valid_from": "2025-07-01"}
    path.write_text(yaml.safe_dump(units, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture
def run_cli(paper_office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    office = paper_office
    for name, value in {"HOME": office.home, "CONFIG_DIR": office.config_dir, "NOW": NOW.isoformat()}.items():
        monkeypatch.setenv(f"BAOCAO_{name}", str(value))
    monkeypatch.setenv("BAOCAO_DATABASE_URL", office.database_url)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


def write_form(folder: Path, catalogue: Catalogue, name: str = "bieu.docx", **changes: Any) -> Path:
    path = folder / name
    path.write_bytes(to_word(make_form(catalogue, NAME, **changes)))
    return path


def give(
    office: Office,
    catalogue: Catalogue,
    unit: str = UNIT,
    name: str = NAME,
    explanations: dict[str, str] | None = None,
    message_key: str | None = None,
    **changes: Any,
) -> HandInAnswer:
    content = to_word(make_form(catalogue, name, **changes))
    given = GivenFile(content, ".docx", unit, PERIOD, explanations=explanations or {}, message_key=message_key)
    with office.open() as workspace:
        return hand_in(workspace, given)


def cells_of(answer: HandInAnswer) -> dict[str, Any]:
    assert answer.result is not None
    return dict(answer.result.report.filled.cells)


def failed(answer: HandInAnswer, check: str) -> list[str]:
    assert answer.result is not None
    return [one.message_vi for one in answer.result.failed_checks if one.check == check]


def test_a_clean_form_becomes_the_unit_s_figures(
    run_cli: Callable[..., Result], tmp_path: Path, catalogue: Catalogue
) -> None:
    done = run_cli("hand-in", write_form(tmp_path, catalogue), "--unit", UNIT, "--period", PERIOD)
    assert done.exit_code == 0, done.output
    assert f"Đã nhận Biểu mẫu 7 của {NAME}, Quý IV năm 2025 (nộp lần 1): 19 số liệu." in done.output
    cells = json.loads((tmp_path / "out" / UNIT / PERIOD / FORM / "form.json").read_bytes())["cells"]
    assert (cells["4.3.1"]["display"], cells["4.3.1"]["status"]) == ("16.736", "handed_in")
    assert cells["4.3.1"]["note"].startswith("Đơn vị báo cáo (biểu nộp lần 1, ")
    assert (cells["3.2"]["display"], cells["3.2"]["status"]) == ("96,40", "handed_in")


def test_explain_goes_down_to_the_very_cell_of_the_file(
    run_cli: Callable[..., Result], tmp_path: Path, catalogue: Catalogue
) -> None:
    run_cli("hand-in", write_form(tmp_path, catalogue), "--unit", UNIT, "--period", PERIOD)
    told = run_cli("explain", PERIOD, "4.3.1", "--unit", UNIT).output
    assert "16.736 Hồ sơ — đơn vị báo cáo" in told
    assert "bảng 1, dòng 20, cột 4: ghi “16.736”" in told
    plain = json.loads(run_cli("explain", PERIOD, "3.2", "--unit", UNIT, "--json").output)
    assert plain["handed_in"]["cells"][0]["text"] == "96,40"
    assert {payload["request"]["part"] for payload in plain["payloads"]} == {"file", "figures"}


def test_a_form_with_a_grave_fault_is_sent_back_and_makes_no_report(
    run_cli: Callable[..., Result], tmp_path: Path, catalogue: Catalogue
) -> None:
    form = write_form(tmp_path, catalogue, written={"4.1.2": "980", "4.1": "96,94"})
    done = run_cli("hand-in", form, "--unit", UNIT, "--period", PERIOD)
    assert done.exit_code == 20
    assert "Gửi trả Biểu mẫu 7" in done.output
    assert "form.part_within_whole" in done.output
    assert not (tmp_path / "out" / UNIT).exists()
    assert "đã gửi trả biểu lần 1" in run_cli("status", PERIOD).output


ANOTHER_FORM = """\
appendix: Biểu mẫu 2
title: [BIỂU MẪU CHỈ ĐẠO, ĐIỀU HÀNH]
attached_to: (Kèm theo Báo cáo số {number}/BC-UBND của {issuer})
signature_block: false
valid_from: 2019-01-01
rows:
  - {number: "1.", label: Số báo cáo phải gửi, unit: Báo cáo, indicator: periodic_reports_due_count}
"""


def test_one_form_sent_back_is_not_said_of_the_others_of_the_unit(paper_office: Office, catalogue: Catalogue) -> None:
    path = paper_office.config_dir / "forms" / "2019-bieu-mau-2.yaml"
    path.write_text(ANOTHER_FORM, encoding="utf-8")
    give(paper_office, catalogue, written={"4.1.2": "980", "4.1": "96,94"})
    with paper_office.open() as workspace:
        words = {row.form_code: row.hand_in_word for row in read_grid(workspace, PERIOD, {UNIT})}
    assert words == {FORM: "đã gửi trả biểu lần 1", "2019-bieu-mau-2": NOT_HANDED_IN}


def test_a_figure_nobody_can_read_is_not_taken_silently(paper_office: Office, catalogue: Catalogue) -> None:
    answer = give(paper_office, catalogue, written={"4.3.1": "16.73б"})
    assert answer.given.outcome is HandInOutcome.SENT_BACK
    assert ("4.3.1",) in {one.cells for one in answer.open}
    explained = give(
        paper_office, catalogue, written={"4.3.1": "16.73б"}, explanations={"document.unreadable_number": "sẽ gửi sau"}
    )
    cell = cells_of(explained)["4.3.1"]
    assert (cell.value, cell.status) == (None, CellStatus.NOT_COLLECTED)
    assert "không lấy được số từ “16.73б”" in cell.note


def test_an_explained_fault_is_accepted_with_its_reason_and_may_be_released(
    paper_office: Office, catalogue: Catalogue
) -> None:
    reasons = {"form.part_within_whole": "gồm cả thủ tục của huyện cũ", "form.ratio_matches": "như trên"}
    answer = give(paper_office, catalogue, written={"4.1.2": "99", "4.1": "100"}, explanations=reasons)
    assert answer.given.is_accepted
    assert "2 lỗi đã có giải trình" in answer.says_vi
    assert answer.exit_code == 0
    said = [text for text in failed(answer, "form.part_within_whole") if "4.1.2" in text]
    assert said
    assert all("Đơn vị giải trình: gồm cả thủ tục của huyện cũ" in text for text in said)


@pytest.mark.parametrize(
    ("explanations", "says"),
    [
        ({"form.part_within_whol": "x"}, "không có phát hiện này"),
        ({"form.part_within_whole": " "}, "chưa ghi lý do"),
    ],
)
def test_an_explanation_of_nothing_is_refused_in_a_sentence(
    paper_office: Office, catalogue: Catalogue, explanations: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        give(paper_office, catalogue, written={"4.1.2": "99", "4.1": "100"}, explanations=explanations)


def test_handed_in_again_is_a_new_vintage_with_its_difference(paper_office: Office, catalogue: Catalogue) -> None:
    give(paper_office, catalogue)
    again = give(paper_office, catalogue, figures={"dossiers_full_count": 17000})
    assert again.result is not None
    assert again.result.vintage.vintage == 2
    changed = {one.cell.number: [cause.text_vi for cause in one.causes] for one in again.changed}
    assert set(changed) == {"4.3", "4.3.1"}
    assert changed["4.3.1"][0].startswith("đơn vị báo cáo 16736 (biểu nộp lần 1, ")
    assert cells_of(again)["4.3.1"].display == "17.000"


def test_the_same_file_once_more_is_known_and_makes_nothing(paper_office: Office, catalogue: Catalogue) -> None:
    content = to_word(make_form(catalogue, NAME))
    with paper_office.open() as workspace:
        hand_in(workspace, GivenFile(content, ".docx", UNIT, PERIOD))
        again = hand_in(workspace, GivenFile(content, ".docx", UNIT, PERIOD))
        assert len(workspace.store.vintages.list(again.given.form_key)) == 1
    assert (again.is_known, again.given.number, again.result) == (True, 1, None)
    assert again.says_vi.startswith("Tệp này đã được nhận từ trước")


def test_an_older_file_after_a_newer_one_is_a_step_back_and_asked_about(
    paper_office: Office, catalogue: Catalogue
) -> None:
    file = GivenFile(to_word(make_form(catalogue, NAME)), ".docx", UNIT, PERIOD)
    with paper_office.open() as workspace:
        hand_in(workspace, file)
    give(paper_office, catalogue, figures={"dossiers_full_count": 17000})
    with paper_office.open() as workspace:
        again = hand_in(workspace, file)
        meant = hand_in(workspace, replace(file, explanations={"hand_in.older_file": "lần 2 ghi nhầm kỳ"}))
    assert (again.exit_code, [one.check for one in again.open]) == (20, ["hand_in.older_file"])
    assert "Tệp này đã được nhận ở lần nộp 1; sau đó đã nhận tệp khác, lần nộp 2" in again.open[0].message_vi
    assert (meant.exit_code, meant.given.number) == (0, 4)
    assert cells_of(meant)["4.3.1"].display == "16.736"


def test_a_form_of_another_unit_cannot_be_explained_away(paper_office: Office, catalogue: Catalogue) -> None:
    answer = give(paper_office, catalogue, name=ZONE_NAME)
    assert [one.check for one in answer.open] == ["hand_in.other_unit"]
    with pytest.raises(ConfigError, match="không giải trình được lỗi này"):
        give(paper_office, catalogue, name=ZONE_NAME, explanations={"hand_in.other_unit": "đúng mà"})


@pytest.mark.parametrize(
    ("written", "is_other"),
    [
        ("UBND phường Hoa Lư", True),
        ("UBND xã Giấy Mẫu", True),
        ("UBND phường Giấy", True),
        ("Sở Tư pháp", True),
        ("UBND xã Cao Mẫu, xã Giấy", True),
        ("UBND xã Hoa Lư, tỉnh Giấy", True),
        ("Ủy ban nhân dân XÃ GIẤY", False),
        ("UBND xã Giấy, tỉnh Biển Mẫu", False),
        ("Văn phòng HĐND và UBND xã Giấy", False),
        ("xã Giấy", False),
        ("UBND ……", False),
    ],
)
def test_a_unit_the_configuration_does_not_know_is_another_unit_all_the_same(
    paper_office: Office, catalogue: Catalogue, written: str, is_other: bool
) -> None:
    known = Catalogue.read(paper_office.config_dir)
    assert bool(find_other_named(known, known.unit(UNIT), written)) is is_other


def test_a_form_of_an_unknown_unit_is_sent_back_and_no_reason_is_asked_for(
    run_cli: Callable[..., Result], tmp_path: Path, catalogue: Catalogue
) -> None:
    path = tmp_path / "bieu.docx"
    path.write_bytes(to_word(make_form(catalogue, "UBND phường Hoa Lư", written={"4.1.2": "980", "4.1": "96,94"})))
    done = run_cli("hand-in", path, "--unit", UNIT, "--period", PERIOD)
    assert done.exit_code == 20
    assert f"Biểu mẫu là của UBND phường Hoa Lư; đơn vị đang nộp là {NAME}." in " ".join(done.output.split())
    assert "Không giải trình được hand_in.other_unit: nộp đúng biểu mẫu" in done.output
    asked = done.output.split("nộp kèm --explain")[1]
    assert "form.part_within_whole" in asked
    assert "hand_in.other_unit" not in asked
    linted = run_cli("lint", path, "--unit", UNIT, "--json")
    assert linted.exit_code == 20
    assert "hand_in.other_unit" in linted.output
    assert "hand_in.other_unit" not in run_cli("lint", path, "--json").output


@pytest.mark.parametrize(
    ("dated", "is_sent_back"),
    [
        ("ngày … tháng 12 năm 2024", True),
        ("ngày … tháng 9 năm 2025", True),
        ("ngày … tháng … năm 2024", True),
        ("ngày … tháng 12 năm 2025", False),
        ("ngày … tháng … năm 2025", False),
        ("ngày … tháng … năm …", False),
    ],
)
def test_a_month_without_its_day_that_cannot_be_of_the_period_is_found(
    paper_office: Office, catalogue: Catalogue, dated: str, is_sent_back: bool
) -> None:
    content = to_word(make_form(catalogue, NAME, dated=dated))
    with paper_office.open() as workspace:
        answer = hand_in(workspace, GivenFile(content, ".docx", UNIT, PERIOD))
    assert ("document.another_period" in {one.check for one in answer.open}) is is_sent_back


@pytest.mark.parametrize(("row", "measure"), [("4.3.1", "%"), ("4.3.1", "Phần trăm"), ("3.2", "Văn bản")])
def test_a_percentage_for_a_count_or_a_count_for_a_percentage_is_not_taken(
    paper_office: Office, catalogue: Catalogue, row: str, measure: str
) -> None:
    content = to_word(make_form(catalogue, NAME).with_row(row, unit=measure))
    with paper_office.open() as workspace:
        answer = hand_in(workspace, GivenFile(content, ".docx", UNIT, PERIOD))
    assert [(one.check, one.cells) for one in answer.open] == [("document.unit_altered", (row,))]


def test_a_form_of_another_year_is_sent_back(paper_office: Office, catalogue: Catalogue) -> None:
    content = to_word(make_form(catalogue, NAME, dated="ngày 15 tháng 12 năm 2024"))
    with paper_office.open() as workspace:
        answer = hand_in(workspace, GivenFile(content, ".docx", UNIT, PERIOD))
    assert "document.another_period" in {one.check for one in answer.open}


def test_what_is_no_form_is_sent_back_with_the_reason_and_kept(paper_office: Office) -> None:
    with paper_office.open() as workspace:
        answer = hand_in(workspace, GivenFile(b"Kinh gui ...", ".txt", UNIT, PERIOD))
        kept = workspace.store.files.get(answer.given.payloads[0].sha256)
    assert answer.exit_code == 22
    assert "Không tìm thấy bảng số liệu nào" in answer.says_vi
    assert kept == b"Kinh gui ..."


def test_a_system_beside_the_form_is_printed_and_the_difference_told(
    paper_office: Office, catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    answer = give(paper_office, catalogue, unit=ZONE, name=ZONE_NAME)
    cell = cells_of(answer)["4.3.1"]
    assert cell.status is CellStatus.REPORTED
    said = failed(answer, "reconcile.as_handed_in")
    assert any("Ô 4.3.1" in text and f"{cell.display}, đơn vị báo cáo 16.736" in text for text in said)
    assert answer.result is not None
    with paper_office.open() as workspace:
        plan = make_plan(workspace.catalogue, ZONE, PERIOD, None, workspace.settings.now())
        shown = find_shown(workspace.store, plan.form_key, VintageChoice())
        origin = read_explained(workspace, shown, "4.3.1").origin_vi
    assert origin.startswith("thu thập từ hệ thống; đơn vị báo cáo “16.736” (biểu nộp lần 1, ")
    severities = {one.severity.value for one in answer.result.failed_checks if one.check == "reconcile.as_handed_in"}
    assert severities == {"warning"}


def test_a_system_that_is_down_is_not_replaced_by_what_the_unit_wrote(
    paper_office: Office, catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("one_stop", "wrong_password")
    try:
        answer = give(paper_office, catalogue, unit=ZONE, name=ZONE_NAME)
    finally:
        tiny_sandbox.clear_faults()
    cell = cells_of(answer)["4.3.1"]
    assert (cell.value, cell.status) == (None, CellStatus.NOT_COLLECTED)
    assert "đơn vị báo cáo 16.736" in cell.note
    assert cells_of(answer)["4.3"].value is None
    assert answer.exit_code == 12


def test_a_system_the_unit_does_not_have_is_filled_from_its_form(
    paper_office: Office, catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    paper_office.change_config("units.yaml", "      portal_dvcqg: H98.51\n", "")
    answer = give(paper_office, catalogue, unit=ZONE, name=ZONE_NAME)
    cells = cells_of(answer)
    assert (cells["4.5.1"].display, cells["4.5.1"].status) == ("44", CellStatus.HANDED_IN)
    assert cells["4.3.1"].status is CellStatus.REPORTED


def test_a_replay_takes_the_form_of_then_and_verify_finds_a_file_that_is_gone(
    paper_office: Office, catalogue: Catalogue
) -> None:
    first = give(paper_office, catalogue)
    give(paper_office, catalogue, figures={"dossiers_full_count": 17000})
    with paper_office.open(NOW + timedelta(days=1)) as workspace:
        plan = make_plan(workspace.catalogue, UNIT, PERIOD, None, workspace.settings.now())
        again = rerun(workspace, plan, PAYLOADS, number=1)
        assert again.result.report.filled.cells["4.3.1"].display == "16.736"
        assert again.result.report.observations["dossiers_full_count"].value == Decimal(16736)
        assert verify(workspace.store, workspace.settings.out_dir).findings == ()
        sha256 = first.given.payloads[0].sha256
    (body,) = (path for path in paper_office.payloads.rglob(f"*{sha256[4:]}*") if path.is_file())
    body.unlink()
    with paper_office.open() as workspace:
        found = verify(workspace.store, workspace.settings.out_dir).findings
    assert found


def test_what_was_kept_before_a_kill_is_made_up_for(paper_office: Office, catalogue: Catalogue) -> None:
    """The file was entered, the report not made: the same message makes it, once."""
    content = to_word(make_form(catalogue, NAME))
    given = GivenFile(content, ".docx", UNIT, PERIOD, way=HandInWay.MAIL, message_key="a" * 64)
    with paper_office.open() as workspace, pytest.MonkeyPatch.context() as patch:
        patch.setattr("reporting.intake.handing_in.make_report", lambda _, answer: answer)
        hand_in(workspace, given)
    with paper_office.open() as workspace:
        again = hand_in(workspace, given)
        assert again.result is not None
        assert hand_in(workspace, given).result is None
        key = FormKey(UNIT, FORM, again.given.period)
        assert len(workspace.store.hand_ins.list(UNIT, again.given.period)) == 1
        assert [vintage.key.vintage for vintage in workspace.store.vintages.list(key)] == [1]


@pytest.mark.parametrize("dies_at", ["reporting.pipeline.write_files", "reporting.intake.next_vintage.alert"])
def test_a_kill_after_the_report_was_kept_loses_neither_its_files_nor_its_alert(
    paper_office: Office, catalogue: Catalogue, dies_at: str
) -> None:
    """The report is whole in the store; the same file once more writes what is lacking and tells who must know."""
    content = to_word(make_form(catalogue, NAME, written={"4.1.2": "99", "4.1": "100"}))
    reasons = {"form.part_within_whole": "gồm cả thủ tục của huyện cũ", "form.ratio_matches": "như trên"}
    given = GivenFile(content, ".docx", UNIT, PERIOD, explanations=reasons)
    with paper_office.open() as workspace, pytest.MonkeyPatch.context() as patch:
        patch.setattr(dies_at, lambda *_: sys.exit(137))
        with pytest.raises(SystemExit):
            hand_in(workspace, given)
    with paper_office.open() as workspace:
        again = hand_in(workspace, given)
        assert [one.key.vintage for one in workspace.store.vintages.list(again.given.form_key)] == [1]
        assert any(one.is_open for one in workspace.store.incidents.all())
        before = len(workspace.store.incidents.all())
        hand_in(workspace, given)
        assert len(workspace.store.incidents.all()) == before
    assert (paper_office.home / "out" / UNIT / PERIOD / FORM / "form.docx").is_file()


def test_a_province_s_form_is_not_handed_in(paper_office: Office, catalogue: Catalogue) -> None:
    with pytest.raises(ConfigError, match="được tổng hợp từ các đơn vị trực thuộc"):
        give(paper_office, catalogue, unit="tinh", name="UBND tỉnh Biển Mẫu")


def test_a_huge_file_is_refused_before_it_is_read(paper_office: Office) -> None:
    with paper_office.open() as workspace, pytest.raises(ConfigError, match="lớn hơn 1 MB"):
        hand_in(workspace, GivenFile(b"x" * 1_000_001, ".docx", UNIT, PERIOD), largest_bytes=1_000_000)


def test_status_and_watch_know_a_unit_that_has_not_handed_in(
    run_cli: Callable[..., Result], tmp_path: Path, catalogue: Catalogue
) -> None:
    assert "chưa nộp biểu" in run_cli("status", PERIOD).output
    watched = run_cli("watch", "--on", "2025-12-16", "--unit", UNIT).output
    assert "Đơn vị chưa nộp Biểu mẫu 7 của kỳ này." in watched
    assert "Chưa khai báo kết nối" not in watched
    run_cli("hand-in", write_form(tmp_path, catalogue), "--unit", UNIT, "--period", PERIOD)
    assert "đã nhận biểu lần 1" in run_cli("status", PERIOD).output
    watched = run_cli("watch", "--on", "2025-12-16", "--unit", UNIT).output
    assert "chưa nộp" not in watched
    assert "chưa phát hành: sẵn sàng trình ký" in watched


def test_a_form_handed_in_after_the_release_leaves_it_as_it_is(
    run_cli: Callable[..., Result], paper_office: Office, tmp_path: Path, catalogue: Catalogue
) -> None:
    run_cli("hand-in", write_form(tmp_path, catalogue), "--unit", UNIT, "--period", PERIOD)
    with paper_office.open() as workspace:
        plan = make_plan(workspace.catalogue, UNIT, PERIOD, None, workspace.settings.now())
        for step, by in ((prepare, "lan"), (approve, "minh"), (publish, "minh")):
            step(workspace, plan.form_key, StepRequest(by))
    later = write_form(tmp_path, catalogue, figures={"dossiers_full_count": 17000})
    done = run_cli("hand-in", later, "--unit", UNIT, "--period", PERIOD)
    assert "Biểu mẫu đã phát hành, bản phát hành giữ nguyên; muốn điều chỉnh: baocao rerun" in done.output
    assert "Ô 4.3.1: 16736 → 17000" in done.output
    released = json.loads(run_cli("show", PERIOD, "--unit", UNIT, "--as-released", "--json").output)
    assert released["cells"]["4.3.1"]["display"] == "16.736"
