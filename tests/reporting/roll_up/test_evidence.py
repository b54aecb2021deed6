"""Where a provincial figure comes from, made again to the byte, and which commune changed it."""

import json

import openpyxl
import pytest

from baocao.errors import ConfigError
from baocao.store import VintageKey
from cli.main import cli
from reporting.gathering import gather_from_payloads
from reporting.history.rerunning import PAYLOADS, SOURCES, Rerun, rerun
from reporting.pipeline import compute
from reporting.plan import make_plan
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish
from reporting.release.verifying import verify
from sandbox.world.truth import true_figures
from sandbox.world.units import PROVINCE_KEY
from tests.reporting.roll_up.land import NAME, UNITS
from tests.reporting.roll_up.made import PERIOD, Land, failed, figures, form_key, make_vintage, plan_of, province


def redo(land: Land, source: str) -> Rerun:
    with land.open() as workspace:
        plan = make_plan(workspace.catalogue, "tinh", PERIOD, None, workspace.settings.now())
        return rerun(workspace, plan, source)


def correct(land: Land, unit: str, indicator: str, expect: object, value: object) -> None:
    """A commune's figure becomes another one, by a signed correction and a new vintage."""
    folder = land.config_dir / "corrections" / unit
    folder.mkdir(parents=True)
    (folder / f"{PERIOD}.yaml").write_text(
        f"corrections:\n- {{indicator: {indicator}, expect: {expect}, value: {value}, "
        "reason: Bổ sung hồ sơ giấy, evidence: Biên bản, signed_by: Chủ tịch, signed_on: 2025-12-15}\n"
    )
    with land.open() as workspace:
        make_vintage(workspace, plan_of(workspace, unit))


