"""`baocao` with a guard that looks every second; the first server has its scheduler switched off, later ones do not."""

import os
import sys
from contextlib import AbstractContextManager
from itertools import count
from typing import Any

from cli.main import main
from flows.engine import api, server_guard

SWITCH = "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED"
server_guard.LOOK_EVERY_S = 1.0
prefect_api = api.prefect_api
starts = count(1)


def counted(*arguments: Any, **options: Any) -> AbstractContextManager[api.EngineAddress]:
    os.environ[SWITCH] = "false" if next(starts) == 1 else "true"
    return prefect_api(*arguments, **options)


if "--server-only" in sys.argv:
    server_guard.LOOKS = 60
    os.environ[SWITCH] = "false"
api.prefect_api = counted
main()
