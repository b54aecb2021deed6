"""How a mistake is told: what is allowed, what was probably meant, and what was given, unless it may be a secret."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

HIDDEN: Final = "…"
LONGEST_LIST = 40
_WORD = re.compile(r"[^\W\d_]{1,24}\d{0,4}|\d{1,4}|\d{1,2}[^\W\d_]{1,2}")
_BETWEEN = re.compile(r"[\s_./:,;()–-]+")
_LONGEST_NAME = 48
_MOST_DIGITS = 8
_NUMBER = re.compile(r"[+-]?[\d.,/:\- ]*\d[\d.,/:\- ]*%?")
_SECRET_NAME = re.compile(
    r"pass|pwd|secret|token|credential|authoriz|header|cookie|bearer|apikey|api_key|private|signature"
    r"|mat_?khau|bi_?mat|ma_?bot|khoa_?bi"
)


def fold(text: str) -> str:
    """Without case, tones and marks: as names are compared that people typed."""
    parts = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def upper_first(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def find_nearest(wrong: str, allowed: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    by_fold = {_join(name): name for name in allowed if may_be_shown(name)}
    near = get_close_matches(_join(wrong), list(by_fold), n=1)
    return by_fold[near[0]] if near else None


def did_you_mean(wrong: object, allowed: Iterable[object]) -> str:
    """`; ý bạn là “…”?`, or nothing where no name is near."""
    near = find_nearest(str(wrong), map(str, allowed))
    return f"; ý bạn là “{near}”?" if near is not None else ""


def list_names(allowed: Iterable[object], nothing: str = "chưa có gì") -> str:
    """All that is allowed, cut where nobody would read on."""
    names = [show_name(name) for name in allowed]
    more = f" … ({len(names)} tên)" if len(names) > LONGEST_LIST else ""
    return ", ".join(names[:LONGEST_LIST]) + more if names else nothing


def say_unknown(what: str, wrong: object, allowed: Iterable[object]) -> str:
    """`không có đơn vị “sa”; được dùng: xa, tinh; ý bạn là “xa”?`."""
    names = [str(name) for name in allowed]
    return f"không có {what}{quote_name(wrong, names)}; được dùng: {list_names(names)}{did_you_mean(wrong, names)}"


def quote_name(given: object, allowed: Iterable[str] = ()) -> str:
    """` “given”` where it is a word or near an allowed one; nothing where it might be a secret."""
    return f" “{given}”" if may_be_shown(str(given)) or find_nearest(str(given), allowed) is not None else ""


def quote_given(given: object) -> str:
    """` (đang ghi: …)` of a number or a day; of any other text nothing, for the line says where it stands."""
    text = str(given).lower() if isinstance(given, bool) else str(given)
    is_plain = isinstance(given, bool | int | float) or _NUMBER.fullmatch(text) is not None
    return f" (đang ghi: {text})" if is_plain and sum(map(str.isdigit, text)) <= _MOST_DIGITS else ""


def may_be_shown(name: str) -> bool:
    """Whether a name has the shape of words and short numbers: no password that deserves the name has."""
    parts = [part for part in _BETWEEN.split(name) if part]
    return 0 < len(name) <= _LONGEST_NAME and all(_WORD.fullmatch(part) for part in parts)


def show_name(name: object) -> str:
    """A key of a file or a word of a command line as it is printed."""
    return str(name) if may_be_shown(str(name)) else HIDDEN


def names_secret(key: object) -> bool:
    """Whether what stands under such a key is, or is meant as, a secret."""
    return _SECRET_NAME.search(fold(str(key)).replace("-", "_").replace(" ", "_")) is not None


def _join(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", fold(name))
