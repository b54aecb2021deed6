"""From records to observations: a pure function of frames, definitions and the period's window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from baocao.ages import describe_distance
from baocao.catalogue import Count, Indicator, ManualFigure, Unit
from baocao.coverage import Coverage, say_days
from baocao.domain import (
    UNCOLLECTED,
    CellStatus,
    CountStep,
    Observation,
    Period,
    SourceFailure,
    System,
    Timing,
    Window,
)
from baocao.figures import ratio_pct
from baocao.notices import Notices
from baocao.records import COLUMNS, DAY, UNKNOWN, empty_frame
from baocao.vocabulary import FIELDS, RECORDS, SYSTEMS, VALUES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd


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
    """

    unit: Unit
    period: Period
    window: Window
    known_at: datetime
    collected: Mapping[System, SourceRecords]
    manual: Mapping[str, ManualFigure] = field(default_factory=dict)
    typed_hashes: tuple[str, ...] = ()
    names_evidence: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether the period's last day is over."""
        return self.known_at >= self.window.end_at


def observe(indicators: Mapping[str, Indicator], context: CountingContext) -> dict[str, Observation]:
    """One observation per indicator that is counted or typed in; ratios come after corrections."""
    found: dict[str, Observation] = {}
    for code, indicator in indicators.items():
        if indicator.count is not None:
            found[code] = _count_indicator(indicator, indicator.count, context)
        elif indicator.typed is not None:
            found[code] = _take_typed(indicator, context)
    return found


def add_ratios(
    indicators: Mapping[str, Indicator], counts: Mapping[str, Observation], context: CountingContext
) -> dict[str, Observation]:
    """The given observations and every ratio recomputed from them."""
    ratios = {
        code: _divide(indicator, counts, context)
        for code, indicator in indicators.items()
        if indicator.ratio is not None
    }
    return {**counts, **ratios}


def count_records(definition: Count, frames: Mapping[str, pd.DataFrame], window: Window) -> tuple[int, list[CountStep]]:
    """How many records (or different keys) a definition counts, with what was left after each step."""
    chosen, steps = _choose(definition, frames, window)
    if definition.distinct is None:
        return int(chosen.sum()), steps
    different = _count_different(frames[definition.records][definition.distinct], chosen)
    return different, [*steps, CountStep(f"{FIELDS[definition.distinct]} khác nhau", different)]


