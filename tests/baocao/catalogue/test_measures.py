"""Units of measure from measures.yaml: what a typed-in figure of each may be, and how it is printed and read back."""

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue, Indicator
from baocao.catalogue.hand_files import read_manual
from baocao.domain import FIRST_MEASURES, Measure, MeasureKind
from baocao.errors import ConfigError
from baocao.figures import print_figure
from baocao.forms.numbers import ReadingKind, read_figure
from baocao.settings import CHECKOUT_DIR
from baocao.store.serial.forms import dump_form, load_form
from baocao.written.errors import WrongValueError
from baocao.written.numbers import read_number
from tests.baocao.documents.matrix_forms import commune


def figure_file(value: str) -> bytes:
    return (
        f"figures:\n  so_lieu: {{value: {value}, given_by: Văn phòng, given_on: 12/12/2025, evidence: Sổ theo dõi}}\n"
    ).encode()


def typed(measure: Measure) -> dict[str, Indicator]:
    made = Indicator.model_validate(
        {"label": "Số", "measure": measure.code, "typed": {}, "owner": "office"}, context={"measures": {measure.code: measure}}
    )  # fmt: skip
    return {"so_lieu": made}


@pytest.mark.parametrize(
    ("code", "value", "says"),
    [
        ("million_dong", "12345,6", ""),
        ("million_dong", "12345,678", "là số triệu đồng: nhiều nhất 2 chữ số sau dấu phẩy (đang ghi: 12345.678)"),
        ("task", "7", ""),
        ("task", "7,5", "phải là số nguyên"),
        ("task", "-1", "là số nhiệm vụ: từ 0 trở lên (đang ghi: -1)"),
        ("day", "3661", "là số ngày: từ 0 đến 3.660 (đang ghi: 3661)"),
        ("dossier_change", "-12", ""),
        ("percent", "100,5", "là tỷ lệ phần trăm: từ 0 đến 100, nhiều nhất 2 chữ số sau dấu phẩy, ghi như 87,5"),
        ("percent", "87,5", ""),
        ("percentage_point", "-3,25", ""),
    ],
)
def test_a_typed_in_figure_is_one_its_measure_can_have(catalogue: Catalogue, code: str, value: str, says: str) -> None:
    indicators = typed(catalogue.measures[code])
    if not says:
        figures = read_manual("manual.yaml", figure_file(f'"{value}"'), indicators)
        assert figures["so_lieu"].value == Decimal(value.replace(",", "."))
        return
    with pytest.raises(ConfigError) as caught:
        read_manual("manual.yaml", figure_file(f'"{value}"'), indicators)
    assert f"figures.so_lieu.value: {says}" in str(caught.value)


def test_three_digits_behind_a_comma_are_a_fraction_where_the_measure_has_three_places() -> None:
    tonnes = typed(Measure("tan", "tấn", MeasureKind.DECIMAL, places=3))
    assert read_manual("manual.yaml", figure_file('"12,345"'), tonnes)["so_lieu"].value == Decimal("12.345")
    with pytest.raises(ConfigError, match="không rõ là hàng nghìn hay phần lẻ"):
        read_manual("manual.yaml", figure_file('"12,345"'), typed(FIRST_MEASURES["dossier"]))
    with pytest.raises(WrongValueError, match="hàng nghìn thì ghi 12345, phần lẻ thì ghi 12,345"):
        read_number("12.345", 3)
    with pytest.raises(WrongValueError, match="hàng nghìn thì ghi 12345, phần lẻ thì thêm hay bớt"):
        read_number("12,345", 2)


@pytest.mark.parametrize(
    ("code", "value", "printed"),
    [
        ("million_dong", "12345.675", "12.345,68"), ("million_dong", "7", "7,00"), ("task", "12345", "12.345"),
        ("day", "2.5", "2,50"), ("percentage_point", "-3.25", "-3,25"), ("person", "1000", "1.000"),
    ],
)  # fmt: skip
def test_a_figure_is_printed_with_the_places_of_its_measure(
    catalogue: Catalogue, code: str, value: str, printed: str
) -> None:
    assert print_figure(Decimal(value), catalogue.measures[code]) == printed


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("million_dong", "1.500", "1500"), ("million_dong", "1.500,5", "1500.5"), ("million_dong", "1,5", "1.5"),
        ("task", "1.500", "1500"), ("task", "12 nhiệm vụ", "12"), ("percent", "1.500", "1.5"),
    ],
)  # fmt: skip
def test_a_figure_somebody_wrote_is_read_by_its_measure(catalogue: Catalogue, code: str, text: str, value: str) -> None:
    found = read_figure(text, catalogue.measures[code])
    assert (found.kind, found.value) == (ReadingKind.NUMBER, Decimal(value))


def test_a_kept_form_says_what_its_measures_were_and_the_first_by_their_code() -> None:
    filled = commune()
    text = dump_form(filled)
    assert '"measure":"dossier"' in text
    first = next(iter(filled.cells))
    money = Measure("million_dong", "triệu đồng", places=2)
    changed = replace(filled, cells={**filled.cells, first: replace(filled.cells[first], measure=money)})
    assert load_form(dump_form(changed)).cells[first].measure == money


def test_a_folder_without_the_file_has_the_first_measures(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CHECKOUT_DIR / "config", tmp_path / "config"))
    (folder / "measures.yaml").unlink()
    shutil.rmtree(folder / "indicators")
    (folder / "owed.yaml").unlink(missing_ok=True)
    for path in (folder / "forms").iterdir():
        if path.name not in ("2024-phu-luc-8.yaml", "2025-bieu-mau-7.yaml"):
            path.unlink()
    assert Catalogue.read(folder).measures == dict(FIRST_MEASURES)
