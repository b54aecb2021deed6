"""Programs of others, and documents made to do harm, are run within bounds: they end with all they have started."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from baocao.documents.reading.bounded import TOO_MUCH, ProcessBounds, command_reading_pages, command_within
from baocao.documents.reading.page_blocks import Page
from baocao.errors import UnreadableFormError

BROKEN = "broken"


def run_within(
    bounds: ProcessBounds, command: Sequence[str], *, content: bytes = b"", environment: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """The exit code and what was written out. Raise subprocess.TimeoutExpired when it takes too long."""
    return _run(command_within(bounds, *command), bounds, content, environment)


def read_pages_within(
    bounds: ProcessBounds,
    module: str,
    content: bytes,
    refusals: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
) -> list[Page]:
    """The pages a module beside `bounded` makes of the file; raise UnreadableFormError in the words of `refusals`."""
    try:
        code, out = _run(command_reading_pages(bounds, module), bounds, content, environment)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFormError(refusals[TOO_MUCH]) from error
    if code != 0:
        raise UnreadableFormError(refusals[TOO_MUCH if code < 0 else BROKEN])
    pages: list[Page] | str = json.loads(out)
    if isinstance(pages, str):
        raise UnreadableFormError(refusals[pages])
    return pages


def _run(
    command: Sequence[str], bounds: ProcessBounds, content: bytes, environment: Mapping[str, str] | None
) -> tuple[int, bytes]:
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, **(environment or {})},
    ) as process:  # fmt: skip
        try:
            out, _ = process.communicate(content, timeout=bounds.longest_s)
        finally:
            _end_group(process)
    return process.returncode, out


def _end_group(process: subprocess.Popen[Any]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:  # Windows
        process.kill()
