"""The printed page of the official form, the same in Word, PDF and Excel: NĐ 30/2020/NĐ-CP, Phụ lục I."""

from math import ceil

A4_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 20, 20, 30, 15
DRAFT_TOP_MM = 28  # the PDF of a draft leaves room for the line that says so
HEADER_MM = 10  # from the edge of the paper down to the page number
NUMBER_MM, UNIT_MM, FIGURE_MM, NOTE_MM = 14, 29.5, 24, 31.5
LABEL_MM = A4_MM[0] - LEFT_MM - RIGHT_MM - NUMBER_MM - UNIT_MM - FIGURE_MM - NOTE_MM
COLUMNS_MM = (NUMBER_MM, LABEL_MM, UNIT_MM, FIGURE_MM, NOTE_MM)
"""The columns of the table: together all the width between the margins, the label takes what the others leave."""

_MM_PER_INCH = 25.4
_TWIPS_PER_INCH = 1440


def inches(millimetres: float) -> float:
    return millimetres / _MM_PER_INCH


def twips(millimetres: float) -> int:
    """Word's twentieths of a point, rounded up: a margin is never narrower than the decree wants."""
    return ceil(inches(millimetres) * _TWIPS_PER_INCH)


def columns_twips() -> tuple[int, ...]:
    """The columns in Word's unit; the last takes what rounding leaves, so that the table fills the page's width."""
    between = twips(A4_MM[0]) - twips(LEFT_MM) - twips(RIGHT_MM)
    *first, _ = (round(inches(width) * _TWIPS_PER_INCH) for width in COLUMNS_MM)
    return (*first, between - sum(first))
