"""Checks of a matrix form: those of any form on each of its lines, its total down, and what is said of its cells."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from baocao.catalogue import Catalogue, Form, FormRow
from baocao.catalogue.forms import MatrixCell
from baocao.domain import CheckResult, Outcome, Severity, Topic
from baocao.groups import GROUP_MARK
from baocao.messages import upper_first
from expectations.engine.case_sets import ABOUT, name_subjects
from expectations.form.definitions import counts_records
from expectations.form.view import FormCheck, FormView
from expectations.form.wording import unless_given, written
from expectations.rule import CheckFinding, Demand, Obstacle, Operands, Rule, Subject
from expectations.wording import figure

_SAMPLE = "dong-mau"
"""The key of the line rules are derived on, before they are put on every line that has the same figures."""
_CELL = re.compile(r"(?P<word>[Ôô]|[Dd]òng) (?P<key>[\w-]+(?:\.[\w-]+)*/[\w-]+(?:\.[\w-]+)*)")
_LIMIT = 20
_FEW_LINES = 3
Lines = dict[str, list[MatrixCell]]


def lines_of(form: Form) -> Lines:
    """The cells of each line by its key, in their order."""
    lines: Lines = {}
    for row in form.rows:
        if isinstance(row, MatrixCell):
            lines.setdefault(row.line.key, []).append(row)
    return lines


def line_rules(check: FormCheck, form: Form, catalogue: Catalogue) -> tuple[Rule, ...]:
    """The rules of a check, line by line: figures of different lines are never held against each other."""
    derived: dict[tuple[object, ...], tuple[Rule, ...]] = {}
    found: list[Rule] = []
    for key, cells in lines_of(form).items():
        kind = tuple((cell.column.number, _code_on_line(cell), cell.tiers) for cell in cells)
        if kind not in derived:
            sample = form.model_copy(update={"rows": tuple(map(_on_sample, cells))})
            derived[kind] = check.rules(sample, catalogue)
        found += (_put_on(rule, key) for rule in derived[kind])
    return tuple(found)


def _code_on_line(cell: MatrixCell) -> str:
    """The figure without the group of its line, which all figures of the line share."""
    return (cell.indicator or "").removesuffix(f"{GROUP_MARK}{cell.line.group}")


def _on_sample(cell: MatrixCell) -> MatrixCell:
    number = f"{_SAMPLE}/{cell.column.number}"
    return cell.model_copy(update={"number": number, "indicator": _code_on_line(cell)})


def _put_on(rule: Rule, key: str) -> Rule:
    def put(text: str) -> str:
        return text.replace(f"{_SAMPLE}/", f"{key}/")

    return replace(
        rule,
        cells=tuple(map(put, rule.cells)),
        sentence_vi=put(rule.sentence_vi),
        sentence_en=put(rule.sentence_en),
        roles={name: tuple(map(put, values)) for name, values in rule.roles.items()},
    )


def _column_totals(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    """Each cell of the total whose figure adds up, with those of the lines above it."""
    cells = [cell for line in lines_of(form).values() for cell in line]
    for cell in (cell for cell in cells if cell.line.kind == "total"):
        indicator = catalogue.indicators[cell.indicator or ""]
        column = [other for other in cells if other.column == cell.column and other.line != cell.line]
        if column and indicator.count and counts_records(indicator.count) and not indicator.count.is_recounted:
            yield Subject(
                owner=indicator.owner,
                cells=(cell.key,),
                sentence_vi=f"Ô {cell.key} bằng tổng các dòng ở trên.",
                sentence_en=f"Cell {cell.key} is the sum of the lines above.",
                roles={"lines": tuple(other.key for other in column)},
            )


def _total_and_lines(rule: Rule, view: FormView) -> Operands | Obstacle:
    keys = (*rule.cells, *rule.roles["lines"])
    return unless_given(view, keys) or (view.value(rule.cells[0]), _sum(rule, view))


def _sum(rule: Rule, view: FormView) -> Decimal:
    return sum((view.value(key) or Decimal(0) for key in rule.roles["lines"]), Decimal(0))


def _explain_total(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    value, due = view.value(key) or Decimal(0), _sum(rule, view)
    return CheckFinding(
        observed=figure(value),
        expected=figure(due),
        message_vi=f"Ô {key} ghi {written(view, key)}, khác tổng {len(rule.roles['lines'])} dòng ở trên "
        f"({figure(due)}); lệch {figure(abs(value - due))}.",
        message_en=f"Cell {key} is {value}; the lines above add up to {due}.",
        mend_vi="Tìm dòng thiếu, dòng thừa hoặc số ghi sai trong cột này rồi cộng lại.",
    )


COLUMN_TOTAL = FormCheck(
    check="form.column_total",
    severity=Severity.CRITICAL,
    cells_vi="mỗi ô của dòng tổng cộng, biểu nhiều cột",
    says_vi="Dòng tổng cộng bằng các dòng ở trên cộng lại.",
    unclear_vi="Một trong các ô của cột không có số liệu.",
    columns=("total", "lines"),
    derive=_column_totals,
    operands=_total_and_lines,
    demand=lambda _: Demand("ExpectColumnPairValuesToBeEqual"),
    explain=_explain_total,
)


def tell_of_lines(results: Iterable[CheckResult], form: Form) -> list[CheckResult]:
    """Results about a matrix as people are told them: cells by line and column, and what is alike told once.

    What holds of a column is one result; of what cannot be evaluated one for each reason; cells of a line without a
    figure are one too.
    """
    cells = {row.key: row for row in form.rows if isinstance(row, MatrixCell)}
    if not cells:
        return list(results)
    joined: dict[tuple[object, ...], list[CheckResult]] = {}
    for number, result in enumerate(results):
        mine = [cells[key] for key in result.cells if key in cells]
        joined.setdefault(_alike(result, mine, number), []).append(result)
    told = [one for found in joined.values() for one in _join_if_many(found, cells)]
    return [_say_places(one, cells) for one in told]


def _join_if_many(results: list[CheckResult], cells: dict[str, MatrixCell]) -> list[CheckResult]:
    """Failures on a few lines are told one by one: each is somebody's slip. On many lines they are one trouble."""
    first = results[0]
    is_one_line = len({cells[key].line.key for one in results for key in one.cells if key in cells}) == 1
    if first.outcome is Outcome.FAIL and not is_one_line and len(results) <= _FEW_LINES:
        return results
    return [_join(results, cells)]


