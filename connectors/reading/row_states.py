"""Fields nobody declared that may take a row out of the count: a mark (deleted, recalled), or a state.

What they mean is the vendor's to say. They are neither heeded nor passed over: they are told beside the figures.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from baocao.messages import fold

MARKED, VARIES, UNSEEN = "=true", "=*", "=?"
_MARK = re.compile(
    r"(is|da|bi|ngay|thoigian)?(deleted?|removed|voided|revoked|recalled|cancell?ed|inactive|disabled|archived|xoa|huy"
    r"|thuhoi|hethieuluc)(bo|mem)?(on|at|by|date|time|flag)?"
)
_SWITCH = re.compile(r"(is)?(active|activated|enabled|valid)|(con|co)?hieuluc")
_STATE = re.compile(
    r"(trangthai|tinhtrang|status|state)(id|code|ma|ten|name)?(vanban|thutuc|banghi|hoso|dulieu)?(id|code)?"
)
_NOT_SET = frozenset({"", "0", "false", "n", "no", "null", "khong", "none"})
_ASKS_VI = (
    "hỏi người quản trị hệ thống; nếu vẫn tính thì ghi {name} vào ignored (ở site, hoặc ở options của tệp xuất, khung "
    "nhìn)"
)
_SAYS_VI = {
    MARKED: "bản ghi nguồn đánh dấu ở trường {name} vẫn được tính, có thể là bản ghi đã xóa, huỷ hoặc thu hồi: ",
    VARIES: "trường {name} chưa khai báo có nhiều giá trị, bản ghi mang giá trị nào cũng được tính, có thể có "
    "trạng thái không được tính (huỷ, thu hồi, hết hiệu lực): ",
    UNSEEN: "cột {name} không được đọc, có thể đánh dấu bản ghi đã xóa, huỷ hoặc không được tính: ",
}


def name_states(names: Iterable[str], kept: Iterable[str], values_of: Callable[[str], Iterable[Any]]) -> Iterator[str]:
    """Those of the undeclared names that may take rows out, by what their values show: `isDeleted=true`, `trangThai=*`.

    A state beside one that is kept says the same in other words.
    """
    has_state = any(_STATE.search(_plain(name)) for name in kept)
    for name in names:
        plain = _plain(name)
        if _MARK.fullmatch(plain) and any(map(_is_set, values_of(name))):
            yield f"{name}{MARKED}"
        elif (_SWITCH.fullmatch(plain) or (_STATE.fullmatch(plain) and not has_state)) and _varies(values_of(name)):
            yield f"{name}{VARIES}"


def name_unseen(names: Iterable[str]) -> Iterator[str]:
    """The same of columns whose values are not read: only the names that say what they mark."""
    yield from (f"{name}{UNSEEN}" for name in names if _MARK.fullmatch(_plain(name)))


def say_states(noted: Iterable[str]) -> Iterator[str]:
    for one in sorted(noted):
        for ending, says in _SAYS_VI.items():
            if one.endswith(ending):
                yield (says + _ASKS_VI).format(name=one.removesuffix(ending))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name))


def _varies(values: Iterable[Any]) -> bool:
    return len({orjson.dumps(value, default=str) for value in values}) > 1


def _is_set(value: Any) -> bool:
    return value is not None and fold(str(value).strip()) not in _NOT_SET
