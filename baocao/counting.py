"""From records to observations: a pure function of frames, definitions and the period's window."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from baocao.ages import describe_distance
from baocao.catalogue import Count, Indicator, ManualFigure, Unit
from baocao.coverage import Coverage, say_days
from baocao.domain import (
    UNCOLLECTED,
    CellStatus,
    CountStep,
    Measure,
    Observation,
    Period,
    SourceFailure,
    System,
    Timing,
    Window,
)
from baocao.figures import mean_of, median_of, print_figure, ratio_pct
from baocao.handed_in import HandedFigure, HandedIn
from baocao.notices import Notices
from baocao.records import TIMELINESS, empty_frame
from baocao.selection import GroupFrames, count_records, lacks_columns, measure_days
from baocao.vocabulary import FAILURES, FIELDS, SYSTEMS

if TYPE_CHECKING:
    import pandas as pd

NO_APPOINTMENT = "no_appointment"
_NOT_COUNTED = "Chưa kể "
_BETWEEN_NOTES = "; "
_WHY_NONE = (*UNCOLLECTED, CellStatus.BLANK, CellStatus.NO_DENOMINATOR)
"""Why a figure a computed one is made of is not there, the graver first."""


@dataclass(frozen=True)
class SourceRecords:
    """What one system gave for one unit: its records by kind, or why it gave none.

    `inherited` says which days of the units of before are among them, `gaps` which are missing; `notices` what in the
    answers was not understood; `coverage` which days they cover, None where that is not known.
    """

    system: System
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    payload_hashes: tuple[str, ...] = ()
    captured_at: datetime | None = None
    failure: SourceFailure | None = None
    inherited: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    notices: Notices = field(default_factory=Notices)
    coverage: Coverage | None = None


@dataclass(frozen=True)
class CountingContext:
    """Everything the figures of one unit and period are made from, beside their definitions.

    `typed_hashes` name the payload of the typed-in figures; `names_evidence`: their notes say what they rest on.
    `handed` is the form the unit handed in, which speaks for the systems it has none of.
    """

    unit: Unit
    period: Period
    window: Window
    known_at: datetime
    collected: Mapping[System, SourceRecords]
    manual: Mapping[str, ManualFigure] = field(default_factory=dict)
    typed_hashes: tuple[str, ...] = ()
    names_evidence: bool = False
    handed: HandedIn | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the period's last day is over."""
        return self.known_at >= self.window.end_at


def observe(indicators: Mapping[str, Indicator], context: CountingContext) -> dict[str, Observation]:
    """One observation per indicator that is counted or typed in; what is made of those comes after corrections."""
    found: dict[str, Observation] = {}
    for code, indicator in indicators.items():
        if indicator.count is not None:
            found[code] = _count_indicator(indicator, indicator.count, context)
        elif indicator.typed is not None:
            found[code] = _take_typed(indicator, context)
    return found


def add_computed(
    indicators: Mapping[str, Indicator],
    counts: Mapping[str, Observation],
    context: CountingContext,
    wholes: Mapping[str, Observation] | None = None,
) -> dict[str, Observation]:
    """The given observations and every ratio, sum and difference recomputed from them, whatever order they are in.

    `counts` may be those of one group; `wholes` are then the figures of all, for shares of the whole.
    """
    found = dict(counts)
    waiting = {code: one for code, one in indicators.items() if one.is_computed}
    while ready := [one for one in waiting.values() if not waiting.keys() & set(one.inputs)]:
        for indicator in ready:
            del waiting[indicator.indicator_code]
            found[indicator.indicator_code] = _compute(indicator, found, context, wholes)
    return found


def is_made_of(indicator: Indicator, given: Container[str], indicators: Mapping[str, Indicator]) -> bool:
    """Whether a figure is computed from the given ones alone."""
    return indicator.is_computed and all(
        code in given or (code in indicators and is_made_of(indicators[code], given, indicators))
        for code in indicator.inputs
    )


