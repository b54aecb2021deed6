"""Comparing texts as a reader does: capitals, spacing, style and the seat of the tone do not count."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from baocao.catalogue import FormRow
from baocao.forms.numbers import clean

SAME = 96.0
ALIKE = 60.0
SURE = 85.0

_TONES = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "’": "'"})
_SEATS = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_SEAT_PATTERN = re.compile("|".join(_SEATS))
_ROW_NUMBER = re.compile(r"\(?([0-9]{1,2}(?:\s?[.,]\s?[0-9]{1,2}){0,3})\s?[.,)]?")


@lru_cache(maxsize=16384)
def folded(text: str) -> str:
    """The text reduced to what makes it the same label to a reader."""
    lowered = clean(text).casefold().translate(_TONES).replace("…", "...")
    seated = _SEAT_PATTERN.sub(lambda match: _SEATS[match[0]], lowered)
    return re.sub(r"\s*([,;:()+/])\s*", r"\1", seated).strip(" .;:*")


@lru_cache(maxsize=4096)
def row_key(text: str) -> str:
    """The key of a printed row number (`4.2.1.` → `4.2.1`); empty where the text is none."""
    match = _ROW_NUMBER.fullmatch(clean(text))
    return re.sub(r"[\s,]+", ".", re.sub(r"\s*([.,])\s*", r"\1", match[1])) if match else ""


@lru_cache(maxsize=65536)
def similarity(left: str, right: str) -> float:
    """0 to 100."""
    return fuzz.ratio(folded(left), folded(right))


def label_fit(label: str, row: FormRow) -> float:
    """How well a label is the row's, as printed or as it should read."""
    return max(similarity(label, one) for one in _labels_of(row))


def best_row(label: str, rows: Sequence[FormRow]) -> tuple[FormRow, float] | None:
    """The row whose label fits best, and how well; None where none is alike."""
    choices = {(at, one): folded(one) for at, row in enumerate(rows) for one in _labels_of(row)}
    found = process.extractOne(folded(label), choices, scorer=fuzz.ratio, score_cutoff=ALIKE) if label else None
    return (rows[found[2][0]], found[1]) if found else None


def _labels_of(row: FormRow) -> tuple[str, ...]:
    """As printed, and as it should read where that is something else."""
    return (row.label, row.meant_label) if row.misprints else (row.label,)


def same_unit(unit: str, row: FormRow) -> bool:
    """Whether a unit column says what the form prints, or what it should have printed."""
    written = folded(unit).replace(" ", "")
    return written in {folded(row.unit).replace(" ", ""), folded(row.meant_unit).replace(" ", "")}
