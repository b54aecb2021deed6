"""Which files a run leaves, and the province's own template in place of ours."""

import json
import shutil
from pathlib import Path

import docx
import pytest

from baocao.settings import CHECKOUT_DIR
from tests.flows.conftest import Installation


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKOUT_DIR / "config", tmp_path / "own-config"))


def make_template(config_dir: Path, *, without: str = "") -> None:
    import yaml

    form = config_dir / "forms" / "2025-bieu-mau-7.yaml"
    rows = yaml.safe_load(form.read_text(encoding="utf-8"))["rows"]
    document = docx.Document()
    document.add_paragraph("Tỉnh Biển Mẫu: {{ ky_bao_cao }}, {{ co_quan }}")
    for row in rows:
        name = "o_" + row["number"].rstrip(".").replace(".", "_")
        if not row.get("heading") and name != without:
            document.add_paragraph(f"{row['number']} {{{{ {name} }}}}")
    (config_dir / "templates").mkdir()
    document.save(str(config_dir / "templates" / "mau.docx"))
    text = form.read_text(encoding="utf-8").replace(
        "signature_block", "word_template: templates/mau.docx\nsignature_block"
    )
    form.write_text(text, encoding="utf-8")


def test_a_province_prints_its_own_word_file(tiny: Installation, config_dir: Path) -> None:
    make_template(config_dir)
    ended = tiny.report("2025-Q4", BAOCAO_CONFIG_DIR=str(config_dir))
    assert ended.code == 0, ended.err
    path = tiny.file("dac-khu", "2025-Q4", "2025-bieu-mau-7", "form.docx")
    lines = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    assert lines[0] == "Tỉnh Biển Mẫu: Quý IV năm 2025, UBND đặc khu Sao Mẫu"
    assert f"4.3.1 {ended.json['cells']['4.3.1']['display']}" in lines


def test_a_template_without_a_place_for_a_figure_is_refused_by_name(tiny: Installation, config_dir: Path) -> None:
    make_template(config_dir, without="o_4_3_1")
    ended = tiny.report("2025-Q4", BAOCAO_CONFIG_DIR=str(config_dir))
    assert ended.code == 2
    assert "o_4_3_1" in ended.err
    assert not tiny.file("dac-khu", "2025-Q4", "2025-bieu-mau-7", "form.docx").exists()


def test_the_export_has_the_shape_of_the_provincial_platform(tiny: Installation) -> None:
    assert tiny.report("2025-Q4").code == 0
    path = tiny.file("dac-khu", "2025-Q4", "2025-bieu-mau-7", "indicators.json")
    export = json.loads(path.read_text(encoding="utf-8"))
    assert export["total"] == len(export["data"]) > 10
    assert {"officeCode": "H98.51", "periodId": 16, "dataYear": 2025}.items() <= export["data"][0].items()
