"""What became quiet: a unit that fell silent, a figure frozen for periods, a stock that shrank."""

from collections.abc import Iterator
from decimal import Decimal

from baocao.catalogue import Catalogue, Count, Form, Indicator
from baocao.domain import Period, Severity, System, Timing, Topic
from baocao.vocabulary import SYSTEMS
from expectations.form.balances import figures_subject
from expectations.history.view import HistoryView
from expectations.rule import Check, CheckFinding, Demand, Obstacle, Operands, Rule, Subject
from expectations.wording import capital, figure


def needed_indicators(catalogue: Catalogue, form: Form | None) -> dict[str, Indicator]:
    """The figures a form needs, balances included; without a form, all there are."""
    if form is None:
        return catalogue.indicators
    behind = {
        code
        for balance in catalogue.balances.values()
        for code in (*balance.left, *balance.right)
        if not balance.where_shown
    }
    return catalogue.indicators_of(form) | {code: catalogue.indicators[code] for code in sorted(behind)}


def not_ours(rule: Rule, view: HistoryView) -> Obstacle | None:
    return (
        None if view.concerns(rule.roles["codes"]) else Obstacle("biểu của đơn vị không cần số liệu này", silent=True)
    )


def flow_codes(catalogue: Catalogue, form: Form | None, system: System) -> tuple[str, ...]:
    """The counts of what arose within the period in one system."""
    return tuple(
        code
        for code, found in needed_indicators(catalogue, form).items()
        if found.system is system and found.timing is Timing.FLOW and found.count and _arises(found.count)
    )


def _arises(count: Count) -> bool:
    """Whether it counts what arose within the period; a mean of days counts nothing."""
    return count.when == "within" and count.days is None


def silent_subjects(catalogue: Catalogue, form: Form | None) -> Iterator[Subject]:
    """One per system: a system that stopped is one cause, however many cells it empties."""
    for system in System:
        codes = flow_codes(catalogue, form, system)
        if codes:
            vi = f"Đơn vị có phát sinh ở {SYSTEMS[system]} như các kỳ trước."
            yield figures_subject(catalogue, form, codes, vi, f"something arises in {system}", system=(system,))


def total(view: HistoryView, codes: tuple[str, ...], period: Period | None = None) -> Decimal | Obstacle:
    """The sum of the figures, this period's or an earlier one's, or why one of them is not there."""
    values: list[Decimal] = []
    for code in codes:
        if code in view.observations:
            found = (view.unless_given((code,)) or view.value(code)) if period is None else view.earlier(code, period)
            if isinstance(found, Obstacle):
                return found
            values.append(found or Decimal(0))
    return sum(values, Decimal(0)) if values else Obstacle("biểu của đơn vị không cần số liệu này", silent=True)


def _now_and_least(rule: Rule, view: HistoryView) -> Operands | Obstacle:
    limits, codes = view.limits.silent, rule.roles["codes"]
    now = total(view, codes)
    if isinstance(now, Obstacle):
        return now
    earlier = [total(view, codes, period) for period in _back(view.now, limits.periods)]
    for found in earlier:
        if isinstance(found, Obstacle):
            return found
    busy = all(isinstance(found, Decimal) and found >= limits.at_least for found in earlier)
    return now, Decimal(int(busy))


def silent_together(view: HistoryView, code: str, codes: tuple[str, ...]) -> bool:
    """Whether all a system counts, the figure among it, fell silent: then that is what is told, once."""
    if not codes or view.value(code) != 0:
        return False
    rule = SILENT_CHECK.rule(Subject(owner="", cells=(), sentence_vi="", sentence_en="", roles={"codes": codes}))
    operands = _now_and_least(rule, view)
    return not isinstance(operands, Obstacle) and operands[0] < operands[1]


def _explain_silent(rule: Rule, view: HistoryView) -> CheckFinding:
    (system,) = (System(name) for name in rule.roles["system"])
    codes = [code for code in rule.roles["codes"] if code in view.observations]
    periods = _back(view.now, view.limits.silent.periods)
    lead = max(codes, key=lambda code: view.value_in(code, periods[0]) or 0)
    said = ", ".join(f"{period.label_vi}: {figure(view.value_in(lead, period) or 0)}" for period in periods)
    return CheckFinding(
        observed="0",
        expected="lớn hơn 0",
        message_vi=f"Kỳ này {SYSTEMS[system]} không ghi nhận phát sinh nào của đơn vị; các kỳ trước "
        f"“{view.label(lead)}” là {said}.",
        message_en=f"nothing arose in {system}; {lead} was above 0 in each of the {len(periods)} periods before.",
        mend_vi="Xác nhận đơn vị thật sự không phát sinh, hay tài khoản, mã đơn vị ở hệ thống nguồn đã đổi, "
        "số liệu chưa được đồng bộ.",
        evidence={"system": system.value, "indicators": codes},
    )


def frozen_subjects(catalogue: Catalogue, form: Form | None) -> Iterator[Subject]:
    """Counts of what arose within the period: stocks may well stay the same."""
    for system in System:
        for code in flow_codes(catalogue, form, system):
            label = catalogue.indicators[code].label
            vi = f"“{label}” không lặp lại nguyên một số qua nhiều kỳ."
            yield figures_subject(catalogue, form, (code,), vi, f"{code} differs from period to period")


