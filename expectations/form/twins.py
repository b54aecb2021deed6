"""One ratio in two rows: where a unit fills a row and a single row below it with the same ratio, both say the same."""

from collections.abc import Iterator

from baocao.catalogue import Catalogue, Form
from baocao.domain import Severity
from expectations.form.figures import figure_rows
from expectations.form.view import FormCheck, FormView
from expectations.form.wording import named, unless_given, written
from expectations.rule import CheckFinding, Demand, Obstacle, Operands, Rule, Subject
from expectations.wording import capital, cells_vi


def _twins(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    """Two ratios of the same numerator and denominator, one row above the other."""
    figures = [(row, found) for row, found in figure_rows(form, catalogue) if found.ratio]
    for row, found in figures:
        below = [line for line, other in figures if other.inputs == found.inputs and line.key.startswith(row.key + ".")]
        for line in below:
            yield Subject(
                owner=found.owner,
                cells=(line.key, row.key),
                sentence_vi=f"Ô {line.key} bằng ô {row.key} khi đơn vị chỉ điền một dòng con.",
                sentence_en=f"Cell {line.key} equals cell {row.key} where it is the only sub-row the unit fills.",
                roles={"siblings": tuple(other.key for other in below)},
            )


def _same_twice(rule: Rule, view: FormView) -> Operands | Obstacle:
    line = rule.cells[0]
    filled = [key for key in rule.roles["siblings"] if view.applies(key) is not False]
    if view.applies(line) is False:
        return Obstacle(f"ô {line} là dòng của cấp khác")
    if len(filled) > 1:
        return Obstacle(f"đơn vị điền nhiều dòng con: {cells_vi(filled)}")
    return unless_given(view, rule.cells) or tuple(view.value(key) for key in rule.cells)


def _explain_twins(rule: Rule, view: FormView) -> CheckFinding:
    line, row = rule.cells
    return CheckFinding(
        observed=written(view, line),
        expected=written(view, row),
        message_vi=(
            f"{capital(named(view, line))} và {named(view, row)} là cùng một tỷ lệ của đơn vị "
            "nhưng ghi hai số khác nhau."
        ),
        message_en=f"Cells {line} ({view.value(line)}) and {row} ({view.value(row)}) are the same ratio.",
        mend_vi=f"Tính lại tỷ lệ từ số liệu gốc và ghi cùng một số vào ô {row} và ô {line}.",
    )


SAME_FIGURE = FormCheck(
    check="form.same_figure",
    severity=Severity.WARNING,
    cells_vi="hai ô tỷ lệ, dòng con và dòng cha",
    says_vi="Hai ô cùng một tỷ lệ của đơn vị ghi cùng một số.",
    unclear_vi="Một trong hai ô không có số liệu, không áp dụng, hoặc đơn vị điền nhiều dòng con.",
    columns=("line", "row"),
    derive=_twins,
    operands=_same_twice,
    demand=lambda _: Demand("ExpectColumnPairValuesToBeEqual"),
    explain=_explain_twins,
)
