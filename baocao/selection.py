"""Which records a definition counts: marked step by step, and how far the count could move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from baocao.catalogue import Count
from baocao.catalogue.groupings import GroupChoice, Groupings
from baocao.domain import CountStep, Window
from baocao.groups import UNKNOWN_GROUP, Dimension
from baocao.records import COLUMNS, DAY, MORE, TIMELINESS, UNKNOWN
from baocao.vocabulary import DIMENSIONS, FIELDS, RECORDS, VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Frames = Mapping[str, pd.DataFrame]
    Marks = npt.NDArray[np.bool_]
    Condition = Callable[[Frames], tuple[pd.Series, str]]

GROUP_COLUMNS = {Dimension.FIELD: "field_key", Dimension.UNIT: "receiving_unit_key"}


class GroupFrames(dict[str, "pd.DataFrame"]):
    """Frames of which one kind, the records of one group, has only those at `places` of `whole`.

    What a condition says of each record is found once on the whole: `marked` is shared by all groups of it.
    """

    def __init__(
        self,
        frames: Frames,
        kind: str,
        whole: pd.DataFrame,
        places: npt.NDArray[np.intp],
        marked: dict[tuple[object, ...], tuple[Marks, str]],
    ) -> None:
        super().__init__(frames)
        self.kind, self.whole, self.places, self.marked = kind, whole, places, marked

    def beside(self, others: Frames) -> GroupFrames:
        """With frames of other systems, which definitions may join."""
        return GroupFrames({**others, **self}, self.kind, self.whole, self.places, self.marked)

    def mark(self, key: tuple[object, ...], condition: Condition) -> tuple[Marks, str]:
        if key not in self.marked:
            marks, words = condition({**self, self.kind: self.whole})
            self.marked[key] = _as_marks(marks), words
        marks_of_whole, words = self.marked[key]
        return marks_of_whole[self.places], words


def count_records(definition: Count, frames: Mapping[str, pd.DataFrame], window: Window) -> tuple[int, list[CountStep]]:
    """How many records (or different keys) a definition counts, with what was left after each step."""
    chosen, steps = _choose(definition, frames, window)
    if definition.distinct is None:
        return int(chosen.sum()), steps
    different = _count_different(frames[definition.records][definition.distinct], chosen)
    return different, [*steps, CountStep(f"{FIELDS[definition.distinct]} khác nhau", different)]


def measure_days(
    definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> tuple[list[int], list[CountStep]]:
    """The days each record took that a definition takes a mean or median of, with what was left after each step."""
    chosen, steps = _choose(definition, frames, window)
    numbers, taken = _days_of(definition, frames[definition.records], window)
    taken &= chosen
    days = numbers[taken].tolist()
    return days, [*steps, CountStep(_say_days(definition), len(days))]


def _days_of(
    definition: Count, frame: pd.DataFrame, window: Window
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    from baocao.timeliness import find_days

    days = definition.days
    assert days is not None
    starts = frame[days.from_]
    if days.from_fallback:
        starts = starts.fillna(frame[days.from_fallback])
    return find_days(starts, frame[days.to], window, definition.calendar if days.days == "working" else None)


def _say_days(definition: Count) -> str:
    days = definition.days
    assert days is not None
    first = FIELDS[days.from_] + (f" (thiếu thì lấy {FIELDS[days.from_fallback]})" if days.from_fallback else "")
    kind = "ngày làm việc" if days.days == "working" else "ngày"
    return f"có đủ {first} và {FIELDS[days.to]}, không ngược nhau: tính số {kind} ở giữa"


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
    for key, condition in _conditions(definition, window):
        marks, words = _mark(frames, definition.records, key, condition)
        np.logical_and(chosen, marks, out=chosen)
        steps.append(CountStep(words, int(chosen.sum())))
    return chosen, steps


def _mark(frames: Frames, kind: str, key: tuple[object, ...], condition: Condition) -> tuple[Marks, str]:
    if isinstance(frames, GroupFrames) and frames.kind == kind:
        return frames.mark(key, condition)
    marks, words = condition(frames)
    return _as_marks(marks), words


def _conditions(definition: Count, window: Window) -> Iterator[tuple[tuple[object, ...], Condition]]:
    """Each condition of a definition, with everything of the definition it depends on."""
    kind, group = definition.records, definition.group
    if group is not None:
        yield ("group", group.dimension, group.key), lambda frames: _in_group(frames[kind], group)
    if definition.date_field:
        time = definition.date_field, definition.date_fallback, definition.when
        yield ("time", *time), lambda frames: _in_time(frames[kind], definition, window)
    if definition.open_at:
        yield ("open", definition.open_at), lambda frames: _still_open(frames[kind], definition, window)
    for name, wanted in definition.where.items():
        values = wanted if isinstance(wanted, tuple) else ("not", wanted.not_)
        ways = (
            definition.missing.get(name),
            definition.level_as_of,
            definition.appointment.by,
            definition.appointment.days,
        )
        yield ("where", name, values, *ways), partial(_has_value, name, definition, window)


def _has_value(name: str, definition: Count, window: Window, frames: Frames) -> tuple[pd.Series, str]:
    values, wanted = _values_of(frames[definition.records], name, definition, frames, window), definition.where[name]
    if isinstance(wanted, tuple):
        return _is_one_of(values, wanted), f"{_say_field(name, definition)}: {_words(wanted)}"
    return ~_is_one_of(values, wanted.not_), f"{_say_field(name, definition)}: trừ {_words(wanted.not_)}"


def lacks_columns(definition: Count, frames: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """The columns a definition needs beside the usual ones and its records do not have; no record at all lacks none."""
    frame = frames[definition.records]
    return tuple(name for name in needed_columns(definition) if name not in frame) if len(frame) else ()


def needed_columns(definition: Count) -> tuple[str, ...]:
    """What a definition needs of its records beside what every source gives."""
    return ("appointment_at",) if definition.uses_appointment else ()


def grouped_by(definition: Count, dimensions: Iterable[Dimension]) -> tuple[str, ...]:
    """What telling these groups apart needs of a definition's records beside what every source gives."""
    wanted = (GROUP_COLUMNS[one] for one in dimensions if one in GROUP_COLUMNS)
    return tuple(name for name in wanted if name in MORE[definition.records])


