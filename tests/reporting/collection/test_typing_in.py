"""Typed-in figures: read before anybody is asked, kept, replayed as they were, their evidence shown."""

import json
import shutil
import zipfile
from datetime import timedelta

import pytest
import yaml
from click.testing import CliRunner

from baocao.errors import ConfigError
from baocao.typed_figures import TYPED_IN as SOURCE_CODE
from cli.main import cli
from reporting.history.proving import prove_releases
from reporting.history.rerunning import PAYLOADS, SOURCES, rerun
from reporting.pipeline import run_from_sources
from reporting.release.verifying import verify
from sandbox.server import RunningSandbox
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.reporting.conftest import NOW, Office, form_key, plan_of
from tests.reporting.release.test_releasing import release

MANUAL = "manual/dac-khu/2025-Q4.yaml"
FORM = "forms/2025-bieu-mau-7.yaml"
ARCHITECTURE = "Quyết định của UBND tỉnh phê duyệt Kiến trúc Chính quyền số, phiên bản 4.0"
LATER = timedelta(days=3)


@pytest.mark.parametrize("file", [MANUAL, "corrections/dac-khu/2025-Q4.yaml"])
def test_a_mistake_in_what_people_wrote_stops_the_run_before_anybody_is_asked(
    small_office: Office, tiny_sandbox: RunningSandbox, file: str
) -> None:
    path = small_office.config_dir / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("figures:\n  architecture_updated_code:\n    value: một\n", encoding="utf-8")
    tiny_sandbox.requests.clear()
    with pytest.raises(ConfigError, match=r"2025-Q4\.yaml:\n  dòng \d") as told:
        small_office.run()
    assert told.value.exit_code == 2
    assert len(tiny_sandbox.requests) == 0
    with small_office.open() as workspace:
        assert workspace.store.vintages.find_latest(form_key(workspace)) is None


def test_a_typed_in_figure_names_the_payload_it_was_read_from(made: Office) -> None:
    with made.open() as workspace:
        key = form_key(workspace)
        latest = workspace.store.vintages.find_latest(key)
        assert latest is not None
        (kept,) = (c for c in workspace.store.collections.list(latest.key) if c.source_code == SOURCE_CODE)
        observations = {o.indicator_code: o for o in workspace.store.contents.observations(latest.key)}
        body = workspace.store.files.get(kept.payloads[0].sha256).decode()
    assert kept.payloads[0].request["file"] == MANUAL
    assert observations["architecture_updated_code"].payload_hashes == kept.payload_hashes
    assert json.loads(body)["architecture_updated_code"]["evidence"] == ARCHITECTURE
    assert "# Figures no system holds" not in body


def test_a_replay_takes_the_figures_of_then_and_says_what_today_s_file_has_otherwise(made: Office) -> None:
    release(made)
    made.change_config(MANUAL, "value: 1\n", "value: 0\n")
    with made.open(NOW + LATER) as workspace:
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
        assert done.changed == ()
        assert done.typed_since == (
            "số nhập tay “Cập nhật Kiến trúc chính quyền điện tử phiên bản mới nhất”: 1 → 0 (Phòng Văn hoá - Xã hội nhập 12/12/2025)",
        )
        assert verify(workspace.store, workspace.settings.out_dir).findings == ()
        proof = prove_releases(workspace, verify(workspace.store, workspace.settings.out_dir))
        assert (proof.findings, proof.replayed_count) == ((), 1)
        again = rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
        (changed,) = again.changed
    assert (changed.cell.number, changed.cell.before, changed.cell.after) == ("1", 1, 0)
    assert [cause.kind for cause in changed.causes] == ["typed_in"]


