"""What a cell says when it has no figure, or one that needs a word: statuses, corrections, late captures."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from baocao.catalogue import Catalogue, Correction, ManualFigure
from baocao.corrections import apply_corrections
from baocao.counting import CountingContext, SourceRecords, add_computed, observe
from baocao.domain import Cell, CellStatus, FormMark, Period, SourceFailure, System
from baocao.errors import ConfigError
from baocao.forms.fill import fill_form
from tests.baocao.table import table

AFTER_THE_CLOSE = datetime(2025, 12, 15, 0, tzinfo=UTC)
FORM = "2025-bieu-mau-7"


def make_context(catalogue: Catalogue, **changed: Any) -> CountingContext:
    procedures = SourceRecords(System.PORTAL, table("procedures", {}, {}), captured_at=AFTER_THE_CLOSE)
    dossiers = SourceRecords(
        System.ONE_STOP, table("dossiers", {}, {"channel": "in_person"}), captured_at=AFTER_THE_CLOSE
    )
    documents = SourceRecords(System.DOCUMENTS, table("documents", {}), captured_at=AFTER_THE_CLOSE)
    given = ManualFigure(value=Decimal(1), given_by="Văn phòng", given_on=date(2025, 12, 12), evidence="Quyết định")
    settings: dict[str, Any] = {
        "unit": catalogue.unit("dac-khu"),
        "period": Period(2025, "Q4"),
        "window": catalogue.calendar.window("nd09", Period(2025, "Q4")),
        "known_at": AFTER_THE_CLOSE,
        "collected": {found.system: found for found in (procedures, dossiers, documents)},
        "manual": {"architecture_updated_code": given},
    }
    return CountingContext(**{**settings, **changed})


def fill(catalogue: Catalogue, context: CountingContext, *corrections: Correction) -> Mapping[str, Cell]:
    form = catalogue.form(FORM)
    indicators = catalogue.indicators_of(form)
    counted = apply_corrections(observe(indicators, context), corrections)
    return fill_form(form, indicators, add_computed(indicators, counted, context), context).cells


def test_a_failed_source_leaves_not_collected_with_the_reason_and_never_a_zero(catalogue: Catalogue) -> None:
    failure = SourceFailure("one_stop_igate", System.ONE_STOP, "dac-khu", 11, "SourceUnavailableError", "HTTP 503")
    context = make_context(catalogue)
    collected = {**context.collected, System.ONE_STOP: SourceRecords(System.ONE_STOP, failure=failure)}
    cells = fill(catalogue, make_context(catalogue, collected=collected))
    for key in ("4.2", "4.2.1", "4.3.1", "4.4"):
        assert cells[key].status is CellStatus.NOT_COLLECTED
        assert cells[key].value is None
        assert cells[key].note == "Chưa thu thập được: hệ thống một cửa báo lỗi, bận hoặc chưa có số liệu khi được hỏi"
    assert cells["4.1.2"].value == 2


def test_a_ratio_over_nothing_is_neither_zero_nor_a_hundred(catalogue: Catalogue) -> None:
    cells = fill(catalogue, make_context(catalogue))
    assert cells["4.4.1"].value == 0
    assert cells["4.4.1"].status is CellStatus.REPORTED
    assert cells["4.4"].status is CellStatus.NO_DENOMINATOR
    assert cells["4.4"].value is None


def test_a_figure_nobody_typed_in_is_blank_and_a_typed_one_says_who(catalogue: Catalogue) -> None:
    cells = fill(catalogue, make_context(catalogue))
    assert (cells["1"].status, cells["1"].display) == (CellStatus.TYPED_IN, "1")
    assert cells["1"].note == "Văn phòng nhập ngày 12/12/2025"
    assert (cells["2"].status, cells["2"].value) == (CellStatus.BLANK, None)


def test_rows_of_other_tiers_and_headings_have_their_own_statuses(catalogue: Catalogue) -> None:
    cells = fill(catalogue, make_context(catalogue))
    assert {cells[key].status for key in ("3.1.1", "3.1.2", "3.2.1")} == {CellStatus.NOT_APPLICABLE}
    assert {cells[key].status for key in ("3", "3.1", "4")} == {CellStatus.HEADING}


def test_before_the_close_figures_are_provisional(catalogue: Catalogue) -> None:
    context = make_context(catalogue, known_at=datetime(2025, 12, 14, 16, 59, tzinfo=UTC))
    assert fill(catalogue, context)["4.3.1"].status is CellStatus.PROVISIONAL
    form = catalogue.form(FORM)
    indicators = catalogue.indicators_of(form)
    observations = add_computed(indicators, observe(indicators, context), context)
    assert fill_form(form, indicators, observations, context).status is FormMark.PROVISIONAL


@pytest.mark.parametrize(
    ("late_by", "note"),
    [
        (timedelta(hours=7), ""),
        (timedelta(days=3), "Chụp muộn 3 ngày sau thời điểm chốt số liệu"),
        (timedelta(hours=13), "Chụp muộn 1 ngày sau thời điểm chốt số liệu"),
    ],
)
def test_a_stock_taken_late_says_so(catalogue: Catalogue, late_by: timedelta, note: str) -> None:
    context = make_context(catalogue)
    taken_at = context.window.end_at + late_by
    portal = SourceRecords(System.PORTAL, table("procedures", {}), captured_at=taken_at)
    cells = fill(catalogue, make_context(catalogue, collected={**context.collected, System.PORTAL: portal}))
    assert cells["4.1.2"].note == note
    assert "Chụp muộn" not in cells["4.3.1"].note


def correction(**changed: Any) -> Correction:
    return Correction.model_validate(
        {
            "indicator": "dossiers_full_count",
            "expect": 2,
            "value": 3,
            "reason": "Một hồ sơ giấy chưa được nhập vào hệ thống",
            "evidence": "Sổ tiếp nhận số 12",
            "signed_by": "Trưởng Bộ phận một cửa",
            "signed_on": date(2025, 12, 15),
            **changed,
        }
    )


def test_a_signed_correction_changes_the_figure_its_ratio_and_says_so(catalogue: Catalogue) -> None:
    cells = fill(catalogue, make_context(catalogue), correction())
    assert (cells["4.3.1"].value, cells["4.3.1"].status) == (Decimal(3), CellStatus.CORRECTED)
    assert "từ 2 thành 3" in cells["4.3.1"].note
    assert "Trưởng Bộ phận một cửa" in cells["4.3.1"].note
    assert (cells["4.3"].display, cells["4.3"].status) == ("33,33", CellStatus.CORRECTED)


def test_a_correction_stops_the_run_once_the_source_has_mended_itself(catalogue: Catalogue) -> None:
    with pytest.raises(ConfigError, match=r"chờ hệ thống nguồn cho 5, nhưng nay hệ thống cho 2\. Bỏ đính chính này"):
        fill(catalogue, make_context(catalogue), correction(expect=5))


def test_a_source_that_now_says_the_corrected_figure_stops_the_run_too(catalogue: Catalogue) -> None:
    with pytest.raises(ConfigError, match="chờ hệ thống nguồn cho 1, nhưng nay hệ thống cho 2"):
        fill(catalogue, make_context(catalogue), correction(expect=1, value=2))


def test_a_source_that_only_tallies_is_taken_for_exactly_the_days_of_the_period(catalogue: Catalogue) -> None:
    import pandas as pd

    from baocao.records import build_frame

    rows = {
        "tally_key": ["a", "b", "c"],
        "indicator_code": ["dossiers_full_count", "dossiers_full_count", "dossiers_full_online_count"],
        "value": [40, 99, 30],
        "start_on": pd.to_datetime(["2025-09-15", "2025-10-01", "2025-09-15"]),
        "end_on": pd.to_datetime(["2025-12-14", "2025-12-31", "2025-12-14"]),
        "basis": ["ngày tiếp nhận"] * 3,
    }
    context = make_context(catalogue)
    tallied = SourceRecords(System.ONE_STOP, {"tallies": build_frame("tallies", rows)}, captured_at=AFTER_THE_CLOSE)
    cells = fill(catalogue, make_context(catalogue, collected={**context.collected, System.ONE_STOP: tallied}))
    assert (cells["4.3.1"].value, cells["4.3"].display) == (40, "75,00")
    assert cells["4.3.1"].note == "Theo số tổng hợp của hệ thống nguồn"
    assert cells["4.2.1"].status is CellStatus.NOT_COLLECTED
    assert "không cung cấp số liệu này" in cells["4.2.1"].note
