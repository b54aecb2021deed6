"""Balances across periods: what was pending is carried over; a long period agrees with the quarters inside it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from baocao.catalogue import Catalogue, Count, Form
from baocao.catalogue.forms import MatrixCell
from baocao.domain import Severity, Timing, Topic, Window
from baocao.groups import GROUP_MARK, total_code
from expectations.form.balances import figures_subject, unless_shown
from expectations.form.definitions import counts_records
from expectations.form.figures_view import Figures, FiguresView, period_of
from expectations.rule import Check, CheckFinding, Demand, Obstacle, Operands, Rule, Subject, rule_holds
from expectations.wording import capital, figure


def carried_subjects(catalogue: Catalogue, form: Form | None) -> Iterator[Subject]:
    """Counts of what is open at the start, with the same counts of what is open at the end."""
    counts = {code: found.count for code, found in catalogue.indicators.items() if found.count}
    for code, start in counts.items():
        for other, end in counts.items():
            if start.open_at == "start" and end.open_at == "end" and _same_but_time(start, end):
                for codes in ((code, other), *_by_line(form, code, other)):
                    labels = [catalogue.indicators[found].label for found in codes]
                    vi = f"“{labels[0]}” bằng “{labels[1]}” của kỳ liền trước."
                    en = f"{codes[0]} = {codes[1]} of the period before"
                    subject = figures_subject(catalogue, form, codes, vi, en)
                    yield replace(subject, limits=_where_shown(code, catalogue))


def _by_line(form: Form | None, carried: str, pending: str) -> Iterator[tuple[str, str]]:
    """The same two figures of each group that is a line of a matrix."""
    groups = {
        row.line.group
        for row in (form.rows if form else ())
        if isinstance(row, MatrixCell) and row.line.group and total_code(row.indicator or "") in (carried, pending)
    }
    for group in sorted(groups):
        yield f"{carried}{GROUP_MARK}{group}", f"{pending}{GROUP_MARK}{group}"


def _same_but_time(one: Count, other: Count) -> bool:
    time = {"open_at": None, "when": "within"}
    return one.model_copy(update=time) == other.model_copy(update=time)


def _carried_and_pending(rule: Rule, view: FiguresView) -> Operands | Obstacle:
    carried, pending = rule.roles["codes"]
    if obstacle := unless_shown(rule, view):
        return obstacle
    if not view.before:
        return Obstacle("không có số liệu của kỳ liền trước")
    if not _adjoin([view.window(period_of(view.before)), view.window(view.period)]):
        return Obstacle("kỳ trước không liền ngay trước kỳ này")
    missing = view.unless_given((carried,)) or view.unless_given((pending,), _with_nothing(view.before, pending))
    return missing or (view.value(carried), _with_nothing(view.before, pending)[pending].value)


def _with_nothing(figures: Figures, code: str) -> Figures:
    """A group that had no record has no figure of its own: where the whole is known it was 0."""
    whole = figures.get(total_code(code))
    if code in figures or code == total_code(code) or whole is None or whole.value is None:
        return figures
    return {**figures, code: replace(whole, indicator_code=code, value=Decimal(0))}


def _adjoin(windows: Sequence[Window | None]) -> bool:
    """Whether each window begins the day after the one before it ends."""
    return all(
        one is not None and other is not None and one.end_on + timedelta(days=1) == other.start_on
        for one, other in pairwise(windows)
    )


def _explain_carried(rule: Rule, view: FiguresView) -> CheckFinding:
    carried, pending = rule.roles["codes"]
    before, period = _with_nothing(view.before, pending)[pending], period_of(view.before)
    was, now = before.value or Decimal(0), view.value(carried) or Decimal(0)
    return CheckFinding(
        observed=figure(now),
        expected=figure(was),
        message_vi=(
            f"{capital(view.named(carried))} khác “{view.label(pending)}” của kỳ trước "
            f"({period.label_vi if period else ''}: {figure(was)}); lệch {figure(abs(now - was))}."
        ),
        message_en=f"{carried} is {now}; {pending} of {period} was {was}.",
        mend_vi="Tìm hồ sơ nhập muộn hoặc bị sửa ngày, trạng thái sau khi chốt kỳ trước; "
        "nếu số mới đúng thì lập đính chính kỳ trước.",
        evidence={"before": str(period), "difference": str(now - was)},
    )


def quarters_subjects(catalogue: Catalogue, form: Form | None) -> Iterator[Subject]:
    """Counts of flows within the period; `adds_up` tells counts of records from counts of different keys."""
    for code, indicator in catalogue.indicators.items():
        count = indicator.count
        if count and indicator.timing is Timing.FLOW and _adds_within(count):
            words = "bằng tổng các kỳ" if counts_records(count) else "không vượt tổng các kỳ, không dưới kỳ lớn nhất"
            vi = f"“{indicator.label}” {words} ở trong kỳ."
            subject = figures_subject(catalogue, form, (code,), vi, f"{code} agrees with the periods inside")
            limits = {"adds_up": counts_records(count), **_where_shown(code, catalogue)}
            yield Subject(**(vars(subject) | {"limits": limits}))


def _where_shown(code: str, catalogue: Catalogue) -> dict[str, bool]:
    return {"where_shown": True} if catalogue.indicators[code].where_shown else {}


def _adds_within(count: Count) -> bool:
    return count.when == "within" and count.open_at is None and count.days is None


def is_within(value: Decimal, low: Decimal, high: Decimal) -> bool:
    return low <= value <= high


def _inside(rule: Rule, view: FiguresView) -> list[Decimal]:
    (code,) = rule.roles["codes"]
    return [figures[code].value or Decimal(0) for figures in view.inside]


def _whole_and_bounds(rule: Rule, view: FiguresView) -> Operands | Obstacle:
    codes = rule.roles["codes"]
    if not view.inside:
        return Obstacle("không có số liệu của các kỳ ở trong kỳ này", silent=True)
    if obstacle := unless_shown(rule, view):
        return obstacle
    if not _fills(view):
        return Obstacle("các kỳ ở trong không phủ kín kỳ này")
    for figures in (view.observations, *view.inside):
        missing = view.unless_given(codes, figures)
        if missing:
            return missing
    return (view.value(codes[0]), *_bounds(rule, view))


def _fills(view: FiguresView) -> bool:
    """Whether the periods inside, in order, cover exactly the period's days."""
    whole, parts = view.window(view.period), [view.window(period_of(figures)) for figures in view.inside]
    first, last = parts[0], parts[-1]
    if whole is None or first is None or last is None:
        return False
    return _adjoin(parts) and (first.start_on, last.end_on) == (whole.start_on, whole.end_on)


