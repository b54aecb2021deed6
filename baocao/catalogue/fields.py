"""The file `fields.yaml`: the fields (lĩnh vực) of procedures, and by what the systems call them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

from pydantic import Field, model_validator

from baocao.catalogue.model import OneLine, YamlModel
from baocao.groups import UNKNOWN_GROUP
from baocao.source_text import fold_spelling, marks_of_group, marks_of_spellings
from baocao.written.errors import WrongPlacesError, WrongValueError

FIELDS = "fields.yaml"


class FieldEntry(YamlModel):
    """One field: the word a form prints, and what makes a dossier one of it.

    `procedures` are national codes and come first; else the system's own word, which is among `codes` or `names`.
    """

    label: OneLine = Field(min_length=1)
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()


class FieldList(YamlModel):
    """The file `fields.yaml`, in the order forms print them."""

    fields: dict[str, FieldEntry] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _are_told_apart(self) -> "FieldList":
        if UNKNOWN_GROUP in self.fields:
            raise WrongValueError(f"tên {UNKNOWN_GROUP} dành cho lĩnh vực chưa khai báo; đặt tên khác")
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        for word, keys in self._keys_of_words().items():
            if len(keys) > 1:
                says = f"“{word}” ghi ở hai lĩnh vực: {', '.join(keys)}; chỉ giữ một"
                wrong.append((("fields", keys[1]), says))
        if wrong:
            raise WrongPlacesError(wrong)
        return self

    def _keys_of_words(self) -> Mapping[str, list[str]]:
        """By the first spelling; names that differ in spelling only are one."""
        found: dict[str, list[str]] = defaultdict(list)
        spelled: dict[str, str] = {}
        for key, entry in self.fields.items():
            names = (spelled.setdefault(fold_spelling(name), name) for name in entry.names)
            for word in dict.fromkeys(chain(entry.codes, names, entry.procedures)):
                found[word].append(key)
        return found

    @cached_property
    def labels(self) -> dict[str, str]:
        return {key: entry.label for key, entry in self.fields.items()}

    @cached_property
    def by_procedure(self) -> dict[str, str]:
        return {code: key for key, entry in self.fields.items() for code in entry.procedures}

    @cached_property
    def by_word(self) -> dict[str, str]:
        """By code, by name, and by the mark a name is kept as; a mark two fields share is none's."""
        return {**keep_unshared(self._words()), **keep_unshared(self._words_as_declared())}

    def _words_as_declared(self) -> Iterator[tuple[str, str]]:
        for key, entry in self.fields.items():
            yield from ((code, key) for code in entry.codes)
            for name in entry.names:
                yield from ((word, key) for word in (name, *marks_of_group(name)))

    def _words(self) -> Iterator[tuple[str, str]]:
        """With the other spellings of each."""
        yield from self._words_as_declared()
        for key, entry in self.fields.items():
            yield from ((fold_spelling(word), key) for word in chain(entry.codes, entry.names))
            yield from ((mark, key) for name in entry.names for mark in marks_of_spellings(name))


def keep_unshared(words: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What each word stands for; a word of two things stands for neither."""
    found: dict[str, set[str]] = defaultdict(set)
    for word, key in words:
        found[word].add(key)
    return {word: keys.pop() for word, keys in found.items() if len(keys) == 1}
