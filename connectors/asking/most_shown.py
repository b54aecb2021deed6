"""Whether a round total is all there is, or the most a source counts and shows: its parts are then counted too.

Records without a date may come with every question, whatever its days; what a question for a day of nothing brings is
taken off each part.
"""

from collections.abc import Callable
from datetime import timedelta

from baocao.domain import Window
from baocao.notices import USUAL_PAGE_SIZES

ROUND = 50
ONE_CAME_BETWEEN = 1


def is_round(total: int) -> bool:
    """Whether a total is one that limits have."""
    return total > 0 and (total % ROUND == 0 or total in USUAL_PAGE_SIZES)


def count_in_parts(window: Window, count: Callable[[Window], int], own: int, undated: int) -> int | None:
    """How many records the parts of the window have together, of whose whole `own` were counted.

    None where one day alone has as many, which cannot be parted.
    """
    dated = _count_dated(window, count, own, undated)
    return None if dated is None else undated + dated


def has_more(in_parts: int, own: int) -> bool:
    """Whether the parts have more than the whole; a record may have come between the questions."""
    return in_parts > own + ONE_CAME_BETWEEN


def _count_dated(window: Window, count: Callable[[Window], int], own: int, undated: int) -> int | None:
    """What two halves have together; one that has as much as the whole may be cut like it, and is halved itself."""
    middle = window.start_on + (window.end_on - window.start_on) // 2
    if middle == window.end_on:
        return None
    halves = Window(window.start_on, middle), Window(middle + timedelta(days=1), window.end_on)
    counts = [count(half) for half in halves]
    dated: list[int | None] = [max(0, number - undated) for number in counts]
    if not has_more(sum(filter(None, dated)) + undated, own):
        pairs = zip(halves, counts, dated, strict=True)
        dated = [_count_dated(half, count, own, undated) if all_in == own else part for half, all_in, part in pairs]
    return None if None in dated else sum(filter(None, dated))