def select_records(
    definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> tuple[pd.DataFrame, list[CountStep]]:
    """The very records a definition counts, with what was left after each step."""
    chosen, steps = _choose(definition, frames, window)
    return frames[definition.records][chosen], steps


def _choose(
    definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> tuple[npt.NDArray[np.bool_], list[CountStep]]:
    """Which records are counted: marked, not copied, for they may be very many."""
    import numpy as np

    frame = frames[definition.records]
    chosen = np.ones(len(frame), dtype=bool)
    steps = [CountStep(f"{RECORDS[definition.records]} trong dữ liệu nguồn", len(frame))]

    def keep(mask: pd.Series, step: str) -> None:
        np.logical_and(chosen, mask.to_numpy(dtype=bool, na_value=False), out=chosen)
        steps.append(CountStep(step, int(chosen.sum())))

    if definition.date_field:
        keep(*_in_time(frame, definition, window))
    if definition.open_at:
        keep(*_still_open(frame, definition, window))
    for name, wanted in definition.where.items():
        values = _values_of(frame, name, definition, frames)
        if isinstance(wanted, tuple):
            keep(_is_one_of(values, wanted), f"{FIELDS[name]}: {_words(wanted)}")
        else:
            keep(~_is_one_of(values, wanted.not_), f"{FIELDS[name]}: trừ {_words(wanted.not_)}")
    return chosen, steps


@dataclass(frozen=True)
class CountRange:
    """Between which values a count lies, if what is not known of `undecided` records fell either way; `fields` are
    what is not known of them.
    """

    low: int
    high: int
    undecided: int = 0
    fields: tuple[str, ...] = ()


def count_range(definition: Count, frames: Mapping[str, pd.DataFrame], window: Window) -> CountRange:
    """How far a count could move. Not known are codes on no list, and empty ones without a convention (`missing`)."""
    import numpy as np

    frame = frames[definition.records]
    possible = np.ones(len(frame), dtype=bool)
    if definition.date_field:
        possible &= _as_marks(_in_time(frame, definition, window)[0])
    if definition.open_at:
        possible &= _as_marks(_still_open(frame, definition, window)[0])
    certain, unknown = possible.copy(), {}
    for name, wanted in definition.where.items():
        values = _values_of(frame, name, definition, frames)
        is_wanted = _as_marks(_is_one_of(values, wanted if isinstance(wanted, tuple) else wanted.not_))
        unknown[name] = _is_unknown(values, frame[name])
        is_wanted = is_wanted if isinstance(wanted, tuple) else ~is_wanted
        certain &= is_wanted & ~unknown[name]
        possible &= is_wanted | unknown[name]
    undecided = possible & ~certain
    keys = frame[definition.distinct] if definition.distinct else None
    low, high = (int(marks.sum()) if keys is None else _count_different(keys, marks) for marks in (certain, possible))
    fields = tuple(name for name, marks in unknown.items() if bool((marks & undecided).any()))
    return CountRange(low, high, int(undecided.sum()), fields)


def _is_unknown(values: pd.Series, given: pd.Series) -> npt.NDArray[np.bool_]:
    """A code on no list, or none at all; a yes or no that was not read counts as unknown whatever an empty one does."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(given.dtype):
        return _as_marks(given.isna())
    return _as_marks(values.isna() | _is_one_of(values, (UNKNOWN,)))


def _as_marks(mask: pd.Series) -> npt.NDArray[np.bool_]:
    marks: npt.NDArray[np.bool_] = mask.to_numpy(dtype=bool, na_value=False)
    return marks


def _is_one_of(values: pd.Series, wanted: tuple[str | bool, ...]) -> pd.Series:
    """As `isin`, which for a coded column would take eight bytes a record on the way."""
    import numpy as np
    import pandas as pd

    if not isinstance(values.dtype, pd.CategoricalDtype):
        return values.isin(wanted)
    codes = values.cat.codes
    found = np.zeros(len(codes), dtype=bool)
    for place in values.cat.categories.get_indexer(pd.Index(wanted)):
        if place >= 0:
            found |= codes.to_numpy() == place
    return pd.Series(found, index=values.index, copy=False)


def _count_different(values: pd.Series, chosen: npt.NDArray[np.bool_]) -> int:
    import numpy as np
    import pandas as pd

    if not isinstance(values.dtype, pd.CategoricalDtype):
        return values[chosen].nunique()
    codes = np.unique(values.cat.codes.to_numpy()[chosen])
    return int((codes >= 0).sum())


def _in_time(frame: pd.DataFrame, definition: Count, window: Window) -> tuple[pd.Series, str]:
    assert definition.date_field is not None
    dates = frame[definition.date_field]
    name = FIELDS[definition.date_field]
    is_in_time, words = _time_rule(definition, window)
    chosen = is_in_time(dates)
    if definition.date_fallback:
        chosen |= dates.isna() & is_in_time(frame[definition.date_fallback])
        name = f"{name} (thiếu thì lấy {FIELDS[definition.date_fallback]})"
    return chosen, f"{name} {words}"


def _time_rule(definition: Count, window: Window) -> tuple[Callable[[pd.Series], pd.Series], str]:
    """Which dates count (an empty one never does), and how that is said."""
    start, end = _bounds(definition, window)
    first, last = f"{window.start_on:%d/%m/%Y}", f"{window.end_on:%d/%m/%Y}"
    if definition.when == "before":
        return lambda dates: dates < start, f"trước {first}"
    if definition.when == "until_end":
        return lambda dates: dates < end, f"đến hết {last}"
    return lambda dates: (dates >= start) & (dates < end), f"từ {first} đến hết {last}"


def _still_open(frame: pd.DataFrame, definition: Count, window: Window) -> tuple[pd.Series, str]:
    import pandas as pd

    day = window.start_on if definition.open_at == "start" else window.end_on + timedelta(days=1)
    at = window.start_at if definition.open_at == "start" else window.end_at
    finished = frame["finished_at"]
    return finished.isna() | (finished >= pd.Timestamp(at)), f"chưa kết thúc xử lý trước {day:%d/%m/%Y}"


def _bounds(definition: Count, window: Window) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The window's first instant and the first after it, as days where the records hold days."""
    import pandas as pd

    if COLUMNS[definition.records][definition.date_field or ""] == DAY:
        return pd.Timestamp(window.start_on), pd.Timestamp(window.end_on + timedelta(days=1))
    return pd.Timestamp(window.start_at), pd.Timestamp(window.end_at)


def _values_of(frame: pd.DataFrame, name: str, definition: Count, frames: Mapping[str, pd.DataFrame]) -> pd.Series:
    if name == "service_level" and definition.level_as_of == "period_end":
        levels = frames["procedures"].set_index("procedure_code")["service_level"].astype(object)
        return frame["procedure_code"].astype(object).map(levels)
    values = frame[name]
    return values.fillna(definition.missing[name]) if name in definition.missing else values


def _words(values: tuple[str | bool, ...]) -> str:
    return ", ".join(VALUES[value] for value in values)


def _count_indicator(indicator: Indicator, definition: Count, context: CountingContext) -> Observation:
    assert indicator.system is not None
    source = context.collected.get(indicator.system)
    if source is None or source.failure is not None:
        return _observe(indicator, context, None, CellStatus.NOT_COLLECTED, note=_why_missing(indicator.system, source))
    if missing := _find_missing_days(indicator, source, context):
        note = (
            f"Chưa thu thập đủ: {SYSTEMS[indicator.system]} chưa cho số liệu ngày {', '.join(map(say_days, missing))}"
        )
        hashes = source.payload_hashes
        return _observe(indicator, context, None, CellStatus.INCOMPLETE, payload_hashes=hashes, note=note)
    counted = _count_or_take(indicator, definition, source, context)
    if counted is None:
        note = f"Chưa thu thập được: {SYSTEMS[indicator.system]} không cung cấp số liệu này"
        return _observe(indicator, context, None, CellStatus.NOT_COLLECTED, note=note)
    value, steps, note = counted
    return _observe(
        indicator,
        context,
        Decimal(value),
        CellStatus.REPORTED if context.is_closed else CellStatus.PROVISIONAL,
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
) -> tuple[int, list[CountStep], str] | None:
    """Count the records where the source gives them, else take its own tally for exactly these days, else None."""
    if definition.records in source.frames:
        return *count_records(definition, _all_frames(context, source), context.window), ""
    tallies = tallies_within(source.frames.get("tallies"), indicator.indicator_code, context.window)
    if not len(tallies):
        return None
    basis = str(tallies["basis"].iloc[0])  # two bases are two ways of counting the same, not two parts
    value = int(tallies.loc[tallies["basis"] == basis, "value"].sum())
    return value, [CountStep(f"hệ thống tự tổng hợp: {basis}", value)], "Theo số tổng hợp của hệ thống nguồn"


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
    return {**joined, **source.frames}


def _why_missing(system: System, source: SourceRecords | None) -> str:
    if source is None or source.failure is None:
        return f"Chưa thu thập được: đơn vị chưa khai báo {SYSTEMS[system]}"
    words = {11: "không kết nối được", 12: "bị từ chối truy cập", 13: "dữ liệu trả về sai cấu trúc"}
    return f"Chưa thu thập được: {SYSTEMS[system]} {words.get(source.failure.exit_code, 'gặp lỗi')}"


def _notes_of_source(indicator: Indicator, source: SourceRecords, context: CountingContext) -> tuple[str, ...]:
    """A stock taken well before or after the cut-off says so; a flow, whose days of before are in it or missing."""
    if indicator.timing is Timing.FLOW:
        return *source.inherited, *source.gaps, *source.notices.unproved_vi
    return (describe_distance(source.captured_at, context.window.end_at),) if source.captured_at else ()


def _take_typed(indicator: Indicator, context: CountingContext) -> Observation:
    figure = context.manual.get(indicator.indicator_code)
    if figure is None:
        return _observe(indicator, context, None, CellStatus.BLANK, note="Chưa có người nhập")
    note = f"{figure.given_by} nhập ngày {figure.given_on:%d/%m/%Y}"
    if context.names_evidence:
        note = f"{note}, căn cứ: {figure.evidence}"
    return _observe(
        indicator, context, figure.value, CellStatus.TYPED_IN, payload_hashes=context.typed_hashes, note=note
    )


def _divide(indicator: Indicator, counts: Mapping[str, Observation], context: CountingContext) -> Observation:
    numerator, denominator = (counts[code] for code in indicator.inputs)
    inputs = (numerator, denominator)
    note = "; ".join(dict.fromkeys(part.note for part in inputs if part.note))
    hashes = tuple(dict.fromkeys(h for part in inputs for h in part.payload_hashes))
    if numerator.value is None or denominator.value is None:
        missing = next((one for one in UNCOLLECTED if _any(inputs, one)), CellStatus.BLANK)
        kept = hashes if missing is CellStatus.INCOMPLETE else ()
        return _observe(indicator, context, None, missing, payload_hashes=kept, note=note)
    value = ratio_pct(numerator.value, denominator.value)
    status = CellStatus.NO_DENOMINATOR if value is None else _status_of_ratio(inputs)
    return _observe(indicator, context, value, status, payload_hashes=hashes, note=note)


def _status_of_ratio(inputs: tuple[Observation, ...]) -> CellStatus:
    order = (CellStatus.PROVISIONAL, CellStatus.CORRECTED, CellStatus.TYPED_IN)
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
