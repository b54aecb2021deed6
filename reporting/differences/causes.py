"""Why a figure of one vintage differs from another's: records that came late or changed, definitions, corrections.

Records are named by their code (a dossier's, a document's), which says nothing about a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pandas as pd

from baocao.catalogue import Correction, Count, Indicator
from baocao.domain import CellStatus, System, Timing, Window
from baocao.figures import print_instant
from baocao.groups import GROUP_MARK, Dimension, GroupCode, total_code
from baocao.records import KEYS
from baocao.rolling_up import NOTHING, over_tiers
from baocao.selection import select_records
from baocao.vocabulary import FIELDS, RECORDS
from reporting.collection.handed_forms import describe_handed_change
from reporting.collection.typing_in import describe_typed_change
from reporting.differences.changed_rules import find_changed_parts
from reporting.differences.evidence_sides import EvidenceSide
from reporting.differences.late import SHOWN_CODES


class DifferenceCauseKind(StrEnum):
    """The kinds of cause a difference can have."""

    LATE_RECORDS = "late_records"
    CHANGED_RECORDS = "changed_records"
    REMOVED_RECORDS = "removed_records"
    CHANGED_DEFINITION = "changed_definition"
    CHANGED_CONFIGURATION = "changed_configuration"
    CHANGED_PROGRAM = "changed_program"
    CORRECTION = "correction"
    TYPED_IN = "typed_in"
    HANDED_IN = "handed_in"
    RECAPTURED_STOCK = "recaptured_stock"
    SOURCE_STATE = "source_state"
    UNIT_BELOW = "unit_below"
    LINE = "line"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DifferenceCause:
    """One cause, in words for an officer. `count` and `codes` are of the records behind it, if any."""

    kind: DifferenceCauseKind
    text_vi: str
    count: int = 0
    codes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "text": self.text_vi, "count": self.count, "codes": list(self.codes)}


def find_causes(indicator_code: str, before: EvidenceSide, after: EvidenceSide) -> tuple[DifferenceCause, ...]:
    """Every cause of the difference of one indicator; of a ratio, those of its two counts."""
    old, new = before.observations.get(indicator_code), after.observations.get(indicator_code)
    if old and new and (old.value, old.status) == (new.value, new.status):
        return ()
    if (old is None or new is None) and GROUP_MARK not in indicator_code:
        return (
            DifferenceCause(
                DifferenceCauseKind.CHANGED_DEFINITION, f"chỉ tiêu {indicator_code} chỉ có ở một phiên bản biểu mẫu"
            ),
        )
    found = list(_look(indicator_code, before, after))
    if not found:
        found = [_general_cause(before, after)]
    return tuple(dict.fromkeys(found))


def _look(code: str, before: EvidenceSide, after: EvidenceSide) -> Iterator[DifferenceCause]:
    was, now = before.indicator(code), after.indicator(code)
    yield from _definition_causes(was, now)
    for part in dict.fromkeys((*(was.inputs if was else ()), *(now.inputs if now else ()))):
        yield from find_causes(part, before, after)
    yield from _correction_causes(code, before, after)
    yield from _typed_causes(code, before, after)
    yield from _handed_causes(code, before, after)
    indicator = was or now
    yield from _unit_causes(code, before, after)
    if indicator is not None and indicator.count is not None and indicator.system is not None:
        yield from _source_causes(code, indicator, before, after)
        yield from _record_causes(indicator, indicator.count, indicator.system, before, after)


def _definition_causes(was: Indicator | None, now: Indicator | None) -> Iterator[DifferenceCause]:
    if was is None or now is None:
        return
    parts = list(find_changed_parts(was, now))
    if parts:
        text = f"quy tắc tính “{now.label}” ({now.indicator_code}) đã đổi: {'; '.join(parts)}"
        yield DifferenceCause(DifferenceCauseKind.CHANGED_DEFINITION, text)


def _correction_causes(code: str, before: EvidenceSide, after: EvidenceSide) -> Iterator[DifferenceCause]:
    if before.corrections is None or after.corrections is None:
        return
    given = {*before.corrections, *after.corrections}
    for signed in (code, *sorted(one for one in given if one != code and total_code(one) == code)):
        place = "" if signed == code else f" ở {_name(signed, before, after)}"
        yield from _correction_cause(place, before.corrections.get(signed), after.corrections.get(signed))


def _name(code: str, before: EvidenceSide, after: EvidenceSide) -> str:
    indicator = after.indicator(code) or before.indicator(code)
    return f"“{indicator.label}”" if indicator else code


def _correction_cause(where: str, was: Correction | None, now: Correction | None) -> Iterator[DifferenceCause]:
    """Of a total also what was corrected in one of its groups."""
    if was != now and now is not None:
        by = f"({now.signed_by} ký {now.signed_on:%d/%m/%Y})"
        text = f"đính chính{where} {_print(now.expect)} thành {_print(now.value)}: {now.reason} {by}"
        yield DifferenceCause(DifferenceCauseKind.CORRECTION, text)
    elif was is not None and now is None:
        text = f"bỏ đính chính{where} {_print(was.expect)} thành {_print(was.value)} ({was.signed_by} ký)"
        yield DifferenceCause(DifferenceCauseKind.CORRECTION, text)


def _print(value: Decimal) -> str:
    """With the decimal comma, as in the figures themselves."""
    return f"{value:f}".replace(".", ",")


def _typed_causes(code: str, before: EvidenceSide, after: EvidenceSide) -> Iterator[DifferenceCause]:
    if before.manual is None or after.manual is None:
        return
    was, now = before.manual.get(code), after.manual.get(code)
    if was != now:
        indicator = after.indicator(code) or before.indicator(code)
        text = describe_typed_change(indicator.label if indicator else code, was, now)
        yield DifferenceCause(DifferenceCauseKind.TYPED_IN, text)


def _handed_causes(code: str, before: EvidenceSide, after: EvidenceSide) -> Iterator[DifferenceCause]:
    """Of a figure one of the two took from a form the unit handed in; a ratio divided here has its counts' causes."""
    indicator = after.indicator(code)
    inputs = [after.observations.get(one) for one in indicator.inputs] if indicator else []
    if inputs and all(one is not None and one.value is not None for one in inputs):
        return
    was, now = before.handed, after.handed
    ends = [(side.observations.get(code), form) for side, form in ((before, was), (after, now))]
    is_taken = any(form and one and set(form.hashes) & set(one.payload_hashes) for one, form in ends)
    values = [form.find_value(code) if form else None for form in (was, now)]
    if is_taken and values[0] != values[1]:
        yield DifferenceCause(DifferenceCauseKind.HANDED_IN, describe_handed_change(code, was, now))


