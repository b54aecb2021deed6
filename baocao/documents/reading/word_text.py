"""The text of a Word paragraph or cell as a reader sees it: styles say what is struck, raised or hidden."""

from collections.abc import Iterator, Mapping
from typing import Any

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

Marks = Mapping[UnseenKind, bool]


def local_name(element: Any) -> str:
    """The element's name without its namespace, which differs between the two dialects of the format."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


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
                yield Piece(child.text or "", _kind(marks))
            elif name in _LETTERS:
                yield Piece(_LETTERS[name], _kind(marks))
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
            return {**marks, **self._of_style(property_of(element, "pPr", "pStyle"))}
        if name == "r":
            own = next((child for child in element if local_name(child) == "rPr"), None)
            return {**marks, **self._of_style(property_of(element, "rPr", "rStyle")), **_marks_of(own)}
        return marks

    def _of_style(self, reference: Any, depth: int = 0) -> Marks:
        style = self._styles.get(value_of(reference)) if reference is not None else None
        if style is None or depth > len("based"):
            return {}
        below = self._of_style(next((c for c in style if local_name(c) == "basedOn"), None), depth + 1)
        return {**below, **_marks_of(next((c for c in style if local_name(c) == "rPr"), None))}


def _marks_of(properties: Any) -> Marks:
    marks: dict[UnseenKind, bool] = {}
    for one in properties if properties is not None else ():
        name = local_name(one)
        if name in _MARKS:
            marks[_MARKS[name]] = value_of(one) not in _OFF
        elif name == "vertAlign":
            marks[UnseenKind.NOTE_MARK] = value_of(one) == "superscript"
        elif name == "position" and value_of(one).lstrip("-").isdecimal():
            marks[UnseenKind.NOTE_MARK] = int(value_of(one)) > len("half")
    return marks


def _kind(marks: Marks) -> UnseenKind | None:
    """Hidden before struck before raised; an insertion is what the reader sees."""
    order = (UnseenKind.HIDDEN_TEXT, UnseenKind.STRUCK, UnseenKind.NOTE_MARK, UnseenKind.INSERTED)
    return next((kind for kind in order if marks.get(kind)), None)


def _deleted_text(element: Any) -> str:
    return "".join(str(child.text or "") for child in element.iter() if local_name(child) in {"delText", "t"})
