"""Periods as people write them: Q4/2025, quý IV 2025, 6 tháng đầu năm 2025, năm 2025, 2025-Q4, tháng 12/2025."""

import re
import unicodedata
from typing import Final

from baocao.domain import Period
from baocao.messages import fold, quote_name
from baocao.written.errors import WrongValueError

PERIOD_FORMS: Final = (
    "ghi như 2025-Q4 (hay quý IV/2025), 2025-H1 (6 tháng đầu năm 2025), 2025-H2, 2025-9M (9 tháng 2025), "
    "2025 (cả năm) hoặc 2025-M12 (tháng 12/2025)"
)
_EARLIEST, _LATEST = 2000, 2099
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "mot": 1, "nhat": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4}
_AMONG = r"[\s/_.,-]*(?:cua\s+)?(?:nam\s*)?"
_PARTS: Final = {
    "quarter": rf"(?:q|quy|qui)[\s.-]*(?P<quarter>\d+|{'|'.join(_ROMAN)})",
    "roman": r"(?P<roman>iv|i{1,3})",
    "second": r"h[\s.-]*2|(?:6|sau|06)\s*(?:thang|t)\s*(?:cuoi|sau)|(?:nua|ban)\s+cuoi",
    "first": r"h[\s.-]*1|(?:6|sau|06)\s*(?:thang|t|m)(?:\s*dau)?|(?:nua|ban)\s+dau|ban\s+nien",
    "nine": r"(?:9|chin|09)\s*(?:thang|t|m)(?:\s*dau)?",
    "month": r"(?:thang|t|m)[\s.-]*(?P<month>\d+)",
    "whole": r"(?:12|muoi\s+hai)\s*(?:thang|t|m)|(?:ca\s+)?nam|(?:ca|y)",
}
_ANY_PART = "|".join(f"(?P<is_{name}>{pattern})" for name, pattern in _PARTS.items())
_PART_FIRST = re.compile(rf"(?:{_ANY_PART}){_AMONG}(?P<year>\d{{4}})")
_YEAR_FIRST = re.compile(rf"(?:nam\s+)?(?P<year>\d{{4}})[\s/_.,-]*(?:{_ANY_PART})")
_YEAR = re.compile(r"(?P<year>\d{4})")
_ONLY_PART = re.compile(rf"(?:{_ANY_PART})(?:\s*nam)?")
_BARE_NUMBER = re.compile(
    r"(?P<number>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})|(?P<year2>\d{4})\s*[/.-]\s*(?P<number2>\d{1,2})"
)
_SHORT_YEAR = re.compile(rf"(?:{_ANY_PART})[\s/_.,-]+(?:nam\s*)?\d{{2}}")
_BEFORE = re.compile(r"^(?:bao cao|so lieu|ky|cua|\s)+\b")


def read_period(given: str) -> Period:
    """Raise WrongValueError, saying which are possible, where it is none, or could be two."""
    text = _simplify(given)
    found = _PART_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text) or _YEAR.fullmatch(text)
    if found is None:
        raise WrongValueError(_say_why_not(given, text))
    year = int(found["year"])
    if not _EARLIEST <= year <= _LATEST:
        raise WrongValueError(f"năm của kỳ phải từ {_EARLIEST} đến {_LATEST}{quote_name(given)}")
    return Period(year, _read_part(given, found))


def _simplify(given: str) -> str:
    """Folded, spaces of any kind and dashes of any kind the same, without the words in front that say nothing."""
    text = unicodedata.normalize("NFKC", given)
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", fold(text))
    return _BEFORE.sub("", " ".join(text.split()))


def _read_part(given: str, found: re.Match[str]) -> str:
    groups = found.groupdict()
    number = groups.get("quarter") or groups.get("roman")
    if number:
        quarter = _ROMAN.get(number) or int(number)
        if not 1 <= quarter <= 4:  # noqa: PLR2004 - of a year
            raise WrongValueError(f"một năm chỉ có quý 1 đến quý 4{quote_name(given)}; {PERIOD_FORMS}")
        return f"Q{quarter}"
    if groups.get("month"):
        month = int(groups["month"])
        if not 1 <= month <= 12:  # noqa: PLR2004 - of a year
            raise WrongValueError(f"một năm chỉ có tháng 1 đến tháng 12{quote_name(given)}; {PERIOD_FORMS}")
        return f"M{month:02}"
    parts = {"is_first": "H1", "is_second": "H2", "is_nine": "9M"}
    return next((part for name, part in parts.items() if groups.get(name)), "")


def _say_why_not(given: str, text: str) -> str:
    bare = _BARE_NUMBER.fullmatch(text)
    if bare:
        number, year = bare["number"] or bare["number2"], bare["year"] or bare["year2"]
        return (
            f"không rõ{quote_name(given)} là tháng, quý hay số tháng; ghi “tháng {number}/{year}” hoặc “quý …/{year}”"
        )
    if _SHORT_YEAR.fullmatch(text):
        return f"năm phải đủ bốn chữ số{quote_name(given)}; {PERIOD_FORMS}"
    if _ONLY_PART.fullmatch(text):
        return f"thiếu năm{quote_name(given)}; {PERIOD_FORMS}"
    return f"không phải kỳ báo cáo{quote_name(given)}; {PERIOD_FORMS}"
