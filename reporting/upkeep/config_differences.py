"""Two texts of one file, as the lines that differ with a few around them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

CONTEXT: Final = 3


class DiffKind(StrEnum):
    """What became of a line; GAP stands for lines left out."""

    SAME = " "
    ADDED = "+"
    REMOVED = "-"
    GAP = "…"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line. The numbers are those it had before and has after; None where it was or is not there."""

    kind: DiffKind
    text: str
    before: int | None = None
    after: int | None = None


def list_differences(before: str, after: str) -> tuple[DiffLine, ...]:
    """None where they are alike. The ends of lines are no difference."""
    return tuple(_list(before.splitlines(), after.splitlines()))


def count_changes(lines: Iterable[DiffLine]) -> tuple[int, int]:
    """How many lines were added, how many removed."""
    kinds = [line.kind for line in lines]
    return kinds.count(DiffKind.ADDED), kinds.count(DiffKind.REMOVED)


def print_differences(lines: Iterable[DiffLine]) -> str:
    return "\n".join(f"{line.kind}{line.text}" for line in lines)


def _list(before: list[str], after: list[str]) -> Iterator[DiffLine]:
    groups = list(SequenceMatcher(None, before, after).get_grouped_opcodes(CONTEXT))
    for number, group in enumerate(groups):
        if number:
            yield DiffLine(DiffKind.GAP, "")
        for tag, first, last, first_after, last_after in group:
            if tag == "equal":
                pairs = zip(range(first, last), range(first_after, last_after), strict=True)
                yield from (DiffLine(DiffKind.SAME, before[i], i + 1, j + 1) for i, j in pairs)
                continue
            yield from (DiffLine(DiffKind.REMOVED, before[i], i + 1) for i in range(first, last))
            yield from (DiffLine(DiffKind.ADDED, after[j], None, j + 1) for j in range(first_after, last_after))
