"""Where the words of a row without columns part into label and unit: where both fit a known row best."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from baocao.catalogue import Form, FormRow
from baocao.forms.numbers import clean
from baocao.forms.recognise.labels import row_key

HEAD_WORDS = frozenset(
    {
        "stt",
        "chỉ tiêu thống kê",
        "kết quả thống kê",
        "đơn vị tính",
        "số liệu",
        "đơn vị tính số liệu",
        "ghi chú",
    }
)
HEAD_PHRASE = "Sử dụng trong kỳ báo cáo"
_USUAL_UNITS = ("%", "Thủ tục", "TTHC", "Hồ sơ", "Văn bản", "Báo cáo", "Dịch vụ", "Đơn vị", "0")
_OWN_UNIT_BONUS = 15.0
_UNIT_BONUS = 8.0
_MOST_WORDS_ADDED = 12
_BREAK_COST = 3.0
_LONGEST_FIGURE = 2
_OPENING = 30
_SURE_OPENING = 75


@dataclass(frozen=True, slots=True)
class LabelSplit:
    """The words up to `label_end` are the label, those up to `unit_end` the unit; `fit` compares splits.

    A page's end may part a label: those from `rest_start` to `rest_end` are the rest of it.
    """

    fit: float
    label_end: int
    unit_end: int
    rest_start: int = 0
    rest_end: int = 0


@dataclass(frozen=True, slots=True)
class KnownRow:
    """What can be printed in a row: its labels and units, simplified, the label's words counted."""

    labels: tuple[str, ...]
    units: frozenset[str]
    word_count: int

    @classmethod
    def of(cls, row: FormRow) -> "KnownRow":
        labels = tuple({simplified(row.label), simplified(row.meant_label)})
        units = frozenset({simplified(row.unit), simplified(row.meant_unit)} - {""})
        return cls(labels, units, max(label.count(" ") + 1 for label in labels))

    def opens(self, text: str) -> bool:
        """Whether a text begins as the row's label does."""
        openings = (label[:_OPENING] for label in self.labels)
        return any(fuzz.ratio(text[: len(opening)], opening) >= _SURE_OPENING for opening in openings)


class KnownRows:
    """The rows of every version by key, and every unit any of them may have."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self._rows: dict[str, list[KnownRow]] = {}
        for row in (row for form in forms.values() for row in form.rows):
            self._rows.setdefault(row_key(row.number) or row.key, []).append(KnownRow.of(row))
        printed = {unit for rows in self._rows.values() for row in rows for unit in row.units}
        self._units = frozenset(printed | {simplified(unit) for unit in _USUAL_UNITS})
        self._joined_units = {_joined(unit): unit for unit in self._units}
        self._longest_unit = max(len(unit.split()) for unit in self._units)

    def numbered(self, key: str) -> Sequence[KnownRow]:
        return self._rows.get(key, ())

    def split(self, key: str, words: Sequence[str], line_starts: frozenset[int]) -> LabelSplit:
        """The best of all splits; all words are label where no row has the number.

        `line_starts` are the words that begin a line.
        """
        simple = [simplified(word) for word in words]
        splits = (split for row in self.numbered(key) for split in self._splits(simple, row, line_starts))
        return max(splits, key=lambda split: split.fit, default=LabelSplit(0, len(words), len(words)))

    def _splits(self, words: Sequence[str], row: KnownRow, line_starts: frozenset[int]) -> Iterator[LabelSplit]:
        """Every way to end the label; a unit right behind it speaks for the place."""
        for end in range(1, min(len(words), row.word_count + _MOST_WORDS_ADDED) + 1):
            label = " ".join(words[:end])
            fit = max(fuzz.ratio(label, known) for known in row.labels)
            unit, length = self._unit_at(words, end)
            bonus = _OWN_UNIT_BONUS if unit in row.units else _UNIT_BONUS if unit else 0.0
            yield LabelSplit(fit + bonus, end, end + length)
            if unit in row.units and end in line_starts:
                broken = LabelSplit(bonus - _BREAK_COST, end, end + length)
                yield from _broken_splits(words, row, broken, line_starts)

    def _unit_at(self, words: Sequence[str], start: int) -> tuple[str, int]:
        """The longest unit that begins at a word, and how many words it has."""
        for end in range(min(len(words), start + self._longest_unit), start, -1):
            unit = self._joined_units.get("".join(words[start:end]))
            if unit is not None:
                return unit, end - start
        return "", 0

    def is_unit(self, text: str) -> bool:
        return _joined(simplified(text)) in self._joined_units

    def is_unit_word(self, text: str) -> bool:
        """A unit that cannot be a figure as well."""
        return not text.strip().isdecimal() and self.is_unit(text)


def _broken_splits(
    words: Sequence[str], row: KnownRow, split: LabelSplit, line_starts: frozenset[int]
) -> Iterator[LabelSplit]:
    """The label may go on in a line behind the figure: as many words as it still lacks."""
    missing = row.word_count - split.label_end
    starts = range(split.unit_end, split.unit_end + _LONGEST_FIGURE + 1) if missing > 0 else ()
    for start in (start for start in starts if start in line_starts):
        rest = words[start : start + missing]
        label = " ".join((*words[: split.label_end], *rest))
        fit = max(fuzz.ratio(label, known) for known in row.labels)
        yield replace(split, fit=fit + split.fit, rest_start=start, rest_end=start + len(rest))


def _joined(text: str) -> str:
    """Without spaces: `= 1` may come out as `=1`."""
    return text.replace(" ", "")


@lru_cache(maxsize=16384)
def simplified(text: str) -> str:
    """For comparing word by word: composed letters, single spaces, small letters."""
    return clean(text).casefold()
