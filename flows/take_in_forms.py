"""The flow that takes what units handed in by folder and mailbox: one look every so many minutes."""

import os
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from baocao.settings import Settings
from baocao.store import LeaseHeldError
from flows.engine.own_code import own_code
from flows.engine.run_context import skip_missed
from reporting.intake.looking import take_in
from reporting.workspace import open_workspace


@flow(name="take-in", flow_run_name="Nhận biểu đơn vị nộp", persist_result=False)
@own_code
def take_in_forms() -> State[Any]:
    """Nhận và trả lời biểu mẫu đơn vị nộp vào thư mục, hộp thư (như `baocao take-in`)."""
    with open_workspace(Settings.read(os.environ)) as workspace:
        if left_out := skip_missed(workspace):
            return left_out
        try:
            found = take_in(workspace)
        except LeaseHeldError:
            return Completed(message="một lượt nhận khác đang chạy")
    said = f"{len(found.taken)} tệp đã trả lời, {found.refused} nơi gửi không nhận"
    if found.failed:
        return Failed(message=f"{said}; {len(found.failed)} tệp chưa xong, lượt sau làm tiếp: {found.failed[0]}")
    return Completed(message=said)
