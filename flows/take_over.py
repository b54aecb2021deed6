"""The flow that starts a lost run again: called by Prefect's automation when a run of ours is set to Crashed.

The new run has the parameters of the lost one and takes over from what the store has: forms that were
finished stay, a source that was being read is gone on with, an alert that was sent is not sent again.
"""

from typing import Any
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Completed, Failed

from baocao.errors import EngineError

ATTEMPTS = 3
ATTEMPT_TAG = "attempt-"


@flow(name="take-over", flow_run_name="Chạy lại {flow_run_id}", persist_result=False)
def take_over(flow_run_id: str) -> State[Any]:
    """Chạy lại một lần chạy bị mất giữa chừng (máy tắt, tiến trình bị dừng); quá ba lần thì thôi."""
    with get_client(sync_client=True) as client:
        lost = client.read_flow_run(UUID(flow_run_id))
        attempt = attempt_of(lost) + 1
        if attempt > ATTEMPTS:
            return Failed(message=f"{lost.name}: đã mất {ATTEMPTS} lần, không chạy lại nữa; xem nhật ký của lần chạy.")
        started = start_again(client, lost, attempt)
    return Completed(message=f"{lost.name}: chạy lại thành {started.name} (lần {attempt}/{ATTEMPTS})")


def attempt_of(run: FlowRun) -> int:
    """1 for a run nobody has taken over."""
    numbers = [int(tag.removeprefix(ATTEMPT_TAG)) for tag in run.tags if tag.startswith(ATTEMPT_TAG)]
    return max(numbers, default=1)


def start_again(client: SyncPrefectClient, lost: FlowRun, attempt: int) -> FlowRun:
    """A new run of the same deployment; the same one where it was started already."""
    if lost.deployment_id is None:
        raise EngineError(f"{lost.name}: not started by a deployment; start it again by hand")
    tags = [tag for tag in lost.tags if not tag.startswith(ATTEMPT_TAG)]
    return client.create_flow_run_from_deployment(
        lost.deployment_id,
        parameters=dict(lost.parameters),
        tags=[*tags, f"{ATTEMPT_TAG}{attempt}"],
        idempotency_key=f"take-over-{lost.id}",
    )
