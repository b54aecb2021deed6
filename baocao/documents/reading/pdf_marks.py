"""Letters of a PDF's page that are no part of the text: struck through by a thin bar, or raised as a note's mark.

Runs in the process of `pdf_pages`, which imports nothing else of this project.
"""

from bisect import bisect_left, bisect_right
from typing import Any

STRUCK, NOTE_MARK = "struck", "note_mark"
_THIN_POINTS = 1.8
_HIGHEST, _LOWEST = 0.25, 0.72
_BEYOND_POINTS = 3.0
_SMALLER, _RAISED = 0.88, 0.15
_MARK_SIGNS = frozenset("()[]*†‡")

Char = dict[str, Any]
Marked = tuple[Char, str]


def find_marked(page: Any) -> list[Marked]:
    """Every such letter with its kind, in the order of writing."""
    struck = {id(char) for char in _struck(page)}
    found: list[Marked] = []
    base: Char | None = None
    end = 0.0
    for char in page.chars:
        if id(char) in struck:
            found.append((char, STRUCK))
        elif base is not None and _is_mark_of(base, end, char):
            found.append((char, NOTE_MARK))
            end = char["x1"]
        elif char["text"].strip():
            base, end = char, char["x1"]
    return found


def join_marked(marked: list[Marked]) -> list[list[str]]:
    """Neighbours of one kind as one text: [[text, kind], …]."""
    joined: list[list[str]] = []
    last: Char | None = None
    for char, kind in marked:
        is_near = last is not None and 0 <= char["x1"] - last["x0"] < 4 * char["size"]
        if joined and joined[-1][1] == kind and is_near:
            joined[-1][0] += char["text"]
        else:
            joined.append([char["text"], kind])
        last = char
    return [[text.strip(), kind] for text, kind in joined if text.strip()]


def _is_mark_of(base: Char, end: float, char: Char) -> bool:
    """Smaller, higher, close behind: a digit, a letter, an asterisk or brackets around it."""
    text = char["text"]
    is_sign = text.isalnum() or text in _MARK_SIGNS
    is_smaller = char["size"] < _SMALLER * base["size"]
    is_higher = char["bottom"] < base["bottom"] - _RAISED * base["size"] and char["bottom"] > base["top"]
    return bool(is_sign and is_smaller and is_higher and -1.0 <= char["x0"] - end < base["size"] / 2)


def _struck(page: Any) -> list[Char]:
    """Under a bar that lies in the middle of the letters and is as long as they are."""
    bars = [thing for thing in (*page.rects, *page.lines, *page.curves) if _is_bar(thing)]
    chars = sorted(page.chars, key=lambda char: float(char["top"]))
    tops = [float(char["top"]) for char in chars]
    tallest = max((char["bottom"] - char["top"] for char in chars), default=0.0)
    found: list[Char] = []
    for bar in bars:
        middle = (bar["top"] + bar["bottom"]) / 2
        near = chars[bisect_left(tops, middle - tallest) : bisect_right(tops, middle)]
        under = [char for char in near if _lies_under(bar, middle, char)]
        written = [char for char in under if char["text"].strip()]
        if written and _is_as_long(bar, under):
            found += written
    return found


def _is_bar(thing: dict[str, Any]) -> bool:
    return bool(abs(thing["bottom"] - thing["top"]) <= _THIN_POINTS < thing["x1"] - thing["x0"])


def _lies_under(bar: dict[str, Any], middle: float, char: Char) -> bool:
    height = char["bottom"] - char["top"]
    is_across = char["top"] + _HIGHEST * height <= middle <= char["top"] + _LOWEST * height
    return bool(is_across and bar["x0"] <= (char["x0"] + char["x1"]) / 2 <= bar["x1"])


def _is_as_long(bar: dict[str, Any], under: list[Char]) -> bool:
    """A rule of a table goes on beyond the letters that hang over it."""
    first, last = min(char["x0"] for char in under), max(char["x1"] for char in under)
    return bool(bar["x0"] >= first - _BEYOND_POINTS and bar["x1"] <= last + _BEYOND_POINTS)
