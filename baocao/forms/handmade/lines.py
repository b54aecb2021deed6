"""Lines only a person can get wrong in a matrix form: twice, unknown, without the total, cells of a column missing."""

from collections.abc import Iterator

from baocao.catalogue.matrix import TOTAL_KEY
from baocao.domain import CheckResult, FormLine, Severity
from baocao.forms.handmade.finding import FindingText, found
from baocao.forms.recognise import ReadForm
from baocao.forms.recognise.labels import folded
from baocao.forms.recognise.matrix_rows import STRANGE_KEY


def check_lines(read: ReadForm) -> Iterator[CheckResult]:
    """In the order of the form."""
    seen: dict[str, FormLine] = {}
    for line in read.filled.lines:
        words = folded(line.label)
        keys = [key for key in read.rows if key.startswith(f"{line.key}/")]
        if words in seen:
            yield _twice(read, line, keys)
        elif line.key.startswith(STRANGE_KEY):
            yield _unknown(read, line, keys)
        seen.setdefault(words, line)
    matrix = read.form.matrix
    if matrix is not None and matrix.total and TOTAL_KEY not in {line.key for line in read.filled.lines}:
        yield _without_total(read, matrix.total)


def _twice(read: ReadForm, line: FormLine, keys: list[str]) -> CheckResult:
    words = FindingText(
        f"Dòng “{line.label}” ghi hai lần trong bảng.",
        f"line {line.label!r} stands twice",
        "Giữ một dòng, cộng số liệu của hai dòng nếu mỗi dòng là một phần.",
    )
    return found(read, "line_twice", Severity.CRITICAL, keys, words, observed=line.label)


def _unknown(read: ReadForm, line: FormLine, keys: list[str]) -> CheckResult:
    words = FindingText(
        f"Dòng “{line.label}” không có trong danh mục của cấu hình; số liệu vẫn được đọc và cộng.",
        f"line {line.label!r} is declared nowhere",
        "Sửa tên dòng cho đúng danh mục, hoặc khai báo thêm trong cấu hình.",
    )
    return found(read, "line_unknown", Severity.WARNING, keys, words, observed=line.label)


def _without_total(read: ReadForm, total: str) -> CheckResult:
    words = FindingText(
        f"Bảng không có dòng “{total}”.",
        "the table has no total line",
        f"Thêm dòng “{total}” ở cuối bảng.",
    )
    return found(read, "line_missing", Severity.CRITICAL, [], words, expected=total)
