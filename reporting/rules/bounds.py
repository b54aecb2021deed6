"""How far a check lets a figure go, in words, and where in the configuration that is said."""

from dataclasses import dataclass
from typing import Final

from baocao.catalogue import Catalogue
from baocao.catalogue.checks import CheckLimits, Tolerance

IN_SOFTWARE: Final = ""
"""In the place of a file: what the check demands follows from the law or from what a figure is."""
CHECKS, INDICATORS, MEASURES, CALENDARS, UNITS, OWED = (
    f"{name}.yaml" for name in ("checks", "indicators", "measures", "calendars", "units", "owed")
)
_BY_CHECK: Final = {
    "form.measure_bounds": (MEASURES, "least, most"),
    "form.status_code": (INDICATORS, "typed.codes"),
    "form.part_within_whole": (INDICATORS, "part_of, ratio"),
    "form.ratio_matches": (INDICATORS, "ratio"),
    "form.ratio_without_evidence": (INDICATORS, "ratio"),
    "form.no_denominator": (INDICATORS, "ratio"),
    "balance.part_within_whole": (INDICATORS, "part_of"),
    "balance.ratio_matches": (INDICATORS, "ratio"),
    "balance.groups_declared": (INDICATORS, "groups"),
    "complete.on_time": (CALENDARS, ""),
    "complete.after_closing": (CALENDARS, ""),
    "complete.days_off_declared": (CALENDARS, ""),
    "complete.given": (OWED, ""),
    "complete.cells": (OWED, ""),
    "records.figures_certain": (CHECKS, "unknown"),
    "history.jump_from_previous": (CHECKS, "history.jump"),
    "history.jump_from_last_year": (CHECKS, "history.jump"),
    "history.fell_silent": (CHECKS, "history.silent"),
    "history.frozen": (CHECKS, "history.frozen"),
    "history.stock_shrank": (CHECKS, "history.shrunk"),
}


@dataclass(frozen=True)
class CheckBounds:
    """`says` is "" where nothing can be set; `file` and `key` are where it, or what is demanded, is configured."""

    says: str = ""
    file: str = IN_SOFTWARE
    key: str = ""


def find_bounds(check: str, catalogue: Catalogue) -> CheckBounds:
    """Of the configuration in force."""
    suite, _, rule = check.partition(".")
    if check in catalogue.limits.reconcile.by_check:
        return CheckBounds(_say_tolerance(check, catalogue), CHECKS, f"reconcile.{rule}")
    if suite == "balance" and rule in catalogue.balances:
        return CheckBounds(file=INDICATORS, key=f"balances.{rule}")
    if suite == "succession":
        return CheckBounds(file=UNITS, key="predecessors")
    file, key = _BY_CHECK.get(check, (IN_SOFTWARE, ""))
    return CheckBounds(_say(check, catalogue.limits), file, key)


def _say(check: str, limits: CheckLimits) -> str:
    history = limits.history
    jump, silent, frozen, shrunk = history.jump, history.silent, history.frozen, history.shrunk
    said = {
        "history.jump": f"Lệch số dự kiến hơn {_number(jump.spreads)} lần mức dao động thường lệ, đồng thời hơn "
        f"{jump.at_least} và hơn {jump.at_least_pct}%. Mức thường lệ lấy từ ít nhất {jump.own_changes} lần thay đổi "
        f"của chính đơn vị, hoặc {jump.peer_changes} của các đơn vị cùng cấp; chưa đủ thì chưa đánh giá được.",
        "history.fell_silent": f"Không phát sinh gì sau {silent.periods} kỳ liền, mỗi kỳ từ {silent.at_least} trở lên.",
        "history.frozen": f"Cùng một số trong {frozen.periods} kỳ liền, với số từ {frozen.at_least} trở lên.",
        "history.stock_shrank": f"Giảm hơn {shrunk.at_least} và hơn {shrunk.at_least_pct}% so với kỳ trước.",
        "records.figures_certain": f"Số in ra có thể lệch hơn {_number(limits.unknown.tolerance_pct)}% (với tỷ lệ là "
        "điểm phần trăm) thì chặn phát hành; ít hơn thì cảnh báo.",
    }
    return said.get("history.jump" if check.startswith("history.jump_") else check, "")


def _say_tolerance(check: str, catalogue: Catalogue) -> str:
    allowed: Tolerance = catalogue.limits.reconcile.by_check[check]
    own = ", ".join(f"{catalogue.units[code].name} {_number(pct)}%" for code, pct in allowed.units.items())
    said = f"Lệch đến {_number(allowed.tolerance_pct)}% chỉ là thông tin, hơn nữa là cảnh báo."
    return f"{said} Riêng: {own}." if own else said


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
