"""Text gets out whatever the terminal is: of another encoding, closed, or full."""

import codecs
import os
import sys
import unicodedata
from io import TextIOWrapper
from typing import TextIO

PLAIN = "baocao-plain"
_SIGNS = {
    "đ": "d", "Đ": "D", "•": "*", "→": "->", "←": "<-", "…": "...", "–": "-", "—": "-", "“": '"', "”": '"', "’": "'",
    "‘": "'", "×": "x", "÷": "/", "✓": "v", "✗": "x", "≥": ">=", "≤": "<=", "≠": "!=", "·": "-", "−": "-", "‹": "<",
    "›": ">", "«": '"', "»": '"', "\u00a0": " ",
}  # fmt: skip
_LINES = {**dict.fromkeys("─━═╌╍┄┅", "-"), **dict.fromkeys("│┃║", "|")}
_BOXES = range(0x2500, 0x2580)
_BLOCKS = range(0x2580, 0x2600)


_kept: list[TextIO] = []
"""Of this process: what nobody refers to any more would be closed."""


class _AsciiStream(TextIOWrapper):
    """Click takes a stream that calls itself ASCII for broken and writes UTF-8 into it."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "ascii-plain"


def prepare_streams() -> None:
    """Letters a terminal does not have are written without their marks; a closed stream takes everything silently."""
    codecs.register_error(PLAIN, _write_plainly)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            _kept.append(open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - for the process
            setattr(sys, name, _kept[-1])
        elif isinstance(stream, TextIOWrapper) and codecs.lookup(stream.encoding).name == "ascii":
            _kept.append(stream)
            _kept.append(_AsciiStream(stream.buffer, "ascii", PLAIN, line_buffering=stream.line_buffering))
            setattr(sys, name, _kept[-1])
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=PLAIN)


def silence_stdout() -> None:
    """Nobody reads it any more: what is still to be written goes nowhere, and the end of the process says nothing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):  # it is no file
        return
    finally:
        os.close(nowhere)


def _write_plainly(error: UnicodeError) -> tuple[str, int]:
    """For what an encoding lacks: the letter without marks, lines of tables as - | +, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_plain(letter) for letter in text), error.end


def _plain(letter: str) -> str:
    if letter in _SIGNS or letter in _LINES:
        return _SIGNS.get(letter) or _LINES[letter]
    if ord(letter) in _BOXES:
        return "+"
    if ord(letter) in _BLOCKS:
        return "#"
    first = unicodedata.normalize("NFKD", letter)[0]
    return first if first.isascii() else "" if unicodedata.combining(letter) else "?"
