"""What became of a file, and the one sentence that says it to who handed it in."""

from dataclasses import dataclass

from baocao.catalogue.cell_names import name_cells
from baocao.domain import CheckResult, Outcome, Severity
from baocao.errors import ChecksFailedError, UnreadableFormError
from baocao.forms.recognise import ReadForm
from baocao.store import HandIn
from reporting.differences.differing import ExplainedDifference
from reporting.intake.judging import JudgedFile
from reporting.intake.linting import LintResult
from reporting.outcome import RunResult


@dataclass(frozen=True)
class HandInAnswer:
    """What became of a file: `given` as it is kept, the answer in one sentence, everything found in it, what is open.

    `is_known` where the very file was taken before. `result` is there where it was accepted and the report was made of
    it, `changed` what differs from the report before; `is_locked` where a release stands, which it does not change. The
    sentence may quote what stands in the file: it is for who
    handed it in, and not kept.
    """

    given: HandIn
    says_vi: str
    linted: tuple[LintResult, ...]
    findings: tuple[CheckResult, ...]
    open: tuple[CheckResult, ...]
    is_known: bool = False
    result: RunResult | None = None
    changed: tuple[ExplainedDifference, ...] = ()
    is_locked: bool = False

    @property
    def exit_code(self) -> int:
        if not self.given.is_accepted:
            unreadable = self.given.form_code == ""
            return UnreadableFormError.exit_code if unreadable else ChecksFailedError.exit_code
        return self.result.exit_code if self.result else 0


def _lines_of(read: ReadForm) -> list[tuple[str, str]]:
    return [(line.key, line.label) for line in read.filled.lines]


def say_answer(judged: JudgedFile, given: HandIn, *, is_known: bool) -> str:
    """One sentence, for who handed it in."""
    whose = f"{judged.plan.unit.name}, {judged.plan.period.label_vi} (nộp lần {given.number})"
    if judged.read is None:
        return f"Gửi trả tệp của {whose}: {judged.refusal}"
    named = f"{judged.read.form.appendix} của {whose}"
    if not given.is_accepted:
        cells = tuple(dict.fromkeys(cell for one in judged.open for cell in one.cells))
        where = f" ({name_cells(judged.read.form, cells, {}, _lines_of(judged.read))})" if cells else ""
        return f"Gửi trả {named}: {len(judged.open)} lỗi phải sửa hoặc giải trình{where}."
    if is_known:
        return f"Tệp này đã được nhận từ trước: {named}."
    figures = sum(cell.value is not None for cell in judged.read.filled.cells.values())
    said = f"; {len(judged.explained)} lỗi đã có giải trình" if judged.explained else ""
    warned = sum(one.severity is Severity.WARNING and one.outcome is Outcome.FAIL for one in judged.findings)
    beside = f"; {warned} cảnh báo cần xem lại" if warned else ""
    return f"Đã nhận {named}: {figures} số liệu{said}{beside}."
