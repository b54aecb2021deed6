"""Of several captures the one nearest the cut-off counts, whichever was made last, and a broken one never."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from baocao.domain import Period, SourceFailure
from baocao.store import Store
from reporting.collection.capturing import find_capture
from tests.baocao.store import samples
from tests.baocao.store.samples import Q4, WINDOW

SOURCE = cast("Any", SimpleNamespace(source_code="igate"))
PLAN = cast("Any", SimpleNamespace(window=WINDOW, period=Q4, unit=SimpleNamespace(unit_code="dac-khu")))


def keep(store: Store, at: datetime, failure: SourceFailure | None = None) -> None:
    opened = store.captures.open("dac-khu", Q4, samples.failure(source_code="igate"), at)
    store.captures.keep(opened, samples.payload(fetched_at=at), 0)
    store.captures.close(opened, at, failure)


@pytest.mark.parametrize(("hours", "nearest"), [((1, 5), 1), ((-5, 1, 30), 1), ((-1, 2), -1), ((30, 3), 3)])
def test_the_capture_nearest_the_cut_off_counts(store: Store, hours: tuple[int, ...], nearest: int) -> None:
    for number in hours:
        keep(store, WINDOW.end_at + timedelta(hours=number))
    found = find_capture(store, PLAN, SOURCE)
    assert found is not None
    assert found.captured_at == WINDOW.end_at + timedelta(hours=nearest)


def test_a_capture_that_broke_off_is_none(store: Store) -> None:
    keep(store, WINDOW.end_at, samples.failure(source_code="igate"))
    assert find_capture(store, PLAN, SOURCE) is None


def test_the_year_takes_the_capture_of_the_quarter_that_closes_with_it(store: Store) -> None:
    keep(store, WINDOW.end_at)
    year = SimpleNamespace(**{**vars(PLAN), "period": Period(Q4.year)})
    assert find_capture(store, cast("Any", year), SOURCE) is not None
    month = SimpleNamespace(**{**vars(PLAN), "period": Period(Q4.year, "Q3")})
    assert find_capture(store, cast("Any", month), SOURCE) is None
