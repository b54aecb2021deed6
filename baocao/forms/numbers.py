"""Reading a figure as a person wrote it: leniently, in Decimal, and saying how it was understood.

Nothing doubtful is decided silently: a figure that can be two numbers has its `candidates`, and no value
unless one of them is what the letters plainly say.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from baocao.domain import Measure, MeasureKind
from baocao.figures import is_code, is_percent


class ReadingKind(StrEnum):
    """What a cell turned out to hold."""

    EMPTY = "empty"
    NUMBER = "number"
    NOTHING_AROSE = "nothing_arose"
    AMBIGUOUS = "ambiguous"
    FORMULA = "formula"
    ERROR = "error"
    UNCLEAR = "unclear"
    PLACEHOLDER = "placeholder"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell understood.

    `thousands` and `decimal` are the marks used ("" where none); `words` stand beside the number;
    `candidates` are the numbers it may have meant; `is_exact` says that a spreadsheet held it as a number.
    """

    kind: ReadingKind
    text: str
    how_read: str
    value: Decimal | None = None
    thousands: str = ""
    decimal: str = ""
    percent_sign: bool = False
    words: str = ""
    candidates: tuple[Decimal, ...] = ()
    is_exact: bool = False


_MARK_NAMES = {".": "dấu chấm", ",": "dấu phẩy", " ": "khoảng trắng"}
_DASHES = "-–—"
_LONGEST = 60
_LONGEST_WORDS = 200

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2008\u2009\u200a\u202f\u3000\t\r\n"), " ")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS = {ord("−"): "-", ord("﹣"): "-", ord("٪"): "%"}
_LETTERS = {**_SPACES, **_INVISIBLE, **_FULL_WIDTH, **_SIGNS}
_MARKUP = re.compile(r"</?[a-z]+>|\*\*|__")

_EMPTY = re.compile(r"[\s.…_\-–—/\\%]*")
_ERROR = re.compile(r"#(REF|NAME|DIV/0|VALUE|N/A|NUM|NULL|SPILL)[!?]?|ERR:\d+", re.IGNORECASE)
_LETTER_SUM = re.compile(r"\(?[a-zđ]\)?\s*[/:*x×]\s*\(?[a-zđ0-9]\)?.*", re.IGNORECASE)
_NUMBER_SUM = re.compile(r"[0-9][0-9., ]*[/:*x×][0-9., ]+([*x×]\s*100\s*%?)?\s*", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\(?[a-zđ]\)?|x{2,}|\?+|n/?a|tbd|\[.*\]|<.*>|\{.*\}|«.*»|\(\s*(\.{2,}|…)?\s*\)", re.IGNORECASE
)
_NOTHING_AROSE = re.compile(r"((không|chưa|ko|k)( có)? phát sinh.*|kps)", re.IGNORECASE)
_NONE_AT_ALL = re.compile(r"(không|ko)( có)?|chưa có", re.IGNORECASE)
_TOUCHING = re.compile(r"(?:[^\W\d_][0-9]|[0-9][.,]?[^\W\d_])")
_BRACKETED = re.compile(r"\(\s*([0-9][0-9.,  ]*)\s*%?\s*\)\s*%?")
_TOKEN = re.compile(r"[0-9](?:[0-9.,]*[0-9])?(?: [0-9]{3}(?![0-9]))*(?:[.,][0-9]+)?")

_TIMES = {
    "chục": 10, "trăm": 100, "nghìn": 1000, "ngàn": 1000, "k": 1000, "vạn": 10_000, "triệu": 10**6, "tr": 10**6,
    "tỷ": 10**9, "tỉ": 10**9,
}  # fmt: skip
SCALE_WORD = re.compile(rf"\b(?:{'|'.join(_TIMES)})\b(?! lệ)")


