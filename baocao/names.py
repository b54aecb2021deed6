"""Names that become files and folders: one part of a path, the same on every machine that may ever read it."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

LONGEST_BYTES = 80
_LINE_ENDS = "\u2028\u2029"
_NOT_ALLOWED = frozenset('/\\<>:"|?*')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def is_unseen(sign: str) -> bool:
    """A control sign, or one that shows as nothing: it may turn the direction of what is read, or end a line."""
    return unicodedata.category(sign)[0] == "C" or sign in _LINE_ENDS


_FAULTS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda name: not name, "để trống"),
    (lambda name: any(map(is_unseen, name)), "có ký tự điều khiển hoặc ký tự không nhìn thấy"),
    (lambda name: bool(_NOT_ALLOWED & set(name)), 'có một trong các ký tự / \\ < > : " | ? *'),
    (lambda name: name != name.strip() or "." in (name[0], name[-1]), "có dấu chấm, dấu cách ở đầu hoặc cuối"),
    (lambda name: bool(_RESERVED.fullmatch(name)), "trùng tên Windows dành riêng"),
    (lambda name: len(name.encode()) > LONGEST_BYTES, f"dài hơn {LONGEST_BYTES} byte"),
    (lambda name: not unicodedata.is_normalized("NFC", name), "có dấu viết rời (không phải Unicode dựng sẵn)"),
)  # fmt: skip


def find_name_fault(name: str, names: Iterable[str] = ()) -> str:
    """Why a name cannot be one part of a path, or is no other than one of `names` on some machines; "" where it can."""
    twin = next((one for one in names if one != name and one.casefold() == name.casefold()), "")
    told = (says for is_wrong, says in _FAULTS if is_wrong(name))
    return next(told, f"chỉ khác {print_name(twin)} ở chữ hoa, chữ thường" if twin else "")


def print_name(name: str) -> str:
    """As it can be shown on one line, whatever is in it."""
    shown = name if len(name) <= LONGEST_BYTES else f"{name[:LONGEST_BYTES]}…"
    return f"'{shown.encode('unicode_escape').decode() if not shown.isprintable() else shown}'"


def is_plain_path(name: str) -> bool:
    """Whether a relative path, as an archive or a list of files gives it, stays below the folder it is put in."""
    parts = PurePosixPath(name).parts
    return bool(parts) and name == "/".join(parts) and not any(map(_leads_out, parts))


def _leads_out(part: str) -> bool:
    return part in {".", ".."} or any(sign in part for sign in "/\\:\0")
