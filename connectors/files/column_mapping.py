"""Which column of a table is which field of our records: what `options:` of a table-like source says."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, ValidationError, field_validator, model_validator

from baocao.catalogue import Source
from baocao.catalogue.model import YamlModel
from baocao.catalogue.wrong_values import find_mistakes
from baocao.errors import ConfigError
from baocao.messages import say_unknown
from baocao.records import COLUMNS, KEYS, MORE, VALUES
from baocao.written.errors import refuse_places

Meaning = str | bool
Mistake = tuple[tuple[str | int, ...], str]
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_DECORATION = re.compile(r"[\s*:]+$|\s*\(\*\)\s*$")


@lru_cache(maxsize=8_192)
def fold(text: str) -> str:
    """Text as compared: no case, single spaces, no closing `*` or `:`, and `hoá` the same as `hóa`."""
    words = _DECORATION.sub("", text).casefold().split()
    return " ".join(_tones_last(word) for word in words)


def _tones_last(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(c for c in parts if c not in _TONES) + "".join(c for c in parts if c in _TONES)


YES, NO = ("Có", "x", "true", "1"), ("Không", "false", "0")
TRUTH_WORDS: Mapping[str, bool] = {**{fold(word): True for word in YES}, **{fold(word): False for word in NO}}

PERSONAL = frozenset(
    fold(header)
    for header in (
        "Họ tên", "Họ và tên", "Chủ hồ sơ", "Tên chủ hồ sơ", "Người nộp", "Người nộp hồ sơ", "Tên người nộp", "CCCD",
        "Số CCCD", "CMND", "Số CMND", "Số định danh", "Điện thoại", "Số điện thoại", "Địa chỉ", "Email", "Ngày sinh",
        "Trích yếu",
    )
)  # fmt: skip


class ColumnMapping(YamlModel):
    """Our field ← the table's column, under any of its names; and our word ← the table's word.

    Each field of the kind is in exactly one of `columns`, `constants` (the same for every row) and `absent` (this
    table does not say); those only some reports need (`MORE`) may be in none. `amounts` are yes/no fields read as
    money: yes where it is above 0. `ignored` are columns known and left out; any other is reported as new. `day_order`
    says how dates such as 05/10/2025 are written, where the file itself cannot tell.
    """

    kind: Literal["documents", "dossiers", "procedures", "tallies"]
    columns: dict[str, tuple[str, ...]]
    values: dict[str, dict[str, Meaning]] = Field(default_factory=dict)
    constants: dict[str, Meaning] = Field(default_factory=dict)
    absent: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    day_order: Literal["day_first", "month_first"] | None = None

    @field_validator("columns", mode="before")
    @classmethod
    def _take_single_name(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: (names,) if isinstance(names, str) else names for name, names in given.items()}

    @field_validator("values", mode="before")
    @classmethod
    def _read_words_as_text(cls, given: Any) -> Any:
        """YAML takes `1:` for a number; the table's words are text."""
        if not isinstance(given, dict):
            return given
        return {
            name: {str(word): meaning for word, meaning in words.items()} if isinstance(words, dict) else words
            for name, words in given.items()
        }

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        refuse_places([*self._find_unplaced(), *self._find_persons(), *self._find_words_without_meaning()])
        return self

    def _find_unplaced(self) -> Iterator[Mistake]:
        places = [*self.columns, *self.constants, *self.absent]
        says = "phải nằm ở đúng một trong: columns, constants, absent"
        yield from (((name,), says) for name in COLUMNS[self.kind] if places.count(name) != 1)
        unknown = sorted({*places, *self.values, *self.amounts} - set(self._fields))
        yield from (((), say_unknown(f"trường của {self.kind}", name, self._fields)) for name in unknown)
        if KEYS[self.kind] not in self.columns:
            yield ("columns", KEYS[self.kind]), "phải có, để phân biệt các bản ghi"

    def _find_persons(self) -> Iterator[Mistake]:
        for name, headers in self.columns.items():
            personal = [header for header in headers if fold(header) in PERSONAL]
            if personal:
                yield ("columns", name), f"“{personal[0]}” là dữ liệu cá nhân; không số liệu nào cần"

    def _find_words_without_meaning(self) -> Iterator[Mistake]:
        for name in self.columns:
            if name in VALUES and name not in self.values:
                says = f"ghi từ nào của bảng nghĩa là gì trong: {_listed(VALUES[name])}"
                yield ("values", name), says
        for name, meanings in {**self.values, **{n: {"": v} for n, v in self.constants.items()}}.items():
            allowed = VALUES.get(name)
            wrong = [m for m in meanings.values() if allowed and m not in allowed]
            for meaning in dict.fromkeys(wrong):
                place = "values" if name in self.values else "constants"
                yield (place, name), say_unknown("nghĩa", meaning, VALUES[name])

    @property
    def key(self) -> str:
        return KEYS[self.kind]

    @property
    def _fields(self) -> tuple[str, ...]:
        return (*COLUMNS[self.kind], *MORE[self.kind])

    @cached_property
    def fields_of_header(self) -> Mapping[str, tuple[str, ...]]:
        """Our fields by the folded name of the table's column; one column may serve several."""
        found: dict[str, tuple[str, ...]] = {}
        for name, headers in self.columns.items():
            for header in headers:
                found[fold(header)] = (*found.get(fold(header), ()), name)
        return found

    @cached_property
    def ignored_headers(self) -> frozenset[str]:
        return frozenset(map(fold, self.ignored))

    def meanings_of(self, name: str) -> Mapping[str, Meaning]:
        """Our words by the table's, of one field."""
        return self.values.get(name, {})

    def keeping(self, more: frozenset[str]) -> Self:
        """The mapping of one run: columns only other reports need are as if they were `ignored`."""
        left_out = (set(MORE[self.kind]) - more) & set(self.columns)
        if not left_out:
            return self
        headers = [header for name in sorted(left_out) for header in self.columns[name]]
        columns = {name: names for name, names in self.columns.items() if name not in left_out}
        return self.model_copy(update={"columns": columns, "ignored": (*self.ignored, *headers)})

    def dtypes(self) -> dict[str, str]:
        """The type of every field of the kind, and of those only some reports need that this table has."""
        more = {name: dtype for name, dtype in MORE[self.kind].items() if name in {*self.columns, *self.constants}}
        return {**COLUMNS[self.kind], **more}

    def evidence(self) -> dict[str, Any]:
        """What parsing needs to know, kept with the rows so that they mean the same for ever."""
        return self.model_dump(
            mode="json", include={"kind", "columns", "values", "constants", "absent", "amounts", "day_order"}
        )


Options = TypeVar("Options", bound=YamlModel)


def read_options(source: Source, model: type[Options]) -> Options:
    """The source's options as `model`; raise ConfigError naming the key and what is allowed."""
    try:
        return model.model_validate(source.options)
    except ValidationError as error:
        where, wrong = source.place("options"), find_mistakes(error, model, source.options)
        raise ConfigError("\n".join(f"{where.below(*one.place)}: {one.says}" for one in wrong)) from None


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)
