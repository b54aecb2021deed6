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
from baocao.store.histories import Asked, GivenForm, PastFigures
from baocao.store.keys import (
    Collection,
    FormKey,
    KeptPayload,
    PreviousObservations,
    Vintage,
    VintageKey,
    VintageStatus,
)
from baocao.store.leases import DEFAULT_TTL, Lease
from baocao.store.overview import FormState
from baocao.store.payloads import Removed
from baocao.store.release_log import LogEntry, LogFault
from baocao.store.store import Store, open_store

__all__ = [
    "DEFAULT_TTL",
    "Asked",
    "Collection",
    "DamagedError",
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
    "PastFigures",
    "PayloadDamagedError",
    "PreviousObservations",
    "Removed",
    "Store",
    "StoreUnavailableError",
    "Vintage",
    "VintageFinishedError",
    "VintageKey",
    "VintageStatus",
    "open_store",
]  # fmt: skip
