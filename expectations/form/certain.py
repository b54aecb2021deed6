"""The check `records.figures_certain`: how far a printed figure could move if what is not known fell either way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue, Form, Indicator
from baocao.domain import CellStatus, CheckResult, Measure, Severity, System, Topic, Window
from baocao.figures import ratio_pct
from baocao.groups import GROUP_MARK
from baocao.selection import CountRange, can_range, count_range
from baocao.vocabulary import FIELDS, STATUSES
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.form.figures_view import Figures
from expectations.form.parts import rows_by_indicator
from expectations.rule import Check, CheckFinding, Demand, Obstacle, Operands, Rule, Subject
from expectations.wording import figure

if TYPE_CHECKING:
    import pandas as pd

_COUNTED = frozenset({CellStatus.REPORTED, CellStatus.PROVISIONAL, CellStatus.NO_DENOMINATOR})
_WHOLE_PCT = Decimal(100)


@dataclass(frozen=True)
class Span:
    """Between which values a figure lies, and by how many records of which unknown fields."""

    low: Decimal | None
    high: Decimal | None
    undecided: int = 0
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class CertainView:
    """The figures of one unit with the records they were counted from, by system and kind."""

    unit_code: str
    observations: Figures
    frames: "Mapping[System, Mapping[str, pd.DataFrame]]"
    catalogue: Catalogue
    window: Window

    @property
    def evidence(self) -> Mapping[str, Any]:
        return {}

    @cached_property
    def ranges(self) -> dict[str, CountRange]:
        """The range of every count whose records are there."""
        every = {kind: frame for frames in self.frames.values() for kind, frame in frames.items()}
        found: dict[str, CountRange] = {}
        for code in (code for code in self.observations if GROUP_MARK not in code):
            indicator = self.catalogue.indicators[code]
            own = self.frames.get(indicator.system, {}) if indicator.system else {}
            if indicator.count and can_range(indicator.count, own):
                found[code] = count_range(indicator.count, {**every, **own}, self.window)
        return found

    def span(self, code: str) -> Span | None:
        """None where the figure was not counted from records here: typed in, corrected, a tally, not collected."""
        indicator, observed = self.catalogue.indicators[code], self.observations.get(code)
        if observed is None or observed.status not in _COUNTED:
            return None
        if indicator.ratio is not None:
            return self._ratio_span(*indicator.inputs)
        if indicator.is_computed:
            return self._sum_span(indicator)
        counted = self.ranges.get(code) if len(observed.steps) > 1 else None
        if counted is None:
            return None
        return Span(Decimal(counted.low), Decimal(counted.high), counted.undecided, counted.fields)

    def _sum_span(self, indicator: Indicator) -> Span | None:
        """Of a difference what is taken away counts from its other end."""
        first, *others = (self.span(code) for code in indicator.inputs)
        if first is None or first.low is None or first.high is None:
            return None
        low, high, undecided, fields = first.low, first.high, first.undecided, [*first.fields]
        for one in others:
            if one is None or one.low is None or one.high is None:
                return None
            low, high = (low - one.high, high - one.low) if indicator.difference else (low + one.low, high + one.high)
            undecided, fields = undecided + one.undecided, [*fields, *one.fields]
        return Span(low, high, undecided, tuple(dict.fromkeys(fields)))

    def _ratio_span(self, numerator: str, denominator: str) -> Span | None:
        over, under = self.span(numerator), self.span(denominator)
        if over is None or under is None or None in (over.low, over.high, under.low, under.high):
            return None
        fields = tuple(dict.fromkeys((*over.fields, *under.fields)))
        low, high = ratio_pct(over.low, under.high), ratio_pct(over.high, under.low)  # type: ignore[arg-type]
        if high is None and over.high:
            high = _WHOLE_PCT
        high = min(high, _WHOLE_PCT) if high is not None and over.high <= under.high else high  # type: ignore[operator]
        return Span(low, high, max(over.undecided, under.undecided), fields)


def check_certain(
    observations: Figures,
    frames: "Mapping[System, Mapping[str, pd.DataFrame]]",
    catalogue: Catalogue,
    form: Form,
    window: Window,
    unit_code: str,
) -> list[CheckResult]:
    """Check every printed figure that records of these frames lead to."""
    view = CertainView(unit_code, observations, frames, catalogue, window)
    rules = [FIGURES_CERTAIN.rule(subject) for subject in _subjects(form, catalogue)]
    cases = [Case(0, rule, view) for rule in rules]
    return evaluate([CaseSet.of(FIGURES_CERTAIN, cases)], 1)


def _subjects(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    for code, row in rows_by_indicator(form).items():
        indicator = catalogue.indicators[code]
        if all(one.count and not one.count.days for one in catalogue.base_figures(indicator)):
            yield Subject(
                owner=indicator.owner,
                cells=(row.key,),
                sentence_vi=f"Mã chưa biết hoặc để trống không làm ô {row.key} lệch.",
                sentence_en=f"{row.key}: moved by no unknown code",
                roles={"codes": (code,)},
            )


def _moves(rule: Rule, view: CertainView) -> Operands | Obstacle:
    (code,) = rule.roles["codes"]
    observed, span = view.observations.get(code), view.span(code)
    if observed is None:
        return Obstacle("biểu của đơn vị không cần số liệu này", silent=True)
    if span is None:
        return Obstacle(f"ô không đếm từ bản ghi của nguồn ({STATUSES[observed.status]})")
    return (_reach(observed.value, span),)


def _reach(value: Decimal | None, span: Span) -> Decimal:
    """How far the figure printed is from the farther end; a figure that is not printed could become any of them."""
    ends = [end for end in (span.low, span.high) if end is not None]
    return max((abs(end - (value or Decimal(0))) for end in ends), default=Decimal(0))


def _explain(rule: Rule, view: CertainView) -> CheckFinding:
    (code,), (key,) = rule.roles["codes"], rule.cells
    indicator, observed, span = view.catalogue.indicators[code], view.observations[code], view.span(code)
    assert span is not None
    value, unit = observed.value or Decimal(0), indicator.measure.label
    allowed = _allowed(indicator.measure, value, view)
    is_grave = _reach(observed.value, span) > allowed
    ends = f"từ {_end(span.low)} đến {_end(span.high)}"
    fields = ", ".join(FIELDS[name] for name in span.fields)
    return CheckFinding(
        observed=ends,
        expected=f"lệch không quá {figure(allowed)} {unit}",
        message_vi=f"Ô {key} ghi {_end(observed.value)}, nhưng {figure(span.undecided)} bản ghi có {fields} chưa biết "
        f"hoặc để trống: số đúng có thể {ends}.",
        message_en=f"Cell {key} could lie anywhere {span.low} to {span.high}: {span.undecided} records undecided.",
        mend_vi="Xem các mã lạ ở records.unknown_values, hỏi ý nghĩa rồi khai báo; mã để trống thì bổ sung ở hệ thống "
        "nguồn. Sau đó chạy lại.",
        severity=Severity.CRITICAL if is_grave else Severity.WARNING,
        evidence={
            "low": _plain(span.low), "high": _plain(span.high), "undecided": span.undecided,
            "system": _system_of(indicator, view.catalogue),
        },
    )  # fmt: skip


def _system_of(indicator: Indicator, catalogue: Catalogue) -> str:
    """The system the figure, or a ratio's parts, are counted from."""
    return next((str(part.system) for part in catalogue.base_figures(indicator) if part.system), "")


def _allowed(measure: Measure, value: Decimal, view: CertainView) -> Decimal:
    tolerance = Decimal(str(view.catalogue.limits.unknown.tolerance_pct))
    return tolerance if measure.is_percent else value * tolerance / _WHOLE_PCT


def _end(value: Decimal | None) -> str:
    return "không tính được" if value is None else figure(value)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


FIGURES_CERTAIN: Check[CertainView] = Check(
    check="records.figures_certain",
    topic=Topic.BALANCE,
    severity=Severity.CRITICAL,
    cells_vi="mỗi ô đếm từ bản ghi, và tỷ lệ của chúng",
    says_vi="Mã chưa biết hoặc để trống không làm số liệu của ô lệch.",
    milder_vi="Chỉ là “cảnh báo” khi lệch trong dung sai unknown.tolerance_pct của checks.yaml.",
    unclear_vi="Ô không đếm từ bản ghi của nguồn.",
    columns=("moves",),
    operands=_moves,
    demand=lambda _: Demand("ExpectColumnValuesToBeBetween", {"min_value": 0, "max_value": 0}),
    explain=_explain,
)
