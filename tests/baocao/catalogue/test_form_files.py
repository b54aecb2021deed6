"""What a new form brings along: rows numbered anew under each heading, and figures in a file of their own."""

import re
import shutil
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError
from tests.configuration import ONE_FORM_CONFIG_DIR

FORM = """
appendix: Biểu mẫu 1
title: [Công tác chỉ đạo]
attached_to: (Kèm theo Báo cáo của {issuer})
signature_block: false
valid_from: 2025-07-01
rows:
  - {number: I, label: Chỉ đạo, heading: true}
  - {number: "1", key: I.1, label: Số kế hoạch, unit: Văn bản, indicator: plans_count}
  - {number: II, label: Thể chế, heading: true}
  - {number: "1", KEY label: Số văn bản, unit: Văn bản, indicator: texts_count}
"""
FIGURES = """
indicators:
  plans_count: {label: Số kế hoạch, measure: document, typed: {}, owner: office}
  texts_count: {label: Số văn bản, measure: document, typed: {}, owner: office}
"""


def folder_with(tmp_path: Path, key: str = "key: II.1,", figures: str = FIGURES) -> Path:
    folder = Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config"))
    (folder / "forms" / "bm-1.yaml").write_text(FORM.replace("KEY", key), encoding="utf-8")
    (folder / "indicators").mkdir(exist_ok=True)
    (folder / "indicators" / "bm-1.yaml").write_text(figures, encoding="utf-8")
    return folder


def told_of(folder: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        Catalogue.read(folder)
    return str(caught.value)


def test_rows_numbered_anew_under_each_heading_are_told_apart_by_their_keys(tmp_path: Path) -> None:
    catalogue = Catalogue.read(folder_with(tmp_path))
    form = catalogue.form("bm-1")
    assert [(row.number, row.key, row.depth) for row in form.rows] == [
        ("I", "I", 0), ("1", "I.1", 1), ("II", "II", 0), ("1", "II.1", 1),
    ]  # fmt: skip
    assert form.row("II.1").indicator == "texts_count"
    assert catalogue.indicator("plans_count").label == "Số kế hoạch"
    assert "dossiers_full_count" in catalogue.indicators


def test_a_cell_twice_is_told_with_its_line_and_what_may_be_done(tmp_path: Path) -> None:
    told = told_of(folder_with(tmp_path, "key: I.1,"))
    assert re.search(r"bm-1\.yaml:\n  dòng 11, rows\.3: ô I\.1 đã có ở dòng trên; sửa number, hoặc ghi thêm key", told)


def test_one_mistake_of_the_form_does_not_hide_another(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path, "key: I.1, tiers: [xa, commun],", FIGURES.replace("measure: document", "measure: docs")
    )
    path = folder / "forms" / "bm-1.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("plans_count", "plan_count"), encoding="utf-8")
    told = told_of(folder)
    for says in (
        r"rows\.3: ô I\.1 đã có",
        r"rows\.3\.tiers\.1: .*ý bạn là “commune”",
        r"rows\.1\.indicator: không có chỉ tiêu “plan_count”.*ý bạn là “plans_count”",
        r"indicators/bm-1\.yaml:\n  dòng 3, indicators\.plans_count\.measure: .*document",
        r"indicators\.texts_count\.measure",
    ):
        assert re.search(says, told), f"{says} not in:\n{told}"


def test_a_figure_two_files_give_is_refused(tmp_path: Path) -> None:
    told = told_of(folder_with(tmp_path, figures=FIGURES.replace("plans_count", "dossiers_full_count")))
    assert "indicators.dossiers_full_count: tên này đã có trong indicators.yaml; đặt tên khác" in told


def test_an_owner_nobody_is_stands_under_the_file_that_names_it(tmp_path: Path) -> None:
    told = told_of(folder_with(tmp_path, figures=FIGURES.replace("owner: office", "owner: offic")))
    assert re.search(r"indicators/bm-1\.yaml:\n  dòng 3, indicators\.plans_count\.owner: .*ý bạn là “office”", told)


def test_a_form_brings_its_units_of_measure_along(tmp_path: Path) -> None:
    figures = FIGURES.replace("measure: document", "measure: letter") + "measures: {letter: {label: thư}}\n"
    assert Catalogue.read(folder_with(tmp_path, figures=figures)).indicator("plans_count").measure.label == "thư"


def test_a_unit_of_measure_two_files_give_is_refused_and_a_wrong_one_told(tmp_path: Path) -> None:
    told = told_of(folder_with(tmp_path, figures=f"{FIGURES}measures: {{ballot: {{label: phiếu}}, letter: {{}}}}\n"))
    assert "measures.ballot: đơn vị tính này đã có" in told
    assert "measures.letter.label: thiếu khóa này" in told
