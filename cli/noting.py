"""How a command that failed is noted in the log."""

import logging
import sys
from collections.abc import Collection
from types import TracebackType

import click

from baocao.errors import BaocaoError
from reporting.log.run_log import note

logger = logging.getLogger(__name__)


class NotingErrors:
    """Notes the error its block ends with: our own with its text, any other by its class and place only."""

    def __init__(self, commands: Collection[str]) -> None:
        self._commands = commands

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, BaocaoError):
            self._note(error)
        elif isinstance(error, Exception) and not isinstance(error, click.ClickException | click.exceptions.Exit):
            logger.critical("command ended by an unexpected error", exc_info=(type(error), error, trace))

    def _note(self, error: BaocaoError) -> None:
        command = next((word for word in sys.argv[1:2] if word in self._commands), None)
        kind, code = type(error).__name__, error.exit_code
        note("command failed", level=logging.ERROR, command=command, error=kind, exit_code=code, reason=str(error))
