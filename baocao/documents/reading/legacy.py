"""Vietnamese texts of the time before Unicode: TCVN3 (.VnTime), VNI and VPS, told by their words and converted.

Such a text is letters of Western Europe that its font draws as Vietnamese ones. A reader sees Vietnamese; so do we.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from baocao.forms.recognise import RawDocument, RawLine, RawRow

_WORDS = frozenset(
    [
        "số",
        "của",
        "và",
        "thống",
        "kê",
        "biểu",
        "mẫu",
        "liệu",
        "tỷ",
        "lệ",
        "hồ",
        "sơ",
        "trực",
        "tuyến",
        "thủ",
        "tục",
        "đơn",
        "vị",
        "tính",
        "chỉ",
        "tiêu",
        "báo",
        "cáo",
        "điện",
        "tử",
        "văn",
        "bản",
        "cấp",
        "xã",
        "tỉnh",
        "huyện",
        "sở",
        "ngành",
        "dịch",
        "vụ",
        "công",
        "đã",
        "được",
        "nối",
        "kết",
        "hệ",
        "tổng",
        "phát",
        "sinh",
        "trình",
        "phần",
        "một",
        "xây",
        "dựng",
        "phát",
        "triển",
        "chính",
        "quyền",
        "ngày",
        "tháng",
        "năm",
        "đặc",
        "khu",
        "phường",
        "ủy",
        "nhân",
        "dân",
        "chủ",
        "tịch",
        "phó",
        "ghi",
        "chú",
        "kèm",
        "theo",
    ]
)
_FEWEST_WORDS = 6
_MANY_LETTERS = 400
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9\u01a0\u01a1\u01af\u01b0\u0102\u0103\u0110\u0111]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")

_TCVN3_CODES = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ", 0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò", 0xE1: "ỏõóọồổỗốộờởỡớợù", 0xF1: "ủũúụừửữứựỳỷỹýỵ",
}  # fmt: skip
_VPS_CODES = {
    "á": 0xE1, "à": 0xE0, "ả": 0xE4, "ã": 0xE3, "ạ": 0xE5, "â": 0xE2, "ấ": 0xC3, "ầ": 0xC0, "ẩ": 0xC4, "ẫ": 0xC5,
    "ậ": 0xC6, "ă": 0xE6, "ắ": 0xA1, "ằ": 0xA2, "ẳ": 0xA3, "ẵ": 0xA4, "ặ": 0xA5, "đ": 0xC7, "Đ": 0xF1, "é": 0xE9,
    "è": 0xE8, "ẻ": 0xC8, "ẽ": 0xEB, "ẹ": 0xCB, "ê": 0xEA, "ế": 0x89, "ề": 0x8A, "ể": 0x8B, "ễ": 0xCD, "ệ": 0x8C,
    "í": 0xED, "ì": 0xEC, "ỉ": 0xCC, "ĩ": 0xEF, "ị": 0xCE, "ó": 0xF3, "ò": 0xF2, "ỏ": 0xD5, "õ": 0xF5, "ọ": 0x86,
    "ô": 0xF4, "ố": 0xD3, "ồ": 0xD2, "ổ": 0xB0, "ỗ": 0x87, "ộ": 0xB6, "ơ": 0xD6, "ớ": 0xA7, "ờ": 0xA9, "ở": 0xAA,
    "ỡ": 0xAB, "ợ": 0xAE, "ú": 0xFA, "ù": 0xF9, "ủ": 0xFB, "ũ": 0xDB, "ụ": 0xF8, "ư": 0xDC, "ứ": 0xD9, "ừ": 0xD8,
    "ử": 0xBA, "ữ": 0xBB, "ự": 0xBF, "ý": 0x9A, "ỳ": 0xFF, "ỷ": 0x9B, "ỹ": 0xCF, "ỵ": 0x9C, "Á": 0xC1, "À": 0x80,
    "Ả": 0x81, "Ã": 0x82, "Â": 0xC2, "Ấ": 0x83, "Ầ": 0x84, "Ẩ": 0x85, "Ă": 0x88, "Ắ": 0x8D, "Ằ": 0x8E, "Ẳ": 0x8F,
    "É": 0xC9, "È": 0xD7, "Ẻ": 0xDE, "Ẽ": 0xFE, "Ê": 0xCA, "Ế": 0x90, "Ề": 0x93, "Ể": 0x94, "Ễ": 0x95, "Í": 0xB4,
    "Ì": 0xB5, "Ỉ": 0xB7, "Ĩ": 0xB8, "Ó": 0xB9, "Ò": 0xBC, "Ỏ": 0xBD, "Õ": 0xBE, "Ô": 0xD4, "Ố": 0x96, "Ồ": 0x97,
    "Ổ": 0x98, "Ỗ": 0x99, "Ơ": 0xF7, "Ớ": 0x9D, "Ờ": 0x9E, "Ở": 0x9F, "Ỡ": 0xA6, "Ú": 0xDA, "Ù": 0xA8, "Ủ": 0xD1,
    "Ũ": 0xAC, "Ư": 0xD0, "Ứ": 0xAD, "Ừ": 0xAF, "Ử": 0xB1, "Ý": 0xDD, "Ỳ": 0xB2, "Ỷ": 0xFD, "Ỹ": 0xB3,
}  # fmt: skip
_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ROOFED = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVED = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}


def convert_legacy(document: RawDocument) -> RawDocument:
    """The document in Unicode, with the name of the code it was typed in; unchanged where it is none."""
    texts = [text for block in document.blocks for text in _texts(block)]
    name = detect_legacy("\n".join((*texts, *document.margins)))
    if not name:
        return document
    convert = _CONVERTERS[name]
    return replace(
        document,
        blocks=tuple(_converted(block, convert) for block in document.blocks),
        margins=tuple(_in_unicode(text, convert) for text in document.margins),
        encoding=name,
    )


def detect_legacy(text: str) -> str:
    """The code whose reading makes far more Vietnamese words than the text as it is; else nothing."""
    if not _NOT_ASCII.search(text) or len(_VIETNAMESE.findall(text)) > _MANY_LETTERS:
        return ""
    plain = _count_words(text)
    counts = {name: _count_words(convert(text)) for name, convert in _CONVERTERS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= max(_FEWEST_WORDS, 2 * plain) else ""


def _count_words(text: str) -> int:
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())
    return sum(word in _WORDS and bool(_NOT_ASCII.search(word)) for word in words)


def _texts(block: RawRow | RawLine) -> list[str]:
    return [block.text] if isinstance(block, RawLine) else [cell.text for cell in block.cells]


def _converted(block: RawRow | RawLine, convert: Callable[[str], str]) -> RawRow | RawLine:
    if isinstance(block, RawRow):
        cells = (replace(cell, text=_in_unicode(cell.text, convert)) for cell in block.cells)
        return replace(block, cells=tuple(cells))
    pieces = tuple(replace(piece, text=_in_unicode(piece.text, convert)) for piece in block.pieces)
    return replace(block, text=_line_in_unicode(block.text, convert), pieces=pieces)


def _line_in_unicode(text: str, convert: Callable[[str], str]) -> str:
    """A line without any capital is one in a font of capitals: `tm. ủy ban nhân dân` under the table."""
    line = _in_unicode(text, convert)
    return line.upper() if line != text and line.islower() else line


def _in_unicode(text: str, convert: Callable[[str], str]) -> str:
    """A piece typed in Unicode among the others stays as it is; a word in capitals is one again."""
    if not _NOT_ASCII.search(text) or _VIETNAMESE.search(text):
        return text
    return re.sub(r"\w+", lambda word: _in_capitals(word[0]), convert(text))


def _in_capitals(word: str) -> str:
    """Capitals with marks are small letters in a font of capitals."""
    plain = [letter for letter in word if letter.isascii() and letter.isalpha()]
    return word.upper() if len(plain) > 1 and all(letter.isupper() for letter in plain) else word


@lru_cache(maxsize=1)
def _tcvn3() -> Mapping[int, str]:
    return {start + at: letter for start, letters in _TCVN3_CODES.items() for at, letter in enumerate(letters)} | {
        0xCC: "è"
    }


@lru_cache(maxsize=1)
def _vps() -> Mapping[int, str]:
    codes = {code: letter for letter, code in _VPS_CODES.items()}
    windows = {ord(bytes([code]).decode("cp1252", "ignore") or chr(code)): letter for code, letter in codes.items()}
    return codes | windows


@lru_cache(maxsize=1)
def _vni() -> tuple[re.Pattern[str], Mapping[str, str]]:
    pairs: dict[str, str] = {}
    for vowel, drawn in (*zip("aeouy", "aeouy", strict=True), ("ô", "ơ"), ("ö", "ư")):
        pairs |= {vowel + mark: drawn + tone for mark, tone in _TONES.items()}
    for vowel, drawn in zip("aeo", "âêô", strict=True):
        pairs |= {vowel + mark: drawn + tone for mark, tone in _ROOFED.items()}
    pairs |= {"a" + mark: "ă" + tone for mark, tone in _BREVED.items()}
    table = {**_VNI_SINGLE, **{pair: unicodedata.normalize("NFC", drawn) for pair, drawn in pairs.items()}}
    table |= {pair.upper(): drawn.upper() for pair, drawn in table.items()}
    table |= {pair[0].upper() + pair[1:]: drawn.upper() for pair, drawn in table.items() if len(pair) > 1}
    return re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True))), table


def _from_vni(text: str) -> str:
    pattern, table = _vni()
    return pattern.sub(lambda match: table[match[0]], text)


_CONVERTERS: Mapping[str, Callable[[str], str]] = {
    "TCVN3": lambda text: text.translate(_tcvn3()),
    "VNI": _from_vni,
    "VPS": lambda text: text.translate(_vps()),
}
