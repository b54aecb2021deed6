"""How cells and reasons are said to an officer: Vietnamese, numbers as they are printed."""

from collections.abc import Iterable

from baocao.domain import CellStatus
from baocao.vocabulary import TIERS
from expectations.form.view import ABSENT, FormView
from expectations.rule import Obstacle
from expectations.wording import figure


def written(view: FormView, key: str) -> str:
    """A cell's value as the officer sees it: `277`, `84,12%`."""
    value = view.value(key)
    if value is None:
        text = unread_text(view, key)
        return f"“{text}”, chưa rõ" if text else "trống"
    return figure(value) + ("%" if view.indicator(key).measure.is_percent else "")


def named(view: FormView, key: str) -> str:
    """`ô 4.2.1 (63)`: the cell and what stands in it."""
    return f"ô {key} ({written(view, key)})"


def summed(view: FormView, keys: Iterable[str]) -> str:
    """`ô 4.3.2 (9.530) + ô 4.4.2 (2.809)`."""
    return " + ".join(named(view, key) for key in keys)


def unread_text(view: FormView, key: str) -> str:
    """What stands in a cell no figure could be taken from: it is unclear, not blank."""
    cell = view.cell(key)
    return (cell.text or "").strip() if cell else ""


def why_empty(view: FormView, key: str) -> str:
    """Why a cell holds no figure, as a clause."""
    state = view.state(key)
    if state == CellStatus.NOT_APPLICABLE:
        tier = TIERS[view.tier] if view.tier else "đơn vị này"
        return f"ô {key} không áp dụng cho {tier}"
    if state == CellStatus.BLANK and (text := unread_text(view, key)):
        return f"ô {key} ghi “{text}”, chưa đọc được thành số"
    clauses = {
        CellStatus.INCOMPLETE: f"ô {key} chưa thu thập đủ",
        ABSENT: f"biểu không có dòng {key}",
        CellStatus.BLANK: f"ô {key} để trống",
        CellStatus.NO_DENOMINATOR: f"ô {key} ghi không phát sinh",
        CellStatus.NOT_COLLECTED: f"ô {key} chưa thu thập được",
        CellStatus.HEADING: f"dòng {key} là dòng tiêu đề",
    }
    return clauses[state]


def unless_given(view: FormView, keys: Iterable[str]) -> Obstacle | None:
    """None where every cell holds a figure; else why the first that does not is empty."""
    for key in keys:
        if view.value(key) is None:
            return Obstacle(why_empty(view, key))
    return None


UNKNOWN_TIER = Obstacle("đơn vị chưa có trong units.yaml nên chưa biết thuộc cấp nào")
