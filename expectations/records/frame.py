"""Collected records made ready for judging: coded columns as plain values, instants as days in Vietnam."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from baocao.catalogue import Catalogue, Count, Unit
from baocao.catalogue.counts import Exclusion
from baocao.domain import VIETNAM, Window
from baocao.records import COLUMNS, INSTANT, KEYS, UNKNOWN, VALUES

if TYPE_CHECKING:
    import pandas as pd

DAY_SUFFIX = "_day"
_EPOCH = datetime(1970, 1, 1, tzinfo=VIETNAM)
_LONG_BEFORE, _AFTER = timedelta(days=3653), timedelta(days=366)


@dataclass(frozen=True)
class RecordFrame:
    """Records of one kind. `taken_at` is when the source was asked; None where that is not known.

    `shown` are the codes of the figures the report is about.
    """

    kind: str
    records: "pd.DataFrame"
    catalogue: Catalogue
    window: Window
    taken_at: datetime | None = None
    unit: Unit | None = None
    shown: frozenset[str] = frozenset()
    unit_code: str = ""
    _held: "dict[tuple[object, ...], pd.Series[bool]]" = field(default_factory=dict, repr=False, compare=False)

    @property
    def key(self) -> str:
        return KEYS[self.kind]

    @property
    def missing_columns(self) -> tuple[str, ...]:
        return tuple(name for name in COLUMNS[self.kind] if name not in self.records.columns)

    @property
    def can_be_judged(self) -> bool:
        return not self.missing_columns and len(self.records) > 0

    @property
    def coded(self) -> tuple[str, ...]:
        return tuple(name for name in COLUMNS[self.kind] if name in VALUES)

    @property
    def dates(self) -> tuple[str, ...]:
        return tuple(name for name in COLUMNS[self.kind] if name.endswith(("_at", "_on")))

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        """The definitions that count these records, but for those of other forms' own figures."""
        indicators = self.catalogue.indicators.items()
        found = (one.count for code, one in indicators if not one.where_shown or code in self.shown)
        return tuple(count for count in found if count and count.records == self.kind)

    @property
    def owner(self) -> str:
        return owner_of_records(self.kind, self.catalogue)

    @property
    def needed_codes(self) -> tuple[str, ...]:
        """Coded columns that some count picks values of without saying what an empty one counts as."""
        return tuple(
            name
            for name in self.coded
            if any(_picks(count, name) for count in self.counts) and not any(name in c.missing for c in self.counts)
        )

    def matters(self, name: str) -> "pd.Series[bool]":
        """Which records some count would take or leave by this column: all it asks of the others holds, or may hold."""
        import pandas as pd

        found = pd.Series(data=False, index=self.records.index)
        for count in self.counts:
            if _picks(count, name):
                others = (self._may_hold(count, other) for other in count.where if other != name)
                found |= reduce(lambda marks, one: marks & one, others, pd.Series(data=True, index=found.index))
        return found

    def _may_hold(self, count: Count, name: str) -> "pd.Series[bool]":
        """Many definitions ask the same of a column: that is looked for once."""
        wanted = count.where[name]
        asked = (name, "not", wanted.not_) if isinstance(wanted, Exclusion) else (name, wanted)
        if asked not in self._held:
            self._held[asked] = self._find_holding(name, wanted)
        return self._held[asked]

    def _find_holding(self, name: str, wanted: "tuple[str | bool, ...] | Exclusion") -> "pd.Series[bool]":
        import pandas as pd

        if name not in COLUMNS[self.kind]:
            return pd.Series(data=True, index=self.records.index)
        values = self.texts[name] if name in self.texts else self.records[name]
        if isinstance(wanted, Exclusion):
            return ~values.isin(wanted.not_)
        return values.isin((*wanted, UNKNOWN)) | values.isna()

    @cached_property
    def texts(self) -> "pd.DataFrame":
        """The key, and codes as plain text."""
        frame = self.records[[self.key, *self.coded]].copy()
        for name in self.coded:
            frame[name] = frame[name].astype(object)
        return frame

    @cached_property
    def plain(self) -> "pd.DataFrame":
        """The records with the key first, codes as plain text, and a column of day numbers beside each date."""
        frame = self.records[[self.key, *(name for name in COLUMNS[self.kind] if name != self.key)]].copy()
        for name in self.coded:
            frame[name] = self.texts[name]
        for name in self.dates:
            frame[name + DAY_SUFFIX] = (self.local_days(name) - _EPOCH).dt.days
        return frame

    @property
    def counted_by(self) -> tuple[str, str | None]:
        """By which date most counts of the kind place a record, and by which where it has none."""
        return next(((count.date_field, count.date_fallback) for count in self.counts if count.date_field), ("", None))

    @cached_property
    def counted_days(self) -> "pd.Series[pd.Timestamp]":
        """The day each record is placed by; empty where it has none."""
        name, fallback = self.counted_by
        days = self.local_days(name)
        return days.fillna(self.local_days(fallback)) if fallback else days

    @cached_property
    def days_inside(self) -> "pd.Series[pd.Timestamp]":
        days = self.counted_days
        return days[(days >= self.window.start_at) & (days < self.window.end_at)]

    @property
    def last_day(self) -> datetime:
        """The last day a record can be of: the window's last, or that of the asking if earlier."""
        last = _midnight(self.window.end_on)
        return last if self.taken_at is None else min(last, _midnight(self.taken_at.astimezone(VIETNAM).date()))

    @property
    def plausible(self) -> tuple[datetime, datetime]:
        """The earliest and latest day a date may have: ten years before the window; when asked, or a year after it."""
        last = self.window.end_at + _AFTER if self.taken_at is None else self.taken_at.astimezone(VIETNAM)
        return self.window.start_at - _LONG_BEFORE, last

    def local_days(self, name: str) -> "pd.Series[pd.Timestamp]":
        import pandas as pd

        values = pd.to_datetime(self.records[name])
        if COLUMNS[self.kind][name] == INSTANT:
            return values.dt.tz_convert(VIETNAM).dt.normalize()
        return values.dt.tz_localize(VIETNAM).dt.normalize()


def owner_of_records(kind: str, catalogue: Catalogue) -> str:
    """Who answers for most figures counted from records of a kind."""
    indicators = [found for found in catalogue.indicators.values() if found.count and found.count.records == kind]
    owners = [indicator.owner for indicator in indicators]
    return max(owners, key=owners.count, default="")


def day_number(at: datetime) -> int:
    """Local days since 1970: whole numbers compare faster than instants, and without their time zones."""
    return (at.astimezone(VIETNAM).date() - _EPOCH.date()).days


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), VIETNAM)


def _picks(count: Count, name: str) -> bool:
    wanted = count.where.get(name)
    return wanted is not None and not isinstance(wanted, Exclusion)
