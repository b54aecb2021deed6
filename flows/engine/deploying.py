"""Putting the deployments up on a Prefect server, with all that belongs to them: pool, limits, automations.

A deployment is written only where its definition has changed: writing it drops the runs scheduled ahead and turns
schedules that somebody has paused back on. What is no longer listed is removed, or its schedules would go on firing.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.schedules import RRule
from prefect.types.entrypoint import EntrypointType

from baocao.catalogue import Catalogue
from baocao.catalogue.operations import Operations
from baocao.settings import TELEMETRY_OFF
from flows.deployments import OUR_TAG, SPREADING_QUEUE, Deployment, list_deployments
from flows.engine.automations import put_up_automations
from flows.engine.environment import SIGN_OF_LIFE
from flows.engine.parameters import MODE_WORDS, WORDS
from flows.engine.schedules import TIME_ZONE
from flows.engine.source_limits import limit_name
from reporting.workspace import code_version

POOL_TYPE = "process"
PAGE = 200


@dataclass(frozen=True)
class DeployResult:
    """What is up: `changed` were written, `removed` are no longer listed."""

    names: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    limits: dict[str, int]
    work_pool: str | None


class KeptDeployment(RunnerDeployment):
    """A deployment that is left as it is where the server has it with the same definition."""

    def is_same(self, found: DeploymentResponse) -> bool:
        return found.version == self.version

    async def aapply(self, *args: Any, **kwargs: Any) -> UUID:
        async with get_client() as client:
            try:
                found = await client.read_deployment_by_name(self.full_name)
            except ObjectNotFound:
                found = None
        return found.id if found and self.is_same(found) else await super().aapply(*args, **kwargs)


def build(deployment: Deployment, work_pool: str | None) -> KeptDeployment:
    """As Prefect has it; `work_pool` is None where `baocao serve` runs it itself."""
    limit = deployment.at_once
    made = KeptDeployment.from_flow(
        load_flow(deployment.entrypoint),
        name=deployment.name,
        description=deployment.description,
        parameters=dict(deployment.parameters),
        tags=list(deployment.tags),
        schedules=[
            RRule(each.rrule, timezone=TIME_ZONE, slug=each.slug, parameters=each.parameters)
            for each in deployment.schedules
        ],
        concurrency_limit=ConcurrencyLimitConfig(limit=limit, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
        if limit
        else None,
        work_pool_name=work_pool,
        work_queue_name=SPREADING_QUEUE if work_pool and deployment.spreads else None,
        # said here too, for a worker that was not started by `baocao worker`
        job_variables={"env": {**SIGN_OF_LIFE, **TELEMETRY_OFF}} if work_pool else None,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(made, KeptDeployment)
    schema = made._parameter_openapi_schema.properties  # noqa: SLF001  (there is no other way to offer choices)
    describe_parameters(schema, deployment)
    made.version = hash_definition(deployment, work_pool, schema)
    # else the commit of the checkout this is started in takes the version's place, and every start writes all anew
    made.version_type = "prefect:simple"  # type: ignore[assignment]  # its enumeration is private to Prefect
    return made


def describe_parameters(schema: dict[str, Any], deployment: Deployment) -> None:
    """Say on Prefect's page what each parameter means, and which values there are."""
    for name, found in schema.items():
        found["title"], words = WORDS[name]
        found["description"] = words or "; ".join(f"{value}: {MODE_WORDS[value]}" for value in found["enum"])
        if name in deployment.choices:
            found["enum"] = list(deployment.choices[name])


def load_flow(entrypoint: str) -> Flow[..., Any]:
    module, _, name = entrypoint.rpartition(".")
    found: Flow[..., Any] = getattr(import_module(module), name)
    return found


def hash_definition(deployment: Deployment, work_pool: str | None, schema: dict[str, Any]) -> str:
    """A short hash over everything whose change must reach the server."""
    content = json.dumps([asdict(deployment), work_pool, schema, code_version()], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def deploy_all(catalogue: Catalogue, operations: Operations) -> DeployResult:
    """Put everything up for workers of the work pool."""
    listed = [build(one, operations.work_pool) for one in list_deployments(catalogue, operations)]
    with get_client(sync_client=True) as client:
        _make_work_pool(client, operations.work_pool)
        before = {found.id: found.version for found in _read_ours(client)}
        ids = {_apply(client, one): one for one in listed}
        changed = tuple(one.full_name for found, one in ids.items() if before.get(found) != one.version)
        removed = _remove_others(client, set(ids))
        limits = put_up_limits(client, catalogue)
    put_up_automations(operations.lost_after_s)
    return DeployResult(tuple(one.full_name for one in listed), changed, removed, limits, operations.work_pool)


def put_up_limits(client: SyncPrefectClient, catalogue: Catalogue) -> dict[str, int]:
    """A limit for each source: as many collections at once as it may be asked at once."""
    limits = {limit_name(code): source.pace.at_once for code, source in catalogue.sources.items()}
    for name, limit in limits.items():
        client.upsert_global_concurrency_limit_by_name(name, limit)
    return limits


def _apply(client: SyncPrefectClient, deployment: KeptDeployment) -> UUID:
    try:
        found = client.read_deployment_by_name(deployment.full_name)
    except ObjectNotFound:
        found = None
    if found and deployment.is_same(found):
        return found.id
    applied = deployment.apply()
    assert isinstance(applied, UUID)
    return applied


def _make_work_pool(client: SyncPrefectClient, name: str) -> None:
    try:
        client.read_work_pool(name)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=name, type=POOL_TYPE))
    queues = client.read_work_queues(work_pool_name=name)
    if not any(queue.name == SPREADING_QUEUE for queue in queues):
        client.create_work_queue(SPREADING_QUEUE, work_pool_name=name, concurrency_limit=1)


def _remove_others(client: SyncPrefectClient, kept: set[UUID]) -> tuple[str, ...]:
    others = [found for found in _read_ours(client) if found.id not in kept]
    for found in others:
        client.delete_deployment(found.id)
    return tuple(found.name for found in others)


def _read_ours(client: SyncPrefectClient) -> Iterable[DeploymentResponse]:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[OUR_TAG]))
    return client.read_deployments(deployment_filter=ours, limit=PAGE)
