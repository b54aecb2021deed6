"""The answer to who handed in a form without sitting at a terminal: one sentence, the findings, the annotated copy."""

from dataclasses import dataclass

from baocao.documents.annotate import annotate
from baocao.documents.files import write_file
from baocao.errors import UnreadableFormError
from baocao.unfinished import make_work_dir
from baocao.vocabulary import SEVERITIES
from reporting.intake.given_file import NEUTRAL_NAME, GivenFile, clean_suffix
from reporting.intake.replying import HandInAnswer

SUBJECTS = {True: "Đã nhận biểu mẫu", False: "Gửi trả biểu mẫu"}


@dataclass(frozen=True)
class WrittenAnswer:
    """`copy` is the file with a comment at each finding, where it can carry any; `copy_name` what it is called."""

    subject: str
    text: str
    copy: bytes | None = None
    copy_name: str = ""


def write_answer(file: GivenFile, answer: HandInAnswer) -> WrittenAnswer:
    """What is sent back."""
    copy = _annotate(file, answer)
    name = f"{NEUTRAL_NAME}-ghi-chu{clean_suffix(file.suffix)}" if copy else ""
    return WrittenAnswer(SUBJECTS[answer.given.is_accepted], "\n\n".join(_paragraphs(answer)), copy, name)


def _paragraphs(answer: HandInAnswer) -> list[str]:
    said = [answer.says_vi]
    if answer.open:
        said.append("Sửa các lỗi dưới đây rồi gửi lại tệp; lần gửi sau thay lần trước.")
    for one in answer.findings:
        cells = f" (ô {', '.join(one.cells)})" if one.cells and "/" not in one.cells[0] else ""
        mend = f" Cần làm: {one.mend_vi}" if one.mend_vi else ""
        said.append(f"- [{SEVERITIES[one.severity]}]{cells} {one.message_vi}{mend}")
    if answer.result is not None and not answer.result.report.is_releasable:
        said.append("Biểu mẫu lập từ tệp này còn là bản nháp; đơn vị cấp trên sẽ liên hệ nếu cần.")
    return said


def _annotate(file: GivenFile, answer: HandInAnswer) -> bytes | None:
    forms = [(answer.findings, one.read) for one in answer.linted if one.read is not None and not one.refusal]
    if not forms:
        return None
    with make_work_dir() as folder:
        path, out = folder / NEUTRAL_NAME, folder / f"{NEUTRAL_NAME}-ghi-chu"
        write_file(path, file.content)
        try:
            annotate(path, out, forms)
        except UnreadableFormError:
            return None
        return out.read_bytes()
