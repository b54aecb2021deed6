"""Indicators: one entry per figure, counted, computed or typed in, from a fixed vocabulary of keys."""

from typing import Literal

from pydantic import Field, model_validator

from baocao.calendar import Calendar
from baocao.catalogue.counts import Count
from baocao.catalogue.measures import MeasureEntry, NamedMeasure
from baocao.catalogue.model import YamlModel
from baocao.domain import MeasureKind, System, Tier, Timing
from baocao.messages import list_names
from baocao.written.errors import WrongValueError


class Ratio(YamlModel):
    """A percentage, always recomputed from its two figures; in a roll-up from those of units of some `tiers` only.

    In a group (a field, a unit, a procedure) both are the group's own, unless `over: all`: then it is the group's share
    of the whole.
    """

    numerator: str
    denominator: str
    tiers: tuple[Tier, ...] = ()
    over: Literal["group", "all"] = "group"


class Subtraction(YamlModel):
    """One figure less others."""

    from_: str = Field(alias="from")
    less: tuple[str, ...] = Field(min_length=1)


class TypedFigure(YamlModel):
    """A figure no system holds; for a status code, what each code means."""

    codes: dict[int, str] | None = None


KINDS = ("count", "ratio", "sum", "difference", "typed")


class Indicator(YamlModel):
    """One figure: exactly one of `count`, `ratio`, `sum`, `difference`, `typed`.

    `part_of` names the count it can never exceed; `owner` who answers for the figure; `reason` why a disputed
    definition was settled so. `where_shown` says that it concerns only forms that show it.
    """

    indicator_code: str = ""
    label: str
    measure: NamedMeasure
    timing: Timing = Timing.FLOW
    system: System | None = None
    count: Count | None = None
    ratio: Ratio | None = None
    sum: tuple[str, ...] | None = Field(default=None, min_length=2)
    difference: Subtraction | None = None
    typed: TypedFigure | None = None
    part_of: str | None = None
    owner: str
    legal_basis: str = ""
    reason: str = ""
    where_shown: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> "Indicator":
        given = [name for name in KINDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise WrongValueError(f"phải có đúng một trong: {', '.join(KINDS)}; đang có: {list_names(given)}")
        if self.count is not None and self.system is None:
            raise WrongValueError("chỉ tiêu đếm (count) phải có system: documents, one_stop hoặc portal")
        if self.ratio is not None and not self.measure.is_percent:
            raise WrongValueError("chỉ tiêu có ratio phải ghi measure: percent")
        if self.measure.is_percent and self.count is not None:
            raise WrongValueError("chỉ tiêu có measure: percent phải có ratio hoặc nhập tay (typed); không đếm (count)")
        if self.measure.is_percent and self.typed is not None and self.typed.codes:
            raise WrongValueError("chỉ tiêu có measure: percent không có codes")
        self._require_days()
        return self

    def _require_days(self) -> None:
        has_days = self.count is not None and self.count.days is not None
        if has_days and not (self.measure.kind is MeasureKind.DECIMAL and self.measure.places):
            raise WrongValueError("số ngày trung bình, trung vị (count.days) phải có đơn vị tính thập phân, như day")
        if self.count is not None and not has_days and not self.measure.is_whole:
            raise WrongValueError("chỉ tiêu đếm (count) phải có đơn vị tính đếm được (kind: whole)")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The codes of the indicators this one is computed from."""
        if self.ratio:
            return self.ratio.numerator, self.ratio.denominator
        if self.difference:
            return self.difference.from_, *self.difference.less
        return self.sum or ()

    @property
    def is_computed(self) -> bool:
        """Whether it is made of other figures, and never corrected or typed in itself."""
        return bool(self.inputs)

    def on_calendar(self, calendar: Calendar) -> "Indicator":
        """The same; one counted in working days knows them."""
        if self.count is None or not self.count.uses_working_days:
            return self
        return self.model_copy(update={"count": self.count.on_calendar(calendar)})


class Balance(YamlModel):
    """Two sums of indicators that must be equal.

    With `where_shown` only a form that shows one of its figures is asked for the others; else each of its systems.
    """

    balance_code: str = ""
    label: str
    left: tuple[str, ...] = Field(min_length=1)
    right: tuple[str, ...] = Field(min_length=1)
    where_shown: bool = False


class MoreIndicators(YamlModel):
    """A file of the folder `indicators/`: what forms bring along, beside `indicators.yaml` and `measures.yaml`.

    They concern only the forms that show them (`where_shown`): no other is asked for them or checked by them.
    """

    measures: dict[str, MeasureEntry] = Field(default_factory=dict)
    indicators: dict[str, Indicator] = Field(default_factory=dict)
    balances: dict[str, Balance] = Field(default_factory=dict)


class Indicators(YamlModel):
    """The file `indicators.yaml`."""

    owners: dict[str, str]
    indicators: dict[str, Indicator]
    balances: dict[str, Balance] = Field(default_factory=dict)
