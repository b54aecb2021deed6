"""Expectations Great Expectations does not have; importing this module registers them, once.

Figures are `Decimal` objects in columns of dtype object, so every comparison here is exact.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

import pandas as pd

from baocao.domain import CellStatus
from expectations.engine.great import (
    ColumnMapExpectation,
    ColumnMapMetricProvider,
    MulticolumnMapExpectation,
    MulticolumnMapMetricProvider,
    PandasExecutionEngine,
    column_condition_partial,
    multicolumn_condition_partial,
)
from expectations.form.rounding import holds
from expectations.form.view import GIVEN


class EachValue(ColumnMapMetricProvider):
    """A condition on each value of a column; subclasses name it and say `holds`."""

    holds: ClassVar[Callable[..., bool]]

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: "pd.Series[Any]", **_: Any) -> "pd.Series[bool]":  # noqa: N805
        return pd.Series([cls.holds(value) for value in column], index=column.index, dtype=bool)


class EachRow(MulticolumnMapMetricProvider):
    """A condition on each row, given its columns in order; subclasses name it and say `holds`."""

    holds: ClassVar[Callable[..., bool]]

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, rows: pd.DataFrame, **_: Any) -> "pd.Series[bool]":  # noqa: N805
        columns = (rows[name] for name in rows.columns)
        kept = [cls.holds(*values) for values in zip(*columns, strict=True)]
        return pd.Series(kept, index=rows.index, dtype=bool)


class WholeValues(EachValue):
    condition_metric_name = "column_values.whole"

    @staticmethod
    def holds(value: Decimal) -> bool:
        return value % 1 == 0


class ExpectColumnValuesToBeWhole(ColumnMapExpectation):
    """Every figure is a whole number."""

    map_metric: ClassVar[str] = "column_values.whole"


class NotFractions(EachValue):
    condition_metric_name = "column_values.not_fractions"

    @staticmethod
    def holds(value: Decimal) -> bool:
        return not 0 < value <= 1


class ExpectColumnValuesNotToBeFractions(ColumnMapExpectation):
    """No percentage lies above 0 and up to 1, as one written as a fraction would."""

    map_metric: ClassVar[str] = "column_values.not_fractions"


class RoundedRatios(EachRow):
    condition_metric_name = "multicolumn_values.rounded_ratios"

    @staticmethod
    def holds(ratio: Decimal, numerator: Decimal, denominator: Decimal, as_read: bool) -> bool:
        return holds(ratio, numerator, denominator, as_read=as_read)


class ExpectRatiosToBeRounded(MulticolumnMapExpectation):
    """Columns ratio (percent), numerator, denominator (above 0), as_read: see `rounding.holds`."""

    map_metric: ClassVar[str] = "multicolumn_values.rounded_ratios"


class NoRatiosOverZero(EachRow):
    condition_metric_name = "multicolumn_values.no_ratios_over_zero"

    @staticmethod
    def holds(denominator: Decimal, state: str) -> bool:
        return (denominator == 0) == (state == CellStatus.NO_DENOMINATOR)


class ExpectNoRatiosOverZero(MulticolumnMapExpectation):
    """Columns denominator, state: the state is `no_denominator` where the denominator is 0, and only there."""

    map_metric: ClassVar[str] = "multicolumn_values.no_ratios_over_zero"


class RatiosWithEvidence(EachRow):
    condition_metric_name = "multicolumn_values.ratios_with_evidence"

    @staticmethod
    def holds(*states: str) -> bool:
        return all(state == GIVEN for state in states)


class ExpectRatiosToHaveEvidence(MulticolumnMapExpectation):
    """Columns numerator_state, denominator_state: both are `given`."""

    map_metric: ClassVar[str] = "multicolumn_values.ratios_with_evidence"


class FittingDistinctCounts(EachRow):
    condition_metric_name = "multicolumn_values.fitting_distinct_counts"

    @staticmethod
    def holds(distinct: Decimal, records: Decimal, exact: bool) -> bool:
        return distinct <= records and not (exact and records > 0 and distinct <= 0)


class ExpectDistinctCountsToFit(MulticolumnMapExpectation):
    """Columns distinct, records, exact: not more keys than records; where `exact`, a key where there is a record."""

    map_metric: ClassVar[str] = "multicolumn_values.fitting_distinct_counts"


class CountsInTheirUnit(EachRow):
    condition_metric_name = "multicolumn_values.counts_in_their_unit"

    @staticmethod
    def holds(value: Decimal, whole: Decimal, around: Decimal) -> bool:
        return not whole < value <= around


class ExpectCountsNotToSlipUnits(MulticolumnMapExpectation):
    """Columns value, whole, around: not above all there are of its unit and yet possible in the other unit."""

    map_metric: ClassVar[str] = "multicolumn_values.counts_in_their_unit"


class BoundedValues(EachRow):
    condition_metric_name = "multicolumn_values.bounded"

    @staticmethod
    def holds(value: Decimal, low: Decimal, high: Decimal) -> bool:
        return low <= value <= high


class ExpectValuesWithinBounds(MulticolumnMapExpectation):
    """Columns value, low, high: each value within its own row's bounds, both included."""

    map_metric: ClassVar[str] = "multicolumn_values.bounded"
