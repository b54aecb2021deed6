"""What is said of a form that was scanned: each figure waits for a person; letters misread are not the clerk's."""

from collections.abc import Iterator, Sequence

from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found
from baocao.forms.numbers import ReadingKind
from baocao.forms.recognise import ReadForm

UNCONFIRMED = "document.scan_unconfirmed"
_TAKEN = frozenset({ReadingKind.NUMBER, ReadingKind.NOTHING_AROSE})
_OF_LETTERS = frozenset({
    "document.label_altered", "document.unit_altered", "document.number_altered", "document.renumbered",
    "document.official_misprint", "document.column_missing",
})  # fmt: skip


def check_scanned(read: ReadForm) -> Iterator[CheckResult]:
    """One finding for all figures: none counts as read before somebody has looked at the paper."""
    keys = [key for key, reading in read.readings.items() if reading.kind in _TAKEN]
    if keys and read.is_scanned:
        figures = "; ".join(f"{key} = {read.readings[key].text}" for key in keys)
        words = FindingText(
            f"Số liệu đọc từ bản quét, cần xác nhận từng ô trước khi dùng: {figures}.",
            f"figures read from a scan, to be confirmed: {', '.join(keys)}",
            "Đối chiếu từng ô với bản giấy; hoặc gửi bản gốc Word/Excel thì không phải xác nhận.",
        )
        yield found(read, "scan_unconfirmed", Severity.CRITICAL, keys, words, observed=figures)


def without_misread_letters(read: ReadForm, results: Sequence[CheckResult]) -> list[CheckResult]:
    """A label read with a wrong letter says nothing of the paper; one that fits no row of the form does."""
    return [
        result
        for result in results
        if not (read.is_scanned and result.check in _OF_LETTERS and result.severity is not Severity.CRITICAL)
    ]
