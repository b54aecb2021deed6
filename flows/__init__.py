"""Prefect: one file a flow, the deployments, and the engine they run on.

Importing it tells the layers below, which do not know Prefect, what only Prefect knows: secrets kept in its blocks, and
which flow run a thread is in.
"""

import sys

from flows.engine.secrets import teach_references
from reporting.log.run_log import know_flow_runs_by


def flow_run_id() -> str | None:
    """Which flow run we are in, asked without importing Prefect; None outside a flow."""
    if "prefect" not in sys.modules:
        return None
    from prefect.runtime import flow_run

    found = flow_run.id
    return str(found) if found else None


teach_references()
know_flow_runs_by(flow_run_id)
