"""Great Expectations at work: demands on frames in, verdicts out. The only door to it.

Importing it takes seconds; import this module only where checks are about to run.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from expectations import custom
from expectations.great import MulticolumnMapExpectation, ProgressBarsConfig, gx, ready_made
from expectations.trial import Trial, Verdict

logger = logging.getLogger(__name__)

ROW = "row_index"
RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW],
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}
_COLUMN_KEYS = {0: (), 1: ("column",), 2: ("column_A", "column_B")}


def run(trials: Sequence[Trial]) -> list[Verdict]:
    """Evaluate every trial, in one ephemeral context, without progress bars; verdicts in the order of the trials."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    definition = asset.add_batch_definition_whole_dataframe("whole")
    verdicts: dict[int, Verdict] = {}
    for group in _by_frame(trials):
        batch = definition.get_batch({"dataframe": _indexed(trials[group[0]].frame)})
        suite = gx.ExpectationSuite(name="checks")
        suite.expectations.extend(_expectation(trials[index], index) for index in group)
        for result in batch.validate(suite, result_format=RESULT_FORMAT).results:
            index = _trial_index(result)
            verdicts[index] = _verdict(result, trials[index].check)
    return [verdicts.get(index, Verdict(error="no result")) for index in range(len(trials))]


def _by_frame(trials: Sequence[Trial]) -> Iterable[list[int]]:
    groups: dict[int, list[int]] = {}
    for index, trial in enumerate(trials):
        groups.setdefault(id(trial.frame), []).append(index)
    return groups.values()


def _indexed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.reset_index(drop=True).assign(**{ROW: range(len(frame))})


def _expectation(trial: Trial, index: int) -> Any:
    name = trial.demand.expectation
    kind = getattr(custom, name, None) or getattr(ready_made, name)
    arguments = dict(trial.demand.arguments)
    if issubclass(kind, MulticolumnMapExpectation):
        arguments["column_list"] = list(trial.columns)
    else:
        arguments |= dict(zip(_COLUMN_KEYS[len(trial.columns)], trial.columns, strict=True))
    return kind(severity=trial.severity.value, meta={"check": trial.check, "trial": index}, **arguments)


def _trial_index(result: Any) -> int:
    return int(result.expectation_config.meta["trial"])


def _verdict(result: Any, check: str) -> Verdict:
    error = _raised(result.exception_info)
    if error:
        logger.error("check %s could not be evaluated: %s", check, error)
        return Verdict(holds=False, error=error)
    found = result.result.get("unexpected_index_list") or []
    failing = tuple(int(row) for group in found for row in group[ROW])
    return Verdict(holds=bool(result.success), failing=failing, details=result.result)


def _raised(info: Mapping[str, Any]) -> str:
    """The message of an exception inside Great Expectations: one record, or one per metric."""
    records = [info] if "raised_exception" in info else list(info.values())
    raised = [str(record["exception_message"]) for record in records if record.get("raised_exception")]
    return "; ".join(dict.fromkeys(raised))
