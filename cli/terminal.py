"""What any command shows at the terminal: one line per step while it works, findings, JSON for a program.

rich is imported once something is shown: asking for help is quicker by a third without it.
"""

from __future__ import annotations

import logging
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import orjson

from baocao.domain import CheckResult, Severity
from baocao.vocabulary import SEVERITIES
from reporting.progress import PROGRESS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

COLOURS = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def escape(text: str) -> str:
    """Text that is shown as it is, not as rich's markup."""
    from rich.markup import escape as escape_markup

    return escape_markup(text)


def print_json(content: Any) -> None:
    sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


def show_findings(console: Console, findings: Sequence[CheckResult]) -> None:
    """How grave, which check, which cells (those of a matrix stand in the sentence), what is wrong, what to do."""
    for finding in findings:
        colour = COLOURS[finding.severity]
        cells = f" (ô {', '.join(finding.cells)})" if finding.cells and "/" not in finding.cells[0] else ""
        console.print(f"\n[{colour}]{SEVERITIES[finding.severity]}[/] {finding.check}{cells}")
        console.print(f"  {escape(finding.message_vi)}")
        if finding.mend_vi:
            console.print(f"  Cần làm: {escape(finding.mend_vi)}")


@contextmanager
def showing_steps(console: Console, *, is_silent: bool = False) -> Iterator[Callable[[str], None]]:
    """Show what `reporting.progress.tell` says until the block ends; give a way to say what is being waited for.

    What moves on a terminal is told through a pipe in plain lines, every so often. `is_silent` for a program.
    """
    if is_silent:
        yield lambda _: None
        return
    with _StepLines(console) as lines:
        PROGRESS.setLevel(logging.INFO)
        logging.getLogger("stamina").setLevel(logging.ERROR)  # a retry is not a person's business unless all fail
        PROGRESS.addHandler(lines)
        try:
            yield lines.wait_for
        finally:
            PROGRESS.removeHandler(lines)


SILENCE_S = 10.0
"""Through a pipe, nothing is said of what is still going on more often than that."""


class _StepLines(logging.Handler):
    """Prints each step once; lines about one source replace one another while it is being read."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._status = console.status("")
        self._under_way: dict[str, str] = {}
        self._said_s: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        source_code, done = getattr(record, "source_code", ""), getattr(record, "done_count", None)
        text = escape(record.getMessage())
        if source_code and done is not None:
            self._under_way[source_code] = text
            self._show_moving(source_code, text)
            return
        self._under_way.pop(source_code, None)
        self._console.print(f"  [green]•[/] {text}")

    def wait_for(self, text: str) -> None:
        """Show what the run waits for until something is done."""
        if self._console.is_terminal:
            self._status.update(escape(text))
        else:
            self._console.print(f"  • {escape(text.removesuffix(' …'))} …")

    def _show_moving(self, source_code: str, text: str) -> None:
        if self._console.is_terminal:
            self._status.update(" · ".join(self._under_way.values()))
            return
        now_s = time.monotonic()
        if now_s - self._said_s.setdefault(source_code, now_s) >= SILENCE_S:
            self._said_s[source_code] = now_s
            self._console.print(f"  … {text}")

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()
