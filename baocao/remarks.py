"""What people say to each other about a cell of a form: questions to its owner, answers, explanations of a finding."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from baocao.domain import Period


class RemarkKind(StrEnum):
    """A question waits for its answer; an explanation goes with the form to whoever approves it."""

    COMMENT = "comment"
    QUESTION = "question"
    ANSWER = "answer"
    EXPLANATION = "explanation"


@dataclass(frozen=True)
class CellRemark:
    """One thing said about a row, or with no `cell` about the whole form. `owner` is asked, `check` explained.

    `number` is given by the store; `answers` is the number of the question.
    """

    unit_code: str
    form_code: str
    period: Period
    cell: str
    kind: RemarkKind
    text: str
    account: str
    at: datetime
    owner: str = ""
    check: str = ""
    answers: int | None = None
    number: int = 0


def list_open_questions(remarks: tuple[CellRemark, ...]) -> tuple[CellRemark, ...]:
    """Those nobody has answered."""
    answered = {remark.answers for remark in remarks if remark.answers is not None}
    return tuple(r for r in remarks if r.kind is RemarkKind.QUESTION and r.number not in answered)
