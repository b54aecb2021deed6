"""`baocao run` as people start it, with its engine: the process killed at three moments, then the command given again."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash.conftest import Stage, Stages
from tests.crash.installation import Installation
from tests.crash.test_kills import compare_with_undisturbed, look_at_what_is_left, look_at_what_was_told
from tests.crash.work import PERIOD, UNIT
from tests.flows.conftest import COMMAND

MOMENTS: Mapping[str, Callable[[Installation], bool]] = {
    "a first answer is kept": lambda dying: any((dying.home / "var" / "payloads").glob("*/*.zst")),
    "the figures are kept": lambda dying: dying.count_rows()["whole"] > 0,
    "the alert is on its way": lambda dying: bool(dying.sources.sink.headers),
}
REFUSED = 12
LONGEST_S = 600


@contextmanager
def running(installation: Installation, step: str) -> Iterator["subprocess.Popen[bytes]"]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BAOCAO_", "PREFECT"))}
    environment = clean | installation.order(step)["environment"] | {"BAOCAO_UNIT": UNIT}
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "run", PERIOD],
        env=environment, cwd=installation.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def kill_when(process: "subprocess.Popen[bytes]", is_reached: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + LONGEST_S
    while not is_reached():
        assert process.poll() is None, "it ended before the moment came"
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
    process.kill()


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_command_killed_with_its_engine_leaves_nothing_half_done(stages: Stages, tmp_path: Path, moment: str) -> None:
    stage: Stage = stages["run_in_trouble"]
    dying = stage.before.copy(tmp_path / "home")
    dying.sources.take_told()
    with running(dying, stage.step) as process:
        kill_when(process, lambda: MOMENTS[moment](dying))
    look_at_what_is_left(dying)
    dying.let_leases_run_out()
    with running(dying, stage.step) as again:
        assert again.wait(LONGEST_S) == REFUSED
    compare_with_undisturbed(dying, stage)
    look_at_what_was_told(dying.sources.take_told(), stage)
    dying.close()
