"""The text of a Word paragraph or cell as a reader sees it: styles say what is struck, raised or hidden."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from baocao.documents.reading.colours import SMALLEST_POINTS, is_white
from baocao.documents.reading.seen import Piece, SeenText, see
from baocao.forms.recognise import Position, UnseenKind

_SKIPPED = frozenset({"Fallback", "instrText", "rPr", "pPr", "tbl", "comment", "del", "moveFrom", "delInstrText"})
_LETTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = frozenset({"0", "false", "off", "none"})
_MARKS = {
    "strike": UnseenKind.STRUCK,
    "dstrike": UnseenKind.STRUCK,
    "vanish": UnseenKind.HIDDEN_TEXT,
    "webHidden": UnseenKind.HIDDEN_TEXT,
}

_DEEPEST_STYLE = 5
_RAISED_HALF_POINTS = 4
_TABLES = frozenset({"tc", "tbl"})
_ORDER = (UnseenKind.HIDDEN_TEXT, UnseenKind.STRUCK, UnseenKind.NOTE_MARK, UnseenKind.INSERTED)

Marks = Mapping[UnseenKind | str, bool]
"""How a piece is written; beside the kinds: `white`, `tiny`, and `shaded` where the ground is not white."""


def local_name(element: Any) -> str:
    """The element's name without its namespace, which differs between the two dialects of the format."""
    tag = element.tag
    return _without_namespace(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4096)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def property_of(element: Any, group: str, name: str) -> Any:
    for properties in element:
        if local_name(properties) == group:
            return next((child for child in properties if local_name(child) == name), None)
    return None


def value_of(element: Any, name: str = "val") -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def boxes_of(element: Any) -> list[Any]:
    """The boxes anchored in an element, each once: older programs have a second copy beside."""
    boxes = [one for one in element.iter() if local_name(one) == "txbxContent"]
    return [box for box in boxes if not any(local_name(up) == "Fallback" for up in box.iterancestors())]


class WordText:
    """Reads texts with the document's styles."""

    def __init__(self, styles: Any = None) -> None:
        elements = [child for child in styles if local_name(child) == "style"] if styles is not None else []
        self._styles = {value_of(element, "styleId"): element for element in elements}
        self._shaded: dict[str, bool] = {}

    def read(self, element: Any, place: Position, *, whole: bool = True) -> SeenText:
        """What a reader sees, a line for each paragraph; nested tables are read apart."""
        pieces = list(self._pieces(element, {}))
        seen = see(pieces, place)
        return SeenText(seen.text.strip("\n"), seen.unseen, seen.unclear if whole else "")

    def lines(self, box: Any) -> Iterator[str]:
        """The lines of a box that floats over the text."""
        text = "".join(piece.text for piece in self._pieces(box, {}) if piece.kind is None)
        yield from (line.strip() for line in text.splitlines() if line.strip())

    def _pieces(self, element: Any, marks: Marks) -> Iterator[Piece]:
        for child in element:
            name = local_name(child)
            if name in {"del", "moveFrom"}:
                yield Piece(_deleted_text(child), UnseenKind.DELETED)
            elif name == "t":
                yield Piece(child.text or "", self._kind(child, marks))
            elif name in _LETTERS:
                yield Piece(_LETTERS[name], self._kind(child, marks))
            elif name == "txbxContent":
                text = "".join(piece.text for piece in self._pieces(child, {}))
                yield Piece(text, UnseenKind.TEXT_BOX)
            elif name not in _SKIPPED:
                yield from self._pieces(child, self._marks(child, name, marks))
                if name == "p":
                    yield Piece("\n")

    def _marks(self, element: Any, name: str, marks: Marks) -> Marks:
        if name in {"ins", "moveTo"}:
            return {**marks, UnseenKind.INSERTED: True}
        if name == "p":
            shaded = {"shaded": True} if _shades(property_of(element, "pPr", "shd")) else {}
            return {**marks, **self._of_style(property_of(element, "pPr", "pStyle")), **shaded}
        if name == "r":
            own = next((child for child in element if local_name(child) == "rPr"), None)
            return {**marks, **self._of_style(property_of(element, "rPr", "rStyle")), **_marks_of(own)}
        return marks

    def _kind(self, element: Any, marks: Marks) -> UnseenKind | None:
        """Hidden before struck before raised; an insertion is what the reader sees."""
        if not marks:
            return None
        if marks.get("tiny") or (marks.get("white") and not marks.get("shaded") and not self._is_on_shade(element)):
            return UnseenKind.HIDDEN_TEXT
        return next((kind for kind in _ORDER if marks.get(kind)), None)

    def _is_on_shade(self, element: Any) -> bool:
        """Whether the cell, its table or the table's style has a ground of another colour than white."""
        above = [one for one in element.iterancestors() if local_name(one) in _TABLES]
        if any(_shades(property_of(one, f"{local_name(one)}Pr", "shd")) for one in above):
            return True
        styles = (property_of(one, "tblPr", "tblStyle") for one in above)
        return any(self._has_shades(value_of(style)) for style in styles if style is not None)

    def _has_shades(self, style: str) -> bool:
        if style not in self._shaded:
            elements = self._styles[style].iter() if style in self._styles else ()
            self._shaded[style] = any(local_name(one) == "shd" and _shades(one) for one in elements)
        return self._shaded[style]

    def _of_style(self, reference: Any, depth: int = 0) -> Marks:
        style = self._styles.get(value_of(reference)) if reference is not None else None
        if style is None or depth > _DEEPEST_STYLE:
            return {}
        below = self._of_style(next((c for c in style if local_name(c) == "basedOn"), None), depth + 1)
        return {**below, **_marks_of(next((c for c in style if local_name(c) == "rPr"), None))}


def _shades(shading: Any) -> bool:
    fill = value_of(shading, "fill") if shading is not None else ""
    return bool(fill) and fill != "auto" and not is_white(fill)


def _marks_of(properties: Any) -> Marks:
    marks: dict[UnseenKind | str, bool] = {}
    for one in properties if properties is not None else ():
        name = local_name(one)
        if name in _MARKS:
            marks[_MARKS[name]] = value_of(one) not in _OFF
        elif name == "color":
            marks["white"] = is_white(value_of(one))
        elif name == "sz" and value_of(one).isdecimal():
            marks["tiny"] = int(value_of(one)) < 2 * SMALLEST_POINTS
        elif name in {"shd", "highlight"}:
            marks["shaded"] = name == "highlight" or _shades(one)
        elif name == "vertAlign":
            marks[UnseenKind.NOTE_MARK] = value_of(one) == "superscript"
        elif name == "position" and value_of(one).lstrip("-").isdecimal():
            marks[UnseenKind.NOTE_MARK] = int(value_of(one)) > _RAISED_HALF_POINTS
    return marks


def _deleted_text(element: Any) -> str:
    return "".join(str(child.text or "") for child in element.iter() if local_name(child) in {"delText", "t"})
