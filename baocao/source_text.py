"""Text of a source may be a person's: it is counted and compared, and written out only where it has a code's shape.

What is not written out is shown as a mark: how long it is, and two bytes of its hash. Equal texts have equal marks;
some thousand telephone numbers share each, so that none can be found by trying them all. What chooses a group (the
name of a field, of a receiving unit) is compared by its mark and has a longer one, which no two names share.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from hashlib import blake2s
from pathlib import PurePath

_CAPITALS = "".join(letter for letter in map(chr, range(0x41, 0x1EFA)) if letter.isupper() and letter.isalpha())
_MARK_START = "‹"
_MARK = re.compile(r"‹\d+ ký tự, (?:(?:riêng )?[0-9a-f]{4}|[0-9a-f]{16})›")
_MOST_DIGITS_OF_A_NAME = 7
_CODE = re.compile(r"[A-Za-z0-9._-]{1,20}")
_LONG_NUMBER = re.compile(r"\d{9}")
_NAME_AS_CODE = re.compile(
    r"(?i:nguyen|tran|pham|hoang|huynh|phan|bui|trinh|truong|dang|duong|dinh|doan|ngo|le|vu|vo|do|ho|ly|mai|dao)"
    r"(?:[._-]?(?i:van|thi)\b|[._-]?(?:Van|Thi|[A-Z][a-z]+)(?:[._-]?[A-Z]|$)|(?i:van|thi)[A-Za-z])"
)
NUMBER_OF_A_PERSON = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9a-f]{4}-[0-9a-f]{4}-)(?:0\d{9}|0\d{11}|\+?84\d{9})(?![0-9A-Za-z])"
)
"""A telephone or identity number; not the end of a UUID."""
FAMILY_NAMES = "nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|ngô|dương|đinh|đoàn|trịnh|trương"
FAMILY_NAMES_ALSO_WORDS = "hồ|lý|lâm|mai|đào|tô"
PLACES_OF_HOMES = "ngõ|ngách|hẻm|kiệt|số nhà|thôn|xóm|ấp|tổ dân phố"
_PERSONAL = (
    re.compile(r"\S@\S"),
    NUMBER_OF_A_PERSON,
    re.compile(r"(?<![0-9A-Za-z])\d{9}(?![0-9A-Za-z])"),
    re.compile(rf"\b(?i:{FAMILY_NAMES}) (?!(?i:vi)\b)[{_CAPITALS}]"),
    re.compile(
        r"(?i)\b(?:nguyễn|nguyen|trần|tran|lê|le|phạm|pham|hoàng|hoang|huỳnh|huynh|phan|vũ|võ|đặng|bùi|bui|đỗ|hồ|ngô|ngo"
        r"|dương|lý|đinh|đoàn|trịnh|trinh|trương|truong|mai|đào) (?:văn|van|thị|thi|hữu|đức|ngọc|thanh)\b"
    ),
    re.compile(r"\b(?:Nguyen|Tran|Pham|Hoang|Huynh|Phan|Bui|Trinh) [A-Z]"),
    re.compile(rf"(?i:\b(?:{PLACES_OF_HOMES})) (?:\d|[{_CAPITALS}])"),
)
_LONGEST_TITLE = 80
ORGANISATION = re.compile(
    r"(?i)\s*(?:ubnd|ủy ban|uỷ ban|hđnd|hội đồng|sở|phòng|ban|trung tâm|bộ|chi cục|cục|văn phòng|công an|chi nhánh|quỹ|"
    r"trường|trạm|thanh tra|đảng|xã|phường|đặc khu|tỉnh|thành phố|huyện|quận|thị trấn|kho bạc|bảo hiểm|thuế|toà|tòa)\b"
)


class SourceText:
    """One value as a source wrote it. No way of printing it shows it; `as_code` does where it looks like a code."""

    __slots__ = ("_text",)

    def __init__(self, value: object) -> None:
        self._text = str(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SourceText) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __len__(self) -> int:
        return len(self._text)

    def __str__(self) -> str:
        return make_mark(self._text)

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce__(self) -> tuple[type["SourceText"], tuple[str]]:
        return SourceText, (str(self),)

    def as_code(self) -> str:
        """The text where it is short, of letters, digits and `._-`, no long number and no name; else a mark."""
        return self._text if _is_code(self._text) else str(self)

    def as_title(self) -> str:
        """The name of a field, a column, a sheet or an organisation; a mark where it holds a person's."""
        is_short = len(self._text) <= _LONGEST_TITLE
        return self._text if is_short and not looks_personal(self._text) else str(self)

    def as_file_name(self) -> str:
        """A file's name; a mark and the ending where it holds a person's."""
        if not looks_personal(self._text):
            return self._text
        ending = PurePath(self._text).suffix.lower()
        return f"{self}{ending if _CODE.fullmatch(ending[:6]) else ''}"


def make_mark(text: str) -> str:
    """What stands for a text that is not shown; a mark stands for itself."""
    if is_mark(text):
        return text
    return f"‹{len(text)} ký tự, {_hash(text, 2)}›"


def make_group_mark(text: str) -> str:
    """What stands for the name of a group: the same for all its spellings, and for no other name.

    Of what may be a person's it is as short as any mark, and equals that of no declared name.
    """
    if is_mark(text):
        return text
    if not _names_a_group(text):
        return make_private_mark(text)
    folded = fold_spelling(text)
    return f"‹{len(folded)} ký tự, {_hash(folded, 8)}›"


def make_private_mark(text: str) -> str:
    """A short one that stands for no declared name."""
    return f"‹{len(text)} ký tự, riêng {_hash(text, 2)}›"


def marks_of_group(name: str) -> Iterator[str]:
    """The marks by which a declared name is known, in answers kept before names of groups had longer ones too."""
    if _names_a_group(name):
        yield make_group_mark(name)
    yield make_mark(name)


def _names_a_group(text: str) -> bool:
    """No person's name or number; a commune may be called after a person."""
    if "@" in text or sum(map(str.isdigit, text)) > _MOST_DIGITS_OF_A_NAME:
        return False
    return ORGANISATION.match(text) is not None or not looks_personal(text)


def _hash(text: str, size: int) -> str:
    return blake2s(text.encode(errors="replace"), digest_size=size).hexdigest()


def fold_spelling(text: str) -> str:
    """Without case, odd blanks and the two ways Unicode has of writing one letter; tones stay."""
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", text).split()).casefold())


def marks_of_spellings(name: str) -> Iterator[str]:
    """The marks of the ways a name is written: a mark cannot be folded, so each way has its own."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    cased = (plain, plain.lower(), plain.upper(), plain.title(), plain.capitalize())
    spaced = (f"{plain} ", f" {plain}", plain.replace(" ", "\N{NO-BREAK SPACE}"), plain.replace(" ", "  "))
    for text in (*cased, *(unicodedata.normalize("NFD", text) for text in cased), *spaced):
        yield make_mark(text)


def is_mark(text: object) -> bool:
    return isinstance(text, str) and text.startswith(_MARK_START) and _MARK.fullmatch(text) is not None


def count_marks(texts: Sequence[str]) -> int:
    """Quick, for columns of many texts and hardly a mark."""
    return sum(map(is_mark, texts)) if _MARK_START in "".join(texts) else 0


def looks_personal(text: str) -> bool:
    """Whether a text that should be a title or a file's name holds a person's name, number or address."""
    words = " ".join(re.sub(r"[_.\-]+", " ", text).split())
    return any(pattern.search(text) or pattern.search(words) for pattern in _PERSONAL)


def _is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text)) and not _LONG_NUMBER.search(text) and not _NAME_AS_CODE.match(text)
