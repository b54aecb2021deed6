"""A disk that is full or read-only, told with the path and what to do."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from baocao.errors import BaocaoError

_SAYS: Final = {
    errno.ENOSPC: "đĩa đầy; giải phóng chỗ rồi chạy lại",
    errno.EDQUOT: "hết hạn mức đĩa của tài khoản này; xin thêm chỗ rồi chạy lại",
    errno.EROFS: "đĩa chỉ cho đọc; gắn lại đĩa để ghi được rồi chạy lại",
    errno.EACCES: "tài khoản đang chạy không có quyền ở đây; sửa quyền rồi chạy lại",
    errno.EPERM: "tài khoản đang chạy không có quyền ở đây; sửa quyền rồi chạy lại",
    errno.EFBIG: "tệp vượt cỡ máy này cho phép; nâng giới hạn rồi chạy lại",
    errno.EIO: "ổ đĩa báo lỗi đọc ghi; xem nhật ký hệ thống của máy",
    errno.EMFILE: "quá nhiều tệp đang mở; nâng giới hạn (ulimit -n) rồi chạy lại",
    errno.ENFILE: "máy có quá nhiều tệp đang mở; thử lại sau",
    errno.ENAMETOOLONG: "tên tệp quá dài",
    errno.ENOTDIR: "một phần của đường dẫn là tệp, không phải thư mục",
    errno.EISDIR: "là thư mục, không phải tệp",
    errno.ENOENT: "không có tệp hay thư mục này",
    errno.EEXIST: "đã có tệp hay thư mục cùng tên",
    errno.EBUSY: "tệp đang được chương trình khác giữ",
    errno.ETXTBSY: "tệp đang được chương trình khác giữ",
    errno.ESTALE: "thư mục mạng đã bị ngắt; gắn lại rồi chạy lại",
    errno.ELOOP: "đường dẫn qua quá nhiều liên kết",
}

_UNFINISHED = re.compile(r"/\.([^/]+)\.[0-9a-f]{12}\.(?:new|tmp)(?=/|$)")
"""The name a file or folder has until it is whole."""


class DiskError(BaocaoError):
    """Something could not be written or read on this machine's disks; nothing half-written is left in its place."""


class ToldStoreError(OSError):
    """A store behind a network failed as a disk would; its one argument says how, in Vietnamese."""


def explain_disk_error(error: OSError, path: str | os.PathLike[str] | None = None) -> str:
    """The path, and why it does not go; the machine's own number where it is none we know."""
    if isinstance(error, ToldStoreError):
        return str(error)
    named = "" if isinstance(error.filename, int) else error.filename
    where = _UNFINISHED.sub(r"/\1", os.fspath(path or named or ""))
    says = _SAYS.get(error.errno or 0, f"máy báo lỗi số {error.errno}")
    return f"{where}: {says}" if where else says


def is_of_disk(error: OSError) -> bool:
    """Whether it is about files, not about a connection."""
    return error.errno in _SAYS


@contextmanager
def telling_disk_errors(path: str | os.PathLike[str]) -> Iterator[None]:
    """An error of the disk inside is a DiskError that names this path."""
    try:
        yield
    except OSError as error:
        if not is_of_disk(error):
            raise
        raise DiskError(explain_disk_error(error, path)) from error
