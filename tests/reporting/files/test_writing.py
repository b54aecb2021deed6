"""Which files a run leaves, and the province's own template in place of ours."""

import json

import docx
import pytest
import yaml

from baocao.errors import ConfigError
from tests.reporting.conftest import Office

FORM = "forms/2025-bieu-mau-7.yaml"


def make_template(office: Office, *, without: str = "") -> None:
    rows = yaml.safe_load((office.config_dir / FORM).read_text(encoding="utf-8"))["rows"]
    document = docx.Document()
    document.add_paragraph("Tỉnh Biển Mẫu: {{ ky_bao_cao }}, {{ co_quan }}")
    for row in rows:
        name = "o_" + row["number"].rstrip(".").replace(".", "_")
        if not row.get("heading") and name != without:
            document.add_paragraph(f"{row['number']} {{{{ {name} }}}}")
    (office.config_dir / "templates").mkdir()
    document.save(str(office.config_dir / "templates" / "mau.docx"))
    office.change_config(FORM, "signature_block", "word_template: templates/mau.docx\nsignature_block")


def test_a_province_prints_its_own_word_file(small_office: Office) -> None:
    make_template(small_office)
    cells = small_office.run().report.filled.cells
    lines = [paragraph.text for paragraph in docx.Document(str(small_office.out / "form.docx")).paragraphs]
    assert lines[0] == "Tỉnh Biển Mẫu: Quý IV năm 2025, UBND đặc khu Sao Mẫu"
    assert f"4.3.1 {cells['4.3.1'].display}" in lines


def test_a_template_without_a_place_for_a_figure_is_refused_by_name(small_office: Office) -> None:
    make_template(small_office, without="o_4_3_1")
    with pytest.raises(ConfigError, match="o_4_3_1"):
        small_office.run()
    assert not (small_office.out / "form.docx").exists()


def test_the_export_has_the_shape_of_the_provincial_platform(small_office: Office) -> None:
    assert small_office.run().exit_code == 0
    export = json.loads((small_office.out / "indicators.json").read_text(encoding="utf-8"))
    assert export["total"] == len(export["data"]) > 10
    assert {"officeCode": "H98.51", "periodId": 16, "dataYear": 2025}.items() <= export["data"][0].items()
