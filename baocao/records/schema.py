"""The canonical records: one schema per kind, whatever system they came from.

Documents, dossiers and procedures are counted here. A tally is a figure the source counted itself: which indicator it
stands for, over which days, on what basis (`basis`: the source's own words for its dates and its filters).
A frame has a column of MORE only where its source was asked for it and gives it: few figures need them.
A CODE is a text that differs from record to record (`code_array`); REPEATED texts are few, those in VALUES a fixed
list.
"""

from collections.abc import Mapping
from typing import Final

INSTANT: Final = "datetime64[us, UTC]"
DAY: Final = "datetime64[us]"
TEXT: Final = "str"
YES_NO: Final = "boolean"
CODE: Final = "code"
REPEATED: Final = "category"

UNKNOWN: Final = "unknown"
"""What a code on no list becomes, in every column of VALUES: neither empty nor one of them."""

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
    "timeliness": ("early", "on_time", "overdue", "not_due", "no_appointment"),
}  # fmt: skip

CODED: Final[Mapping[str, tuple[str, ...]]] = {name: (*values, UNKNOWN) for name, values in VALUES.items()}

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "documents": {
        "document_key": CODE,
        "direction": REPEATED,
        "issued_on": DAY,
        "form_of_sending": REPEATED,
        "is_signed": YES_NO,
        "confidentiality": REPEATED,
    },
    "dossiers": {
        "dossier_code": CODE,
        "procedure_code": REPEATED,
        "service_level": REPEATED,
        "channel": REPEATED,
        "status": REPEATED,
        "submitted_at": INSTANT,
        "received_at": INSTANT,
        "finished_at": INSTANT,
    },
    "procedures": {
        "procedure_code": TEXT,
        "service_level": REPEATED,
        "eligible_level": REPEATED,
        "is_published": YES_NO,
        "has_fee": YES_NO,
        "payment_gateway": REPEATED,
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
MORE: Final[Mapping[str, Mapping[str, str]]] = {
    "documents": {},
    "dossiers": {"appointment_at": INSTANT, "field_key": REPEATED, "receiving_unit_key": REPEATED},
    "procedures": {},
    "tallies": {},
}
TIMELINESS: Final = "timeliness"
"""No column: what a dossier's dates say of its appointment, worked out for the period that is counted."""
KEYS: Final[Mapping[str, str]] = {
    "documents": "document_key",
    "dossiers": "dossier_code",
    "procedures": "procedure_code",
    "tallies": "tally_key",
}
