"""What Prefect's page shows of a run: the form and the checks, as tables."""

import logging

from httpx import HTTPError
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from baocao.domain import Outcome
from baocao.vocabulary import OUTCOMES, SEVERITIES, STATUSES
from flows.engine.own_code import is_engine_there
from reporting.log.run_log import note
from reporting.plan import Plan
from reporting.report import Report


def publish_artifacts(plan: Plan, report: Report) -> None:
    """Two tables and a summary, under keys that stay the same for a unit and form so that Prefect keeps a history.

    A form does not fail for them: where the engine does not take them, the log says so.
    """
    name = f"{plan.unit.unit_code}-{plan.form.form_code}"
    if not is_engine_there():
        note("artifacts not published", level=logging.WARNING, error="no answer")
        return
    try:
        create_table_artifact(form_table(plan, report), key=f"form-{name}", description=plan.label)
        create_table_artifact(check_table(report), key=f"checks-{name}", description=f"Kiểm tra: {plan.label}")
        create_markdown_artifact(_summary(plan, report), key=f"summary-{name}")
    except HTTPError as error:
        note("artifacts not published", level=logging.WARNING, error=type(error).__name__)


def form_table(plan: Plan, report: Report) -> list[dict[str, str]]:
    """One row per row of the form, the figure first: the page cuts long rows, and reads `2.` as the start of a list."""
    return [
        {
            "STT": row.key,
            "Số liệu": report.filled.cells[row.key].display,
            "Đơn vị tính": row.meant_unit.replace("\n", "; "),
            "Trạng thái": STATUSES[report.filled.cells[row.key].status],
            "Ghi chú": report.filled.cells[row.key].note,
            "Chỉ tiêu": row.meant_label,
        }
        for row in plan.form.rows
    ]


def check_table(report: Report) -> list[dict[str, str]]:
    """One row per check, failed ones first."""
    return [
        {
            "Mã kiểm tra": result.check,
            "Kết quả": OUTCOMES[result.outcome],
            "Mức độ": SEVERITIES[result.severity],
            "Chỉ tiêu": ", ".join(result.cells),
            "Nội dung": result.message_vi or result.reason,
            "Cần làm": result.mend_vi if result.outcome is Outcome.FAIL else "",
        }
        for result in report.checks
    ]


def _summary(plan: Plan, report: Report) -> str:
    counts = {outcome: sum(r.outcome is outcome for r in report.checks) for outcome in Outcome}
    lines = [f"**{plan.label}**", "", *(f"- {OUTCOMES[outcome]}: {counts[outcome]}" for outcome in Outcome)]
    return "\n".join(lines)
