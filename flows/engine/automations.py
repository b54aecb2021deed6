"""Prefect's automations for runs that are lost: found by their missed heartbeats, and started again.

A worker that is killed together with its run leaves it Running for ever, and its place taken. Every run of a flow sends
a heartbeat each half minute; one that has long sent none is set to Crashed, and what is set to Crashed is started
again.
"""

from datetime import timedelta

from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events import EventTrigger, ResourceSpecification
from prefect.events.actions import ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import Posture

from flows.deployments import TAKE_OVER_TAG

TAKE_OVER_DEPLOYMENT = "take-over/lost-runs"
HEARD_OF = {f"prefect.flow-run.{what}" for what in ("heartbeat", "Pending", "Submitting", "Running")}
ANY_RUN = {"prefect.resource.id": "prefect.flow-run.*"}
OURS = {"prefect.resource.id": f"prefect.tag.{TAKE_OVER_TAG}", "prefect.resource.role": "tag"}


def put_up_automations(lost_after_s: int) -> None:
    """Make them, or bring them to this version."""
    for automation in (find_lost(timedelta(seconds=lost_after_s)), start_lost_again()):
        with get_client(sync_client=True) as client:
            found = client.read_automations_by_name(automation.name)
        if found:
            automation.id = found[0].id
            automation.update()
        else:
            automation.create()


def find_lost(silence: timedelta) -> Automation:
    """A run that was heard of and then nothing more is Crashed.

    Heard of by a heartbeat, or by the server when it was handed to a worker or began: one that dies in its first second
    has sent no heartbeat yet.
    """
    return Automation(
        name="baocao: lần chạy mất liên lạc",
        description=f"Lần chạy không báo còn sống trong {silence.seconds} giây được coi là đã mất.",
        trigger=EventTrigger(
            posture=Posture.Proactive,
            after=HEARD_OF,
            expect={"prefect.flow-run.*"},
            match=ResourceSpecification(ANY_RUN),
            for_each={"prefect.resource.id"},
            threshold=1,
            within=silence,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                name="Crashed",
                message=f"không còn dấu hiệu hoạt động trong {silence.seconds} giây: tiến trình hoặc máy chạy đã mất",
            )
        ],
    )


def start_lost_again() -> Automation:
    with get_client(sync_client=True) as client:
        deployment_id = client.read_deployment_by_name(TAKE_OVER_DEPLOYMENT).id
    return Automation(
        name="baocao: chạy lại lần chạy bị mất",
        description="Lần chạy bị mất giữa chừng được chạy lại, nhiều nhất ba lần.",
        trigger=EventTrigger(
            posture=Posture.Reactive,
            expect={"prefect.flow-run.Crashed"},
            match=ResourceSpecification(ANY_RUN),
            match_related=ResourceSpecification(OURS),
            for_each={"prefect.resource.id"},
            threshold=1,
            within=timedelta(0),
        ),
        actions=[
            RunDeployment(
                deployment_id=deployment_id,
                parameters={"flow_run_id": {"__prefect_kind": "jinja", "template": "{{ flow_run.id }}"}},
            )
        ],
    )
