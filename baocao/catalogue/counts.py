"""How a figure is counted from records, in the keys of `count`."""

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from baocao.calendar import Calendar
from baocao.catalogue.groupings import GroupChoice
from baocao.catalogue.model import YamlModel
from baocao.catalogue.yaml_text import Place
from baocao.messages import say_unknown
from baocao.records import COLUMNS, DAY, INSTANT, KEYS, TIMELINESS, VALUES, YES_NO
from baocao.written.errors import WrongValueError, refuse_places

RecordKind = Literal["documents", "dossiers", "procedures"]
FIELDS = {
    kind: frozenset(name for name, dtype in columns.items() if dtype in ("category", YES_NO))
    | ({TIMELINESS} if kind == "dossiers" else frozenset())
    for kind, columns in COLUMNS.items()
}
DayKind = Literal["calendar", "working"]
DATES = {
    kind: frozenset(name for name, dtype in columns.items() if dtype in (INSTANT, DAY))
    for kind, columns in COLUMNS.items()
}


class Exclusion(YamlModel):
    """Every value but these."""

    not_: tuple[str | bool, ...] = Field(alias="not", min_length=1)


class Appointment(YamlModel):
    """How a dossier is held against its appointment: by its `day`, or to the `hour`; by days of the calendar or working
    days.
    """

    by: Literal["day", "hour"] = "day"
    days: DayKind = "calendar"

    @model_validator(mode="after")
    def _has_one_way(self) -> "Appointment":
        if self.by == "hour" and self.days == "working":
            raise WrongValueError("by: hour so đến giờ hẹn nên không dùng với days: working; bỏ một trong hai")
        return self


class Days(YamlModel):
    """How many days a record took, `mean` or `median`: days after the first date up to the second.

    `from_fallback` is used where `from` is empty; a record without both dates is left out, and the step says so.
    """

    take: Literal["mean", "median"]
    from_: str = Field(alias="from")
    from_fallback: str | None = None
    to: str
    days: DayKind = "calendar"


class Count(YamlModel):
    """How a figure is counted from records.

    `where` keeps records whose field is among the values (or not among `not`); `missing` says what an empty
    field counts as; `date_field` must lie in the period (`when: within`), before it, or up to its end;
    `date_fallback` is used where it is empty; `open_at` keeps what was unfinished at the start or the end;
    `distinct` counts different values of a key instead of records; `level_as_of` takes a dossier's service
    level from its submission or from the catalogue at the period's end; `over_units` says how a roll-up counts:
    adding up, or different keys over all units (the default for procedures, which many units offer alike).
    `where` knows a dossier's `timeliness`, which `appointment` says how to find; `days` takes a mean or median of days.
    """

    records: RecordKind
    where: dict[str, tuple[str | bool, ...] | Exclusion] = Field(default_factory=dict)
    missing: dict[str, str] = Field(default_factory=dict)
    date_field: str | None = None
    date_fallback: str | None = None
    when: Literal["within", "before", "until_end"] = "within"
    open_at: Literal["start", "end"] | None = None
    distinct: Literal["procedure_code", "dossier_code", "document_key"] | None = None
    level_as_of: Literal["submission", "period_end"] = "submission"
    over_units: Literal["sum", "distinct"] | None = None
    appointment: Appointment = Appointment()
    days: Days | None = None
    _calendar: Calendar | None = PrivateAttr(default=None)
    _group: GroupChoice | None = PrivateAttr(default=None)

    def on_calendar(self, calendar: Calendar) -> Self:
        """The same, knowing which days are worked."""
        found = self.model_copy()
        found._calendar = calendar  # noqa: SLF001  its own copy
        return found

    def in_group(self, group: GroupChoice) -> Self:
        """The same, in the records of one group alone."""
        found = self.model_copy()
        found._group = group  # noqa: SLF001  its own copy
        return found

    @property
    def group(self) -> GroupChoice | None:
        """The group whose records alone are counted; None of a total."""
        return self._group

    @property
    def calendar(self) -> Calendar:
        assert self._calendar is not None, "a count in working days was not given the calendar"
        return self._calendar

    @property
    def uses_appointment(self) -> bool:
        return TIMELINESS in self.where

    @property
    def uses_working_days(self) -> bool:
        return (self.uses_appointment and self.appointment.days == "working") or (
            self.days is not None and self.days.days == "working"
        )

    @model_validator(mode="after")
    def _keys_are_known(self) -> "Count":
        fields, dates = FIELDS[self.records], DATES[self.records]
        asked: list[tuple[Place, str, str | bool, Iterable[str | bool]]] = [
            *((("where", key), "trường", key, fields) for key in self.where),
            *((("missing", key), "trường", key, fields) for key in self.missing),
            *(
                ((name,), "ngày", key, dates)
                for name in ("date_field", "date_fallback")
                if (key := getattr(self, name))
            ),
            *((("days", name), "ngày", key, dates) for name, key in self._dates_of_days if key),
        ]
        for key, wanted in ((key, wanted) for key, wanted in self.where.items() if key in fields):
            what, values = f"giá trị của {key}", VALUES.get(key, (True, False))
            named = wanted.not_ if isinstance(wanted, Exclusion) else wanted
            asked.extend((("where", key), what, value, values) for value in named)
        refuse_places([(place, _say(what, key, there)) for place, what, key, there in asked if key not in there])
        return self

    @model_validator(mode="after")
    def _days_stand_alone(self) -> "Count":
        if self.days is not None and self.distinct is not None:
            raise WrongValueError("days lấy số ngày của từng bản ghi nên không dùng với distinct")
        return self

    @property
    def _dates_of_days(self) -> tuple[tuple[str, str | None], ...]:
        days = self.days
        return (("from", days.from_), ("from_fallback", days.from_fallback), ("to", days.to)) if days else ()

    @property
    def key_field(self) -> str:
        """What one unit of the count is told apart by."""
        return self.distinct or KEYS[self.records]

    @property
    def is_recounted(self) -> bool:
        """Whether a roll-up counts different keys over its units, or takes a mean anew, instead of adding up."""
        if self.days is not None:
            return True
        return (self.over_units or ("distinct" if self.key_field == KEYS["procedures"] else "sum")) == "distinct"


def _say(what: str, key: str | bool, allowed: Iterable[str | bool]) -> str:
    """A yes or no is written as in YAML."""
    return say_unknown(what, _written(key), sorted(map(_written, allowed)))


def _written(key: str | bool) -> str:
    return str(key).lower() if isinstance(key, bool) else key
