"""The covering report among the files of a form: made, released, made again to the byte."""

import docx
import pytest

from baocao.errors import ConfigError
from reporting.history.proving import prove_releases
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish
from reporting.release.verifying import verify
from tests.reporting.conftest import Office, form_key

FORM = "forms/2025-bieu-mau-7.yaml"


def test_it_is_released_with_the_form_and_comes_back_to_the_byte(small_office: Office) -> None:
    small_office.change_config(FORM, "signature_block", "covering_report: true\nsignature_block")
    made = small_office.run()
    report = docx.Document(made.files["report.docx"])
    assert any("UBND đặc khu Sao Mẫu báo cáo số liệu Quý IV năm 2025" in one.text for one in report.paragraphs)
    with small_office.open() as workspace:
        key = form_key(workspace)
        prepare(workspace, key, StepRequest("lan"))
        approve(workspace, key, StepRequest("minh"))
        standing = publish(workspace, key, StepRequest("minh"))
        assert standing.release is not None
        assert "report.docx" in standing.release.content["files"]
        proved = prove_releases(workspace, verify(workspace.store, workspace.settings.out_dir))
    assert (proved.findings, proved.replayed_count) == ((), 1)


def test_a_template_of_the_units_own_that_is_not_there_is_told(small_office: Office) -> None:
    small_office.change_config(
        "units.yaml", "    place: Sao Mẫu\n", "    place: Sao Mẫu\n    covering_template: mau/bc.docx\n"
    )
    with pytest.raises(ConfigError, match="covering_template: không có tệp này"), small_office.open():
        pass
