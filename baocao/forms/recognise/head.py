"""What stands above and below the table: report number, date, issuer, period, signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from baocao.domain import FormHead, Period
from baocao.forms.numbers import clean
from baocao.forms.recognise.heads import period_named

_MOST_LETTERS = 6_000
_DOTTED = re.compile(r"[.…_]{2,}")
_BLANK = r"[\s.…_]*"
_NUMBER = re.compile(
    rf"\bsố(?:\s+báo cáo|\s+hiệu|\s+văn bản)?\s*:?{_BLANK}(?P<number>[0-9]*){_BLANK}"
    r"(?P<sign>/\s*[A-ZĐ]{1,6}(?:\s?[-–]\s?[A-ZĐ]+)*)",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"ngày(?:\s+(?:báo cáo|lập(?: biểu| báo cáo)?|ký|ban hành|tháng|gửi))?\s*:?{_BLANK}(?P<day>[0-9]{{1,2}})?{_BLANK}"
    rf"(?:/|-|\.|tháng){_BLANK}(?P<month>[0-9]{{1,2}})?{_BLANK}(?:/|-|\.|năm){_BLANK}(?P<year>[0-9]{{4,}})?",
    re.IGNORECASE,
)
_DAYS_COVERED = re.compile(r"từ\s+ngày.{1,30}?đến\s+(?:hết\s+)?ngày\s*[0-9/.\-]{0,12}", re.IGNORECASE | re.DOTALL)
_ATTACHED = re.compile(r"\(?\s*(?:ban hành\s+)?kèm theo.*?(?:\)|$)", re.IGNORECASE | re.DOTALL)
_ISSUER = re.compile(r"\bcủa\s+(?P<issuer>[^()]+?)\s*\)?\s*$", re.IGNORECASE | re.DOTALL)
_APPENDIX = re.compile(r"(phụ lục|biểu mẫu|biểu)\s+(số\s+)?([0-9]{1,3}[a-z]?|[IVX]{1,5})\b", re.IGNORECASE)
_SIGNING = re.compile(
    r"\s*(?:(?:TM|KT|TL|TUQ|Q)\b\.?"
    r"|(?:PHÓ\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|CHÁNH VĂN PHÒNG|TRƯỞNG PHÒNG|TRƯỞNG BAN)\b)"
)
_LONGEST_POST = 80
_WORDS_OF_A_NAME = range(2, 7)
_ISSUER_FIELD = re.compile(
    r"(?:đơn vị|cơ quan|địa phương)(?:\s+(?:báo cáo|lập(?: biểu| báo cáo)?|gửi|ban hành|thực hiện))?\s*:\s*"
    r"(?P<issuer>[^:\n]{3,120}?)(?=\s*(?:\n|$|ngày|số|kỳ)\b|\s*$)",
    re.IGNORECASE,
)
_LETTERHEAD = re.compile(r"(?:UBND|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|SỞ|BAN QUẢN LÝ)\s+\S.{1,100}", re.IGNORECASE)
_LONGEST_LETTERHEAD = 90
_LETTERHEAD_LINES = 2
_LONGEST_PERIOD_LINE = 200


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What the head and foot say; None is a part left blank or not there."""

    report_number: str
    day: int | None
    month: int | None
    year: int | None
    issuer: str
    appendix: str
    signed_as: tuple[str, ...]
    signer: str
    stated_period: Period | None = None

    @property
    def dated_on(self) -> date | None:
        """The date, when all its parts are there and make one."""
        if self.day is None or self.month is None or self.year is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None

    def as_form_head(self) -> FormHead:
        return FormHead(
            report_number=self.report_number,
            dated_on=self.dated_on,
            issuer=self.issuer,
            signed_as=self.signed_as,
            signer=self.signer,
        )


def read_head(before: Sequence[str], after: Sequence[str], margins: Sequence[str] = ()) -> HeadFacts:
    """Read the lines above the table, below it, and in the page's margins."""
    above = _joined((*margins, *before))
    attached = _ATTACHED.search(above)
    sentence = attached[0] if attached else above
    number = _NUMBER.search(sentence) or _NUMBER.search(above)
    dated = next((found for text in (sentence, above, _joined(after)) if (found := _find_date(text))), None)
    appendix = _APPENDIX.search(above)
    signed_as = tuple(line for line in map(clean, after) if _SIGNING.match(line) and len(line) < _LONGEST_POST)
    return HeadFacts(
        report_number=_report_number(number) if number and number["number"] else "",
        day=_part(dated, "day"),
        month=_part(dated, "month"),
        year=_part(dated, "year"),
        issuer=_issuer(sentence, before, is_attached=attached is not None),
        appendix=clean(appendix[0]) if appendix else "",
        signed_as=signed_as,
        signer=_signer(after) if signed_as else "",
        stated_period=_stated_period(before),
    )


def _find_date(text: str) -> re.Match[str] | None:
    """The day of the report: `Từ ngày … đến ngày …` says which days it covers."""
    return _DATE.search(_DAYS_COVERED.sub(" ", text))


def _issuer(sentence: str, before: Sequence[str], *, is_attached: bool) -> str:
    """After "của" in the sentence under the title; else in a field of its own; else as the letterhead."""
    named = _ISSUER.search(sentence) if is_attached else None
    field_found = _ISSUER_FIELD.search("\n".join(map(clean, before)))
    if named or field_found:
        match = named or field_found
        return clean(match["issuer"]) if match else ""
    return "" if is_attached else _letterhead([line for line in map(clean, before) if line])


def _letterhead(lines: Sequence[str]) -> str:
    """The issuing office: the lower of two lines, below the office it answers to (NĐ 30/2020, Phụ lục I)."""
    heads = [at for at, line in enumerate(lines) if len(line) <= _LONGEST_LETTERHEAD and _LETTERHEAD.fullmatch(line)]
    if not heads:
        return ""
    return lines[max(at for at in heads if at <= heads[0] + _LETTERHEAD_LINES)]


def _stated_period(before: Sequence[str]) -> Period | None:
    """A quarter or half-year named with its year above the table."""
    for line in map(clean, before):
        named = period_named(line) if len(line) <= _LONGEST_PERIOD_LINE else None
        if named is not None and named.part and named.year and not named.part.startswith("M"):
            return Period(named.year, named.part)
    return None


def _joined(lines: Sequence[str]) -> str:
    """One text of bounded length, dotted blanks cut short: patterns look for what may follow a blank."""
    return _DOTTED.sub("…", clean(" \n ".join(lines)))[-_MOST_LETTERS:]


def _report_number(match: re.Match[str]) -> str:
    return match["number"] + re.sub(r"\s", "", match["sign"])


def _part(match: re.Match[str] | None, name: str) -> int | None:
    return int(match[name]) if match and match[name] else None


def _signer(after: Sequence[str]) -> str:
    """The first line that looks like a person's name, below the lines of authority."""
    lines = [clean(line) for line in after]
    last_post = max(at for at, line in enumerate(lines) if _SIGNING.match(line) and len(line) < _LONGEST_POST)
    return next((line for line in lines[last_post + 1 :] if _is_name(line)), "")


def _is_name(line: str) -> bool:
    words = line.split()
    return len(words) in _WORDS_OF_A_NAME and all(word.isalpha() and word.istitle() for word in words)