def _bounds(rule: Rule, view: FiguresView) -> tuple[Decimal, Decimal]:
    values = _inside(rule, view)
    total = sum(values, Decimal(0))
    return (total if rule.limits["adds_up"] else max(values)), total


def _explain_quarters(rule: Rule, view: FiguresView) -> CheckFinding:
    (code,) = rule.roles["codes"]
    low, high = _bounds(rule, view)
    parts = " + ".join(figure(value) for value in _inside(rule, view))
    due = f"bằng {figure(high)}" if low == high else f"từ {figure(low)} đến {figure(high)}"
    return CheckFinding(
        observed=figure(view.value(code) or Decimal(0)),
        expected=due,
        message_vi=f"{capital(view.named(code))} của cả kỳ không khớp các kỳ ở trong ({parts}); phải {due}.",
        message_en=f"{code} is {view.value(code)}; the periods inside allow {low} to {high}.",
        mend_vi="Tìm hồ sơ nhập muộn hoặc sửa ngày sau khi chốt từng quý; số của cả kỳ được đếm lại từ hồ sơ.",
        evidence={"low": str(low), "high": str(high)},
    )


CARRIED_CHECK: Check[FiguresView] = Check(
    check="balance.carried_over",
    topic=Topic.BALANCE,
    severity=Severity.WARNING,
    cells_vi="hồ sơ kỳ trước chuyển sang, hồ sơ đang giải quyết cuối kỳ trước",
    says_vi="Số chuyển sang bằng số đang giải quyết cuối kỳ liền trước.",
    unclear_vi="Không có số liệu của kỳ liền trước, hoặc kỳ đó không liền ngay trước.",
    columns=("carried", "pending"),
    operands=_carried_and_pending,
    demand=lambda _: Demand("ExpectColumnPairValuesToBeEqual"),
    explain=_explain_carried,
)
QUARTERS_CHECK: Check[FiguresView] = Check(
    check="balance.periods_inside",
    topic=Topic.BALANCE,
    severity=Severity.WARNING,
    cells_vi="số liệu của kỳ luỹ kế và của các quý ở trong kỳ",
    says_vi="Kỳ luỹ kế bằng tổng các quý; số thủ tục khác nhau không vượt tổng và không dưới quý lớn nhất.",
    unclear_vi="Các quý ở trong không phủ kín kỳ, hoặc thiếu số liệu của một quý.",
    columns=("whole", "low", "high"),
    operands=_whole_and_bounds,
    demand=rule_holds(is_within),
    explain=_explain_quarters,
)