def _alike(result: CheckResult, cells: list[MatrixCell], number: int) -> tuple[object, ...]:
    columns = tuple(cell.column.number for cell in cells)
    if not cells or result.check == COLUMN_TOTAL.check:
        return (number,)
    if result.outcome is Outcome.FAIL:
        is_absent = result.topic in (Topic.NOT_COLLECTED, Topic.NOT_GIVEN)
        return (result.check, cells[0].line.key) if is_absent else (result.check, result.severity, columns)
    return (result.check, result.outcome, columns)


def _join(results: list[CheckResult], cells: dict[str, MatrixCell]) -> CheckResult:
    first = results[0]
    if len(results) == 1:
        return first
    subjects = (subject for one in results for subject in one.evidence.get(ABOUT, ()))
    keys = tuple(dict.fromkeys(key for one in results for key in one.cells))
    evidence = {**first.evidence, **name_subjects(*dict.fromkeys(subjects))}
    line, columns = cells[first.cells[0]].line, ", ".join(cells[key].column.number for key in first.cells)
    if first.outcome is Outcome.FAIL and len({cells[key].line.key for key in keys}) > 1:
        last = next((one for one in results if cells[one.cells[0]].line.kind == "total"), first)
        says = f"{len(results)} dòng đều không đạt ở cột {columns}. {last.message_vi}"
        return replace(last, cells=keys[:_LIMIT], evidence=evidence, message_vi=says)
    if first.outcome is Outcome.FAIL:
        here = ", ".join(cells[key].column.number for key in keys)
        return replace(first, cells=keys, evidence=evidence, message_vi=f"Cột {here}: {first.message_vi}")
    said = first.message_vi.replace(f"{line.key}/", "")
    says = f"{len(results)} dòng, cột {columns}: {said}"
    return replace(first, cells=keys[:_LIMIT], evidence=evidence, message_vi=says)


def _say_places(result: CheckResult, cells: dict[str, MatrixCell]) -> CheckResult:
    said = {
        name: name_cells_in(getattr(result, name), cells) for name in ("message_vi", "mend_vi", "expected", "reason")
    }
    return replace(result, **said)  # type: ignore[arg-type]  # texts, by name


def name_cells_in(text: str, cells: Mapping[str, FormRow]) -> str:
    """`Ô dat_dai/8` as `Dòng Đất đai, cột 8`."""

    def say(match: re.Match[str]) -> str:
        cell = cells.get(match["key"])
        if not isinstance(cell, MatrixCell):
            return match[0]
        return upper_first(cell.place) if match["word"][0].isupper() else cell.place

    return _CELL.sub(say, text)
