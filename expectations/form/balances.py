"""Balances of one unit's figures within a period, on the form or not."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from baocao.catalogue import Balance, Catalogue, Form
from baocao.domain import Severity, Topic
from baocao.figures import PCT_PLACES_VI
from expectations.form.figures_view import FiguresView
from expectations.form.parts import rows_by_indicator, wholes_of
from expectations.form.rounding import holds, judge_ratio
from expectations.rule import Check, CheckFinding, Demand, Obstacle, Operands, Rule, Subject, rule_holds
from expectations.wording import capital, figure


def cells_of(codes: tuple[str, ...], form: Form | None) -> tuple[str, ...]:
    """The rows of the form that show the figures; none for those that only checks need."""
    rows = rows_by_indicator(form) if form else {}
    return tuple(rows[code].key for code in codes if code in rows)


def figures_subject(
    catalogue: Catalogue, form: Form | None, codes: tuple[str, ...], vi: str, en: str, **roles: tuple[str, ...]
) -> Subject:
    """A subject about indicators; the first one's owner answers."""
    return Subject(
        owner=catalogue.indicators[codes[0]].owner,
        cells=cells_of(codes, form),
        sentence_vi=vi,
        sentence_en=en,
        roles={"codes": codes, **roles},
    )


def balance_subject(balance: Balance, catalogue: Catalogue, form: Form | None) -> Subject:
    sides = f"{' + '.join(balance.left)} = {' + '.join(balance.right)}"
    codes = (*balance.left, *balance.right)
    vi = balance.label.rstrip(".") + "."
    subject = figures_subject(catalogue, form, codes, vi, sides, left=balance.left, right=balance.right)
    return replace(subject, limits={"where_shown": True}) if balance.where_shown else subject


def unless_shown(rule: Rule, view: FiguresView) -> Obstacle | None:
    """None where the figures concern the unit's form, or every form is asked for them."""
    return _not_ours(rule, view) if rule.limits.get("where_shown") else None


def _sum(view: FiguresView, codes: tuple[str, ...]) -> Decimal:
    return sum((view.value(code) or Decimal(0) for code in codes), Decimal(0))


def _sides(rule: Rule, view: FiguresView) -> Operands | Obstacle:
    return (
        unless_shown(rule, view)
        or view.unless_given(rule.roles["codes"])
        or (_sum(view, rule.roles["left"]), _sum(view, rule.roles["right"]))
    )


def _explain_sides(rule: Rule, view: FiguresView) -> CheckFinding:
    left, right = rule.roles["left"], rule.roles["right"]
    sums = _sum(view, left), _sum(view, right)
    said = [" + ".join(view.named(code) for code in codes) for codes in (left, right)]
    return CheckFinding(
        observed=figure(sums[0]),
        expected=figure(sums[1]),
        message_vi=f"{said[0]} phải bằng {said[1]}: {figure(sums[0])} so với {figure(sums[1])}, "
        f"lệch {figure(abs(sums[0] - sums[1]))}.",
        message_en=f"{rule.sentence_en}: {sums[0]} beside {sums[1]}.",
        mend_vi="Tìm hồ sơ có ngày, trạng thái, kênh nộp hoặc mức dịch vụ ghi sai ở hệ thống nguồn: "
        "chúng bị đếm trùng hoặc bỏ sót.",
        evidence={"balance": rule.check.removeprefix("balance."), "difference": str(sums[0] - sums[1])},
    )


def balance_check(balance_code: str) -> Check[FiguresView]:
    """The check of one balance of `indicators.yaml`: its code is the rule's name."""
    return Check(
        check=f"balance.{balance_code}",
        topic=Topic.BALANCE,
        severity=Severity.WARNING,
        cells_vi="các số liệu ở hai vế, có hoặc không có trên biểu",
        says_vi="Hai vế của cân đối khai báo trong indicators.yaml bằng nhau.",
        unclear_vi="Một số liệu ở hai vế không có hoặc chưa thu thập được.",
        columns=("left", "right"),
        operands=_sides,
        demand=lambda _: Demand("ExpectColumnPairValuesToBeEqual"),
        explain=_explain_sides,
    )


def part_subjects(catalogue: Catalogue, form: Form | None) -> Iterator[Subject]:
    """Each part with its nearest whole, but for pairs the form shows: those are the suite `form`'s."""
    shown = set(rows_by_indicator(form)) if form else set()
    for code, indicator in catalogue.indicators.items():
        whole = next(wholes_of(indicator, catalogue), None)
        if whole is not None and not {code, whole.indicator_code} <= shown:
            vi = f"“{indicator.label}” không lớn hơn “{whole.label}”."
            codes = (code, whole.indicator_code)
            yield figures_subject(catalogue, form, codes, vi, f"{codes[0]} <= {codes[1]}")


