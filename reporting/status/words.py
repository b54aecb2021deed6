"""What is to be done next about a form, in words; and its row of the status grid for a program."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from baocao.domain import FormStage
from baocao.hints import hint
from baocao.store import HandIn, VintageStatus
from reporting.standing import next_command
from reporting.status.rows import GridRow, Step

ASK_AGAIN = {
    11: "hệ thống chưa cho số liệu; chạy lại khi hoạt động",
    12: "xin cấp lại tài khoản, rồi chạy lại",
    13: "báo người phát triển bộ kết nối",
}
SHOWN_CHECKS = 2
WORDS: Mapping[Step, str] = {
    FormStage.RELEASED: "xong",
    FormStage.RESTATED: "xong",
    FormStage.APPROVED: "phát hành",
    FormStage.SUBMITTED: "chờ duyệt",
    FormStage.READY: "trình duyệt",
    FormStage.SENT_BACK: "sửa ô bị trả lại, rồi trình lại",
    VintageStatus.RUNNING: "đợi lần chạy này xong",
    FormStage.OPEN: "{verb}",
    VintageStatus.FAILED: "{verb} lại",
}
BEFORE_THE_CLOSE: Mapping[Step, str] = {
    FormStage.OPEN: "kỳ chưa khép lại; chưa phải làm gì",
    FormStage.READY: "số tạm tính; chạy lại sau khi kỳ khép lại",
}


DONE_OR_WAITING = (FormStage.RELEASED, FormStage.RESTATED, VintageStatus.RUNNING)


@dataclass(frozen=True)
class NextStep:
    """What is to be done, and the command that does it, where there is one."""

    says: str
    command: str = ""

    def __str__(self) -> str:
        return f"{self.says}: {self.command}" if self.command else self.says


def next_step(row: GridRow) -> NextStep:
    if row.step is FormStage.DRAFTED:
        return _mend(row)
    if not row.has_ended and row.step in BEFORE_THE_CLOSE:
        return NextStep(BEFORE_THE_CLOSE[row.step])
    if row.hands_in and row.step is FormStage.OPEN:
        says = "sửa biểu rồi nộp lại" if row.hand_in else "nộp biểu"
        return NextStep(says, hint("hand-in", "BIEU.docx", unit=row.unit.unit_code, period=row.period))
    says = WORDS[row.step].format(verb="tổng hợp" if row.is_rolled_up else "chạy")
    if row.step in DONE_OR_WAITING:
        return NextStep(says)
    return NextStep(says, next_command(row.form_key, row.stage, is_locked=row.is_locked))


def _mend(row: GridRow) -> NextStep:
    """What a draft needs: its failed sources first, since the rest follows from them."""
    if row.failures:
        worst = max(row.failures, key=lambda failure: failure.exit_code)
        label = row.systems[worst.system].label
        return NextStep(f"{label}: {ASK_AGAIN.get(worst.exit_code, worst.reason)}")
    form = "" if row.is_alone else row.form_code
    checks = ", ".join(row.blocking[:SHOWN_CHECKS]) + (", …" if len(row.blocking) > SHOWN_CHECKS else "")
    return NextStep(f"sửa số liệu chưa đạt ({checks})", hint("checks", row.period, unit=row.unit.unit_code, form=form))


def _hand_in_json(given: HandIn) -> dict[str, Any]:
    return {"number": given.number, "outcome": given.outcome.value, "received_at": given.received_at.isoformat()}


def row_json(row: GridRow) -> dict[str, Any]:
    """One form for a program."""
    return {
        "unit": row.unit.unit_code,
        "name": row.unit.name,
        "tier": row.unit.tier.value,
        "period": row.period.code,
        "form": row.form_code,
        "form_name": row.form_name,
        "due_on": row.due_on.isoformat(),
        "working_days_left": row.days_left,
        "urgency": row.urgency.value,
        "stage": row.stage.value,
        "step": row.step.name.lower(),
        "vintage": row.vintage,
        "systems": {
            system.value: {
                "source": found.source_code,
                "state": "failed" if found.failure else "given" if found.was_asked else "not_asked",
                "reason": found.failure.reason if found.failure else "",
                "exit_code": found.failure.exit_code if found.failure else 0,
            }
            for system, found in row.systems.items()
        },
        "hands_in": row.hands_in,
        "hand_in": _hand_in_json(row.hand_in) if row.hand_in else None,
        "blocking": list(row.blocking),
        "next": str(next_step(row)),
    }
