"""What is kept: answers of the sources, vintages of a form and what they hold, leases. Only here is SQLAlchemy."""

from baocao.store.administering import (
    DatabaseState,
    apply_roles,
    clear_unused,
    look_at,
    move_schema,
    print_roles,
)
from baocao.store.errors import (
    DamagedError,
    FormDamagedError,
    LeaseHeldError,
    LeaseLostError,
    LogDamagedError,
    LogMovedError,
    NotInStoreError,
    PayloadDamagedError,
    StoreUnavailableError,
    VintageFinishedError,
)
from baocao.store.histories import Asked, GivenForm, PastFigures
from baocao.store.incidents import Changed
from baocao.store.keys import (
    Capture,
    Collection,
    FormKey,
    KeptPayload,
    Vintage,
    VintageKey,
    VintageStatus,
)
from baocao.store.leases import DEFAULT_TTL, Lease
from baocao.store.outbox import Parcel, StoredLetter
from baocao.store.overview import FormState
from baocao.store.payloads import Removed
from baocao.store.release_log import LogEntry, LogFault
from baocao.store.snapshots import bring_back, snapshot_name, take_snapshot
from baocao.store.store import Store, open_store

__all__ = [
    "DEFAULT_TTL",
    "Asked",
    "Capture",
    "Changed",
    "Collection",
    "DamagedError",
    "DatabaseState",
    "FormDamagedError",
    "FormKey",
    "FormState",
    "GivenForm",
    "KeptPayload",
    "Lease",
    "LeaseHeldError",
    "LeaseLostError",
    "LogDamagedError",
    "LogEntry",
    "LogFault",
    "LogMovedError",
    "NotInStoreError",
    "Parcel",
    "PastFigures",
    "PayloadDamagedError",
    "Removed",
    "Store",
    "StoreUnavailableError",
    "StoredLetter",
    "Vintage",
    "VintageFinishedError",
    "VintageKey",
    "VintageStatus",
    "apply_roles",
    "bring_back",
    "clear_unused",
    "look_at",
    "move_schema",
    "open_store",
    "print_roles",
    "snapshot_name",
    "take_snapshot",
]
