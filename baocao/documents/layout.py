"""The printed page of the official form, the same in Word, PDF and Excel: NĐ 30/2020/NĐ-CP, Phụ lục I."""

from collections.abc import Sequence
from math import ceil

VERSION = 2
"""Raised where a page that may be released already would come out otherwise: the manifest keeps the one it was made by.

2: what stands below a matrix is the last row of its Word table, or LibreOffice leaves it alone on a page; in the PDF it
takes less room, for a landscape page is short.
"""
SIGNING_MM, SIGNING_BELOW_MATRIX_MM = 28, 20
"""Between who signs and the signer's name."""
A4_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 20, 20, 30, 15
DRAFT_TOP_MM = 28  # the PDF of a draft leaves room for the line that says so
HEADER_MM = 10  # from the edge of the paper down to the page number
NUMBER_MM, UNIT_MM, FIGURE_MM, NOTE_MM = 14, 29.5, 24, 31.5
LABEL_MM = A4_MM[0] - LEFT_MM - RIGHT_MM - NUMBER_MM - UNIT_MM - FIGURE_MM - NOTE_MM
COLUMNS_MM = (NUMBER_MM, LABEL_MM, UNIT_MM, FIGURE_MM, NOTE_MM)
"""The columns of the table: together all the width between the margins, the label takes what the others leave."""

SIDE_MM = 56
"""What the lines left and right of the title have where a form has them."""


def signing_mm(version: int, *, is_matrix: bool) -> int:
    """The room for the signature in a page of a version."""
    return SIGNING_BELOW_MATRIX_MM if is_matrix and version > 1 else SIGNING_MM


def page_mm(*, is_landscape: bool) -> tuple[int, int]:
    """The paper's width and height."""
    return (A4_MM[1], A4_MM[0]) if is_landscape else A4_MM


def table_width_mm(*, is_landscape: bool) -> int:
    """All the width between the margins."""
    return page_mm(is_landscape=is_landscape)[0] - LEFT_MM - RIGHT_MM


def sides_mm(*, is_landscape: bool) -> tuple[int, int, int]:
    """What stands left of the title, the title, what stands right of it."""
    return SIDE_MM, table_width_mm(is_landscape=is_landscape) - 2 * SIDE_MM, SIDE_MM


_MM_PER_INCH = 25.4
_TWIPS_PER_INCH = 1440


def inches(millimetres: float) -> float:
    return millimetres / _MM_PER_INCH


def twips(millimetres: float) -> int:
    """Word's twentieths of a point, rounded up: a margin is never narrower than the decree wants."""
    return ceil(inches(millimetres) * _TWIPS_PER_INCH)


def columns_twips() -> tuple[int, ...]:
    """The columns in Word's unit; the last takes what rounding leaves, so that the table fills the page's width."""
    return shares_twips(COLUMNS_MM, is_landscape=False)


def shares_twips(widths_mm: Sequence[float], *, is_landscape: bool) -> tuple[int, ...]:
    """The columns of any table, as wide as the page."""
    between = twips(page_mm(is_landscape=is_landscape)[0]) - twips(LEFT_MM) - twips(RIGHT_MM)
    *first, _ = (round(inches(width) * _TWIPS_PER_INCH) for width in widths_mm)
    return (*first, between - sum(first))
