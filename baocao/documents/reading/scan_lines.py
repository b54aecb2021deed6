"""The ruled lines of a scanned page: straightened first, then found as long runs of dark points.

Imports nothing of this project: `scan_pages` runs it in a process of its own.
"""

from typing import Any

_SHADE_POINTS = 25
_DARKER_BY, _INK_DARKER_BY = 14, 38
_STEEPEST_DEGREES = 6.0
_SHRUNK_BY = 4
_SHORTEST_ACROSS, _SHORTEST_DOWN = 100, 55
_SNAP, _JOIN = 8, 20

Box = tuple[float, float, float, float]


def dark_points(image: Any) -> Any:
    """Where the page is darker than around: shadows of a fold or a photograph do not count."""
    import numpy as np
    from PIL import ImageFilter

    around = np.asarray(image.filter(ImageFilter.BoxBlur(_SHADE_POINTS)), dtype=np.int16)
    return np.asarray(image, dtype=np.int16) < around - _DARKER_BY


def ink_points(image: Any) -> Any:
    """Where somebody wrote: specks of dust and the noise of a camera are smoothed away first."""
    import numpy as np
    from PIL import ImageFilter

    smooth = image.filter(ImageFilter.BoxBlur(1))
    around = np.asarray(image.filter(ImageFilter.BoxBlur(_SHADE_POINTS)), dtype=np.int16)
    return np.asarray(smooth, dtype=np.int16) < around - _INK_DARKER_BY


def straighten(image: Any) -> Any:
    """Turn the page by the angle at which its lines and rows of letters lie level."""
    degrees = _slope(dark_points(image.reduce(_SHRUNK_BY)))
    if abs(degrees) < 0.05:  # noqa: PLR2004
        return image
    from PIL import Image

    return image.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _slope(dark: Any) -> float:
    """Degrees by which the page falls to the right; found coarsely, then finely."""
    import numpy as np

    down, across = np.nonzero(dark)
    if len(down) == 0:
        return 0.0

    def sharpness(degrees: float) -> float:
        level = down - across * np.tan(np.radians(degrees))
        counts = np.bincount((level - level.min()).astype(np.int64))
        return float((counts.astype(np.float64) ** 2).sum())

    coarse = max(np.arange(-_STEEPEST_DEGREES, _STEEPEST_DEGREES + 0.1, 0.5), key=sharpness)
    return float(max(np.arange(coarse - 0.5, coarse + 0.51, 0.05), key=sharpness))


def find_tables(dark: Any) -> list[list[list[Box | None]]]:
    """Each table's rows of cells, merged ones once, as boxes in points of the picture."""
    from pdfplumber.table import Table, cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges = [*_edges(dark, "h"), *_edges(dark.T, "v")]
    merged = merge_edges(edges, _SNAP, _SNAP, _JOIN, _JOIN)
    cells = intersections_to_cells(edges_to_intersections(merged, _SNAP, _SNAP))
    tables = [Table(None, group) for group in cells_to_tables(cells) if len(group) > 3]  # type: ignore[arg-type]  # noqa: PLR2004
    return [[row.cells for row in table.rows] for table in sorted(tables, key=lambda table: table.bbox[1])]


def _edges(dark: Any, orientation: str) -> list[dict[str, Any]]:
    """One edge for each long run in each row of points; neighbouring ones are merged by who finds the cells."""
    import numpy as np

    shortest = _SHORTEST_ACROSS if orientation == "h" else _SHORTEST_DOWN
    lines = _opened(_thick(dark), shortest)
    bounded = np.zeros((lines.shape[0], lines.shape[1] + 2), dtype=np.int8)
    bounded[:, 1:-1] = lines
    change = np.diff(bounded, axis=1)
    rows, begins = np.nonzero(change == 1)
    ends = np.nonzero(change == -1)[1]
    return [_edge(orientation, *map(float, run)) for run in zip(rows, begins, ends, strict=True)]


def _edge(orientation: str, at: float, begin: float, end: float) -> dict[str, Any]:
    x0, x1, top, bottom = (begin, end, at, at) if orientation == "h" else (at, at, begin, end)
    sizes = {"width": x1 - x0, "height": bottom - top}
    return {"object_type": "line", "orientation": orientation, "x0": x0, "x1": x1, "top": top, "bottom": bottom} | sizes


def _thick(dark: Any) -> Any:
    """Each point with those above and below, for a line that is not quite level."""
    thick = dark.copy()
    thick[1:] |= dark[:-1]
    thick[:-1] |= dark[1:]
    return thick


def _opened(dark: Any, length: int) -> Any:
    """Only runs along the rows of at least `length`."""
    import numpy as np

    if dark.shape[1] <= length:
        return np.zeros_like(dark)
    sums = np.cumsum(np.pad(dark, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    whole = (sums[:, length:] - sums[:, :-length]) == length
    spread = np.cumsum(np.pad(whole, ((0, 0), (1, length))), axis=1, dtype=np.int32)
    before = np.pad(spread, ((0, 0), (length, 0)))[:, : dark.shape[1] + 1]
    return (spread[:, 1 : dark.shape[1] + 1] - before[:, 1 : dark.shape[1] + 1]) > 0
