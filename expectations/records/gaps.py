"""Whether working days are missing from a system's records: a run of them without one, at a pace that would have many.

A list can be whole by its own total and lack a month: what the system lost it does not count either.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from baocao.domain import Severity
from expectations.engine.trial import Verdict
from expectations.records import cards
from expectations.records.frame import RecordFrame
from expectations.records.rules import RecordRule, evidence
from expectations.rule import CheckFinding, Demand
from expectations.wording import figure

_COLUMNS = ["first", "last", "days", "usual"]
_MIN_DAYS_OUTSIDE = 10


@dataclass(frozen=True)
class Gap:
    """So many working days running without a record, and how many records these usually have."""

    first: date
    last: date
    days: int
    usual: int

    @property
    def days_vi(self) -> str:
        return f"{self.first:%d/%m/%Y} – {self.last:%d/%m/%Y} ({figure(self.days)} ngày làm việc)"


def gap_rules(found: RecordFrame) -> Iterator[RecordRule]:
    if not found.dates:
        return
    import pandas as pd

    gap, a_day = find_gap(found)
    yield RecordRule(
        card=cards.DAYS_FILLED,
        found=found,
        demand=Demand("ExpectTableRowCountToEqual", {"value": 0}),
        tell=_tell,
        columns=(),
        frame=pd.DataFrame([vars(gap)] if gap is not None else [], columns=_COLUMNS),
        unclear="có quá ít ngày có bản ghi để biết nhịp thường lệ" if a_day is None else "",
    )


def find_gap(found: RecordFrame) -> tuple[Gap | None, float | None]:
    """The longest run without a record, where it is worth telling, and how many a day are usual; None where nothing
    says that.
    """
    limits = found.catalogue.limits.gap
    with_records = {at.date() for at in found.days_inside}
    days = _days_expected(found)
    run = max(_runs(days, with_records), key=len, default=())
    a_day = _records_a_day(found, len(days) - len(run))
    usual = int((a_day or 0) * len(run))
    is_worth = len(run) >= limits.told_days and usual >= limits.told_records
    return Gap(run[0], run[-1], len(run), usual) if is_worth else None, a_day


def _days_expected(found: RecordFrame) -> list[date]:
    """Working days on which the unit was there and which were over, but for those `checks.yaml` knows to be empty."""
    limits, calendar, unit = found.catalogue.limits.gap, found.catalogue.calendar, found.unit
    since = unit.valid_from if unit is not None and unit.valid_from else found.window.start_on
    until = min(found.last_day.date(), (unit.valid_to if unit is not None and unit.valid_to else date.max))
    return [
        day
        for day in found.window.days()
        if since <= day <= until and calendar.is_working_day(day) and not limits.is_known(day, found.unit_code)
    ]


def _runs(days: Sequence[date], with_records: set[date]) -> Iterator[tuple[date, ...]]:
    """A record on a day off ends a run as well: the system was at work."""
    run: list[date] = []
    for at, day in enumerate(days):
        since = days[at - 1] if at else day
        if any(since + timedelta(days=n) in with_records for n in range((day - since).days + 1)):
            yield tuple(run)
            run = []
        if day not in with_records:
            run.append(day)
    yield tuple(run)


def _records_a_day(found: RecordFrame, days_outside: int) -> float | None:
    """By the other days of the period; where it has no record at all, by those before it."""
    inside = len(found.days_inside)
    if inside:
        return inside / days_outside if days_outside >= _MIN_DAYS_OUTSIDE else None
    before = found.counted_days[found.counted_days < found.window.start_at]
    if before.empty:
        return None
    days = found.catalogue.calendar.working_days_between(before.min().date(), found.window.start_on)
    return len(before) / days if days >= _MIN_DAYS_OUTSIDE else None


def _tell(rule: RecordRule, _: Verdict) -> CheckFinding:
    limits = rule.found.catalogue.limits.gap
    (gap,) = (Gap(*row) for row in rule.judged[_COLUMNS].itertuples(index=False, name=None))
    blocks = gap.days >= limits.blocking_days and gap.usual >= limits.blocking_records
    usual = figure(gap.usual)
    return CheckFinding(
        observed=gap.days_vi,
        expected=f"khoảng {usual} {rule.records_vi} trong những ngày ấy",
        message_vi=f"Không có {rule.records_vi} nào trong {gap.days_vi}; theo nhịp thường lệ phải có khoảng {usual}: "
        "có thể cả khoảng ngày ấy bị thiếu trong dữ liệu nguồn.",
        message_en=f"{rule.sentence_en}: no record on {gap.days} working days from {gap.first}, usual {usual}.",
        mend_vi="Hỏi người phụ trách hệ thống nguồn vì sao những ngày này không có bản ghi, rồi chạy lại; nếu thật sự "
        "không phát sinh thì ghi khoảng ngày ấy vào gap.known của checks.yaml, kèm lý do.",
        severity=None if blocks else Severity.WARNING,
        evidence=evidence(rule, days=[[f"{gap.first:%Y-%m-%d}", f"{gap.last:%Y-%m-%d}"]]),
    )
