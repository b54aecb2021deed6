"""Cells of a Word file mended as tracked changes: the old text deleted, the new one inserted, by `baocao`."""

import zipfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from io import BytesIO
from typing import Any

from baocao.documents.annotate import AUTHOR
from baocao.documents.files import zip_parts
from baocao.documents.reading.package import OfficePackage
from baocao.documents.reading.word import body_of, cells_of, main_part, rows_of, tables_of
from baocao.documents.reading.word_text import local_name
from baocao.forms.handmade.mending import MendedCell
from baocao.forms.recognise import Position

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TEXTS = frozenset({"t", "tab", "br", "cr", "noBreakHyphen", "sym"})
_REVISIONS = frozenset({"ins", "del", "moveFrom", "moveTo"})
_MORE_THAN_TEXT = _REVISIONS | {"fldChar", "fldSimple", "instrText", "drawing", "pict", "tbl"}
_NOT_OF_TEXT = _REVISIONS | {"rPrChange"}


def mend_word(content: bytes, mends: Mapping[Position, MendedCell], saved_at: str) -> tuple[bytes, frozenset[Position]]:
    """The file with its other parts as they are, and the cells that hold a field, a picture or another revision."""
    package = OfficePackage(content)
    name = main_part(package)
    root = package.tree(name)
    revisions = _Revisions(root, saved_at)
    tables = tables_of(body_of(root))
    unwritten = set()
    for place, mend in mends.items():
        cell = _cell_at(tables, place)
        if cell is None or any(local_name(one) in _MORE_THAN_TEXT for one in cell.iter()):
            unwritten.add(place)
        else:
            revisions.replace(cell, mend.after)
    return _with_part(content, name, root), frozenset(unwritten)


def _cell_at(tables: list[Any], place: Position) -> Any:
    cells = dict(cells_of(rows_of(tables[place.table])[place.row]))
    return cells.get(place.column)


def _with_part(content: bytes, name: str, root: Any) -> bytes:
    from lxml import etree

    part = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return zip_parts([(one, part if one == name else archive.read(one)) for one in archive.namelist()])


class _Revisions:
    """Marks insertions and deletions with numbers the document does not use yet."""

    def __init__(self, root: Any, saved_at: str) -> None:
        self._word = root.tag.partition("}")[0] + "}"
        self._saved_at = saved_at
        ids = (one.get(f"{self._word}id", "") for one in root.iter() if isinstance(one.tag, str))
        self._last_id = max((int(text) for text in ids if text.isdecimal()), default=0)

    def replace(self, cell: Any, text: str) -> None:
        runs = [run for run in cell.iter(f"{self._word}r") if any(local_name(one) in _TEXTS for one in run)]
        for run in runs:
            self._delete(run)
        inserted = self._mark("ins")
        new = self._make("r")
        style = _style_of(runs[0] if runs else None, cell, self._word)
        if style is not None:
            new.append(style)
        letters = self._make("t")
        letters.text = text
        new.append(letters)
        inserted.append(new)
        if runs:
            runs[0].getparent().addnext(inserted)
        else:
            next(cell.iter(f"{self._word}p")).append(inserted)

    def _delete(self, run: Any) -> None:
        deleted = self._mark("del")
        run.getparent().replace(run, deleted)
        deleted.append(run)
        for letters in run.iter(f"{self._word}t"):
            letters.tag = f"{self._word}delText"
            letters.set(_XML_SPACE, "preserve")

    def _mark(self, name: str) -> Any:
        self._last_id += 1
        mark = self._make(name)
        for attribute, text in (("id", str(self._last_id)), ("author", AUTHOR), ("date", self._saved_at)):
            mark.set(f"{self._word}{attribute}", text)
        return mark

    def _make(self, name: str) -> Any:
        from lxml import etree

        return etree.Element(f"{self._word}{name}")


def _style_of(run: Any, cell: Any, word: str) -> Any:
    """How the old figure is written; of an empty cell how its paragraph mark is."""
    found = next(_styles(run, cell, word), None)
    if found is None:
        return None
    style = deepcopy(found)
    for child in [one for one in style if local_name(one) in _NOT_OF_TEXT]:
        style.remove(child)
    return style


def _styles(run: Any, cell: Any, word: str) -> Iterator[Any]:
    if run is not None:
        yield from run.findall(f"{word}rPr")
    else:
        yield from cell.findall(f"{word}p/{word}pPr/{word}rPr")
