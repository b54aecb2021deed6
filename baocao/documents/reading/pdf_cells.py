"""The texts of a PDF's table, cell by cell, as they were written: in the order of writing, not only by place.

A head printed again on a page may be cut short by its row and lie over the text below it: its pieces are known
from the pages before and left out. Any other text over text is said to be overlaid.
"""

from typing import Any

_SAME_LINE_POINTS = 3.0
_STEP_BACK_POINTS = 1.0
_WORD_GAP = 0.18
_OVERLAP_SHARE = 0.2
_HEAD_ROWS = 2

Run = dict[str, Any]
Marked = tuple[dict[str, Any], str]
"""A letter and what it is: see `pdf_marks`."""


def table_texts(page: Any, table: Any, heads: set[str], marked: list[Marked]) -> list[list[list[Any]]]:
    """Each row's cells as [text, is_overlaid, [[marked text, its kind], …]]; the head's pieces are added to `heads`."""
    rows = [[_runs_in(page.chars, box) for box in row.cells] for row in table.rows]
    known = frozenset(heads)
    heads |= {run["text"].strip() for row in rows[:_HEAD_ROWS] for runs in row for run in runs if run["text"].strip()}
    return [
        [[*_cell_text(runs, known), _marked_in(marked, box)] for runs, box in zip(row, boxes.cells, strict=True)]
        for row, boxes in zip(rows, table.rows, strict=True)
    ]


def _marked_in(marked: list[Marked], box: tuple[float, float, float, float] | None) -> list[list[str]]:
    from pdf_marks import join_marked  # type: ignore[import-not-found]

    joined: list[list[str]] = join_marked([(char, kind) for char, kind in marked if _is_inside(char, box)])
    return joined


def _runs_in(chars: list[dict[str, Any]], box: tuple[float, float, float, float] | None) -> list[Run]:
    """The pieces of text written without a step back or down, in the order they were written."""
    runs: list[Run] = []
    for char in chars if box else ():
        if not _is_inside(char, box):
            continue
        run = runs[-1] if runs else None
        follows = (
            run is not None
            and abs(run["top"] - char["top"]) < _SAME_LINE_POINTS
            and char["x0"] >= run["x1"] - max(_STEP_BACK_POINTS, 0.3 * char["size"])
        )
        if run is None or not follows:
            runs.append({"text": char["text"], **{name: char[name] for name in ("x0", "x1", "top", "bottom")}})
            continue
        gap = char["x0"] - run["x1"] > _WORD_GAP * char["size"]
        run["text"] += (" " if gap and not run["text"].endswith(" ") and char["text"] != " " else "") + char["text"]
        run["x1"] = max(run["x1"], char["x1"])
    return [run for run in runs if run["text"].strip()]


def _is_inside(char: dict[str, Any], box: tuple[float, float, float, float] | None) -> bool:
    if box is None:
        return False
    middle_x, middle_y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= middle_x < box[2] and box[1] <= middle_y < box[3])


def _cell_text(runs: list[Run], heads: frozenset[str]) -> list[Any]:
    kept: list[Run] = []
    is_overlaid = False
    for run in runs:
        over = [other for other in kept if _overlap(run, other)]
        if not over:
            kept.append(run)
        elif all(other["text"].strip() in heads for other in over):
            kept = [other for other in kept if other not in over] + [run]
        elif run["text"].strip() not in heads and all(other["text"] != run["text"] for other in over):
            kept.append(run)
            is_overlaid = True
    return ["\n".join(_lines(kept)), is_overlaid]


def _overlap(one: Run, other: Run) -> bool:
    if abs(one["top"] - other["top"]) >= (one["bottom"] - one["top"]) / 2:
        return False
    shared = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
    return bool(shared > _OVERLAP_SHARE * min(one["x1"] - one["x0"], other["x1"] - other["x0"]))


def _lines(runs: list[Run]) -> list[str]:
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda one: (one["top"], one["x0"])):
        if lines and abs(lines[-1][0]["top"] - run["top"]) < _SAME_LINE_POINTS:
            lines[-1].append(run)
        else:
            lines.append([run])
    ordered = (sorted(line, key=lambda one: one["x0"]) for line in lines)
    return [" ".join(" ".join(run["text"] for run in line).split()) for line in ordered]
