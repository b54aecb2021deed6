"""Comparing texts as a reader does: capitals, spacing, style and the seat of the tone do not count."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from baocao.catalogue import FormRow
from baocao.forms.numbers import clean
from baocao.forms.recognise.heads import plain

SAME = 96.0
ALIKE = 60.0
_FEWEST_LETTERS_CUT = 16
_COST_OF_A_CUT = 12.0
_COST_OF_BRACKETS = 4.0
_BRACKETS = re.compile(r"\s*\([^()]*\)")
SURE = 85.0

_TONES = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "’": "'"})
_SEATS = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_SEAT_PATTERN = re.compile("|".join(_SEATS))
_ROMAN = re.compile(r"\(?(?=[IVX])(X{0,2}(?:IX|IV|V?I{0,3}))(?:\s?[.)])?(?P<rest>(?:\s?[.]?\s?[0-9]{1,2}){0,3})[.)]?")
_LETTER = re.compile(r"\(?([a-zđA-HĐ])(?:[0-9]{0,2}(?:\.[0-9]{1,2})*)?\s?[.)]?")
_LEADING_NUMBER = re.compile(
    r"\s*\(?((?:[0-9]{1,2}\s?\.\s?){0,3}[0-9]{1,2}\s?[.)]|(?:[0-9]{1,2}\.){1,3}[0-9]{1,2})\)?[\s:–-]*(?=[^\W\d_])(.+)",
    re.DOTALL,
)
_WORDS_CUT_SHORT = {
    "thủ tục hành chính": "tthc", "dịch vụ công trực tuyến": "dvctt", "dịch vụ công": "dvc", "ủy ban nhân dân": "ubnd",
    "hội đồng nhân dân": "hđnd", "hệ thống": "ht", "văn bản điện tử": "vbđt", "văn bản": "vb", "hồ sơ": "hs",
    "trực tuyến": "tt",
    "tỷ lệ": "tl", "số lượng": "sl", "tổng số": "ts", "công nghệ thông tin": "cntt", "điện tử": "đt", "báo cáo": "bc",
}  # fmt: skip
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


@lru_cache(maxsize=4096)
def written_number(text: str) -> str:
    """A row's number in any style: `4.2.1`, `IV`, `II.3`, `a`; empty where the text is none."""
    bare = clean(text)
    if row_key(bare):
        return row_key(bare)
    match = _ROMAN.fullmatch(bare) or _LETTER.fullmatch(bare)
    return bare.strip("().") if match else ""


def split_number(label: str) -> tuple[str, str]:
    """A number that stands before the label in the same cell, and the label."""
    match = _LEADING_NUMBER.fullmatch(label)
    return (match[1].strip(), match[2].strip()) if match else ("", label)


@lru_cache(maxsize=16384)
def cut_short(text: str) -> str:
    """With the usual words written as their usual letters, so that `TTHC` and `thủ tục hành chính` are the same."""
    short = folded(text)
    for words, letters in _WORDS_CUT_SHORT.items():
        short = short.replace(words, letters)
    return short


@lru_cache(maxsize=65536)
def similarity(left: str, right: str) -> float:
    """0 to 100."""
    return fuzz.ratio(folded(left), folded(right))


def label_fit(label: str, row: FormRow) -> float:
    """How well a label is the row's, as printed or as it should read."""
    return max(similarity(label, one) for one in _labels_of(row))


@lru_cache(maxsize=65536)
def loose_fit(label: str, own: str) -> float:
    """As `similarity`, but abbreviations, missing diacritics and a label cut at its end weigh less."""
    best = similarity(label, own)
    if best >= SURE or not label:
        return best
    best = max(best, fuzz.ratio(cut_short(label), cut_short(own)) - 1, fuzz.ratio(plain(label), plain(own)) - 2)
    bare = _without_brackets(own)
    if bare != own:
        best = max(best, fuzz.ratio(cut_short(_without_brackets(label)), cut_short(bare)) - _COST_OF_BRACKETS)
    short, long = folded(label), folded(own)
    if len(short) >= _FEWEST_LETTERS_CUT:
        best = max(best, fuzz.ratio(short, long[: len(short)]) - _COST_OF_A_CUT)
    return max(best, 0.0)


@lru_cache(maxsize=16384)
def _without_brackets(text: str) -> str:
    return _BRACKETS.sub("", text)


def loose_label_fit(label: str, row: FormRow) -> float:
    return max(loose_fit(label, one) for one in _labels_of(row))


class KnownLabels:
    """The labels of some rows, made comparable once."""

    def __init__(self, rows: Sequence[FormRow]) -> None:
        self._rows = tuple(rows)
        pairs = [(folded(one), row) for row in self._rows for one in _labels_of(row)]
        self._labels = [label for label, _ in pairs]
        self._owners = [row for _, row in pairs]
        self._same = dict(reversed(pairs))
        self._found: dict[str, tuple[FormRow, float] | None] = {}

    def best(self, label: str) -> tuple[FormRow, float] | None:
        """The row whose label fits best, and how well; None where none is alike."""
        text = folded(label)
        if text in self._same:
            return self._same[text], 100.0
        if text not in self._found:
            found = process.extractOne(text, self._labels, scorer=fuzz.ratio, score_cutoff=ALIKE) if text else None
            self._found[text] = (self._owners[found[2]], found[1]) if found else None
        return self._found[text]


def best_row(label: str, rows: Sequence[FormRow]) -> tuple[FormRow, float] | None:
    """The row whose label fits best, and how well; None where none is alike."""
    return KnownLabels(rows).best(label) if label else None


def _labels_of(row: FormRow) -> tuple[str, ...]:
    """As printed, and as it should read where that is something else."""
    return (row.label, row.meant_label) if row.misprints else (row.label,)


def same_unit(unit: str, row: FormRow) -> bool:
    """Whether a unit column says what the form prints, or what it should have printed."""
    return _bare_unit(unit) in {_bare_unit(row.unit), _bare_unit(row.meant_unit)}


@lru_cache(maxsize=4096)
def _bare_unit(unit: str) -> str:
    """Codes are parted by a new line, a comma or a semicolon alike."""
    return re.sub(r"[\s,;]+", "", folded(unit))
