"""The rules of one form, to read: how each figure is made; what each check demands, how far, and of which cells."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from baocao.catalogue import Catalogue, Indicator
from baocao.counting.counted import count_figure
from baocao.domain import Severity, Window
from baocao.records import COLUMNS, empty_frame
from baocao.vocabulary import SUITES, SYSTEMS
from expectations.form.balances import balance_check
from expectations.registry import all_cards, rules, rules_of_records
from expectations.rule import CheckCard, Rule
from reporting.files.passports import formula
from reporting.plan import Plan
from reporting.rules.bounds import CheckBounds, find_bounds


@dataclass(frozen=True)
class FigureInWords:
    """One figure. `steps` are what a record must fulfil to be counted; `parts` the figures it is computed from."""

    code: str
    label: str
    cells: tuple[str, ...]
    formula: str
    steps: tuple[str, ...]
    systems: tuple[str, ...]
    owner: str
    legal_basis: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class CheckInWords:
    """One check with the cells it is in force for, each with its sentence."""

    check: str
    severity: Severity
    says: str
    milder: str
    unclear: str
    bounds: CheckBounds
    owners: tuple[str, ...]
    sentences: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True)
class RuleBook:
    """`suites` are the checks by what they look at, in the order of the catalogue."""

    figures: tuple[FigureInWords, ...]
    suites: tuple[tuple[str, tuple[CheckInWords, ...]], ...]

    @property
    def check_count(self) -> int:
        return sum(len(checks) for _, checks in self.suites)


def read_rule_book(catalogue: Catalogue, plan: Plan) -> RuleBook:
    found = [*rules(plan.form, catalogue), *rules_of_records(catalogue)]
    cards = {card.check: card for card in all_cards()}
    cards |= {card.check: card for card in map(balance_check, catalogue.balances)}
    suites = ((label, tuple(_checks(suite, found, cards, catalogue))) for suite, label in SUITES.items())
    return RuleBook(tuple(_figures(catalogue, plan)), tuple((label, checks) for label, checks in suites if checks))


def _checks(
    suite: str, found: Iterable[Rule], cards: dict[str, CheckCard], catalogue: Catalogue
) -> Iterator[CheckInWords]:
    by_check: dict[str, list[Rule]] = {}
    for rule in found:
        if rule.check.startswith(f"{suite}."):
            by_check.setdefault(rule.check, []).append(rule)
    for check, mine in by_check.items():
        card = cards[check]
        is_one = len(mine) == 1
        yield CheckInWords(
            check=check,
            severity=card.severity,
            says=mine[0].sentence_vi if is_one else card.says_vi,
            milder=card.milder_vi,
            unclear=card.unclear_vi,
            bounds=find_bounds(check, catalogue),
            owners=tuple(dict.fromkeys(catalogue.owner_label(rule.owner) for rule in mine)),
            sentences=() if is_one else tuple((rule.cells, _with_codes(rule)) for rule in mine),
        )


def _with_codes(rule: Rule) -> str:
    """A list of codes is said with what each means."""
    codes = rule.limits.get("codes") if rule.check == "form.status_code" else None
    return rule.sentence_vi + (f" ({'; '.join(f'{code}: {says}' for code, says in codes.items())})" if codes else "")


def _figures(catalogue: Catalogue, plan: Plan) -> Iterator[FigureInWords]:
    """In the order of the form, each once, those computed followed by what they are made of."""
    cells: dict[str, list[str]] = {}
    for row in plan.form.rows:
        if row.indicator and row.indicator in catalogue.indicators:
            cells.setdefault(row.indicator, []).append(row.key)
    told: set[str] = set()
    for code in cells:
        for each in (code, *_parts(catalogue, catalogue.indicator(code))):
            if each not in told:
                told.add(each)
                yield _say_figure(catalogue, catalogue.indicator(each), tuple(cells.get(each, ())), plan.window)


def _parts(catalogue: Catalogue, indicator: Indicator) -> Iterator[str]:
    for code in indicator.inputs:
        yield code
        yield from _parts(catalogue, catalogue.indicator(code))


def _say_figure(catalogue: Catalogue, indicator: Indicator, cells: tuple[str, ...], window: Window) -> FigureInWords:
    systems = (part.system for part in catalogue.base_figures(indicator))
    return FigureInWords(
        code=indicator.indicator_code,
        label=indicator.label,
        cells=cells,
        formula=formula(catalogue, indicator),
        steps=tuple(_say_steps(indicator, window)),
        systems=tuple(dict.fromkeys(SYSTEMS[system] for system in systems if system is not None)),
        owner=catalogue.owner_label(indicator.owner),
        legal_basis=indicator.legal_basis,
        parts=tuple(catalogue.indicator(code).label for code in indicator.inputs),
    )


def _say_steps(indicator: Indicator, window: Window) -> Iterator[str]:
    """As the counting itself says them: of no records at all."""
    if indicator.count is None:
        return
    frames = {kind: empty_frame(kind) for kind in COLUMNS}
    _, steps, _ = count_figure(indicator, indicator.count, frames, window)
    yield from (step.step for step in steps[1:])
