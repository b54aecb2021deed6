"""Text fit for print: one Unicode form, nothing invisible, italics as runs."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

NBSP = "\N{NO-BREAK SPACE}"
_ITALIC = re.compile(r"<i>(.*?)</i>", re.DOTALL)
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text, upright or italic; a line feed inside it breaks the line."""

    text: str
    italic: bool = False


def clean_text(text: str) -> str:
    """Composed letters (NFC); no control, surrogate or direction-changing characters; line feeds stay."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _UNPRINTABLE.sub("", unicodedata.normalize("NFC", unified))


def split_runs(marked: str) -> tuple[Run, ...]:
    """The runs of a text in which `<i>…</i>` marks italics; anything else in angle brackets is plain text."""
    pieces = _ITALIC.split(clean_text(marked))
    return tuple(Run(piece, italic=index % 2 == 1) for index, piece in enumerate(pieces) if piece)


def on_one_line(text: str) -> str:
    """The text without line breaks, for places that have one line."""
    return " ".join(clean_text(text).split())


def join_sentences(sentences: Iterable[str]) -> str:
    """The sentences side by side, each once, each ended by a full stop."""
    unique = dict.fromkeys(filter(None, (on_one_line(sentence) for sentence in sentences)))
    return " ".join(sentence if sentence[-1] in ".!?…" else f"{sentence}." for sentence in unique)
