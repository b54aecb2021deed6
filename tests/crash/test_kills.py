"""A process killed anywhere on a form's way, then the step taken again: nothing doubled, lost, half made or different."""

import random
from pathlib import Path

import pytest

from flows.standing import State
from flows.verifying import Damage
from tests.crash.conftest import Stage
from tests.crash.installation import Installation
from tests.crash.work import STEPS

FATAL = {"run": 3, "prepare": 1, "publish": 3, "accept": 2, "restate": 1}
RUNS = ("run", "accept")
DONE_AT = {
    "prepare": State.CHECKED,
    "approve": State.APPROVED,
    "accept": State.CHECKED,
    "approve_again": State.APPROVED,
}


def look_at_what_is_left(dead: Installation) -> None:
    """Right after the death, before anybody mends anything."""
    assert dead.set_is_whole()
    assert set(dead.damages()) <= {Damage.OUT_BEHIND}


def take_again(left: Installation, stage: Stage) -> None:
    """As an operator would: wait for the lease, take the step again unless the form is past it."""
    left.let_leases_run_out()
    if left.state() is DONE_AT.get(stage.step):
        return
    answer = left.take(stage.step)
    is_past_it = answer["exit_code"] == 21 and left.state() in (State.RELEASED, State.RESTATED)
    assert answer["exit_code"] == 0 or (is_past_it and stage.step in ("publish", "restate")), answer


def compare_with_undisturbed(left: Installation, stage: Stage) -> None:
    undisturbed, found, wanted = stage.after, left.count_rows(), stage.after.count_rows()
    assert left.log() == undisturbed.log()
    assert left.files() == undisturbed.files()
    assert left.set_is_whole()
    assert (left.damages(), left.leftovers()) == ([], [])
    extra = found.pop("whole") - wanted.pop("whole")
    assert extra in (0, 1 if stage.step in RUNS else 0)
    added = {name: wanted[name] - count for name, count in stage.before.count_rows().items() if name in wanted}
    for name in ("observation", "filled_form", "check_result", "source_failure"):
        assert found[name] == wanted[name] + extra * added[name], name
    for name in ("payload", "release_log", "release_head", "open"):
        assert found[name] == wanted[name], name


def kill_and_take_again(stage: Stage, home: Path, **death: float) -> bool:
    """Whether the process died of it, or was through already."""
    dying = stage.before.copy(home)
    try:
        was_killed = dying.take(stage.step, **death)["killed"]
        look_at_what_is_left(dying)
        take_again(dying, stage)
        compare_with_undisturbed(dying, stage)
    finally:
        dying.close()
    return bool(was_killed)


def spread(stage: Stage, count: int) -> list[int]:
    """So many transitions of a step, evenly over its course."""
    return sorted({1 + stage.transitions * (2 * place + 1) // (2 * count) for place in range(count)})


def test_a_process_killed_at_a_transition_leaves_nothing_half_done(stages: dict[str, Stage], tmp_path: Path) -> None:
    """Ten deaths on each database."""
    for step, count in FATAL.items():
        for fatal in spread(stages[step], count):
            assert kill_and_take_again(stages[step], tmp_path / f"{step}-{fatal}", fatal=fatal), (step, fatal)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_transition_leaves_nothing_half_done(
    stages: dict[str, Stage], tmp_path: Path, step: str
) -> None:
    """Each transition; of a run's every second one, since most of them are one answer after the other."""
    for fatal in range(1, stages[step].transitions + 1, 2 if step in RUNS else 1):
        kill_and_take_again(stages[step], tmp_path / str(fatal), fatal=fatal)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_process_killed_at_any_moment_leaves_nothing_half_done(stages: dict[str, Stage], tmp_path: Path) -> None:
    chance = random.Random(20_261_126)
    for number in range(30):
        step, after_s = chance.choice(RUNS), chance.uniform(0.02, 1.5)
        kill_and_take_again(stages[step], tmp_path / str(number), after_s=after_s)


def test_of_two_runs_of_one_form_at_once_one_works_and_the_other_says_who_has_it(
    stages: dict[str, Stage], tmp_path: Path
) -> None:
    both = stages["run"].before.copy(tmp_path / "both")
    answers = both.zygote.order(both.order("run"), both.order("run"))
    assert sorted(answer["exit_code"] for answer in answers) == [0, 21]
    (refused,) = (answer for answer in answers if answer["exit_code"])
    assert "dac-khu/2025-bieu-mau-7/2025-Q4: leased by" in refused["says"]
    assert both.count_rows() == stages["run"].after.count_rows()
    assert both.files() == stages["run"].after.files()
    both.close()
