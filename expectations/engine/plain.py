"""The same demands without Great Expectations: where a person waits for the verdict.

Empty values are treated as Great Expectations does: a demand on one column passes them over, one on two columns passes
over rows where both are empty, unless told otherwise. Frames are read, never made: this module does not load pandas.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from expectations.engine.trial import OperandTable, Trial, Verdict
from expectations.rule import RULE_HOLDS

EITHER = "either_value_is_missing"
Row = tuple[Any, ...]


def judge(trials: Sequence[Trial]) -> list[Verdict]:
    """A verdict for each trial; what raises inside one is told of that one alone."""
    return [_judge(trial) for trial in trials]


def _judge(trial: Trial) -> Verdict:
    try:
        return _evaluate(trial)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        return Verdict(holds=False, error=str(error))


def _evaluate(trial: Trial) -> Verdict:
    name = trial.demand.expectation
    if name in ON_TABLES:
        return Verdict(holds=ON_TABLES[name](trial, **trial.demand.arguments))
    failing = tuple(_find_failing(trial))
    return Verdict(holds=not failing, failing=failing)


def _find_failing(trial: Trial) -> Iterator[int]:
    name, arguments, rows = trial.demand.expectation, dict(trial.demand.arguments), list(_rows_of(trial))
    if name == RULE_HOLDS:
        assert trial.demand.holds is not None
        return (position for position, row in enumerate(rows) if not trial.demand.holds(*row))
    if name == "ExpectColumnValuesToBeUnique":
        return _find_repeated(rows)
    passes_over = any if arguments.pop("ignore_row_if", "") == EITHER else all
    looks_at_empty = name in ON_EMPTY
    return (
        position
        for position, row in enumerate(rows)
        if (looks_at_empty or not passes_over(value is None for value in row)) and not ON_ROWS[name](*row, **arguments)
    )


def _rows_of(trial: Trial) -> Iterable[Row]:
    """The values of the trial's columns, None where there is none."""
    if isinstance(trial.table, OperandTable):
        return trial.table.operands
    columns = (trial.table[name] for name in trial.columns)
    return zip(*(column.astype(object).where(column.notna(), None) for column in columns), strict=True)


def _find_repeated(rows: Sequence[Row]) -> Iterator[int]:
    counts = Counter(rows)
    return (position for position, row in enumerate(rows) if row[0] is not None and counts[row] > 1)


def _is_between(value: Any, min_value: Any = None, max_value: Any = None) -> bool:
    return (min_value is None or value >= min_value) and (max_value is None or value <= max_value)


def _is_greater(value: Any, other: Any, or_equal: bool = False) -> bool:
    if value is None or other is None:
        return False
    return bool(value >= other if or_equal else value > other)


def _is_pair_in(value: Any, other: Any, value_pairs_set: Collection[Row]) -> bool:
    return (value, other) in value_pairs_set


ON_EMPTY = frozenset({"ExpectColumnValuesToBeNull", "ExpectColumnValuesToNotBeNull"})
ON_ROWS: Mapping[str, Callable[..., bool]] = {
    "ExpectColumnValuesToBeNull": lambda value: value is None,
    "ExpectColumnValuesToNotBeNull": lambda value: value is not None,
    "ExpectColumnValuesToBeBetween": _is_between,
    "ExpectColumnValuesToBeInSet": lambda value, value_set: value in value_set,
    "ExpectColumnValuesToNotBeInSet": lambda value, value_set: value not in value_set,
    "ExpectColumnValuesToMatchRegex": lambda value, regex: re.search(regex, value) is not None,
    "ExpectColumnPairValuesToBeEqual": lambda value, other: bool(value == other),
    "ExpectColumnPairValuesAToBeGreaterThanB": _is_greater,
    "ExpectColumnPairValuesToBeInSet": _is_pair_in,
}


def _has_columns(trial: Trial, column_set: Collection[str], exact_match: bool = True) -> bool:
    assert not isinstance(trial.table, OperandTable)
    found = set(trial.table.columns)
    return found == set(column_set) if exact_match else found >= set(column_set)


def _has_max_between(trial: Trial, min_value: Any = None, max_value: Any = None) -> bool:
    return _is_between(max(value for (value,) in _rows_of(trial) if value is not None), min_value, max_value)


ON_TABLES: Mapping[str, Callable[..., bool]] = {
    "ExpectTableColumnsToMatchSet": _has_columns,
    "ExpectTableRowCountToBeBetween": lambda trial, **bounds: _is_between(len(trial.table), **bounds),
    "ExpectTableRowCountToEqual": lambda trial, value: len(trial.table) == value,
    "ExpectColumnMaxToBeBetween": _has_max_between,
}