def read_figure(
    text: str,
    measure: Measure | None,
    *,
    exact: Decimal | None = None,
    codes: Mapping[int, str] | None = None,
) -> Reading:
    """Understand one cell. `exact` is the number a spreadsheet holds; `codes` the words of a status code."""
    cleaned = clean(text)
    if exact is not None and not _BRACKETED.fullmatch(cleaned):
        return _read_exact(cleaned, measure, exact)
    special = _read_special(cleaned[:_LONGEST_WORDS], measure, codes)
    if special is not None:
        return special
    if _TOUCHING.search(cleaned[:_LONGEST]):
        how = f"“{shorten(cleaned)}” có chữ cái dính liền chữ số, không chắc là số nào"
        return Reading(ReadingKind.TEXT, cleaned, how)
    tokens = _TOKEN.findall(cleaned[:_LONGEST])
    if len(tokens) != 1 or len(cleaned) > _LONGEST:
        return Reading(ReadingKind.TEXT, cleaned, f"“{shorten(cleaned)}” là chữ, không đọc được thành một số")
    return _with_surroundings(_read_marks(tokens[0], measure), cleaned, tokens[0], measure)


def is_blank(text: str) -> bool:
    """Whether a cell's text says nothing: dots, dashes, a lone percent sign."""
    return bool(_EMPTY.fullmatch(clean(text)))


def clean(text: str) -> str:
    """The same text in composed Vietnamese, ordinary digits and single spaces, without marks of style."""
    composed = unicodedata.normalize("NFC", text).translate(_LETTERS)
    return " ".join(_MARKUP.sub("", composed).split())


def shorten(text: str, width: int = 40) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def show(value: Decimal) -> str:
    """A number for explanations, marks that cannot be misread: `16 736`, `56,9`."""
    return f"{value.normalize():,f}".replace(",", " ").replace(".", ",")


def _read_special(text: str, measure: Measure | None, codes: Mapping[int, str] | None) -> Reading | None:
    """What is no number: nothing, a formula, a placeholder, a word for nothing, the word of a code."""
    if _EMPTY.fullmatch(text):
        how = f"“{text}” hiểu là để trống" if text else "để trống"
        return Reading(ReadingKind.EMPTY, text, how, percent_sign="%" in text)
    formula = _read_formula(text)
    if formula is not None:
        return formula
    for code, word in (codes or {}).items():
        if clean(word).casefold() == text.casefold():
            how = f"“{text}” đọc là mã {code} ({word})"
            return Reading(ReadingKind.NUMBER, text, how, Decimal(code), words=text)
    if _NOTHING_AROSE.fullmatch(text) or _NONE_AT_ALL.fullmatch(text):
        return _read_nothing(text, measure)
    if _PLACEHOLDER.fullmatch(text):
        how = f"“{shorten(text)}” là ký hiệu giữ chỗ của mẫu, chưa thay bằng số liệu"
        return Reading(ReadingKind.PLACEHOLDER, text, how)
    return None


def _read_formula(text: str) -> Reading | None:
    if _ERROR.fullmatch(text):
        return Reading(ReadingKind.ERROR, text, f"“{shorten(text)}” là lỗi của công thức, không phải số liệu")
    if text.startswith("=") or any(form.fullmatch(text) for form in (_LETTER_SUM, _NUMBER_SUM)):
        return Reading(ReadingKind.FORMULA, text, f"“{shorten(text)}” là công thức chưa tính, không phải số liệu")
    return None


def _read_nothing(text: str, measure: Measure | None) -> Reading:
    if measure is not None and measure.is_whole:
        how = f"“{text}” ở dòng đếm {measure.label} đọc là 0"
        return Reading(ReadingKind.NUMBER, text, how, Decimal(0), words=text)
    if is_percent(measure) and _NOTHING_AROSE.fullmatch(text):
        how = f"“{text}”: không có mẫu số nên không có tỷ lệ; không phải 0 %, cũng không phải 100 %"
        return Reading(ReadingKind.NOTHING_AROSE, text, how)
    how = f"“{text}” có thể là 0, cũng có thể là không phát sinh; chưa quyết định được"
    return Reading(ReadingKind.AMBIGUOUS, text, how, candidates=(Decimal(0),))


