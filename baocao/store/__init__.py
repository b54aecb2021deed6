"""What is kept: answers of the sources, vintages of a form and what they hold, leases. Only here is SQLAlchemy."""

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
from baocao.store.keys import (
    Capture,
    Collection,
    FormKey,
    KeptPayload,
    PreviousObservations,
    Vintage,
    VintageKey,
    VintageStatus,
)
from baocao.store.leases import Lease
from baocao.store.release_log import LogEntry, LogFault
from baocao.store.store import Store, open_store

__all__ = [
    "Capture", "Collection", "DamagedError", "FormDamagedError", "FormKey", "KeptPayload", "Lease",
    "LeaseHeldError", "LeaseLostError", "LogDamagedError", "LogEntry", "LogFault", "LogMovedError",
    "NotInStoreError", "PayloadDamagedError", "PreviousObservations", "Store", "StoreUnavailableError", "Vintage",
    "VintageFinishedError", "VintageKey", "VintageStatus", "open_store",
]  # fmt: skip
