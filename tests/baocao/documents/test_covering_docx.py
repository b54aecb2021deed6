"""The covering report: what it says of each figure, what it compares with, and that nothing in it is invented."""

import io
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx
import pytest

from baocao.catalogue import Catalogue
from baocao.documents.covering_docx import SHIPPED, render_covering
from baocao.documents.evidence import PastFigure
from baocao.documents.printed import PrintedForm, print_form
from baocao.documents.sentences import EarlierPeriods
from baocao.domain import CellStatus, FormHead, Period
from baocao.errors import ConfigError
from tests.expectations.made_forms import FORM_2025, true_form

BEFORE, LAST_YEAR = Period(2025, "Q3"), Period(2024, "Q4")


def page_of(catalogue: Catalogue, changes: Mapping[str, CellStatus | str] | None = None) -> PrintedForm:
    filled = true_form(catalogue, FORM_2025, "dac-khu", dict(changes or {}))
    head = FormHead(issuer="UBND đặc khu Sao Mẫu", place="Sao Mẫu", signed_as=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))
    return print_form(replace(filled, head=head), catalogue.form(FORM_2025))


def earlier(**figures: tuple[Period, str]) -> EarlierPeriods:
    past = {
        name.removeprefix("o").replace("_", "."): [PastFigure(period, Decimal(value))]
        for name, (period, value) in figures.items()
    }
    return EarlierPeriods(past)


def paragraphs(catalogue: Catalogue, page: PrintedForm, before: EarlierPeriods | None = None) -> list[str]:
    made = render_covering(page, catalogue.indicators, before or EarlierPeriods())
    return [one.text for one in docx.Document(io.BytesIO(made)).paragraphs]


def said_of(texts: list[str], cell: str) -> str:
    (found,) = [text for text in texts if f"ô {cell})" in text or f"ô {cell}," in text]
    return found


def test_a_ratio_is_told_with_its_parts_and_what_it_was(catalogue: Catalogue) -> None:
    said = said_of(paragraphs(catalogue, page_of(catalogue), earlier(o4_2=(BEFORE, "81.03"))), "4.2")
    assert "84,13% (53/63; ô 4.2, 4.2.2, 4.2.1), tăng 3,10 điểm phần trăm so với Quý III năm 2025 (81,03%)" in said


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("84.13", "không đổi so với Quý III năm 2025"),
        ("90.00", "giảm 5,87 điểm phần trăm so với Quý III năm 2025 (90,00%)"),
    ],
)
def test_what_fell_and_what_stayed_is_told_as_such(catalogue: Catalogue, before: str, says: str) -> None:
    assert says in said_of(paragraphs(catalogue, page_of(catalogue), earlier(o4_2=(BEFORE, before))), "4.2")


def test_the_same_period_of_last_year_is_compared_as_well(catalogue: Catalogue) -> None:
    said = said_of(paragraphs(catalogue, page_of(catalogue), earlier(o4_2=(LAST_YEAR, "70"))), "4.2")
    assert "tăng 14,13 điểm phần trăm so với Quý IV năm 2024 (70,00%)" in said


def test_a_first_period_says_so_and_one_on_another_form_is_not_compared(catalogue: Catalogue) -> None:
    page = page_of(catalogue)
    assert "kỳ đầu tiên có số liệu" in said_of(paragraphs(catalogue, page), "4.2")
    other = replace(earlier(o4_2=(LAST_YEAR, "70")), other_forms={LAST_YEAR: "Phụ lục 8"})
    texts = paragraphs(catalogue, page, other)
    assert "70,00" not in said_of(texts, "4.2")
    told = "Không so sánh với Quý IV năm 2024 vì kỳ ấy báo cáo theo Phụ lục 8, khác Biểu mẫu 7."
    assert texts.count(told) == 1


def test_what_is_missing_is_said_and_never_a_number(catalogue: Catalogue) -> None:
    changes = {"4.2": CellStatus.NO_DENOMINATOR, "3.2": CellStatus.NOT_COLLECTED, "2": CellStatus.BLANK}
    texts = paragraphs(catalogue, page_of(catalogue, changes), earlier(o4_2=(BEFORE, "81.03")))
    assert said_of(texts, "4.2").endswith("không phát sinh trong kỳ.")
    assert "chưa thu thập" in said_of(texts, "3.2").casefold()
    assert "chưa có số liệu" in said_of(texts, "2")


def test_rows_of_another_tier_and_their_headings_are_left_out(catalogue: Catalogue) -> None:
    text = "\n".join(paragraphs(catalogue, page_of(catalogue)))
    assert "ô 3.1.1" not in text
    assert "3.1. Thực hiện kết nối" not in text
    assert "4. Cung cấp dịch vụ công trực tuyến" in text


def test_the_same_report_is_the_same_bytes(catalogue: Catalogue) -> None:
    page, before = page_of(catalogue), earlier(o4_2=(BEFORE, "81.03"))
    first, second = (render_covering(page, catalogue.indicators, before) for _ in range(2))
    assert first == second


def test_an_unknown_placeholder_is_named(catalogue: Catalogue, tmp_path: Path) -> None:
    own = docx.Document(str(SHIPPED))
    own.add_paragraph("Số liệu: {{ o_9_9 }}")
    own.save(str(tmp_path / "cua-don-vi.docx"))
    with pytest.raises(ConfigError, match=r"không có chỗ điền \{\{ o_9_9 \}\}"):
        render_covering(page_of(catalogue), catalogue.indicators, EarlierPeriods(), tmp_path / "cua-don-vi.docx")
