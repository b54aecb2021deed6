"""A percentage no system holds and nobody can recompute (a survey's): typed in with its evidence, printed as such."""

import pytest

from baocao.domain import CellStatus
from baocao.errors import ConfigError
from tests.reporting.conftest import PERIOD, UNIT, Office

SURVEY = """\
appendix: Biểu mẫu 2
title: [BIỂU MẪU KHẢO SÁT]
attached_to: (Kèm theo Báo cáo số {number}/BC-UBND của {issuer})
signature_block: false
valid_from: 2019-01-01
series: xay-dung-chinh-quyen-so
rows:
  - {number: "1.", label: Tỷ lệ người dân hài lòng, unit: "%", indicator: satisfied_pct}
"""
INDICATOR = """\
indicators:
  satisfied_pct:
    label: Tỷ lệ người dân hài lòng
    measure: percent
    timing: stock
    typed: {}
    owner: office
"""


@pytest.fixture
def surveying(small_office: Office) -> Office:
    """Owes a form of one row that is a survey's percentage, instead of Biểu mẫu 7."""
    small_office.change_config("indicators.yaml", "indicators:\n", INDICATOR)
    (small_office.config_dir / "forms" / "2025-bieu-mau-7.yaml").unlink()
    (small_office.config_dir / "forms" / "2024-phu-luc-8.yaml").unlink()
    (small_office.config_dir / "forms" / "2019-bieu-mau-2.yaml").write_text(SURVEY, encoding="utf-8")
    return small_office


def give(office: Office, value: str) -> None:
    file = office.config_dir / "manual" / UNIT / f"{PERIOD}.yaml"
    text = "figures:\n  satisfied_pct:\n    value: {}\n    given_by: Văn phòng\n    given_on: 12/12/2025\n    evidence: BC 12\n"
    file.write_text(text.format(value), encoding="utf-8")


@pytest.mark.parametrize(("value", "shown"), [("87,5", "87,50"), ("58.54", "58,54"), ("100", "100,00"), ("0", "0,00")])
def test_it_is_printed_to_two_places_and_says_who_gave_it(surveying: Office, value: str, shown: str) -> None:
    give(surveying, value)
    made = surveying.run()
    cell = made.report.filled.cells["1"]
    assert (cell.display, cell.status, made.exit_code) == (shown, CellStatus.TYPED_IN, 0)
    assert "Văn phòng" in cell.note


@pytest.mark.parametrize("value", ["100,01", "-1", "58,5412", "101"])
def test_one_that_cannot_be_is_refused_before_anything_is_made(surveying: Office, value: str) -> None:
    give(surveying, value)
    with pytest.raises(ConfigError, match=r"satisfied_pct\.value: là tỷ lệ phần trăm: từ 0 đến 100"):
        surveying.run()


def test_a_percentage_is_never_counted_and_has_no_codes(surveying: Office) -> None:
    surveying.change_config(
        "indicators.yaml", "    typed: {}\n    owner: office\n", "    typed: {codes: {0: Chưa}}\n    owner: office\n"
    )
    with pytest.raises(ConfigError, match="measure: percent không có codes"):
        surveying.run()