def _read_exact(text: str, measure: Measure | None, exact: Decimal) -> Reading:
    """A number cell of a spreadsheet: certain, unless a count came out with a fraction.

    A percentage is what the sheet shows, for that is what is signed; a count is the number itself.
    """
    percent_sign = text.endswith("%")
    if measure is not None and measure.is_whole and exact != exact.to_integral_value():
        how = (
            f"ô Excel chứa số {show(exact)}, nhưng chỉ tiêu đếm {measure.label} nên không "
            "thể có phần lẻ; "
            f"có thể Excel đã hiểu dấu chấm hàng nghìn là dấu thập phân"
        )
        candidates = tuple(c for c in (exact * 1000, exact) if c == exact or c == c.to_integral_value())
        return Reading(ReadingKind.AMBIGUOUS, text, how, candidates=candidates)
    value = _as_shown(text, exact) if is_percent(measure) else exact
    how = f"ô số của Excel: {show(value)}"
    reading = Reading(ReadingKind.NUMBER, text, how, value, percent_sign=percent_sign, is_exact=True)
    return _doubt_fraction(reading, measure)


def _as_shown(text: str, exact: Decimal) -> Decimal:
    places = len(text.rstrip("%").partition(",")[2])
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _with_surroundings(reading: Reading, text: str, token: str, measure: Measure | None) -> Reading:
    """Take account of the sign, the percent sign and the words around the number."""
    words = text.replace(token, " ", 1).replace("%", " ").strip(" .;,:()*+")
    reading = replace(reading, text=text, percent_sign="%" in text, words=words.lstrip(_DASHES).strip())
    multiplied = _multiplied(words)
    if multiplied and reading.value is not None:
        by, word = multiplied
        how = f"“{text}” có chữ “{word}”: có thể là {show(reading.value)}, cũng có thể là {show(reading.value * by)}"
        candidates = (reading.value, reading.value * by)
        return replace(reading, kind=ReadingKind.AMBIGUOUS, value=None, how_read=how, candidates=candidates)
    if words.startswith(tuple(_DASHES)) and reading.value is not None:
        return _negative_or_not(reading, reading.value, "dấu trừ trước số có thể là gạch đầu dòng")
    if _BRACKETED.fullmatch(text) and reading.value is not None:
        return _negative_or_not(reading, reading.value, "số trong ngoặc có thể là số ghi kèm dấu ngoặc")
    beside = f"; bỏ phần chữ “{shorten(reading.words)}”" if reading.words else ""
    sign = "; bỏ dấu % vì đơn vị tính đã là %" if reading.percent_sign and is_percent(measure) else ""
    return _doubt_fraction(replace(reading, how_read=f"“{text}” {reading.how_read}{sign}{beside}"), measure)


def _multiplied(words: str) -> tuple[int, str] | None:
    """The word beside a number that makes it many times as large."""
    match = SCALE_WORD.search(words.casefold())
    return (_TIMES[match[0]], match[0]) if match else None


def _negative_or_not(reading: Reading, value: Decimal, or_else: str) -> Reading:
    how = f"“{reading.text}”: {or_else} ({show(value)}) hoặc số âm (-{show(value)})"
    return replace(reading, kind=ReadingKind.AMBIGUOUS, value=None, how_read=how, candidates=(value, -value), words="")


def _doubt_fraction(reading: Reading, measure: Measure | None) -> Reading:
    """A percentage between 0 and 1 may be a ratio that was never multiplied by 100."""
    value = reading.value
    if not is_percent(measure) or value is None or not 0 < value <= 1 or reading.percent_sign:
        return reading
    doubt = f"đọc đúng như đã ghi là {show(value)} %, nhưng cũng có thể là {show(value * 100)} %"
    how = f"{reading.how_read}; {doubt}"
    return replace(reading, how_read=how, candidates=(value, value * 100))