def _count_indicator(indicator: Indicator, definition: Count, context: CountingContext) -> Observation:
    assert indicator.system is not None
    source = context.collected.get(indicator.system)
    if source is None and context.handed is not None:
        return _take_handed(indicator, context.handed, context)
    if source is None or source.failure is not None:
        note = _beside_handed(_why_missing(indicator.system, source), indicator, context)
        return _observe(indicator, context, None, CellStatus.NOT_COLLECTED, note=note)
    if missing := _find_missing_days(indicator, source, context):
        note = (
            f"Chưa thu thập đủ: {SYSTEMS[indicator.system]} chưa cho số liệu ngày {', '.join(map(say_days, missing))}"
        )
        hashes, note = source.payload_hashes, _beside_handed(note, indicator, context)
        return _observe(indicator, context, None, CellStatus.INCOMPLETE, payload_hashes=hashes, note=note)
    counted = _count_or_take(indicator, definition, source, context)
    if counted is None and context.handed is not None:
        return _take_handed(indicator, context.handed, context)
    if counted is None:
        note = _why_not_given(definition, indicator.system, source)
        return _observe(indicator, context, None, CellStatus.NOT_COLLECTED, note=note)
    value, steps, note = counted
    is_known = CellStatus.REPORTED if context.is_closed else CellStatus.PROVISIONAL
    return _observe(
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


def _count_or_take(
    indicator: Indicator, definition: Count, source: SourceRecords, context: CountingContext
) -> tuple[Decimal | None, list[CountStep], str] | None:
    """Count the records where the source gives them, else take its own tally for exactly these days, else None.

    A mean or median of no record at all is no figure: its value is None.
    """
    if definition.records in source.frames and not lacks_columns(definition, source.frames):
        return count_figure(indicator, definition, _all_frames(context, source), context.window)
    tallies = tallies_within(source.frames.get("tallies"), indicator.indicator_code, context.window)
    if not len(tallies):
        return None
    basis = str(tallies["basis"].iloc[0])  # two bases are two ways of counting the same, not two parts
    value = int(tallies.loc[tallies["basis"] == basis, "value"].sum())
    steps = [CountStep(f"hệ thống tự tổng hợp: {basis}", value)]
    return Decimal(value), steps, "Theo số tổng hợp của hệ thống nguồn"


def count_figure(
    indicator: Indicator, definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> tuple[Decimal | None, list[CountStep], str]:
    """What the records say of a figure, step by step, and what its note must say."""
    if definition.days is not None:
        days, steps = measure_days(definition, frames, window)
        is_mean = definition.days.take == "mean"
        return mean_of(days, indicator.measure.places) if is_mean else median_of(days), steps, ""
    count, steps = count_records(definition, frames, window)
    return Decimal(count), steps, _note_without_appointment(definition, frames, window)


def _note_without_appointment(definition: Count, frames: Mapping[str, pd.DataFrame], window: Window) -> str:
    """How many dossiers could not be held against an appointment, where the figure is of those that could."""
    wanted = definition.where.get(TIMELINESS)
    if not isinstance(wanted, tuple) or NO_APPOINTMENT in wanted:
        return ""
    without = definition.model_copy(update={"where": {**definition.where, TIMELINESS: (NO_APPOINTMENT,)}})
    count, _ = count_records(without, frames, window)
    return f"{_NOT_COUNTED}{print_figure(Decimal(count), Measure.DOSSIER)} hồ sơ chưa có ngày hẹn trả" if count else ""


def _join_notes(inputs: Sequence[Observation], *, is_ratio: bool) -> str:
    """Each once; of a ratio, what only its numerator leaves out is said of that."""
    parts = [[text for text in one.note.split(_BETWEEN_NOTES) if text] for one in inputs]
    if is_ratio:
        top, bottom = parts
        parts[0] = [_of_numerator(text) if text not in bottom else text for text in top]
    return _BETWEEN_NOTES.join(dict.fromkeys(text for texts in parts for text in texts))


def _of_numerator(note: str) -> str:
    return f"Tử số {note[:1].lower()}{note[1:]}" if note.startswith(_NOT_COUNTED) else note


def _why_not_given(definition: Count, system: System, source: SourceRecords) -> str:
    says = f"Chưa thu thập được: {SYSTEMS[system]} không cung cấp"
    if definition.records not in source.frames:
        return f"{says} số liệu này"
    return f"{says} {', '.join(FIELDS[name] for name in lacks_columns(definition, source.frames))}"


def tallies_within(tallies: pd.DataFrame | None, indicator_code: str, window: Window) -> pd.DataFrame:
    """The source's own tallies of one indicator over exactly the days of the window."""
    if tallies is None:
        return empty_frame("tallies")
    import pandas as pd

    same = (tallies["start_on"] == pd.Timestamp(window.start_on)) & (tallies["end_on"] == pd.Timestamp(window.end_on))
    return tallies[same & (tallies["indicator_code"] == indicator_code)]


def _all_frames(context: CountingContext, source: SourceRecords) -> dict[str, pd.DataFrame]:
    """The source's own records, and the other systems' for definitions that join them."""
    joined: dict[str, pd.DataFrame] = {}
    for other in context.collected.values():
        joined.update(other.frames)
    if isinstance(source.frames, GroupFrames):
        return source.frames.beside(joined)
    return {**joined, **source.frames}


def _why_missing(system: System, source: SourceRecords | None) -> str:
    if source is None or source.failure is None:
        return f"Chưa thu thập được: đơn vị chưa khai báo {SYSTEMS[system]}"
    return f"Chưa thu thập được: {SYSTEMS[system]} {FAILURES.get(source.failure.kind, 'gặp lỗi')}"


def _notes_of_source(indicator: Indicator, source: SourceRecords, context: CountingContext) -> tuple[str, ...]:
    """A stock taken well before or after the cut-off says so; a flow, whose days of before are in it or missing."""
    if indicator.timing is Timing.FLOW:
        return *source.inherited, *source.gaps, *source.notices.unproved_vi
    return (describe_distance(source.captured_at, context.window.end_at),) if source.captured_at else ()


def _take_typed(indicator: Indicator, context: CountingContext) -> Observation:
    figure = context.manual.get(indicator.indicator_code)
    if figure is None and context.handed is not None and indicator.indicator_code in context.handed.figures:
        return _take_handed(indicator, context.handed, context)
    if figure is None:
        return _observe(indicator, context, None, CellStatus.BLANK, note="Chưa có người nhập")
    note = f"{figure.given_by} nhập ngày {figure.given_on:%d/%m/%Y}"
    if context.names_evidence:
        note = f"{note}, căn cứ: {figure.evidence}"
    return _observe(
        indicator, context, figure.value, CellStatus.TYPED_IN, payload_hashes=context.typed_hashes, note=note
    )


def _take_handed(indicator: Indicator, handed: HandedIn, context: CountingContext) -> Observation:
    """What the unit reports itself; of a cell it left empty, that it did."""
    cell = handed.figures.get(indicator.indicator_code)
    hashes, note = handed.hashes, f"Đơn vị báo cáo ({handed.says_vi})"
    if cell is not None and cell.value is not None:
        status = CellStatus.HANDED_IN if context.is_closed else CellStatus.PROVISIONAL
        return _observe(indicator, context, cell.value, status, payload_hashes=hashes, note=note)
    empty = f"{note}: {_why_not_handed(cell)}"
    status = CellStatus.BLANK if indicator.system is None else CellStatus.NOT_COLLECTED
    return _observe(indicator, context, None, status, payload_hashes=hashes, note=empty)


def _why_not_handed(cell: HandedFigure | None) -> str:
    if cell is None:
        return "biểu không có dòng này"
    return f"không lấy được số từ “{cell.text}”" if cell.text.strip() else "ô để trống"


def _beside_handed(note: str, indicator: Indicator, context: CountingContext) -> str:
    """A system that did not answer is not replaced by what the unit wrote, but that is told."""
    cell = context.handed.figures.get(indicator.indicator_code) if context.handed else None
    if context.handed is None or cell is None or cell.value is None:
        return note
    return f"{note}; đơn vị báo cáo {print_figure(cell.value, indicator.measure)} ({context.handed.says_vi})"


def _compute(
    indicator: Indicator,
    counts: Mapping[str, Observation],
    context: CountingContext,
    wholes: Mapping[str, Observation] | None,
) -> Observation:
    """From figures that are all known; else the gravest reason why one is not."""
    inputs = tuple(counts[code] for code in indicator.inputs)
    if indicator.ratio is not None and indicator.ratio.over == "all" and wholes is not None:
        inputs = (inputs[0], wholes[indicator.ratio.denominator])
    if context.handed is not None and _is_for_the_unit_to_say(indicator, counts, context):
        return _take_handed(indicator, context.handed, context)
    note = _join_notes(inputs, is_ratio=indicator.ratio is not None)
    hashes = tuple(dict.fromkeys(h for part in inputs for h in part.payload_hashes))
    values = [part.value for part in inputs if part.value is not None]
    if len(values) < len(inputs):
        missing = next((one for one in _WHY_NONE if _any(inputs, one)), CellStatus.BLANK)
        kept = hashes if missing is CellStatus.INCOMPLETE else ()
        return _observe(indicator, context, None, missing, payload_hashes=kept, note=note)
    value = _value_of(indicator, values)
    status = CellStatus.NO_DENOMINATOR if value is None else _status_of_computed(inputs)
    return _observe(indicator, context, value, status, payload_hashes=hashes, note=note)


def _value_of(indicator: Indicator, values: Sequence[Decimal]) -> Decimal | None:
    if indicator.ratio is not None:
        return ratio_pct(*values)
    first, *others = values
    return first - sum(others) if indicator.difference is not None else first + sum(others)


def _is_for_the_unit_to_say(indicator: Indicator, counts: Mapping[str, Observation], context: CountingContext) -> bool:
    """Whether a ratio is taken as it was handed in: it cannot be divided, and no system was to give what is missing."""
    if context.handed is None or context.handed.find_value(indicator.indicator_code) is None:
        return False
    lacking = [counts[code] for code in indicator.inputs if counts[code].value is None]
    asked = [
        one for one in lacking if one.status in UNCOLLECTED and not set(one.payload_hashes) & set(context.handed.hashes)
    ]
    return bool(lacking) and not asked


def _status_of_computed(inputs: tuple[Observation, ...]) -> CellStatus:
    order = (CellStatus.PROVISIONAL, CellStatus.CORRECTED, CellStatus.HANDED_IN, CellStatus.TYPED_IN)
    return next((status for status in order if _any(inputs, status)), CellStatus.REPORTED)


def _any(inputs: tuple[Observation, ...], status: CellStatus) -> bool:
    return any(part.status is status for part in inputs)


def _observe(
    indicator: Indicator, context: CountingContext, value: Decimal | None, status: CellStatus, **rest: object
) -> Observation:
    make: Callable[..., Observation] = Observation
    return make(
        indicator_code=indicator.indicator_code,
        unit_code=context.unit.unit_code,
        period=context.period,
        value=value,
        status=status,
        known_at=context.known_at,
        **rest,
    )
