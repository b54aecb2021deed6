"""What stands above and below the table: report number, date, issuer, tier, signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from baocao.domain import FormHead, Tier
from baocao.forms.numbers import clean

_MOST_LETTERS = 6_000
_DOTTED = re.compile(r"[.…_]{2,}")
_BLANK = r"[\s.…_]*"
_NUMBER = re.compile(
    rf"\bsố\s*:?{_BLANK}(?P<number>[0-9]*){_BLANK}(?P<sign>/\s*[A-ZĐ]{{1,6}}(?:\s?[-–]\s?[A-ZĐ]+)*)",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"ngày\s*(?P<day>[0-9]{{1,2}})?{_BLANK}(?:/|-|tháng){_BLANK}(?P<month>[0-9]{{1,2}})?{_BLANK}"
    rf"(?:/|-|năm){_BLANK}(?P<year>(?:19|20)[0-9]{{2}})?",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"\(?\s*(?:ban hành\s+)?kèm theo.*?(?:\)|$)", re.IGNORECASE | re.DOTALL)
_ISSUER = re.compile(r"\bcủa\s+(?P<issuer>[^()]+?)\s*\)?\s*$", re.IGNORECASE | re.DOTALL)
_APPENDIX = re.compile(r"(phụ lục|biểu mẫu|biểu)\s+(số\s+)?([0-9]{1,3}[a-z]?|[IVX]{1,5})\b", re.IGNORECASE)
_SIGNING = re.compile(
    r"\s*(?:(?:TM|KT|TL|TUQ|Q)\b\.?"
    r"|(?:PHÓ\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|CHÁNH VĂN PHÒNG|TRƯỞNG PHÒNG|TRƯỞNG BAN)\b)"
)
_LONGEST_POST = 80
_WORDS_OF_A_NAME = range(2, 7)
_TIERS = (
    (re.compile(r"\bđặc khu\b", re.IGNORECASE), Tier.SPECIAL_ZONE),
    (re.compile(r"\bphường\b", re.IGNORECASE), Tier.WARD),
    (re.compile(r"\bthị trấn\b|(?<!thị )\bxã\b", re.IGNORECASE), Tier.COMMUNE),
    (re.compile(r"\bhuyện\b|\bquận\b|\bthị xã\b", re.IGNORECASE), Tier.DISTRICT),
    (
        re.compile(r"\b(?:sở|ban quản lý|thanh tra tỉnh|văn phòng ubnd tỉnh)\b", re.IGNORECASE),
        Tier.DEPARTMENT,
    ),
    (re.compile(r"\btỉnh\b|\bthành phố\b", re.IGNORECASE), Tier.PROVINCE),
)
_GOVERNMENT = re.compile(r"\b(?:UBND|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|SỞ)\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What the head and foot say; None is a part left blank or not there, `has_*` says if its place is."""

    report_number: str
    has_number_place: bool
    day: int | None
    month: int | None
    year: int | None
    has_date_place: bool
    issuer: str
    appendix: str
    signed_as: tuple[str, ...]
    signer: str

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
    dated = _DATE.search(sentence) or _DATE.search(above) or _DATE.search(_joined(after))
    issuer = _ISSUER.search(sentence) if attached else None
    appendix = _APPENDIX.search(above)
    signed_as = tuple(line for line in map(clean, after) if _SIGNING.match(line) and len(line) < _LONGEST_POST)
    return HeadFacts(
        report_number=_report_number(number) if number and number["number"] else "",
        has_number_place=number is not None,
        day=_part(dated, "day"),
        month=_part(dated, "month"),
        year=_part(dated, "year"),
        has_date_place=dated is not None,
        issuer=clean(issuer["issuer"]) if issuer else "",
        appendix=clean(appendix[0]) if appendix else "",
        signed_as=signed_as,
        signer=_signer(after) if signed_as else "",
    )


def guess_tier(head: HeadFacts, lines: Sequence[str]) -> Tier | None:
    """The level of government the issuer stands on; from any line that names one where no issuer is given."""
    for text in (head.issuer, *(match[0] for match in map(_GOVERNMENT.search, lines) if match)):
        named = [(match.start(), tier) for pattern, tier in _TIERS if (match := pattern.search(text))]
        if named:
            return min(named, key=lambda found: found[0])[1]
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
