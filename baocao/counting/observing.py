"""One observation for each figure that is counted or typed in, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping

from baocao.ages import describe_distance
from baocao.catalogue import Count, Indicator
from baocao.counting.context import CountingContext, SourceRecords, make_observation
from baocao.counting.counted import count_or_take
from baocao.counting.people import beside_handed, take_handed, take_typed
from baocao.coverage import say_days
from baocao.domain import CellStatus, Observation, System, Timing, Window
from baocao.selection import lacks_columns
from baocao.vocabulary import FAILURES, FIELDS, SYSTEMS


def observe(indicators: Mapping[str, Indicator], context: CountingContext) -> dict[str, Observation]:
    """One observation per indicator that is counted or typed in; what is made of those comes after corrections."""
    found: dict[str, Observation] = {}
    for code, indicator in indicators.items():
        if indicator.count is not None:
            found[code] = _count_indicator(indicator, indicator.count, context)
        elif indicator.typed is not None:
            found[code] = take_typed(indicator, context)
    return found


def _count_indicator(indicator: Indicator, definition: Count, context: CountingContext) -> Observation:
    assert indicator.system is not None
    source = context.collected.get(indicator.system)
    if source is None and context.handed is not None:
        return take_handed(indicator, context.handed, context)
    if source is None or source.failure is not None:
        note = beside_handed(_why_missing(indicator.system, source), indicator, context)
        return make_observation(indicator, context, None, CellStatus.NOT_COLLECTED, note=note)
    if missing := _find_missing_days(indicator, source, context):
        note = (
            f"Chưa thu thập đủ: {SYSTEMS[indicator.system]} chưa cho số liệu ngày {', '.join(map(say_days, missing))}"
        )
        hashes, note = source.payload_hashes, beside_handed(note, indicator, context)
        return make_observation(indicator, context, None, CellStatus.INCOMPLETE, payload_hashes=hashes, note=note)
    counted = count_or_take(indicator, definition, source, context)
    if counted is None and context.handed is not None:
        return take_handed(indicator, context.handed, context)
    if counted is None:
        note = _why_not_given(definition, indicator.system, source)
        return make_observation(indicator, context, None, CellStatus.NOT_COLLECTED, note=note)
    value, steps, note = counted
    is_known = CellStatus.REPORTED if context.is_closed else CellStatus.PROVISIONAL
    return make_observation(
        indicator,
        context,
        value,
        CellStatus.NO_DENOMINATOR if value is None else is_known,
        payload_hashes=source.payload_hashes,
        steps=tuple(steps),
        note="; ".join(filter(None, (note, *_notes_of_source(indicator, source, context)))),
    )


def _find_missing_days(indicator: Indicator, source: SourceRecords, context: CountingContext) -> tuple[Window, ...]:
    """The days of a closed period that a flow's source does not cover; a stock says how far from the cut-off it is."""
    if source.coverage is None or indicator.timing is not Timing.FLOW or not context.is_closed:
        return ()
    return source.coverage.find_missing(context.window)


def _why_not_given(definition: Count, system: System, source: SourceRecords) -> str:
    says = f"Chưa thu thập được: {SYSTEMS[system]} không cung cấp"
    if definition.records not in source.frames:
        return f"{says} số liệu này"
    return f"{says} {', '.join(FIELDS[name] for name in lacks_columns(definition, source.frames))}"


def _why_missing(system: System, source: SourceRecords | None) -> str:
    if source is None or source.failure is None:
        return f"Chưa thu thập được: đơn vị chưa khai báo {SYSTEMS[system]}"
    return f"Chưa thu thập được: {SYSTEMS[system]} {FAILURES.get(source.failure.kind, 'gặp lỗi')}"


def _notes_of_source(indicator: Indicator, source: SourceRecords, context: CountingContext) -> tuple[str, ...]:
    """A stock taken well before or after the cut-off says so; a flow, whose days of before are in it or missing."""
    if indicator.timing is Timing.FLOW:
        return *source.inherited, *source.gaps, *source.notices.unproved_vi
    return (describe_distance(source.captured_at, context.window.end_at),) if source.captured_at else ()
