"""Values of `checks.yaml` that are allowed and yet senseless: what they say can never matter."""

from collections.abc import Iterator

from baocao.catalogue import Catalogue
from baocao.catalogue.checks import DeclaredBreak, DocumentTolerance, DossierTolerance
from baocao.records import VALUES

WHOLE_PCT = 100
SHORTEST_PERIOD_DAYS = 90
PERIODS_KNOWN = 12
"""How many earlier periods a report is compared with at most."""

Fault = tuple[str, str, str]
"""The check, and what is wrong in Vietnamese and in English."""


def senseless_limits(catalogue: Catalogue) -> Iterator[Fault]:
    """Every threshold that can never be reached, and every name in the file that nothing is called."""
    yield from _tolerances(catalogue)
    yield from _borders(catalogue)
    yield from _statuses(catalogue)
    yield from _depths(catalogue)
    for known in catalogue.limits.history.breaks:
        yield from _break(known, catalogue)


def _tolerances(catalogue: Catalogue) -> Iterator[Fault]:
    for check, tolerance in catalogue.limits.reconcile.by_check.items():
        for unit_code, pct in {"": tolerance.tolerance_pct, **tolerance.units}.items():
            place = f"{check}.units.{unit_code}" if unit_code else f"{check}.tolerance_pct"
            if unit_code and unit_code not in catalogue.units:
                yield check, f"{place}: không có đơn vị “{unit_code}” trong units.yaml.", f"{place}: no such unit"
            elif not 0 <= pct < WHOLE_PCT:
                yield (
                    check,
                    f"{place} là {pct:g}%: phải từ 0 đến dưới 100, nếu không thì bỏ qua hoặc nêu mọi chênh lệch.",
                    f"{place}: {pct:g} is not from 0 to below 100",
                )
            elif unit_code and pct == tolerance.tolerance_pct:
                yield check, f"{place} bằng ngưỡng chung nên thừa.", f"{place}: the same as for every unit"


def _borders(catalogue: Catalogue) -> Iterator[Fault]:
    for check, tolerance in catalogue.limits.reconcile.by_check.items():
        days = tolerance.border_days if isinstance(tolerance, DossierTolerance | DocumentTolerance) else 0
        if days * 2 >= SHORTEST_PERIOD_DAYS:
            yield (
                check,
                f"{check}.border_days là {days}: đầu kỳ và cuối kỳ phủ hết cả quý nên không mã nào được nêu.",
                f"{check}.border_days: {days} at either end leave no day of a quarter",
            )


def _statuses(catalogue: Catalogue) -> Iterator[Fault]:
    copies = catalogue.limits.reconcile.portal_dossiers.status_copies
    for local, copy in copies.items():
        unknown = [code for code in (local, copy) if code not in VALUES["status"]]
        if unknown or local == copy:
            place = f"reconcile.portal_dossiers.status_copies.{local}"
            why = f"không có trạng thái “{unknown[0]}”" if unknown else "hai trạng thái như nhau"
            yield "reconcile.portal_dossiers", f"{place}: {why}.", f"{place}: {local} to {copy} says nothing"


def _depths(catalogue: Catalogue) -> Iterator[Fault]:
    """Checks that ask for more earlier periods than there ever are, or for a loss of more than everything."""
    history = catalogue.limits.history
    asked = {
        "history.frozen": ("frozen.periods", history.frozen.periods - 1),
        "history.fell_silent": ("silent.periods", history.silent.periods),
    }
    for check, (place, periods) in asked.items():
        if periods > PERIODS_KNOWN:
            yield (
                check,
                f"history.{place} cần {periods} kỳ trước, phần mềm chỉ so với {PERIODS_KNOWN} kỳ: {check} vô dụng.",
                f"history.{place}: needs {periods} earlier periods, at most {PERIODS_KNOWN} are looked at",
            )
    if history.shrunk.at_least_pct >= WHOLE_PCT:
        yield (
            "history.stock_shrank",
            "history.shrunk.at_least_pct là 100: không số nào giảm được hơn 100% nên history.stock_shrank vô dụng.",
            "history.shrunk.at_least_pct: nothing loses more than 100 %",
        )


def _break(known: DeclaredBreak, catalogue: Catalogue) -> Iterator[Fault]:
    """A break no unit lives through, or of figures that are not compared at all."""
    place = f"history.breaks “{known.label}” ({known.since:%d/%m/%Y})"
    units = [catalogue.units[code] for code in known.units if code in catalogue.units] or list(catalogue.units.values())
    of_tier = [unit for unit in units if not known.tiers or unit.tier in known.tiers]
    if (known.units or known.tiers) and not of_tier:
        yield "", f"{place}: không đơn vị nào thuộc cấp đã nêu.", f"{place}: no unit is of these tiers"
    gone = [unit for unit in of_tier if unit.valid_to and unit.valid_to < known.since]
    if of_tier and len(gone) == len(of_tier):
        yield "", f"{place}: các đơn vị đã nêu đều kết thúc trước ngày đó.", f"{place}: all units ended before it"
    for kind, code in _named(known):
        if code not in (catalogue.units if kind == "units" else catalogue.indicators):
            yield "", f"{place}: {kind} có tên “{code}” không tồn tại.", f"{place}: {kind}: no {code}"


def _named(known: DeclaredBreak) -> Iterator[tuple[str, str]]:
    yield from (("units", code) for code in known.units)
    yield from (("indicators", code) for code in known.indicators)