def _source_causes(
    code: str, indicator: Indicator, before: EvidenceSide, after: EvidenceSide
) -> Iterator[DifferenceCause]:
    partial = [side.status_of(code) is CellStatus.INCOMPLETE for side in (before, after)]
    missing = [side.status_of(code) is CellStatus.NOT_COLLECTED for side in (before, after)]
    if partial in ([True, False], [False, True]):
        ends = ("trước thiếu ngày", "nay đủ") if partial[0] else ("trước đủ", "nay thiếu ngày")
        said = f"{ends[0]}, {ends[1]}: {(before if partial[0] else after).observations[code].note}"
        yield DifferenceCause(DifferenceCauseKind.SOURCE_STATE, said)
    if missing == [True, False]:
        yield DifferenceCause(
            DifferenceCauseKind.SOURCE_STATE, f"trước chưa thu thập được từ hệ thống {indicator.system}, nay đã có"
        )
    elif missing == [False, True]:
        yield DifferenceCause(
            DifferenceCauseKind.SOURCE_STATE, f"trước có, nay không thu thập được từ hệ thống {indicator.system}"
        )


def _unit_causes(code: str, before: EvidenceSide, after: EvidenceSide) -> Iterator[DifferenceCause]:
    """Of a roll-up: every unit below whose part of the figure is another one, from which of its forms to which; of the
    line of one unit, that unit.
    """
    group = GroupCode.parse(code)
    units = {*before.brought, *after.brought}
    if group.dimension is Dimension.UNIT:
        units, code = units & {group.group_key}, group.indicator_code
    for unit_code in sorted(units):
        was, now = before.brought.get(unit_code), after.brought.get(unit_code)
        old, new = (over_tiers(each.parts, code) if each else NOTHING for each in (was, now))
        if (old.value, old.keys) == (new.value, new.keys):
            continue
        name = next(each.name for each in (now, was) if each is not None)
        forms = " → ".join(f"lần lập {each.vintage}" if each else "chưa có báo cáo" for each in (was, now))
        ends = " → ".join("chưa có" if part.value is None else f"{part.value:,f}" for part in (old, new))
        text = f"{name} ({forms}): {ends.replace(',', '.')}"
        yield DifferenceCause(DifferenceCauseKind.UNIT_BELOW, text, codes=(unit_code,))


