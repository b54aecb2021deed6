"""Numbers a word processor makes by itself: they stand in no text, but on every printed page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from baocao.documents.reading.files import detect_kind
from baocao.documents.reading.package import OfficePackage
from baocao.documents.reading.word import cells_of, flat_children, rows_of, tables_of
from baocao.documents.reading.word_text import local_name, property_of, value_of
from baocao.forms.recognise import FileKind

Place = tuple[int, int, int]
_PLACE_OF_LEVEL = re.compile(r"%([1-9])")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST_LETTERS = 26
_NO_LIST = "0"


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How one level of a list is counted and printed: `%1.%2.` with the counts of the levels named."""

    kind: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass
class NumberedLists:
    """The lists of a document, each counted on as its paragraphs come."""

    levels: Mapping[str, Mapping[int, ListLevel]]
    lists: Mapping[str, str]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next(self, list_id: str, depth: int) -> str:
        """The number of the next paragraph of a list; empty of one nobody defined."""
        name = self.lists.get(list_id, "")
        levels = self.levels.get(name, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self.counts.setdefault(name, {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if level.kind in {"bullet", "none"}:
            return "-" if level.kind == "bullet" else ""

        def put(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            one = levels.get(at, ListLevel())
            return _write(counts.get(at, one.start), one.kind)

        return _PLACE_OF_LEVEL.sub(put, level.text).strip()


def find_numbers(content: bytes) -> dict[Place, str]:
    """By table, row and column the number of the first numbered paragraph of each cell, of a Word file."""
    if detect_kind(content) is not FileKind.DOCX:
        return {}
    package = OfficePackage(content)
    if "word/numbering.xml" not in package.names:
        return {}
    root = package.tree("word/document.xml")
    lists = _read_lists(package.tree("word/numbering.xml"))
    styles = _lists_of_styles(package)
    numbers = {}
    for paragraph in (one for one in root.iter() if local_name(one) == "p"):
        found = _list_of(paragraph, styles)
        if found is not None and (number := lists.next(*found)):
            numbers[paragraph] = number
    return dict(_by_cell(root, numbers))


def _by_cell(root: Any, numbers: Mapping[Any, str]) -> Iterator[tuple[Place, str]]:
    for table, element in enumerate(tables_of(root)):
        for row, one in enumerate(rows_of(element)):
            for column, cell in cells_of(one):
                found = next((numbers[child] for child in flat_children(cell) if child in numbers), "")
                if found:
                    yield (table, row, column), found


def _list_of(paragraph: Any, styles: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    """The list and the level a paragraph is counted in; its own before its style's."""
    own = _list_in(property_of(paragraph, "pPr", "numPr"))
    if own is not None:
        return None if own[0] == _NO_LIST else own
    style = property_of(paragraph, "pPr", "pStyle")
    return styles.get(value_of(style)) if style is not None else None


def _list_in(properties: Any) -> tuple[str, int] | None:
    if properties is None:
        return None
    said = {local_name(one): value_of(one) for one in properties}
    return (said["numId"], int(said.get("ilvl") or 0)) if said.get("numId") else None


def _lists_of_styles(package: OfficePackage) -> dict[str, tuple[str, int]]:
    if "word/styles.xml" not in package.names:
        return {}
    found = {}
    for style in (one for one in package.tree("word/styles.xml") if local_name(one) == "style"):
        own = _list_in(property_of(style, "pPr", "numPr"))
        if own is not None and own[0] != _NO_LIST:
            found[value_of(style, "styleId")] = own
    return found


def _read_lists(root: Any) -> NumberedLists:
    levels = {value_of(one, "abstractNumId"): dict(_read_levels(one)) for one in _named(root, "abstractNum")}
    lists = {}
    for one in _named(root, "num"):
        name = value_of(next(iter(_named(one, "abstractNumId")), one))
        lists[value_of(one, "numId")] = _overridden(one, name, levels)
    return NumberedLists(levels, lists)


def _overridden(element: Any, name: str, levels: dict[str, dict[int, ListLevel]]) -> str:
    """A list that begins anew is one of its own."""
    changed = dict(levels.get(name, {}))
    for one in _named(element, "lvlOverride"):
        depth = int(value_of(one, "ilvl") or 0)
        start = next((value_of(child) for child in one if local_name(child) == "startOverride"), "")
        known = changed.get(depth)
        if start.isdecimal() and known is not None:
            changed[depth] = ListLevel(known.kind, known.text, int(start))
    if changed == levels.get(name, {}) and not list(_named(element, "lvlOverride")):
        return name
    own = f"{name}/{value_of(element, 'numId')}"
    levels[own] = changed
    return own


def _read_levels(element: Any) -> Iterator[tuple[int, ListLevel]]:
    for one in _named(element, "lvl"):
        said = {local_name(child): value_of(child) for child in one}
        start = said.get("start", "1")
        level = ListLevel(
            said.get("numFmt", "decimal"), said.get("lvlText", ""), int(start) if start.isdecimal() else 1
        )
        yield int(value_of(one, "ilvl") or 0), level


def _named(element: Any, name: str) -> list[Any]:
    return [child for child in element if local_name(child) == name]


def _write(count: int, kind: str) -> str:
    if kind in {"upperRoman", "lowerRoman"}:
        roman = "".join(_roman_letters(count))
        return roman.upper() if kind == "upperRoman" else roman
    if kind in {"upperLetter", "lowerLetter"} and 0 < count <= _MOST_LETTERS:
        first = "A" if kind == "upperLetter" else "a"
        return chr(ord(first) + count - 1)
    return f"{count:02d}" if kind == "decimalZero" else str(count)


def _roman_letters(count: int) -> Iterator[str]:
    for value, letters in _ROMAN:
        while count >= value:
            yield letters
            count -= value