def group_keys(frame: pd.DataFrame, dimension: Dimension, groupings: Groupings) -> pd.Series:
    """The group of every record; UNKNOWN_GROUP of what no file declares, and of what says nothing."""
    procedures = frame["procedure_code"].astype(object)
    if dimension is Dimension.PROCEDURE:
        return procedures.fillna(UNKNOWN_GROUP)
    keys = group_words(frame, dimension).map(groupings.keys_of_words(dimension)).astype(object)
    if dimension is Dimension.FIELD:
        keys = procedures.map(groupings.field_of_procedure).astype(object).fillna(keys)
    return keys.fillna(UNKNOWN_GROUP)


def group_words(frame: pd.DataFrame, dimension: Dimension) -> pd.Series:
    """What the records say of it; nothing where their source was not asked."""
    import pandas as pd

    column = GROUP_COLUMNS[dimension]
    return frame[column].astype(object) if column in frame else pd.Series(None, index=frame.index, dtype=object)


def _in_group(frame: pd.DataFrame, group: GroupChoice) -> tuple[pd.Series, str]:
    keys = group_keys(frame, group.dimension, group.groupings)
    return keys == group.key, f"{DIMENSIONS[group.dimension]}: {group.groupings.label(group.dimension, group.key)}"


def _say_field(name: str, definition: Count) -> str:
    """How a condition is said; of the timeliness also how it is judged."""
    if name != TIMELINESS:
        return FIELDS[name]
    ways = {"working": "theo ngày làm việc", "calendar": "theo ngày"}
    way = "đến giờ hẹn" if definition.appointment.by == "hour" else ways[definition.appointment.days]
    return f"{FIELDS[name]} ({way})"


@dataclass(frozen=True)
class CountRange:
    """Between which values a count lies, if what is not known of `undecided` records fell either way; `fields` are
    what is not known of them.
    """

    low: int
    high: int
    undecided: int = 0
    fields: tuple[str, ...] = ()


def can_range(definition: Count, frames: Mapping[str, pd.DataFrame]) -> bool:
    """Whether these records say how far a count could move; a mean of days counts nothing."""
    return definition.days is None and definition.records in frames and not lacks_columns(definition, frames)


def count_range(definition: Count, frames: Mapping[str, pd.DataFrame], window: Window) -> CountRange:
    """How far a count could move. Not known are codes on no list, and empty ones without a convention (`missing`)."""
    import numpy as np

    frame = frames[definition.records]
    possible = np.ones(len(frame), dtype=bool)
    if definition.group is not None:
        possible &= _as_marks(_in_group(frame, definition.group)[0])
    if definition.date_field:
        possible &= _as_marks(_in_time(frame, definition, window)[0])
    if definition.open_at:
        possible &= _as_marks(_still_open(frame, definition, window)[0])
    certain, unknown = possible.copy(), {}
    for name, wanted in definition.where.items():
        values = _values_of(frame, name, definition, frames, window)
        is_wanted = _as_marks(_is_one_of(values, wanted if isinstance(wanted, tuple) else wanted.not_))
        unknown[name] = _is_unknown(values, frame.get(name, values))
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


def _values_of(
    frame: pd.DataFrame, name: str, definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> pd.Series:
    if name == TIMELINESS and "appointment_at" not in frame:
        return frame["status"]  # of no record at all
    if name == TIMELINESS:
        from baocao.timeliness import find_timeliness

        is_working = definition.uses_appointment and definition.appointment.days == "working"
        calendar = definition.calendar if is_working else None
        return find_timeliness(frame, window, to_the_hour=definition.appointment.by == "hour", calendar=calendar)
    if name == "service_level" and definition.level_as_of == "period_end":
        levels = frames["procedures"].set_index("procedure_code")["service_level"].astype(object)
        return frame["procedure_code"].astype(object).map(levels)
    values = frame[name]
    return values.fillna(definition.missing[name]) if name in definition.missing else values


def _words(values: tuple[str | bool, ...]) -> str:
    return ", ".join(VALUES[value] for value in values)
