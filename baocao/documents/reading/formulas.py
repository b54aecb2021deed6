"""What a spreadsheet shows for a simple formula whose result the file does not store: Excel computes it on opening.

Only arithmetic, comparisons and a few functions over cells of the same file. Anything else has no result here.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

Value = Decimal | str | bool | None
Address = tuple[str, int, int]
"""Sheet, row and column, both from 0."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|"(?P<text>(?:[^"]|"")*)"
    |(?:(?:'(?P<quoted>[^']+)'|(?P<sheet>[A-Za-zÀ-ỹ_][\wÀ-ỹ.]*))!)?\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,6})(?![\w(])
    |(?P<name>[A-Z][A-Z0-9.]*)(?=\()|(?P<word>TRUE|FALSE)\b|(?P<sign><=|>=|<>|[-+*/^&=<>(),;:%]))""",
    re.VERBOSE,
)
_DEEPEST = 40
_LONGEST = 500
_MOST_CELLS = 2_000
_SUPPORTED = frozenset({"IF", "IFERROR", "ROUND", "SUM", "AND", "OR", "ABS", "MIN", "MAX"})


class NoResultError(Exception):
    """The formula uses what is not computed here."""


class DivisionByZeroError(NoResultError):
    """The formula divides by zero: the sheet shows #DIV/0!."""


class Formulas:
    """Computes formulas over `cells`: a number, a text, or a formula beginning with `=` at each address."""

    def __init__(self, cells: Mapping[Address, Any]) -> None:
        self._cells = cells
        self._depth = 0

    def result(self, formula: str, sheet: str) -> Value:
        """Raise NoResultError where the formula is not one of the simple ones."""
        if self._depth > _DEEPEST or len(formula) > _LONGEST:
            raise NoResultError
        self._depth += 1
        try:
            return _Parser(formula.removeprefix("="), sheet, self).whole()
        except (InvalidOperation, ArithmeticError, ValueError, IndexError) as error:
            raise NoResultError from error
        finally:
            self._depth -= 1

    def at(self, sheet: str, row: int, column: int) -> Value:
        value = self._cells.get((sheet, row, column))
        if isinstance(value, str) and value.startswith("="):
            return self.result(value, sheet)
        if isinstance(value, str) and value.startswith("#"):
            raise DivisionByZeroError if "DIV" in value else NoResultError
        if value is None or isinstance(value, bool | str | Decimal):
            return value
        if isinstance(value, int | float):
            return Decimal(repr(value))
        raise NoResultError


class _Parser:
    """One formula, from left to right."""

    def __init__(self, text: str, sheet: str, formulas: Formulas) -> None:
        self._tokens = _tokens(text)
        self._sheet = sheet
        self._formulas = formulas
        self._at = 0

    def whole(self) -> Value:
        value = self._compared()
        if self._at != len(self._tokens):
            raise NoResultError
        return value

    def _sign(self, *signs: str) -> str:
        """The next sign if it is one of these, stepped over; else nothing."""
        if self._at < len(self._tokens) and self._tokens[self._at]["sign"] in signs:
            self._at += 1
            return str(self._tokens[self._at - 1]["sign"])
        return ""

    def _compared(self) -> Value:
        left = self._joined()
        while sign := self._sign("<=", ">=", "<>", "<", ">", "="):
            left = _compare(left, sign, self._joined())
        return left

    def _joined(self) -> Value:
        left = self._sum()
        while self._sign("&"):
            left = f"{_text(left)}{_text(self._sum())}"
        return left

    def _sum(self) -> Value:
        left = self._product()
        while sign := self._sign("+", "-"):
            right = _number(self._product())
            left = _number(left) + (right if sign == "+" else -right)
        return left

    def _product(self) -> Value:
        left = self._power()
        while sign := self._sign("*", "/"):
            right = _number(self._power())
            if sign == "/" and right == 0:
                raise DivisionByZeroError
            left = _number(left) * right if sign == "*" else _number(left) / right
        return left

    def _power(self) -> Value:
        left = self._signed()
        while self._sign("^"):
            left = _number(left) ** int(_number(self._signed()))
        return left

    def _signed(self) -> Value:
        if self._sign("-"):
            return -_number(self._signed())
        if self._sign("+"):
            return self._signed()
        value = self._operand()
        while self._sign("%"):
            value = _number(value) / 100
        return value

    def _operand(self) -> Value:
        if self._sign("("):
            value = self._compared()
            self._expect(")")
            return value
        token = self._tokens[self._at]
        self._at += 1
        if token["number"]:
            return Decimal(token["number"])
        if token["text"] is not None:
            return str(token["text"]).replace('""', '"')
        if token["word"]:
            return bool(token["word"] == "TRUE")
        if token["name"]:
            return self._call(token["name"])
        if token["column"]:
            return self._formulas.at(*_address(token, self._sheet))
        raise NoResultError

    def _expect(self, sign: str) -> None:
        if not self._sign(sign):
            raise NoResultError

    def _call(self, name: str) -> Value:
        if name not in _SUPPORTED:
            raise NoResultError
        self._expect("(")
        if name in {"IF", "IFERROR"}:
            return self._choose(name)
        values = self._arguments()
        if name == "ROUND":
            return _round(_number(values[0]), int(_number(values[1])))
        if name in {"AND", "OR"}:
            return (all if name == "AND" else any)(bool(value) for value in values)
        numbers = [value for value in values if isinstance(value, Decimal)]
        functions: Mapping[str, Callable[[list[Decimal]], Decimal]] = {
            "SUM": lambda some: sum(some, Decimal(0)),
            "ABS": lambda some: abs(some[0]),
            "MIN": lambda some: min(some, default=Decimal(0)),
            "MAX": lambda some: max(some, default=Decimal(0)),
        }
        return functions[name](numbers)

    def _choose(self, name: str) -> Value:
        """Only the branch that is taken is computed: the other may divide by zero."""
        starts = self._argument_starts()
        end = self._at
        if name == "IFERROR":
            try:
                value = self._from(starts[0])
            except DivisionByZeroError:
                value = self._from(starts[1])
        elif _truth(self._from(starts[0])):
            value = self._from(starts[1])
        else:
            value = self._from(starts[2]) if starts[2:] else False
        self._at = end
        return value

    def _from(self, start: int) -> Value:
        self._at = start
        return self._compared()

    def _argument_starts(self) -> list[int]:
        """Where each argument of the call begins; then step behind its closing bracket."""
        starts, depth = [self._at], 0
        while depth >= 0:
            sign = self._tokens[self._at]["sign"]
            depth += (sign == "(") - (sign == ")")
            self._at += 1
            if depth == 0 and sign in {",", ";"}:
                starts.append(self._at)
        return starts

    def _arguments(self) -> list[Value]:
        values: list[Value] = []
        while True:
            values += self._range() or [self._compared()]
            if self._sign(")"):
                return values
            if not self._sign(",", ";"):
                raise NoResultError

    def _range(self) -> list[Value]:
        some = self._tokens[self._at : self._at + len("A:B")]
        is_range = len(some) == len("A:B") and some[1]["sign"] == ":" and some[0]["column"] and some[2]["column"]
        if not is_range:
            return []
        self._at += len(some)
        sheet, top, left = _address(some[0], self._sheet)
        _, bottom, right = _address(some[2], self._sheet)
        if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
            raise NoResultError
        return [
            self._formulas.at(sheet, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
        ]


def _tokens(text: str) -> list[dict[str, Any]]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NoResultError
        tokens.append(match.groupdict())
        at = match.end()
    return tokens


def _address(token: Mapping[str, Any], sheet: str) -> Address:
    column = 0
    for letter in token["column"]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return token["quoted"] or token["sheet"] or sheet, int(token["row"]) - 1, column - 1


def _number(value: Value) -> Decimal:
    if isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value
    if value is None:
        return Decimal(0)
    raise NoResultError


def _truth(value: Value) -> bool:
    if isinstance(value, str):
        raise NoResultError
    return bool(value)


def _text(value: Value) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _compare(left: Value, sign: str, right: Value) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        same = (left or "") == (right or "")
        if sign not in {"=", "<>"}:
            raise NoResultError
        return same == (sign == "=")
    a, b = _number(left), _number(right)
    return {"=": a == b, "<>": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[sign]


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