def test_asking_again_takes_today_s_file_and_the_difference_has_its_cause(
    made: Office, tiny_sandbox: RunningSandbox, credentials: None
) -> None:
    made.change_config(MANUAL, "value: 1\n", "value: 0\n")
    with made.open(NOW + LATER, tiny_sandbox.url) as workspace:
        done = rerun(workspace, plan_of(workspace), SOURCES)
    causes = {cause.kind: cause.text_vi for one in done.changed if one.cell.number == "1" for cause in one.causes}
    assert causes == {
        "typed_in": "số nhập tay “Cập nhật Kiến trúc chính quyền điện tử phiên bản mới nhất”: 1 → 0 (Phòng Văn hoá - Xã hội nhập 12/12/2025)"
    }


def test_a_release_made_before_figures_were_kept_replays_to_the_byte(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its figures stand in the configuration of its time, whatever the file says today."""
    with monkeypatch.context() as before:
        before.setattr("reporting.shared_answers.keep_typed", lambda *_: None)
        small_office.run()
    release(small_office)
    assert "typed_in" not in json.loads((small_office.out / "manifest.json").read_bytes())
    small_office.change_config(MANUAL, "value: 1\n", "value: 0\n")
    with small_office.open(NOW + LATER) as workspace:
        proof = prove_releases(workspace, verify(workspace.store, workspace.settings.out_dir))
    assert (proof.findings, proof.replayed_count) == ((), 1)


def test_evidence_is_shown_by_explain_in_the_workbook_on_the_page_and_in_the_manifest(
    made: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"HOME": made.home, "CONFIG_DIR": made.config_dir, "NOW": NOW.isoformat()}.items():
        monkeypatch.setenv(f"BAOCAO_{name}", str(value))
    told = CliRunner().invoke(cli, ["explain", "2025-Q4", "1", "--unit", "dac-khu"])
    assert told.exit_code == 0, told.output
    assert f"Minh chứng:     {ARCHITECTURE} (Phòng Văn hoá - Xã hội nhập ngày 12/12/2025)" in told.output
    assert f"Nhập tay:       tệp {MANUAL}, đọc lúc" in told.output
    with zipfile.ZipFile(made.out / "form.xlsx") as workbook:
        assert ARCHITECTURE in "".join(workbook.read(n).decode() for n in workbook.namelist() if n.endswith(".xml"))
    assert ARCHITECTURE in (made.out / "form.html").read_text(encoding="utf-8")
    manifest = json.loads((made.out / "manifest.json").read_bytes())["typed_in"]
    assert manifest["file"] == MANUAL
    assert manifest["figures"]["architecture_updated_code"]["evidence"] == ARCHITECTURE


def test_evidence_stands_in_the_note_only_where_the_form_asks_for_it(small_office: Office) -> None:
    plain = small_office.run().report.filled.cells["1"].note
    assert plain == "Phòng Văn hoá - Xã hội nhập ngày 12/12/2025"
    small_office.change_config(FORM, "signature_block:", "evidence_in_notes: true\nsignature_block:")
    assert small_office.run(NOW + LATER).report.filled.cells["1"].note == f"{plain}, căn cứ: {ARCHITECTURE}"


def test_only_the_systems_a_form_s_figures_come_from_are_asked(
    small_office: Office, tiny_sandbox: RunningSandbox
) -> None:
    """Rows 1 and 2 are typed in; 4.1 is counted from the portal."""
    for rows, asked in ((("1",), set()), (("1", "4.1.1"), {"portal"})):
        keep_rows(small_office, rows)
        tiny_sandbox.requests.clear()
        with small_office.open() as workspace:
            result = run_from_sources(workspace, (plan_of(workspace),), late_stocks=True)[0]
        assert {served.system for served in tiny_sandbox.requests} == asked
        assert {key: cell.display for key, cell in result.report.filled.cells.items()}["1"] == "1"
        assert result.exit_code == 0, result.failed_checks


def keep_rows(office: Office, numbers: tuple[str, ...]) -> None:
    """The form with these rows alone."""
    shutil.copy(ONE_FORM_CONFIG_DIR / FORM, office.config_dir / FORM)
    for path in (office.config_dir / "forms").glob("*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for row in content["rows"]:
            row.pop("crosswalk", None)
        if path.name in FORM:
            content["rows"] = [row for row in content["rows"] if row["number"].rstrip(".") in numbers]
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
