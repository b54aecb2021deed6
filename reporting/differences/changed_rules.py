"""How a rule read before and how it reads now: what a figure is counted by, and the limits of checks."""

from collections.abc import Iterator, Mapping
from typing import Any

from baocao.catalogue import Catalogue, Count, Indicator
from baocao.vocabulary import FIELDS, RECORDS, SYSTEMS, VALUES

NOTHING = "không có"
YES_NO = {True: "có", False: "không"}
PARTS = {
    "records": "đếm gì",
    "where": "điều kiện",
    "missing": "ô trống được coi là",
    "date_field": "tính theo ngày",
    "date_fallback": "thiếu ngày thì lấy",
    "when": "so với kỳ",
    "open_at": "chưa xong lúc",
    "distinct": "đếm khác nhau theo",
    "level_as_of": "mức dịch vụ lấy lúc",
    "over_units": "khi tổng hợp",
    "numerator": "tử số",
    "denominator": "mẫu số",
    "tiers": "chỉ cấp",
    "over": "chia cho số của",
    "appointment": "so với ngày hẹn trả",
    "days": "lấy số ngày",
    "sum": "tổng của",
    "from_": "lấy",
    "less": "trừ đi",
    "measure": "đơn vị tính",
    "codes": "nghĩa của mã",
    "timing": "loại số liệu",
    "system": "hệ thống",
}
WORDS = {
    "within": "trong kỳ",
    "before": "trước kỳ",
    "until_end": "đến hết kỳ",
    "start": "đầu kỳ",
    "end": "cuối kỳ",
    "submission": "khi nộp",
    "period_end": "cuối kỳ",
    "sum": "cộng các đơn vị",
    "group": "chính nhóm",
    "all": "tất cả các nhóm",
    "day": "theo ngày",
    "hour": "đến giờ hẹn",
    "calendar": "ngày theo lịch",
    "working": "ngày làm việc",
    "mean": "bình quân",
    "median": "trung vị",
    "distinct": "đếm khác nhau qua các đơn vị",
    "flow": "phát sinh trong kỳ",
    "stock": "thời điểm",
    **RECORDS,
    **FIELDS,
    **{system.value: word for system, word in SYSTEMS.items()},
}


_KEYS = {"by": "so", "take": "lấy", "from_": "từ", "from_fallback": "thiếu thì từ", "to": "đến", "days": "ngày"}


def find_changed_parts(was: Indicator, now: Indicator) -> Iterator[str]:
    """Each part of a definition that changed: `kênh nộp: trước “trực tuyến”, nay “trực tiếp”`."""
    for kind in ("count", "ratio", "sum", "difference", "typed"):
        old, new = _parts(getattr(was, kind)), _parts(getattr(now, kind))
        yield from (_say(PARTS.get(name, name), old.get(name), new.get(name)) for name in _changed(old, new))
    for name in ("measure", "timing", "system"):
        if getattr(was, name) != getattr(now, name):
            yield _say(PARTS[name], _word(getattr(was, name)), _word(getattr(now, name)))


def find_changed_limits(was: Catalogue, now: Catalogue) -> tuple[str, ...]:
    """Each limit of checks.yaml that changed: by its key there, as it was and as it is."""
    old, new = (dict(_flatten(each.limits.model_dump(mode="json"))) for each in (was, now))
    return tuple(_say(f"checks.yaml: {name}", old.get(name), new.get(name)) for name in _changed(old, new))


def _parts(part: Any) -> dict[str, str]:
    """What a definition says, by its part in words; each condition is a part of its own."""
    if part is None:
        return {}
    if isinstance(part, tuple):
        return {"sum": _word(part)}
    said = {name: _word(value) for name, value in part.model_dump().items() if name not in ("where", "missing")}
    if isinstance(part, Count):
        said |= {FIELDS[name]: _wanted(wanted) for name, wanted in part.where.items()}
        said |= {f"{FIELDS[name]} trống": _value(value) for name, value in part.missing.items()}
    return said


def _wanted(wanted: Any) -> str:
    if isinstance(wanted, tuple):
        return ", ".join(map(_value, wanted))
    return f"trừ {', '.join(map(_value, wanted.not_))}"


def _value(value: Any) -> str:
    return YES_NO[value] if isinstance(value, bool) else str(VALUES.get(value, value))


def _word(value: Any) -> str:
    if value is None or value in ((), {}):
        return NOTHING
    if isinstance(value, Mapping):
        said = {name: _word(meaning) for name, meaning in value.items() if meaning is not None}
        return "; ".join(f"{_KEYS.get(str(name), name)} = {meaning}" for name, meaning in said.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return WORDS.get(str(value), str(value))


def _flatten(limits: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(limits, Mapping):
        for key, value in limits.items():
            yield from _flatten(value, f"{name}.{key}".strip("."))
    else:
        yield name, _word(limits)


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    return [name for name in dict.fromkeys((*old, *new)) if old.get(name, NOTHING) != new.get(name, NOTHING)]


def _say(name: str, old: str | None, new: str | None) -> str:
    return f"{name}: trước “{old or NOTHING}”, nay “{new or NOTHING}”"
