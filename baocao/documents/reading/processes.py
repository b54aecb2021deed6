"""Programs of others run within bounds: when the time is over they end with all they have started."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any


def run_bounded(
    command: Sequence[str], *, longest_s: float, content: bytes = b"", environment: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """The exit code and what was written out. Raise subprocess.TimeoutExpired when it takes too long."""
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, **(environment or {})},
    ) as process:  # fmt: skip
        try:
            out, _ = process.communicate(content, timeout=longest_s)
        finally:
            _end_group(process)
    return process.returncode, out


def _end_group(process: subprocess.Popen[Any]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:  # Windows
        process.kill()
