"""The canonical records: one schema per kind, whatever system they came from.

Documents, dossiers and procedures are counted here. A tally is a figure the source counted itself: which indicator it
stands for, over which days, on what basis (`basis`: the source's own words for its dates and its filters).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

INSTANT: Final = "datetime64[us, UTC]"
DAY: Final = "datetime64[us]"
TEXT: Final = "str"
YES_NO: Final = "boolean"

VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "direction": ("outgoing", "incoming"),
    "form_of_sending": ("electronic", "paper", "both"),
    "confidentiality": ("normal", "confidential"),
    "service_level": ("full", "partial", "information"),
    "eligible_level": ("full", "partial", "information"),
    "channel": ("online", "in_person", "postal"),
    "status": (
        "registered", "accepted", "refused", "processing", "supplement_requested", "payment_requested",
        "withdrawn", "stopped", "done", "returned",
    ),
    "payment_gateway": ("national", "provincial", "none"),
}  # fmt: skip

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "documents": {
        "document_key": TEXT,
        "direction": "category",
        "issued_on": DAY,
        "form_of_sending": "category",
        "is_signed": YES_NO,
        "confidentiality": "category",
    },
    "dossiers": {
        "dossier_code": TEXT,
        "procedure_code": TEXT,
        "service_level": "category",
        "channel": "category",
        "status": "category",
        "submitted_at": INSTANT,
        "received_at": INSTANT,
        "finished_at": INSTANT,
    },
    "procedures": {
        "procedure_code": TEXT,
        "service_level": "category",
        "eligible_level": "category",
        "is_published": YES_NO,
        "has_fee": YES_NO,
        "payment_gateway": "category",
    },
    "tallies": {
        "tally_key": TEXT,
        "indicator_code": TEXT,
        "value": "int64",
        "start_on": DAY,
        "end_on": DAY,
        "basis": TEXT,
    },
}
KEYS: Final[Mapping[str, str]] = {
    "documents": "document_key",
    "dossiers": "dossier_code",
    "procedures": "procedure_code",
    "tallies": "tally_key",
}


def build_frame(kind: str, columns: Mapping[str, object]) -> "pd.DataFrame":
    """A frame of one kind from raw columns; values of a coded column outside its list become empty."""
    import pandas as pd  # the catalogue reads this module's lists and must not pay for pandas

    frame = pd.DataFrame({name: columns[name] for name in COLUMNS[kind]})
    for name, dtype in COLUMNS[kind].items():
        if dtype == "category":
            frame[name] = pd.Categorical(frame[name], categories=VALUES[name])
        else:
            frame[name] = frame[name].astype(pd.api.types.pandas_dtype(dtype))
    return frame


def empty_frame(kind: str) -> "pd.DataFrame":
    return build_frame(kind, {name: [] for name in COLUMNS[kind]})


def join_frames(kind: str, frames: "Iterable[pd.DataFrame]") -> "pd.DataFrame":
    """One frame from the pages, a record read twice kept as it was last read, ordered by key."""
    import pandas as pd

    found = [frame for frame in frames if len(frame)]
    if not found:
        return empty_frame(kind)
    whole = pd.concat(found, ignore_index=True)
    return whole.drop_duplicates(KEYS[kind], keep="last").sort_values(KEYS[kind], ignore_index=True)
