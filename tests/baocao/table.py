"""Small tables in, figures out: records a statistician can read."""

from typing import Any

import pandas as pd

from baocao.records import COLUMNS, MORE, build_frame

DEFAULTS: dict[str, dict[str, Any]] = {
    "dossiers": {
        "procedure_code": "1.000001",
        "service_level": "full",
        "channel": "online",
        "status": "done",
        "submitted_at": None,
        "received_at": "2025-10-01 08:00",
        "finished_at": None,
    },
    "documents": {
        "direction": "outgoing",
        "issued_on": "2025-10-01",
        "form_of_sending": "electronic",
        "is_signed": True,
        "confidentiality": "normal",
    },
    "procedures": {
        "service_level": "full",
        "eligible_level": "full",
        "is_published": True,
        "has_fee": False,
        "payment_gateway": "none",
    },
}
KEYS = {"dossiers": "dossier_code", "documents": "document_key", "procedures": "procedure_code"}


def table(kind: str, *rows: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """One frame of one kind; what a row does not say is ordinary. Times are local (Asia/Ho_Chi_Minh)."""
    whole = [{KEYS[kind]: f"key-{number}", **DEFAULTS[kind], **row} for number, row in enumerate(rows)]
    more = {name: dtype for name, dtype in MORE[kind].items() if any(name in row for row in rows)}
    dtypes = {**COLUMNS[kind], **more}
    columns: dict[str, Any] = {name: [row.get(name) for row in whole] for name in dtypes}
    for name, dtype in dtypes.items():
        if dtype.endswith("UTC]"):
            local = pd.to_datetime(pd.Series(columns[name], dtype="object"))
            columns[name] = local.dt.tz_localize("Asia/Ho_Chi_Minh").dt.tz_convert("UTC")
        elif dtype.startswith("datetime64"):
            columns[name] = pd.to_datetime(pd.Series(columns[name]))
    return {kind: build_frame(kind, columns)}
