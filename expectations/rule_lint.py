"""Faults of the rule set itself: contradictions, rules that can never fire, cells no rule watches.

Found from the catalogue alone, before any figure is there. Nothing here needs Great Expectations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from baocao.catalogue import Catalogue, Form, FormRow, Indicator
from baocao.catalogue.forms import MatrixCell
from baocao.domain import Tier
from baocao.forms.drafting.units import MeasureWords, read_codes
from baocao.messages import upper_first
from expectations.form.definitions import is_subset
from expectations.form.figures import figure_rows
from expectations.form.parts import rows_by_indicator, wholes_of
from expectations.form.suite import form_rules
from expectations.rule import Rule
from expectations.rule_lint_limits import senseless_limits

# These look at one cell by itself; a cell only they see can hold any plausible number.
_ALONE = frozenset({
    "form.blank", "form.not_collected", "form.value_in_heading", "form.other_tier", "form.percent_bounds",
    "form.whole_number", "form.not_negative", "form.fraction_as_percent",
    "form.measure_bounds",
})  # fmt: skip


class LintKind(StrEnum):
    """What is wrong with the rule set."""

    CONTRADICTION = "rules.contradiction"
    NEVER_FIRES = "rules.never_fires"
    UNWATCHED = "rules.unwatched"


@dataclass(frozen=True, slots=True)
class LintNote:
    """One fault of the rule set: the cells and, where it is one rule's, the check concerned."""

    kind: LintKind
    cells: tuple[str, ...]
    message_vi: str
    message_en: str
    check: str = ""


def lint_rules(form: Form, catalogue: Catalogue) -> list[LintNote]:
    """Every fault of the rules in force for a form; an empty list is a sound rule set that watches every cell."""
    rules = form_rules(form, catalogue)
    return [
        *_circles(form, catalogue),
        *_reversed_parts(form, catalogue),
        *_one_sided_balances(form, catalogue),
        *_units(form, catalogue),
        *_code_lists(form, catalogue),
        *_never_fire(form, rules),
        *_senseless(catalogue),
        *_unwatched(form, catalogue, rules),
    ]


def _circles(form: Form, catalogue: Catalogue) -> Iterator[LintNote]:
    """Indicators that are, by `part_of`, part of themselves."""
    for row, indicator in figure_rows(form, catalogue):
        chain = [indicator, *wholes_of(indicator, catalogue)]
        if chain[-1].part_of == indicator.indicator_code:
            codes = " → ".join((*(found.indicator_code for found in chain), indicator.indicator_code))
            yield LintNote(
                LintKind.CONTRADICTION,
                (row.key,),
                f"Chỉ tiêu của {row.cell_words} là một phần của chính nó: {codes}.",
                f"cell {row.key}: part_of runs in a circle: {codes}",
                "form.part_within_whole",
            )


def _reversed_parts(form: Form, catalogue: Catalogue) -> Iterator[LintNote]:
    """Parts whose definition takes in every record of their whole: the rule says the opposite, or nothing."""
    for row, part in figure_rows(form, catalogue):
        whole = catalogue.indicators[part.part_of] if part.part_of else None
        if whole is None or part.count is None or whole.count is None or part.count.distinct != whole.count.distinct:
            continue
        if is_subset(whole.count, part.count):
            same = is_subset(part.count, whole.count)
            yield LintNote(
                LintKind.NEVER_FIRES if same else LintKind.CONTRADICTION,
                (row.key,),
                f"{upper_first(row.cell_words)}: định nghĩa đếm của “{part.label}” "
                f"{'giống hệt' if same else 'bao trùm cả'} “{whole.label}”, trái với part_of.",
                f"cell {row.key}: {part.indicator_code} counts {'as' if same else 'beyond'} {whole.indicator_code}",
                "form.part_within_whole",
            )


def _one_sided_balances(form: Form, catalogue: Catalogue) -> Iterator[LintNote]:
    """Balances with a figure on both sides, or twice on one."""
    rows = rows_by_indicator(form)
    for balance in catalogue.balances.values():
        codes = [*balance.left, *balance.right]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            yield LintNote(
                LintKind.CONTRADICTION,
                tuple(rows[code].key for code in twice if code in rows),
                f"Cân đối “{balance.label}” dùng một số liệu hai lần: {', '.join(twice)}.",
                f"balance {balance.balance_code}: twice in it: {', '.join(twice)}",
                f"balance.{balance.balance_code}",
            )


