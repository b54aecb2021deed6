"""How old every stock of a form is: when its source was asked, beside the cut-off the figure is given for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from baocao.ages import describe_age
from baocao.catalogue import Catalogue, Indicator
from baocao.domain import FilledForm, Observation, Timing
from baocao.handed_in import HANDED_IN
from baocao.store import Collection


@dataclass(frozen=True)
class StockAge:
    """When a stock was captured, and the cut-off it stands for."""

    captured_at: datetime
    cutoff_at: datetime

    @property
    def says(self) -> str:
        """In words: `đúng thời điểm chốt số liệu`, `sau thời điểm chốt số liệu 3 ngày`."""
        return describe_age(self.captured_at, self.cutoff_at)

    def as_json(self) -> dict[str, Any]:
        return {
            "captured_at": self.captured_at.isoformat(),
            "cutoff_at": self.cutoff_at.isoformat(),
            "age_s": int((self.captured_at - self.cutoff_at).total_seconds()),
            "says": self.says,
        }


def read_ages(
    catalogue: Catalogue,
    filled: FilledForm,
    observations: Mapping[str, Observation],
    collections: tuple[Collection, ...],
) -> dict[str, StockAge]:
    """By row number, for every counted stock and every ratio of stocks."""
    assert filled.window is not None
    captured = [one for one in collections if one.source_code != HANDED_IN]
    times = {p.sha256: p.fetched_at for c in captured for p in reversed(c.payloads)}
    found: dict[str, StockAge] = {}
    for key, cell in filled.cells.items():
        indicator = catalogue.indicators.get(cell.indicator_code or "")
        if indicator is None or not _is_counted_stock(catalogue, indicator):
            continue
        observation = observations.get(indicator.indicator_code)
        asked = [times[sha256] for sha256 in observation.payload_hashes if sha256 in times] if observation else []
        if asked:
            found[key] = StockAge(min(asked), filled.window.end_at)
    return found


def _is_counted_stock(catalogue: Catalogue, indicator: Indicator) -> bool:
    parts = catalogue.base_figures(indicator)
    return all(part.count is not None and part.timing is Timing.STOCK for part in parts)
