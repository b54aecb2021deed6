"""Where the rows of a form and their figures contradict each other, whatever else is wrong with the configuration."""

from collections.abc import Iterator, Mapping

from baocao.catalogue import Form, FormRow, Indicator
from baocao.catalogue.matrix import Matrix
from baocao.forms.drafting.units import MeasureWords, is_total, read_codes


def find_contradictions(
    form: Form, indicators: Mapping[str, Indicator], words: MeasureWords
) -> Iterator[tuple[str, str]]:
    """Each with its row's key: measures that do not fit, code lists that differ, ratios without their parts.

    What names an indicator nobody defines is told with the files, not here.
    """
    if form.matrix is not None:
        yield from _of_measure_line(form, form.matrix, indicators, words)
        return
    for row in form.rows:
        indicator = indicators.get(row.indicator or "")
        if indicator is None:
            continue
        yield from ((row.key, says) for says in _of_row(row, indicator, words))
        yield from ((row.key, says) for says in _of_ratio(row, indicator, form, indicators))


def _of_measure_line(
    form: Form, matrix: Matrix, indicators: Mapping[str, Indicator], words: MeasureWords
) -> Iterator[tuple[str, str]]:
    """A matrix says once what it counts; a share of that stands beside it."""
    unit = form.measure_line.rpartition(":")[2].strip(" ().")
    for column in matrix.figure_columns if unit else ():
        indicator = indicators.get(column.indicator or "")
        if indicator is None or indicator.measure.is_percent or indicator.measure.is_code:
            continue
        if words.of_unit(unit) != indicator.measure.code:
            says = f"chỉ tiêu {indicator.indicator_code} tính bằng “{indicator.measure.label}”"
            yield (
                f"cột {column.number}",
                f"measure_line: biểu in đơn vị “{unit}” nhưng {says}; chọn chỉ tiêu khác, hoặc sửa measure_line",
            )


def _of_row(row: FormRow, indicator: Indicator, words: MeasureWords) -> Iterator[str]:
    measure, codes = indicator.measure, read_codes(row.meant_unit)
    if measure.is_code:
        allowed = indicator.typed.codes if indicator.typed and indicator.typed.codes else {}
        if set(codes) != set(allowed):
            yield (
                f"unit: biểu in các mã {_list(codes)} nhưng chỉ tiêu {indicator.indicator_code} nhận các mã "
                f"{_list(allowed)}; sửa codes của chỉ tiêu, hoặc unit của dòng"
            )
        return
    if measure.label != row.meant_unit.strip().lower() and words.of_unit(row.meant_unit) != measure.code:
        printed = f"in đơn vị “{row.meant_unit}”" if row.meant_unit else "không in đơn vị"
        yield (
            f"unit: biểu {printed} nhưng chỉ tiêu {indicator.indicator_code} tính bằng “{measure.label}”; chọn chỉ "
            "tiêu khác, sửa unit, hoặc nếu là lỗi in của mẫu thì khai báo ở misprints"
        )


def _of_ratio(row: FormRow, indicator: Indicator, form: Form, indicators: Mapping[str, Indicator]) -> Iterator[str]:
    if indicator.ratio is not None:
        top, bottom = (indicators.get(code) for code in indicator.inputs)
        if indicator.ratio.numerator == indicator.ratio.denominator:
            yield f"indicator: tử số và mẫu số của {indicator.indicator_code} là một: {indicator.ratio.numerator}"
        elif top is not None and bottom is not None and top.measure != bottom.measure:
            yield (
                f"indicator: {indicator.indicator_code} chia {top.measure.label} ({top.indicator_code}) cho "
                f"{bottom.measure.label} ({bottom.indicator_code}); tử số và mẫu số phải cùng đơn vị tính"
            )
    elif indicator.measure.is_percent:
        below = [one for one in form.rows if one.key.startswith(f"{row.key}.") and one.indicator in indicators]
        parts = [one for one in below if not indicators[one.indicator or ""].measure.is_percent]
        if len(parts) > 1 and any(is_total(one.meant_label) for one in parts):
            keys = ", ".join(one.key for one in parts)
            yield (
                f"indicator: {indicator.indicator_code} là tỷ lệ nhập tay trong khi mẫu in các số để chia (ô {keys}); "
                "thay typed bằng ratio: {numerator: …, denominator: …}"
            )


def _list(codes: Mapping[int, str]) -> str:
    return ", ".join(map(str, sorted(codes))) or "không có mã nào"
