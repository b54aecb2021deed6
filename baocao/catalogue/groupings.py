"""Which group a word of a source stands for: a field, a receiving unit; data only, read where records are selected."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from baocao.catalogue.fields import FieldList, keep_unshared
from baocao.catalogue.units import Unit
from baocao.groups import UNKNOWN_GROUP, Dimension
from baocao.source_text import fold_spelling, marks_of_group, marks_of_spellings

PART_OF = "/"


@dataclass(frozen=True)
class Groupings:
    """Which group a record is in: by what it says (`by_word`), a field first by its procedure."""

    by_word: Mapping[Dimension, Mapping[str, str]] = field(default_factory=dict)
    field_of_procedure: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: FieldList, units: Mapping[str, Unit]) -> "Groupings":
        """As the configuration says; a key two units share names neither."""
        keys = [(key, code) for code, unit in units.items() for key in unit.source_keys.values()]
        spelled = [(text, code) for key, code in keys for text in (fold_spelling(key), *_marks(key))]
        by_unit = {**keep_unshared(keys + spelled), **keep_unshared(keys)}
        labels: dict[str, Mapping[str, str]] = {
            Dimension.FIELD: fields.labels,
            Dimension.UNIT: {code: unit.name for code, unit in units.items()},
        }
        return cls({Dimension.FIELD: fields.by_word, Dimension.UNIT: by_unit}, fields.by_procedure, labels)

    def keys_of_words(self, dimension: Dimension) -> Callable[[object], str | None]:
        """What a word stands for; of `office/unit` the office where it is declared, else what it is part of."""
        known = self.by_word.get(dimension, {})

        def find(word: object) -> str | None:
            if not isinstance(word, str):
                return None
            spellings = (text for part in (word, *word.split(PART_OF)) for text in (part, fold_spelling(part)))
            return next((known[text] for text in spellings if text in known), None)

        return find

    def label(self, dimension: Dimension, key: str) -> str:
        return "chưa khai báo" if key == UNKNOWN_GROUP else self.labels.get(dimension, {}).get(key, key)


def _marks(key: str) -> Iterator[str]:
    """A key that is a name is kept as a mark, a code as itself."""
    if " " in key or not key.isascii():
        yield from (*marks_of_group(key), *marks_of_spellings(key))


@dataclass(frozen=True)
class GroupChoice:
    """One group, and how its records are known."""

    dimension: Dimension
    key: str
    groupings: Groupings
