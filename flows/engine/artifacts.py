"""What Prefect's page shows of a run: the form and the checks, as tables."""

import logging
from collections.abc import Mapping
from pathlib import Path

from httpx import HTTPError
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from baocao.catalogue.forms import MatrixCell
from baocao.domain import FormStage, Outcome
from baocao.store import FormKey
from baocao.vocabulary import FORM_STAGES, OUTCOMES, SEVERITIES, STATUSES
from flows.engine.own_code import is_engine_there
from reporting.log.run_log import note
from reporting.plan import Plan
from reporting.report import Report
from reporting.standing import next_command


def publish_artifacts(plan: Plan, report: Report, files: Mapping[str, str]) -> None:
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
        create_markdown_artifact(summarise(plan, report, files), key=f"summary-{name}")
    except HTTPError as error:
        note("artifacts not published", level=logging.WARNING, error=type(error).__name__)


def form_table(plan: Plan, report: Report) -> list[dict[str, str]]:
    """One row per row of the form, the figure first: the page cuts long rows, and reads `2.` as a list."""
    return [
        {
            "Số liệu": report.filled.cells[row.key].display,
            "STT": row.place if isinstance(row, MatrixCell) else row.key,
            "Đơn vị tính": row.meant_unit.replace("\n", "; "),
            "Trạng thái": STATUSES[report.filled.cells[row.key].status],
            "Ghi chú": report.filled.cells[row.key].note,
            "Chỉ tiêu": row.meant_label,
        }
        for row in plan.form.laid_out(report.filled).rows
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


def summarise(plan: Plan, report: Report, files: Mapping[str, str]) -> str:
    """What came of it, what to do next, and where the files are."""
    counts = {outcome: sum(r.outcome is outcome for r in report.checks) for outcome in Outcome}
    stage = FormStage.READY if report.is_releasable else FormStage.DRAFTED
    key = FormKey(plan.unit.unit_code, plan.form.form_code, plan.period)
    return "\n".join(
        (
            f"**{plan.label}: {FORM_STAGES[stage]}**",
            "",
            *(f"- Kiểm tra {OUTCOMES[outcome]}: {counts[outcome]}" for outcome in Outcome),
            "",
            f"Việc tiếp theo: `{next_command(key, stage, is_locked=False)}`",
            "",
            *(f"Các tệp, trong thư mục `{folder}`:" for folder in {str(Path(path).parent) for path in files.values()}),
            "",
            *(f"- [{name}]({Path(path).absolute().as_uri()})" for name, path in files.items()),
        )
    )
