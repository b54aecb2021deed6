"""What a row counts: by the words of its unit cell, and by the words its label begins with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from baocao.forms.numbers import clean
from baocao.forms.recognise.heads import plain

PERCENT, CODE = "percent", "code"
_CODE_AFTER = re.compile(r"([^=:;,/\n]+?)\s*[=:]\s*(\d{1,2})(?!\d)")
_CODE_BEFORE = re.compile(r"(?<!\d)(\d{1,2})\s*[=:–-]\s*([^=:;,/\n\d][^=:;,/\n]*)")
_RATIO = re.compile(r"(?:ty le|ti le|phan tram|ty trong|ti trong|ty suat)\b")
_COUNT = re.compile(r"(?:tong so luong|tong so|tong cong|tong|so luong|so luot|so(?! lieu| hoa| do))\b\s*")
_AROUND = re.compile(r"^so |(?<=.) tthc$")
_PERCENT_UNIT = re.compile(r"%|(?:ty le|ti le|phan tram)(?: ?%)?|pt")
_OTHER_WORDS: Mapping[str, str] = {
    "tthc": "procedure", "thu tuc hanh chinh": "procedure", "dvctt": "procedure", "dvc": "procedure",
    "dich vu cong truc tuyen": "procedure", "dich vu cong": "procedure", "dich vu": "procedure",
    "bo ho so": "dossier", "hs": "dossier", "vb": "document", "vbqppl": "document",
    "trieu vnd": "million_dong", "tr dong": "million_dong", "trieu": "million_dong",
    "co quan": "agency", "co quan don vi": "agency", "don vi co quan": "agency", "so nganh": "agency",
}  # fmt: skip


@dataclass(frozen=True)
class MeasureWords:
    """The units of measure there are: the word of each, by its code."""

    labels: Mapping[str, str]

    @cached_property
    def _words(self) -> dict[str, str]:
        """The first of several with one word."""
        own = {plain(label): code for code, label in reversed(list(self.labels.items())) if code not in {PERCENT, CODE}}
        return {**{word: code for word, code in _OTHER_WORDS.items() if code in self.labels}, **own}

    @cached_property
    def _longest_first(self) -> list[str]:
        return sorted(self._words, key=len, reverse=True)

    def of_unit(self, unit: str) -> str | None:
        """The measure a unit cell names; None where it says nothing known."""
        if read_codes(unit):
            return CODE
        word = "%" if clean(unit) == "%" else plain(unit)
        if _PERCENT_UNIT.fullmatch(word):
            return PERCENT
        return self._words.get(word) or self._words.get(_AROUND.sub("", word))

    def of_label(self, label: str) -> str | None:
        """`Tỷ lệ …` is a percentage, `Tổng số hồ sơ …` counts dossiers; None where the words say neither."""
        words = plain(label)
        if _RATIO.match(words):
            return PERCENT
        counted = _COUNT.match(words)
        if counted is None:
            return None
        rest = words[counted.end() :]
        begun = (word for word in self._longest_first if re.match(rf"{re.escape(word)}\b", rest))
        return next((self._words[word] for word in begun), None)

    def nearest(self, unit: str) -> Sequence[str]:
        """Codes of measures whose word stands inside the unit's, or the other way round."""
        word = plain(unit)
        near = (code for known, code in self._words.items() if word and (known in word or word in known))
        return list(dict.fromkeys(near))

    def unit_of(self, code: str) -> str:
        """As a unit cell prints it."""
        label = self.labels.get(code, code)
        return label[:1].upper() + label[1:]


def counts_something(label: str) -> bool:
    """Whether a label asks for a number: `Số …`, `Tổng số …`, `Tỷ lệ …`."""
    return bool(_COUNT.match(plain(label)) or _RATIO.match(plain(label)))


def is_total(label: str) -> bool:
    return plain(label).startswith("tong")


def read_codes(unit: str) -> dict[int, str]:
    """The code list a unit cell holds: `Chưa = 0, Hoàn thành = 1`, `0: Chưa; 1: Xong`; none where it holds none."""
    after = [(int(code), word) for word, code in _CODE_AFTER.findall(unit)]
    before = [(int(code), word) for code, word in _CODE_BEFORE.findall(unit)]
    for found in (after, before):
        codes = {code: clean(word).strip(" -–:()") for code, word in found}
        if len(codes) > 1 and len(codes) == len(found) and all(codes.values()):
            return codes
    return {}
