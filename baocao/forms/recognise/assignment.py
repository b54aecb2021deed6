"""One to one: which row goes with which, so that all together fit best (the Hungarian method)."""

from collections.abc import Sequence

_FAR = float("inf")


def assign(weights: Sequence[Sequence[float]]) -> dict[int, int]:
    """For each row the column given to it, the sum of weights greatest; pairs of weight 0 are left out."""
    rows, columns = len(weights), len(weights[0]) if weights else 0
    if not rows or not columns:
        return {}
    if rows > columns:
        turned = assign([[weights[row][column] for row in range(rows)] for column in range(columns)])
        return {row: column for column, row in turned.items()}
    given = _cheapest([[-weight for weight in line] for line in weights])
    return {row: column for row, column in given.items() if weights[row][column] > 0}


def _cheapest(costs: Sequence[Sequence[float]]) -> dict[int, int]:
    """Shortest augmenting paths with potentials; every row gets a column."""
    rows, columns = len(costs), len(costs[0])
    of_row, of_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
    taken = [0] * (columns + 1)
    for row in range(1, rows + 1):
        taken[0] = row
        column = 0
        least, before, used = [_FAR] * (columns + 1), [0] * (columns + 1), [False] * (columns + 1)
        while taken[column]:
            used[column] = True
            own, delta, following = taken[column], _FAR, 0
            for other in range(1, columns + 1):
                if used[other]:
                    continue
                reduced = costs[own - 1][other - 1] - of_row[own] - of_column[other]
                if reduced < least[other]:
                    least[other], before[other] = reduced, column
                if least[other] < delta:
                    delta, following = least[other], other
            for other in range(columns + 1):
                if used[other]:
                    of_row[taken[other]] += delta
                    of_column[other] -= delta
                else:
                    least[other] -= delta
            column = following
        while column:
            taken[column] = taken[before[column]]
            column = before[column]
    return {taken[column] - 1: column - 1 for column in range(1, columns + 1) if taken[column]}
