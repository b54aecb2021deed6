"""Checks between cells: a part lies within its whole, a total equals its parts."""

from collections.abc import Iterator
from decimal import Decimal

from baocao.catalogue import Catalogue, Count, Form, FormRow, Indicator
from baocao.catalogue.forms import MatrixCell
from baocao.domain import Severity
from expectations.form.definitions import counts_records, partition
from expectations.form.figures import figure_rows
from expectations.form.view import FormCheck, FormView
from expectations.form.wording import summed, unless_given, written
from expectations.rule import CheckFinding, Demand, Obstacle, Operands, Rule, Subject
from expectations.wording import capital, cells_vi, figure


def rows_by_indicator(form: Form) -> dict[str, FormRow]:
    return {row.indicator: row for row in form.rows if row.indicator}


def wholes_of(indicator: Indicator, catalogue: Catalogue) -> Iterator[Indicator]:
    """The counts an indicator is part of, the nearest first; stops where a chain bites its tail."""
    seen = {indicator.indicator_code}
    while indicator.part_of and indicator.part_of not in seen:
        seen.add(indicator.part_of)
        indicator = catalogue.indicators[indicator.part_of]
        yield indicator


def counts_on(form: Form, catalogue: Catalogue) -> dict[str, Count]:
    """The counted figures a form shows, by row key."""
    return {row.key: found.count for row, found in figure_rows(form, catalogue) if found.count and not found.count.days}


