"""Which days answers cover, and what a figure says whose source does not cover all of them."""

from datetime import date, datetime

import pytest

from baocao.catalogue import Catalogue
from baocao.counting import SourceRecords
from baocao.coverage import Coverage
from baocao.domain import VIETNAM, CellStatus, System, Window
from baocao.notices import CountProof
from tests.baocao.table import table
from tests.baocao.test_statuses import AFTER_THE_CLOSE, fill, make_context

QUARTER = Window(date(2025, 9, 15), date(2025, 12, 14))


def covered(held_at: datetime, window: Window | None = QUARTER, *proofs: CountProof) -> Coverage:
    return Coverage("one_stop", System.ONE_STOP, "dac-khu", window, held_at, proofs)


def of_december(day: int, hour: int = 7) -> datetime:
    return datetime(2025, 12, day, hour, tzinfo=VIETNAM)


def test_a_day_that_was_not_over_when_the_source_was_asked_is_missing() -> None:
    assert covered(of_december(15)).find_missing(QUARTER) == ()
    late_evening = covered(of_december(14, 23))
    assert late_evening.find_missing(QUARTER) == (Window(date(2025, 12, 14), date(2025, 12, 14)),)
    assert late_evening.days_vi == "90/91 ngày của 15/09/2025 – 14/12/2025; thiếu 14/12/2025"


def test_days_that_were_never_asked_for_are_missing_at_both_ends() -> None:
    asked = Window(date(2025, 9, 20), date(2025, 12, 10))
    assert covered(of_december(15), asked).find_missing(QUARTER) == (
        Window(date(2025, 9, 15), date(2025, 9, 19)),
        Window(date(2025, 12, 11), date(2025, 12, 14)),
    )
    year_before = Window(date(2024, 9, 15), date(2024, 12, 14))
    assert covered(of_december(15), asked).find_missing(year_before) == (year_before,)


@pytest.mark.parametrize(
    ("proofs", "says"),
    [
        ((), "chưa chứng minh được là đủ: nguồn không cho số đếm độc lập nào"),
        ((CountProof("tổng số nguồn nêu", 1_909, 1_909),), "tổng số nguồn nêu: 1.909/1.909"),
        ((CountProof("tổng số nguồn nêu", 636, 909),), "tổng số nguồn nêu: 636/909 – KHÔNG KHỚP"),
        ((CountProof("quy-4.csv không có dòng tổng cộng", 7),), "chưa chứng minh được là đủ: quy-4.csv không có dòng tổng cộng"),
    ],
)  # fmt: skip
def test_it_is_said_by_which_count_the_records_were_proved_whole(proofs: tuple[CountProof, ...], says: str) -> None:
    found = covered(of_december(15), QUARTER, *proofs)
    assert found.proofs_vi == says
    assert found.says_vi == f"15/09/2025 – 14/12/2025 (đủ 91 ngày); {says}"
    assert found.is_proved is (says == "tổng số nguồn nêu: 1.909/1.909")


def test_a_stock_covers_no_days_but_says_when_it_was_taken() -> None:
    assert covered(of_december(14, 23), None).days_vi == "số liệu thời điểm, lấy lúc 23:00 14/12/2025"


def test_a_figure_with_days_missing_is_no_figure_and_names_them(catalogue: Catalogue) -> None:
    dossiers = SourceRecords(
        System.ONE_STOP, table("dossiers", {}, {}), ("abc",), AFTER_THE_CLOSE, coverage=covered(of_december(11))
    )
    context = make_context(catalogue)
    cells = fill(catalogue, make_context(catalogue, collected={**context.collected, System.ONE_STOP: dossiers}))
    for key in ("4.2", "4.2.1", "4.3.1", "4.4"):
        assert (cells[key].status, cells[key].value, cells[key].display) == (CellStatus.INCOMPLETE, None, "")
        assert cells[key].note == "Chưa thu thập đủ: hệ thống một cửa chưa cho số liệu ngày 11/12/2025 – 14/12/2025"
    assert cells["4.1.2"].value == 2


def test_an_open_period_has_provisional_figures_as_before(catalogue: Catalogue) -> None:
    at = of_december(11)
    dossiers = SourceRecords(System.ONE_STOP, table("dossiers", {}, {}), captured_at=at, coverage=covered(at))
    cells = fill(catalogue, make_context(catalogue, known_at=at, collected={System.ONE_STOP: dossiers}))
    assert cells["4.3.1"].status is CellStatus.PROVISIONAL
