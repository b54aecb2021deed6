"""Percentages written as fractions by hand, where nothing on the form can confirm them."""

from collections.abc import Iterator
from decimal import Decimal

from baocao.catalogue import Catalogue, Form
from baocao.domain import Severity
from expectations.form.figures import is_percent, one_per_figure, value_of
from expectations.form.view import FormCheck, FormView
from expectations.form.wording import written
from expectations.rule import CheckFinding, Obstacle, Operands, Rule, Subject, rule_holds
from expectations.wording import figure


def _fraction(rule: Rule, view: FormView) -> Operands | Obstacle:
    if not view.as_read:
        return Obstacle("tỷ lệ do hệ thống tính, không phải ghi tay", silent=True)
    return value_of(rule, view)


def _without_evidence(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    """Percentages whose numerator or denominator the form does not show: nothing on it can confirm them."""
    shown = {row.indicator for row in form.rows}
    subjects = one_per_figure(
        is_percent, "Ô {key} ghi theo phần trăm, không ghi theo tỷ số.", "Cell {key} is in percent, not a fraction."
    )
    for subject in subjects(form, catalogue):
        inputs = catalogue.indicators[form.row(subject.cells[0]).indicator or ""].inputs
        if not shown.issuperset(inputs):
            yield subject


def _explain_fraction(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    as_percent = figure(((view.value(key) or Decimal(0)) * 100).normalize() + 0)
    return CheckFinding(
        observed=written(view, key),
        expected=f"{as_percent}% nếu ghi theo tỷ số",
        message_vi=(
            f"Ô {key} ghi {figure(view.value(key) or Decimal(0))}. Đơn vị của chỉ tiêu là %, nên số này nghĩa là "
            f"{written(view, key)}; nếu đã ghi theo tỷ số thì phải là {as_percent}."
        ),
        message_en=f"Cell {key} is {view.value(key)}: in percent, or a fraction meaning {as_percent}%?",
        mend_vi=f"Xác nhận ô {key}: ghi {as_percent} nếu là {as_percent}%; giữ nguyên nếu là {written(view, key)}.",
    )


FRACTION_AS_PERCENT = FormCheck(
    check="form.fraction_as_percent",
    severity=Severity.WARNING,
    cells_vi="ô tỷ lệ mà tử số, mẫu số không có trên biểu",
    says_vi="Biểu ghi tay: tỷ lệ không kèm tử số, mẫu số phải ghi theo %, không ghi theo tỷ số (1 thay cho 100).",
    unclear_vi="Ô không có số liệu.",
    columns=("value",),
    derive=_without_evidence,
    operands=_fraction,
    demand=rule_holds(lambda value: not 0 < value <= 1),
    explain=_explain_fraction,
)
