"""A column before its role is known: its own head, the heads it lies under, the texts in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from baocao.forms.numbers import clean
from baocao.forms.recognise.head_rows import FIGURE, is_part_of_head
from baocao.forms.recognise.heads import ColumnRole, HeadWords, words_of_head
from baocao.forms.recognise.raw import RawRow


@dataclass
class ColumnStrip:
    """A column before its role is known: its own head, the heads it lies under, the texts in it."""

    index: int
    own: str = ""
    parents: str = ""
    texts: list[str] = field(default_factory=list)
    exact_count: int = 0

    @property
    def filled(self) -> list[str]:
        return [text for text in self.texts if text]

    @property
    def head(self) -> str:
        return " – ".join(dict.fromkeys(filter(None, (self.parents, self.own))))

    def share(self, holds: Callable[[str], bool]) -> float:
        filled = self.filled
        return sum(map(holds, filled)) / len(filled) if filled else 0.0

    @property
    def figure_share(self) -> float:
        return self.share(lambda text: bool(FIGURE.fullmatch(text)))

    @property
    def words(self) -> HeadWords:
        own = words_of_head(self.own)
        return own if own.role is not ColumnRole.OTHER or self.own else words_of_head(self.parents)


def cut_strips(head: Sequence[RawRow], body: Sequence[RawRow]) -> list[ColumnStrip]:
    """Each column with its own head, the heads it lies under, and what stands in it."""
    width = max((len(row.cells) for row in (*head, *body)), default=0)
    strips = [ColumnStrip(index) for index in range(width)]
    own_heads = [row for row in head if is_part_of_head(row)]
    for at, row in enumerate(own_heads):
        above = ""
        for strip in strips:
            text = clean(row.cells[strip.index].text) if strip.index < len(row.cells) else ""
            if text:
                above = text
                strip.parents = " ".join(filter(None, (strip.parents, strip.own)))
                strip.own = text
            elif (
                at < len(own_heads) - 1
                and above
                and not strip.own
                and _is_named_below(own_heads[at + 1 :], strip.index)
            ):
                strip.parents = " ".join(filter(None, (strip.parents, above)))
    _share_parents(strips, own_heads)
    for row in body:
        for strip, cell in zip(strips, row.cells, strict=False):
            strip.texts.append(clean(cell.text))
            strip.exact_count += cell.exact is not None
    return strips


def _share_parents(strips: Sequence[ColumnStrip], heads: Sequence[RawRow]) -> None:
    """A column with figures and no head of its own lies under the head on its left."""
    for strip in strips:
        if not strip.own and not strip.parents:
            left = next((s for s in reversed(strips[: strip.index]) if s.own or s.parents), None)
            last = heads[-1].cells if heads else ()
            is_open = strip.index < len(last)
            strip.parents = (left.parents or left.own) if left and is_open else ""


def _is_named_below(rows: Sequence[RawRow], index: int) -> bool:
    return any(index < len(row.cells) and clean(row.cells[index].text) for row in rows)
