"""A process killed anywhere on a form's way, then the step taken again: nothing doubled, lost, half made or different."""

import random
from collections import Counter
from pathlib import Path

import pytest

from baocao.domain import FormStage
from reporting.release.verifying import Damage
from tests.crash.conftest import Stage, Stages
from tests.crash.installation import Installation
from tests.crash.work import STEPS

FATAL = {
    "sqlite": {"run_in_trouble": 1, "run": 2, "prepare": 2, "publish": 3, "accept": 1, "restate": 1},
    "postgresql": {"run_in_trouble": 1, "run": 1, "publish": 4},
}
RUNS = ("run_in_trouble", "run", "accept")
EVERY = {"approve": 1, "approve_again": 1, "prepare": 2, "publish": 2, "restate": 2}
RARELY = 12
DONE_AT = {
    "prepare": FormStage.SUBMITTED,
    "approve": FormStage.APPROVED,
    "accept": FormStage.SUBMITTED,
    "approve_again": FormStage.APPROVED,
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
    is_past_it = answer["exit_code"] == 21 and left.state() in (FormStage.RELEASED, FormStage.RESTATED)
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
    for name in ("observation", "filled_form", "check_result", "coverage", "source_failure"):
        assert found[name] == wanted[name] + extra * added[name], name
    for name in ("payload", "release_log", "release_head", "open", "incident", "incident_event", "outbox", "unsent"):
        assert found[name] == wanted[name], name


def look_at_what_was_told(told: Counter[str], stage: Stage) -> None:
    """Each alert once; one whose sender died before it could note that it was taken comes again under the same key."""
    assert set(told) == stage.told
    assert sum(told.values()) <= len(told) + 1


def kill_and_take_again(stage: Stage, home: Path, **death: float) -> bool:
    """Whether the process died of it, or was through already."""
    dying = stage.before.copy(home)
    dying.sources.take_told()
    try:
        was_killed = dying.take(stage.step, **death)["killed"]
        look_at_what_is_left(dying)
        take_again(dying, stage)
        compare_with_undisturbed(dying, stage)
        look_at_what_was_told(dying.sources.take_told(), stage)
    finally:
        dying.close()
    return bool(was_killed)


def spread(stage: Stage, count: int) -> list[int]:
    """So many transitions of a step, evenly over its course."""
    return sorted({1 + stage.transitions * (2 * place + 1) // (2 * count) for place in range(count)})


def test_a_process_killed_at_a_transition_leaves_nothing_half_done(stages: Stages, tmp_path: Path) -> None:
    """Sixteen deaths on the two databases."""
    for step, count in FATAL[stages.database].items():
        for fatal in spread(stages[step], count):
            assert kill_and_take_again(stages[step], tmp_path / f"{step}-{fatal}", fatal=fatal), (step, fatal)


def test_an_alert_whose_sender_died_before_noting_it_comes_again_under_its_own_key(
    stages: Stages, tmp_path: Path
) -> None:
    """Four deaths on the two databases: just before it goes out, and between its being taken and our noting it."""
    stage = stages["run_in_trouble"]
    (post,) = stage.posts
    for fatal, times in ((post, 1), (post + 1, 2)):
        dying = stage.before.copy(tmp_path / str(fatal))
        dying.sources.take_told()
        assert dying.take(stage.step, fatal=fatal)["killed"]
        take_again(dying, stage)
        compare_with_undisturbed(dying, stage)
        assert dying.sources.take_told() == dict.fromkeys(stage.told, times)
        dying.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_transition_leaves_nothing_half_done(stages: Stages, tmp_path: Path, step: str) -> None:
    """Not every run has as many (who waits for a turn notes it), so the last ones may be past its end."""
    chosen = choose_all(stages[step])
    deaths = sum(kill_and_take_again(stages[step], tmp_path / str(fatal), fatal=fatal) for fatal in chosen)
    assert deaths >= len(chosen) * 2 // 3


def choose_all(stage: Stage) -> list[int]:
    """Of a run's transitions every twelfth, since most are one answer after the other, and each one around its alert.

    Of a release's every one or every second one.
    """
    chosen = set(range(1, stage.transitions + 1, EVERY.get(stage.step, RARELY)))
    return sorted(chosen | {near for post in stage.posts for near in range(post - 6, stage.transitions + 1)})


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_process_killed_at_any_moment_leaves_nothing_half_done(stages: Stages, tmp_path: Path) -> None:
    chance = random.Random(20_261_126)
    for number in range(10):
        step, after_s = chance.choice(RUNS), chance.uniform(0.02, 1.5)
        kill_and_take_again(stages[step], tmp_path / str(number), after_s=after_s)


def test_of_two_runs_of_one_form_at_once_one_works_and_the_other_says_who_has_it(
    stages: Stages, tmp_path: Path
) -> None:
    both = stages["run"].before.copy(tmp_path / "both")
    answers = both.zygote.order(both.order("run"), both.order("run"))
    assert sorted(answer["exit_code"] for answer in answers) == [0, 21]
    (refused,) = (answer for answer in answers if answer["exit_code"])
    assert "đang làm từ" in refused["says"]
    assert both.count_rows() == stages["run"].after.count_rows()
    assert both.files() == stages["run"].after.files()
    both.close()
