"""A blank form of ours that somebody filled: its mark says what it is; where the page says otherwise, that is told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.documents.file_marks import FileMark, read_mark
from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found
from baocao.forms.recognise import ReadForm, Wishes
from reporting.intake.unit_names import find_other_named

ABOUT_LOCKED_TEXT = frozenset({"document.head_blank", "document.signature_missing"})
"""Whose form it is the mark says, and nothing but figures can be written into it."""
BY_MARK = "theo dấu trong tệp do baocao lập"
_MOST_BYTES = 100_000_000


def find_mark(path: Path) -> FileMark | None:
    """None of a file without one, or that is not there."""
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return None
    return read_mark(path.read_bytes())


def wishes_by(mark: FileMark | None, wishes: Wishes, catalogue: Catalogue) -> Wishes:
    """What is asked for, and where nothing is, what the mark says and the configuration knows."""
    if mark is None:
        return wishes
    unit_code = wishes.unit_code or (mark.unit_code if mark.unit_code in catalogue.units else "")
    return replace(wishes, unit_code=unit_code, period=wishes.period or mark.period)


def tell_by_mark(read: ReadForm, mark: FileMark | None, wishes: Wishes) -> ReadForm:
    """The form with the mark named as what its period rests on, where it is."""
    if mark is None or wishes.period is not None or read.filled.period != mark.period:
        return read
    return replace(read, understood=replace(read.understood, period_why=BY_MARK))


def check_mark(read: ReadForm, mark: FileMark, catalogue: Catalogue) -> Iterator[CheckResult]:
    """Where the page names another form, unit or period than the file was made for."""
    if read.form.form_code != mark.form_code and mark.form_code in catalogue.forms:
        meant = catalogue.forms[mark.form_code].appendix
        yield _contradicted(read, f"tệp được lập cho {meant}, các dòng trong bảng là của {read.form.appendix}")
    unit = catalogue.units.get(mark.unit_code)
    other = find_other_named(catalogue, unit, read.head.issuer) if unit else ""
    if unit is not None and other:
        yield _contradicted(read, f"tệp được lập cho {unit.name}, trên biểu ghi {other}")
    stated = read.head.stated_period
    if stated is not None and mark.period is not None and stated != mark.period:
        yield _contradicted(read, f"tệp được lập cho {mark.period.label_vi}, trên biểu ghi {stated.label_vi}")


def _contradicted(read: ReadForm, what: str) -> CheckResult:
    words = FindingText(
        f"Chữ trên biểu trái với dấu của tệp: {what}. Chưa rõ bên nào đúng.",
        "the page contradicts the mark of the file",
        "Điền vào đúng tệp trống được lập cho đơn vị, biểu mẫu và kỳ này; không sửa chữ ngoài ô số liệu.",
    )
    return found(read, "mark_contradicted", Severity.CRITICAL, [], words)
