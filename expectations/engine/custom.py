"""The one expectation Great Expectations does not have; importing this module registers it, once."""

from collections.abc import Callable
from typing import Any, ClassVar

import pandas as pd

from expectations.engine.great import (
    ColumnMapExpectation,
    ColumnMapMetricProvider,
    PandasExecutionEngine,
    column_condition_partial,
)

RULES: dict[str, Callable[..., bool]] = {}
"""What the check of each id asks of a case's operands; an expectation can hold its arguments only as plain values."""


class RulesHold(ColumnMapMetricProvider):
    """Values are tuples: each case's operands. `Decimal` objects stay what they are, so every comparison is exact."""

    condition_metric_name = "column_values.rule_holds"
    condition_value_keys = ("rule",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: "pd.Series[Any]", rule: str, **_: Any) -> "pd.Series[bool]":  # noqa: N805
        holds = RULES[rule]
        return pd.Series([bool(holds(*operands)) for operands in column], index=column.index, dtype=bool)


class ExpectRuleToHold(ColumnMapExpectation):
    """The rule of a check holds for each case."""

    rule: str
    map_metric: ClassVar[str] = "column_values.rule_holds"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "rule")