def _limit_and_repeats(rule: Rule, view: HistoryView) -> Operands | Obstacle:
    limits, (code,) = view.limits.frozen, rule.roles["codes"]
    missing = not_ours(rule, view) or view.unless_given((code,))
    if missing:
        return missing
    earlier = [view.earlier(code, period) for period in _back(view.now, limits.periods - 1)]
    for found in earlier:
        if isinstance(found, Obstacle):
            return found
    now = view.value(code) or Decimal(0)
    repeats = all(found == now for found in earlier) and now >= limits.at_least
    return limits.periods, limits.periods if repeats else 1


def _explain_frozen(rule: Rule, view: HistoryView) -> CheckFinding:
    (code,) = rule.roles["codes"]
    periods = [view.now, *_back(view.now, view.limits.frozen.periods - 1)]
    value = figure(view.value(code) or Decimal(0))
    return CheckFinding(
        observed=value,
        expected="khác các kỳ trước",
        message_vi=f"{capital(view.named(code))} giống hệt {len(periods)} kỳ liền "
        f"({', '.join(period.label_vi for period in reversed(periods))}): có thể số cũ được chép lại.",
        message_en=f"{code} is {view.value(code)} in {len(periods)} periods running.",
        mend_vi="Hỏi người phụ trách hệ thống nguồn xem số liệu có được cập nhật trong kỳ không; lấy lại số liệu.",
        evidence={"periods": [period.code for period in periods]},
    )


def shrunk_subjects(catalogue: Catalogue, form: Form | None) -> Iterator[Subject]:
    """Stocks, and status codes, which only a mistake or a decision takes back."""
    for code, found in needed_indicators(catalogue, form).items():
        if found.timing is Timing.STOCK:
            vi = f"“{found.label}” không giảm mạnh so với kỳ trước."
            yield figures_subject(catalogue, form, (code,), vi, f"{code} does not shrink")


def _stock_and_floor(rule: Rule, view: HistoryView) -> Operands | Obstacle:
    (code,) = rule.roles["codes"]
    missing = not_ours(rule, view) or view.unless_given((code,))
    if missing:
        return missing
    before = view.earlier(code, view.now.predecessor)
    return before if isinstance(before, Obstacle) else (view.value(code), _floor(view, code, before))


def _floor(view: HistoryView, code: str, before: Decimal) -> Decimal:
    if view.catalogue.indicators[code].measure.is_code:
        return before
    limits = view.limits.shrunk
    return before - max(Decimal(limits.at_least), before * limits.at_least_pct / 100)


def _explain_shrunk(rule: Rule, view: HistoryView) -> CheckFinding:
    (code,) = rule.roles["codes"]
    period = view.now.predecessor
    before = view.value_in(code, period) or Decimal(0)
    return CheckFinding(
        observed=figure(view.value(code) or Decimal(0)),
        expected=f"khoảng {figure(before)}",
        message_vi=f"{capital(view.named(code))} giảm so với {period.label_vi} ({figure(before)}).",
        message_en=f"{code} fell from {before} to {view.value(code)}.",
        mend_vi="Xác nhận có quyết định cắt giảm, bãi bỏ; nếu không thì danh mục ở hệ thống nguồn bị thiếu khi lấy.",
        evidence={"before": str(before), "period": period.code},
    )


def _back(period: Period, count: int) -> list[Period]:
    """The periods before, the latest first."""
    found: list[Period] = []
    for _ in range(count):
        period = period.predecessor
        found.append(period)
    return found


SILENT_CHECK: Check[HistoryView] = Check(
    check="history.fell_silent",
    topic=Topic.HISTORY,
    severity=Severity.WARNING,
    cells_vi="mọi số phát sinh đếm từ một hệ thống",
    says_vi="Đơn vị các kỳ trước đều có phát sinh ở một hệ thống thì kỳ này không bỗng bằng 0 tất cả.",
    unclear_vi="Thiếu số liệu của các kỳ liền trước, hoặc chuỗi số liệu gián đoạn (sáp nhập, đổi mẫu).",
    columns=("now", "least"),
    operands=_now_and_least,
    demand=lambda _: Demand("ExpectColumnPairValuesAToBeGreaterThanB", {"or_equal": True}),
    explain=_explain_silent,
)
FROZEN_CHECK: Check[HistoryView] = Check(
    check="history.frozen",
    topic=Topic.FROZEN,
    severity=Severity.WARNING,
    cells_vi="mỗi số phát sinh trong kỳ",
    says_vi="Số phát sinh không giống hệt nhau nhiều kỳ liền (số nhỏ thì trùng là bình thường).",
    unclear_vi="Thiếu số liệu của các kỳ liền trước, hoặc chuỗi số liệu gián đoạn (sáp nhập, đổi mẫu).",
    columns=("limit", "repeats"),
    operands=_limit_and_repeats,
    demand=lambda _: Demand("ExpectColumnPairValuesAToBeGreaterThanB"),
    explain=_explain_frozen,
)
SHRUNK_CHECK: Check[HistoryView] = Check(
    check="history.stock_shrank",
    topic=Topic.HISTORY,
    severity=Severity.WARNING,
    cells_vi="mỗi số thời điểm (thủ tục, cơ quan đã kết nối) và mã tình trạng",
    says_vi="Số thời điểm không giảm mạnh so với kỳ trước; mã tình trạng không lùi.",
    unclear_vi="Không có số liệu của kỳ trước, hoặc chuỗi số liệu gián đoạn (sáp nhập, đổi mẫu).",
    columns=("now", "floor"),
    operands=_stock_and_floor,
    demand=lambda _: Demand("ExpectColumnPairValuesAToBeGreaterThanB", {"or_equal": True}),
    explain=_explain_shrunk,
)
