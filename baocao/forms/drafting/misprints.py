"""Misprints of the official text: a unit that is not the label's, another row's label, a word with another tone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from baocao.catalogue import Indicator
from baocao.forms.drafting.likeness import Likeness
from baocao.forms.drafting.rows import DraftRow
from baocao.forms.drafting.units import CODE, PERCENT, MeasureWords
from baocao.messages import fold

_ANOTHER_LABEL = 45.0
_WORD = re.compile(r"\w+")
_SHOWN_WORDS = 3
_SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class FoundMisprint:
    """As it stands in the YAML, and why it is thought to be one."""

    entry: Mapping[str, Any]
    why: str


def find_misprints(
    row: DraftRow, indicator: Indicator | None, words: MeasureWords, likeness: Likeness, known: "KnownWords"
) -> Iterator[FoundMisprint]:
    another = _another_label(row, indicator, likeness) if indicator is not None else None
    if another is not None:
        yield another
    elif (spelt := known.find_other_tone(row.label)) is not None:
        yield spelt
    unit = _other_unit(row, indicator, words) if indicator is not None else None
    if unit is not None:
        yield unit


def _other_unit(row: DraftRow, indicator: Indicator, words: MeasureWords) -> FoundMisprint | None:
    """The unit says another measure than the figure has, or nothing; an empty one is no misprint."""
    due = str(indicator.measure)
    if due in {CODE, row.by_unit} or not row.unit:
        return None
    meant = words.unit_of(due)
    rest = "chỉ tiêu là tỷ lệ nên số liệu tính theo %" if due == PERCENT else f"chỉ tiêu đếm {meant.lower()}"
    entry = {
        "where": "unit",
        "printed": row.unit,
        "meant": meant,
        "note": f"Mẫu in đơn vị tính là “{row.unit}”; {rest}.",
    }
    return FoundMisprint(entry, f"đơn vị tính in “{row.unit}”, nhãn và chỉ tiêu là “{meant}”")


def _another_label(row: DraftRow, indicator: Indicator, likeness: Likeness) -> FoundMisprint | None:
    """Unit and the rows below fit the figure, the label says another one."""
    due = str(indicator.measure)
    if row.by_label in {None, due} or row.by_unit != due or likeness.of(row.label, indicator.label) >= _ANOTHER_LABEL:
        return None
    meant = indicator.label
    note = f"Mẫu in nhãn của một chỉ tiêu khác; theo đơn vị tính và các mục con, đây là {meant[:1].lower()}{meant[1:]}."
    entry = {"where": "label", "printed": row.label, "meant": meant, "note": note}
    return FoundMisprint(entry, "nhãn là của một chỉ tiêu khác: không hợp với đơn vị tính và các dòng con")


class KnownWords:
    """Which words follow which in the texts there are: a word that differs in its tone alone is a slip."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._before: dict[str, set[str]] = defaultdict(set)
        for text in texts:
            found = _WORD.findall(text.casefold())
            for word, following in pairwise(found):
                self._before[following].add(word)

    def find_other_tone(self, label: str) -> FoundMisprint | None:
        """The first word nobody writes before the next one, where another with the same letters is."""
        words = list(_WORD.finditer(label))
        for at, (here, following) in enumerate(pairwise(words)):
            known = self._before.get(following[0].casefold(), set())
            word = here[0].casefold()
            meant = [other for other in known if fold(other) == fold(word)]
            if word in known or len(meant) != 1 or len(word) < _SHORTEST_WORD:
                continue
            right = meant[0][:1].upper() + meant[0][1:] if here[0][0].isupper() else meant[0]
            last = words[min(at + _SHOWN_WORDS, len(words)) - 1].end()
            printed = label[here.start() : last]
            shown = right + printed[len(here[0]) :]
            entry = {
                "where": "label",
                "printed": printed,
                "meant": f"{label[: here.start()]}{right}{label[here.end() :]}",
                "note": f"Mẫu in “{printed}”; hiểu là “{shown}”.",
            }
            return FoundMisprint(entry, f"“{here[0]}” khác dấu với “{right}” ở các mẫu, chỉ tiêu đã biết")
        return None
