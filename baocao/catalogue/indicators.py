"""Indicators: one entry per figure, counted, divided or typed in, from a fixed vocabulary of keys."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator

from baocao.catalogue.measures import NamedMeasure
from baocao.catalogue.model import YamlModel
from baocao.catalogue.yaml_text import Place
from baocao.domain import System, Tier, Timing
from baocao.messages import list_names, say_unknown
from baocao.records import COLUMNS, DAY, INSTANT, KEYS, VALUES, YES_NO
from baocao.written.errors import WrongValueError, refuse_places

RecordKind = Literal["documents", "dossiers", "procedures"]

FIELDS = {
    kind: frozenset(name for name, dtype in columns.items() if dtype in ("category", YES_NO))
    for kind, columns in COLUMNS.items()
}
DATES = {
    kind: frozenset(name for name, dtype in columns.items() if dtype in (INSTANT, DAY))
    for kind, columns in COLUMNS.items()
}


class Exclusion(YamlModel):
    """Every value but these."""

    not_: tuple[str | bool, ...] = Field(alias="not", min_length=1)


class Count(YamlModel):
    """How a figure is counted from records.

    `where` keeps records whose field is among the values (or not among `not`); `missing` says what an empty
    field counts as; `date_field` must lie in the period (`when: within`), before it, or up to its end;
    `date_fallback` is used where it is empty; `open_at` keeps what was unfinished at the start or the end;
    `distinct` counts different values of a key instead of records; `level_as_of` takes a dossier's service
    level from its submission or from the catalogue at the period's end; `over_units` says how a roll-up counts:
    adding up, or different keys over all units (the default for procedures, which many units offer alike).
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
        ]
        for key, wanted in ((key, wanted) for key, wanted in self.where.items() if key in fields):
            what, values = f"giá trị của {key}", VALUES.get(key, (True, False))
            named = wanted.not_ if isinstance(wanted, Exclusion) else wanted
            asked.extend((("where", key), what, value, values) for value in named)
        refuse_places([(place, _say(what, key, there)) for place, what, key, there in asked if key not in there])
        return self

    @property
    def key_field(self) -> str:
        """What one unit of the count is told apart by."""
        return self.distinct or KEYS[self.records]

    @property
    def is_recounted(self) -> bool:
        """Whether a roll-up counts different keys over its units instead of adding up."""
        return (self.over_units or ("distinct" if self.key_field == KEYS["procedures"] else "sum")) == "distinct"


def _say(what: str, key: str | bool, allowed: Iterable[str | bool]) -> str:
    """A yes or no is written as in YAML."""
    return say_unknown(what, _written(key), sorted(map(_written, allowed)))


def _written(key: str | bool) -> str:
    return str(key).lower() if isinstance(key, bool) else key


class Ratio(YamlModel):
    """A percentage, always recomputed from its two counts; in a roll-up from those of units of some `tiers` only."""

    numerator: str
    denominator: str
    tiers: tuple[Tier, ...] = ()


class TypedFigure(YamlModel):
    """A figure no system holds; for a status code, what each code means."""

    codes: dict[int, str] | None = None


class Indicator(YamlModel):
    """One figure: exactly one of `count`, `ratio`, `typed`.

    `part_of` names the count it can never exceed; `owner` who answers for the figure; `reason` why a disputed
    definition was settled so.
    """

    indicator_code: str = ""
    label: str
    measure: NamedMeasure
    timing: Timing = Timing.FLOW
    system: System | None = None
    count: Count | None = None
    ratio: Ratio | None = None
    typed: TypedFigure | None = None
    part_of: str | None = None
    owner: str
    legal_basis: str = ""
    reason: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> "Indicator":
        given = [name for name in ("count", "ratio", "typed") if getattr(self, name) is not None]
        if len(given) != 1:
            raise WrongValueError(f"phải có đúng một trong: count, ratio, typed; đang có: {list_names(given)}")
        if self.count is not None and self.system is None:
            raise WrongValueError("chỉ tiêu đếm (count) phải có system: documents, one_stop hoặc portal")
        if self.ratio is not None and not self.measure.is_percent:
            raise WrongValueError("chỉ tiêu có ratio phải ghi measure: percent")
        if self.measure.is_percent and self.count is not None:
            raise WrongValueError("chỉ tiêu có measure: percent phải có ratio hoặc nhập tay (typed); không đếm (count)")
        if self.measure.is_percent and self.typed is not None and self.typed.codes:
            raise WrongValueError("chỉ tiêu có measure: percent không có codes")
        return self

    @property
    def inputs(self) -> tuple[str, ...]:
        """The codes of the indicators this one is computed from."""
        return (self.ratio.numerator, self.ratio.denominator) if self.ratio else ()


class Balance(YamlModel):
    """Two sums of indicators that must be equal."""

    balance_code: str = ""
    label: str
    left: tuple[str, ...] = Field(min_length=1)
    right: tuple[str, ...] = Field(min_length=1)


class MoreIndicators(YamlModel):
    """A file of the folder `indicators/`: what one form brings along, beside those of `indicators.yaml`."""

    indicators: dict[str, Indicator] = Field(default_factory=dict)
    balances: dict[str, Balance] = Field(default_factory=dict)


class Indicators(MoreIndicators):
    """The file `indicators.yaml`."""

    owners: dict[str, str]
    indicators: dict[str, Indicator]
