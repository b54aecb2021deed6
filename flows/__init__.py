"""Prefect: one file a flow, the deployments, and the engine they run on.

Importing it tells the layers below, which do not know Prefect, what only Prefect knows: secrets kept in its blocks, and
which flow run a thread is in.
"""

from flows.engine.run_identity import flow_run_id
from flows.engine.secrets import teach_references
from reporting.log.run_log import know_flow_runs_by

teach_references()
know_flow_runs_by(flow_run_id)