def test_a_provincial_cell_is_explained_commune_by_commune(
    land: Land, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    land.settle({**province(6), "don-vi-007": {"name": "UBND xã Vắng", "tier": "commune", "parent": "tinh"}})
    land.roll_up()
    for name, value in land.environment().items():
        monkeypatch.setenv(name, value)
    cli(["explain", PERIOD, "4.3", "--unit", "tinh", "--json"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    whole = {line["unit"]: line for line in told["units_below"] if line["indicator"] == "dossiers_full_count"}
    assert set(whole) == {*UNITS, "don-vi-007"}
    assert whole["don-vi-002"]["value"] == str(true_figures(NAME, "don-vi-002", PERIOD)["dossiers_full_count"])
    assert (whole["don-vi-002"]["vintage"], whole["don-vi-007"]["reason"]) == (1, "chưa có báo cáo")
    cli(["explain", PERIOD, "4.3.1", "--unit", "tinh"], standalone_mode=False)
    page = capsys.readouterr().out
    assert "cộng số hồ sơ của các đơn vị trực thuộc" in page
    assert f"baocao explain {PERIOD} 4.3.1 --unit don-vi-001 --form 2025-bieu-mau-7 --vintage 1" in page

    cli(["explain", PERIOD, "4.3.1", "--unit", "tinh", "--records", "--json"], standalone_mode=False)
    (units,) = json.loads(capsys.readouterr().out)["records"]
    assert units["heading"].endswith(": số của 6 đơn vị, thiếu 1")
    value = str(true_figures(NAME, "don-vi-002", PERIOD)["dossiers_full_count"])
    rows = {row[0]: row[2:] for row in units["rows"]}
    assert (rows["don-vi-002"], rows["don-vi-007"]) == ([value, "lần lập 1"], ["", "chưa có báo cáo"])
    below = ["explain", PERIOD, "4.3.1", "--unit", "tinh", "--records", "--below", "don-vi-002"]
    book = land.home / "ho-so.xlsx"
    cli([*below, "--xlsx", str(book)], standalone_mode=False)
    assert f"{value}\n" in capsys.readouterr().out.replace("  ", "")
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert sheet.max_row - 3 == int(value), "the dossiers of that commune"
    with pytest.raises(ConfigError, match="don-vi-007"):
        cli([*below[:-1], "don-vi-007"], standalone_mode=False)


def test_a_replay_is_the_same_to_the_byte_whatever_the_communes_say_today(land: Land) -> None:
    first = land.roll_up()
    correct(land, "don-vi-003", "dossiers_full_count", figures_of(land, "don-vi-003"), 7)
    done = redo(land, PAYLOADS)
    assert (done.changed, done.other_files) == ((), ())
    assert figures(done.result) == figures(first)


def test_a_roll_up_counted_once_more_has_the_checks_it_was_kept_with(land: Land) -> None:
    """Its Data Docs and its proof are made so."""
    land.settle({**province(6), "don-vi-007": {"name": "UBND xã Vắng", "tier": "commune", "parent": "tinh"}})
    result = land.roll_up()
    with land.open() as workspace:
        plan = plan_of(workspace, "tinh")
        again = compute(workspace, plan, gather_from_payloads(workspace, plan, result.vintage), result.vintage.vintage)
    assert again.filled == result.report.filled
    assert [(one.check, one.outcome) for one in again.checks] == [
        (one.check, one.outcome) for one in result.report.checks
    ]
    assert any(one.check.startswith("roll_up.") for one in again.checks)


def test_a_new_roll_up_names_the_commune_whose_figure_changed(land: Land) -> None:
    land.roll_up()
    was = figures_of(land, "don-vi-003")
    correct(land, "don-vi-003", "dossiers_full_count", was, was + 5)
    done = redo(land, SOURCES)
    causes = {one.cell.number: [cause.text_vi for cause in one.causes] for one in done.changed}
    said = f"UBND xã Mẫu số 003 (lần lập 1 → lần lập 2): {was} → {was + 5}"
    assert causes["4.3.1"] == [said]
    assert said in causes["4.3"]


def test_a_released_form_counts_although_a_later_one_was_made(land: Land) -> None:
    with land.open() as workspace:
        key = form_key(workspace, "don-vi-003")
        for step, by in ((prepare, "lan"), (approve, "minh"), (publish, "minh")):
            step(workspace, key, StepRequest(by, "chốt"))
    was = figures_of(land, "don-vi-003")
    correct(land, "don-vi-003", "dossiers_full_count", was, was + 5)
    with land.open() as workspace:
        latest = workspace.store.vintages.find_latest(key)
        assert latest is not None
        assert latest.key.vintage == 2
    total = sum(figures_of(land, unit) for unit in UNITS)
    assert figures(land.roll_up())["dossiers_full_count"] == total


def test_a_changed_payload_of_a_roll_up_is_found(land: Land) -> None:
    land.roll_up()
    with land.open() as workspace:
        key = form_key(workspace, "tinh")
        kept = next(
            p
            for p in workspace.store.collections.list_payloads(VintageKey(key.unit_code, key.form_code, key.period, 1))
            if p.request.get("part") == "child"
        )
        (land.home / "var" / "payloads" / kept.sha256[:2] / f"{kept.sha256[2:]}.zst").unlink()
        assert [finding.where for finding in verify(workspace.store, land.home / "out").findings] == [kept.sha256]


def test_a_source_of_the_province_that_holds_its_communes_is_noticed_and_counted_once(land: Land) -> None:
    """The one-stop system answers for all agencies below the one asked for."""
    straight = figures(land.roll_up())
    keys = {"one_stop_igate": PROVINCE_KEY}
    land.settle(province(6, source_keys=keys))
    doubled = land.roll_up()
    assert failed(doubled)["roll_up.counted_once"] == "critical"
    assert figures(doubled)["dossiers_full_count"] == 2 * straight["dossiers_full_count"]
    land.settle(province(6, source_keys=keys, roll_up={"includes_children": ["one_stop_igate"]}))
    once = land.roll_up()
    assert "roll_up.counted_once" not in failed(once)
    assert figures(once) == straight


def figures_of(land: Land, unit: str) -> int:
    return int(true_figures(NAME, unit, PERIOD)["dossiers_full_count"] or 0)
