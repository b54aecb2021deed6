"""Figures only a person can write wrongly: formulas and placeholders left, signs, words, doubt."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Measure, Severity
from baocao.figures import is_percent, print_figure, ratio_pct
from baocao.forms.handmade.finding import FindingText, found, listed, quoted, title
from baocao.forms.numbers import Reading, ReadingKind, show
from baocao.forms.recognise import ReadForm


def check_figures(read: ReadForm, catalogue: Catalogue) -> Iterator[CheckResult]:
    """One cell after the other, then those that can only be judged together."""
    for key, reading in read.readings.items():
        check = _BY_KIND.get(reading.kind)
        if check is not None and not _lacks_result(read, key, reading):
            yield check(read, key, reading, catalogue)
        if reading.kind is ReadingKind.NUMBER and reading.words and not reading.is_exact:
            yield _words_beside(read, key, reading)
        yield from _fraction_or_percent(read, key, reading, catalogue)
    yield from _without_result(read)
    yield from _percent_signs(read)


def _formula_left(read: ReadForm, key: str, reading: Reading, catalogue: Catalogue) -> CheckResult:
    parts = catalogue.ratio_rows(read.form, read.form.row(key))
    how = f"Lấy dòng {parts[0]} chia dòng {parts[1]} nhân 100" if parts else "Tính ra kết quả"
    result = _result_of(read, parts)
    words = FindingText(
        f"{title(read, key)}: ô số liệu còn công thức {quoted(reading.text)} chưa tính, người đọc "
        "bản in không "
        f"thấy kết quả; ô này phải là một con số.",
        f"row {key}: the formula {reading.text!r} was left where a figure belongs",
        f"{how}{f' = {result}' if result else ''}, ghi kết quả vào ô.",
    )
    return found(
        read,
        "formula_left",
        Severity.CRITICAL,
        [key],
        words,
        observed=reading.text,
        expected=result or "một con số",
    )


def _result_of(read: ReadForm, parts: tuple[str, str] | None) -> str:
    """What the ratio comes to, where both its parts could be read."""
    if parts is None:
        return ""
    part, whole = (_value(read, key) for key in parts)
    if part is None or whole is None:
        return ""
    computed = ratio_pct(part, whole)
    return "" if computed is None else print_figure(computed, Measure.PERCENT)


def _value(read: ReadForm, key: str) -> Decimal | None:
    reading = read.readings.get(key)
    return reading.value if reading else None


def _placeholder_left(read: ReadForm, key: str, reading: Reading, _: Catalogue) -> CheckResult:
    words = FindingText(
        f"{title(read, key)}: ô số liệu còn ký hiệu giữ chỗ {quoted(reading.text)} của mẫu, chưa thay bằng số.",
        f"row {key}: the placeholder {reading.text!r} was never replaced by a figure",
        "Ghi số liệu thật vào ô; nếu không có số liệu thì để trống và nói lý do ở cột Ghi chú.",
    )
    return found(
        read,
        "placeholder_left",
        Severity.CRITICAL,
        [key],
        words,
        observed=reading.text,
        expected="một con số",
    )


def _formula_error(read: ReadForm, key: str, reading: Reading, catalogue: Catalogue) -> CheckResult:
    """A division by a denominator that is 0 has one right answer; any other error only its author can mend."""
    parts = catalogue.ratio_rows(read.form, read.form.row(key))
    over_zero = parts is not None and _value(read, parts[1]) == 0
    why = f": mẫu số dòng {parts[1]} bằng 0 nên không có tỷ lệ" if over_zero and parts else ""
    result = "" if over_zero else _result_of(read, parts)
    mend = "Ghi “Không phát sinh” vào ô." if over_zero else "Sửa công thức trong ô rồi ghi kết quả."
    words = FindingText(
        f"{title(read, key)}: công thức trong ô báo lỗi {quoted(reading.text)}{why}; ô không có số liệu.",
        f"row {key}: the formula's result is the error {reading.text!r}",
        f"Ghi {result} vào ô, là kết quả tính từ dòng {parts[0]} và {parts[1]}." if result and parts else mend,
    )
    expected = "Không phát sinh" if over_zero else result or "một con số"
    return found(read, "formula_error", Severity.CRITICAL, [key], words, observed=reading.text, expected=expected)


def _unclear(read: ReadForm, key: str, reading: Reading, _: Catalogue) -> CheckResult:
    words = FindingText(
        f"{title(read, key)}: không lấy được số liệu: {reading.how_read}.",
        f"row {key}: no figure can be taken from the cell",
        "Ghi lại số liệu đúng vào ô.",
    )
    return found(
        read, "unreadable_number", Severity.CRITICAL, [key], words, observed=reading.text or "không có số",
        expected="một con số",
    )  # fmt: skip


def _without_result(read: ReadForm) -> Iterator[CheckResult]:
    """Formulas a program wrote and nobody has opened since: one cause, one finding."""
    keys = [key for key, reading in read.readings.items() if _lacks_result(read, key, reading)]
    if keys:
        words = FindingText(
            f"Dòng {listed(keys)}: ô số liệu là công thức nhưng tệp không lưu kết quả (tệp do phần mềm khác ghi, "
            "chưa được Excel tính và lưu); không lấy số nào.",
            f"rows {', '.join(keys)}: the file stores no result of the formulas",
            "Mở tệp bằng Excel, lưu lại rồi gửi tệp đã lưu.",
        )
        formulas = "; ".join(read.rows[key].text.figure.formula for key in keys)
        yield found(
            read, "formula_without_result", Severity.CRITICAL, keys, words, observed=formulas, expected="một con số"
        )


def _lacks_result(read: ReadForm, key: str, reading: Reading) -> bool:
    return reading.kind is ReadingKind.UNCLEAR and bool(read.rows[key].text.figure.formula)


def _text_only(read: ReadForm, key: str, reading: Reading, _: Catalogue) -> CheckResult:
    """Digits that make no number are unreadable; words without digits are text."""
    if any(letter.isdecimal() for letter in reading.text):
        words = FindingText(
            f"{title(read, key)}: không đọc được {quoted(reading.text)} thành một số: {reading.how_read}.",
            f"row {key}: {reading.text!r} cannot be read as one number",
            "Đối chiếu với số liệu nguồn rồi ghi lại một con số; trong ô số liệu chỉ có chữ số, dấu chấm ngăn hàng "
            "nghìn, dấu phẩy ghi phần thập phân.",
        )
        return found(
            read,
            "unreadable_number",
            Severity.CRITICAL,
            [key],
            words,
            observed=reading.text,
            expected="một con số",
        )
    words = FindingText(
        f"{title(read, key)}: ô số liệu ghi chữ {quoted(reading.text)}, không phải số.",
        f"row {key}: the figure's cell holds words: {reading.text!r}",
        "Ghi số vào ô, chuyển phần chữ sang cột Ghi chú.",
    )
    return found(read, "text_in_figure", Severity.CRITICAL, [key], words, observed=reading.text, expected="một con số")


def _words_beside(read: ReadForm, key: str, reading: Reading) -> CheckResult:
    value = show(reading.value) if reading.value is not None else ""
    words = FindingText(
        f"{title(read, key)}: ô số liệu có chữ ({quoted(reading.text)}); {reading.how_read}.",
        f"row {key}: words stand in the figure's cell ({reading.text!r}); read as {value}",
        f"Chỉ ghi số {value} trong ô; đơn vị đã có ở cột Đơn vị tính, điều cần nói thêm ghi ở cột Ghi chú.",
    )
    return found(read, "text_in_figure", Severity.WARNING, [key], words, observed=reading.text, expected=value)


def _ambiguous(read: ReadForm, key: str, reading: Reading, _: Catalogue) -> CheckResult:
    choices = " hoặc ".join(show(candidate) for candidate in reading.candidates)
    words = FindingText(
        f"{title(read, key)}: {reading.how_read}. Chưa lấy số nào vì không đoán thay người lập.",
        f"row {key}: {reading.text!r} can be read as {choices}; no value was taken",
        _mend_ambiguous(reading),
    )
    return found(read, "ambiguous_number", Severity.CRITICAL, [key], words, observed=reading.text, expected=choices)


def _mend_ambiguous(reading: Reading) -> str:
    if any(candidate < 0 for candidate in reading.candidates):
        return (
            "Đối chiếu với số liệu nguồn; chỉ ghi chữ số, không ghi dấu trừ hay dấu ngoặc: chỉ tiêu này không thể âm."
        )
    if not any(letter.isdecimal() for letter in reading.text):
        return "Ghi số 0 nếu là không có; ghi “Không phát sinh” nếu không có mẫu số."
    return "Ghi lại cho rõ: dấu chấm ngăn hàng nghìn (16.736), dấu phẩy ghi phần thập phân (84,13)."


def _fraction_or_percent(read: ReadForm, key: str, reading: Reading, catalogue: Catalogue) -> Iterator[CheckResult]:
    """A ratio never multiplied by 100, where numerator and denominator beside it prove it.

    Where the form does not print them, `form.fraction_as_percent` asks.
    """
    parts = catalogue.ratio_rows(read.form, read.form.row(key))
    result = _result_of(read, parts)
    if not parts or not result or reading.kind is not ReadingKind.NUMBER or not reading.candidates:
        return
    as_written, as_percent = (show(candidate) for candidate in reading.candidates)
    words = FindingText(
        f"{title(read, key)}: ghi {quoted(reading.text)} ở dòng tỷ lệ tính theo %, đọc đúng như đã ghi là "
        f"{as_written} %; nếu là tỷ số chưa nhân 100 thì là {as_percent} %. Dòng {parts[0]} chia "
        f"dòng {parts[1]} "
        f"nhân 100 được {result}.",
        f"row {key}: {reading.text!r} is {as_written} % as written, or {as_percent} % if it is a ratio of one",
        f"Ghi {result}, là kết quả tính từ hai dòng đó; nếu hai dòng đó sai thì sửa cả ba.",
    )
    yield found(
        read, "ambiguous_number", Severity.WARNING, [key], words,
        observed=reading.text, expected=f"{as_written} hoặc {as_percent}",
    )  # fmt: skip


_BY_KIND: Mapping[ReadingKind, Callable[[ReadForm, str, Reading, Catalogue], CheckResult]] = {
    ReadingKind.FORMULA: _formula_left,
    ReadingKind.ERROR: _formula_error,
    ReadingKind.UNCLEAR: _unclear,
    ReadingKind.PLACEHOLDER: _placeholder_left,
    ReadingKind.TEXT: _text_only,
    ReadingKind.AMBIGUOUS: _ambiguous,
}


def _percent_signs(read: ReadForm) -> Iterator[CheckResult]:
    """In a row of percentages the sign is said twice; in a row of counts it contradicts the unit."""
    signed = {k: r for k, r in read.readings.items() if r.percent_sign and r.value is not None}
    percents = [key for key in signed if is_percent(read.filled.cells[key].measure)]
    ratios = [key for key in percents if not signed[key].is_exact]
    if ratios:
        yield _sign_said_twice(read, ratios)
    for key in (key for key in signed if key not in percents and not read.form.row(key).heading):
        yield _sign_in_a_count(read, key, signed[key])


def _sign_said_twice(read: ReadForm, keys: list[str]) -> CheckResult:
    texts = listed([quoted(read.readings[key].text) for key in keys])
    plain = _nearest_plain_pct(read, keys[-1])
    beside = f", trong khi dòng {plain} ghi {quoted(read.readings[plain].text)}" if plain else ""
    words = FindingText(
        f"Dòng {listed(keys)}: số liệu ghi kèm dấu % ({texts}) dù cột Đơn vị tính đã là %{beside}. Đã đọc bỏ dấu %.",
        f"rows {', '.join(keys)}: a percent sign in a figure whose unit is already percent",
        "Bỏ dấu % trong ô số liệu, chỉ ghi số.",
    )
    values = "; ".join(show(value) for key in keys if (value := _value(read, key)) is not None)
    observed = "; ".join(read.readings[key].text for key in keys)
    return found(read, "percent_sign", Severity.WARNING, keys, words, observed=observed, expected=values)


def _nearest_plain_pct(read: ReadForm, key: str) -> str:
    """The percentage written without a sign that stands nearest to a row; empty where there is none."""
    positions = {row.key: at for at, row in enumerate(read.form.rows)}
    plain = [k for k, r in read.readings.items() if r.value is not None and not r.percent_sign]
    ratios = [k for k in plain if is_percent(read.filled.cells[k].measure)]
    return min(ratios, key=lambda other: abs(positions[other] - positions[key]), default="")


def _sign_in_a_count(read: ReadForm, key: str, reading: Reading) -> CheckResult:
    measure = read.filled.cells[key].measure
    noun = "mã số" if measure is None or measure.is_code else measure.label
    words = FindingText(
        f"{title(read, key)}: ghi {quoted(reading.text)} có dấu %, nhưng dòng này đếm {noun}, không phải tỷ lệ.",
        f"row {key}: a percent sign in a count ({reading.text!r})",
        f"Kiểm tra xem có ghi nhầm tỷ lệ vào dòng này không; ghi số {noun}.",
    )
    return found(read, "percent_sign", Severity.CRITICAL, [key], words, observed=reading.text, expected=f"số {noun}")
