"""Which group a word of a source stands for: a field, a receiving unit; data only, read where records are selected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from baocao.catalogue.fields import FieldList
from baocao.catalogue.units import Unit
from baocao.groups import UNKNOWN_GROUP, Dimension

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
        keys: dict[str, set[str]] = {}
        for code, unit in units.items():
            for key in unit.source_keys.values():
                keys.setdefault(key, set()).add(code)
        by_unit = {key: codes.pop() for key, codes in keys.items() if len(codes) == 1}
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
            return known.get(word) or next((known[part] for part in word.split(PART_OF) if part in known), None)

        return find

    def label(self, dimension: Dimension, key: str) -> str:
        return "chưa khai báo" if key == UNKNOWN_GROUP else self.labels.get(dimension, {}).get(key, key)


@dataclass(frozen=True)
class GroupChoice:
    """One group, and how its records are known."""

    dimension: Dimension
    key: str
    groupings: Groupings