def _units(form: Form, catalogue: Catalogue) -> Iterator[LintNote]:
    """Rows whose meant unit is not the indicator's measure."""
    words = MeasureWords({code: measure.label for code, measure in catalogue.measures.items()})
    for row, indicator in figure_rows(form, catalogue):
        if isinstance(row, MatrixCell):  # the table has one line for the measure of all
            continue
        due = indicator.measure.label
        is_due = row.meant_unit.strip().lower() == due or words.of_unit(row.meant_unit) == indicator.measure.code
        if not indicator.measure.is_code and not is_due:
            yield LintNote(
                LintKind.CONTRADICTION,
                (row.key,),
                f"{upper_first(row.cell_words)}: biểu in đơn vị “{row.meant_unit}” nhưng chỉ tiêu tính bằng “{due}”; "
                "nếu là lỗi in của mẫu thì khai báo ở misprints.",
                f"cell {row.key}: the form's unit is {row.meant_unit!r}, the indicator's {indicator.measure}",
            )


def _code_lists(form: Form, catalogue: Catalogue) -> Iterator[LintNote]:
    """Code rows whose printed codes are not those of the indicator."""
    for row, indicator in figure_rows(form, catalogue):
        codes = indicator.typed.codes if indicator.typed else None
        printed = set(read_codes(row.meant_unit))
        if codes and not isinstance(row, MatrixCell) and printed != set(codes):
            yield LintNote(
                LintKind.CONTRADICTION,
                (row.key,),
                f"{upper_first(row.cell_words)}: biểu in các mã {sorted(printed)} "
                f"nhưng chỉ tiêu nhận các mã {sorted(codes)}.",
                f"cell {row.key}: printed codes {sorted(printed)}, allowed {sorted(codes)}",
                "form.status_code",
            )


def _never_fire(form: Form, rules: list[Rule]) -> Iterator[LintNote]:
    """Rules whose cells no single tier fills together."""
    for rule in rules:
        rows = [form.row(key) for key in rule.cells]
        if len(rows) > 1 and not _shared_tiers(rows):
            yield LintNote(
                LintKind.NEVER_FIRES,
                rule.cells,
                f"{rule.check}: không cấp nào điền cùng lúc {', '.join(row.cell_words for row in rows)} "
                "nên quy tắc vô dụng.",
                f"{rule.check}: no tier fills cells {', '.join(rule.cells)} together",
                rule.check,
            )


def _senseless(catalogue: Catalogue) -> Iterator[LintNote]:
    """Thresholds of `checks.yaml` under which a check can never do anything."""
    for check, message_vi, message_en in senseless_limits(catalogue):
        yield LintNote(LintKind.NEVER_FIRES, (), f"checks.yaml: {message_vi}", f"checks.yaml: {message_en}", check)


def _shared_tiers(rows: list[FormRow]) -> set[Tier]:
    return set(Tier).intersection(*(row.tiers for row in rows))


def _unwatched(form: Form, catalogue: Catalogue, rules: list[Rule]) -> Iterator[LintNote]:
    """Cells that no rule compares with anything: neither another cell nor a list of codes."""
    watched = {key for rule in rules if rule.check not in _ALONE for key in rule.cells}
    for row, indicator in figure_rows(form, catalogue):
        if row.key not in watched:
            yield LintNote(
                LintKind.UNWATCHED,
                (row.key,),
                f"{upper_first(row.cell_words)} ({row.meant_label}) chỉ được kiểm tra riêng lẻ, "
                f"không đối chiếu với ô nào{_where_else(indicator)}.",
                f"cell {row.key}: no rule compares it with another cell",
            )


def _where_else(indicator: Indicator) -> str:
    return "; tử số và mẫu số của nó chỉ có khi phần mềm tính (balance.ratio_matches)" if indicator.ratio else ""
