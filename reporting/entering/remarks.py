"""Questions to the owner of a figure, answers, comments; and the explanation of a finding, which goes with the form."""

from collections.abc import Iterable

from baocao.errors import ConfigError
from baocao.people import Grant, Person, PersonRole
from baocao.remarks import CellRemark, RemarkKind
from baocao.store import FormKey
from reporting.laid_out import find_laid_out
from reporting.workspace import Workspace

LONGEST = 2_000


def add_remark(
    workspace: Workspace,
    form_key: FormKey,
    kind: RemarkKind,
    text: str,
    account: str,
    *,
    cell: str = "",
    check: str = "",
    answers: int | None = None,
) -> CellRemark:
    """Keep what somebody says. A question goes to the owner of the cell's figure. Raise ConfigError where it is empty,
    too long, about no cell of the form, or the answer to no question of it.
    """
    said = text.strip()
    if not said:
        raise ConfigError("Chưa ghi nội dung.")
    if len(said) > LONGEST:
        raise ConfigError(f"Nội dung dài hơn {LONGEST} chữ: viết ngắn lại hoặc đính kèm tệp căn cứ.")
    form = find_laid_out(workspace, form_key)
    row = next((row for row in form.rows if row.key == cell), None)
    if cell and row is None:
        raise ConfigError(f"{form.appendix} không có {workspace.catalogue.name_cells(form.form_code, cell)}.")
    asked = next((one for one in workspace.store.remarks.list(form_key) if one.number == answers), None)
    if kind is RemarkKind.ANSWER and (asked is None or asked.kind is not RemarkKind.QUESTION):
        raise ConfigError("Không thấy câu hỏi này nữa; tải lại trang.")
    if asked is not None and kind is RemarkKind.ANSWER and asked.account == account:
        raise ConfigError("Câu này do chính bạn hỏi; người phụ trách số liệu trả lời.")
    owner = workspace.catalogue.indicator(row.indicator).owner if row and row.indicator else ""
    return workspace.store.remarks.add(
        CellRemark(
            form_key.unit_code, form_key.form_code, form_key.period, asked.cell if asked else cell, kind, said, account,
            workspace.settings.now(), owner=owner, check=check, answers=answers if asked else None,
        )
    )  # fmt: skip


def list_asked(workspace: Workspace, question: CellRemark, *, with_demo: bool = False) -> tuple[Person, ...]:
    """Who has a question before them today: those who hold the office it goes to, and the unit's other officers."""
    to = {Grant(PersonRole.OWNER, question.unit_code, question.owner), Grant(PersonRole.OFFICER, question.unit_code)}
    return tuple(
        one
        for one in workspace.store.people.list()
        if one.person_code != question.account
        and one.locked_at is None
        and (with_demo or not one.is_demo)
        and to.intersection(Grant(g.role, g.unit_code, g.owner_code) for g in one.grants)
    )


def list_explanations(remarks: Iterable[CellRemark]) -> dict[tuple[str, str], CellRemark]:
    """The last explanation of every finding, by its check and cell."""
    return {(one.check, one.cell): one for one in remarks if one.kind is RemarkKind.EXPLANATION}