def _parts(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    """Each part with each whole the form shows; `via` are the cells that lie between the two."""
    rows = rows_by_indicator(form)
    for row, indicator in figure_rows(form, catalogue):
        via: tuple[str, ...] = ()
        for whole in wholes_of(indicator, catalogue):
            if whole.indicator_code in rows:
                key = rows[whole.indicator_code].key
                yield _part_subject(indicator, (row.key, key), via)
                via = (*via, key)
        for whole in _ratio_wholes(indicator, catalogue):
            key = rows[whole.indicator_code].key if whole.indicator_code in rows else row.key
            if key not in {*via, row.key}:
                yield _part_subject(indicator, (row.key, key), ())


def _ratio_wholes(indicator: Indicator, catalogue: Catalogue) -> Iterator[Indicator]:
    """The denominators of the ratios the indicator is the numerator of."""
    for ratio in (found.ratio for found in catalogue.indicators.values() if found.ratio):
        if ratio.numerator == indicator.indicator_code:
            yield catalogue.indicators[ratio.denominator]


def _part_subject(part: Indicator, cells: tuple[str, str], via: tuple[str, ...]) -> Subject:
    return Subject(
        owner=part.owner,
        cells=cells,
        sentence_vi=f"Ô {cells[0]} không lớn hơn ô {cells[1]}.",
        sentence_en=f"Cell {cells[0]} is not above cell {cells[1]}.",
        roles={"via": via},
    )


def _part_and_whole(rule: Rule, view: FormView) -> Operands | Obstacle:
    if any(view.value(key) is not None for key in rule.roles["via"]):
        return Obstacle("đã so với ô ở giữa", silent=True)
    part, whole = rule.cells
    return unless_given(view, rule.cells) or (view.value(whole), view.value(part))


def _explain_part(rule: Rule, view: FormView) -> CheckFinding:
    part, whole = rule.cells
    return CheckFinding(
        observed=written(view, part),
        expected=f"không lớn hơn {written(view, whole)}",
        message_vi=(
            f"Ô {part} ghi {written(view, part)}, lớn hơn ô {whole} ({written(view, whole)}). "
            f"“{view.row(part).meant_label}” là một phần của “{view.row(whole).meant_label}” nên không thể lớn hơn."
        ),
        message_en=f"Cell {part} is {view.value(part)}, above cell {whole} ({view.value(whole)}), its whole.",
        mend_vi=f"Đối chiếu ô {part} và ô {whole} với số liệu nguồn, sửa ô sai rồi tính lại các tỷ lệ liên quan.",
    )


def _totals(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    """Declared balances the form shows in full, then totals that follow from the definitions."""
    rows, told = rows_by_indicator(form), set[frozenset[str]]()
    for balance in catalogue.balances.values():
        if rows.keys() >= {*balance.left, *balance.right}:
            left = tuple(rows[code].key for code in balance.left)
            right = tuple(rows[code].key for code in balance.right)
            told.add(frozenset((*left, *right)))
            yield _total_subject(catalogue, form, left, right)
    for left, right in _column_balances(form):
        if frozenset((*left, *right)) not in told:
            told.add(frozenset((*left, *right)))
            yield _total_subject(catalogue, form, left, right)
    counts = {key: count for key, count in counts_on(form, catalogue).items() if counts_records(count)}
    for key, count in counts.items():
        parts = partition(count, counts)
        if parts and frozenset((key, *parts)) not in told:
            yield _total_subject(catalogue, form, (key,), parts)


def _column_balances(form: Form) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The balances a matrix declares between its columns, on the one line the form is looked at with."""
    keys = {row.column.number: row.key for row in form.rows if isinstance(row, MatrixCell)}
    for balance in form.matrix.balances if form.matrix else ():
        if keys.keys() >= {*balance.left, *balance.right}:
            yield tuple(keys[number] for number in balance.left), tuple(keys[number] for number in balance.right)


def _total_subject(catalogue: Catalogue, form: Form, left: tuple[str, ...], right: tuple[str, ...]) -> Subject:
    indicator = catalogue.indicators[form.row(left[0]).indicator or ""]
    return Subject(
        owner=indicator.owner,
        cells=(*left, *right),
        sentence_vi=f"{capital(cells_vi(left, ' + '))} bằng {cells_vi(right, ' + ')}.",
        sentence_en=f"Cells {' + '.join(left)} equal cells {' + '.join(right)}.",
        roles={"left": left, "right": right},
    )


def sum_of(view: FormView, keys: tuple[str, ...]) -> Decimal:
    return sum((view.value(key) or Decimal(0) for key in keys), Decimal(0))


def _both_sides(rule: Rule, view: FormView) -> Operands | Obstacle:
    sides = (sum_of(view, rule.roles["left"]), sum_of(view, rule.roles["right"]))
    return unless_given(view, rule.cells) or sides


def _explain_total(rule: Rule, view: FormView) -> CheckFinding:
    left, right = rule.roles["left"], rule.roles["right"]
    sums = figure(sum_of(view, left)), figure(sum_of(view, right))
    gap = figure(abs(sum_of(view, left) - sum_of(view, right)))
    return CheckFinding(
        observed=sums[0],
        expected=sums[1],
        message_vi=(f"{capital(summed(view, left))} phải bằng {summed(view, right)} = {sums[1]}; hiện lệch {gap}."),
        message_en=f"Cells {' + '.join(left)} are {sum_of(view, left)}; {' + '.join(right)} are {sum_of(view, right)}.",
        mend_vi=f"Kiểm tra lại {cells_vi(rule.cells)}: có hồ sơ, thủ tục bị đếm trùng hoặc bỏ sót ở một trong các ô.",
    )


PART_CHECKS = (
    FormCheck(
        check="form.part_within_whole",
        severity=Severity.CRITICAL,
        cells_vi="phần, tổng thể",
        says_vi="Một phần không lớn hơn tổng thể mà nó thuộc về (ví dụ 6.1.3 ≤ 6.1.2 ≤ 6.1.1).",
        unclear_vi="Một trong hai ô không có số liệu.",
        columns=("whole", "part"),
        derive=_parts,
        operands=_part_and_whole,
        demand=lambda _: Demand("ExpectColumnPairValuesAToBeGreaterThanB", {"or_equal": True}),
        explain=_explain_part,
    ),
    FormCheck(
        check="form.total_equals_parts",
        severity=Severity.CRITICAL,
        cells_vi="tổng, các phần",
        says_vi="Tổng bằng các phần cộng lại.",
        unclear_vi="Một trong các ô không có số liệu.",
        columns=("left", "right"),
        derive=_totals,
        operands=_both_sides,
        demand=lambda _: Demand("ExpectColumnPairValuesToBeEqual"),
        explain=_explain_total,
    ),
)
