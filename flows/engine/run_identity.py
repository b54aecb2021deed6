"""Which flow run we are in, asked without importing Prefect."""

import sys


def flow_run_id() -> str | None:
    """None outside a flow of Prefect."""
    if "prefect" not in sys.modules:
        return None
    from prefect.runtime import flow_run

    found = flow_run.id
    return str(found) if found else None
