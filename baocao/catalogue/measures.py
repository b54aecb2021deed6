"""The file `measures.yaml`: the units of measure figures may have."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from baocao.catalogue.model import OneLine, YamlModel
from baocao.domain import FIRST_MEASURES, Measure, MeasureKind
from baocao.figures import PCT_PLACES_VI
from baocao.messages import say_unknown
from baocao.written.errors import WrongValueError
from baocao.written.numbers import read_number

MEASURES = "measures.yaml"
MOST_PLACES = 6
_PERCENT_WORDS = ("%", "tỷ lệ", "tỉ lệ", "phần trăm")
Bound = Annotated[Decimal, BeforeValidator(read_number)]


class MeasureEntry(YamlModel):
    """One unit of measure: its word, and `kind`: `whole` counts, `decimal` numbers, a `percent` or a status `code`.

    `places` are those of a decimal number. A figure below `least` (0 where nothing is said, unless `may_be_negative`)
    or above `most` is impossible.
    """

    label: OneLine = Field(min_length=1)
    kind: MeasureKind = MeasureKind.WHOLE
    places: int | None = Field(default=None, ge=0, le=MOST_PLACES)
    least: Bound | None = None
    most: Bound | None = None
    may_be_negative: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> "MeasureEntry":
        if self.places is not None and self.kind is not MeasureKind.DECIMAL:
            raise WrongValueError(
                f"places chỉ dùng với kind: decimal; số đếm là số nguyên, tỷ lệ luôn có {PCT_PLACES_VI}"
            )
        if self.kind is MeasureKind.DECIMAL and not self.places:
            raise WrongValueError("kind: decimal phải có places: số chữ số sau dấu phẩy, từ 1 trở lên")
        if self.may_be_negative and self.least is not None:
            raise WrongValueError("có least thì bỏ may_be_negative: số nhỏ hơn least đã là không thể")
        if self.least is not None and self.most is not None and self.least >= self.most:
            raise WrongValueError("least phải nhỏ hơn most")
        may_be_below = self.may_be_negative or self.least is not None or self.kind is MeasureKind.CODE
        if self.most is not None and self.most <= 0 and not may_be_below:
            raise WrongValueError("most từ 0 trở xuống thì phải ghi least, hoặc may_be_negative: true")
        return self

    def make(self, code: str) -> Measure:
        """The measure of this name."""
        is_percent = self.kind is MeasureKind.PERCENT
        places = Measure.PERCENT.places if is_percent else self.places or 0
        least = self.least if self.least is not None else Decimal(0)
        most = Decimal(100) if is_percent and self.most is None and not self.may_be_negative else self.most
        is_open = self.may_be_negative or self.kind is MeasureKind.CODE
        return Measure(code, self.label, self.kind, places, None if is_open else least, most)


class Measures(YamlModel):
    """The file `measures.yaml`. Those there were before it need not be declared; their kind cannot be another."""

    measures: dict[str, MeasureEntry]

    @model_validator(mode="after")
    def _first_keep_their_kind(self) -> "Measures":
        for code, entry in self.measures.items():
            first = FIRST_MEASURES.get(code)
            if first is not None and first.kind is not entry.kind:
                raise WrongValueError(f"{code} có sẵn với kind: {first.kind}; đơn vị tính khác loại thì đặt tên khác")
        return self


def measures_of(declared: Measures | None) -> dict[str, Measure]:
    """The first ones, and those declared beside or over them."""
    entries = declared.measures if declared is not None else {}
    return {**FIRST_MEASURES, **{code: entry.make(code) for code, entry in entries.items()}}


def tell_wrong_unit(unit: str, measure: Measure, measures: Iterable[Measure]) -> str:
    """What is said of the unit a row prints where it is of another kind than its figure; else nothing.

    Two words for things that are counted are left to `form check`.
    """
    word = " ".join(unit.split()).casefold()
    if not word or measure.is_code or word == measure.label.casefold():
        return ""
    says_percent = any(part in word for part in _PERCENT_WORDS)
    is_percent = measure.is_percent or "phần trăm" in measure.label
    is_another = any(word == other.label.casefold() and other.kind is not measure.kind for other in measures)
    if (says_percent and is_percent) or not (says_percent or is_percent or is_another):
        return ""
    return (
        f"biểu in đơn vị “{unit}” nhưng chỉ tiêu tính bằng “{measure.label}”; chọn chỉ tiêu khác, sửa unit, hoặc nếu "
        "là lỗi in của mẫu thì khai báo ở misprints"
    )


def read_measures(content: Any) -> dict[str, Measure]:
    """What is right of the measures a file brings along: what is wrong is told where the file is examined."""
    given = content.get("measures") if isinstance(content, dict) else None
    found = {}
    for code, entry in given.items() if isinstance(given, dict) else ():
        with suppress(ValidationError):
            found[str(code)] = MeasureEntry.model_validate(entry).make(str(code))
    return found


def context_of(measures: Mapping[str, Measure]) -> dict[str, Mapping[str, Measure]]:
    """What indicators are read beside, so that a measure they name is one that is declared."""
    return {"measures": measures}


def _look_up(given: object, info: ValidationInfo) -> Measure:
    known: Mapping[str, Measure] = (info.context or {}).get("measures", FIRST_MEASURES)
    if isinstance(given, Measure):
        return given
    if not isinstance(given, str) or given not in known:
        raise WrongValueError(f"{say_unknown('đơn vị tính', given, known)}; đơn vị khác khai báo ở {MEASURES}")
    return known[given]


NamedMeasure = Annotated[Measure, PlainValidator(_look_up), PlainSerializer(str)]
"""A measure by its name in measures.yaml."""
