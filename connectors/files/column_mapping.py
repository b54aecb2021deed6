"""Which column of a table is which field of our records: what `options:` of a table-like source says."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, ValidationError, field_validator, model_validator

from baocao.catalogue import Source
from baocao.catalogue.model import YamlModel
from baocao.errors import ConfigError
from baocao.records import COLUMNS, KEYS, VALUES

Meaning = str | bool
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
    table does not say). `amounts` are yes/no fields read as money: yes where it is above 0. `ignored` are columns
    known and left out; any other is reported as new. `day_order` says how dates such as 05/10/2025 are written, where
    the file itself cannot tell.
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
    def _place_every_field(self) -> Self:
        places = [*self.columns, *self.constants, *self.absent]
        for name in COLUMNS[self.kind]:
            if places.count(name) != 1:
                raise ValueError(f"{name}: put it in exactly one of columns, constants and absent")
        unknown = sorted({*places, *self.values, *self.amounts} - set(COLUMNS[self.kind]))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no field of {self.kind}; there are: {', '.join(self._fields)}")
        if KEYS[self.kind] not in self.columns:
            raise ValueError(f"columns.{KEYS[self.kind]}: needed to tell the records apart")
        return self

    @model_validator(mode="after")
    def _leave_persons_out(self) -> Self:
        for name, headers in self.columns.items():
            personal = [header for header in headers if fold(header) in PERSONAL]
            if personal:
                raise ValueError(f"columns.{name}: '{personal[0]}' is personal data; no figure needs it")
        return self

    @model_validator(mode="after")
    def _give_every_word_a_meaning(self) -> Self:
        for name in self.columns:
            if name in VALUES and name not in self.values:
                raise ValueError(f"values.{name}: say which word of the table means which of {_listed(VALUES[name])}")
        for name, meanings in {**self.values, **{n: {"": v} for n, v in self.constants.items()}}.items():
            allowed = VALUES.get(name)
            wrong = [m for m in meanings.values() if allowed and m not in allowed]
            if wrong:
                raise ValueError(f"{name}: '{wrong[0]}' is not one of {_listed(VALUES[name])}")
        return self

    @property
    def key(self) -> str:
        return KEYS[self.kind]

    @property
    def _fields(self) -> tuple[str, ...]:
        return tuple(COLUMNS[self.kind])

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
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        lines = [
            f"  {'.'.join(('options', *map(str, fault['loc'])))}: {_without_prefix(fault['msg'])}" for fault in faults
        ]
        raise ConfigError("\n".join([f"sources.yaml: {source.source_code}:", *lines])) from error


def _without_prefix(message: str) -> str:
    return message.removeprefix("Value error, ")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)
