"""Figures that jump against the period before, or against the same period last year."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from baocao.catalogue import Catalogue, Form
from baocao.domain import Period, Severity, System, Timing, Topic
from expectations.form.balances import figures_subject
from expectations.form.balances_over_time import is_within
from expectations.history.quiet import flow_codes, needed_indicators, not_ours, silent_together
from expectations.history.spread import Bounds, UsualChange, residual, scaled, spread_of, usual_bounds
from expectations.history.view import HistoryView, Step
from expectations.rule import Check, CheckFinding, Obstacle, Operands, Rule, Subject, rule_holds
from expectations.wording import capital, figure


def jump_subjects(words: str, catalogue: Catalogue, form: Form | None) -> Iterator[Subject]:
    """Every count: a percentage moves only where its counts do."""
    systems = [flow_codes(catalogue, form, system) for system in System]
    for code, found in needed_indicators(catalogue, form).items():
        if found.measure.is_whole:
            vi = f"“{found.label}” không thay đổi bất thường so với {words}."
            subject = figures_subject(catalogue, form, (code,), vi, f"{code} does not jump")
            together = next((codes for codes in systems if code in codes), ())
            yield replace(subject, limits={"together": together})


def find_bounds(view: HistoryView, code: str, step: Step, kind: str) -> Bounds | Obstacle:
    """What the figure may be after what it was, or why nobody can say."""
    before = view.earlier(code, step(view.now))
    if isinstance(before, Obstacle):
        return before
    if view.unit is None:
        return Obstacle("đơn vị chưa có trong units.yaml nên chưa biết đơn vị cùng cấp")
    limits, peers = view.limits.jump, view.peers.movement(view.unit.tier, code, kind, step)
    growth = peers.growth if peers.growth_count >= limits.peer_changes else 1.0
    own = [residual(*change) for change in view.changes(code, step)]
    if len(own) >= limits.own_changes:
        return usual_bounds(before, growth, UsualChange(spread_of(own), len(own), from_peers=False), limits)
    if peers.change_count >= limits.peer_changes:
        spread = peers.spread * scaled(float(before) * growth)
        return usual_bounds(before, growth, UsualChange(spread, peers.change_count, from_peers=True), limits)
    return Obstacle(
        f"chưa đủ kỳ trước để biết mức thay đổi thường lệ: cần {limits.own_changes} lần thay đổi của đơn vị "
        f"hoặc {limits.peer_changes} của các đơn vị cùng cấp"
    )


def _value_and_bounds(step: Step, kind: str, rule: Rule, view: HistoryView) -> Operands | Obstacle:
    (code,) = rule.roles["codes"]
    if kind == "last_year" and step(view.now) == view.now.predecessor:
        return Obstacle("kỳ trước cũng là cùng kỳ năm trước", silent=True)
    missing = not_ours(rule, view) or view.unless_given((code,))
    if missing:
        return missing
    if silent_together(view, code, rule.limits["together"]):
        return Obstacle("xem history.fell_silent", silent=True)
    bounds = find_bounds(view, code, step, kind)
    return bounds if isinstance(bounds, Obstacle) else (view.value(code), _low(view, code, bounds), bounds.high)


def _low(view: HistoryView, code: str, bounds: Bounds) -> Decimal:
    """A stock may fall as far as this check goes: `history.stock_shrank` speaks of that."""
    value = view.value(code) or Decimal(0)
    return min(bounds.low, value) if view.catalogue.indicators[code].timing is Timing.STOCK else bounds.low


def _explain(step: Step, kind: str, rule: Rule, view: HistoryView) -> CheckFinding:
    (code,) = rule.roles["codes"]
    bounds, period = find_bounds(view, code, step, kind), step(view.now)
    assert isinstance(bounds, Bounds)
    value = view.value(code) or Decimal(0)
    way = "tăng" if value > bounds.before else "giảm"
    usual = f"từ {figure(bounds.low)} đến {figure(bounds.high)}"
    return CheckFinding(
        observed=figure(value),
        expected=usual,
        message_vi=f"{capital(view.named(code))} {way} bất thường so với {period.label_vi} ({figure(bounds.before)}); "
        f"theo {_known_from(bounds.usual)} thì mức thường lệ là {usual}.",
        message_en=f"{code} is {value} after {bounds.before} in {period}; usual is {bounds.low} to {bounds.high}.",
        mend_vi="Xem lại số liệu gốc của hai kỳ (lệnh explain); nếu đúng thì ghi nguyên nhân vào cột Ghi chú.",
        evidence={
            "before": str(bounds.before),
            "expected": str(bounds.expected),
            "low": str(bounds.low),
            "high": str(bounds.high),
            "from_peers": bounds.usual.from_peers,
            "changes": bounds.usual.change_count,
        },
    )


def _known_from(usual: UsualChange) -> str:
    whose = "các đơn vị cùng cấp" if usual.from_peers else "chính đơn vị"
    return f"{usual.change_count} lần thay đổi trước đây của {whose}"


def _jump_check(rule: str, words: str, step: Callable[[Period], Period]) -> Check[HistoryView]:
    return Check(
        check=f"history.{rule}",
        topic=Topic.HISTORY,
        severity=Severity.WARNING,
        cells_vi="mỗi số đếm (tỷ lệ chỉ đổi khi số đếm đổi)",
        says_vi=f"Số đếm không nhảy vọt so với {words}, so với mức thay đổi thường lệ của chính đơn vị hoặc của các "
        "đơn vị cùng cấp.",
        unclear_vi=f"Không có số liệu của {words}, chuỗi số liệu gián đoạn (sáp nhập, đổi mẫu), hoặc chưa đủ kỳ trước.",
        columns=("value", "low", "high"),
        operands=partial(_value_and_bounds, step, rule.removeprefix("jump_from_")),
        demand=rule_holds(is_within),
        explain=partial(_explain, step, rule.removeprefix("jump_from_")),
    )


def previous(period: Period) -> Period:
    return period.predecessor


def last_year(period: Period) -> Period:
    return period.same_period_last_year


PREVIOUS_CHECK = _jump_check("jump_from_previous", "kỳ liền trước", previous)
LAST_YEAR_CHECK = _jump_check("jump_from_last_year", "cùng kỳ năm trước", last_year)