def _record_causes(
    indicator: Indicator, definition: Count, system: System, before: EvidenceSide, after: EvidenceSide
) -> Iterator[DifferenceCause]:
    """What the records themselves say, both sides counted by the definition of the first."""
    olds, news = before.collected.get(system), after.collected.get(system)
    if olds is None or news is None or _all_hashes(before) == _all_hashes(after):
        return
    if indicator.timing is Timing.STOCK and olds.captured_at and news.captured_at:
        at = f"{print_instant(olds.captured_at)} → {print_instant(news.captured_at)}"
        yield DifferenceCause(DifferenceCauseKind.RECAPTURED_STOCK, f"số liệu thời điểm được chụp lại ({at})")
    kind = definition.records
    if kind not in olds.frames or kind not in news.frames or before.filled.window is None:
        return
    yield from _compare_records(definition, before.filled.window, before.frames_for(system), after.frames_for(system))


def _compare_records(
    definition: Count, window: Window, old: dict[str, pd.DataFrame], new: dict[str, pd.DataFrame]
) -> Iterator[DifferenceCause]:
    record_key, name = KEYS[definition.records], RECORDS[definition.records]
    was, _ = select_records(definition, old, window)
    now, _ = select_records(definition, new, window)
    came = _records_behind(now, was, definition.key_field, record_key)
    went = _records_behind(was, now, definition.key_field, record_key)
    had, has = (set(frames[definition.records][record_key]) for frames in (old, new))
    if late := came - had:
        yield _cause(DifferenceCauseKind.LATE_RECORDS, f"{name} vào hệ thống muộn, sau lần lập trước", late)
    if gone := went - has:
        yield _cause(DifferenceCauseKind.REMOVED_RECORDS, f"{name} không còn ở nguồn", gone)
    if changed := (came & had) | (went & has):
        fields = _changed_fields(old[definition.records], new[definition.records], record_key, changed)
        words = ", ".join(FIELDS.get(field, field) for field in fields) or "bản ghi liên quan"
        yield _cause(DifferenceCauseKind.CHANGED_RECORDS, f"{name} đã đổi tại nguồn ({words})", changed)


def _records_behind(these: pd.DataFrame, others: pd.DataFrame, key: str, record_key: str) -> set[str]:
    """The records whose counted key only these have."""
    return set(these.loc[~these[key].isin(set(others[key])), record_key])


def _changed_fields(old: pd.DataFrame, new: pd.DataFrame, record_key: str, codes: set[str]) -> list[str]:
    left, right = (f[f[record_key].isin(codes)].set_index(record_key).sort_index().astype(object) for f in (old, new))
    shared = left.index.intersection(right.index)
    return [c for c in left.columns if not left.loc[shared, c].fillna("").equals(right.loc[shared, c].fillna(""))]


def _cause(kind: DifferenceCauseKind, text: str, codes: set[str]) -> DifferenceCause:
    ordered = tuple(sorted(codes))
    named = ", ".join(ordered[:SHOWN_CODES]) + (", …" if len(ordered) > SHOWN_CODES else "")
    return DifferenceCause(kind, f"{len(ordered)} {text}: {named}", len(ordered), ordered)


def _all_hashes(side: EvidenceSide) -> list[tuple[str, ...]]:
    return [side.collected[system].payload_hashes for system in sorted(side.collected)]


def _general_cause(before: EvidenceSide, after: EvidenceSide) -> DifferenceCause:
    """Nothing about the figure itself tells: what else was different."""
    if before.filled.window != after.filled.window:
        return DifferenceCause(DifferenceCauseKind.CHANGED_CONFIGURATION, "cấu hình đã đổi: khoảng ngày của kỳ")
    if before.vintage.config_hash != after.vintage.config_hash:
        ends = f"{before.vintage.config_hash[:12]}… → {after.vintage.config_hash[:12]}…"
        return DifferenceCause(DifferenceCauseKind.CHANGED_CONFIGURATION, f"cấu hình đã đổi ({ends})")
    if before.vintage.code_version != after.vintage.code_version:
        ends = f"{before.vintage.code_version} → {after.vintage.code_version}"
        return DifferenceCause(DifferenceCauseKind.CHANGED_PROGRAM, f"phiên bản chương trình đã đổi ({ends})")
    return DifferenceCause(
        DifferenceCauseKind.UNKNOWN, "không xác định được từ những gì đã giữ; xem lời giải thích của ô ở cả hai lần lập"
    )
