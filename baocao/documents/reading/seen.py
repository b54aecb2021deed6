"""What a reader takes for the text of a cell: struck and hidden pieces and note marks are apart."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from baocao.forms.recognise import Position, Unseen, UnseenKind

_NOTE_MARK = re.compile(r"\s*[(\[]?\s*(?:[0-9]{1,2}|[a-zA-Z]|[*†‡]{1,3})\s*[)\]]?\s*")
_RAISED_DIGITS = re.compile("(?<=\\w)[\u00b9\u00b2\u00b3\u2070-\u2079]+(?![\\w])")
_STRUCK_MARKUP = re.compile(r"~~(?=\S)(.+?)(?<=\S)~~")
_STRUCK_LETTERS = re.compile("(?:[^\\s\u0335-\u0338][\u0335-\u0338])+")
_MARKED = re.compile("[~\u00b9\u00b2\u00b3\u2070-\u2079\u0335-\u0338]")
_AREA = re.compile("[mM][\u00b2\u00b3]")
_NOT_TEXT = frozenset({UnseenKind.STRUCK, UnseenKind.HIDDEN_TEXT, UnseenKind.DELETED, UnseenKind.TEXT_BOX})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and how it stands there; None is ordinary text."""

    text: str
    kind: UnseenKind | None = None


@dataclass(frozen=True, slots=True)
class SeenText:
    """The text a reader takes, what stands beside it, and why no figure can be taken where that is so."""

    text: str
    unseen: tuple[Unseen, ...]
    unclear: str = ""


def see(pieces: Iterable[Piece], place: Position) -> SeenText:
    """Put the pieces of one cell or paragraph together."""
    pieces = list(pieces)
    if all(piece.kind is None for piece in pieces):
        text = "".join(piece.text for piece in pieces)
        if not _MARKED.search(text):
            return SeenText(text, ())
    split = [one for piece in pieces for one in _by_marks(piece)]
    plain = "".join(piece.text for piece in split if piece.kind in (None, UnseenKind.INSERTED)).strip()
    kept, unseen = [], []
    for piece in split:
        raised = piece.kind is UnseenKind.NOTE_MARK
        if raised and not (plain and _NOTE_MARK.fullmatch(piece.text)):
            kept.append(piece.text)
        elif raised or piece.kind in _NOT_TEXT:
            unseen.append(piece)
        else:
            kept.append(piece.text)
            unseen += [piece] if piece.kind else []
    text = "".join(kept)
    return SeenText(text, tuple(_told(unseen, place)), "" if text.strip() else _why_nothing_is_left(unseen))


def _by_marks(piece: Piece) -> Iterator[Piece]:
    """Raised and struck letters that are letters of their own, whatever the format."""
    if piece.kind is not None:
        yield piece
        return
    for pattern, kind in (
        (_STRUCK_MARKUP, UnseenKind.STRUCK),
        (_STRUCK_LETTERS, UnseenKind.STRUCK),
        (_RAISED_DIGITS, UnseenKind.NOTE_MARK),
    ):
        match = pattern.search(piece.text)
        if match and not _AREA.search(piece.text):
            marked = match[1] if pattern is _STRUCK_MARKUP else match[0]
            yield from _by_marks(Piece(piece.text[: match.start()]))
            yield Piece(re.sub("[\u0335-\u0338]", "", _plain_digits(marked)), kind)
            yield from _by_marks(Piece(piece.text[match.end() :]))
            return
    yield piece


def _plain_digits(text: str) -> str:
    return text.translate({ord(raised): str(digit) for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})


def _told(pieces: Iterable[Piece], place: Position) -> Iterator[Unseen]:
    """Neighbouring pieces of one kind are one."""
    held: Piece | None = None
    for piece in (piece for piece in pieces if piece.text.strip() and piece.kind):
        if held and held.kind is piece.kind and piece.kind is not UnseenKind.NOTE_MARK:
            held = Piece(held.text + piece.text, held.kind)
            continue
        if held and held.kind:
            yield Unseen(held.kind, " ".join(held.text.split()), place)
        held = piece
    if held and held.kind:
        yield Unseen(held.kind, " ".join(held.text.split()), place)


def _why_nothing_is_left(unseen: list[Piece]) -> str:
    struck = "".join(piece.text for piece in unseen if piece.kind is UnseenKind.STRUCK).strip()
    return f"“{struck}” đã bị gạch bỏ, không có số thay vào" if struck else ""
