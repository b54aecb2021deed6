"""Checks of one figure by itself: bounds, whole numbers, codes, units of measure."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from baocao.catalogue import Catalogue, Form, FormRow, Indicator
from baocao.domain import Severity
from baocao.figures import PCT_PLACES_VI, say_bounds
from expectations.form.rounding import places_of
from expectations.form.view import FormCheck, FormView
from expectations.form.wording import unless_given, written
from expectations.rule import CheckFinding, Demand, Obstacle, Operands, Rule, Subject, rule_holds
from expectations.wording import figure

_THOUSANDS_PLACES = 3
_WHOLE_PCT = 100
Wanted = Callable[[Indicator], bool]


def figure_rows(form: Form, catalogue: Catalogue) -> Iterator[tuple[FormRow, Indicator]]:
    for row in form.rows:
        if row.indicator is not None:
            yield row, catalogue.indicators[row.indicator]


def one_per_figure(wanted: Wanted, vi: str, en: str) -> Callable[[Form, Catalogue], Iterator[Subject]]:
    """Subjects of one cell each, for the indicators wanted; `{key}` in the sentences is the cell."""

    def derive(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
        for row, indicator in figure_rows(form, catalogue):
            if wanted(indicator):
                yield Subject(
                    owner=indicator.owner,
                    cells=(row.key,),
                    sentence_vi=vi.format(key=row.key),
                    sentence_en=en.format(key=row.key),
                    limits=_limits(indicator),
                )

    return derive


def _limits(indicator: Indicator) -> dict[str, object]:
    codes = indicator.typed.codes if indicator.typed else None
    return {"indicator": indicator.indicator_code, "codes": codes} if codes else {}


def _is_count(indicator: Indicator) -> bool:
    return indicator.measure.is_whole


def _starts_at_0(indicator: Indicator) -> bool:
    return indicator.measure.least == 0 and not indicator.measure.is_percent


def is_percent(indicator: Indicator) -> bool:
    """A percentage of a whole; one that may be negative, or more than the whole, has bounds of its own."""
    measure = indicator.measure
    return measure.is_percent and measure.least == 0 and measure.most == _WHOLE_PCT


def _has_bounds(indicator: Indicator) -> bool:
    """Bounds other than those every count and every percentage has."""
    measure = indicator.measure
    return not is_percent(indicator) and (measure.least not in (None, 0) or measure.most is not None)


def value_of(rule: Rule, view: FormView) -> Operands | Obstacle:
    return unless_given(view, rule.cells) or (view.value(rule.cells[0]),)


def _explain_bounds(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    return CheckFinding(
        observed=written(view, key),
        expected="từ 0% đến 100%",
        message_vi=f"Ô {key} ghi {written(view, key)}; một tỷ lệ phần trăm phải nằm trong khoảng từ 0 đến 100.",
        message_en=f"Cell {key} is {view.value(key)}%; a percentage lies between 0 and 100.",
        mend_vi=f"Tính lại ô {key} từ tử số và mẫu số, làm tròn {PCT_PLACES_VI}.",
    )


def _explain_whole(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    value, unit = view.value(key) or Decimal(0), view.indicator(key).measure.label
    thousands = value.scaleb(_THOUSANDS_PLACES)
    slip = f" Nếu dấu đó ngăn cách hàng nghìn thì số đúng là {figure(thousands.quantize(Decimal(1)))}."
    is_slip = places_of(value) == _THOUSANDS_PLACES
    return CheckFinding(
        observed=written(view, key),
        expected="số nguyên",
        message_vi=f"Ô {key} ghi {written(view, key)}; số {unit} phải là số nguyên.{slip if is_slip else ''}",
        message_en=f"Cell {key} is {value}; a count of {view.indicator(key).measure}s is a whole number.",
        mend_vi=f"Ghi lại ô {key} bằng số đếm, không có phần thập phân.",
    )


def _explain_negative(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    return CheckFinding(
        observed=written(view, key),
        expected="không nhỏ hơn 0",
        message_vi=f"Ô {key} ghi {written(view, key)}; số đếm không thể là số âm.",
        message_en=f"Cell {key} is {view.value(key)}; a count cannot be negative.",
        mend_vi=f"Kiểm tra nguồn số liệu của ô {key} và ghi lại số đếm.",
    )


def _value_and_bounds(rule: Rule, view: FormView) -> Operands | Obstacle:
    (key,) = rule.cells
    value, measure = view.value(key), view.indicator(key).measure
    return unless_given(view, rule.cells) or (value, measure.holds(value or Decimal(0)))


def _explain_measure(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    measure = view.indicator(key).measure
    bounds = say_bounds(measure).rstrip(", ")
    return CheckFinding(
        observed=written(view, key),
        expected=f"{bounds} {measure.label}",
        message_vi=f"Ô {key} ghi {written(view, key)}; số {measure.label} phải {bounds}.",
        message_en=f"Cell {key} is {view.value(key)}, outside the bounds of {measure} in measures.yaml.",
        mend_vi=f"Kiểm tra ô {key}: đơn vị tính in ở biểu, thừa hay thiếu chữ số. Giới hạn khai báo ở measures.yaml.",
    )


def _code(rule: Rule, view: FormView) -> Operands | Obstacle:
    value = view.value(rule.cells[0])
    return unless_given(view, rule.cells) or (_code_of(rule, value or Decimal(0)),)


def _code_of(rule: Rule, value: Decimal) -> str:
    return f"{rule.limits['indicator']}={value.normalize():f}"


def _known_codes(rules: tuple[Rule, ...]) -> Demand:
    """One list for all, each code with its indicator's name."""
    known = {_code_of(rule, Decimal(code)) for rule in rules for code in rule.limits["codes"]}
    return Demand("ExpectColumnValuesToBeInSet", {"value_set": sorted(known)})


