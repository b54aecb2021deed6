"""What the faults must know of each played system: where it is, where its rows are, how it says that it failed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_MESSAGE = "Lỗi hệ thống, vui lòng thử lại sau"
Value = tuple[str, Any]


@dataclass(frozen=True)
class Turning:
    """How a listing is paged: the parameter and its first value; `end` where a page is asked for by two row numbers."""

    name: str
    first: int
    end: str | None = None


@dataclass(frozen=True)
class Dialect:
    """One played system.

    `mounts` are its paths, `rows` where its answers hold their rows (several, as its calls differ). `needed` is a
    field the counting needs and another name for it; `strange` a field with a code on no list; `impossible` one with
    an impossible date. `signs_each` systems are signed in to with every request.
    """

    mounts: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    needed: tuple[str, str]
    error: tuple[Any, Callable[[Any], Any]]
    strange: Value | None = None
    impossible: Value | None = None
    turning: Turning | None = None
    signs_each: bool = False


def _igate(*mounts: str) -> Dialect:
    return Dialect(
        mounts=mounts,
        rows=(("content",),),
        needed=("acceptedDate", "ngayTiepNhan"),
        error=(500, lambda code: {"code": code, "message": _MESSAGE}),
        strange=("dossierStatus", {"id": 77, "name": [{"languageId": 228, "name": "Trạng thái chưa biết"}]}),
        impossible=("acceptedDate", "2025-02-30T08:00:00.000+0000"),
        turning=Turning("page", 0),
    )


DIALECTS: Mapping[str, Dialect] = {
    "documents": Dialect(
        mounts=("/qlvb/",),
        rows=(("data",),),
        needed=("congVanDenDi", "loaiCongVan"),
        error=(1, lambda code: {"status": {"code": code, "message": _MESSAGE}, "data": None}),
        strange=("hinhThucGuiCode", "KHAC9"),
        impossible=("ngayVanBan", "31/02/2025"),
        turning=Turning("pageNo", 1),
    ),
    "one_stop": _igate("/igate/", "/sso/"),
    "portal": Dialect(
        mounts=("/dvcqg/",),
        rows=(("result",),),
        needed=("MUCDO", "MUC_DO"),
        error=(-1, lambda code: {"error_code": code, "message": _MESSAGE, "result": []}),
        strange=("MUCDO", "9"),
        impossible=("NGAYCAPNHAT", "20250230080000"),
    ),
    "tandan": Dialect(
        mounts=("/tandan/",),
        rows=(("data",),),
        needed=("ngayTiepNhan", "ngayNhan"),
        error=(500, lambda code: {"succeeded": False, "messages": [_MESSAGE], "statusCode": code}),
        strange=("trangThaiHoSoId", "77"),
        impossible=("ngayTiepNhan", "2025-02-30T08:00:00"),
        turning=Turning("pageNumber", 1),
    ),
    "opencps": Dialect(
        mounts=("/opencps/",),
        rows=(("data",),),
        needed=("receivedCount", "receiveCount"),
        error=(500, lambda code: {"code": code, "message": _MESSAGE, "description": ""}),
        turning=Turning("start", 0, end="end"),
        signs_each=True,
    ),
    "evaluation": Dialect(
        mounts=("/api/v1/reporting/",),
        rows=(("data", "children"), ("data", "evaluation")),
        needed=("fullCount", "countFull"),
        error=("ERROR", lambda code: {"code": str(code), "message": _MESSAGE, "data": None}),
    ),
    "axis": Dialect(
        mounts=("/vxp/",),
        rows=(("data",),),
        needed=("senderDocId", "docIdSender"),
        error=("-9", lambda code: {"status": "FAIL", "ErrorCode": str(code), "ErrorDesc": _MESSAGE}),
        strange=("receiveStatus", "99"),
        impossible=("sentTime", "2025/02/30 08:00:00"),
        signs_each=True,
    ),
    "lgsp": _igate("/lgsp/"),
}
SYSTEMS = tuple(DIALECTS)


def find_system(path: str) -> str | None:
    """Which played system a path belongs to."""
    return next((name for name, dialect in DIALECTS.items() if path.startswith(dialect.mounts)), None)


def find_rows(system: str, content: Any) -> list[dict[str, Any]]:
    """The rows in an answer of this system; none where it has no list."""
    if not isinstance(content, dict):
        return _only_rows(content)
    return [row for path in DIALECTS[system].rows for row in _only_rows(_dig(content, path))]


def _dig(content: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        content = content.get(name) if isinstance(content, dict) else None
    return content


def _only_rows(rows: Any) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
