"""Which row lies under which, from numbers of any style: `I`, `1`, `1.1`, `a)`, a dash, none; and a key for each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_DOTTED = re.compile(r"\w+(?:\.\w+)+")
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})", re.IGNORECASE)
_DASH = re.compile(r"[-–—+•*·o]+")


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """`key` names the row, `parent` is the turn of the row it lies under, None at the top."""

    key: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class _Open:
    """A row that later ones may lie under."""

    turn: int
    number: str
    style: str
    key: str


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A row's number as printed. Without one and without a figure it heads a section, or says `Trong đó:` of the row
    above (`is_among`).
    """

    printed: str
    has_figure: bool
    is_among: bool = False


def number_rows(rows: Sequence[PrintedNumber]) -> list[NumberedRow]:
    """Each row's key, and the row it lies under."""
    return _RowCounter().number(rows)


def bare(number: str) -> str:
    """`4.2.1.` → `4.2.1`, `a)` → `a`, `(1)` → `1`."""
    return re.sub(r"\s+", "", number).strip("().:;/\\")


class _RowCounter:
    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._found: list[NumberedRow] = []
        self._keys: set[str] = set()

    def number(self, rows: Sequence[PrintedNumber]) -> list[NumberedRow]:
        for turn, row in enumerate(rows):
            number = bare(row.printed)
            if row.is_among and not row.has_figure and self._open and not (number and number[0].isalnum()):
                self._add_among(turn)
            elif not number or _DASH.fullmatch(number):
                self._add_unnumbered(turn, is_section=not number and not row.has_figure)
            else:
                self._add_numbered(turn, number)
        return self._found

    def _add_unnumbered(self, turn: int, *, is_section: bool) -> None:
        """A dash, or a row for itself, under the last numbered one."""
        if is_section:
            self._open = []
        above = next((one for one in reversed(self._open) if one.style != "dash"), None)
        self._close_to(above)
        self._put(turn, "", "section" if is_section else "dash", above, "m" if is_section else "g")

    def _add_among(self, turn: int) -> None:
        """What follows lies under it, and is named as if it lay under the row above."""
        above = next(one for one in reversed(self._open) if one.style != "dash" or one is self._open[0])
        self._close_to(above)
        self._put(turn, "", "among", above, "m")
        self._open[-1] = replace(self._open[-1], key=above.key)

    def _add_numbered(self, turn: int, number: str) -> None:
        prefix, _, last = number.rpartition(".")
        style = "dotted" if prefix and _DOTTED.fullmatch(number) else self._style_of(number)
        if style == "dotted":
            above = next((one for one in reversed(self._open) if one.number == prefix), None)
            if above is None:
                last, others = number, {"dotted", "arabic", "dash"}
                above = next((one for one in reversed(self._open) if one.style not in others), None)
        else:
            above, last = self._above(style), number
        self._close_to(above)
        self._put(turn, number, style, above, last)

    def _above(self, style: str) -> _Open | None:
        """The row above the last open one of the same style; without any, the last open one itself."""
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at].style == style), None)
        if at is not None:
            return self._open[at - 1] if at else None
        return next((one for one in reversed(self._open) if one.style != "dash"), None)

    def _style_of(self, number: str) -> str:
        """`I` may be a roman one or the letter behind H."""
        if number.isdecimal():
            return "arabic"
        case = "upper" if number.isupper() else "lower"
        is_roman = bool(_ROMAN.fullmatch(number))
        letters = next((one.number for one in reversed(self._open) if one.style == f"{case} letter"), "")
        follows = len(number) == len(letters) == 1 and ord(number) - ord(letters) == 1
        return f"{case} roman" if is_roman and not follows else f"{case} letter"

    def _close_to(self, above: _Open | None) -> None:
        self._open = self._open[: self._open.index(above) + 1] if above is not None else []

    def _put(self, turn: int, number: str, style: str, above: _Open | None, last: str) -> None:
        stem = f"{above.key}." if above is not None else ""
        part = re.sub(r"[^\w.-]+", "-", last)
        key = self._unused(f"{stem}{part}", is_counted=not number)
        self._keys.add(key)
        self._found.append(NumberedRow(key, above.turn if above is not None else None))
        self._open.append(_Open(turn, number, style, key))

    def _unused(self, key: str, *, is_counted: bool) -> str:
        """Rows without a number are counted; a number printed twice gets a letter more."""
        if not is_counted and key not in self._keys:
            return key
        mark, turn = ("", 1) if is_counted else ("-", 2)
        while f"{key}{mark}{turn}" in self._keys:
            turn += 1
        return f"{key}{mark}{turn}"