def _explain_code(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    meanings = "; ".join(f"{code} = {meaning}" for code, meaning in rule.limits["codes"].items())
    return CheckFinding(
        observed=written(view, key),
        expected=meanings,
        message_vi=f"Ô {key} ghi {written(view, key)}; ô này chỉ nhận một trong các mã: {meanings}.",
        message_en=f"Cell {key} is {view.value(key)}; allowed codes: {', '.join(map(str, rule.limits['codes']))}.",
        mend_vi=f"Chọn đúng mã cho ô {key} theo cột “Đơn vị tính”.",
    )


FIGURE_CHECKS = (
    FormCheck(
        check="form.percent_bounds",
        severity=Severity.CRITICAL,
        cells_vi="mỗi ô tỷ lệ",
        says_vi="Tỷ lệ phần trăm nằm trong khoảng từ 0 đến 100.",
        unclear_vi="Ô không có số liệu.",
        columns=("value",),
        derive=one_per_figure(
            is_percent, "Ô {key} nằm trong khoảng từ 0% đến 100%.", "Cell {key} is between 0% and 100%."
        ),
        operands=value_of,
        demand=lambda _: Demand("ExpectColumnValuesToBeBetween", {"min_value": 0, "max_value": 100}),
        explain=_explain_bounds,
    ),
    FormCheck(
        check="form.whole_number",
        severity=Severity.CRITICAL,
        cells_vi="mỗi ô số đếm",
        says_vi="Số đếm (hồ sơ, thủ tục, văn bản, nhiệm vụ, người …) là số nguyên.",
        unclear_vi="Ô không có số liệu.",
        columns=("value",),
        derive=one_per_figure(_is_count, "Ô {key} là số nguyên.", "Cell {key} is a whole number."),
        operands=value_of,
        demand=rule_holds(lambda value: value % 1 == 0),
        explain=_explain_whole,
    ),
    FormCheck(
        check="form.not_negative",
        severity=Severity.CRITICAL,
        cells_vi="mỗi ô số đếm",
        says_vi="Số đếm không âm.",
        unclear_vi="Ô không có số liệu.",
        columns=("value",),
        derive=one_per_figure(_starts_at_0, "Ô {key} không âm.", "Cell {key} is not negative."),
        operands=value_of,
        demand=lambda _: Demand("ExpectColumnValuesToBeBetween", {"min_value": 0}),
        explain=_explain_negative,
    ),
    FormCheck(
        check="form.measure_bounds",
        severity=Severity.CRITICAL,
        cells_vi="mỗi ô mà đơn vị tính có giới hạn riêng trong measures.yaml",
        says_vi="Số liệu nằm trong giới hạn của đơn vị tính (least, most trong measures.yaml).",
        unclear_vi="Ô không có số liệu.",
        columns=("value", "is_possible"),
        derive=one_per_figure(
            _has_bounds,
            "Ô {key} nằm trong giới hạn của đơn vị tính.",
            "Cell {key} is within the bounds of its measure.",
        ),
        operands=_value_and_bounds,
        demand=rule_holds(lambda value, is_possible: is_possible or value is None),
        explain=_explain_measure,
    ),
    FormCheck(
        check="form.status_code",
        severity=Severity.CRITICAL,
        cells_vi="mỗi ô mã",
        says_vi="Ô mã chỉ nhận một trong các mã in ở cột “Đơn vị tính”.",
        unclear_vi="Ô không có số liệu.",
        columns=("code",),
        derive=one_per_figure(
            lambda indicator: bool(_limits(indicator)),
            "Ô {key} là một mã có trong danh mục.",
            "Cell {key} is a code of its list.",
        ),
        operands=_code,
        demand=_known_codes,
        explain=_explain_code,
    ),
)
