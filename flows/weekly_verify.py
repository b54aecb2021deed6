"""The flow that looks every week whether everything kept and released is still what it was."""

import os
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from baocao.settings import Settings
from flows.engine.own_code import own_code
from flows.engine.run_context import skip_missed
from reporting.release.verifying import Verification, verify
from reporting.upkeep.marks import leave_mark
from reporting.workspace import open_workspace


@flow(name="weekly-verify", flow_run_name="Kiểm tra nguyên vẹn", persist_result=False)
@own_code
def weekly_verify() -> State[Any]:
    """Kiểm tra nhật ký phát hành, dữ liệu gốc và tệp đã phát hành còn nguyên vẹn (như `baocao verify`)."""
    with open_workspace(Settings.read(os.environ)) as workspace:
        if left_out := skip_missed(workspace):
            return left_out
        settings = workspace.settings
        found = verify(workspace.store, settings.out_dir, var_dir=settings.var_dir)
        leave_mark(workspace.settings.var_dir, "verify", found.exit_code)
    _publish(found)
    said = (
        f"{found.entry_count} dòng nhật ký, {found.payload_count} gói dữ liệu gốc và cấu hình, "
        f"{found.file_count} tệp đã phát hành; dòng cuối {found.head or 'chưa có'}"
    )
    if found.findings:
        return Failed(
            message=f"{len(found.findings)} chỗ không còn nguyên vẹn: {found.findings[0].where}; trong {said}"
        )
    return Completed(message=f"nguyên vẹn: {said}")


def _publish(found: Verification) -> None:
    rows = [
        {"Loại": finding.damage.value, "Ở đâu": finding.where, "Nội dung": finding.says} for finding in found.findings
    ]
    create_table_artifact(rows, key="verify", description="Những chỗ không còn nguyên vẹn")
