"""`baocao backfill`, killed as the figures of its second report are about to be kept."""

import os
import signal
import sys
from itertools import count
from typing import Any

from baocao.store import Store
from cli.main import main

finish, finished = Store.finish_vintage, count(1)


def finish_or_die(*given: Any, **named: Any) -> None:
    if next(finished) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    finish(*given, **named)


Store.finish_vintage = finish_or_die  # type: ignore[method-assign]
sys.argv = ["baocao", "backfill", *sys.argv[1:]]
main()
