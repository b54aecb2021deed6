"""What is kept: answers of the sources, vintages of a form and what they hold, leases. Only here is SQLAlchemy."""

from baocao.store.alerts.outbox import Delivery, StoredMessage, StoredOutbox
from baocao.store.database.administering import (
    SchemaState,
    apply_roles,
    clear_unused,
    look_at,
    move_schema,
    print_roles,
)
from baocao.store.database.opening import has_store
from baocao.store.database.snapshots import bring_back, snapshot_name, take_snapshot
from baocao.store.errors import (
    DamagedError,
    FigureMovedError,
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
from baocao.store.files.payloads import Removal, copy_all_bodies
from baocao.store.keys import (
    UNDER_WAY,
    Capture,
    Collection,
    FormKey,
    HandIn,
    HandInOutcome,
    KeptPayload,
    Vintage,
    VintageKey,
    VintageStatus,
)
from baocao.store.leasing.leases import DEFAULT_TTL, Lease
from baocao.store.release_log import LogEntry, LogFault
from baocao.store.runs.given import PersonFault
from baocao.store.runs.histories import GivenForm, HistoryQuery, PastFigures
from baocao.store.runs.overview import FormState
from baocao.store.runs.roots import RootChange, RootDifference
from baocao.store.store import Store, open_empty_store, open_store

__all__ = [
    "DEFAULT_TTL",
    "UNDER_WAY",
    "Capture",
    "Collection",
    "DamagedError",
    "Delivery",
    "FigureMovedError",
    "FormDamagedError",
    "FormKey",
    "FormState",
    "GivenForm",
    "HandIn",
    "HandInOutcome",
    "HistoryQuery",
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
    "PersonFault",
    "Removal",
    "RootChange",
    "RootDifference",
    "SchemaState",
    "Store",
    "StoreUnavailableError",
    "StoredMessage",
    "StoredOutbox",
    "Vintage",
    "VintageFinishedError",
    "VintageKey",
    "VintageStatus",
    "apply_roles",
    "bring_back",
    "clear_unused",
    "copy_all_bodies",
    "has_store",
    "look_at",
    "move_schema",
    "open_empty_store",
    "open_store",
    "print_roles",
    "snapshot_name",
    "take_snapshot",
]
