"""A change of definitions tried on the past: which cells of which units would be others, and why. Nothing is written.

Both sides are counted from the same kept answers, once by the configuration of today and once by the proposed one, so
that what differs comes from the change alone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from baocao.catalogue import Catalogue
from baocao.catalogue.owed import list_periods, parts_by_series
from baocao.check_comparison import CheckChange, CheckChanges, compare_checks
from baocao.domain import Period
from baocao.errors import BaocaoError
from baocao.store import Vintage, VintageKey
from reporting.differences.differing import ExplainedDifference, explain_differences, only_changed
from reporting.differences.evidence_sides import EvidenceSide
from reporting.gathering import gather_from_payloads
from reporting.history.period_ranges import PeriodRange, list_reports
from reporting.pipeline import compute
from reporting.plan import make_plan
from reporting.report import Report
from reporting.standing import find_standing
from reporting.workspace import Workspace

YEARS_BACK = 3
SHOWN_CHANGES = (CheckChange.NEW, CheckChange.FIXED, CheckChange.NEWLY_NOT_EVALUABLE, CheckChange.NO_LONGER_APPLIES)


@dataclass(frozen=True)
class TriedForm:
    """One form of the past, by the rules of today and by the proposed ones; `failed` is why it could not be tried."""

    key: VintageKey
    label: str
    is_released: bool
    changed: tuple[ExplainedDifference, ...] = ()
    checks: tuple[tuple[CheckChange, str], ...] = ()
    failed: str = ""

    @property
    def is_same(self) -> bool:
        return not (self.changed or self.checks or self.failed)

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": self.key.unit_code,
            "period": self.key.period.code,
            "form": self.key.form_code,
            "vintage": self.key.vintage,
            "released": self.is_released,
            "changed": [one.as_json() for one in self.changed],
            "checks": [{"change": change.value, "says": says} for change, says in self.checks],
            "failed": self.failed or None,
        }


def list_past_periods(
    catalogue: Catalogue, unit_codes: Iterable[str], given: str | None, this_year: int
) -> set[Period]:
    """Those given, else all of this year and the three before. Raise ConfigError of a range that is none."""
    found: set[Period] = set()
    for unit in map(catalogue.unit, unit_codes):
        if not given:
            found |= set(list_periods(catalogue, unit, range(this_year - YEARS_BACK, this_year + 1)))
            continue
        for parts in parts_by_series(catalogue, unit).values():
            found |= set(list_reports(PeriodRange.parse(given), parts))
    return found


def try_on_past(
    workspace: Workspace,
    proposed: Catalogue,
    periods: Iterable[Period],
    unit_codes: Collection[str],
    on_tried: Callable[[TriedForm], None] = lambda _: None,
) -> tuple[TriedForm, ...]:
    """Every form of the units and periods that was made: the released vintage, else the latest. `on_tried` is told
    each as it comes.
    """
    found = []
    for vintage, is_released in _list_vintages(workspace, periods, unit_codes):
        tried = _try(workspace, proposed, vintage, is_released=is_released)
        on_tried(tried)
        found.append(tried)
    return tuple(found)


def _list_vintages(
    workspace: Workspace, periods: Iterable[Period], unit_codes: Collection[str]
) -> Iterator[tuple[Vintage, bool]]:
    store = workspace.store
    made = [state for state in store.vintages.list_states(periods) if state.whole is not None]
    for state in sorted(made, key=lambda one: (one.form_key.period, one.form_key.unit_code, one.form_key.form_code)):
        key = state.form_key
        if key.unit_code in unit_codes and key.form_code in workspace.catalogue.forms:
            released = find_standing(store, key).released_vintage
            number = released if released is not None else state.whole
            assert number is not None
            yield (
                store.vintages.find(VintageKey(key.unit_code, key.form_code, key.period, number)),
                released is not None,
            )


def _try(workspace: Workspace, proposed: Catalogue, vintage: Vintage, *, is_released: bool) -> TriedForm:
    key = vintage.key
    unit = workspace.catalogue.unit(key.unit_code)
    tried = TriedForm(key, f"{unit.name}, {key.period.label_vi}", is_released)
    try:
        (before, was), (after, now) = (
            _compute(replace(workspace, catalogue=catalogue), vintage) for catalogue in (workspace.catalogue, proposed)
        )
        differences = explain_differences(before, after, proposed)
    except BaocaoError as error:
        return replace(tried, failed=str(error))
    return replace(
        tried,
        changed=only_changed(differences),
        checks=tuple(_list_changes(compare_checks(was.checks, now.checks))),
    )


def _compute(workspace: Workspace, vintage: Vintage) -> tuple[EvidenceSide, Report]:
    key = vintage.key
    now = workspace.settings.now()
    plan = make_plan(workspace.catalogue, key.unit_code, key.period.code, key.form_code, now)
    gathered = gather_from_payloads(workspace, plan, key)
    report = compute(workspace, plan, gathered, key.vintage)
    corrections = workspace.catalogue.corrections(key.unit_code, key.period)
    side = EvidenceSide(
        vintage=vintage,
        filled=report.filled,
        observations=report.observations,
        collected=gathered.records,
        plan=plan,
        corrections={one.indicator: one for one in corrections},
        manual=gathered.typed.figures if gathered.typed else None,
        handed=gathered.handed,
        indicators=workspace.catalogue.indicators,
        brought={each.unit_code: each for each in gathered.below.brought} if gathered.below else {},
    )
    return side, report


def _list_changes(changes: CheckChanges) -> Iterator[tuple[CheckChange, str]]:
    for change in SHOWN_CHANGES:
        for result in changes[change]:
            yield change, result.message_vi or result.reason
