"""The log's second wall. The first is that only named fields and fixed sentences are logged; this one looks at the
finished line for what must never be in it, whoever wrote it: secrets this process has read, and marks of a person.
"""

import re
from urllib.parse import quote

from baocao.references import remembered_secrets
from baocao.source_text import FAMILY_NAMES, FAMILY_NAMES_ALSO_WORDS, PLACES_OF_HOMES

HIDDEN = "[removed]"
_FAMILY_NAMES = f"{FAMILY_NAMES}|{FAMILY_NAMES_ALSO_WORDS}"
_PLACES = "|".join(map(str.capitalize, PLACES_OF_HOMES.split("|")))
_PATTERNS = (
    re.compile(r"(?i)(?<=://)[^/\s:@]*:[^/\s@]*(?=@)"),  # user and password in an address
    re.compile(r"(?i)\b(?:bearer|basic)\s+[a-z0-9+/_.~=-]{8,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+"),  # a JSON web token
    re.compile(r"(?i)(?<=password=)[^&\s\"']+|(?<=secret=)[^&\s\"']+|(?<=token=)[^&\s\"']+"),
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![\w-])\d{12}(?![\w-])"),  # identity number
    re.compile(r"(?<![\w-])(?:\+84|0)\d{9}(?![\w-])"),  # telephone
    re.compile(rf"(?i:\b(?:{_FAMILY_NAMES}))(?: [^\W\d_]+){{1,4}}(?: \d+)?"),
    re.compile(rf"\b(?:{_PLACES}) [^\",;|]{{1,60}}"),
)
_SURE_PATTERNS = _PATTERNS[:-2]


def redact(text: str) -> str:
    """The text without secrets and without what looks like a person's data."""
    return _remove(text, _PATTERNS)


def redact_line(line: str) -> str:
    """A finished line: the same, but for the patterns that could run over the marks between its fields."""
    return _remove(line, _SURE_PATTERNS)


def _remove(text: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    for secret in remembered_secrets():
        text = text.replace(secret, HIDDEN).replace(quote(secret, safe=""), HIDDEN)
    for pattern in patterns:
        text = pattern.sub(HIDDEN, text)
    return text
