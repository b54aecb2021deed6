"""The parts of Great Expectations that are used, imported without the deprecation warnings its own imports give."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import great_expectations as gx
    from great_expectations import expectations as ready_made
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation import ColumnMapExpectation
    from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
        column_condition_partial,
    )
    from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
        ColumnMapMetricProvider,
    )

__all__ = [
    "ColumnMapExpectation", "ColumnMapMetricProvider", "PandasExecutionEngine", "ProgressBarsConfig",
    "column_condition_partial", "gx", "ready_made",
]  # fmt: skip
