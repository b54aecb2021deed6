"""Which column holds this period's figures. Where two could, none is taken: `doubt` says which they are."""

import re
from collections.abc import Callable, Sequence

from baocao.forms.numbers import shorten
from baocao.forms.recognise.columns import ColumnChoice, FormColumn
from baocao.forms.recognise.heads import ColumnRole, NamedPeriod, period_named, plain, words_of_head
from baocao.forms.recognise.strips import ColumnStrip

HALF = 0.5
MOSTLY = 0.75
FEWEST_FIGURES = 4
_ASKED_COLUMN = re.compile(r"(?:cột\s*)?([0-9]{1,2})|(?:cột\s*)?([A-Z]{1,2})", re.IGNORECASE)


def choose_figures(strips: Sequence[ColumnStrip], label: int, choice: ColumnChoice) -> tuple[FormColumn | None, str]:
    """The column of this period's figures, or why none is taken."""
    if choice.asked:
        asked = _asked_strip(strips, choice.asked)
        if asked is not None:
            return FormColumn(asked.index, asked.head, ColumnRole.FIGURE, "theo yêu cầu --column"), ""
        return None, f"không có cột nào là “{choice.asked}”; {_list_heads(strips)}"
    by_years = _are_told_apart_by_years(strips)
    possible = [strip for strip in strips if _may_hold_figures(strip, label, choice, by_years=by_years)]
    for grade, why in _GRADES:
        best = [strip for strip in possible if grade(strip, choice)]
        filled = [strip for strip in best if strip.filled] or best
        if len(filled) == 1:
            return FormColumn(filled[0].index, filled[0].head, ColumnRole.FIGURE, why(filled[0])), ""
        if filled:
            return None, _two_columns(filled)
    return None, f"không có cột nào chắc chắn là số liệu của kỳ này; {_list_heads(strips)}"


def _may_hold_figures(strip: ColumnStrip, label: int, choice: ColumnChoice, *, by_years: bool) -> bool:
    may = strip.words.role in (ColumnRole.FIGURE, ColumnRole.OTHER) or _is_named_after_who(strip)
    if not may or (_is_of_another_period(strip, choice) and not (by_years and _names_the_year(strip, choice))):
        return False
    return strip.index > label or strip.figure_share >= HALF


def _is_named_after_who(strip: ColumnStrip) -> bool:
    """“Đơn vị” over figures is whose they are, not what they are counted in."""
    is_full = strip.figure_share >= MOSTLY and len(strip.filled) >= FEWEST_FIGURES
    return strip.words.role is ColumnRole.UNIT and is_full


def _period_of(strip: ColumnStrip, choice: ColumnChoice) -> NamedPeriod | None:
    """The period named over a column; one head over all columns that says only the year tells nothing apart."""
    above = period_named(strip.parents)
    if above is not None and not above.part and choice.period is not None and above.year == choice.period.year:
        above = None
    return period_named(strip.own) or above


def _is_of_another_period(strip: ColumnStrip, choice: ColumnChoice) -> bool:
    named = _period_of(strip, choice)
    return named is not None and choice.period is not None and not named.is_of(choice.period)


def _names_the_period(strip: ColumnStrip, choice: ColumnChoice) -> bool:
    named = _period_of(strip, choice)
    return named is not None and choice.period is not None and named.is_of(choice.period)


def _are_told_apart_by_years(strips: Sequence[ColumnStrip]) -> bool:
    """Every head that names a period names a year alone, and no two the same: `2024`, `2025`."""
    named = [found for strip in strips if (found := period_named(strip.own))]
    return not any(found.part for found in named) and len(set(named)) == len(named)


def _names_the_year(strip: ColumnStrip, choice: ColumnChoice) -> bool:
    named = period_named(strip.own)
    return named is not None and not named.part and choice.period is not None and named.year == choice.period.year


def _is_under_figures(strip: ColumnStrip) -> bool:
    """Headed as figures; or without a head of its own, full of figures beside such a head."""
    if strip.own:
        return words_of_head(strip.own).role is ColumnRole.FIGURE
    is_beside = words_of_head(strip.parents).role is ColumnRole.FIGURE
    return is_beside and bool(strip.filled) and strip.figure_share >= HALF


def _holds_figures(strip: ColumnStrip) -> bool:
    return strip.figure_share >= HALF


_GRADES: tuple[tuple[Callable[[ColumnStrip, ColumnChoice], bool], Callable[[ColumnStrip], str]], ...] = (
    (_names_the_period, lambda strip: f"đầu cột ghi đúng kỳ báo cáo (“{shorten(strip.own)}”)"),
    (
        lambda strip, _: strip.words.is_this_period and bool(strip.own),
        lambda strip: f"đầu cột ghi kỳ này (“{shorten(strip.own)}”)",
    ),
    (
        lambda strip, _: _is_under_figures(strip),
        lambda strip: f"đầu cột ghi “{shorten(strip.own or strip.head)}”",
    ),
    (_names_the_year, lambda strip: f"đầu cột ghi năm của kỳ báo cáo (“{shorten(strip.own)}”)"),
    (lambda strip, _: _holds_figures(strip), lambda _: "là cột duy nhất có số liệu của các chỉ tiêu"),
    (
        lambda strip, _: strip.words.role is ColumnRole.FIGURE and not strip.filled,
        lambda strip: f"nằm dưới “{shorten(strip.head)}”",
    ),
)  # fmt: skip


def _two_columns(strips: Sequence[ColumnStrip]) -> str:
    names = " và ".join(_name(strip) for strip in strips)
    return (
        f"{names} đều có thể là số liệu của kỳ này, chưa lấy cột nào; chỉ rõ bằng --column "
        f"(ví dụ --column {strips[-1].index + 1})"
    )


def _name(strip: ColumnStrip) -> str:
    head = f" “{shorten(strip.head)}”" if strip.head else " (không có đầu cột)"
    return f"cột {strip.index + 1}{head}"


def _list_heads(strips: Sequence[ColumnStrip]) -> str:
    return f"các cột còn lại của bảng: {', '.join(map(_name, strips)) or 'không có'}; chỉ rõ bằng --column"


def _asked_strip(strips: Sequence[ColumnStrip], asked: str) -> ColumnStrip | None:
    """By number from 1, by letter as in a sheet, or by words of its head."""
    match = _ASKED_COLUMN.fullmatch(asked.strip())
    if match:
        letters = match[2].upper() if match[2] else ""
        index = int(match[1]) - 1 if match[1] else _letters_index(letters)
        found = next((strip for strip in strips if strip.index == index), None)
        if found is not None or match[1]:
            return found
    wanted = plain(asked)
    exact = [strip for strip in strips if plain(strip.own) == wanted]
    inside = [strip for strip in strips if wanted and wanted in plain(strip.head)]
    some = exact or inside
    return some[0] if len(some) == 1 else None


def _letters_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
