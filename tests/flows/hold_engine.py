"""Keeps one Prefect API up for a folder until standard input closes; prints its address."""

import sys
from pathlib import Path

from flows.engine.environment import apply_environment

apply_environment(Path(sys.argv[1]))
from flows.engine.api import prefect_api  # noqa: E402

with prefect_api(Path(sys.argv[1])) as address:
    print(address.api_url, flush=True)
    sys.stdin.read()
