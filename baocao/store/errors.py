"""What can go wrong with the store.

BaocaoError
├── StoreUnavailableError     the database or the payload folder does not answer: nothing of the step was written
├── DamagedError              what was kept is missing or no longer what it was
│   ├── PayloadDamagedError       an answer of a source
│   ├── FormDamagedError          the form of a vintage
│   └── LogDamagedError           an entry of the release log
└── NotInStoreError           there is no such vintage, or it has no form
ReleaseError
├── LeaseHeldError            somebody else is at work on the same form
├── LeaseLostError            somebody else took over: this run may not write any more
├── LogMovedError             somebody else moved the form on towards its release
├── FigureMovedError          somebody else typed in the same figure meanwhile
└── VintageFinishedError      the vintage is whole; a new truth needs a new one
"""

from datetime import datetime
from decimal import Decimal

from baocao.errors import BaocaoError, ConfigError, ReleaseError
from baocao.figures import print_instant
from baocao.typed_figures import TypedEntry


class StoreUnavailableError(BaocaoError):
    """The database or the payload folder does not answer, or is full."""


class DamagedError(BaocaoError):
    """What was kept is missing, or no longer has the hash it was kept under: bring back a back-up."""

    exit_code = 14


class PayloadDamagedError(DamagedError):
    """A kept payload is missing or was changed."""


class FormDamagedError(DamagedError):
    """The form of a vintage was changed."""


class LogDamagedError(DamagedError):
    """An entry of the release log was changed."""


class NotInStoreError(BaocaoError):
    """There is no such vintage, or it has no form (yet): whoever asked named what is not there."""

    exit_code = ConfigError.exit_code


class LeaseHeldError(ReleaseError):
    """Another run works on the same form; the text says who, since when, and when its lease runs out."""

    def __init__(self, work: str, holder: str, acquired_at: datetime, expires_at: datetime) -> None:
        super().__init__(
            f"{work}: {holder} đang làm từ {print_instant(acquired_at)}; quyền ghi hết hạn lúc "
            f"{print_instant(expires_at)} nếu không được gia hạn. "
            "Chờ lần chạy đó xong, hoặc dừng nó rồi chờ đến lúc ấy."
        )
        self.work = work
        self.holder = holder
        self.acquired_at = acquired_at
        self.expires_at = expires_at

    def __reduce__(self) -> tuple[type["LeaseHeldError"], tuple[str, str, datetime, datetime]]:
        return type(self), (self.work, self.holder, self.acquired_at, self.expires_at)


class LeaseLostError(ReleaseError):
    """The lease ran out or was given back, and may have been taken by another run since."""


class LogMovedError(ReleaseError):
    """The release log of the form has another last entry than the one decided upon."""


class FigureMovedError(ReleaseError):
    """Somebody else typed in the same figure meanwhile: both are kept, the first one counts, the second is told."""

    def __init__(self, late: TypedEntry, current: TypedEntry) -> None:
        self.late = late
        self.current = current
        super().__init__(self.tell(late.indicator_code, current.account))

    def tell(self, label: str, person: str) -> str:
        """Whose figure counts, with the label of the figure and the person's name."""
        late, current = _plain(self.late.value), _plain(self.current.value)
        kept = f" Số {late} của bạn chưa được lấy nhưng vẫn còn trong lịch sử ô." if late else ""
        return (
            f"{label}: {person} vừa {f'ghi {current}' if current else 'bỏ trống'} lúc "
            f"{print_instant(self.current.at)}.{kept} Xem số mới rồi lưu lại nếu vẫn muốn đổi."
        )

    def __reduce__(self) -> tuple[type["FigureMovedError"], tuple[TypedEntry, TypedEntry]]:
        return type(self), (self.late, self.current)


class VintageFinishedError(ReleaseError):
    """A finished vintage never changes."""


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}".replace(".", ",")
