"""A quarter under a clock of its own comes out as it was written down beforehand (quarter.yaml), and nothing else happens."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from baocao.domain import VIETNAM
from sandbox.server import start
from tests.crash.zygote import Zygote
from tests.flows.operations.quarter import DATA_SET, PERIOD, SEEN, Quarter

SCRIPT: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "quarter.yaml").read_text(encoding="utf-8"))
LOG: list[dict[str, Any]] = SCRIPT["log"]
FAULT, OPTIONS = "too_many_429", {"retry_after": "3600"}


def test_a_quarter_goes_as_it_was_written_down_and_nothing_else_happens(tmp_path: Path, zygote: Zygote) -> None:
    with start(DATA_SET, now=_at(LOG[0])) as sandbox:
        quarter = Quarter(tmp_path, sandbox, zygote)
        fired = [(f"{one.at:%d/%m %H:%M}", one.deployment) for one in quarter.firings(*_span())]
        assert fired == [(line["at"], line["fires"]) for line in LOG if "fires" in line]
        parameters = {one.deployment: dict(one.parameters) for one in quarter.firings(*_span())}
        written = list(_live_through(quarter, parameters))
        assert written == LOG
        assert quarter.left_over() == []


def _live_through(quarter: Quarter, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every line as it came out."""
    before = quarter.seen()
    for line in LOG:
        given = {name: line[name] for name in line if name not in (*SEEN, "ends")}
        ends = {"ends": ended} if (ended := _take(quarter, line, parameters)) else {}
        after = quarter.seen()
        new = {name: _in_order(after[name] - before[name], line.get(name, [])) for name in SEEN}
        before = after
        yield given | ends | {name: found for name, found in new.items() if found}


def _take(quarter: Quarter, line: dict[str, Any], parameters: dict[str, Any]) -> str | None:
    at = _at(line)
    if "takes_over" in line:
        quarter.let_leases_run_out()
    if run := line.get("fires") or line.get("tries") or line.get("takes_over"):
        return quarter.take(run.split("/")[0], at, line.get("dies_at", ""), **parameters[run]).ends
    return HAPPENS[line["happens"]](quarter, line, at)


def _switch(quarter: Quarter, line: dict[str, Any], _at: datetime) -> None:
    for system in line["systems"]:
        quarter.sandbox.clear_faults(system)
        if line["happens"] == "down":
            quarter.sandbox.set_fault(system, FAULT, **OPTIONS)


def _run(quarter: Quarter, line: dict[str, Any], at: datetime) -> str:
    return quarter.take("quarterly-report", at, unit=line["unit"], period=PERIOD).ends


def _release(quarter: Quarter, line: dict[str, Any], at: datetime) -> None:
    for unit in line["units"]:
        quarter.take("release", at, unit=unit, period=PERIOD)


HAPPENS = {
    "down": _switch,
    "up": _switch,
    "figure_given": lambda quarter, _line, _at: quarter.give_figure(),
    "run": _run,
    "release": _release,
}


def _in_order(found: Counter[str], wanted: list[str]) -> list[str]:
    """What was wanted in its order, then the rest: a difference shows as one."""
    there = [one for one in wanted if one in found]
    return there + sorted((found - Counter(there)).elements())


def _at(line: dict[str, Any]) -> datetime:
    return datetime.strptime(f"2025/{line['at']}:59", "%Y/%d/%m %H:%M:%S").replace(tzinfo=VIETNAM)


def _span() -> tuple[datetime, datetime]:
    begins, ends = (datetime.fromisoformat(SCRIPT[name]).replace(tzinfo=VIETNAM) for name in ("begins", "ends"))
    return begins, ends
