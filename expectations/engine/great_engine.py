"""Great Expectations at work: demands on frames in, verdicts out. The only door to it.

Importing it takes seconds; import this module only where checks are about to run.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from expectations.engine import custom
from expectations.engine.contexts import DOCUMENTED, SHARED
from expectations.engine.great import ProgressBarsConfig, gx, ready_made
from expectations.engine.trial import OperandTable, Trial, Verdict
from expectations.rule import RULE_HOLDS

logger = logging.getLogger(__name__)

SOURCE = "frames"
ROW = "row_index"
RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW],
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}
PASSING_EMPTY_CELLS = frozenset({
    RULE_HOLDS, "ExpectColumnValuesToBeBetween", "ExpectColumnValuesToBeInSet", "ExpectColumnValuesToNotBeInSet",
    "ExpectColumnValuesToBeNull", "ExpectColumnPairValuesToBeEqual", "ExpectColumnPairValuesAToBeGreaterThanB",
})  # fmt: skip
"""Those that tell nothing of a row whose cells, all they look at, are empty."""
_COLUMN_KEYS = {0: (), 1: ("column",), 2: ("column_A", "column_B")}


def run(trials: Sequence[Trial]) -> list[Verdict]:
    """Evaluate every trial, in one ephemeral context, without progress bars; verdicts in the order of the trials.

    While Data Docs are being made, each suite also leaves its page there.
    """
    context = DOCUMENTED.get() or _shared_context() or open_context()
    definition = _whole_frames(context)
    verdicts: dict[int, Verdict] = {}
    for group in _by_frame(trials, together=not DOCUMENTED.get()):
        grouped = {index: trials[index] for index in group}
        suite = gx.ExpectationSuite(name=trials[group[0]].check)
        suite.expectations.extend(_expectation(trial, index) for index, trial in grouped.items())
        validate = _validate_and_document if DOCUMENTED.get() else _validate
        for result in validate(context, definition, suite, _frame_of(list(grouped.values()))):
            index = _trial_index(result)
            verdicts[index] = _verdict(result, trials[index].check)
    return [verdicts.get(index, Verdict(error="no result")) for index in range(len(trials))]


def open_context() -> Any:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _shared_context() -> Any:
    """The context of the block of `sharing_context` this is in, opened by the first that needs it."""
    shared = SHARED.get()
    if shared is None:
        return None
    shared.context = shared.context or open_context()
    return shared.context


def _whole_frames(context: Any) -> Any:
    """How frames are given to a context; one that is used again already has it from the suite before."""
    if SOURCE in context.data_sources.all():
        return context.data_sources.get(SOURCE).get_asset("frame").get_batch_definition("whole")
    asset = context.data_sources.add_pandas(SOURCE).add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")


def _validate(_: Any, definition: Any, suite: Any, frame: pd.DataFrame) -> list[Any]:
    return list(definition.get_batch({"dataframe": frame}).validate(suite, result_format=RESULT_FORMAT).results)


def _validate_and_document(context: Any, definition: Any, suite: Any, frame: pd.DataFrame) -> list[Any]:
    """The same through a checkpoint, which keeps what its pages are made from; suites are numbered as they come."""
    suite.name = f"{suite.name}.{len(context.suites.all()) + 1:03d}"
    validation = gx.ValidationDefinition(name=suite.name, data=definition, suite=context.suites.add(suite))
    checkpoint = gx.Checkpoint(
        name=suite.name,
        validation_definitions=[context.validation_definitions.add(validation)],
        result_format=RESULT_FORMAT,
    )
    done = context.checkpoints.add(checkpoint).run(batch_parameters={"dataframe": frame})
    return [result for one in done.run_results.values() for result in one.results]


def _by_frame(trials: Sequence[Trial], *, together: bool) -> Iterable[list[int]]:
    """The trials of one table; with `together` also those on cases, each in columns of its own: a suite costs more than
    an expectation. Data Docs have a page for each.
    """
    groups: dict[int, list[int]] = {}
    joined = next((index for index, trial in enumerate(trials) if _may_join(trial)), 0)
    checks: set[str] = set()
    for index, trial in enumerate(trials):
        joins = together and _may_join(trial) and trial.check not in checks
        groups.setdefault(id(trials[joined if joins else index].table), []).append(index)
        checks.add(trial.check)
    return groups.values()


def _may_join(trial: Trial) -> bool:
    return isinstance(trial.table, OperandTable) and trial.demand.expectation in PASSING_EMPTY_CELLS


def _frame_of(trials: Sequence[Trial]) -> pd.DataFrame:
    """The tables with their rows numbered; columns made from cases are of dtype object, so that decimals stay exact.

    A column with fewer cases than another ends in empty cells.
    """
    table = trials[0].table
    if not isinstance(table, OperandTable):
        return table.assign(**{ROW: range(len(table))})
    columns = {name: values for trial in trials for name, values in _columns_of(trial)}
    frame = pd.DataFrame({name: pd.Series(list(values), dtype=object) for name, values in columns.items()})
    return frame.assign(**{ROW: range(max(len(trial.table) for trial in trials))})


def _columns_of(trial: Trial) -> Iterable[tuple[str, Sequence[Any]]]:
    assert isinstance(trial.table, OperandTable)
    if trial.demand.expectation == RULE_HOLDS:
        return [(_operands_name(trial), trial.table.operands)]
    names = [_name_in_frame(trial, name) for name in trial.table.columns]
    return zip(names, zip(*trial.table.operands, strict=True), strict=False)


def _operands_name(trial: Trial) -> str:
    """The column that holds whole cases, called as their parts are."""
    return _name_in_frame(trial, ", ".join(trial.columns))


def _name_in_frame(trial: Trial, name: str) -> str:
    """A column's name; one made from cases stands beside those of other checks."""
    is_joined = isinstance(trial.table, OperandTable) and not DOCUMENTED.get()
    return f"{trial.check}: {name}" if is_joined else name


def _expectation(trial: Trial, index: int) -> Any:
    demand = trial.demand
    told: dict[str, Any] = {"severity": trial.severity.value, "meta": {"check": trial.check, "trial": index}}
    if trial.says_vi:
        told["description"] = trial.says_vi
    if demand.holds is not None:
        custom.RULES[trial.check] = demand.holds
        return custom.ExpectRuleToHold(column=_operands_name(trial), rule=trial.check, **told)
    names = [_name_in_frame(trial, name) for name in trial.columns]
    columns = dict(zip(_COLUMN_KEYS[len(trial.columns)], names, strict=True))
    return getattr(ready_made, demand.expectation)(**columns, **demand.arguments, **told)


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
