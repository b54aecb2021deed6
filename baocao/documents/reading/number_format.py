"""How a spreadsheet shows a number: sections, literal signs, percent, thousands, scaling, invisible formats."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<width>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<digit>[0#?])|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_GENERAL_DIGITS = 10


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number as shown: `text` with a decimal comma and dots between thousands, `value` in the scale shown.

    `is_scaled` says that what is shown is another number than the one stored, beyond rounding and percent.
    """

    text: str
    value: Decimal
    is_scaled: bool = False


def show_number(stored: Decimal, number_format: str) -> ShownNumber:
    """`General` and formats of dates and text show the number as it is."""
    section, is_own_sign = _section(stored, number_format or "General")
    tokens = list(_tokens(section))
    if not any(kind == "digit" for kind, _ in tokens):
        literal = "".join(text for _, text in tokens)
        if section.strip().casefold().startswith("general") or "@" in section:
            return ShownNumber(_general(stored), stored)
        return ShownNumber(literal.strip(), stored, is_scaled=True)
    scaled = _scale(stored, tokens)
    places, grouped = _places(tokens), _is_grouped(tokens)
    text = _digits(abs(scaled), places, grouped=grouped)
    sign = "-" if stored < 0 and not is_own_sign and re.search("[1-9]", text) else ""
    value = -scaled if is_own_sign and stored < 0 and "-" not in section and "(" not in section else scaled
    shown = f"{sign}{_with_literals(tokens, text)}".strip()
    return ShownNumber(shown, value, is_scaled=_is_scaled(stored, value, tokens))


def _section(stored: Decimal, number_format: str) -> tuple[str, bool]:
    """The section for a number, and whether that section writes the sign of a negative one itself."""
    sections = list(_split_sections(number_format))
    for section in sections:
        condition = _CONDITION.search(section) if section.lstrip().startswith("[") else None
        if condition and _holds(stored, condition[1], Decimal(condition[2])):
            return section, stored < 0
    unconditional = [section for section in sections if not _CONDITION.search(section.partition("]")[0])] or sections
    if len(unconditional) > 1 and stored < 0:
        return unconditional[1], True
    if unconditional[2:] and stored == 0:
        return unconditional[2], False
    return unconditional[0], False


def _split_sections(number_format: str) -> Iterator[str]:
    held = ""
    for match in _TOKEN.finditer(number_format):
        if match["other"] == ";":
            yield held
            held = ""
        else:
            held += match[0]
    yield held


def _holds(value: Decimal, sign: str, limit: Decimal) -> bool:
    held = {"<": value < limit, ">": value > limit, "=": value == limit}
    return any(held[one] for one in sign if one in held) if sign != "<>" else value != limit


def _tokens(section: str) -> Iterator[tuple[str, str]]:
    """The section's parts: `digit`, `mark` (`.`, `,`, `%`, E) and `literal` text."""
    for match in _TOKEN.finditer(section):
        if match["digit"]:
            yield "digit", match["digit"]
        elif match["quoted"] is not None or match["escaped"]:
            yield "literal", match["quoted"] or match["escaped"] or ""
        elif match["width"]:
            yield "literal", " "
        elif match["other"] in {".", ",", "%"}:
            yield "mark", match["other"]
        elif match["other"]:
            yield "literal", match["other"]


def _scale(stored: Decimal, tokens: list[tuple[str, str]]) -> Decimal:
    percents = sum(token == ("mark", "%") for token in tokens)
    return stored * Decimal(100) ** percents / Decimal(1000) ** _trailing_commas(tokens)


def _trailing_commas(tokens: list[tuple[str, str]]) -> int:
    """Commas right behind the last digit before the decimal point each divide by a thousand."""
    count = 0
    for at, token in enumerate(tokens):
        if token == ("mark", ","):
            rest = tokens[at:]
            follows = next((t for t in rest if t != ("mark", ",")), ("", ""))
            count += follows[0] != "digit"
    return count


def _is_grouped(tokens: list[tuple[str, str]]) -> bool:
    commas = [at for at, token in enumerate(tokens) if token == ("mark", ",")]
    return any(any(kind == "digit" for kind, _ in tokens[at:]) for at in commas)


def _places(tokens: list[tuple[str, str]]) -> tuple[int, int]:
    """The fewest and the most decimal places."""
    if ("mark", ".") not in tokens:
        return 0, 0
    after = [text for kind, text in tokens[tokens.index(("mark", ".")) :] if kind == "digit"]
    return sum(text == "0" for text in after), len(after)


def _digits(value: Decimal, places: tuple[int, int], *, grouped: bool) -> str:
    fewest, most = places
    fixed = f"{value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP):{',' if grouped else ''}f}"
    whole, _, part = fixed.partition(".")
    part = part[:fewest] + part[fewest:].rstrip("0")
    return whole.replace(",", ".") + (f",{part}" if part else "")


def _with_literals(tokens: list[tuple[str, str]], digits: str) -> str:
    """The digits in the place of the placeholders, literal text and percent signs around them."""
    shown, done = "", False
    for kind, text in tokens:
        if kind == "digit":
            shown += "" if done else digits
            done = True
        elif kind == "literal" or text == "%":
            shown += text
    return shown


def _general(stored: Decimal) -> str:
    rounded = Decimal(f"{stored:.{_GENERAL_DIGITS}g}")
    return f"{rounded.normalize():f}".replace(".", ",")


def _is_scaled(stored: Decimal, value: Decimal, tokens: list[tuple[str, str]]) -> bool:
    percents = sum(token == ("mark", "%") for token in tokens)
    return value != stored * Decimal(100) ** percents
