"""Checks of percentages against the counts they are made of."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from baocao.catalogue import Catalogue, Form
from baocao.domain import UNCOLLECTED, CellStatus, Severity
from baocao.figures import PCT_PLACES_VI
from expectations.form.figures import figure_rows
from expectations.form.parts import rows_by_indicator
from expectations.form.rounding import Judgement, Rounding, holds, judge_ratio
from expectations.form.view import ABSENT, GIVEN, FormCheck, FormView
from expectations.form.wording import named, unless_given, why_empty, written
from expectations.rule import CheckFinding, Obstacle, Operands, Rule, Subject, rule_holds
from expectations.wording import capital, cells_vi, figure

_WHOLE = Decimal(100)


def _ratios(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    """The ratios whose numerator and denominator the form shows: cells are ratio, numerator, denominator."""
    rows = rows_by_indicator(form)
    for row, indicator in figure_rows(form, catalogue):
        if indicator.ratio and rows.keys() >= set(indicator.inputs):
            keys = (row.key, *(rows[code].key for code in indicator.inputs))
            yield Subject(
                owner=indicator.owner,
                cells=keys,
                sentence_vi=f"Ô {keys[0]} = ô {keys[1]} / ô {keys[2]} × 100.",
                sentence_en=f"Cell {keys[0]} = cell {keys[1]} / cell {keys[2]} × 100.",
            )


def _ratio_and_inputs(rule: Rule, view: FormView) -> Operands | Obstacle:
    ratio, numerator, denominator = (view.value(key) for key in rule.cells)
    missing = unless_given(view, rule.cells)
    if missing or ratio is None or numerator is None or denominator is None:
        return missing or Obstacle("không có số liệu")
    if denominator == 0:
        return Obstacle(f"mẫu số (ô {rule.cells[2]}) bằng 0")
    if denominator < 0 or numerator < 0:
        return Obstacle(f"{cells_vi(rule.cells[1:])}: có số âm")
    return ratio, numerator, denominator, view.as_read


def _judge(rule: Rule, view: FormView) -> Judgement:
    ratio, numerator, denominator = (view.value(key) or Decimal(0) for key in rule.cells)
    return judge_ratio(ratio, numerator, denominator)


def _what_was_done(judgement: Judgement, exact: Decimal) -> str:
    """The second half of the sentence: what the written figure is."""
    due, places = figure(judgement.due), judgement.places
    return {
        Rounding.EXACT: f"phải ghi {PCT_PLACES_VI}: {due}",
        Rounding.HALF_UP: f"phải ghi {PCT_PLACES_VI}: {due}",
        Rounding.FEWER_PLACES: f"đã làm tròn {due} {_to_places(places)}",
        Rounding.TRUNCATED: f"đã cắt bỏ phần lẻ {_to_places(places)} ({figure(exact)}…); làm tròn đúng là {due}",
        Rounding.FRACTION: f"đã ghi theo tỷ số, chưa nhân 100; đúng là {due}",
        Rounding.INVERTED: f"đã chia ngược mẫu số cho tử số; đúng là {due}",
        Rounding.NUMERATOR: f"đã ghi tử số thay cho tỷ lệ; đúng là {due}",
        Rounding.NEITHER: f"không phải kết quả làm tròn hay cắt bỏ nào của phép chia; đúng là {due}",
    }[judgement.rounding]


def _to_places(places: int) -> str:
    return f"còn {places} chữ số thập phân" if places else "đến hàng đơn vị"


def _explain_ratio(rule: Rule, view: FormView) -> CheckFinding:
    key, over, under = rule.cells
    judgement, due = _judge(rule, view), _judge(rule, view).due
    exact = _four_places(view.value(over), view.value(under))
    habit = view.as_read and judgement.rounding.is_habit
    if due > _WHOLE:
        return _explain_impossible_parts(rule, view, due)
    return CheckFinding(
        observed=written(view, key),
        expected=f"{figure(due)}%",
        message_vi=(
            f"Ô {key} ghi {written(view, key)}; {named(view, over)} / {named(view, under)} = {figure(due)}%: "
            f"{_what_was_done(judgement, exact)}."
        ),
        message_en=(
            f"Cell {key} is {view.value(key)}%; {view.value(over)}/{view.value(under)} is {due}% "
            f"({judgement.rounding.value.replace('_', ' ')}, {judgement.places} places)."
        ),
        mend_vi=f"Ghi {figure(due)} vào ô {key}"
        + ("." if habit else f", hoặc sửa {cells_vi((over, under), ' và ')} nếu số ở đó mới là số sai."),
        severity=Severity.WARNING if habit else None,
        evidence={"rounding": judgement.rounding.value, "places": judgement.places, "due": str(due)},
    )


def _explain_impossible_parts(rule: Rule, view: FormView, due: Decimal) -> CheckFinding:
    """The parts themselves cannot be: no percentage is right until they are."""
    key, over, under = rule.cells
    return CheckFinding(
        observed=written(view, key),
        expected=f"{cells_vi((over, under), ' và ')} đúng, rồi tính lại",
        message_vi=(
            f"Ô {key} ghi {written(view, key)}; {named(view, over)} / {named(view, under)} = {figure(due)}%, quá 100%: "
            f"tử số hoặc mẫu số sai nên chưa biết tỷ lệ đúng."
        ),
        message_en=f"Cell {key} is {view.value(key)}%; {over}/{under} would be {due}%, which cannot be.",
        mend_vi=f"Đối chiếu {cells_vi((over, under), ' và ')} với số liệu nguồn, sửa số sai rồi tính lại ô {key}.",
        evidence={"rounding": "impossible", "due": str(due)},
    )


def _four_places(numerator: Decimal | None, denominator: Decimal | None) -> Decimal:
    """The exact percentage cut at four places."""
    exact = Fraction(numerator or 0) * 100 / Fraction(denominator or 1)
    return Decimal(exact.numerator * 10_000 // exact.denominator).scaleb(-4)


def _ratio_and_evidence(rule: Rule, view: FormView) -> Operands | Obstacle:
    ratio, *inputs = rule.cells
    if view.value(ratio) is None:
        return Obstacle(why_empty(view, ratio))
    return tuple(view.state(key) for key in inputs)


def _explain_evidence(rule: Rule, view: FormView) -> CheckFinding:
    key, *inputs = rule.cells
    missing = [found for found in inputs if view.value(found) is None]
    why = "; ".join(why_empty(view, found) for found in missing)
    return CheckFinding(
        observed=written(view, key),
        expected=f"kèm số liệu ở {cells_vi(inputs, ' và ')}",
        message_vi=f"Ô {key} ghi {written(view, key)} nhưng không có căn cứ để tính lại: {why}.",
        message_en=f"Cell {key} is {view.value(key)}% but {', '.join(missing)} hold no figure to confirm it.",
        mend_vi=f"Ghi số liệu vào {cells_vi(missing, ' và ')}, hoặc để trống ô {key} nếu chưa có số liệu.",
    )


def _ratio_and_denominator(rule: Rule, view: FormView) -> Operands | Obstacle:
    key, _, under = rule.cells
    state, denominator = view.state(key), view.value(under)
    if denominator is None:
        return Obstacle(why_empty(view, under))
    if state in {CellStatus.NOT_APPLICABLE, *UNCOLLECTED}:
        return Obstacle(why_empty(view, key))
    if denominator != 0 and state in {CellStatus.BLANK, ABSENT}:
        return Obstacle(why_empty(view, key))
    return denominator, state


def _explain_no_denominator(rule: Rule, view: FormView) -> CheckFinding:
    key, over, under = rule.cells
    over_zero = view.value(under) == 0
    said = f"ghi {written(view, key)}" if view.value(key) is not None else "không ghi “Không phát sinh”"
    return CheckFinding(
        observed=written(view, key) if over_zero else "Không phát sinh",
        expected="Không phát sinh" if over_zero else f"{capital(named(view, over))} / {named(view, under)}",
        message_vi=(
            f"Ô {key} {said}, nhưng mẫu số {named(view, under)} bằng 0 nên không có tỷ lệ (0 hay 100 đều sai)."
            if over_zero
            else f"Ô {key} ghi “Không phát sinh”, nhưng mẫu số {named(view, under)} khác 0."
        ),
        message_en=f"Cell {key} is {view.state(key)} ({view.value(key)}); denominator {under} is {view.value(under)}.",
        mend_vi=f"Ghi “Không phát sinh” vào ô {key}." if over_zero else f"Tính ô {key} = ô {over} / ô {under} × 100.",
    )


RATIO_CHECKS = (
    FormCheck(
        check="form.ratio_matches",
        severity=Severity.CRITICAL,
        cells_vi="tỷ lệ, tử số, mẫu số",
        says_vi=f"Tỷ lệ đúng bằng tử số chia mẫu số, làm tròn {PCT_PLACES_VI} (từ 5 trở lên làm tròn lên).",
        unclear_vi="Thiếu tỷ lệ, tử số hoặc mẫu số; mẫu số bằng 0; có số âm.",
        milder_vi="Biểu ghi tay: chỉ là “cảnh báo” khi sai mỗi cách làm tròn (cắt bỏ, hoặc ít chữ số hơn).",
        columns=("ratio", "numerator", "denominator", "as_read"),
        derive=_ratios,
        operands=_ratio_and_inputs,
        demand=rule_holds(holds),
        explain=_explain_ratio,
    ),
    FormCheck(
        check="form.ratio_without_evidence",
        severity=Severity.WARNING,
        cells_vi="tỷ lệ, tử số, mẫu số",
        says_vi="Đã ghi tỷ lệ thì phải có tử số và mẫu số để tính lại.",
        unclear_vi="Ô tỷ lệ không có số liệu.",
        columns=("numerator_state", "denominator_state"),
        derive=_ratios,
        operands=_ratio_and_evidence,
        demand=rule_holds(lambda *states: all(state == GIVEN for state in states)),
        explain=_explain_evidence,
    ),
    FormCheck(
        check="form.no_denominator",
        severity=Severity.CRITICAL,
        cells_vi="tỷ lệ, tử số, mẫu số",
        says_vi="Mẫu số bằng 0 thì ghi “Không phát sinh”, không ghi 0 hay 100; mẫu số khác 0 thì phải có tỷ lệ.",
        unclear_vi="Ô mẫu số không có số liệu, hoặc ô tỷ lệ để trống.",
        columns=("denominator", "state"),
        derive=_ratios,
        operands=_ratio_and_denominator,
        demand=rule_holds(lambda denominator, state: (denominator == 0) == (state == CellStatus.NO_DENOMINATOR)),
        explain=_explain_no_denominator,
    ),
)
