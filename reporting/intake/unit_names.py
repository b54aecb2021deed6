"""Whose form it is by the name on it: written in any usual way, and never guessed."""

from baocao.catalogue import Catalogue, Unit
from baocao.forms.recognise.labels import folded

_SAME_WORDS = {"ủy ban nhân dân": "ubnd", "uỷ ban nhân dân": "ubnd"}


def is_named(unit: Unit, written: str) -> bool:
    """Whether a name on a form is the unit's."""
    return _plain(unit.name) == _plain(written)


def find_others_named(catalogue: Catalogue, unit: Unit, written: str) -> list[Unit]:
    """The other units whose name that is."""
    if not written.strip() or is_named(unit, written):
        return []
    return [other for other in catalogue.units.values() if other is not unit and is_named(other, written)]


def _plain(name: str) -> str:
    plain = folded(name)
    for words, short in _SAME_WORDS.items():
        plain = plain.replace(words, short)
    return plain
