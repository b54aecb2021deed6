"""“Nghìn”, “triệu” over the figures: nobody can tell whether each is meant as it stands or so many times over."""

import re
from collections.abc import Iterator, Sequence

from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found, listed, quoted
from baocao.forms.numbers import clean
from baocao.forms.recognise import ReadForm

_SCALE = re.compile(r"\b(nghìn|ngàn|triệu|tỷ(?! lệ)|1[ .]?000)\b")
_NAMES_UNITS = re.compile(r"đơn vị tính|đvt|đơn vị\s*:")


def check_scales(read: ReadForm) -> Iterator[CheckResult]:
    """Once for the head or the line above the table, once for all rows whose own unit says so."""
    counts = [key for key, reading in read.readings.items() if reading.value and _counts(read, key)]
    if not counts or any(_SCALE.search(row.unit.casefold()) for row in read.form.rows):
        return
    heads = [table.figure.head for table in read.understood.tables if table.figure]
    above = [line for line in read.lines_above if _NAMES_UNITS.search(clean(line).casefold())]
    for where, texts in (("Đầu cột số liệu", heads), ("Dòng trên bảng", above)):
        said = next((text for text in texts if _SCALE.search(clean(text).casefold())), "")
        if said:
            yield _scaled(read, f"{where} ghi {quoted(said)}", counts, said)
    own = [key for key in counts if _SCALE.search(clean(read.rows[key].text.unit).casefold())]
    if own:
        units = listed([quoted(read.rows[key].text.unit) for key in own])
        yield _scaled(read, f"Cột Đơn vị tính của dòng {listed(own)} ghi {units}", own, units)


def _counts(read: ReadForm, key: str) -> bool:
    measure = read.filled.cells[key].measure
    return measure is not None and measure.is_whole


def _scaled(read: ReadForm, where: str, keys: Sequence[str], observed: str) -> CheckResult:
    words = FindingText(
        f"{where}; biểu mẫu đếm từng hồ sơ, từng thủ tục: không rõ số đã ghi là số đầy đủ hay còn phải nhân lên.",
        f"a word of scale stands over the figures of rows {', '.join(keys)}",
        "Ghi số đầy đủ (16.736, không phải 16,7 nghìn) và bỏ chữ “nghìn”, “triệu”.",
    )
    return found(read, "scaled_figures", Severity.CRITICAL, keys, words, observed=observed, expected="số đầy đủ")
