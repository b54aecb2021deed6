"""The flow that starts a lost run again: once for each loss, three times at most, with what the lost one was given."""

from tests.crash.zygote import Zygote
from tests.flows.operations.conftest import SOMEBODY_ELSES, Engine

WAITING = f"weekly-verify/{SOMEBODY_ELSES}"
"""A deployment nobody runs: its runs stay as they are."""


def lose(engine: Engine, *tags: str) -> str:
    """A run that is taken for lost."""
    api = engine.stage.api
    given = {"tags": ["its-own", *tags], "parameters": {}}
    made = api.call("POST", f"/deployments/{api.deployment(WAITING)['id']}/create_flow_run", given)
    return str(made["id"])


def take_over(zygote: Zygote, run_id: str) -> tuple[str, str]:
    step = {"flow": "take-over", "parameters": {"flow_run_id": run_id}}
    (answer,) = zygote.order({"step": step, "environment": {}})
    return answer["ends"], answer["says"]


def test_a_lost_run_is_started_again_once_however_often_its_loss_is_told(engine: Engine, zygote: Zygote) -> None:
    lost = lose(engine)
    before = {run["id"] for run in engine.stage.api.runs(deployments={"name": {"any_": [SOMEBODY_ELSES]}})}
    told = {take_over(zygote, lost) for _ in range(2)}
    assert [ends for ends, _ in told] == ["Completed"]
    runs = engine.stage.api.runs(deployments={"name": {"any_": [SOMEBODY_ELSES]}})
    (again,) = [run for run in runs if run["id"] not in before]
    assert {"attempt-2", "its-own"} <= set(again["tags"])


def test_a_run_lost_for_the_third_time_is_left_to_people(engine: Engine, zygote: Zygote) -> None:
    ends, says = take_over(zygote, lose(engine, "attempt-3"))
    assert ends == "Failed"
    assert says.endswith("đã mất 3 lần, không chạy lại nữa; xem nhật ký của lần chạy.")
