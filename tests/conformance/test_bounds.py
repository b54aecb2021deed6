"""Forms filled by hand, at the bounds: figures that could be two, dates just near enough, nought."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from baocao.catalogue import Catalogue
from baocao.documents.export_indicators import indicators_json
from baocao.domain import Cell, CellStatus, FormMark, Measure, Period
from baocao.forms.numbers import ReadingKind, read_figure
from baocao.forms.recognise.head import HeadFacts
from baocao.forms.recognise.periods import infer_period
from tests.baocao.store.samples import form

CLOSED_ON, TODAY = date(2025, 12, 14), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "measure", "kind", "value"),
    [
        ("100.000", Measure.PERCENT, ReadingKind.NUMBER, "100"), ("100,000", Measure.PERCENT, ReadingKind.NUMBER, "100"),
        ("100.001", Measure.PERCENT, ReadingKind.AMBIGUOUS, None), ("0.500", Measure.DOSSIER, ReadingKind.AMBIGUOUS, None),
        ("1.500", Measure.DOSSIER, ReadingKind.NUMBER, "1500"),
    ],
)  # fmt: skip
def test_three_places_are_thousands_only_where_they_can_be(
    text: str, measure: Measure, kind: ReadingKind, value: str | None
) -> None:
    read = read_figure(text, measure)
    assert (read.kind, read.value) == (kind, None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("shown", "exact", "read"), [("12,5", "12.45", "12.5"), ("12,35", "12.345", "12.35"), ("13", "12.5", "13")]
)
def test_a_percentage_is_what_the_sheet_shows_and_a_sheet_rounds_half_up(shown: str, exact: str, read: str) -> None:
    assert read_figure(shown, Measure.PERCENT, exact=Decimal(exact)).value == Decimal(read)


def dated(day: date) -> HeadFacts:
    return HeadFacts("", day.day, day.month, day.year, "", "", (), "")


@pytest.mark.parametrize(("days", "code"), [(-31, "2025-Q4"), (-32, "2025-Q3"), (0, "2025-Q4"), (30, "2025-Q4")])
def test_a_form_is_of_the_quarter_that_closes_nearest_to_its_date(catalogue: Catalogue, days: int, code: str) -> None:
    found = infer_period(dated(CLOSED_ON + timedelta(days=days)), catalogue.calendar, "nd09", TODAY)
    assert found == Period.parse(code)


@pytest.mark.parametrize(("days", "is_near"), [(-32, False), (-31, True), (59, True), (60, False)])
def test_a_form_far_from_every_closing_has_no_period(catalogue: Catalogue, days: int, is_near: bool) -> None:
    once_a_year = catalogue.calendar.model_copy(update={
        "regimes": {"year": catalogue.calendar.regimes["nd09"].model_copy(update={
            "periods": {"year": catalogue.calendar.regimes["nd09"].periods["year"]}
        })}
    })  # fmt: skip
    found = infer_period(dated(CLOSED_ON + timedelta(days=days)), once_a_year, "year", TODAY)
    assert (found == Period.parse("2025")) is is_near


def test_nought_is_sent_to_the_province_s_platform_and_a_missing_figure_is_not(catalogue: Catalogue) -> None:
    whole = catalogue.form("2025-bieu-mau-7")
    cells = {
        "4.3.1": Cell("4.3.1", Decimal(0), "0", CellStatus.REPORTED, Measure.DOSSIER, "dossiers_full_count"),
        "4.3.2": Cell("4.3.2", None, "", CellStatus.NOT_COLLECTED, Measure.DOSSIER, "dossiers_full_online_count"),
    }
    filled = form(status=FormMark.RELEASED, cells=cells)
    (sent,) = indicators_json(filled, whole, office_code="H98")["data"]
    assert (sent["indicatorCode"], sent["value"]) == ("dossiers_full_count", 0)
