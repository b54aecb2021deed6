"""What a run says while it works: every line to the terminal, each step once to Prefect's log of the run."""

import logging

from reporting.log.run_log import flow_run_id

PROGRESS = logging.getLogger("baocao.progress")
PROGRESS.propagate = False
STEPS = logging.getLogger("baocao.steps")
STEPS.setLevel(logging.INFO)


def tell(text: str, *, source_code: str = "", done: int | None = None) -> None:
    """Say one thing. `source_code` and `done` let a listener replace the last line about the same source."""
    if done is None and flow_run_id():
        STEPS.info(text)
    PROGRESS.info(text, extra={"source_code": source_code, "done_count": done})
