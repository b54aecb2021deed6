"""Checks of the dates of collected records: given, in order, plausible, in the period, up to date, without gaps."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from baocao.domain import VIETNAM
from baocao.vocabulary import FIELDS
from expectations.engine.trial import Verdict
from expectations.records import cards
from expectations.records.frame import DAY_SUFFIX, RecordFrame, day_number
from expectations.records.rules import RecordRule, evidence, listed, tell_rows
from expectations.rule import CheckFinding, Demand
from expectations.wording import figure

if TYPE_CHECKING:
    import pandas as pd

_ORDER = (("received_at", "submitted_at"), ("finished_at", "received_at"))
_MIN_DAYS = 10
_MIN_QUIET_DAYS = 7
_USUAL_GAPS = 3
_MIN_A_DAY = 10
_FLOOR_PER_HUNDRED = 10
_PLACED = "placed_day"


def date_rules(found: RecordFrame) -> Iterator[RecordRule]:
    """Rules on the dates of a kind that has any."""
    if not found.dates:
        return
    yield _placed_rule(found)
    for later, earlier in _ORDER:
        if later in found.dates:
            yield _order_rule(found, later, earlier)
    for name in found.dates:
        yield _plausible_rule(found, name)
    yield _inside_rule(found)
    yield _freshness_rule(found)
    yield _volume_rule(found)


def _placed_rule(found: RecordFrame) -> RecordRule:
    """Records the counts look at, each with the day that places it; not accepted and refused ones need none."""
    counted = found.counted_days
    if "status" in found.plain.columns:
        counted = counted[~found.plain["status"].isin(["registered", "refused"])]
    frame = found.plain.loc[counted.index, [found.key]].assign(**{_PLACED: counted})
    return RecordRule(
        card=cards.DATE_GIVEN,
        found=found,
        demand=Demand("ExpectColumnValuesToNotBeNull"),
        tell=tell_rows("không có ngày nên không xếp được vào kỳ nào", graded=True),
        columns=(_PLACED,),
        frame=frame,
    )


def _order_rule(found: RecordFrame, later: str, earlier: str) -> RecordRule:
    return RecordRule(
        card=cards.DATES_IN_ORDER,
        found=found,
        demand=Demand(
            "ExpectColumnPairValuesAToBeGreaterThanB",
            {"or_equal": True, "ignore_row_if": "either_value_is_missing"},
        ),
        tell=tell_rows(f"có {FIELDS[later]} trước {FIELDS[earlier]}"),
        fields=(later, earlier),
        columns=(later + DAY_SUFFIX, earlier + DAY_SUFFIX),
    )


def _plausible_rule(found: RecordFrame, name: str) -> RecordRule:
    first, last = found.plausible
    return RecordRule(
        card=cards.DATES_PLAUSIBLE,
        found=found,
        demand=Demand("ExpectColumnValuesToBeBetween", {"min_value": day_number(first), "max_value": day_number(last)}),
        tell=tell_rows(f"có {FIELDS[name]} ngoài khoảng {first:%d/%m/%Y} – {last:%d/%m/%Y}"),
        fields=(name,),
        columns=(name + DAY_SUFFIX,),
    )


def _inside_rule(found: RecordFrame) -> RecordRule:
    return RecordRule(
        card=cards.SOME_IN_WINDOW,
        found=found,
        demand=Demand("ExpectTableRowCountToBeBetween", {"min_value": 1}),
        tell=_tell_outside,
        columns=(),
        frame=found.days_inside.to_frame(_PLACED),
    )


def _tell_outside(rule: RecordRule, _: Verdict) -> CheckFinding:
    window, days = rule.found.window, rule.found.counted_days
    span = f"{window.start_on:%d/%m/%Y} – {window.end_on:%d/%m/%Y}"
    return CheckFinding(
        observed=f"{days.min():%d/%m/%Y} – {days.max():%d/%m/%Y}" if days.notna().any() else "không có ngày",
        expected=span,
        message_vi=f"Nguồn có {figure(len(days))} {rule.records_vi} nhưng không bản ghi nào trong kỳ ({span}).",
        message_en=f"{rule.sentence_en}: {len(days)} records, none within {window.start_on} to {window.end_on}.",
        mend_vi="Kiểm tra khoảng ngày hỏi nguồn và múi giờ của nguồn trong sources.yaml.",
        evidence=evidence(rule),
    )


def _freshness_rule(found: RecordFrame) -> RecordRule:
    days = found.days_inside.drop_duplicates().sort_values()
    unclear = ""
    if found.taken_at is None:
        unclear = "không rõ lúc lấy số liệu"
    elif len(days) < _MIN_DAYS:
        unclear = f"chỉ có {len(days)} ngày có bản ghi trong kỳ"
    return RecordRule(
        card=cards.FRESHNESS,
        found=found,
        demand=Demand("ExpectColumnMaxToBeBetween", {"min_value": None if unclear else _stale_before(found, days)}),
        tell=_tell_stale,
        columns=(_PLACED,),
        frame=days.to_frame(_PLACED),
        unclear=unclear,
    )


def _stale_before(found: RecordFrame, days: "pd.Series[pd.Timestamp]") -> datetime:
    """The day the newest record must reach: thrice the usual gap, and a week at least, before the last possible day."""
    usual = int(days.diff().dropna().dt.days.quantile(0.95))
    return found.last_day - timedelta(days=max(_MIN_QUIET_DAYS, _USUAL_GAPS * usual))


def _tell_stale(rule: RecordRule, _: Verdict) -> CheckFinding:
    newest, last = rule.judged[_PLACED].max(), rule.found.last_day
    due = rule.demand.arguments["min_value"]
    return CheckFinding(
        observed=f"{newest:%d/%m/%Y}",
        expected=f"từ {due:%d/%m/%Y}",
        message_vi=f"Bản ghi {rule.records_vi} mới nhất là của ngày {newest:%d/%m/%Y}, cũ hơn thường lệ tính đến "
        f"{last:%d/%m/%Y}: nguồn có thể đã ngừng cập nhật.",
        message_en=f"{rule.sentence_en}: the newest record is of {newest:%Y-%m-%d}, expected {due:%Y-%m-%d} or later.",
        mend_vi="Hỏi người phụ trách hệ thống nguồn xem số liệu đã được nhập, đồng bộ đủ chưa, rồi chạy lại.",
        evidence=evidence(rule, newest=f"{newest:%Y-%m-%d}"),
    )


def _volume_rule(found: RecordFrame) -> RecordRule:
    a_day = _working_days(found)
    return RecordRule(
        card=cards.VOLUME,
        found=found,
        demand=Demand("ExpectColumnPairValuesAToBeGreaterThanB", {"or_equal": True}),
        tell=_tell_quiet,
        columns=("count", "floor"),
        frame=a_day,
        unclear="" if len(a_day) else "có quá ít bản ghi để biết nhịp thường lệ, hoặc chưa khai báo ngày nghỉ",
    )


def _working_days(found: RecordFrame) -> "pd.DataFrame":
    """Working days up to the newest record: how many records, and the floor by the median of the same weekday.

    Only weekdays with a usual number worth judging, only years whose days off are known.
    """
    import pandas as pd

    inside, calendar = found.days_inside, found.catalogue.calendar
    counts = inside.value_counts()
    last = min(inside.max(), found.last_day).date() if len(inside) else None
    days = [day for day in found.window.days() if last is not None and day <= last]
    days = [day for day in days if calendar.is_declared(day.year) and calendar.is_working_day(day)]
    frame = pd.DataFrame({"day": days, "count": [int(counts.get(pd.Timestamp(day, tz=VIETNAM), 0)) for day in days]})
    usual = frame["count"].groupby([day.weekday() for day in days]).transform("median")
    frame["floor"] = usual * _FLOOR_PER_HUNDRED / 100
    return frame[usual >= _MIN_A_DAY]


def _tell_quiet(rule: RecordRule, verdict: Verdict) -> CheckFinding:
    failing = rule.failing(verdict)
    days = [f"{day:%d/%m/%Y} ({figure(count)})" for day, count in zip(failing["day"], failing["count"], strict=True)]
    return CheckFinding(
        observed=listed(days),
        expected=f"không dưới {_FLOOR_PER_HUNDRED}% mức thường lệ của cùng thứ trong tuần",
        message_vi=f"{len(days)} ngày làm việc có số {rule.records_vi} thấp bất thường: {listed(days)}.",
        message_en=f"{rule.sentence_en}: {len(days)} working days with far fewer records than usual.",
        mend_vi="Xác nhận những ngày này hệ thống có ngừng hoạt động, hoặc số liệu chưa được nhập bù.",
        evidence=evidence(rule, days=[f"{day:%Y-%m-%d}" for day in failing["day"]]),
    )
