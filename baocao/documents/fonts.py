"""Which Times the PDF is set in: the first family found that has every Vietnamese letter in all four styles.

Debian's old `fonts-liberation` has none of them and would print empty boxes without a word of warning.
"""

import struct
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import typst

FAMILIES = ("Times New Roman", "Tinos", "Liberation Serif")
BUILT_IN_FAMILY = "Libertinus Serif"
_STYLES = {("normal", 400), ("normal", 700), ("italic", 400), ("italic", 700)}
VIETNAMESE = frozenset("ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư–“”…≤") | {
    chr(code) for code in range(0x1EA0, 0x1EFA)
}


@cache
def all_fonts() -> typst.Fonts:
    """Every font of this machine and those built into typst; looked for once."""
    return typst.Fonts()


@cache
def times_family() -> str:
    """The family the PDF is set in on this machine; a complete built-in one where no Times is."""
    return choose_family(all_fonts().fonts())


def choose_family(fonts: Iterable[typst.FontInfo]) -> str:
    """The first of FAMILIES whose every file has the Vietnamese letters and which has all four styles."""
    known = [font for font in fonts if font.path is not None]
    for family in FAMILIES:
        members = [font for font in known if font.family == family]
        styles = {(font.style, font.weight) for font in members}
        if styles >= _STYLES and all(_is_complete(font) for font in members):
            return family
    return BUILT_IN_FAMILY


def _is_complete(font: typst.FontInfo) -> bool:
    return font.path is not None and letters_of(Path(font.path).read_bytes(), font.index) >= VIETNAMESE


def letters_of(font: bytes, index: int = 0) -> frozenset[str]:
    """The letters an OpenType font has a glyph for; none where its character map is not understood."""
    try:
        return frozenset(chr(code) for code in _codes(font, _table_at(font, index, b"cmap")))
    except (struct.error, ValueError):
        return frozenset()


def _table_at(font: bytes, index: int, tag: bytes) -> int:
    """Where a table of the font starts; raise ValueError where it has none."""
    start = struct.unpack_from(">I", font, 12 + 4 * index)[0] if font[:4] == b"ttcf" else 0
    (count,) = struct.unpack_from(">H", font, start + 4)
    for entry in range(start + 12, start + 12 + 16 * count, 16):
        if font[entry : entry + 4] == tag:
            return int(struct.unpack_from(">I", font, entry + 8)[0])
    raise ValueError(tag)


def _codes(font: bytes, cmap: int) -> Iterator[int]:
    """The code points of every Unicode subtable of the character map."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for entry in range(cmap + 4, cmap + 4 + 8 * count, 8):
        platform, _, offset = struct.unpack_from(">HHI", font, entry)
        (layout,) = struct.unpack_from(">H", font, cmap + offset)
        if platform in (0, 3) and layout == 4:  # noqa: PLR2004 - segments of 16-bit codes
            yield from _segment_codes(font, cmap + offset)
        if platform in (0, 3) and layout == 12:  # noqa: PLR2004 - groups of 32-bit codes
            yield from _group_codes(font, cmap + offset)


def _segment_codes(font: bytes, table: int) -> Iterator[int]:
    size = struct.unpack_from(">H", font, table + 6)[0] // 2
    ends = struct.unpack_from(f">{size}H", font, table + 14)
    starts = struct.unpack_from(f">{size}H", font, table + 16 + 2 * size)
    deltas = struct.unpack_from(f">{size}H", font, table + 16 + 4 * size)
    ranges_at = table + 16 + 6 * size
    for segment, (first, last, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        at = ranges_at + 2 * segment
        (offset,) = struct.unpack_from(">H", font, at)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = struct.unpack_from(">H", font, at + offset + 2 * (code - first))[0] if offset else code + delta
            if glyph % 0x10000:
                yield code


def _group_codes(font: bytes, table: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", font, table + 12)
    for first, last, glyph in struct.iter_unpack(">III", font[table + 16 : table + 16 + 12 * count]):
        yield from (code for code in range(first, last + 1) if glyph + code - first)
