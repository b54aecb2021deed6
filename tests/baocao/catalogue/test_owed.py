"""Who owes which form for which period, and until when, as owed.yaml says it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue, OwedReport
from baocao.catalogue.owed import list_owed, list_periods
from baocao.domain import Period
from baocao.errors import ConfigError
from tests.configuration import ONE_FORM_CONFIG_DIR

TASKS = """\
appendix: Biểu mẫu 2
title: [BIỂU MẪU CHỈ ĐẠO, ĐIỀU HÀNH]
attached_to: (Kèm theo Báo cáo số {number}/BC-UBND của {issuer})
signature_block: false
valid_from: 2019-01-01
rows:
  - {number: "1.", label: Số báo cáo phải gửi, unit: Báo cáo, indicator: periodic_reports_due_count}
"""


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    """The shipped configuration with a second form, in force all the time, that no system knows of."""
    copied = tmp_path / "config"
    shutil.copytree(ONE_FORM_CONFIG_DIR, copied)
    (copied / "forms" / "2019-bieu-mau-2.yaml").write_text(TASKS, encoding="utf-8")
    return copied


def owed(config_dir: Path, unit: str, period: str) -> dict[str, OwedReport]:
    catalogue = Catalogue.read(config_dir)
    return {one.form.form_code: one for one in list_owed(catalogue, catalogue.unit(unit), Period.parse(period))}


def test_without_a_file_a_unit_owes_every_form_in_force(config_dir: Path) -> None:
    assert list(owed(config_dir, "dac-khu", "2025-Q4")) == ["2019-bieu-mau-2", "2025-bieu-mau-7"]
    assert list(owed(config_dir, "xa", "2024-Q1")) == ["2019-bieu-mau-2", "2024-phu-luc-8"]


def test_two_versions_of_a_form_follow_each_other(config_dir: Path) -> None:
    """The quarter that ends on 14/6/2025 is on the old one, the one of 15/6 to 14/9 on the new one."""
    assert "2024-phu-luc-8" in owed(config_dir, "tinh", "2025-Q2")
    assert "2025-bieu-mau-7" in owed(config_dir, "tinh", "2025-Q3")


RULES = """\
owed:
  chinh-quyen-so:
    series: xay-dung-chinh-quyen-so
  chi-dao:
    series: 2019-bieu-mau-2
    tiers: [special_zone]
    regime: cchc
    parts: [H1, year]
    due: {year: {default: 12-28, special_zone: 12-27}}
"""


def test_tier_regime_parts_and_due_day_are_configuration(config_dir: Path) -> None:
    """27/12/2025 is a Saturday: due on the Monday after. The commune's own regime is not touched."""
    (config_dir / "owed.yaml").write_text(RULES, encoding="utf-8")
    assert list(owed(config_dir, "dac-khu", "2025-Q4")) == ["2025-bieu-mau-7"]
    year = owed(config_dir, "dac-khu", "2025")
    assert year["2019-bieu-mau-2"].due_on == date(2025, 12, 29)
    assert year["2025-bieu-mau-7"].due_on == date(2025, 12, 18)
    assert list(owed(config_dir, "tinh", "2025")) == ["2025-bieu-mau-7"]
    catalogue = Catalogue.read(config_dir)
    codes = [one.code for one in list_periods(catalogue, catalogue.unit("dac-khu"), [2025])]
    assert codes == ["2025-Q1", "2025-Q2", "2025-H1", "2025-Q3", "2025-9M", "2025-Q4", "2025-H2", "2025"]


def test_units_can_be_named_and_an_obligation_can_end(config_dir: Path) -> None:
    rules = "owed:\n  a: {series: 2019-bieu-mau-2, units: [tinh], valid_to: 2025-06-30}\n"
    (config_dir / "owed.yaml").write_text(rules, encoding="utf-8")
    assert list(owed(config_dir, "tinh", "2025-Q2")) == ["2019-bieu-mau-2"]
    assert owed(config_dir, "tinh", "2025-Q3") == {}
    assert owed(config_dir, "dac-khu", "2025-Q4") == {}


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("owed: {a: {series: bieu-mau-3}}", "không có loạt mẫu “bieu-mau-3”"),
        ("owed: {a: {series: 2019-bieu-mau-2, units: [hoa-binh]}}", "không có đơn vị “hoa-binh”"),
        ("owed: {a: {series: 2019-bieu-mau-2, regime: nd10}}", "không có chế độ “nd10”.*ý bạn là “nd09”"),
        ("owed: {a: {series: 2019-bieu-mau-2, regime: cchc, parts: [Q2]}}", "không có kỳ của chế độ cchc “Q2”"),
        (
            "owed: {a: {series: 2019-bieu-mau-2}, b: {series: 2019-bieu-mau-2}}",
            r"phải nộp loạt mẫu 2019-bieu-mau-2 hai lần cho kỳ Q1 \(còn ở a\)",
        ),
    ],
)
def test_a_rule_that_points_at_nothing_is_refused(config_dir: Path, rules: str, says: str) -> None:
    (config_dir / "owed.yaml").write_text(rules, encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        Catalogue.read(config_dir)


def test_two_versions_in_force_on_one_day_are_refused(config_dir: Path) -> None:
    newer = TASKS.replace("valid_from: 2019-01-01", "valid_from: 2025-01-01\nseries: 2019-bieu-mau-2")
    (config_dir / "forms" / "2025-bieu-mau-2.yaml").write_text(newer, encoding="utf-8")
    with pytest.raises(ConfigError, match="cùng có hiệu lực từ 01/01/2025"):
        Catalogue.read(config_dir)
