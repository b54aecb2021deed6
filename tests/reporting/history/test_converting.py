"""A period on another form than the one in force: converted from what was counted, with series breaks named."""

import json

import pytest
from click.testing import CliRunner

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError
from baocao.forms.series import Break, break_notes, find_breaks
from cli.main import cli
from reporting.history.converting import convert, needs_conversion
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.history.showing import VintageChoice
from reporting.plan import make_plan
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office

OLD, NEW = "2024-phu-luc-8", "2025-bieu-mau-7"


def test_breaks_of_the_two_real_forms_are_named(catalogue: Catalogue) -> None:
    breaks = find_breaks(catalogue.form(OLD), catalogue.form(NEW), catalogue.indicators)
    kinds = {(one.number or one.number_in_force): one.kind for one in breaks}
    assert kinds["6.3.1"] is Break.NO_COUNTERPART
    assert kinds["6.5"] is Break.OTHER_DEFINITION
    assert kinds["4.4.1"] is Break.LEFT_OUT
    assert "5.2" not in kinds
    assert "Định nghĩa khác ô 4.5 của Biểu mẫu 7" in break_notes(breaks)["6.5"]
    assert find_breaks(catalogue.form(NEW), catalogue.form(NEW), catalogue.indicators) == ()


def test_another_unit_of_measure_is_a_break(catalogue: Catalogue) -> None:
    old, new = catalogue.form(OLD), catalogue.form(NEW)
    rows = tuple(row.model_copy(update={"unit": "Nghìn"}) if row.key == "6.2.1" else row for row in old.rows)
    breaks = find_breaks(old.model_copy(update={"rows": rows}), new, catalogue.indicators)
    (one,) = [found for found in breaks if found.kind is Break.OTHER_UNIT]
    assert (one.number, one.number_in_force) == ("6.2.1", "4.1.1")
    assert one.says.startswith("Đơn vị tính khác ô 4.1.1 của Biểu mẫu 7: Nghìn thay vì")


def test_a_form_never_filled_is_converted_from_what_was_counted(made: Office) -> None:
    with made.open() as workspace:
        plan = make_plan(workspace.catalogue, UNIT, PERIOD, OLD, NOW)
        assert needs_conversion(workspace, plan)
        converted = convert(workspace, plan, VintageChoice())
        cells, before = converted.report.filled.cells, workspace.store.contents.filled_form(converted.source.key).cells
        assert cells["6.2.2"].value == before["4.1.2"].value is not None
        assert cells["6.4.1"].value == before["4.3.1"].value + before["4.4.1"].value  # type: ignore[operator]
        assert "không có chỉ tiêu tương ứng" in cells["6.4.1"].note
        assert not workspace.store.vintages.list(converted.source.key.form_key)[1:]
        with pytest.raises(ConfigError, match="lúc đó chưa biết gì"):
            convert(workspace, plan, VintageChoice(as_of=NOW.replace(year=2024)))


def test_a_rerun_on_another_form_uses_the_answers_kept_for_the_one_in_force(made: Office) -> None:
    with made.open() as workspace:
        plan = make_plan(workspace.catalogue, UNIT, PERIOD, OLD, NOW)
        done = rerun(workspace, plan, PAYLOADS)
        assert (done.result.vintage.form_code, done.result.vintage.vintage) == (OLD, 1)
        assert done.reference.form_code == NEW
        assert workspace.store.vintages.find(done.result.vintage).replayed_from is None
        same = {one.cell.number for one in done.differences if not one.is_changed and one.cell.after is not None}
        assert {"5.2", "6.2", "6.2.1", "6.2.2"} <= same
        assert not needs_conversion(workspace, plan)


def test_show_names_the_breaks_in_words_and_in_json(made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOME": made.home, "CONFIG_DIR": made.config_dir, "NOW": NOW.isoformat()}.items():
        monkeypatch.setenv(f"BAOCAO_{name}", str(value))
    runner = CliRunner(env={"BAOCAO_UNIT": UNIT, "COLUMNS": "160"})
    said = runner.invoke(cli, ["show", PERIOD, "--form", OLD]).stdout
    assert "Gián đoạn chuỗi số liệu: Ô 6.3.1: Biểu mẫu 7 đang có hiệu lực không có chỉ tiêu tương ứng" in said
    assert f"lần lập thứ 1 trên mẫu đang có hiệu lực ({NEW})" in said
    told = json.loads(runner.invoke(cli, ["show", PERIOD, "--form", OLD, "--json"]).stdout)
    assert told["converted_from"] == {"form": NEW, "vintage": 1}
    assert {"kind", "cell", "cell_in_force", "says"} == set(told["series_breaks"][0])
