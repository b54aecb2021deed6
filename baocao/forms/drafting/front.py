"""What stands above and below the table: the form's number, its title, the report it is attached to, a signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from baocao.forms.numbers import clean
from baocao.forms.recognise.head import read_head

_APPENDIX = re.compile(
    r"(?i:phụ lục|biểu mẫu|biểu số|mẫu số|mẫu biểu|biểu|mẫu)(?i:\s+số)?\s*:?\s+(?:\d[\w./-]*|[IVX]+\b[\w./-]*|[A-Z]\b)"
)
_ATTACHED = re.compile(r"\(?\s*(?:ban hành\s+)?kèm theo", re.IGNORECASE)
_GAP = r"[\s.…_]*"
_NUMBER = re.compile(rf"(\bsố:?){_GAP}\d*{_GAP}(?=/)", re.IGNORECASE)
_DATED = re.compile(
    rf"(ngày)(?=[\s.…_]){_GAP}\d{{0,2}}{_GAP}(?:(/)|tháng){_GAP}\d{{0,2}}{_GAP}(?:(/)|năm){_GAP}\d{{0,4}}[.…_]*",
    re.IGNORECASE,
)
_ISSUER = re.compile(r"(\bcủa)(\s[^()]*?|[\s.…_]*)(\s*\)?)$", re.IGNORECASE)
_NOT_TITLE = re.compile(
    r"(?:cộng ho[àòa]a?|độc lập|số\s*:|(?:ubnd|ủy ban|uỷ ban|sở|hđnd)\b|đơn vị(?: tính| báo cáo| nhận)?\s*:"
    r"|kỳ báo cáo|\(?từ ngày|.*\bngày\b.*\btháng\b.*\bnăm\b|[-–—_.…*\s]*$)",
    re.IGNORECASE,
)
_UNIT_OF_ALL = re.compile(r"\(?\s*(?:đơn vị tính|đvt)\s*:\s*([^()]+?)\s*\)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Front:
    """Texts to the letter, with the places `{number}`, `{day}`, `{month}`, `{year}` and `{issuer}`.

    `unit_of_all` is a unit said once above the table.
    """

    appendix: str
    title: tuple[str, ...]
    attached_to: str
    signature_block: bool
    unit_of_all: str


def read_front(before: Sequence[str], after: Sequence[str]) -> Front:
    lines = [" ".join(clean(line).split()) for line in before]
    lines = _join_attached([line for line in lines if line])
    at = next((n for n, line in enumerate(lines) if _APPENDIX.match(line)), None)
    attached = next((n for n, line in enumerate(lines) if _ATTACHED.match(line)), None)
    unit = next((match[1] for line in lines if (match := _UNIT_OF_ALL.fullmatch(line))), "")
    below = lines[(at + 1 if at is not None else 0) : attached] if attached is None or attached > (at or 0) else lines
    title = [line for line in below if not _NOT_TITLE.match(line) and not _ATTACHED.match(line)]
    return Front(
        appendix=lines[at].rstrip(" :.") if at is not None else "",
        title=tuple(title),
        attached_to=put_places(lines[attached]) if attached is not None else "",
        signature_block=bool(read_head((), after).signed_as),
        unit_of_all=unit,
    )


def _join_attached(lines: Sequence[str]) -> list[str]:
    """The line in brackets under the title goes on until they close, where a page breaks it."""
    joined: list[str] = []
    for line in lines:
        is_open = joined and _ATTACHED.match(joined[-1]) and joined[-1].count("(") > joined[-1].count(")")
        if is_open:
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def put_places(line: str) -> str:
    """The line with a place for what differs from report to report; what is printed between stays."""
    line = _NUMBER.sub(lambda match: f"{match[1]} {{number}}", line)
    line = _DATED.sub(_dated, line)
    line = _ISSUER.sub(lambda match: f"{match[1]} {{issuer}}{match[3].strip()}", line)
    return re.sub(r"\}(?=\w)", "} ", line)


def _dated(match: re.Match[str]) -> str:
    month = "/" if match[2] else " tháng "
    year = "/" if match[3] else " năm "
    return f"{match[1]} {{day}}{month}{{month}}{year}{{year}}"
