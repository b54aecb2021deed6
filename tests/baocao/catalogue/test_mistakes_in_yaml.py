"""Every mistake in the configuration is answered with file, key and what is allowed."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.settings import CHECKOUT_DIR


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKOUT_DIR / "config", tmp_path / "config"))


MISTYPED = """figures:
  architecture_updated_code:
    value: một
    given_by: Văn phòng
    given_on: 31/02/2025
    evidenc: Sổ theo dõi
"""
MISTAKES = [
    ("units.yaml", "tier: special_zone", "tier: island", r"units\.dac-khu\.tier.*'province', 'department'"),
    ("units.yaml", "parent: tinh", "parent: bo", r"units\.dac-khu\.parent: no unit 'bo'"),
    ("units.yaml", "place: Sao Mẫu", "palce: Sao Mẫu", r"units\.dac-khu\.palce: Extra inputs are not permitted"),
    ("units.yaml", "one_stop_igate: 64", "one_stop: 64", r"no source 'one_stop' in sources\.yaml; there are: doc"),
    ("sources.yaml", "system: portal", "system: cong", r"sources\.portal_dvcqg\.system.*'documents', 'one_stop'"),
    ("sources.yaml", "env:BAOCAO_PORTAL_PASSWORD", "mat-khau", r"portal_dvcqg\.auth\.secret"),
    ("sources.yaml", "base_url: sandbox://", "base_url: http://qlvb.vn", r"base_url.*https"),
    ("indicators.yaml", "channel: [online], status", "kenh: [online], status", r"'kenh' is not a field.*allowed: channel"),
    ("indicators.yaml", "numerator: dossiers_online_count", "numerator: dossiers_count", r"no indicator 'dossiers_co"),
    ("indicators.yaml", "service_level: [full], channel: [online]", "service_level: [all], channel: [online]",
     r"'all' is not a value of service_level.*allowed: full, information, partial"),
    ("indicators.yaml", "owner: documents_clerk", "owner: clerk", r"no owner 'clerk'; allowed: office"),
    ("forms/2025-bieu-mau-7.yaml", "indicator: dossiers_full_count", "indicator: nothing", r"row 4\.3\.1: no indic"),
    ("forms/2025-bieu-mau-7.yaml", 'number: "4.3.2"', 'number: "4.3.1"', r"rows printed twice: 4\.3\.1"),
    ("forms/2025-bieu-mau-7.yaml", "tiers: [province]", "tiers: [tinh]", r"rows\.4\.tiers\.0.*'province'"),
    ("calendars.yaml", "from: 12-15 previous", "from: 15/12", r"regimes\.nd09\.periods\.Q1\.from.*write 03-14"),
    ("calendars.yaml", "due: {default: 03-18,", "due: {defualt: 03-18,", r"due: needs `default`"),
    ("calendars.yaml", "01-01, 02-08", "01-01, 02-30", r"holidays"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "right", "wrong", "says"), MISTAKES)
def test_a_mistake_is_named_with_its_file_and_what_is_allowed(
    config_dir: Path, file: str, right: str, wrong: str, says: str
) -> None:
    path = config_dir / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Catalogue.read(config_dir)
    told = str(caught.value)
    assert re.search(says, told, re.DOTALL), told
    assert file in told or "forms/" in told or "sources.yaml" in told


def test_a_key_given_twice_is_refused(config_dir: Path) -> None:
    path = config_dir / "units.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n  xa:\n    name: x\n    tier: commune\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="key 'xa' is given twice"):
        Catalogue.read(config_dir)


def test_a_missing_file_and_broken_yaml_are_named(config_dir: Path) -> None:
    (config_dir / "units.yaml").write_text("units: [", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"units\.yaml: not readable as YAML"):
        Catalogue.read(config_dir)
    (config_dir / "units.yaml").unlink()
    with pytest.raises(ConfigError, match=r"units\.yaml: the file is missing"):
        Catalogue.read(config_dir)


def test_every_mistake_in_typed_in_figures_is_told_at_once_with_its_line_and_key(config_dir: Path) -> None:
    path = config_dir / "manual" / "dac-khu" / "2025-Q4.yaml"
    path.write_text(MISTYPED, encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        Catalogue.read(config_dir).manual_figures("dac-khu", Period.parse("2025-Q4"))
    where = "figures.architecture_updated_code"
    for says in (
        f"dòng 3, {where}.value: không phải số; ghi như 12 hoặc 12,5",
        f"dòng 5, {where}.given_on: không phải ngày có thật; ghi như 12/12/2025 hoặc 2025-12-12 (đang ghi: 31/02/2025)",
        f"dòng 6, {where}.evidenc: không có khóa này; được dùng: figures, value, given_by, given_on, evidence; gần đúng",
        f"dòng 2, {where}.evidence: thiếu khóa này",
    ):
        assert f"\n  {says}" in str(told.value)
    assert str(told.value).startswith("manual/dac-khu/2025-Q4.yaml:\n")


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (
            "periodic_reports_due_count",
            "dossiers_full_count",
            "dòng 8, figures.dossiers_full_count: số này do hệ thống",
        ),
        ("periodic_reports_due_count", "periodic_reports_du_count", "gần đúng nhất: periodic_reports_due_count"),
        ("value: 12", "value: 16.736", "phải là số nguyên"),
        ("figures:", "figures", "dòng 3: không đọc được theo YAML"),
        ("periodic_reports_sent_count", "periodic_reports_due_count", "khóa này ghi hai lần (lần nữa ở dòng 13)"),
    ],
)
def test_a_figure_that_cannot_be_typed_in_is_refused(config_dir: Path, was: str, now: str, says: str) -> None:
    path = config_dir / "manual" / "dac-khu" / "2025-Q4.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(was, now, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(says)):
        Catalogue.read(config_dir).manual_figures("dac-khu", Period.parse("2025-Q4"))


def test_a_typed_in_number_is_what_is_written(config_dir: Path) -> None:
    """YAML itself would read 012 as 10."""
    path = config_dir / "manual" / "dac-khu" / "2025-Q4.yaml"
    text = path.read_text(encoding="utf-8").replace("value: 12", "value: 012", 1)
    path.write_text(text.replace("given_on: 2025-12-12", "given_on: 12/12/2025", 1), encoding="utf-8")
    figures = Catalogue.read(config_dir).manual_figures("dac-khu", Period.parse("2025-Q4"))
    assert figures["periodic_reports_due_count"].value == 12
    assert {figure.given_on for figure in figures.values()} == {date(2025, 12, 12)}


def test_every_form_and_both_directions_of_the_crosswalk_hold_together(catalogue: Catalogue) -> None:
    for form in catalogue.forms.values():
        for row in form.rows:
            for other, key in row.crosswalk.items():
                assert catalogue.form(other).row(key).crosswalk[form.form_code] == row.key


def test_the_example_of_a_correction_can_be_copied_as_it_is(config_dir: Path) -> None:
    folder = config_dir / "corrections" / "dac-khu"
    folder.mkdir(parents=True)
    shutil.copy(config_dir / "examples" / "correction.yaml", folder / "2025-Q4.yaml")
    (correction,) = Catalogue.read(config_dir).corrections("dac-khu", Period.parse("2025-Q4"))
    assert correction.indicator == "dossiers_full_count"
    assert (correction.expect, correction.value) == (16736, 16738)
