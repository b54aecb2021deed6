"""What a source's answers to questions for nobody's records say about the records collected; see `asking.narrowing`."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from baocao.domain import VIETNAM, Window
from baocao.notices import CountProof, Notices
from baocao.records.code_array import CodeDtype

NARROWING_PART, OF_DAYS = "narrowing", "of_days"
BY_UNIT, BY_DAYS = "unit", "days"
FILTERS = {BY_UNIT: "lọc theo đơn vị", BY_DAYS: "lọc theo ngày"}
NOBODYS = {BY_UNIT: "mã đơn vị không có thật", BY_DAYS: "ngày chưa có hệ thống"}
NEARLY = 10, 9
_BESIDE = pd.Timedelta(days=3)
_SOME, _SHARE = 2, 10
CODE_OF_UNIT = r"(?:H\d{2}(?:\.\d{2}){1,3}|\d{3}\.\d{2}\.\d{2}\.H\d{2})-"


def is_unheeded(noted: Mapping[str, Any]) -> bool:
    """Whether what nobody has is as much as the unit has; a few records may have come between the two questions."""
    found = noted.get("found")
    return found is not None and found > 0 and is_nearly(found, noted["own"])


def is_nearly(found: int, own: int) -> bool:
    most, part = NEARLY
    return found * most >= own * part and own * most >= found * part


def note_narrowing(
    notices: Notices,
    noted: Mapping[str, Any],
    frames: Mapping[str, pd.DataFrame],
    window: Window,
    of_days: Mapping[str, Any] | None = None,
) -> None:
    """A proof where the parameter is heeded; where not, or where that is not sure, what it means for the records."""
    by, asked = noted["by"], noted["asked"]
    if of_days:
        _note_other_date(notices, noted, frames, of_days)
    found, own, filtered = noted.get("found"), noted["own"], FILTERS[by]
    if noted.get("unanswered"):
        notices.note_unproved(f"chưa kiểm được hệ thống có {filtered}: câu hỏi thử không được trả lời")
    elif found is None:
        notices.proofs.append(CountProof(f"{filtered}: nguồn từ chối {NOBODYS[by]} {asked}", 0, 0, of_whole=False))
    elif by == BY_DAYS:
        _note_days(notices, noted, _values_of(frames, noted["column"]), window)
    elif is_unheeded(noted):
        _note_unit(notices, noted, _values_of(frames, noted["column"]))
    elif not found:
        notices.proofs.append(CountProof(f"{filtered}: bản ghi của {NOBODYS[by]} {asked}", 0, 0, of_whole=False))
    elif found > own:
        said = f"{filtered}: {NOBODYS[by]} {asked} nhận {found} bản ghi, khác hẳn của đơn vị"
        notices.proofs.append(CountProof(said, own, own, of_whole=False))
    else:
        notices.note_unproved(f"{found} bản ghi nguồn trả cho mọi đơn vị, kể cả {NOBODYS[by]} {asked}")


def _note_unit(notices: Notices, noted: Mapping[str, Any], codes: "pd.Series[Any] | None") -> None:
    """Where the unit is not heeded: right if all records are of one unit, by their codes or by what the rows name.

    Of records that bear no code of their own, the unit they name proves nothing: they name it to whoever asks.
    """
    said = (
        f"hệ thống không lọc theo đơn vị ({noted['parameter']}): {NOBODYS[BY_UNIT]} {noted['asked']} vẫn nhận "
        f"{noted['found']} bản ghi"
    )
    if codes is not None and codes.astype("str").str.match(CODE_OF_UNIT).any():
        notices.note_doubt(f"{said}; đơn vị được kiểm theo mã hồ sơ")
    elif noted["units"] == 1 and noted["column"]:
        notices.note_doubt(f"{said}, xem thử đều cùng một đơn vị")
    else:
        same = ", dù đều ghi một mã đơn vị," if noted["units"] == 1 else ","
        kept = f"{said}{same} không rõ của đơn vị nào (ghi account: unit ở site nếu tài khoản chỉ thấy đơn vị này)"
        notices.proofs.append(CountProof(kept, int(noted["found"]), 0))


def _note_days(notices: Notices, noted: Mapping[str, Any], dates: "pd.Series[Any] | None", window: Window) -> None:
    """Where days are not heeded, the records' own dates choose: right if they begin before the period does."""
    found, parameter = noted["found"], noted["parameter"]
    undated = 0 if dates is None else int(dates.isna().sum())
    if found <= undated or not is_unheeded(noted):
        notices.proofs.append(
            CountProof(f"{FILTERS[BY_DAYS]}: bản ghi của {NOBODYS[BY_DAYS]} {noted['asked']}", 0, 0, of_whole=False)
        )
        return
    said = f"hệ thống không lọc theo ngày ({parameter}): hỏi ngày {noted['asked']} vẫn nhận {found} bản ghi"
    if dates is not None and _begins_before(dates, window):
        notices.note_doubt(f"{said}; đã tự chọn theo ngày của từng bản ghi")
    else:
        notices.proofs.append(CountProof(f"{said}, không có bản ghi nào trước ngày đầu kỳ", found, 0))


def _note_other_date(
    notices: Notices, noted: Mapping[str, Any], frames: Mapping[str, pd.DataFrame], of_days: Mapping[str, Any]
) -> None:
    """Whether what came for some days is of them; if not, another date chooses and records may be missing.

    What has no date of its own comes for any days. A few days beside them are those between one date and the next.
    """
    if of_days.get("unanswered"):
        notices.note_unproved(
            f"chưa kiểm được hệ thống lọc theo đúng ngày cần ({noted['parameter']}): câu hỏi thử không được trả lời"
        )
        return
    dates, keys = _values_of(frames, noted["column"]), _values_of(frames, of_days["key"])
    if dates is None or keys is None:
        return
    texts = keys if isinstance(keys.dtype, CodeDtype) else keys.astype("str")
    asked = dates[texts.isin(of_days["keys"])].dropna()
    first, last = (pd.Timestamp(of_days[end]) for end in ("from", "to"))
    days = asked.dt.tz_convert(VIETNAM).dt.tz_localize(None) if asked.dt.tz is not None else asked
    outside = int(((days < first - _BESIDE) | (days >= last + _BESIDE + pd.Timedelta(days=1))).sum())
    if not outside:
        return
    said = (
        f"hỏi {first:%d/%m/%Y} – {last:%d/%m/%Y} nhận {outside} trong {len(days)} bản ghi của ngày khác: hệ thống "
        f"có thể lọc theo một ngày khác ({noted['parameter']}), bản ghi trong kỳ có thể thiếu"
    )
    if outside >= _SOME and outside * _SHARE >= len(days):
        notices.proofs.append(CountProof(said, outside, 0))
    else:
        notices.note_doubt(said)


def _values_of(frames: Mapping[str, pd.DataFrame], column: str) -> "pd.Series[Any] | None":
    return next((frame[column] for frame in frames.values() if column in frame), None)


def _begins_before(dates: "pd.Series[Any]", window: Window) -> bool:
    first = dates.min()
    if pd.isna(first):
        return False
    start = window.start_at if first.tzinfo else window.start_on
    return bool(first < pd.Timestamp(start))
