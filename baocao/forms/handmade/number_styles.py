"""One table, one way of writing numbers: thousands, decimals, and never the same mark for both."""

from collections.abc import Callable, Iterator, Mapping

from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found, listed, quoted
from baocao.forms.numbers import Reading
from baocao.forms.recognise import ReadForm

_THOUSAND = 1000
_STYLE_NAMES = {".": "dấu chấm", ",": "dấu phẩy", " ": "khoảng trắng", "": "viết liền"}
_MEND = "Viết thống nhất cả bảng: dấu chấm ngăn hàng nghìn (16.736), dấu phẩy trước phần thập phân (84,13)."
_RULE = "dấu chấm ngăn hàng nghìn, dấu phẩy trước phần thập phân"


def check_number_styles(read: ReadForm) -> Iterator[CheckResult]:
    """Numbers a spreadsheet holds as numbers have no style of their own."""
    written = {k: r for k, r in read.readings.items() if r.value is not None and not r.is_exact}
    large = {k: r for k, r in written.items() if r.value is not None and r.value >= _THOUSAND}
    broken = {k: r for k, r in written.items() if r.decimal}
    if len({reading.thousands for reading in large.values()}) > 1:
        yield _several_styles(read, large, "hàng nghìn", "thousands", lambda reading: reading.thousands)
    if len({reading.decimal for reading in broken.values()}) > 1:
        yield _several_styles(read, broken, "phần thập phân", "decimals", lambda reading: reading.decimal)
    elif marks := {r.decimal for r in broken.values()} & {r.thousands for r in written.values()}:
        yield _one_mark_for_both(read, written, marks.pop())


def _several_styles(
    read: ReadForm,
    readings: Mapping[str, Reading],
    what: str,
    what_en: str,
    style_of: Callable[[Reading], str],
) -> CheckResult:
    """16.736 beside 6681; 84,12 beside 56.9."""
    groups: dict[str, list[str]] = {}
    for key, reading in readings.items():
        groups.setdefault(style_of(reading), []).append(f"{key} {quoted(reading.text)}")
    styles = "; ".join(f"{_STYLE_NAMES[style]} ở dòng {listed(rows)}" for style, rows in groups.items())
    words = FindingText(
        f"Trong cùng một bảng, {what} được viết nhiều kiểu: {styles}. Người đọc và phần mềm dễ hiểu nhầm số.",
        f"{what_en} are written in several styles in one table: rows {', '.join(readings)}",
        _MEND,
    )
    return _mixed(read, readings, words)


def _one_mark_for_both(read: ReadForm, written: Mapping[str, Reading], mark: str) -> CheckResult:
    """16.736 dossiers beside 56.9 percent."""
    grouped = {key: reading for key, reading in written.items() if reading.thousands == mark}
    broken = {key: reading for key, reading in written.items() if reading.decimal == mark}
    as_thousands = listed([f"{key} {quoted(reading.text)}" for key, reading in grouped.items()])
    as_decimal = listed([f"{key} {quoted(reading.text)}" for key, reading in broken.items()])
    words = FindingText(
        f"Trong cùng một bảng, {_STYLE_NAMES[mark]} vừa ngăn hàng nghìn (dòng {as_thousands}), vừa "
        "ghi phần thập "
        f"phân (dòng {as_decimal}). Người đọc và phần mềm dễ hiểu nhầm số.",
        f"the mark {mark!r} parts thousands in some rows and decimals in others",
        _MEND,
    )
    return _mixed(read, grouped | broken, words)


def _mixed(read: ReadForm, readings: Mapping[str, Reading], words: FindingText) -> CheckResult:
    keys = [key for key in read.rows if key in readings]
    observed = "; ".join(readings[key].text for key in keys)
    return found(read, "mixed_number_styles", Severity.WARNING, keys, words, observed=observed, expected=_RULE)
