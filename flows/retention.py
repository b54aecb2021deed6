"""The flow that clears away what nobody needs any more, as operations.yaml says; nothing released, nothing mentioned.

Old records of runs in Prefect, bodies in the payload folder that no table of the database speaks of (a run died between
keeping and entering them), temporary files of runs that were killed. Business records are never touched.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, State
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed

from baocao.settings import Settings
from flows.engine.own_code import own_code
from flows.engine.run_context import skip_missed
from reporting.schedule.operations import read_operations
from reporting.upkeep.clearing import Clearance, clear_temporary
from reporting.workspace import Workspace, open_workspace

PAGE = 200


@flow(name="retention", flow_run_name="Dọn dữ liệu cũ", persist_result=False)
@own_code
def retention(*, dry_run: bool = False) -> State[Any]:
    """Dọn dữ liệu vận hành cũ: lịch sử chạy của Prefect, tệp mồ côi, tệp tạm. Không đụng tới số liệu đã dùng."""
    with open_workspace(Settings.read(os.environ)) as workspace:
        if left_out := skip_missed(workspace):
            return left_out
        cleared = clear_all(workspace, dry_run=dry_run)
    rows = [{"Loại": one.what, "Số lượng": one.count, "Dung lượng (byte)": one.size} for one in cleared]
    create_table_artifact(rows, key="retention", description="Sẽ xoá" if dry_run else "Đã xoá")
    verb = "sẽ xoá" if dry_run else "đã xoá"
    return Completed(message=f"{verb} {', '.join(f'{one.count} {one.what}' for one in cleared)}")


def clear_all(workspace: Workspace, *, dry_run: bool) -> tuple[Clearance, ...]:
    kept = read_operations(workspace.catalogue).retention
    now = datetime.now(UTC)
    before = now - timedelta(days=kept.unreferenced_payloads_days)
    payloads = workspace.store.payloads.remove_unmentioned(before, only_count=dry_run)
    return (
        clear_runs(now - timedelta(days=kept.engine_runs_days), dry_run=dry_run),
        Clearance("tệp dữ liệu gốc không ai nhắc tới", payloads.count, payloads.size),
        clear_temporary(workspace.settings, now - timedelta(days=kept.temporary_files_days), dry_run=dry_run),
    )


def clear_runs(before: datetime, *, dry_run: bool) -> Clearance:
    """Delete Prefect's records of runs that ended before that day."""
    with get_client(sync_client=True) as client:
        count = 0
        for run in _ended_runs(client, before, page_on=dry_run):
            if not dry_run:
                _delete(client, run)
            count += 1
    return Clearance("lần chạy cũ của Prefect", count)


def _ended_runs(client: SyncPrefectClient, before: datetime, *, page_on: bool) -> Iterator[FlowRun]:
    """Page by page. Pages move up while runs are deleted, so then the first page is read again and again."""
    ended = FlowRunFilter(
        end_time=FlowRunFilterEndTime(before_=before),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=sorted(TERMINAL_STATES))),
    )
    offset = 0
    while runs := client.read_flow_runs(flow_run_filter=ended, limit=PAGE, offset=offset):
        yield from runs
        offset += PAGE if page_on else 0


def _delete(client: SyncPrefectClient, run: FlowRun) -> None:
    try:
        client.delete_flow_run(run.id)
    except ObjectNotFound:
        return
