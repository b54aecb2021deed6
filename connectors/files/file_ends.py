"""Whether a text file without a total row ends where it should: one cut at the end of a line looks like a whole one.

Records that stand in the order of their days tell: what is cut off is the end they run to. Where they stand in another
order, nothing in the file proves that it is whole, and that is said beside its figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from baocao.domain import VIETNAM, Window
from baocao.notices import Notices

QUIET_DAYS, USUAL_GAPS = 7, 3
"""Records may end so many days, or usual gaps between two days that have some, before the period does."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayRun:
    """The days of one column in the file's order: rising, falling, or neither."""

    first: date
    last: date
    rises: bool
    falls: bool
    quiet: timedelta

    def ends_well(self, window: Window, others: "list[DayRun]") -> bool:
        """Whether the end its records run to is the period's, or where another file goes on."""
        if self.rises:
            goes_on = any(timedelta() <= one.first - self.last <= self.quiet for one in others)
            return window.end_on - self.last <= self.quiet or goes_on
        goes_on = any(timedelta() <= self.first - one.last <= self.quiet for one in others)
        return self.first - window.start_on <= self.quiet or goes_on


@dataclass
class FileEnds:
    """The days of every text file that has nothing else to be held against."""

    _days: dict[str, dict[str, list[tuple[Any, pd.Series]]]] = field(default_factory=dict)

    def note(self, place: str, order: Any, frame: pd.DataFrame) -> None:
        """One block of a file's records."""
        columns = self._days.setdefault(place, {})
        for name, days in _days_of(frame):
            columns.setdefault(name, []).append((order, days))

    def tell(self, notices: Notices, window: Window, held_at: datetime) -> None:
        """Of each file: nothing where it ends well, else what may be missing, beside every figure."""
        held = Window(
            window.start_on, max(window.start_on, min(window.end_on, held_at.astimezone(VIETNAM).date() - _DAY))
        )
        runs = {place: [_run_of(blocks) for blocks in columns.values()] for place, columns in self._days.items()}
        for place, columns in runs.items():
            ordered = [run for run in columns if run is not None and (run.rises or run.falls)]
            others = [run for other, found in runs.items() if other != place for run in found if run is not None]
            if not ordered:
                said = f"không chứng minh được {place} là đủ: không có dòng tổng cộng, bản ghi không xếp theo ngày"
                notices.unproved_vi.append(said)
            elif not any(run.ends_well(held, others) for run in ordered):
                notices.note_uncertain(_say_short(place, ordered[0]))


def _days_of(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Columns of days that most records have; of a block without a record, none."""
    for name in frame.columns[frame.dtypes.map(lambda kind: kind.kind == "M")]:
        given = frame[name].dropna()
        if len(given) * 2 > len(frame):
            local = given.dt.tz_convert(VIETNAM) if given.dt.tz is not None else given
            yield str(name), local.dt.date


def _run_of(blocks: list[tuple[Any, pd.Series]]) -> DayRun | None:
    ordered = pd.concat([days for _, days in sorted(blocks, key=lambda block: block[0])], ignore_index=True)
    if ordered.empty:
        return None
    rises = bool(ordered.is_monotonic_increasing)
    gaps = np.diff(np.unique(ordered.to_numpy()))
    usual = int(np.quantile([gap.days for gap in gaps], 0.95)) if len(gaps) else 1
    return DayRun(
        ordered.min(),
        ordered.max(),
        rises,
        not rises and bool(ordered.is_monotonic_decreasing),
        _DAY * max(QUIET_DAYS, USUAL_GAPS * usual),
    )


def _say_short(place: str, run: DayRun) -> str:
    way = f"từ cũ đến mới, dừng ở {run.last:%d/%m/%Y}" if run.rises else f"từ mới đến cũ, dừng ở {run.first:%d/%m/%Y}"
    return f"{place} có thể bị cắt ở cuối một dòng: không có dòng tổng cộng, bản ghi xếp {way}"