def _whole_and_part(rule: Rule, view: FiguresView) -> Operands | Obstacle:
    part, whole = rule.roles["codes"]
    return _not_ours(rule, view) or view.unless_given((part, whole)) or (view.value(whole), view.value(part))


def _not_ours(rule: Rule, view: FiguresView) -> Obstacle | None:
    """Figures nobody counted for this unit, or of another tier's rows, are no subject at all."""
    return (
        None if view.concerns(rule.roles["codes"]) else Obstacle("biểu của đơn vị không cần số liệu này", silent=True)
    )


def _explain_part(rule: Rule, view: FiguresView) -> CheckFinding:
    part, whole = rule.roles["codes"]
    limit = figure(view.value(whole) or Decimal(0))
    return CheckFinding(
        observed=figure(view.value(part) or Decimal(0)),
        expected=f"không lớn hơn {limit}",
        message_vi=f"{capital(view.named(part))} lớn hơn {view.named(whole)} mà nó là một phần.",
        message_en=f"{part} is {view.value(part)}, above {whole} ({view.value(whole)}).",
        mend_vi="Kiểm tra hai số liệu này ở nguồn (hoặc ở tệp nhập tay của kỳ) và sửa số sai.",
    )


def ratio_subjects(catalogue: Catalogue, form: Form | None) -> Iterator[Subject]:
    """Each ratio with its counts, but for those the form shows in full."""
    shown = set(rows_by_indicator(form)) if form else set()
    for code, indicator in catalogue.indicators.items():
        if indicator.ratio and not shown.issuperset((code, *indicator.inputs)):
            numerator, denominator = indicator.inputs
            vi = f"“{indicator.label}” = “{catalogue.indicators[numerator].label}” / "
            vi += f"“{catalogue.indicators[denominator].label}” × 100."
            yield figures_subject(
                catalogue, form, (code, numerator, denominator), vi, f"{code} = {numerator}/{denominator}"
            )


def _ratio(rule: Rule, view: FiguresView) -> Operands | Obstacle:
    codes = rule.roles["codes"]
    missing = _not_ours(rule, view) or view.unless_given(codes)
    if missing:
        return missing
    definition = view.catalogue.indicators[codes[0]].ratio
    if definition and definition.tiers and view.has_children:
        return Obstacle("tỷ lệ của riêng một cấp, tính trên số liệu của các đơn vị cấp đó", silent=True)
    ratio, numerator, denominator = (view.value(code) or Decimal(0) for code in codes)
    if denominator <= 0 or numerator < 0:
        return Obstacle(f"{view.named(codes[2])} không lớn hơn 0 hoặc {view.named(codes[1])} âm")
    return ratio, numerator, denominator, False


def _explain_ratio(rule: Rule, view: FiguresView) -> CheckFinding:
    code, over, under = rule.roles["codes"]
    judgement = judge_ratio(*(view.value(found) or Decimal(0) for found in (code, over, under)))
    due = figure(judgement.due)
    return CheckFinding(
        observed=figure(view.value(code) or Decimal(0)),
        expected=due,
        message_vi=f"{capital(view.named(code))} không bằng {view.named(over)} / {view.named(under)} = {due}%.",
        message_en=f"{code} is {view.value(code)}; {over}/{under} is {judgement.due}.",
        mend_vi="Chạy lại báo cáo của kỳ; nếu vẫn sai thì báo bộ phận kỹ thuật: tỷ lệ do phần mềm tính.",
        evidence={"rounding": judgement.rounding.value, "due": str(judgement.due)},
    )


PART_CHECK: Check[FiguresView] = Check(
    check="balance.part_within_whole",
    topic=Topic.BALANCE,
    severity=Severity.CRITICAL,
    cells_vi="số liệu là một phần và tổng thể của nó, khi biểu không in đủ cả hai",
    says_vi="Một phần không lớn hơn tổng thể mà nó thuộc về, kể cả khi tổng thể không có trên biểu.",
    unclear_vi="Một trong hai số liệu không có hoặc chưa thu thập được.",
    columns=("whole", "part"),
    operands=_whole_and_part,
    demand=lambda _: Demand("ExpectColumnPairValuesAToBeGreaterThanB", {"or_equal": True}),
    explain=_explain_part,
)
RATIO_CHECK: Check[FiguresView] = Check(
    check="balance.ratio_matches",
    topic=Topic.BALANCE,
    severity=Severity.CRITICAL,
    cells_vi="tỷ lệ, tử số, mẫu số, khi biểu không in đủ cả ba",
    says_vi=f"Tỷ lệ đúng bằng tử số chia mẫu số, làm tròn {PCT_PLACES_VI}, kể cả khi biểu không in đủ.",
    unclear_vi="Thiếu một trong ba số liệu, mẫu số bằng 0, hoặc có số âm.",
    columns=("ratio", "numerator", "denominator", "as_read"),
    operands=_ratio,
    demand=rule_holds(holds),
    explain=_explain_ratio,
)
