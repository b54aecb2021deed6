"""What a run says while it works: one line per step to whoever listens, on the terminal or in Prefect's log."""

import logging

PROGRESS = logging.getLogger("baocao.progress")


def tell(text: str, *, source_code: str = "", done: int | None = None) -> None:
    """Say one thing. `source_code` and `done` let a listener replace the last line about the same source."""
    PROGRESS.info(text, extra={"source_code": source_code, "done_count": done})