def _read_marks(token: str, measure: Measure | None) -> Reading:
    """Read digits with dots, commas and spaces between them; `how_read` is completed by the caller."""
    spaced, token = " " in token, token.replace(" ", "")
    marks = [letter for letter in token if letter in ".,"]
    if not marks:
        return _number(token, thousands=" " if spaced else "")
    last = marks[-1]
    if len(set(marks)) == 1 and len(marks) == 1 and not spaced:
        whole, _, part = token.partition(last)
        return _read_one_mark(whole, part, last, measure)
    if len(set(marks)) == 1 and len(marks) > 1:
        return _grouped(token, last, "", measure)
    return _grouped(token, " " if spaced else next(m for m in marks if m != last), last, measure)


def _grouped(token: str, thousands: str, decimal: str, measure: Measure | None) -> Reading:
    """Several marks: the last kind ends the whole part, the other must part it in threes."""
    whole, _, part = token.partition(decimal) if decimal else (token, "", "")
    first, *groups = whole.split(thousands) if thousands != " " else (whole,)
    if groups and (len(first) not in range(1, 4) or any(len(group) != len("000") for group in groups)):
        return Reading(ReadingKind.TEXT, token, "không đọc được: dấu phân cách đặt sai chỗ")
    if part and measure is not None and measure.is_whole and part.strip("0"):
        return _no_fraction(f"{first}{''.join(groups)}", decimal, part, measure)
    return _number(f"{first}{''.join(groups)}", part, thousands=thousands, decimal=decimal)


def _read_one_mark(whole: str, part: str, mark: str, measure: Measure | None) -> Reading:
    """One dot or comma: which it is follows from what the figure counts."""
    as_thousands = len(part) == len("000") and 1 <= len(whole) <= len("000") and not whole.startswith("0")
    name = _MARK_NAMES[mark]
    if measure is not None and measure.is_whole:
        if as_thousands:
            why = f"chỉ tiêu đếm {measure.label} nên {name} là dấu phân cách hàng nghìn"
            return _number(whole + part, thousands=mark, why=why)
        return _no_fraction(whole, mark, part, measure) if part.strip("0") else _number(whole, part, decimal=mark)
    if is_code(measure):
        return _number(whole, part, decimal=mark) if not part.strip("0") else _either(whole, part, mark)
    if not as_thousands:
        why = f"sau {name} có {len(part)} chữ số nên đây là dấu thập phân" if mark == "." else ""
        return _number(whole, part, decimal=mark, why=why)
    if is_percent(measure) and Decimal(f"{whole}.{part}") <= Decimal(100):
        why = f"tỷ lệ không quá 100 % nên {name} là dấu thập phân, không phải dấu hàng nghìn"
        return _number(whole, part, decimal=mark, why=why)
    return _read_thousands(whole, part, mark, measure) or _either(whole, part, mark)


def _read_thousands(whole: str, part: str, mark: str, measure: Measure | None) -> Reading | None:
    """A decimal number has fewer places than the three digits behind a mark of thousands."""
    if measure is None or measure.kind is not MeasureKind.DECIMAL or measure.places >= len(part):
        return None
    why = f"{measure.label} ghi nhiều nhất {measure.places} chữ số thập phân nên {_MARK_NAMES[mark]} là dấu hàng nghìn"
    return _number(whole + part, thousands=mark, why=why)


def _number(whole: str, part: str = "", *, thousands: str = "", decimal: str = "", why: str = "") -> Reading:
    value = Decimal(f"{whole}.{part}" if part else whole)
    how = f"đọc là {show(value)}" + (f": {why}" if why else "")
    return Reading(ReadingKind.NUMBER, "", how, value, thousands, decimal)


def _no_fraction(whole: str, mark: str, part: str, measure: Measure) -> Reading:
    reading = _either(whole, part, mark)
    how = f"{reading.how_read}; chỉ tiêu đếm {measure.label} nên không thể có phần lẻ"
    return replace(reading, how_read=how)


def _either(whole: str, part: str, mark: str) -> Reading:
    fraction, joined = Decimal(f"{whole}.{part}"), Decimal(whole + part)
    how = f"có thể là {show(fraction)}, cũng có thể là {show(joined)}: không rõ {_MARK_NAMES[mark]} là dấu gì"
    return Reading(ReadingKind.AMBIGUOUS, "", how, candidates=(fraction, joined))
