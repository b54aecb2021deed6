"""The web page: everything inside, nothing from outside, nothing that runs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue, Form
from baocao.documents.evidence import Evidence, PastFigure
from baocao.documents.form_html import render_html, write_form_html
from baocao.documents.printed import print_form
from baocao.documents.trend import draw_trend
from baocao.domain import Cell, CellStatus, FilledForm, Measure, Period

from . import builder


class Page(HTMLParser):
    """A page as its tags and its texts."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def classes(self, wanted: str) -> Iterator[set[str]]:
        yield from (set((attributes.get("class") or "").split()) for tag, attributes in self.tags if tag == wanted)


@pytest.fixture
def content(catalogue: Catalogue, filled: FilledForm, form: Form) -> bytes:
    return render_html(print_form(filled, form), builder.evidence_of(catalogue, filled))


def test_the_page_refers_to_nothing_outside_and_runs_nothing(content: bytes) -> None:
    page = Page(content)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio"}
    attributes = [(name, value or "") for _, given in page.tags for name, value in given.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name in {"src", "srcset", "style"}]
    assert all(value.startswith("#muc-") for name, value in attributes if name == "href")
    assert not re.search(rb"https?:|//[a-z]|@import|url\(", content)
    policy = next(given["content"] for tag, given in page.tags if given.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_every_figure_and_label_of_the_form_is_there(content: bytes, filled: FilledForm, form: Form) -> None:
    text = " ".join(Page(content).texts)
    for row in print_form(filled, form).rows:
        assert row.label_text in text
        assert row.figure in text


def test_cells_are_coloured_by_status_and_say_it_in_words(catalogue: Catalogue, filled: FilledForm, form: Form) -> None:
    down = builder.with_system_down(filled)
    page = Page(render_html(print_form(down, form), builder.evidence_of(catalogue, down)))
    figures = [classes for classes in page.classes("td") if "figure" in classes]
    assert sum("not_collected" in classes for classes in figures) == 9
    assert sum("not_applicable" in classes for classes in figures) == 3
    assert page.texts.count("Chưa thu thập được") == 9 + 1


def test_cells_with_a_finding_are_marked_and_say_it_in_words(content: bytes) -> None:
    page = Page(content)
    assert sum({"figure", "critical"} <= classes for classes in page.classes("td")) == 3
    finding = "Nghiêm trọng: Tỷ lệ ở mục 4.3 không bằng mục 4.3.2 chia mục 4.3.1."
    assert page.texts.count(finding) == 3


def test_each_figure_opens_its_passport(content: bytes, filled: FilledForm) -> None:
    page = Page(content)
    with_figure = [cell for cell in filled.cells.values() if cell.value is not None]
    assert sum(tag == "dl" for tag, _ in page.tags) == len(with_figure)
    assert "ab" * 32 in page.texts
    words = ("Chỉ tiêu", "Cách tính", "Các bước lọc", "Dữ liệu gốc", "ab" * 32)
    assert sorted(words, key=page.texts.index) == list(words), "words first, hashes last, and folded away"
    assert any("xem mã băm" in text for text in page.texts)
    assert "Tiếp nhận trong kỳ: 16.736" in page.texts


def test_figures_with_earlier_periods_have_a_trend(content: bytes) -> None:
    labels = [given["aria-label"] for tag, given in Page(content).tags if tag == "svg"]
    assert labels == [
        "Các kỳ trước: 2025-Q1: 41,20; 2025-Q2: 48,05; 2025-Q3: 51,77",
        "Các kỳ trước: 2025-Q1: 11.250; 2025-Q3: 12.480",
    ]


@pytest.mark.parametrize("text", [*builder.HOSTILE, '"><img src=x onerror=alert(1)>', "</style><script>", "{{ 7*7 }}"])
def test_hostile_text_stays_text(text: str, catalogue: Catalogue, filled: FilledForm, form: Form) -> None:
    plain = {tag for tag, _ in Page(render_html(print_form(filled, form), builder.evidence_of(catalogue, filled))).tags}
    hostile = builder.with_cells(replace(filled, unit_name=text), {"4.2": {"note": text}})
    evidence = builder.evidence_of(catalogue, hostile)
    passport = replace(evidence.passports["4.2"], system=text, formula=text)
    check = replace(evidence.checks[0], message_vi=text, cells=("4.3", text))
    evidence = replace(evidence, passports={**evidence.passports, "4.2": passport}, checks=(check,))
    page = Page(render_html(print_form(hostile, form), evidence))
    assert {tag for tag, _ in page.tags} == plain
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]
    assert sum(text in found for found in page.texts) >= 5


def test_a_page_without_evidence_is_whole(filled: FilledForm, form: Form) -> None:
    page = Page(render_html(print_form(filled, form), Evidence()))
    assert "Kết quả kiểm tra" not in page.texts
    assert "56,94" in page.texts


def test_a_draft_says_so(filled: FilledForm, form: Form, tmp_path: Path) -> None:
    write_form_html(filled, form, tmp_path / "form.html", draft=True)
    assert "BẢN NHÁP – CHƯA ĐẠT KIỂM TRA" in (tmp_path / "form.html").read_text(encoding="utf-8")


def test_the_signature_block_is_there(old_filled: FilledForm, old_form: Form) -> None:
    assert "PHÓ CHỦ TỊCH" in Page(render_html(print_form(old_filled, old_form), Evidence())).texts


def past(*values: str | None) -> list[PastFigure]:
    return [PastFigure(Period(2020 + n), Decimal(v) if v else None) for n, v in enumerate(values)]


def figure(value: str | None) -> Cell:
    status = CellStatus.REPORTED if value else CellStatus.NOT_COLLECTED
    return Cell("4.3", Decimal(value) if value else None, "", status, Measure.PERCENT)


@pytest.mark.parametrize(
    ("earlier", "now", "points"),
    [
        (["10", "20"], "30", "3.0,23.0 48.0,13.0 93.0,3.0"),
        (["50"], "50", "3.0,13.0 93.0,13.0"),
        (["10", None, "20"], None, "3.0,23.0 93.0,3.0"),
        (["10"], None, None),
        ([None], "10", None),
        ([], "10", None),
    ],
)
def test_a_trend_needs_two_figures(earlier: list[str | None], now: str | None, points: str | None) -> None:
    trend = draw_trend(past(*earlier), figure(now))
    assert (trend.points if trend else None) == points


def test_a_trend_shows_the_last_eight_periods() -> None:
    trend = draw_trend(past(*(str(n) for n in range(20))), figure("20"))
    assert trend
    assert len(trend.points.split()) == 8
