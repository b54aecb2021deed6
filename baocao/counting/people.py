"""Figures people give: typed in, or in the form a unit handed in."""

from __future__ import annotations

from baocao.catalogue import Indicator
from baocao.counting.context import CountingContext, make_observation
from baocao.domain import CellStatus, Observation
from baocao.figures import print_figure
from baocao.handed_in import HandedFigure, HandedIn


def take_typed(indicator: Indicator, context: CountingContext) -> Observation:
    figure = context.manual.get(indicator.indicator_code)
    if figure is None and context.handed is not None and indicator.indicator_code in context.handed.figures:
        return take_handed(indicator, context.handed, context)
    if figure is None:
        return make_observation(indicator, context, None, CellStatus.BLANK, note="Chưa có người nhập")
    note = f"{figure.given_by} nhập ngày {figure.given_on:%d/%m/%Y}"
    if context.names_evidence:
        note = f"{note}, căn cứ: {figure.evidence}"
    return make_observation(
        indicator, context, figure.value, CellStatus.TYPED_IN, payload_hashes=context.typed_hashes, note=note
    )


def take_handed(indicator: Indicator, handed: HandedIn, context: CountingContext) -> Observation:
    """What the unit reports itself; of a cell it left empty, that it did."""
    cell = handed.figures.get(indicator.indicator_code)
    hashes, note = handed.hashes, f"Đơn vị báo cáo ({handed.says_vi})"
    if cell is not None and cell.value is not None:
        status = CellStatus.HANDED_IN if context.is_closed else CellStatus.PROVISIONAL
        return make_observation(indicator, context, cell.value, status, payload_hashes=hashes, note=note)
    empty = f"{note}: {_why_not_handed(cell)}"
    status = CellStatus.BLANK if indicator.system is None else CellStatus.NOT_COLLECTED
    return make_observation(indicator, context, None, status, payload_hashes=hashes, note=empty)


def _why_not_handed(cell: HandedFigure | None) -> str:
    if cell is None:
        return "biểu không có dòng này"
    return f"không lấy được số từ “{cell.text}”" if cell.text.strip() else "ô để trống"


def beside_handed(note: str, indicator: Indicator, context: CountingContext) -> str:
    """A system that did not answer is not replaced by what the unit wrote, but that is told."""
    cell = context.handed.figures.get(indicator.indicator_code) if context.handed else None
    if context.handed is None or cell is None or cell.value is None:
        return note
    return f"{note}; đơn vị báo cáo {print_figure(cell.value, indicator.measure)} ({context.handed.says_vi})"
