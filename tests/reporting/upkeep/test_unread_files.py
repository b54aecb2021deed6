"""A file of the configuration folder that nobody will ever read is named, with the nearest right name."""

import shutil
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.settings import CHECKOUT_DIR
from reporting.upkeep.unread_files import FILES, find_unread_files
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.reporting.conftest import Office

FIGURES = (ONE_FORM_CONFIG_DIR / "manual/dac-khu/2025-Q4.yaml").read_text(encoding="utf-8")

UNREAD = {
    "manual/dac-khu/2025-Q5.yaml": "đơn vị không có kỳ này (có: 2025-Q1",
    "manual/dac-khu/Quý 3-2025.yml": "chỉ đọc tệp .yaml; ý bạn là “manual/dac-khu/2025-Q3.yaml”?",
    "manual/dac-khu/2025-Q3.yml": "chỉ đọc tệp .yaml; ý bạn là “manual/dac-khu/2025-Q3.yaml”?",
    "manual/dac-khu/quy-4.yaml": "tên tệp như 2025-Q4.yaml",
    "manual/dac-khu/2024-Q4.yaml": "đơn vị không tồn tại trong kỳ này (15/09/2024 – 14/12/2024)",
    "manual/2025-Q4.yaml": "phải nằm trong thư mục của một đơn vị: manual/<đơn vị>/<kỳ>.yaml",
    "manual/dac_khu/2025-Q4.yaml": "units.yaml không có đơn vị này; ý bạn là “dac-khu”?",
    "corrections/dac-khuu/2025-Q4.yaml": "units.yaml không có đơn vị này; ý bạn là “dac-khu”?",
    "corrections/dac-khu/2025-Q4.yml": "ý bạn là “corrections/dac-khu/2025-Q4.yaml”?",
    "forms/2025-bieu-mau-7.yml": "chỉ đọc forms/*.yaml; ý bạn là “forms/2025-bieu-mau-7.yaml”?",
    "sources-kho_du_lieu.yaml": "không ai đọc tệp tên này; ý bạn là “sources.yaml”?",
    "alert.yaml": "không ai đọc tệp tên này; ý bạn là “alerts.yaml”?",
    "manuals/dac-khu/2025-Q4.yaml": "không ai đọc thư mục này; ý bạn là “manual”?",
    "mau.docx": "không biểu mẫu nào ghi word_template, không đơn vị nào ghi covering_template: mau.docx",
}


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config"))


def test_every_file_of_the_shipped_configuration_is_read() -> None:
    assert find_unread_files(Catalogue.read(ONE_FORM_CONFIG_DIR)) == ()


@pytest.mark.parametrize(("name", "why"), UNREAD.items())
def test_a_file_nobody_reads_is_named(config_dir: Path, name: str, why: str) -> None:
    path = config_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FIGURES, encoding="utf-8")
    (unread,) = find_unread_files(Catalogue.read(config_dir))
    assert name.startswith(unread.name)
    assert why in unread.why


def test_a_figure_no_row_of_the_form_uses_is_named(config_dir: Path) -> None:
    path = config_dir / "manual/dac-khu/2025-Q4.yaml"
    given = "given_by: Văn phòng, given_on: 2025-12-12, evidence: Sổ theo dõi"
    path.write_text(f"{FIGURES}  communes_count: {{value: 1, {given}}}\n", encoding="utf-8")
    (unread,) = find_unread_files(Catalogue.read(config_dir))
    assert unread.name == "manual/dac-khu/2025-Q4.yaml, communes_count"
    assert "không dòng nào của Biểu mẫu 7 (2025-bieu-mau-7) mà đơn vị phải nộp dùng số này" in unread.why


def test_a_source_no_unit_uses_is_named(config_dir: Path) -> None:
    path = config_dir / "units.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "portal_dvcqg" not in line), encoding="utf-8")
    (unread,) = find_unread_files(Catalogue.read(config_dir))
    assert unread.says == "sources.yaml, portal_dvcqg: không đơn vị nào dùng nguồn này (units.yaml: source_keys)"


def test_a_run_names_what_may_have_been_meant_for_its_unit(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_office.config_dir / "manual"
    (folder / "dac-khu" / "2025-Q4.yml").write_text(FIGURES, encoding="utf-8")
    (folder / "xa" / "2024-Q1.yml").write_text(FIGURES, encoding="utf-8")
    told: list[str] = []
    monkeypatch.setattr("reporting.pipeline.tell", lambda text, **_: told.append(text))
    small_office.run()
    assert [line for line in told if line.startswith("Tệp không ai đọc")] == [
        "Tệp không ai đọc: manual/dac-khu/2025-Q4.yml: chỉ đọc tệp .yaml; ý bạn là “manual/dac-khu/2025-Q4.yaml”?"
    ]


def test_every_file_of_the_shipped_configuration_is_read_by_somebody() -> None:
    folder = CHECKOUT_DIR / "config"
    assert {path.name for path in folder.glob("*.yaml")} <= set(FILES)
    assert [one.says for one in find_unread_files(Catalogue.read(folder)) if "không ai đọc" in one.why] == []
