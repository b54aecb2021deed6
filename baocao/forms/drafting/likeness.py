"""How alike two labels are: by their words, rare ones weighing more, usual abbreviations written out alike."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from baocao.forms.recognise.labels import folded

SAME_WORDS = 100.0
_MARKUP = re.compile(r"</?i>")
_BRACKETS = re.compile(r"\([^()]*\)")
_COUNTED_IN = re.compile(r"\([^()]*\b(?:gồm cả|kể cả|trừ|không kể|không tính)\b[^()]*\)")
_SHORT = {
    "thủ tục hành chính": "tthc", "dịch vụ công trực tuyến": "tthc", "dịch vụ công": "tthc", "dvctt": "tthc",
    "dvc": "tthc", "văn bản quy phạm pháp luật": "vbqppl", "ủy ban nhân dân": "ubnd", "hội đồng nhân dân": "hđnd",
    "cải cách hành chính": "cchc", "cán bộ, công chức, viên chức": "cbccvc", "tỉ lệ": "tỷ lệ",
    "đang xử lý": "đang giải quyết", "đã xử lý": "đã giải quyết",
}  # fmt: skip
_SAY_LITTLE = frozenset({
    "tổng", "số", "lượng", "các", "của", "được", "đã", "và", "là", "có", "trên", "tại", "trong", "về", "cho",
    "do", "với", "theo", "từ", "đến", "bị", "tỷ", "lệ", "lần", "này",
})  # fmt: skip


@lru_cache(maxsize=16384)
def same_text(label: str) -> str:
    """What makes two labels the same to a reader: without marks, and without what stands in brackets."""
    return folded(_BRACKETS.sub(" ", _MARKUP.sub("", label)))


@lru_cache(maxsize=16384)
def words_of(label: str, *, with_brackets: bool = False) -> frozenset[str]:
    text = folded(_MARKUP.sub("", label)) if with_brackets else same_text(label)
    for words, short in _SHORT.items():
        text = re.sub(rf"\b{re.escape(words)}\b", short, text)
    return frozenset(re.findall(r"\w+", text)) - _SAY_LITTLE


def narrows(label: str, other: str) -> bool:
    """Whether a label says in brackets what is counted in or left out, and the other does not."""
    said = _COUNTED_IN.findall(folded(_MARKUP.sub("", label)))
    return any(one not in folded(other) for one in said)


class Likeness:
    """Labels beside one another; a word weighs by how few of all the labels have it."""

    def __init__(self, labels: Iterable[str]) -> None:
        known = [words_of(label, with_brackets=True) for label in labels]
        counts = Counter(word for words in known for word in words)
        self._all = len(known) + 1
        self._weights = {word: math.log(1 + self._all / count) for word, count in counts.items()}

    def of(self, label: str, other: str) -> float:
        """0 to 100; 100 only for the same words."""
        if same_text(label) == same_text(other) and same_text(label):
            return SAME_WORDS
        return min(99.0, max(self._of(label, other, with_brackets=False), self._of(label, other, with_brackets=True)))

    def _of(self, label: str, other: str, *, with_brackets: bool) -> float:
        left, right = words_of(label, with_brackets=with_brackets), words_of(other, with_brackets=with_brackets)
        both, all_ = self._weigh(left & right), self._weigh(left) + self._weigh(right)
        return 200 * both / all_ if all_ else 0.0

    def _weigh(self, words: Iterable[str]) -> float:
        return sum(self._weights.get(word, math.log(1 + self._all)) for word in words)
