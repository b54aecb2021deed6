"""Secrets typed where text is printed: a password in a label, a signed address as evidence. They are refused unread.

No list knows every secret. What is looked for in every text is an address with a password or a token, `token=…` and
"mật khẩu là …"; in what is printed (labels, names, places, a form's words) also whatever follows "mật khẩu", and a word
that mixes letters and digits as a made-up password does.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from baocao.catalogue.yaml_text import Place
from baocao.messages import fold, names_secret

_PRINTED: Final = frozenset({
    "label", "name", "place", "given_by", "signed_by", "signed_as", "title", "appendix", "attached_to", "unit",
    "printed", "meant", "note", "label_note", "result", "figure", "legal_basis",
})  # fmt: skip
_MAPPINGS_OF_NAMES: Final = frozenset({"owners"})
_FOREIGN: Final = frozenset({"options", "dialects"})
"""Below these stand words of other systems, whatever their keys are called."""
_ADDRESS = re.compile(r"(?:[a-zA-Z][\w+.-]*://|(?<!\S)/)\S+")
_GIVEN = re.compile(r"([^\s=:?&;,]+(?: [^\s=:?&;,]+)?)\s*[=:]\s*[^\s{]")
_SAID = re.compile(r"(?:mat khau|password|passwd|pwd|ma bi mat|khoa bi mat|token)(?: \S+){0,4}? (?:la|is) \S")
_NAMED = re.compile(r"(?:mat khau|password|passwd|pwd) \S")
_SIGNING: Final = frozenset({"sig", "key", "code", "auth", "sas"})
_PARTS = re.compile(r"[_./:,;()–-]+")
_ORDINARY = re.compile(r"[^\W\d_]*\d*|\d+[^\W\d_]*")
_FORMULA = re.compile(
    r"=?(?:[\d.]{0,6}[^\W\d_]?\d?=)?[\d.]{0,6}[^\W\d_]?\d?(?:[-+/:÷*×x][\d.]{0,6}[^\W\d_]?\d?)+", re.IGNORECASE
)
"""`=3b/3a*100`: what official forms print of how a figure is made."""
_MAIL = re.compile(r"[^@\s]+@[\w-]+(\.[\w-]+)+")
_EDGES: Final = "\"'“”‘’«».,;:!?()[]"
_SHORTEST, _LONGEST_WORD = 8, 24
_REFERENCE: Final = "bí mật chỉ ghi ở secret, dạng env:TÊN_BIẾN hoặc file:/đường/dẫn"
SIGNED_ADDRESS_VI: Final = f"địa chỉ này mang mật khẩu hoặc mã truy cập; bỏ phần đó đi, {_REFERENCE}"
SECRET_IN_TEXT_VI: Final = f"chữ này được in ra, mà trông như có mật khẩu hay mã bí mật; ghi lại, {_REFERENCE}"


def find_typed_secrets(content: Any) -> Iterator[tuple[Place, str]]:
    """Every place of a file's content where such text stands, and what is said of it: never the text."""
    yield from _find(content, (), set())


def _find(here: Any, place: Place, seen: set[int]) -> Iterator[tuple[Place, str]]:
    if isinstance(here, str):
        says = _judge(here, place)
        if says:
            yield place, says
    elif isinstance(here, dict | list) and id(here) not in seen:
        seen.add(id(here))
        for key, value in here.items() if isinstance(here, dict) else enumerate(here):
            yield from _find(value, (*place, key if isinstance(key, int) else str(key)), seen)


def _judge(text: str, place: Place) -> str | None:
    if ("://" in text or "?" in text) and any(_is_signed(address) for address in _ADDRESS.findall(text)):
        return SIGNED_ADDRESS_VI
    if not _FOREIGN.isdisjoint(place):
        return None
    names = [part for part in place if isinstance(part, str)]
    if _SAID.search(fold(text)) or any(names_secret(name) for name in _GIVEN.findall(text)):
        return SECRET_IN_TEXT_VI
    is_printed = bool(names) and (names[-1] in _PRINTED or not _MAPPINGS_OF_NAMES.isdisjoint(names[:-1]))
    is_odd = is_printed and (_NAMED.search(fold(text)) or any(map(_is_odd, text.split())))
    return SECRET_IN_TEXT_VI if is_odd else None


def _is_signed(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    given = parse_qsl(parts.query.replace(";", "&")) + parse_qsl(parts.fragment)
    return ":" in parts.netloc.rpartition("@")[0] or any(
        (names_secret(name) or name.lower() in _SIGNING) and not value.startswith("{") for name, value in given
    )


def _is_odd(word: str) -> bool:
    """Whether a word is none of a language: letters and digits mixed, or longer than words are."""
    word = word.strip(_EDGES)
    if len(word) < _SHORTEST or _MAIL.fullmatch(word) or "://" in word:
        return False
    if _FORMULA.fullmatch(re.sub(r"[()%]", "", word)):
        return False
    parts = _PARTS.split(word)
    return any(len(part) > _LONGEST_WORD or (_is_mixed(part) and not _ORDINARY.fullmatch(part)) for part in parts)


def _is_mixed(part: str) -> bool:
    return any(map(str.isdigit, part)) and any(map(str.isalpha, part))
