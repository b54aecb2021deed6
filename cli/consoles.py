"""Rich's console, but that a reader who went is told to whoever ends the command."""

from rich.console import Console


class PipedConsole(Console):
    """Raises BrokenPipeError where Rich itself would end the process with 1."""

    def on_broken_pipe(self) -> None:
        """Called while the error is handled."""
        raise  # noqa: PLE0704 - the error being handled
