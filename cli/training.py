"""Running against the sandbox: its server, its clock and its credentials for the duration of one command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

DEFAULT_DATA_SET = "dac-khu-2025"


@contextmanager
def sandbox_in_place(data_set: str | None) -> Iterator[None]:
    """Start the sandbox with a data set and point this process at it; do nothing for None."""
    if data_set is None:
        yield
        return
    from sandbox.credentials import ENVIRONMENT
    from sandbox.server import start
    from sandbox.world.data_sets import data_set as find_data_set

    found = find_data_set(data_set)
    with start(data_set) as running:
        os.environ.update({**ENVIRONMENT, "BAOCAO_SANDBOX_URL": running.url, "BAOCAO_NOW": found.now.isoformat()})
        os.environ.setdefault("BAOCAO_UNIT", found.unit_code)
        yield
