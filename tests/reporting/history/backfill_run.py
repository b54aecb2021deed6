"""`baocao backfill`, killed as the figures of its second report are about to be kept."""

import os
import signal
import sys
from itertools import count
from typing import Any

from baocao.store.runs.vintages import StoredVintages
from cli.main import main

finish, finished = StoredVintages.finish, count(1)


def finish_or_die(*given: Any, **named: Any) -> None:
    if next(finished) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    finish(*given, **named)


StoredVintages.finish = finish_or_die  # type: ignore[method-assign]
sys.argv = ["baocao", "backfill", *sys.argv[1:]]
main()
