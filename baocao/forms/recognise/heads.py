"""What the head of a column says it holds: figures of this period, of an earlier one, a plan, a comparison, a note."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from baocao.domain import Period
from baocao.forms.numbers import clean


class ColumnRole(StrEnum):
    """What a column of a form's table holds."""

    NUMBER = "number"
    LABEL = "label"
    UNIT = "unit"
    FIGURE = "figure"
    PREVIOUS = "previous"
    CUMULATIVE = "cumulative"
    PLAN = "plan"
    COMPARISON = "comparison"
    NOTE = "note"
    CODE = "code"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class HeadWords:
    """What the words of a head say; `is_this_period` where they name the period, not only figures as such."""

    role: ColumnRole
    is_this_period: bool = False


def _fully(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words))


def _inside(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf".*\b(?:{'|'.join(words)})\b.*")


_WHOLE_WORDS: Mapping[ColumnRole, tuple[str, ...]] = {
    ColumnRole.NUMBER: ("stt", "tt", "so tt", "so thu tu"),
    ColumnRole.UNIT: ("don vi", "dv", "(don vi tinh|dvt|d v t|don vi do)\\b.*"),
    ColumnRole.CODE: ("ma", "ma so", "ma chi tieu", "ky hieu", "ma hoa"),
    ColumnRole.LABEL: ("(ten )?(chi tieu|noi dung|dien giai|hang muc|danh muc)\\b.*",),
}
_WORDS_INSIDE: Mapping[ColumnRole, tuple[str, ...]] = {
    ColumnRole.NOTE: (
        "ghi chu", "giai trinh", "thuyet minh", "ly do", "can cu", "nguon so lieu", "co quan chu tri", "dau moi",
        "phu trach",
    ),
    ColumnRole.COMPARISON: (
        "so sanh", "tang[ /]*giam", "ty le (tang|giam)", "(tang|giam) so", "chenh lech", "so voi", "bien dong",
        "toc do", "hoan thanh",
    ),
    ColumnRole.CUMULATIVE: ("luy ke", "cong don", "tu dau (nam|ky)", "dau nam den"),
    ColumnRole.PREVIOUS: (
        "(ky|quy|nam|thang|lan)( bao cao)?( \\w+)? (truoc|ngoai)", "cung ky", "ky goc", "so lieu cu", "da bao cao",
    ),
    ColumnRole.PLAN: (
        "ke hoach", "chi tieu( duoc)? giao", "muc tieu", "du kien", "uoc", "dinh muc", "phan dau", "ky (sau|toi)",
        "du bao",
    ),
}  # fmt: skip
_ROLES = (
    (ColumnRole.NUMBER, _fully(_WHOLE_WORDS[ColumnRole.NUMBER])),
    (ColumnRole.UNIT, _fully(_WHOLE_WORDS[ColumnRole.UNIT])),
    *((role, _inside(words)) for role, words in _WORDS_INSIDE.items()),
    (ColumnRole.CODE, _fully(_WHOLE_WORDS[ColumnRole.CODE])),
    (ColumnRole.LABEL, _fully(_WHOLE_WORDS[ColumnRole.LABEL])),
)
_THIS_PERIOD = _inside((
    "ky nay", "quy nay", "thang nay", "nam nay", "ky bao cao", "trong ky", "hien tai", "hien nay", "ky hien",
))  # fmt: skip
_FIGURES = _inside((
    "so lieu", "gia tri", "ket qua", "thuc hien", "thuc te", "so luong", "so bao cao", "dat duoc", "tri so", "tong so",
    "tong",
))  # fmt: skip
_QUARTER = re.compile(r"\bquy\s*(iv|i{1,3}|[1-4])\b(?:\D{0,8}(20[0-9]{2}))?")
_MONTHS = re.compile(r"\b(6|9)\s*thang\b(?:\D{0,14}(20[0-9]{2}))?")
_MONTH = re.compile(r"\bthang\s*(1[0-2]|0?[1-9])\b(?:\D{0,6}(20[0-9]{2}))?")
_YEAR = re.compile(r"\b(20[0-9]{2})\b")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Small letters without diacritics, words parted by single spaces."""
    decomposed = unicodedata.normalize("NFD", clean(text).casefold().replace("đ", "d"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w%/]+", " ", bare).split())


@lru_cache(maxsize=4096)
def words_of_head(text: str) -> HeadWords:
    """By the words alone; OTHER where they say nothing."""
    bare = plain(text)
    if not bare:
        return HeadWords(ColumnRole.OTHER)
    role = next((role for role, pattern in _ROLES if pattern.fullmatch(bare)), None)
    if role is not None:
        return HeadWords(role)
    if _THIS_PERIOD.fullmatch(bare):
        return HeadWords(ColumnRole.FIGURE, is_this_period=True)
    return HeadWords(ColumnRole.FIGURE if _FIGURES.fullmatch(bare) else ColumnRole.OTHER)


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A period as far as a text names it; `part` as in a period's code, `year` 0 where it is not given."""

    part: str
    year: int

    def is_of(self, period: Period) -> bool:
        part = period.part or ""
        return self.part == part and self.year in (0, period.year)


def period_named(text: str) -> NamedPeriod | None:
    """The period a text names: `Quý IV/2025`, `6 tháng đầu năm 2025`, `Tháng 3/2025`, `Năm 2025`."""
    bare = plain(text).replace("/", " / ")
    if match := _QUARTER.search(bare):
        number = _ROMAN.get(match[1]) or int(match[1])
        return NamedPeriod(f"Q{number}", int(match[2] or 0))
    if match := _MONTHS.search(bare):
        return NamedPeriod("H1" if match[1] == "6" else "9M", int(match[2] or 0))
    if match := _MONTH.search(bare):
        return NamedPeriod(f"M{int(match[1]):02d}", int(match[2] or 0))
    match = _YEAR.search(bare)
    return NamedPeriod("", int(match[1])) if match else None
